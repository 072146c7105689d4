//! A run that is stopped goes on as if it had not been.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, SEED, Stage, story};

fn rows() -> Vec<(String, String)> {
    (0..12).map(|i| ((5_000_000_001_u64 + i * 10).to_string(), "*".to_owned())).collect()
}

fn sheet(stage: &Stage) -> String {
    let rows = rows();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(spu, filter)| (spu.as_str(), filter.as_str())).collect();
    stage.sheet(&rows)
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_waits_for_what_is_in_flight_and_resume_ends_as_an_unbroken_run() {
    let unbroken = Stage::new();
    let (_, expected) = unbroken.run(&sheet(&unbroken), &[]);

    let stage = Stage::new();
    let sheet = sheet(&stage);
    stage.sandbox.hold(Call::Submission, When::After);
    let child = stage
        .command(&["run", &sheet, "--yes", "--rate", "off", "--max-in-flight", "3", "-o", "result.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    waiting.block_on(stage.sandbox.arrived(Call::Submission, 3));
    interrupt(&child);
    stage.sandbox.release(Call::Submission, None);
    let ended = Ended::of(child.wait_with_output().expect("ended"));
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

#[cfg(unix)]
#[test]
fn a_stop_in_the_plan_phase_sends_nothing_and_a_resume_asks_unless_told_yes() {
    let stage = Stage::new();
    let sheet = sheet(&stage);
    stage.sandbox.hold(Call::Lookup, When::Before);
    let child = stage
        .command(&["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    waiting.block_on(stage.sandbox.arrived(Call::Lookup, 8));
    interrupt(&child);
    stage.sandbox.release(Call::Lookup, None);
    assert_eq!(Ended::of(child.wait_with_output().expect("ended")).code, 130);
    assert_eq!(stage.submissions(), 0);
    assert_eq!(stage.unpromo(&["resume"]).code, 2, "never confirmed, and nobody is there to ask");
    let ended = stage.unpromo(&["resume", "--yes", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!stage.withdrawn().is_empty());
}

#[test]
fn a_job_that_is_done_cannot_be_resumed_but_its_result_can_be_written_again() {
    let stage = Stage::new();
    let (_, lines) = stage.run(&stage.sheet(&[(SEED, "*")]), &[]);
    let ended = stage.unpromo(&["resume", "1"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("jobs export 1"), "{}", ended.stderr);
    let ended = stage.unpromo(&["jobs", "export", "1", "-o", "again.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(stage.lines("again.jsonl"), lines);
    let listed = stage.unpromo(&["jobs", "--json"]);
    let job: serde_json::Value = serde_json::from_str(listed.stdout.trim()).expect("JSON");
    assert_eq!((&job["job"], &job["state"], &job["counts"]["submitted"]), (&1.into(), &"done".into(), &3.into()));
}
