//! One account is worked on by one process at a time: the rate belongs to the account.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use unpromo::sandbox::{Call, Options, When};

use crate::stage::{Ended, SEED, Stage, story};
use crate::wait::wait;

fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
}

fn end(child: Child) -> Ended {
    Ended::of(child.wait_with_output().expect("ended"))
}

/// Reads events until the one that is waited for.
fn event(child: &mut Child, name: &str) -> Value {
    let mut output = BufReader::new(child.stdout.as_mut().expect("its output"));
    loop {
        let mut line = String::new();
        assert_ne!(output.read_line(&mut line).expect("a line"), 0, "it ended without {name}");
        let event: Value = serde_json::from_str(&line).expect("JSON");
        if event["event"] == name {
            return event;
        }
    }
}

/// The sheet of another job, of products that no other sheet has.
fn other_sheet(stage: &Stage, name: &str, rows: u64) -> String {
    let rows: String = (0..rows).map(|i| format!("{},*,申请退出\n", 6_000_000_001 + i * 10)).collect();
    stage.write(name, &format!("SPU,活动名称,理由\n{rows}"))
}

/// A run that the platform holds while it submits.
fn submitting(stage: &Stage) -> Child {
    let sheet = stage.sheet_of_many(3);
    stage.sandbox.hold(Call::Submission, When::After);
    let args = ["run", &sheet, "--yes", "--rate", "off", "-o", "first.jsonl", "--max-in-flight", "1"];
    let child = start(&mut stage.command(&args));
    wait(stage.sandbox.held(Call::Submission, 1));
    child
}

/// Another home of the same user, in which the shop has another name.
fn other_home(stage: &Stage) -> Stage {
    let other = Stage::empty(&Options::default());
    other.add_shop_with(&stage.sandbox.url(), "elsewhere", "634418224869329", "SUB_PASS_ID=made-up");
    other
}

#[test]
fn two_processes_keep_the_limit_of_their_account_together() {
    let stage = Stage::new();
    let (one, two) = (stage.sheet_of_many(4), other_sheet(&stage, "other.csv", 4));
    let run =
        |sheet: &str, result: &str| start(&mut stage.command(&["run", sheet, "--yes", "--rate", "5/s", "-o", result]));
    let children = [run(&one, "one.jsonl"), run(&two, "two.jsonl")];
    for child in children {
        let ended = end(child);
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let ledger = stage.sandbox.ledger();
    let arrivals: Vec<Duration> = ledger.entries.iter().map(|entry| Duration::from_nanos(entry.at_ns)).collect();
    assert!(arrivals.len() >= 16, "{}", arrivals.len());
    for (first, at) in arrivals.iter().enumerate() {
        let within = arrivals[first..].iter().filter(|other| **other < *at + Duration::from_secs(1)).count();
        assert!(within <= 6, "{within} requests in the second from {at:?}: {arrivals:?}");
    }
}

#[test]
fn the_second_says_for_whom_it_waits_and_ctrl_c_ends_the_wait() {
    let stage = Stage::new();
    let first = submitting(&stage);
    let sheet = other_sheet(&stage, "other.csv", 2);
    let lookups = stage.lookups();
    let args = ["run", &sheet, "--yes", "--new", "--rate", "off", "-o", "second.jsonl"];
    for signal in ["-INT", "-TERM"] {
        let mut second = start(&mut stage.command(&[&args[..], &["--json"]].concat()));
        let busy = event(&mut second, "account_busy");
        assert_eq!((&busy["shop"], &busy["job"]), (&"shop".into(), &1.into()), "{busy}");
        assert_eq!(busy["pid"], first.id(), "{busy}");
        assert!(Command::new("kill").args([signal, &second.id().to_string()]).status().expect("kill").success());
        let ended = end(second);
        assert_eq!(ended.code, 130, "{signal}: {ended:?}");
        assert!(stage.lines("second.jsonl").iter().all(|line| line["status"] == "pending"), "{signal}");
    }
    assert_eq!(stage.lookups(), lookups, "nothing left while the account was busy");

    let mut second = start(&mut stage.command(&args));
    let mut log = BufReader::new(second.stderr.take().expect("its stderr")).lines().map(|line| line.expect("a line"));
    log.find(|line| line.contains("shop waits: ") && line.contains("job 1, shop shop")).expect("it says for whom");
    stage.sandbox.release(Call::Submission, None);
    assert_eq!(end(first).code, 0);
    log.find(|line| line.contains("the account is free")).expect("it goes on");
    drop(log);
    assert_eq!(end(second).code, 0);
    let withdrawn = stage.withdrawn();
    assert_eq!(withdrawn.len(), withdrawn.iter().collect::<BTreeSet<_>>().len(), "none twice");
}

#[test]
fn no_wait_ends_at_once_and_leaves_no_job_behind() {
    let stage = Stage::new();
    let first = submitting(&stage);
    let sheet = other_sheet(&stage, "other.csv", 2);
    for how in ["--yes", "--dry-run"] {
        let ended = stage.unpromo(&["run", &sheet, how, "--no-wait", "-o", "second.jsonl"]);
        assert_eq!(ended.code, 2, "{how}: {ended:?}");
        let pid = first.id().to_string();
        for words in [pid.as_str(), "job 1", "nothing was sent", "--no-wait"] {
            assert!(ended.stderr.contains(words), "{how}: {words}: {}", ended.stderr);
        }
    }
    assert_eq!(stage.unpromo(&["jobs", "show", "2"]).code, 2, "no job of it counts");
    stage.sandbox.release(Call::Submission, None);
    assert_eq!(end(first).code, 0);
    let (ended, _) = stage.run(&sheet, &["--no-wait"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn another_home_and_a_link_to_the_journal_are_no_way_around() {
    let stage = Stage::new();
    let first = submitting(&stage);
    let sheet = other_sheet(&stage, "other.csv", 2);
    let refused = |home: &Stage, data: &Stage, case: &str| {
        let mut command = home.command(&["run", &sheet, "--yes", "--no-wait", "-o", "second.jsonl"]);
        let ended = Ended::of(command.env("XDG_DATA_HOME", data.path("data")).output().expect("it ran"));
        assert_eq!(ended.code, 2, "{case}: {ended:?}");
        assert!(ended.stderr.contains(&first.id().to_string()), "{case}: {}", ended.stderr);
    };
    let other = other_home(&stage);
    refused(&other, &stage, "a journal of its own, the same user");

    let linked = other_home(&stage);
    let _ = std::fs::remove_file(linked.path("home/journal.db"));
    std::os::unix::fs::symlink(stage.path("home/journal.db"), linked.path("home/journal.db")).expect("a link");
    refused(&linked, &linked, "a link to the journal, another user");
    // The job's own lock is found through the link as well.
    let ended = linked.unpromo(&["resume", "1", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("working on job 1"), "{ended:?}");

    let around = other_home(&stage);
    std::fs::remove_dir_all(around.path("home")).expect("removed");
    std::os::unix::fs::symlink(stage.path("home"), around.path("home")).expect("a link");
    refused(&around, &around, "a link to the folder");

    // A hard link has a write-ahead log of its own: what one name knows the other would not.
    let hard = other_home(&stage);
    let _ = std::fs::remove_file(hard.path("home/journal.db"));
    stage.sandbox.release(Call::Submission, None);
    assert_eq!(end(first).code, 0);
    std::fs::hard_link(stage.path("home/journal.db"), hard.path("home/journal.db")).expect("a link");
    for place in [&hard, &stage] {
        let ended = place.unpromo(&["run", &sheet, "--yes", "-o", "second.jsonl"]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains("hard link"), "{}", ended.stderr);
    }
    std::fs::remove_file(hard.path("home/journal.db")).expect("removed");
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "{ended:?} {:?}", story(&lines));
}

#[test]
fn another_account_another_platform_and_the_embedded_sandbox_are_not_waited_for() {
    let stage = Stage::new();
    let first = submitting(&stage);
    let lookups = stage.lookups();
    stage.add_shop("other", "634418224869330");
    let sheet = stage.write("other.csv", &format!("SPU,活动名称,理由,店铺\n{SEED},清仓甩卖,退,other\n"));
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--no-wait", "-o", "other.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(stage.lookups() > lookups);
    let ended = stage.unpromo(&["run", "--sandbox", "--dry-run", "--no-wait", "--rate", "off", "-o", "sample.jsonl"]);
    assert_ne!(ended.code, 2, "{ended:?}");
    let elsewhere = Stage::new();
    let sheet = elsewhere.sheet_of_many(1);
    let mut command = elsewhere.command(&["run", &sheet, "--dry-run", "--no-wait", "-o", "result.jsonl"]);
    let ended = Ended::of(command.env("XDG_DATA_HOME", stage.path("data")).output().expect("it ran"));
    assert_eq!(ended.code, 0, "{ended:?}");
    stage.sandbox.release(Call::Submission, None);
    assert_eq!(end(first).code, 0);
}
