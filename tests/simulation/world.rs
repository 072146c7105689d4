//! The truth about a platform that exists only here: what it lists, what it has carried out, and what is on its
//! way. It also watches: each submission is held against the promise as it arrives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::time::Instant;
use unpromo::model::Target;
use unpromo::platform::{Promises, Submission};

use crate::chance::Chance;

/// What a submission came to, as far as its sender can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing yet, or its sender is dead.
    Nothing,
    /// It was taken, now or before.
    Taken,
    /// It certainly was not carried out, and may be sent again.
    NotCarriedOut,
    /// It was refused.
    Refused,
    /// An answer that proves nothing, or none.
    Unclear,
}

/// A submission that left the program.
#[derive(Clone, Debug)]
pub struct Sent {
    pub job: i64,
    pub start: usize,
    pub target: String,
    pub request_no: String,
    pub told: Told,
}

/// One start of the program, which is one process. Several of them can run at once.
#[derive(Default)]
pub struct Start {
    pub job: i64,
    pub again: bool,
    pub resend: bool,
    /// How bad the weather is for it: so many of a hundred calls go wrong.
    pub storm: u64,
    pub most_in_flight: usize,
    /// When its requests arrived, by shop.
    pub arrivals: BTreeMap<String, Vec<Duration>>,
    pub in_flight: BTreeMap<String, usize>,
    pub flying_ties: BTreeSet<String>,
    /// The look-ups that were answered with a list.
    pub listed: BTreeSet<String>,
    /// The look-ups that were not.
    pub unlisted: BTreeSet<String>,
    /// The targets that changed after it last saw a list of their item.
    pub changed_since_listed: BTreeSet<String>,
}

/// The truth.
pub struct World {
    pub chance: Chance,
    pub promises: Promises,
    /// What each item has, whether or not it was withdrawn.
    pub targets: BTreeMap<String, Vec<Target>>,
    /// What was carried out.
    pub effects: BTreeSet<String>,
    /// Each time that something was carried out: the target, and the request number.
    pub deeds: Vec<(String, String)>,
    /// What is on its way, and will be carried out after its sender has given up.
    pub late: Vec<(String, String)>,
    pub sent: Vec<Sent>,
    pub starts: Vec<Start>,
    pub flying: BTreeSet<String>,
    journal: Option<Connection>,
    /// What must never happen, and did.
    pub broken: Vec<String>,
    /// All that happened, in order: the same seed gives the same.
    pub trace: Vec<String>,
}

pub type Shared = Arc<Mutex<World>>;

pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub fn new(chance: Chance, promises: Promises, targets: BTreeMap<String, Vec<Target>>) -> Self {
        Self {
            chance,
            promises,
            targets,
            effects: BTreeSet::new(),
            deeds: Vec::new(),
            late: Vec::new(),
            sent: Vec::new(),
            starts: Vec::new(),
            flying: BTreeSet::new(),
            journal: None,
            broken: Vec::new(),
            trace: Vec::new(),
        }
    }

    /// Looks into the journal's file from now on, as nobody else does.
    pub fn watch(&mut self, journal: &Path) {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.journal.get_or_insert_with(|| Connection::open_with_flags(journal, flags).expect("the journal"));
    }

    /// A new process. Returns its number.
    pub fn start(&mut self, start: Start) -> usize {
        self.starts.push(start);
        if self.chance.percent(50) {
            self.late_arrive();
        }
        self.starts.len() - 1
    }

    /// A submission takes effect.
    pub fn carry_out(&mut self, target: &str, request_no: &str) {
        self.deeds.push((target.to_owned(), request_no.to_owned()));
        self.effects.insert(target.to_owned());
        for start in &mut self.starts {
            start.changed_since_listed.insert(target.to_owned());
        }
    }

    /// What was on its way arrives.
    fn late_arrive(&mut self) {
        for (target, request_no) in std::mem::take(&mut self.late) {
            self.carry_out(&target, &request_no);
        }
    }

    /// A request of a start is there.
    pub fn arrive(&mut self, start: usize, shop: &str, began: Instant) {
        let start = &mut self.starts[start];
        start.arrivals.entry(shop.to_owned()).or_default().push(began.elapsed());
        let flying = start.in_flight.entry(shop.to_owned()).or_default();
        *flying += 1;
        if *flying > start.most_in_flight {
            self.broken.push(format!("{flying} in flight, not {}", start.most_in_flight));
        }
    }

    /// Holds a submission against the promise, as it arrives.
    pub fn watch_over(&mut self, start: usize, submission: &Submission, tie: &str) {
        let target = &submission.target.id;
        let Start { job, again, resend, .. } = self.starts[start];
        if let Some(journal) = &self.journal {
            let mut query = journal
                .prepare_cached(
                    "SELECT count(*), count(*) FILTER (WHERE job = ?2) FROM attempts
                     WHERE target = ?1 AND state = 'intended' AND blocking = 1",
                )
                .expect("a query");
            let count = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let intended: (i64, i64) = query.query_row((target, job), count).expect("a count");
            if intended != (1, 1) {
                self.broken.push(format!("job {job} sent {target} with {intended:?} attempts committed, (its own)"));
            }
        }
        if self.flying.contains(target) {
            self.broken.push(format!("{target} was sent twice at once"));
        }
        if !tie.is_empty() && self.starts[start].flying_ties.contains(tie) {
            self.broken.push(format!("two of the tie {tie} were sent at once"));
        }
        for earlier in self.sent.iter().filter(|sent| sent.target == *target) {
            let is_proven = matches!(earlier.told, Told::NotCarriedOut)
                || (earlier.told == Told::Refused && (earlier.job != job || resend));
            let is_repeat = self.promises.repeats && earlier.request_no == submission.request_no;
            let is_again = again && earlier.job != job;
            let is_resent = resend && earlier.start != start;
            if !(is_proven || is_repeat || is_again || is_resent) {
                self.broken.push(format!("{target} was sent again by job {job}, after {earlier:?}"));
            }
        }
    }

    /// What a look-up is answered.
    pub fn list(&mut self, start: usize, item: &str) -> Vec<Target> {
        let targets = self.targets.get(item).cloned().unwrap_or_default();
        let gone = |target: &Target| self.promises.settles && self.effects.contains(&target.id);
        let listed: Vec<Target> = targets.iter().filter(|target| !gone(target)).cloned().collect();
        let start = &mut self.starts[start];
        start.listed.insert(item.to_owned());
        start.unlisted.remove(item);
        for target in &targets {
            start.changed_since_listed.remove(&target.id);
        }
        if self.chance.percent(30) {
            self.late_arrive();
        }
        listed
    }
}
