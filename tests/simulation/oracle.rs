//! The naive oracle: what must be true at the end, from the platform's truth and the sheet alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use unpromo::journal::{JobInfo, Journal};
use unpromo::model::Status;
use unpromo::platform::Operation;

use crate::play::Plan;
use crate::world::{Sent, Start, Told, World};

/// Each target is carried out at most once over all jobs, unless a user said "again"; under one request number a
/// repeat does nothing.
pub fn once(world: &World) -> Result<(), String> {
    if world.starts.iter().any(|start| start.again || start.resend) {
        return Ok(());
    }
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (index, (target, request_no)) in world.deeds.iter().enumerate() {
        let deed = if world.promises.repeats { request_no.clone() } else { index.to_string() };
        seen.entry(target).or_default().insert(deed);
    }
    match seen.iter().find(|(_, deeds)| deeds.len() > 1) {
        Some((target, deeds)) => Err(format!("{target} was carried out {} times: {:#?}", deeds.len(), world.sent)),
        None => Ok(()),
    }
}

/// No second carries more than one over the limit, and the first no more than the limit.
pub fn pace(start: &Start, rate: Option<f64>) -> Result<(), String> {
    let Some(rate) = rate else { return Ok(()) };
    let second = Duration::from_secs(1);
    for (shop, times) in &start.arrivals {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let first = times.iter().filter(|at| **at < second).count() as f64;
        if first > rate {
            return Err(format!("{first} requests of {shop} in the first second at {rate}/s"));
        }
        for (index, at) in times.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            let within = times[index..].iter().take_while(|later| **later < *at + second).count() as f64;
            if within > rate + 1.0 {
                return Err(format!("{within} requests of {shop} in the second from {at:?} at {rate}/s"));
            }
        }
    }
    Ok(())
}

/// A line as the journal has it at the end.
struct End {
    status: Status,
    attempts: u32,
}

type Ends = BTreeMap<(u64, Option<String>), End>;

/// Holds the end of a job against the truth.
pub fn end(journal: &Journal, job: &JobInfo, world: &World, plan: &Plan) -> Result<(), String> {
    // A start that only found the job done did nothing.
    let start = world.starts.iter().rposition(|start| start.job == job.id).ok_or("no start worked on the job")?;
    let mut ends = Ends::new();
    let mut items = BTreeMap::new();
    let columns = plan.operation.columns();
    let read = journal.each_line(job.id, |line| {
        let status = line.status.unwrap_or(Status::Pending);
        let row = unpromo::model::Row { number: line.key.row, cells: line.cells, ..unpromo::model::Row::default() };
        let target = line.target.map(|target| target.id);
        if let Some(target) = &target {
            items.insert(target.clone(), row.item(columns).id().to_owned());
        }
        ends.insert((row.number, target), End { status, attempts: line.attempts });
        Ok(ControlFlow::Continue(()))
    });
    read.map_err(|why| why.to_string())?;
    if plan.is_alone {
        same_lines(&ends, job, world, plan)?;
    } else {
        no_line_is_lost(&ends, world, plan)?;
    }
    for ((row, target), end) in &ends {
        if matches!(end.status, Status::Matched | Status::Pending) {
            return Err(format!("row {row} is not reached, and the job is done"));
        }
        let Some(target) = target else { continue };
        let one = One { target, item: &items[target], job, start: &world.starts[start], plan };
        one.check(end, world).map_err(|why| {
            let sent: Vec<_> = world.sent.iter().filter(|sent| sent.target == *target).collect();
            format!("row {row}, {target} of job {} in start {start}: {why}\n  sent {sent:#?}", job.id)
        })?;
    }
    Ok(())
}

/// Every row with every target that it names, the first of a target's rows having it: no more, no less.
fn same_lines(ends: &Ends, job: &JobInfo, world: &World, plan: &Plan) -> Result<(), String> {
    let mut taken: BTreeSet<(u32, &str)> = BTreeSet::new();
    let mut expected: BTreeMap<(u64, Option<String>), bool> = BTreeMap::new();
    for (row, lane, item, filter) in &plan.rows {
        let failed = ends.get(&(*row, None)).is_some_and(|end| end.status == Status::LookupFailed);
        if failed {
            if !world.starts.iter().any(|start| start.job == job.id && start.unlisted.contains(item)) {
                return Err(format!("row {row}: the look-up of {item} never failed"));
            }
            expected.insert((*row, None), false);
            continue;
        }
        let fitting: Vec<_> = world.targets[item].iter().filter(|target| fits(filter, &target.name)).collect();
        for target in &fitting {
            let is_first = taken.insert((*lane, &target.id));
            expected.insert((*row, Some(target.id.clone())), !is_first);
        }
        let missing = filter
            .split('|')
            .any(|wanted| wanted != "*" && !world.targets[item].iter().any(|target| target.name == wanted));
        if fitting.is_empty() || missing {
            expected.insert((*row, None), false);
        }
    }
    let keys: Vec<_> = ends.keys().collect();
    if keys != expected.keys().collect::<Vec<_>>() {
        return Err(format!("the lines are {keys:?}, not {:?}", expected.keys()));
    }
    for (key, is_duplicate) in expected {
        if (ends[&key].status == Status::Duplicate) != is_duplicate {
            return Err(format!("{key:?} is {:?}", ends[&key].status));
        }
    }
    Ok(())
}

fn fits(filter: &str, name: &str) -> bool {
    filter.split('|').any(|wanted| wanted == "*" || wanted == name)
}

/// The same where other jobs may have taken targets away before they were looked up: nothing that a row does not
/// name, and nothing left out that is there.
fn no_line_is_lost(ends: &Ends, world: &World, plan: &Plan) -> Result<(), String> {
    for (row, _, item, filter) in &plan.rows {
        let lines: BTreeMap<_, _> = ends.iter().filter(|((number, _), _)| number == row).collect();
        if lines.is_empty() {
            return Err(format!("row {row} has no line"));
        }
        let fitting: Vec<_> = world.targets[item].iter().filter(|target| fits(filter, &target.name)).collect();
        let is_named = |id: &String| fitting.iter().any(|target| target.id == *id);
        if let Some(((_, id), _)) = lines.iter().find(|((_, id), _)| id.as_ref().is_some_and(|id| !is_named(id))) {
            return Err(format!("row {row} does not name {id:?}"));
        }
        let failed = lines.values().any(|end| end.status == Status::LookupFailed);
        let is_lost = |id: &String| !lines.contains_key(&(*row, Some(id.clone()))) && !world.effects.contains(id);
        if let Some(target) = fitting.iter().find(|target| !failed && is_lost(&target.id)) {
            return Err(format!("row {row} names {}, and has no line of it", target.id));
        }
    }
    Ok(())
}

/// One target of a job.
struct One<'a> {
    target: &'a str,
    item: &'a str,
    job: &'a JobInfo,
    /// The job's last start.
    start: &'a Start,
    plan: &'a Plan,
}

impl One<'_> {
    fn check(&self, end: &End, world: &World) -> Result<(), String> {
        let sent = world.sent.iter().filter(|sent| sent.target == self.target && sent.job == self.job.id);
        let sent: Vec<_> = sent.collect();
        let is_done = world.effects.contains(self.target);
        let last = sent.last().map(|sent| sent.told);
        let may_be_done = |told: Told| matches!(told, Told::Nothing | Told::Taken | Told::Unclear);
        let is_own_doubt = sent.iter().any(|sent| may_be_done(sent.told));
        match end.status {
            Status::Submitted | Status::Verified if !is_done => {
                Err("is called submitted, and was not carried out".into())
            }
            Status::Rejected if last != Some(Told::Refused) => Err(format!("is called rejected after {last:?}")),
            Status::Failed if last != Some(Told::NotCarriedOut) => Err(format!("is called failed after {last:?}")),
            Status::Rejected | Status::Failed if is_own_doubt => {
                Err(format!("is called {:?}, and may have been carried out", end.status))
            }
            Status::InDoubt if end.attempts == 0 && self.plan.is_alone => {
                Err("is in doubt, and was never attempted".into())
            }
            Status::InDoubt if last == Some(Told::Taken) && !self.start.resend => self.doubt(world),
            Status::InDoubt if is_done && is_own_doubt => self.doubt(world),
            Status::Skipped if !is_done => Err("is skipped for no reason".into()),
            _ => Ok(()),
        }
    }

    /// A doubt about what was carried out is right only where no later look-up could tell.
    fn doubt(&self, world: &World) -> Result<(), String> {
        let is_taken_over =
            |sent: &Sent| sent.target == self.target && sent.job != self.job.id && world.starts[sent.start].again;
        // What another job sent in spite of it (`--again`) is that job's to look after.
        let could_not_tell =
            !world.promises.settles || self.start.unlisted.contains(self.item) || world.sent.iter().any(is_taken_over);
        // What is verified is looked up once more, after the last look at what is in doubt.
        if could_not_tell || self.plan.options.verify.is_some() || self.start.changed_since_listed.contains(self.target)
        {
            return Ok(());
        }
        Err("is in doubt, and a look-up had told".into())
    }
}
