//! A journal that is deleted, moved or replaced while a run uses it: nothing more is sent, and the result says all that
//! is known.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, Stage, story};
use crate::wait::wait;

/// What somebody does to the home folder in mid-run.
type Deed = (&'static str, fn(&Path));

const DEEDS: &[Deed] = &[
    ("all of it deleted", |home| {
        for ending in ["", "-wal", "-shm"] {
            fs::remove_file(home.join(format!("journal.db{ending}"))).expect("removed");
        }
    }),
    ("the file deleted", |home| fs::remove_file(home.join("journal.db")).expect("removed")),
    ("its log deleted", |home| fs::remove_file(home.join("journal.db-wal")).expect("removed")),
    ("replaced by a copy", |home| {
        fs::copy(home.join("journal.db"), home.join("copy")).expect("copied");
        fs::rename(home.join("copy"), home.join("journal.db")).expect("replaced");
    }),
    ("the folder moved", |home| fs::rename(home, home.with_extension("moved")).expect("moved")),
];

#[test]
fn nothing_more_is_sent_and_the_result_has_what_is_known() {
    for (deed, does) in DEEDS {
        let stage = Stage::new();
        let sheet = stage.sheet_of_many(12);
        stage.sandbox.hold(Call::Submission, When::After);
        let args = ["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl", "--max-in-flight", "3"];
        let child = stage.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        wait(stage.sandbox.held(Call::Submission, 3));
        does(&stage.path("home"));
        stage.sandbox.release(Call::Submission, None);
        let ended = Ended::of(child.wait_with_output().expect("ended"));
        assert_eq!(ended.code, 1, "{deed}: {ended:?}");
        for words in ["journal.db", "nothing more is sent", "result.jsonl"] {
            assert!(ended.stderr.contains(words), "{deed}: {words}: {}", ended.stderr);
        }
        assert_eq!(stage.submissions(), 3, "{deed}");

        let lines = stage.lines("result.jsonl");
        let known = ["submitted", "in_doubt"].map(serde_json::Value::from);
        let told: BTreeSet<_> = lines.iter().filter(|line| known.contains(&line["status"])).collect_targets();
        for target in stage.withdrawn() {
            assert!(told.contains(&target), "{deed}: {target} was withdrawn: {:?}", story(&lines));
        }
        assert!(lines.iter().any(|line| line["status"] == "pending"), "{deed}: {:?}", story(&lines));
    }
}

trait Targets {
    fn collect_targets(self) -> BTreeSet<String>;
}

impl<'a, I: Iterator<Item = &'a serde_json::Value>> Targets for I {
    fn collect_targets(self) -> BTreeSet<String> {
        self.filter_map(|line| line["target"].as_str().map(str::to_owned)).collect()
    }
}

#[test]
fn a_journal_that_was_moved_and_is_put_back_is_resumed() {
    let stage = Stage::new();
    let sheet = stage.sheet_of_many(12);
    stage.sandbox.hold(Call::Submission, When::After);
    let args = ["run", &sheet, "--yes", "--rate", "off", "-o", "result.jsonl", "--max-in-flight", "3"];
    let child = stage.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    wait(stage.sandbox.held(Call::Submission, 3));
    let (home, away) = (stage.path("home"), stage.path("away"));
    fs::rename(&home, &away).expect("moved");
    stage.sandbox.release(Call::Submission, None);
    assert_eq!(child.wait_with_output().expect("ended").status.code(), Some(1));
    fs::rename(&away, &home).expect("moved back");
    let ended = stage.unpromo(&["resume", "--rate", "off", "-o", "result.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let withdrawn = stage.withdrawn();
    assert_eq!(withdrawn.len(), withdrawn.iter().collect::<BTreeSet<_>>().len(), "none twice");
    let lines = stage.lines("result.jsonl");
    let open = ["in_doubt", "pending"].map(serde_json::Value::from);
    assert!(!lines.iter().any(|line| open.contains(&line["status"])), "{:?}", story(&lines));
}
