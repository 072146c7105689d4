//! What a killed process leaves behind is cleared away by later ones, and what a living one needs is not.
// Without debug assertions the program has no points to be ended at.
#![cfg(debug_assertions)]

use std::fs::File;

use rusqlite::Connection;
use unpromo::failpoint::VARIABLE;

use crate::stage::{SEED, Stage};

const TWO_HOURS: i64 = 2 * 3_600_000;

fn journal(stage: &Stage) -> Connection {
    Connection::open(stage.path("home").join("journal.db")).expect("the journal")
}

/// Runs the sheet and kills the program at a point.
fn killed_at(stage: &Stage, point: &str) {
    let sheet = stage.sheet(&[(SEED, "*")]);
    let mut command = stage.command(&["run", &sheet, "--yes", "--new", "--rate", "off", "-o", "result.jsonl"]);
    let ended = command.env(VARIABLE, point).output().expect("started");
    assert!(!ended.status.success() && ended.status.code() != Some(101), "{ended:?}");
}

/// The jobs that began to be read and never came to count, with how many rows of theirs are kept.
fn half_read(stage: &Stage) -> Vec<(i64, i64)> {
    let journal = journal(stage);
    let mut query = journal
        .prepare("SELECT id, (SELECT count(*) FROM rows WHERE job = id) FROM jobs WHERE state = 'reading' ORDER BY id")
        .expect("a query");
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    found.collect::<Result<_, _>>().expect("read")
}

#[test]
fn a_sheet_that_was_never_read_to_its_end_is_forgotten_after_an_hour() {
    let stage = Stage::new();
    killed_at(&stage, "run.rows_read:1");
    killed_at(&stage, "run.rows_read:1");
    assert_eq!(half_read(&stage), [(1, 1), (2, 1)]);
    assert_eq!(stage.unpromo(&["resume"]).code, 2, "neither counts as a job");
    let sheet = stage.sheet(&[(SEED, "*")]);
    let dry_run = || assert_eq!(stage.unpromo(&["run", &sheet, "--dry-run", "-o", "plan.jsonl"]).code, 0);
    dry_run();
    assert_eq!(half_read(&stage), [(1, 1), (2, 1)], "young enough to be still under way");

    journal(&stage).execute("UPDATE jobs SET created_at = created_at - ?1", [TWO_HOURS]).expect("aged");
    // The first is a large sheet that is still being read: its process holds the lock.
    let lock = File::options().write(true).open(stage.path("home").join("locks").join("job-1.lock")).expect("the lock");
    lock.try_lock().expect("nobody holds it");
    dry_run();
    assert_eq!(half_read(&stage), [(1, 1)]);
    drop(lock);
    dry_run();
    assert_eq!(half_read(&stage), []);
    let rows: i64 = journal(&stage).query_row("SELECT count(*) FROM rows", [], |row| row.get(0)).expect("a count");
    assert_eq!(rows, 3, "those of the three dry runs alone");
}

#[test]
fn a_result_that_was_not_finished_leaves_no_file_once_it_is_written() {
    let names = |stage: &Stage| -> Vec<String> {
        let entries = std::fs::read_dir(stage.folder.path()).expect("the folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(".unpromo-")).collect()
    };
    let stage = Stage::new();
    killed_at(&stage, "result.before_rename:1");
    assert_eq!(names(&stage).len(), 1);
    assert!(!stage.path("result.jsonl").exists());
    let ended = stage.unpromo(&["resume", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(stage.lines("result.jsonl").len(), 3);
    assert!(names(&stage).is_empty());
    assert_eq!(stage.submissions(), 3, "and nothing was sent again");
}
