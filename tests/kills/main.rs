//! Killed anywhere: the real program against a sandbox in a process of its own. The program is ended at
//! named points and at random instants, the sandbox is killed and started again, or both; then the job is
//! resumed until it is done, and its end is held against the ledger and against an unbroken run.
//!
//! `UNPROMO_KILLS=5000 cargo test --test kills -- --nocapture` plays more of them; a failure names the
//! command that plays it again.
// Without debug assertions the program has no points to be ended at.
#![cfg(debug_assertions)]

mod bench;
#[path = "../shared/chance.rs"]
mod chance;
#[path = "../shared/control.rs"]
mod control;
mod judge;
#[path = "../shared/login.rs"]
mod login;
#[path = "../shared/memory.rs"]
mod memory;
mod subject;
mod trial;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use unpromo::failpoint::NAMES;
use unpromo::home::Home;
use unpromo::model::Status;

use bench::{Desk, Sandbox};
use chance::Chance;
use judge::{Lines, judge};
use login::log_in;
use subject::{SUBJECTS, Subject};
use trial::{End, Outage, Played, Trial, instant};

/// So many trials are played at once: each is two processes that mostly wait for one another.
const WORKERS: usize = 3;

/// A worker's place: its sandbox, its shop, and what an unbroken run comes to.
struct Place {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    unbroken: Lines,
    takes: Duration,
}

impl Place {
    fn new(subject: &'static Subject) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = Sandbox::start(&folder.path().join("ledger.jsonl"));
        log_in(&Home::at(folder.path()).expect("a home"), subject.operation(), &sandbox.url());
        let mut place = Self { sandbox, folder, unbroken: Lines::default(), takes: Duration::ZERO };
        let played = place.play(&Trial::unbroken(subject)).expect("an unbroken run");
        let done = if subject.submits() { Status::Submitted } else { Status::Matched };
        assert!(played.lines.with(done).count() >= 8, "a sheet worth killing: {:?}", played.lines);
        (place.unbroken, place.takes) = (played.lines, played.took);
        place
    }

    fn play(&mut self, trial: &Trial) -> Result<Played, String> {
        let desk = Desk::new(&self.folder.path().join("shops.toml"), trial.subject.sheet);
        trial.play(&mut self.sandbox, &desk)
    }

    fn play_and_judge(&mut self, trial: &Trial) -> Result<Played, String> {
        let played = self.play(trial)?;
        judge(trial, &played, &self.unbroken, &self.sandbox.submissions())?;
        Ok(played)
    }
}

/// What a sweep came to.
#[derive(Default)]
struct Swept {
    kills: u32,
    outages: u32,
    trials: usize,
    doubts: usize,
    ended_at: BTreeSet<&'static str>,
}

/// Plays trials, several at once. Each is made once it is known how long an unbroken run takes.
fn sweep(test: &str, subject: &'static Subject, count: usize, make: impl Fn(usize, Duration) -> Trial + Sync) -> Swept {
    let (next, swept) = (AtomicUsize::new(0), Mutex::new(Swept::default()));
    let only = std::env::var("UNPROMO_TRIAL").ok().and_then(|number| number.parse::<usize>().ok());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(count) {
            scope.spawn(|| {
                let mut place = Place::new(subject);
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= count {
                        break;
                    }
                    if only.is_some_and(|only| only != number) {
                        continue;
                    }
                    let trial = make(number, place.takes);
                    match place.play_and_judge(&trial) {
                        Ok(played) => {
                            let mut swept = swept.lock().expect("no worker failed");
                            swept.kills += played.kills;
                            swept.outages += played.outages;
                            swept.doubts += played.lines.in_doubt().count();
                            swept.trials += 1;
                            swept.ended_at.extend(played.ended_at);
                        }
                        Err(why) => panic!(
                            "{why}\n  in trial {number}: {trial}\n  again: UNPROMO_TRIAL={number} \
                             UNPROMO_KILLS={} cargo test --test kills {test}",
                            wanted(0)
                        ),
                    }
                }
            });
        }
    });
    let swept = swept.into_inner().expect("no worker failed");
    eprintln!(
        "{test}, {}: {} trials, {} kills of the program, {} of the sandbox, {} targets in doubt on the way, {:.1} s",
        subject.operation,
        swept.trials,
        swept.kills,
        swept.outages,
        swept.doubts,
        began.elapsed().as_secs_f64()
    );
    swept
}

/// How many trials of a kind: as many as `UNPROMO_KILLS` says, or the usual number.
fn wanted(usual: usize) -> usize {
    std::env::var("UNPROMO_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// What the sandbox does wrong in some of the trials.
const FAULTS: &[&[&str]] = &[
    &[],
    &[],
    &["submission:throttle429:every=4,retry_after=0"],
    &["submission:reset:after:every=5"],
    &["submission:reset:before:every=6", "lookup:error5xx:every=5"],
    &["submission:code4000004:every=3,times=1", "submission:truncated:after:nth=2+7"],
];

fn faults(chance: &mut Chance) -> Vec<String> {
    chance.pick(FAULTS).iter().map(|rule| (*rule).to_owned()).collect()
}

/// One submission at a time: then it is known what must be in doubt after each end, and what must not.
#[test]
fn at_each_point_the_doubt_is_exactly_what_cannot_be_known() {
    for subject in SUBJECTS {
        let mut place = Place::new(subject);
        let promises = subject.operation().promises();
        let mut met = 0;
        for name in NAMES {
            let trial = Trial {
                seed: 0,
                subject,
                in_flight: 1,
                faults: Vec::new(),
                starts: vec![(End::Point(name, 2), Outage::None)],
            };
            let played = place.play_and_judge(&trial).unwrap_or_else(|why| panic!("{why}\n  in {trial}"));
            met += played.kills;
            let doubts = played.lines.in_doubt().count();
            // Where the attempt stands in the journal and no look-up shows it gone, nobody can know.
            let unknown = ["submit.after_intend", "submit.before_send"].contains(name);
            let told_by_look_up = ["submit.after_answer", "submit.before_record"].contains(name);
            let expected = usize::from(!promises.repeats && (unknown || (told_by_look_up && !promises.settles)));
            if !name.starts_with("journal.") {
                assert_eq!(doubts, expected * played.kills as usize, "in doubt after an end at {name}");
            }
        }
        let least = if subject.submits() { 10 } else { 6 };
        assert!(met >= least, "the second pass of {met} points alone was met");
    }
}

/// Every point, at several passes, with many in flight; where the sweep resumes it is ended again.
#[test]
fn ended_at_every_point() {
    const PASSES: &[u32] = &[1, 3, 2, 6];
    for subject in SUBJECTS {
        let count = wanted(NAMES.len() * PASSES.len() / subject.share);
        let make = |number: usize, _| {
            let name = NAMES[number % NAMES.len()];
            let seed = number as u64;
            let mut chance = Chance::of(seed);
            let pass = PASSES[(number / NAMES.len()) % PASSES.len()];
            // What is passed in a resumed start alone needs an end before it.
            let resumed_only = name.starts_with("recover.") || name.starts_with("settle.");
            let first =
                if resumed_only { vec![(End::Point("submit.after_answer", 3), Outage::None)] } else { Vec::new() };
            let again = (End::Point(name, 1), Outage::None);
            let mut faults = faults(&mut chance);
            if name.ends_with("_retreat") {
                // The login runs out while others stand ready to be sent.
                faults = vec!["submission:expired40001:nth=3".to_owned()];
            }
            let starts =
                [first, vec![(End::Point(name, if resumed_only { 1 } else { pass }), Outage::None), again]].concat();
            Trial { seed, subject, in_flight: 4, faults, starts }
        };
        let swept = sweep("ended_at_every_point", subject, count, make);
        if std::env::var("UNPROMO_TRIAL").is_err() && count >= NAMES.len() {
            let promises = subject.operation().promises();
            // Nothing is settled where no look-up tells, or where a repeat is harmless; and where calls wait for
            // one another, few stand ready to be sent.
            let is_met = |name: &str| match name.split_once('.') {
                Some(("submit" | "recover" | "settle", _) | ("run", "before_confirm" | "confirmed" | "ended"))
                    if !promises.submits =>
                {
                    false
                }
                Some(("settle", _)) => promises.settles && !promises.repeats,
                Some((_, point)) => subject.share == 1 || !point.ends_with("_retreat"),
                None => true,
            };
            let missed = NAMES.iter().filter(|name| is_met(name) && !swept.ended_at.contains(*name));
            let missed: Vec<_> = missed.collect();
            assert!(missed.is_empty(), "no run ended at {missed:?}");
        }
    }
}

/// Any instant of the run, and often of the resumed run too.
#[test]
fn killed_at_random_instants() {
    for subject in SUBJECTS {
        let make = |number: usize, takes: Duration| {
            let seed = number as u64;
            let mut chance = Chance::of(seed ^ 0x5eed_0001);
            let faults = faults(&mut chance);
            let kills = 1 + chance.below(3);
            let starts = (0..kills).map(|_| (End::After(instant(&mut chance, takes)), Outage::None)).collect();
            let in_flight = *chance.pick(&[1, 2, 4, 8]);
            Trial { seed, subject, in_flight, faults, starts }
        };
        sweep("killed_at_random_instants", subject, wanted(50 / subject.share), make);
    }
}

/// The program is killed while the sandbox holds its submissions: carried out, or not yet.
#[test]
fn killed_while_submissions_are_on_their_way() {
    for subject in SUBJECTS.iter().filter(|subject| subject.submits()) {
        let make = |number: usize, _| {
            let seed = number as u64;
            let mut chance = Chance::of(seed ^ 0x5eed_0002);
            let in_flight = *chance.pick(&[1, 2, 4]);
            let held = End::Held { count: in_flight, effect: chance.below(2) == 0 };
            Trial { seed, subject, in_flight, faults: Vec::new(), starts: vec![(held, Outage::None)] }
        };
        let swept = sweep("killed_while_submissions_are_on_their_way", subject, wanted(8 / subject.share), make);
        if subject.operation().promises().settles {
            // All that was on its way has arrived by the time of the next start, so looking tells.
            assert_eq!(swept.doubts, 0, "a look-up tells of all that arrived");
        }
    }
}

/// The sandbox is killed and started again with its ledger, and so, in half of the trials, is the program.
#[test]
fn the_sandbox_is_killed_too() {
    for subject in SUBJECTS {
        let make = |number: usize, takes: Duration| {
            let seed = number as u64;
            let mut chance = Chance::of(seed ^ 0x5eed_0003);
            let after = instant(&mut chance, takes);
            let outage = if chance.below(2) == 0 { Outage::Short(after) } else { Outage::UntilTheEnd(after) };
            let end = if chance.below(2) == 0 { End::After(instant(&mut chance, takes)) } else { End::Left };
            let in_flight = *chance.pick(&[1, 4, 8]);
            Trial { seed, subject, in_flight, faults: Vec::new(), starts: vec![(end, outage)] }
        };
        sweep("the_sandbox_is_killed_too", subject, wanted(30 / subject.share), make);
    }
}

/// The release that people use has no points, and so nothing that ends it.
#[test]
fn every_point_is_in_the_program_and_named_once() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&source, &mut found);
    found.sort();
    let mut known: Vec<&str> = NAMES.to_vec();
    known.sort_unstable();
    found.dedup();
    assert_eq!(found, known);
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let points = text.split("failpoint!(\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(points.map(str::to_owned));
        }
    }
}
