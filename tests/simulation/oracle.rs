//! The naive oracle: what must be true at the end, from the platform's truth and the sheet alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use unpromo::journal::{JobInfo, Journal};
use unpromo::model::Status;
use unpromo::platform::Operation;

use crate::platform::{Told, World};
use crate::play::Plan;

/// No second carries more than one over the limit, and the first no more than the limit.
pub fn pace(world: &World, rate: Option<f64>) -> Result<(), String> {
    let Some(rate) = rate else { return Ok(()) };
    let second = Duration::from_secs(1);
    for (shop, times) in &world.arrivals {
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
pub fn end(journal: &Journal, job: &JobInfo, world: &World, plan: &Plan, is_first: bool) -> Result<(), String> {
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
    if is_first {
        same_lines(&ends, world, plan)?;
    }
    for ((row, target), end) in &ends {
        if matches!(end.status, Status::Matched | Status::Pending) {
            return Err(format!("row {row} is not reached, and the job is done"));
        }
        let Some(target) = target else { continue };
        line(target, end, world, (job, is_first, plan.options.verify.is_some()), &items[target]).map_err(|why| {
            let sent: Vec<_> = world.sent.iter().filter(|sent| sent.target == *target).collect();
            let item = &items[target];
            let asked = |looks: &[(u32, String)]| -> Vec<u32> {
                looks.iter().filter(|(_, looked)| looked == item).map(|(start, _)| *start).collect()
            };
            let (listed, unlisted) = (asked(&world.listed), asked(&world.unlisted));
            format!(
                "row {row}, {target} of job {}: {why}\n  sent {sent:#?}\n  listed in starts {listed:?}, not in {unlisted:?}, \
                 now {}, again {}, promises {:?}",
                job.id, world.start, world.again, world.promises
            )
        })?;
    }
    Ok(())
}

/// Every row with every target that it names, the first of a target's rows having it: no more, no less.
fn same_lines(ends: &Ends, world: &World, plan: &Plan) -> Result<(), String> {
    let mut taken: BTreeSet<(u32, &str)> = BTreeSet::new();
    let mut expected: BTreeMap<(u64, Option<String>), bool> = BTreeMap::new();
    for (row, lane, item, filter) in &plan.rows {
        let failed = ends.get(&(*row, None)).is_some_and(|end| end.status == Status::LookupFailed);
        if failed {
            if !world.unlisted.iter().any(|(_, unlisted)| unlisted == item) {
                return Err(format!("row {row}: the look-up of {item} never failed"));
            }
            expected.insert((*row, None), false);
            continue;
        }
        let fits = |name: &str| filter.split('|').any(|wanted| wanted == "*" || wanted == name);
        let fitting: Vec<_> = world.targets[item].iter().filter(|target| fits(&target.name)).collect();
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

/// One target of a job.
fn line(
    target: &str,
    end: &End,
    world: &World,
    (job, is_first, verifies): (&JobInfo, bool, bool),
    item: &str,
) -> Result<(), String> {
    let sent: Vec<_> = world.sent.iter().filter(|sent| sent.target == target && sent.job == job.id).collect();
    let is_done = world.effects.contains(target);
    let last = sent.last().map(|sent| sent.told);
    let may_be_done = |told: Told| matches!(told, Told::Nothing | Told::Taken | Told::Unclear);
    match end.status {
        Status::Submitted | Status::Verified if !is_done => Err("is called submitted, and was not carried out".into()),
        Status::Rejected if last != Some(Told::Refused) => Err(format!("is called rejected after {last:?}")),
        Status::Failed if last != Some(Told::NotCarriedOut) => Err(format!("is called failed after {last:?}")),
        Status::Rejected | Status::Failed if sent.iter().any(|sent| may_be_done(sent.told)) => {
            Err(format!("is called {:?}, and may have been carried out: {sent:?}", end.status))
        }
        Status::InDoubt if end.attempts == 0 && is_first => Err("is in doubt, and was never attempted".into()),
        Status::InDoubt if last == Some(Told::Taken) && !world.resend => doubt(target, world, item, verifies),
        Status::InDoubt if is_done && world.promises.settles && end.attempts > 0 => {
            doubt(target, world, item, verifies)
        }
        Status::Skipped if is_first && !is_done => Err("is skipped for no reason".into()),
        _ => Ok(()),
    }
}

/// A doubt about what was carried out is right only where no later look-up could tell.
fn doubt(target: &str, world: &World, item: &str, verifies: bool) -> Result<(), String> {
    let last_failed = match (world.unlisted.iter().rposition(|(start, _)| *start == world.start), &world.promises) {
        (_, promises) if !promises.settles => true,
        (Some(_), _) => world.unlisted.iter().any(|(start, looked)| *start == world.start && looked == item),
        (None, _) => false,
    };
    // What is verified is looked up once more, after the last look at what is in doubt.
    if last_failed || verifies || world.changed_since_listed.contains(target) {
        return Ok(());
    }
    Err("is in doubt, and a look-up had told".into())
}
