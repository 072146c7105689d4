//! Every way in which a submission can go wrong, before its effect and after, for every operation that submits.

use std::thread;
use std::time::{Duration, Instant};

use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, Ran, live};
use crate::subject::{Subject, each_submitting};
use crate::table::check;
use crate::wait::wait;

#[test]
fn every_answer_to_a_submission_leads_where_the_table_says() {
    let call = Call::Submission;
    check(|subject| [crate::generic::cases(subject, call), (subject.own)(call)].concat());
}

/// A bench with a sheet of so many rows, each with one target (the first three, at least).
fn rows(subject: &'static Subject, faults: &[&str], count: usize) -> Bench {
    let bench = Bench::of(subject, faults, None);
    bench.write_sheet(&subject.sheet(count));
    bench
}

/// Runs the sheet, and closes the port for a while between its look-ups and its submissions. Where nothing is
/// looked up it is closed from the start, for so long that the program is surely there by then.
fn run_with_port_closed(bench: &Bench, [ms, ms_from_start]: [u64; 2], args: &[&str]) -> Ran {
    if !bench.subject.promises().looks_up {
        bench.close_port_for(ms_from_start);
        return bench.run(args);
    }
    bench.sandbox.hold(Call::Lookup, When::After);
    thread::scope(|scope| {
        let ran = scope.spawn(|| bench.unpromo(&live(args)));
        wait(bench.sandbox.held(Call::Lookup, 1));
        bench.close_port_for(ms);
        bench.sandbox.release(Call::Lookup, None);
        ran.join().expect("it ran")
    })
}

#[test]
fn a_connection_that_is_refused_proves_that_nothing_was_sent() {
    each_submitting(|subject| {
        let bench = Bench::of(subject, &[], None);
        // A tenth of the real waits of 1, 2 and 4 s; or those.
        let scale = if subject.promises().looks_up { "0.1" } else { "1" };
        let ran = run_with_port_closed(&bench, [250, 4000], &["--wait-scale", scale]);
        let line = bench.ended(&ran, (0, "submitted"));
        assert!((2..=4).contains(&line["attempts"].as_u64().expect("a number")), "{line}");
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
        bench.assert_never_twice("refused connection");
    });
}

#[test]
fn a_platform_that_stays_away_leaves_the_row_pending_and_resumable() {
    each_submitting(|subject| {
        let bench = Bench::of(subject, &[], None);
        let began = Instant::now();
        let ran = run_with_port_closed(&bench, [1500, 4000], &[]);
        let line = bench.ended(&ran, (5, "pending"));
        assert_eq!((line["attempts"].as_u64(), bench.arrived(Call::Submission)), (Some(4), 0));
        // Longer than the port is closed.
        thread::sleep(Duration::from_millis(4500).saturating_sub(began.elapsed()));
        let resumed = bench.resume(&[]);
        assert_eq!((resumed.code, bench.effects()), (0, 1), "{}", resumed.err);
        bench.assert_never_twice("resumed");
        bench.assert_true("resumed");
    });
}

#[test]
fn a_connection_that_the_server_just_closed_leaves_a_doubt_and_is_tried_again_only_where_that_is_harmless() {
    each_submitting(|subject| {
        let bench = rows(subject, &["submission:stale:nth=1"], 3);
        let ran = bench.run(&["--max-in-flight", "1"]);
        let counts = bench.counts();
        let repeats = subject.promises().repeats;
        let (code, submitted, arrived) = if repeats { (0, 3, 4) } else { (4, 2, 3) };
        assert_eq!((ran.code, counts["submitted"]), (code, submitted), "{counts:?} {}", ran.err);
        assert_eq!(counts.get("in_doubt").copied().unwrap_or(0), 3 - submitted, "{counts:?}");
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (arrived, submitted));
        bench.assert_never_twice("stale");
        bench.assert_true("stale");
    });
}

#[test]
fn a_connection_that_the_server_closed_while_idle_leaves_no_doubt() {
    each_submitting(|subject| {
        let bench = rows(subject, &["submission:stale:idle_ms=40"], 3);
        let ran = bench.run(&["--max-in-flight", "1", "--rate", "5/s"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!((bench.counts()["submitted"], bench.effects()), (3, 3));
        bench.assert_never_twice("idle");
    });
}

#[test]
fn a_platform_that_makes_no_sense_to_ten_in_a_row_is_left_alone() {
    each_submitting(|subject| {
        let bench = rows(subject, &["submission:error502"], 40);
        let ran = bench.run(&["--max-in-flight", "1"]);
        assert_eq!(ran.code, 5, "{}", ran.err);
        let counts = bench.counts();
        let doubtful = counts["in_doubt"];
        if subject.promises().repeats {
            assert!((1..=10).contains(&doubtful) && bench.arrived(Call::Submission) <= 40, "{counts:?}");
        } else {
            assert_eq!((doubtful, bench.arrived(Call::Submission)), (10, 10), "{counts:?}");
        }
        assert!(counts["pending"] > 20, "{counts:?}");
        bench.sandbox.clear_faults();
        let resumed = bench.resume(&[]);
        assert_eq!(resumed.code, 4, "{}", resumed.err);
        let counts = bench.counts();
        assert_eq!((counts["in_doubt"], counts.get("pending")), (doubtful, None), "{counts:?}");
        bench.assert_never_twice("resumed");
        bench.assert_true("resumed");
    });
}

#[test]
fn a_paused_shop_goes_on_after_a_fresh_login() {
    each_submitting(|subject| {
        for kind in subject.pauses() {
            let bench = rows(subject, &[&format!("submission:{kind}:from=2")], 3);
            let ran = bench.run(&["--max-in-flight", "1"]);
            assert_eq!(ran.code, 3, "{kind}: {}", ran.err);
            assert!(ran.err.contains("shop add"), "{}", ran.err);
            let counts = bench.counts();
            assert_eq!((counts["submitted"], counts["pending"]), (1, 2), "{kind}: {counts:?}");
            bench.sandbox.clear_faults();
            bench.renew();
            let resumed = bench.resume(&[]);
            assert_eq!((resumed.code, bench.effects()), (0, 3), "{kind}: {}", resumed.err);
            bench.assert_never_twice(kind);
            bench.assert_true(kind);
        }
    });
}
