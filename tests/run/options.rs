//! Flags of a run, each doing what its help says.

use crate::stage::{SEED, Stage, story};
use unpromo::sandbox::{Listed, Options};

#[test]
fn verify_looks_again_and_tells_withdrawn_from_accepted() {
    let stage = Stage::new();
    let (ended, lines) = stage.run(&stage.sheet(&[(SEED, "*")]), &["--verify", "--verify-wait", "1ms"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(story(&lines).iter().all(|line| line.contains("verified")), "{:?}", story(&lines));

    let slow = Stage::with(&Options { listed: Listed::Always, ..Options::default() });
    let (ended, lines) = slow.run(&slow.sheet(&[(SEED, "*")]), &["--verify", "--verify-wait", "1ms"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for line in &lines {
        assert_eq!(line["status"], "submitted");
        assert!(line["detail"].as_str().expect("words").contains("still lists"), "{line}");
    }
}

#[test]
fn again_submits_what_an_earlier_job_did() {
    let stage = Stage::with(&Options {
        listed: Listed::Always,
        second: unpromo::sandbox::Second::Accept,
        ..Options::default()
    });
    let sheet = stage.sheet(&[(SEED, "清仓甩卖")]);
    stage.run(&sheet, &[]);
    let (_, lines) = stage.run(&sheet, &[]);
    assert_eq!(lines[0]["status"], "skipped");
    let (ended, lines) = stage.run(&sheet, &["--again"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(lines[0]["status"], "submitted");
    assert_eq!(stage.withdrawn().len(), 2, "on purpose");
}

#[test]
fn max_failures_stops_the_run_and_leaves_the_rest_pending() {
    let stage = Stage::failing(&["submission:refused"]);
    let (ended, lines) = stage.run(&stage.sheet(&[(SEED, "*")]), &["--max-failures", "1", "--max-in-flight", "1"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["rejected", "pending", "pending"]);
}

#[test]
fn a_result_that_cannot_be_written_is_found_before_anything_is_sent() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    for place in ["nowhere/result.xlsx", "result.pdf", "week.csv"] {
        let ended = stage.unpromo(&["run", &sheet, "--yes", "-o", place]);
        assert_eq!(ended.code, 2, "{place}: {ended:?}");
    }
    assert_eq!(stage.lookups(), 0);
}

#[test]
fn json_events_are_one_object_a_line_and_people_read_standard_error() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    let ended = stage.unpromo(&["run", &sheet, "--yes", "--rate", "off", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let events: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(names.first(), Some(&"job_started"));
    assert_eq!(names.last(), Some(&"summary"));
    assert_eq!(events[0]["mode"], "live");
    assert_eq!(events.iter().filter(|event| event["status"] == "submitted").count(), 3);
    let quiet = stage.unpromo(&["run", &sheet, "--dry-run", "-q", "--rate", "off"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (0, ""));
}

#[test]
fn the_throttled_answer_is_waited_for_and_said() {
    let stage = Stage::failing(&["submission:throttle429:first=1,retry_after=1"]);
    let sheet = stage.sheet(&[(SEED, "清仓甩卖")]);
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!((lines[0]["status"].as_str(), lines[0]["attempts"].as_u64()), (Some("submitted"), Some(2)));
    assert!(ended.stderr.contains("429"), "why it waits is said: {}", ended.stderr);
}
