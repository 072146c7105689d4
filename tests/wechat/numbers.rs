//! A request number stays the same at every retry, and makes a repeat harmless.

use std::collections::BTreeSet;

use unpromo::sandbox::{Call, Listed, Options, When};

use crate::stage::{COUPON, Stage, each, failing_by, story};
use crate::wait::wait;

/// The request numbers that the platform was sent, each once.
fn numbers(stage: &Stage) -> BTreeSet<String> {
    stage.submissions().iter().filter_map(|entry| entry.request_no.as_deref().map(str::to_owned)).collect()
}

#[test]
fn a_system_error_after_the_effect_is_repeated_under_the_same_number() {
    let stage = Stage::failing(&["submission:error5xx:after:first=2"]);
    let line = stage.run_one("", (0, "submitted"), "a system error");
    assert_eq!((stage.submissions().len(), stage.effects(), numbers(&stage).len()), (3, 1, 1));
    assert_eq!(stage.sandbox.ledger().second_attempts().count(), 0);
    assert_eq!(line["attempts"], 3);
}

#[test]
fn throttling_and_lost_answers_are_repeated_under_the_same_number() {
    let cases = [
        ("submission:code4000004:first=1", 2),
        ("submission:words:first=1", 2),
        ("submission:throttle429:first=1,retry_after=1", 2),
        ("submission:close:after:first=1", 2),
        ("submission:reset:before:first=1", 2),
        ("submission:garbage:after:first=1", 2),
        ("submission:truncated:after:first=1", 2),
    ];
    each(cases, |(rule, tries)| {
        let stage = Stage::failing(&[rule]);
        stage.run_one("MINE-000001", (0, "submitted"), rule);
        assert_eq!((stage.submissions().len(), stage.effects()), (tries, 1), "{rule}");
        assert_eq!(numbers(&stage), ["MINE-000001".to_owned()].into(), "{rule}");
    });
}

#[test]
fn a_doubtful_try_is_never_called_rejected() {
    // The first try is carried out and its answer lost; the second is refused as if the number were used.
    let stage = Stage::failing(&["submission:close:after:nth=1", "submission:already:before:from=2"]);
    let line = stage.run_one("", (0, "submitted"), "an answer that was lost");
    let detail = line["detail"].as_str().expect("words");
    assert!(detail.contains("shows that it was submitted"), "{detail}");
    assert_eq!(stage.effects(), 1);
}

#[test]
fn a_killed_run_goes_on_under_the_same_number() {
    for when in [When::Before, When::After] {
        let stage = Stage::new();
        let sheet = stage.sheet(&[(COUPON, ""), ("1000000011", "")]);
        stage.sandbox.hold(Call::Submission, when);
        let mut child = stage
            .command(&["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("started");
        wait(stage.sandbox.held(Call::Submission, 2));
        child.kill().expect("killed");
        child.wait().expect("ended");
        stage.sandbox.release(Call::Submission, None);
        wait(stage.sandbox.carried_out(2));
        let before = numbers(&stage);
        let ended = stage.unpromo(&["resume", "--rate", "off", "-o", "result.jsonl"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(story(&stage.lines("result.jsonl")), ["2 submitted 1000000001", "3 submitted 1000000011"]);
        assert_eq!(numbers(&stage), before, "the numbers of the first run, and no others");
        assert_eq!((before.len(), stage.effects()), (2, 2));
        assert!(stage.submissions().len() > 2, "they were repeated");
    }
}

#[test]
fn a_coupon_that_somebody_else_deactivated_is_not_called_ours() {
    // One more look-up shows the coupon as it was, so the plan still has it.
    let options = Options { listed: Listed::For(1), ..failing_by(&["submission:error5xx:before:from=2"]) };
    let stage = Stage::with(&options);
    let theirs = Stage::bare(&Options::default());
    assert_eq!(theirs.add_merchant(&stage.sandbox.url()).code, 0);
    theirs.run_one("THEIRS-01", (0, "submitted"), "theirs");
    let line = stage.run_one("OURS-0001", (0, "skipped"), "ours");
    let detail = line["detail"].as_str().expect("words");
    assert!(detail.contains("THEIRS-01"), "{detail}");
    assert_eq!(stage.effects(), 1);
}

#[test]
fn a_look_up_that_lags_leaves_it_in_doubt_and_says_so() {
    let stage = Stage::with(&Options { listed: Listed::Always, ..failing_by(&["submission:error5xx:after"]) });
    stage.run_one("", (4, "in_doubt"), "a look-up that lags");
    assert_eq!((stage.effects(), numbers(&stage).len()), (1, 1));
}

#[test]
fn the_number_that_was_made_stands_in_the_result() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(COUPON, "")]);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "off", "-o", "plan.csv"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let (ended, _) = stage.run(&stage.path("plan.csv").display().to_string(), &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let plan = std::fs::read_to_string(stage.path("plan.csv")).expect("a plan");
    let number = numbers(&stage).pop_first().expect("a number");
    assert!(plan.contains(&number), "{number} in {plan}");
    assert!((6..=40).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
}
