//! The end of a trial, held against the ledger and against an unbroken run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;

use serde_json::Value;
use unpromo::journal::Journal;
use unpromo::model::Status;
use unpromo::sandbox::{Entry, Outcome};

use crate::bench::Desk;
use crate::trial::{Played, Trial};

/// A line of a result: the row and its target, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(pub BTreeMap<(u64, Option<String>), Status>);

impl Lines {
    /// The targets in doubt.
    pub fn in_doubt(&self) -> impl Iterator<Item = &str> {
        self.with(Status::InDoubt)
    }

    /// The targets with a status.
    pub fn with(&self, status: Status) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, is)| **is == status).filter_map(|((_, target), _)| target.as_deref())
    }
}

/// The lines of the result file, which must be those of the journal.
pub fn lines_of(desk: &Desk, job: i64) -> Result<Lines, String> {
    let text = fs::read_to_string(desk.result()).map_err(|why| format!("no result: {why}"))?;
    let mut lines = Lines::default();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).map_err(|why| format!("{why}: {line}"))?;
        let row = line["row"].as_u64().ok_or_else(|| format!("no row: {line}"))?;
        let target = line["target"].as_str().map(str::to_owned);
        let status = line["status"].as_str().and_then(Status::from_code).ok_or_else(|| format!("no status: {line}"))?;
        if lines.0.insert((row, target), status).is_some() {
            return Err(format!("a line twice in the result: {line}"));
        }
    }
    let journal = Journal::open(&desk.journal()).map_err(|why| format!("the journal does not open: {why}"))?;
    let mut known = Lines::default();
    let read = journal.each_line(job, |line| {
        let target = line.target.map(|target| target.id);
        known.0.insert((line.key.row, target), line.status.unwrap_or(Status::Pending));
        Ok(ControlFlow::Continue(()))
    });
    read.map_err(|why| format!("the journal cannot be read: {why}"))?;
    if known == lines { Ok(lines) } else { Err(format!("the result {lines:?} is not the journal's {known:?}")) }
}

/// Whether a submission was certainly not carried out, by the platform's own words.
fn is_harmless(entry: &Entry) -> bool {
    let harmless = ["throttle429", "code4000004", "words", "expired40001"];
    entry.outcome == Outcome::Fault && entry.fault.as_deref().is_some_and(|fault| harmless.contains(&fault))
}

/// Judges a trial. `before` are the submissions that had arrived before `--resend-in-doubt`, of which
/// nobody knew whether they were carried out.
pub fn judge(trial: &Trial, played: &Played, unbroken: &Lines, ledger: &[Entry]) -> Result<(), String> {
    let promises = trial.subject.operation().promises();
    never_twice(ledger, &played.lines, promises.repeats)?;
    let effects: BTreeSet<String> =
        ledger.iter().filter(|entry| entry.effect).map(|entry| entry.target.to_string()).collect();
    let end = played.resent.as_ref().unwrap_or(&played.lines);
    for (lines, name) in [(&played.lines, "at the end"), (end, "at the very end")] {
        same_lines(lines, unbroken, name)?;
    }
    for target in played.lines.with(Status::Submitted) {
        if !effects.contains(target) {
            return Err(format!("{target} is called submitted, and was not carried out"));
        }
    }
    let submitted: BTreeSet<&str> = unbroken.with(Status::Submitted).collect();
    if let Some(target) = effects.iter().find(|target| !submitted.contains(target.as_str())) {
        return Err(format!("{target} was carried out, and is not in the plan"));
    }
    // What looking again can tell, it has told: doubt stays only where the target was still listed, and then
    // sending once more makes it whole.
    if promises.settles && end != unbroken {
        return Err(format!("after --resend-in-doubt the end is {end:?}, not {unbroken:?}"));
    }
    let doubts = played.lines.in_doubt().count();
    let starts = (played.kills + played.outages) as usize;
    let most = starts * 2 * trial.in_flight as usize + ledger.iter().filter(|entry| entry.fault.is_some()).count();
    if doubts > most {
        return Err(format!("{doubts} in doubt after {starts} kills with {} in flight", trial.in_flight));
    }
    Ok(())
}

/// The same rows and targets; each as in an unbroken run, or in doubt where it was to be submitted.
fn same_lines(lines: &Lines, unbroken: &Lines, when: &str) -> Result<(), String> {
    let keys = |lines: &Lines| lines.0.keys().cloned().collect::<Vec<_>>();
    if keys(lines) != keys(unbroken) {
        return Err(format!("{when} the lines are {lines:?}, not {unbroken:?}"));
    }
    for (key, status) in &lines.0 {
        let expected = unbroken.0[key];
        let is_doubt = expected == Status::Submitted && *status == Status::InDoubt;
        if *status != expected && !is_doubt {
            return Err(format!("{when} {key:?} is {status:?}, not {expected:?}"));
        }
    }
    Ok(())
}

/// No target was carried out twice, and none was sent again that may have been.
fn never_twice(ledger: &[Entry], lines: &Lines, repeats: bool) -> Result<(), String> {
    let doubted: BTreeSet<&str> = lines.in_doubt().collect();
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in ledger {
        let target = entry.target.to_string();
        if entry.effect
            && ledger.iter().any(|other| other.seq < entry.seq && other.effect && other.target == entry.target)
        {
            return Err(format!("{target} was carried out twice"));
        }
        if entry.second && !repeats {
            return Err(format!("{target} was sent again after it had been carried out"));
        }
        numbers.entry(target.clone()).or_default().insert(format!("{:?}", entry.request_no));
        if !is_harmless(entry) {
            *sent.entry(target).or_default() += 1;
        }
    }
    if let Some((target, numbers)) = numbers.iter().find(|(_, numbers)| numbers.len() > 1) {
        return Err(format!("{target} was sent under several request numbers: {numbers:?}"));
    }
    for (target, times) in sent {
        // One more is what `--resend-in-doubt` was asked for.
        let allowed = 1 + usize::from(doubted.contains(target.as_str()));
        if times > allowed && !repeats {
            return Err(format!("{target} was sent {times} times, although it may have been carried out"));
        }
    }
    Ok(())
}
