//! What a start has to do, and what it has not: what the pure function says, held against what was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use unpromo::job::{ToDo, still_to_do};
use unpromo::journal::{JobInfo, Journal};
use unpromo::model::Row;
use unpromo::platform::{Operation, Promises};

use crate::operation::OPERATIONS;
use crate::play::Plan;
use crate::world::World;

/// What the pure function says is to be done, from the journal alone, before a start.
pub struct Expected {
    to_submit: BTreeSet<String>,
    not_to_submit: BTreeSet<String>,
    to_look_up: BTreeSet<String>,
}

impl Expected {
    pub fn of(journal: &Journal, job: &JobInfo, promises: Promises) -> Result<Self, String> {
        let held: BTreeMap<_, _> = journal.held(job.id).map_err(|why| why.to_string())?.into_iter().collect();
        let mut expected =
            Self { to_submit: BTreeSet::new(), not_to_submit: BTreeSet::new(), to_look_up: BTreeSet::new() };
        let columns = OPERATIONS[0].columns();
        let read = journal.each_line(job.id, |line| {
            let row = Row { number: line.key.row, cells: line.cells, ..Row::default() };
            let (item, target) = (row.item(columns).id().to_owned(), line.target.map(|target| target.id));
            let held = &held[&line.key];
            match (still_to_do(held, promises, job.dry_run), target) {
                (ToDo::LookUp | ToDo::LookAgain, _) => {
                    expected.to_look_up.insert(item);
                }
                (ToDo::Submit, Some(target)) => {
                    expected.to_submit.insert(target);
                }
                // One that another job's attempt stands in the way of may come free.
                (ToDo::Nothing, Some(target)) if held.attempt.is_some() => {
                    expected.not_to_submit.insert(target);
                }
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        });
        read.map_err(|why| why.to_string())?;
        // Until the plan is whole a target may stand in several rows, of which the first will have it.
        Ok(expected)
    }

    /// Holds what a whole start did against it.
    pub fn check(&self, world: &World, start: usize, plan: &Plan) -> Result<(), String> {
        let this = &world.starts[start];
        let sent = |target: &String| world.sent.iter().any(|sent| sent.start == start && sent.target == *target);
        let item = |target: &String| target.split('-').next().unwrap_or_default().to_owned();
        let blocked = |target: &String| {
            let by_other = world.sent.iter().any(|sent| sent.target == *target && sent.job != this.job);
            // One beside it may have meant to send it, and have given it up since.
            by_other || this.again || plan.shared.contains(&item(target))
        };
        if let Some(target) = self.to_submit.iter().find(|target| !sent(target) && !blocked(target)) {
            return Err(format!("{target} was still to be submitted, and was not"));
        }
        if let Some(target) = self.not_to_submit.iter().find(|target| sent(target) && !this.resend) {
            return Err(format!("nothing was to be done about {target}, and it was sent"));
        }
        let looked = |item: &String| this.listed.contains(item) || this.unlisted.contains(item);
        if let Some(item) = self.to_look_up.iter().find(|item| !looked(item)) {
            return Err(format!("{item} was still to be looked up, and was not"));
        }
        Ok(())
    }
}
