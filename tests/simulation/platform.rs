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
    pub start: u32,
    pub target: String,
    pub request_no: String,
    pub told: Told,
}

/// The truth.
pub struct World {
    pub chance: Chance,
    pub promises: Promises,
    /// What each item has, whether or not it was withdrawn.
    pub targets: BTreeMap<String, Vec<Target>>,
    /// What was carried out.
    pub effects: BTreeSet<String>,
    /// What is on its way, and will be carried out after its sender has given up.
    late: Vec<String>,
    pub sent: Vec<Sent>,
    /// The look-ups that were answered with a list: start, item, and whether something was carried out since.
    pub listed: Vec<(u32, String)>,
    /// The look-ups that were not.
    pub unlisted: Vec<(u32, String)>,
    /// The targets that changed after the last list of their item.
    pub changed_since_listed: BTreeSet<String>,
    /// When requests arrived in this start, by shop.
    pub arrivals: BTreeMap<String, Vec<Duration>>,
    pub in_flight: BTreeMap<String, usize>,
    pub most_in_flight: usize,
    flying: BTreeSet<String>,
    flying_ties: BTreeSet<String>,
    /// How bad the weather is: so many of a hundred calls go wrong.
    pub storm: u64,
    pub job: i64,
    pub start: u32,
    pub again: bool,
    pub resend: bool,
    journal: Option<Connection>,
    /// What must never happen, and did.
    pub broken: Vec<String>,
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
            late: Vec::new(),
            sent: Vec::new(),
            listed: Vec::new(),
            unlisted: Vec::new(),
            changed_since_listed: BTreeSet::new(),
            arrivals: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            most_in_flight: 0,
            flying: BTreeSet::new(),
            flying_ties: BTreeSet::new(),
            storm: 0,
            job: 0,
            start: 0,
            again: false,
            resend: false,
            journal: None,
            broken: Vec::new(),
        }
    }

    /// Looks into the journal's file from now on, as nobody else does.
    pub fn watch(&mut self, journal: &Path) {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.journal.get_or_insert_with(|| Connection::open_with_flags(journal, flags).expect("the journal"));
    }

    pub fn new_start(&mut self, most_in_flight: usize) {
        self.start += 1;
        self.arrivals.clear();
        self.in_flight.clear();
        self.most_in_flight = most_in_flight;
        if self.chance.percent(50) {
            self.late_arrive();
        }
    }

    fn carry_out(&mut self, target: &str) {
        self.effects.insert(target.to_owned());
        self.changed_since_listed.insert(target.to_owned());
    }

    /// What was on its way arrives.
    pub fn late_arrive(&mut self) {
        for target in std::mem::take(&mut self.late) {
            self.carry_out(&target);
        }
    }

    fn arrive(&mut self, shop: &str, began: Instant) {
        self.arrivals.entry(shop.to_owned()).or_default().push(began.elapsed());
        let flying = self.in_flight.entry(shop.to_owned()).or_default();
        *flying += 1;
        if *flying > self.most_in_flight {
            let flying = *flying;
            self.broken.push(format!("{flying} in flight, not {}", self.most_in_flight));
        }
    }

    /// Holds a submission against the promise, as it arrives.
    fn watch_over(&mut self, submission: &Submission, tie: &str) {
        let target = &submission.target.id;
        if let Some(journal) = &self.journal {
            let mut query = journal
                .prepare_cached(
                    "SELECT count(*) FROM attempts WHERE target = ?1 AND state = 'intended' AND blocking = 1",
                )
                .expect("a query");
            let intended: i64 = query.query_row([target], |row| row.get(0)).expect("a count");
            if intended != 1 {
                self.broken.push(format!("{target} was sent with {intended} attempts committed"));
            }
        }
        if self.flying.contains(target) {
            self.broken.push(format!("{target} was sent twice at once"));
        }
        if !tie.is_empty() && self.flying_ties.contains(tie) {
            self.broken.push(format!("two of the tie {tie} were sent at once"));
        }
        for earlier in self.sent.iter().filter(|sent| sent.target == *target) {
            let is_proven = matches!(earlier.told, Told::NotCarriedOut)
                || (earlier.told == Told::Refused && (earlier.job != self.job || self.resend));
            let is_repeat = self.promises.repeats && earlier.request_no == submission.request_no;
            let is_again = self.again && earlier.job != self.job;
            let is_resent = self.resend && earlier.start != self.start;
            if !(is_proven || is_repeat || is_again || is_resent) {
                self.broken.push(format!("{target} was sent again by job {}, after {earlier:?}", self.job));
            }
        }
    }

    fn list(&mut self, item: &str) -> Vec<Target> {
        let targets = self.targets.get(item).cloned().unwrap_or_default();
        let gone = |target: &Target| self.promises.settles && self.effects.contains(&target.id);
        let listed: Vec<Target> = targets.iter().filter(|target| !gone(target)).cloned().collect();
        self.listed.push((self.start, item.to_owned()));
        for target in &targets {
            self.changed_since_listed.remove(&target.id);
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
    pub shop: String,
    pub began: Instant,
}

impl Find for Way {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(async move {
            let guard = Landing { way: self, submission: None };
            let (before, after) = {
                let mut world = lock(&self.world);
                world.arrive(&self.shop, self.began);
                (world.wait(), world.wait())
            };
            sleep(before).await;
            let answer = {
                let mut world = lock(&self.world);
                let storm = world.storm;
                if world.chance.percent(storm) {
                    let start = world.start;
                    world.unlisted.push((start, item.id().to_owned()));
                    Err(match world.chance.below(10) {
                        0..4 => world.harmless(),
                        4..9 => world.unclear(),
                        _ => Failure::Refused { code: String::new(), words: String::new() },
                    })
                } else {
                    Ok(world.list(item.id()))
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
                world.arrive(&self.shop, self.began);
                let tie = self.tie(submission);
                world.watch_over(submission, &tie);
                world.flying.insert(submission.target.id.clone());
                world.flying_ties.insert(tie);
                let (job, start) = (world.job, world.start);
                let (target, request_no) = (submission.target.id.clone(), submission.request_no.clone());
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
        let storm = world.storm;
        if !world.chance.percent(storm) {
            return Self::take(&mut world, target);
        }
        match world.chance.below(10) {
            0..3 => (Err(world.harmless()), Told::NotCarriedOut),
            3 if !world.effects.contains(target) && !world.late.contains(target) => {
                (Err(Failure::Refused { code: "1".to_owned(), words: String::new() }), Told::Refused)
            }
            3..6 => (Err(world.unclear()), Told::Unclear),
            6..9 => {
                world.carry_out(target);
                (Err(world.unclear()), Told::Unclear)
            }
            _ => {
                world.late.push(target.clone());
                (Err(world.unclear()), Told::Unclear)
            }
        }
    }

    fn take(world: &mut World, target: &str) -> (std::result::Result<Accepted, Failure>, Told) {
        let is_second = world.effects.contains(target);
        world.carry_out(target);
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
        if let Some(flying) = world.in_flight.get_mut(&self.way.shop) {
            *flying = flying.saturating_sub(1);
        }
        let Some((submission, is_decided)) = self.submission else { return };
        let target = &submission.target.id;
        world.flying.remove(target);
        world.flying_ties.remove(&self.way.tie(submission));
        if !is_decided {
            match world.chance.below(3) {
                0 => world.carry_out(target),
                1 => world.late.push(target.clone()),
                _ => {}
            }
        }
    }
}
