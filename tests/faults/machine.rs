//! The machine fails in other ways: locked and damaged journals, files that vanish, clocks that are wrong.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, CLEARANCE, Ran, SPU, live};
use crate::wait::wait;

#[test]
fn a_journal_that_another_program_holds_is_told_with_job_and_process() {
    let bench = Bench::ready(&[]);
    bench.sandbox.hold(Call::Submission, When::Before);
    let child = bench.start(&live(&[]));
    wait(bench.sandbox.held(Call::Submission, 1));
    let other = Connection::open(bench.journal()).expect("the journal");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let before = bench.sandbox.ledger().entries.len();
    let refused = bench.run(&["--new"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("locked by another program"), "{}", refused.err);
    let process = child.id().to_string();
    assert!(refused.err.contains("job 1") && refused.err.contains(&process), "{}", refused.err);
    assert_eq!(bench.sandbox.ledger().entries.len(), before);
    other.execute_batch("ROLLBACK").expect("unlocked");
    bench.sandbox.release(Call::Submission, None);
    let ran = Ran::end_of(child);
    assert_eq!((ran.code, bench.effects()), (0, 1), "{}", ran.err);
}

/// Every file of the journal, with its bytes. An empty log says as much as none.
fn bytes(bench: &Bench) -> Vec<(PathBuf, Vec<u8>)> {
    let beside = ["", "-wal"].map(|end| PathBuf::from(format!("{}{end}", bench.journal().display())));
    beside
        .into_iter()
        .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect()
}

/// Every command refuses the journal in these words, and leaves it as it is.
fn refuses(bench: &Bench, words: &str) {
    let before = bytes(bench);
    let arrived = bench.sandbox.ledger().entries.len();
    let commands: [&[&str]; 6] = [
        &live(&[]),
        &["resume", "--yes"],
        &["jobs"],
        &["jobs", "show", "1"],
        &["jobs", "export", "1", "-o", "x.csv"],
        &["pick", SPU],
    ];
    for args in commands {
        let ran = bench.unpromo(args);
        // By hand needs someone at the screen, and says that first.
        if args[0] != "pick" {
            assert_eq!(ran.code, 1, "{words}: {args:?}: {}", ran.err);
            assert!(ran.err.contains(words) && ran.err.contains("journal.db"), "{words}: {args:?}: {}", ran.err);
        }
        assert!(bytes(bench) == before, "{words}: {args:?} changed the file");
    }
    assert_eq!(bench.sandbox.ledger().entries.len(), arrived, "{words}: something was sent");
}

#[test]
fn a_journal_of_a_newer_version_is_left_alone() {
    for leaves_a_log in [false, true] {
        let bench = Bench::ready(&[]);
        assert_eq!(bench.run(&[]).code, 0);
        let db = Connection::open(bench.journal()).expect("the journal");
        db.execute_batch("PRAGMA user_version = 99").expect("newer");
        if leaves_a_log {
            // As a killed program leaves it: what it wrote last is in the log beside the file alone.
            let copies = bytes(&bench);
            assert_eq!(copies.len(), 2);
            drop(db);
            for (path, bytes) in &copies {
                fs::write(path, bytes).expect("written");
            }
        } else {
            drop(db);
        }
        refuses(&bench, "newer unpromo");
    }
}

#[test]
fn a_damaged_journal_is_named_and_left_alone() {
    let bench = Bench::ready(&[]);
    assert_eq!(bench.run(&[]).code, 0);
    let whole = fs::read(bench.journal()).expect("the journal");
    assert!(whole.len() > 16 << 10);

    let mut noise = 0x9e37_79b9_7f4a_7c15_u64;
    let random = std::iter::repeat_with(|| {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise.to_le_bytes()[0]
    });
    let random = random.take(20_000).collect();
    for (damage, words) in [
        (random, "is damaged"),
        (b"SPU,reason\n1,2\n".repeat(100), "is damaged"),
        (whole[..whole.len() / 2].to_vec(), "is damaged"),
        (whole[..4096].to_vec(), "is damaged"),
        (whole[..50].to_vec(), "is damaged"),
    ] {
        fs::write(bench.journal(), damage).expect("written");
        refuses(&bench, words);
    }

    fs::remove_file(bench.journal()).expect("removed");
    let foreign = Connection::open(bench.journal()).expect("a database");
    foreign.execute_batch("CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('x');").expect("made");
    drop(foreign);
    refuses(&bench, "is not an unpromo journal");
}

#[test]
fn a_clock_that_was_set_back_changes_nothing() {
    // All that the journal has is a year in the future: that is what it looks like after the clock went back.
    let bench = Bench::ready(&["submission:reset:before:first=1"]);
    bench.sheet(&[(SPU, CLEARANCE), (SPU, "限时秒杀")]);
    assert_eq!(bench.run(&["--max-in-flight", "1"]).code, 4);
    let db = Connection::open(bench.journal()).expect("the journal");
    db.execute_batch(
        "UPDATE jobs SET created_at = created_at + 31536000000, confirmed_at = confirmed_at + 31536000000;
         UPDATE attempts SET intended_at = intended_at + 31536000000, sent_at = sent_at + 31536000000,
            answered_at = answered_at + 31536000000;",
    )
    .expect("moved");
    drop(db);
    assert_eq!(bench.run(&["--new"]).code, 4);
    let mut statuses: Vec<_> = bench.counts().into_keys().collect();
    statuses.sort();
    assert_eq!(statuses, ["in_doubt", "skipped"]);
    assert_eq!(bench.arrived(Call::Submission), 2);
    assert_eq!(bench.resume(&["1", "--resend-in-doubt"]).code, 0);
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (3, 2));
    bench.assert_never_twice("the clock was set back");
}

#[test]
fn a_shop_file_that_changes_or_vanishes_during_a_run_does_not_change_the_run() {
    for vanishes in [true, false] {
        let bench = Bench::ready(&[]);
        bench.sandbox.hold(Call::Lookup, When::After);
        let child = bench.start(&live(&[]));
        wait(bench.sandbox.held(Call::Lookup, 1));
        let file = bench.home().join("shops.toml");
        if vanishes {
            fs::remove_file(&file).expect("removed");
        } else {
            let text = fs::read_to_string(&file).expect("the shop file").replace("made-up", "expired");
            fs::write(&file, text).expect("written");
        }
        bench.sandbox.release(Call::Lookup, None);
        let ran = Ran::end_of(child);
        assert_eq!((ran.code, bench.effects()), (0, 1), "{}", ran.err);
    }
}

#[test]
fn a_shop_that_became_another_account_is_not_run_for() {
    let bench = Bench::ready(&["submission:expired40001:first=1"]);
    assert_eq!(bench.run(&[]).code, 3);
    let file = bench.home().join("shops.toml");
    let text = fs::read_to_string(&file).expect("the shop file").replace("634418224869329", "634418224869330");
    fs::write(&file, text).expect("written");
    let resumed = bench.resume(&[]);
    assert_eq!((resumed.code, bench.effects()), (3, 0), "{}", resumed.err);
    assert!(resumed.err.contains("634418224869330"), "{}", resumed.err);
}
