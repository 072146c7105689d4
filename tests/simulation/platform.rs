//! A platform that exists only here: what it lists, what it has carried out, and every way in which it
//! answers, or does not. It also watches: each submission is held against the promise as it arrives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::time::{Instant, sleep};
use unpromo::error::Result;
use unpromo::model::{Column, FactColumn, Item, Target};
use unpromo::platform::{
    Accepted, Call, CredentialsTrouble, Failure, Find, Identity, Limits, Operation, Promises, Submission, Submit,
};
use unpromo::shop::Shop;
use unpromo::text::{Lang, Text};

use crate::chance::Chance;

/// What the simulated operations promise: all three sorts that exist.
pub static OPERATIONS: [Simulated; 3] = [
    Simulated(Promises { looks_up: true, submits: true, settles: true, repeats: false }),
    Simulated(Promises { looks_up: true, submits: true, settles: false, repeats: false }),
    Simulated(Promises { looks_up: true, submits: true, settles: true, repeats: true }),
];

/// An operation of which only the promises matter.
pub struct Simulated(pub Promises);

fn model() -> &'static dyn Operation {
    unpromo::platform::operation("temu-activity").expect("known")
}

impl Operation for Simulated {
    fn name(&self) -> &'static str {
        "simulated"
    }
    fn title(&self) -> Text {
        Text::verbatim("simulated".to_owned())
    }
    fn platform(&self) -> &'static str {
        "simulated"
    }
    fn columns(&self) -> &'static [Column] {
        model().columns()
    }
    fn facts(&self) -> &'static [FactColumn] {
        &[]
    }
    fn describe(&self, _: &Target, _: Lang) -> Vec<String> {
        Vec::new()
    }
    fn promises(&self) -> Promises {
        self.0
    }
    fn default_rate(&self) -> f64 {
        2.0
    }
    fn finder(&self, _: &Shop, _: Limits) -> Result<Box<dyn Find>> {
        unreachable!("the simulation makes its own")
    }
    fn submitter(&self, _: &Shop, _: Limits) -> Result<Box<dyn Submit>> {
        unreachable!("the simulation makes its own")
    }
    fn identify<'a>(&'a self, _: &'a Shop, _: Limits) -> Result<Call<'a, Identity>> {
        unreachable!("the simulation makes its own")
    }
}

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
    late: Vec<(String, String)>,
    pub sent: Vec<Sent>,
    pub starts: Vec<Start>,
    flying: BTreeSet<String>,
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

    fn carry_out(&mut self, target: &str, request_no: &str) {
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

    fn arrive(&mut self, start: usize, shop: &str, began: Instant) {
        let start = &mut self.starts[start];
        start.arrivals.entry(shop.to_owned()).or_default().push(began.elapsed());
        let flying = start.in_flight.entry(shop.to_owned()).or_default();
        *flying += 1;
        if *flying > start.most_in_flight {
            self.broken.push(format!("{flying} in flight, not {}", start.most_in_flight));
        }
    }

    /// Holds a submission against the promise, as it arrives.
    fn watch_over(&mut self, start: usize, submission: &Submission, tie: &str) {
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

    fn list(&mut self, start: usize, item: &str) -> Vec<Target> {
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

    fn wait(&mut self) -> Duration {
        Duration::from_millis(self.chance.below(400))
    }

    /// A fault that proves that nothing was carried out.
    fn harmless(&mut self) -> Failure {
        let words = String::new;
        match self.chance.below(9) {
            0..3 => Failure::NotSent(Text::default()),
            3..5 => Failure::Throttled { wait: None, words: words() },
            5..7 => Failure::Throttled { wait: Some(Duration::from_millis(self.chance.below(5000))), words: words() },
            7 => Failure::Throttled { wait: Some(Duration::from_secs(7200)), words: words() },
            _ => Failure::Credentials { trouble: CredentialsTrouble::Expired, words: words() },
        }
    }

    /// A fault that proves nothing.
    fn unclear(&mut self) -> Failure {
        match self.chance.below(9) {
            0..4 => Failure::NoAnswer(Text::default()),
            4..8 => Failure::Unclear(Text::default()),
            _ => Failure::Credentials { trouble: CredentialsTrouble::Moved, words: String::new() },
        }
    }
}

/// One shop's way to the world.
pub struct Way {
    pub world: Shared,
    pub start: usize,
    pub shop: String,
    pub began: Instant,
}

impl Find for Way {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(async move {
            let guard = Landing { way: self, submission: None };
            let (before, after) = {
                let mut world = lock(&self.world);
                world.arrive(self.start, &self.shop, self.began);
                world.trace.push(format!("{} looks up {} at {:?}", self.start, item.id(), self.began.elapsed()));
                (world.wait(), world.wait())
            };
            sleep(before).await;
            let answer = {
                let mut world = lock(&self.world);
                let storm = world.starts[self.start].storm;
                if world.chance.percent(storm) {
                    world.starts[self.start].unlisted.insert(item.id().to_owned());
                    Err(match world.chance.below(10) {
                        0..4 => world.harmless(),
                        4..9 => world.unclear(),
                        _ => Failure::Refused { code: String::new(), words: String::new() },
                    })
                } else {
                    Ok(world.list(self.start, item.id()))
                }
            };
            sleep(after).await;
            drop(guard);
            answer
        })
    }
}

impl Submit for Way {
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted> {
        Box::pin(async move {
            let (before, after, number) = {
                let mut world = lock(&self.world);
                world.arrive(self.start, &self.shop, self.began);
                let tie = self.tie(submission);
                world.watch_over(self.start, submission, &tie);
                world.flying.insert(submission.target.id.clone());
                let start = &mut world.starts[self.start];
                start.flying_ties.insert(tie);
                let (job, start) = (start.job, self.start);
                let (target, request_no) = (submission.target.id.clone(), submission.request_no.clone());
                world.trace.push(format!("{start} submits {target} at {:?}", self.began.elapsed()));
                world.sent.push(Sent { job, start, target, request_no, told: Told::Nothing });
                (world.wait(), world.wait(), world.sent.len() - 1)
            };
            let mut guard = Landing { way: self, submission: Some((submission, false)) };
            sleep(before).await;
            let (answer, told) = self.decide(submission);
            guard.submission = Some((submission, true));
            sleep(after).await;
            lock(&self.world).sent[number].told = told;
            answer
        })
    }
}

impl Way {
    /// What must be sent one after another: a tie holds within a shop.
    fn tie(&self, submission: &Submission) -> String {
        match submission.target.group.as_str() {
            "" => String::new(),
            tie => format!("{} of {}", tie, self.shop),
        }
    }

    /// What becomes of a submission, and what its sender is told.
    fn decide(&self, submission: &Submission) -> (std::result::Result<Accepted, Failure>, Told) {
        let mut world = lock(&self.world);
        let target = &submission.target.id;
        let storm = world.starts[self.start].storm;
        if !world.chance.percent(storm) {
            return Self::take(&mut world, submission);
        }
        match world.chance.below(10) {
            0..3 => (Err(world.harmless()), Told::NotCarriedOut),
            3 if !world.effects.contains(target) && !world.late.iter().any(|(late, _)| late == target) => {
                (Err(Failure::Refused { code: "1".to_owned(), words: String::new() }), Told::Refused)
            }
            3..6 => (Err(world.unclear()), Told::Unclear),
            6..9 => {
                world.carry_out(target, &submission.request_no);
                (Err(world.unclear()), Told::Unclear)
            }
            _ => {
                world.late.push((target.clone(), submission.request_no.clone()));
                (Err(world.unclear()), Told::Unclear)
            }
        }
    }

    fn take(world: &mut World, submission: &Submission) -> (std::result::Result<Accepted, Failure>, Told) {
        let is_second = world.effects.contains(&submission.target.id);
        world.carry_out(&submission.target.id, &submission.request_no);
        if is_second && !world.promises.repeats {
            return (Err(Failure::AlreadySubmitted { words: String::new() }), Told::Taken);
        }
        (Ok(Accepted::default()), Told::Taken)
    }
}

/// A call under way. Where its sender dies in the middle, what it sent may still arrive.
struct Landing<'a> {
    way: &'a Way,
    /// The submission, and whether the platform has decided on it.
    submission: Option<(&'a Submission, bool)>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let mut world = lock(&self.way.world);
        let start = &mut world.starts[self.way.start];
        if let Some(flying) = start.in_flight.get_mut(&self.way.shop) {
            *flying = flying.saturating_sub(1);
        }
        let Some((submission, is_decided)) = self.submission else { return };
        let (target, request_no) = (&submission.target.id, &submission.request_no);
        start.flying_ties.remove(&self.way.tie(submission));
        world.flying.remove(target);
        if !is_decided {
            match world.chance.below(3) {
                0 => world.carry_out(target, request_no),
                1 => world.late.push((target.clone(), request_no.clone())),
                _ => {}
            }
        }
    }
}
