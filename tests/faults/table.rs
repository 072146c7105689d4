//! A table of faults: each row says what comes of it, whatever the operation.

use std::sync::Mutex;

use unpromo::sandbox::Call;

use crate::bench::{Bench, Ran, text};
use crate::subject::{Comes, SUBJECTS, Subject, at_once};

/// How often a call is tried that got no clear answer, where trying again is harmless.
const TRIES: u64 = 4;
/// How often a call is tried that is told to slow down, with no other getting through: four times at the usual pace,
/// which chance explains, and seven times with pauses that double.
const THROTTLED_TRIES: u64 = 11;

/// One fault.
#[derive(Clone, Debug)]
pub struct Case {
    pub call: Call,
    kind: &'static str,
    keys: String,
    comes: Comes,
    first: Option<u64>,
    is_after: bool,
    /// Further flags of the run.
    args: &'static [&'static str],
    /// Another row than the usual one.
    row: Option<String>,
    /// Over TLS with this protocol; else in plain text.
    protocol: Option<&'static str>,
}

/// What is to come of a sheet of one row with one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    pub status: &'static str,
    pub code: i32,
    /// Attempts as the result has them.
    pub attempts: u64,
    /// Requests of the faulty kind that reached the platform before anything was looked at again.
    pub arrived: u64,
    pub effects: u64,
}

pub const fn want(status: &'static str, code: i32, attempts: u64, arrived: u64, effects: u64) -> Want {
    Want { status, code, attempts, arrived, effects }
}

impl Case {
    /// A fault that meets every request of a kind, before its effect.
    pub fn new(call: Call, kind: &'static str, keys: &str, comes: Comes) -> Self {
        let keys = keys.trim_matches(',').to_owned();
        Self { call, kind, keys, comes, first: None, is_after: false, args: &[], row: None, protocol: None }
    }

    /// It meets the first so many alone.
    pub fn first(mut self, first: u64) -> Self {
        self.first = Some(first);
        self
    }

    /// It comes after the effect.
    pub fn after(mut self) -> Self {
        self.is_after = true;
        self
    }

    pub fn args(mut self, args: &'static [&'static str]) -> Self {
        self.args = args;
        self
    }

    pub fn row(mut self, row: String) -> Self {
        self.row = Some(row);
        self
    }

    pub fn over(mut self, protocol: &'static str) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// The sandbox's rule.
    fn rule(&self) -> String {
        let first = self.first.map(|first| format!("first={first}"));
        let keys: Vec<&str> =
            first.as_deref().into_iter().chain((!self.keys.is_empty()).then_some(&*self.keys)).collect();
        let when = if self.is_after { ":after" } else { "" };
        format!("{}:{}{when}:{}", self.call.name(), self.kind, keys.join(","))
    }

    fn name(&self, subject: &Subject) -> String {
        let [protocol, row] = [self.protocol, self.row.as_deref()].map(Option::unwrap_or_default);
        format!("{} {} {row} {protocol}", subject.operation, self.rule())
    }

    /// What is to come of it for a subject.
    fn want(&self, subject: &Subject) -> Want {
        let comes = subject.differs.iter().find(|(kind, _)| *kind == self.kind).map_or(self.comes, |(_, comes)| *comes);
        match (self.call, comes) {
            (_, Comes::Exactly(want)) => want,
            (Call::Lookup, comes) => self.of_look_up(comes, subject),
            (_, comes) => self.of_submission(comes, subject),
        }
    }

    /// Nothing is submitted unless the look-up came right in the end.
    fn of_look_up(&self, comes: Comes, subject: &Subject) -> Want {
        let found = |arrived| {
            if subject.promises().submits {
                want("submitted", 0, 1, arrived, 1)
            } else {
                want("matched", 0, 0, arrived, 0)
            }
        };
        match (comes, self.first) {
            (Comes::Fine, _) => found(1),
            (Comes::Throttled | Comes::Unclear | Comes::Silent, Some(first)) => found(first + 1),
            (Comes::Throttled, None) => want("lookup_failed", 4, 0, THROTTLED_TRIES, 0),
            (Comes::TooLong, _) => want("pending", 5, 0, 1, 0),
            (Comes::Refused, _) => want("lookup_failed", 4, 0, 1, 0),
            // The platform is there and makes no sense; or it is not there.
            (Comes::Unclear, None) => want("lookup_failed", 4, 0, TRIES, 0),
            (Comes::Silent, None) => want("pending", 5, 0, TRIES, 0),
            (Comes::Paused | Comes::Moved | Comes::Exactly(_), _) => want("pending", 3, 0, 1, 0),
        }
    }

    fn of_submission(&self, comes: Comes, subject: &Subject) -> Want {
        let effects = u64::from(self.is_after);
        match (comes, self.first) {
            (Comes::Fine, _) => want("submitted", 0, 1, 1, 1),
            (Comes::Throttled, Some(first)) => want("submitted", 0, first + 1, first + 1, 1),
            (Comes::Throttled, None) => want("failed", 4, THROTTLED_TRIES, THROTTLED_TRIES, 0),
            (Comes::TooLong, _) => want("pending", 5, 1, 1, 0),
            (Comes::Refused, _) => want("rejected", 4, 1, 1, 0),
            (Comes::Moved, _) => want("in_doubt", 3, 1, 1, effects),
            (Comes::Unclear | Comes::Silent, _) => self.of_doubt(comes, subject),
            (Comes::Paused | Comes::Exactly(_), _) => want("pending", 3, 1, 1, 0),
        }
    }

    /// Nobody knows whether it was carried out. Sent again under the same number where that is harmless, and
    /// else never; then looked up, where that can be.
    fn of_doubt(&self, comes: Comes, subject: &Subject) -> Want {
        let (promises, effects) = (subject.promises(), u64::from(self.is_after));
        match self.first {
            Some(first) if promises.repeats && first < TRIES => want("submitted", 0, first + 1, first + 1, 1),
            _ => {
                let sent = if promises.repeats { TRIES } else { 1 };
                // So many silences in a row are a platform out of reach: what is in doubt waits for a resume.
                let is_away = comes == Comes::Silent && sent >= 3;
                match (promises.settles && self.is_after, is_away) {
                    (_, true) => want("in_doubt", 5, sent, sent, effects),
                    (true, false) => want("submitted", 0, sent, sent, effects),
                    (false, false) => want("in_doubt", 4, sent, sent, effects),
                }
            }
        }
    }

    fn try_out(&self, subject: &'static Subject) -> (Want, String) {
        let (rule, name) = (self.rule(), self.name(subject));
        let bench = Bench::of(subject, &[&rule], self.protocol);
        if let Some(row) = &self.row {
            bench.write_sheet(&subject.sheet_of(std::slice::from_ref(row)));
        }
        let ran = bench.run(self.args);
        let line = bench.line();
        bench.assert_never_twice(&name);
        // "Already submitted" is the platform's word, and believed without a look at the ledger.
        if self.kind != "already" {
            bench.assert_true(&name);
        }
        let arrived = match self.call {
            // Before the first submission: what is looked up later settles doubts.
            Call::Lookup => {
                bench.sandbox.ledger().entries.iter().take_while(|entry| entry.kind == Call::Lookup).count()
            }
            call => bench.arrived(call),
        };
        let status = unpromo::model::Status::from_code(&text(&line["status"])).expect("a known status").code();
        let attempts = line["attempts"].as_u64().expect("a number");
        let got = want(status, ran.code, attempts, arrived as u64, bench.effects() as u64);
        let Ran { out, err, .. } = ran;
        (got, format!("{line}\n{out}{err}"))
    }
}

/// What came of one case.
struct Told {
    line: String,
    is_right: bool,
    why: String,
}

/// Runs the cases of every operation, prints the table, and fails with all that is not as it should be.
pub fn check(cases: impl Fn(&'static Subject) -> Vec<Case>) {
    let all: Vec<(&'static Subject, Case)> = SUBJECTS
        .into_iter()
        .flat_map(|subject| cases(subject).into_iter().map(move |case| (subject, case)))
        .filter(|(subject, case)| subject.makes(case.call))
        .collect();
    let told = Mutex::new(Vec::new());
    at_once(&all, |(subject, case)| {
        let one = tell(subject, case);
        told.lock().expect("the table").push(one);
    });
    let mut told = told.into_inner().expect("the table");
    told.sort_by(|one, other| one.line[2..].cmp(&other.line[2..]));
    for Told { line, .. } in &told {
        println!("{line}");
    }
    println!("{} cases", told.len());
    let wrong: String =
        told.iter().filter(|one| !one.is_right).map(|one| format!("{}\n{}\n", one.line, one.why)).collect();
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(told.len(), all.len());
}

fn tell(subject: &'static Subject, case: &Case) -> Told {
    let (wanted, (got, ran)) = (case.want(subject), case.try_out(subject));
    let is_right = got == wanted;
    let Want { status, code, attempts, arrived, effects } = got;
    let (mark, name) = (if is_right { "  " } else { "! " }, case.name(subject));
    let line =
        format!("{mark}{name:<96} {status:<14} exit {code}  attempts {attempts}  arrived {arrived}  effects {effects}");
    Told { line, is_right, why: format!("want {wanted:?}\n{ran}") }
}
