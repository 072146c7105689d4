//! A table of faults: each row says what is to come of it.

use std::sync::Mutex;
use std::thread;

use unpromo::sandbox::Call;

use crate::bench::{Bench, Ran, text};

/// So many cases run at once.
const AT_ONCE: usize = 6;

/// One fault, and what is to come of it.
pub struct Case {
    /// The sandbox's rule.
    pub rule: String,
    /// Further flags of the run.
    pub args: &'static [&'static str],
    pub want: Want,
}

/// What is to come of a sheet of one row with one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    pub status: &'static str,
    pub code: i32,
    /// Attempts as the result has them.
    pub attempts: u64,
    /// Requests of the faulty kind that reached the platform before anything was looked at again.
    pub arrived: usize,
    pub effects: usize,
}

pub const fn want(status: &'static str, code: i32, attempts: u64, arrived: usize, effects: usize) -> Want {
    Want { status, code, attempts, arrived, effects }
}

/// Runs every case, prints the table, and fails with all that is not as it should be.
pub fn check(call: Call, cases: &[Case]) {
    let queue = Mutex::new(cases.iter());
    let told = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().expect("the queue").next() else { return };
                    let (got, ran) = try_out(call, case);
                    let mark = if got == case.want { "  " } else { "! " };
                    let (status, code, tries) = (text_of(&got), got.code, got.attempts);
                    let line = format!(
                        "{mark}{:<70} {status:<14} exit {code}  attempts {tries}  arrived {}  effects {}",
                        case.rule, got.arrived, got.effects
                    );
                    told.lock().expect("the table").push((
                        line,
                        got == case.want,
                        format!("want {:?}\n{ran}", case.want),
                    ));
                }
            });
        }
    });
    let mut told = told.into_inner().expect("the table");
    told.sort();
    for (line, ..) in &told {
        println!("{line}");
    }
    let wrong: Vec<_> = told.iter().filter(|(_, is_right, _)| !is_right).collect();
    assert!(wrong.is_empty(), "{}", wrong.iter().map(|(line, _, why)| format!("{line}\n{why}\n")).collect::<String>());
    assert_eq!(told.len(), cases.len());
}

fn text_of(got: &Want) -> String {
    got.status.to_owned()
}

fn try_out(call: Call, case: &Case) -> (Want, String) {
    let bench = Bench::ready(&[&case.rule]);
    let ran = bench.run(case.args);
    let line = bench.line();
    bench.assert_never_twice(&case.rule);
    // "Already submitted" is the platform's word, and believed without a look at the ledger.
    if !case.rule.contains(":already") {
        bench.assert_true(&case.rule);
    }
    let arrived = match call {
        // Before the first submission: what is looked up later settles doubts.
        Call::Lookup => bench.sandbox.ledger().entries.iter().take_while(|entry| entry.kind == Call::Lookup).count(),
        call => bench.arrived(call),
    };
    let status: &'static str = known(&text(&line["status"]));
    let attempts = line["attempts"].as_u64().expect("a number");
    let got = Want { status, code: ran.code, attempts, arrived, effects: bench.effects() };
    let Ran { out, err, .. } = ran;
    (got, format!("{line}\n{out}{err}"))
}

fn known(status: &str) -> &'static str {
    unpromo::model::Status::from_code(status).expect("a known status").code()
}
