//! A run that is stopped goes on as if it had not been.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, Stage, story};
use crate::wait::wait;

fn start(stage: &Stage, sheet: &str, more: &[&str]) -> Child {
    let args = [&["run", sheet, "--yes", "--rate", "off", "-o", "result.jsonl"], more].concat();
    stage.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
}

fn end(child: Child) -> Ended {
    Ended::of(child.wait_with_output().expect("ended"))
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
}

#[test]
fn ctrl_c_waits_for_what_is_in_flight_and_resume_ends_as_an_unbroken_run() {
    let unbroken = Stage::new();
    let (_, expected) = unbroken.run(&unbroken.sheet_of_many(12), &[]);

    let stage = Stage::new();
    let sheet = stage.sheet_of_many(12);
    stage.sandbox.hold(Call::Submission, When::After);
    let child = start(&stage, &sheet, &["--max-in-flight", "3"]);
    wait(stage.sandbox.arrived(Call::Submission, 3));
    interrupt(&child);
    stage.sandbox.release(Call::Submission, None);
    let ended = end(child);
    assert_eq!(ended.code, 130, "{ended:?}");
    assert!(ended.stderr.contains("unpromo resume 1"), "{}", ended.stderr);
    let partial = stage.lines("result.jsonl");
    assert!(partial.iter().any(|line| line["status"] == "pending"), "{:?}", story(&partial));

    let again = stage.unpromo(&["run", &sheet, "--yes"]);
    assert_eq!(again.code, 2, "an unfinished job is gone on with, not started anew");
    assert!(again.stderr.contains("unpromo resume 1") && again.stderr.contains("--new"), "{}", again.stderr);

    let ended = stage.unpromo(&["resume", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(story(&stage.lines("result.jsonl")), story(&expected));
    let withdrawn = stage.withdrawn();
    assert_eq!(withdrawn.len(), withdrawn.iter().collect::<BTreeSet<_>>().len(), "none twice");
    assert_eq!(stage.unpromo(&["resume"]).code, 2, "nothing is left to resume");
}

#[test]
fn a_stop_in_the_plan_phase_sends_nothing_and_a_resume_asks_unless_told_yes() {
    let stage = Stage::new();
    let sheet = stage.sheet_of_many(12);
    stage.sandbox.hold(Call::Lookup, When::Before);
    let child = start(&stage, &sheet, &[]);
    wait(stage.sandbox.arrived(Call::Lookup, 8));
    interrupt(&child);
    stage.sandbox.release(Call::Lookup, None);
    assert_eq!(end(child).code, 130);
    assert_eq!(stage.submissions(), 0);
    assert_eq!(stage.unpromo(&["resume"]).code, 2, "never confirmed, and nobody is there to ask");
    let ended = stage.unpromo(&["resume", "--yes", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!stage.withdrawn().is_empty());
}
