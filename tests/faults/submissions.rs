//! Every way in which a submission can go wrong, before its effect and after.

use std::thread;

use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, CLEARANCE, SPU, live, many, wait};
use crate::table::check;

#[test]
fn every_answer_to_a_submission_leads_where_the_table_says() {
    let call = Call::Submission;
    check(|subject| [crate::generic::cases(subject, call), (subject.own)(call)].concat());
}

/// Runs the sheet, and closes the port for a while between its look-ups and its submissions.
fn run_with_port_closed(bench: &Bench, ms: u64, args: &[&str]) -> crate::bench::Ran {
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
    let bench = Bench::ready(&[]);
    let ran = run_with_port_closed(&bench, 250, &["--wait-scale", "0.1"]);
    let line = bench.line();
    assert_eq!((ran.code, line["status"].as_str()), (0, Some("submitted")), "{}", ran.err);
    assert!((2..=4).contains(&line["attempts"].as_u64().expect("a number")), "{line}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
    bench.assert_never_twice("refused connection");
}

#[test]
fn a_platform_that_stays_away_leaves_the_row_pending_and_resumable() {
    let bench = Bench::ready(&[]);
    let ran = run_with_port_closed(&bench, 1500, &[]);
    let line = bench.line();
    assert_eq!((ran.code, line["status"].as_str()), (5, Some("pending")), "{}", ran.err);
    assert_eq!((line["attempts"].as_u64(), bench.arrived(Call::Submission)), (Some(4), 0));
    thread::sleep(std::time::Duration::from_millis(1600));
    let resumed = bench.resume(&[]);
    assert_eq!((resumed.code, bench.effects()), (0, 1), "{}", resumed.err);
    bench.assert_never_twice("resumed");
    bench.assert_true("resumed");
}

#[test]
fn a_connection_that_the_server_just_closed_leaves_a_doubt_and_is_not_tried_again() {
    let bench = Bench::ready(&["submission:stale:nth=1"]);
    bench.sheet(&[(SPU, CLEARANCE), (SPU, "限时秒杀"), (SPU, "官方大促")]);
    let ran = bench.run(&["--max-in-flight", "1"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    let counts = bench.counts();
    assert_eq!((counts["submitted"], counts["in_doubt"]), (2, 1), "{counts:?}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (3, 2));
    bench.assert_never_twice("stale");
    bench.assert_true("stale");
}

#[test]
fn a_connection_that_the_server_closed_while_idle_leaves_no_doubt() {
    let bench = Bench::ready(&["submission:stale:idle_ms=40"]);
    bench.sheet(&[(SPU, CLEARANCE), (SPU, "限时秒杀"), (SPU, "官方大促")]);
    let ran = bench.run(&["--max-in-flight", "1", "--rate", "5/s"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!((bench.counts()["submitted"], bench.effects()), (3, 3));
}

#[test]
fn a_platform_that_makes_no_sense_to_ten_in_a_row_is_left_alone() {
    let bench = Bench::ready(&["submission:error502"]);
    let rows = many(40);
    let rows: Vec<(&str, &str)> = rows.iter().map(|(spu, activity)| (spu.as_str(), *activity)).collect();
    bench.sheet(&rows);
    let ran = bench.run(&["--max-in-flight", "1"]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    let counts = bench.counts();
    assert_eq!(counts["in_doubt"], 10, "{counts:?}");
    assert!(counts["pending"] > 20, "{counts:?}");
    bench.sandbox.clear_faults();
    let resumed = bench.resume(&[]);
    assert_eq!(resumed.code, 4, "{}", resumed.err);
    let counts = bench.counts();
    assert_eq!((counts["in_doubt"], counts.get("pending")), (10, None), "{counts:?}");
    bench.assert_never_twice("resumed");
    bench.assert_true("resumed");
}

#[test]
fn a_paused_shop_goes_on_after_a_fresh_login() {
    for rule in ["submission:expired40001:from=2", "submission:redirect:from=2", "submission:login_html:from=2"] {
        let bench = Bench::ready(&[rule]);
        bench.sheet(&[(SPU, "*")]);
        let ran = bench.run(&["--max-in-flight", "1"]);
        assert_eq!(ran.code, 3, "{rule}: {}", ran.err);
        assert!(ran.err.contains("shop add"), "{}", ran.err);
        let counts = bench.counts();
        assert_eq!((counts["submitted"], counts["pending"]), (1, 2), "{rule}: {counts:?}");
        bench.sandbox.clear_faults();
        bench.add_shop();
        let resumed = bench.resume(&[]);
        assert_eq!((resumed.code, bench.effects()), (0, 3), "{rule}: {}", resumed.err);
        bench.assert_never_twice(rule);
        bench.assert_true(rule);
    }
}
