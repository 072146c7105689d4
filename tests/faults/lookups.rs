//! Every way in which a look-up can go wrong, for every operation that looks up. Nothing is submitted unless it
//! came right in the end.

use std::time::{Duration, Instant};

use unpromo::sandbox::Call;

use crate::bench::Bench;
use crate::subject::{Subject, each_looking_up};
use crate::table::check;

#[test]
fn every_answer_to_a_look_up_leads_where_the_table_says() {
    let call = Call::Lookup;
    check(|subject| [crate::generic::cases(subject, call), (subject.own)(call)].concat());
}

/// How a row ends that came right.
fn done(subject: &Subject) -> &'static str {
    if subject.promises().submits { "submitted" } else { "matched" }
}

#[test]
fn the_time_that_the_platform_names_is_waited_for() {
    each_looking_up(|subject| {
        let ban = "code4000004:first=1,words=This ban will last for 2 more seconds";
        let rules = [("throttle429:first=1,retry_after=2", 2.0), ("throttle429:first=1,retry_after=date:3", 2.0)];
        // A gateway of Taobao says it in words.
        let in_words = (subject.operation().platform() == "taobao").then_some((ban, 2.0));
        for (rule, least) in rules.into_iter().chain(in_words) {
            let bench = Bench::of(subject, &[&format!("lookup:{rule}")], None);
            let ran = bench.run(&[]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            let arrivals: Vec<u64> = bench.sandbox.ledger().of(Call::Lookup).map(|entry| entry.at_ns).collect();
            let waited = Duration::from_nanos(arrivals[1] - arrivals[0]).as_secs_f64();
            assert!((least..least + 2.0).contains(&waited), "{rule}: waited {waited} s");
        }
    });
}

#[test]
fn a_connection_that_the_server_just_closed_costs_a_look_up_one_more_try_and_nothing_else() {
    each_looking_up(|subject| {
        for rule in ["lookup:stale:nth=1", "lookup:stale:nth=1,how=reset", "lookup:stale:nth=1,idle_ms=30"] {
            let bench = Bench::of(subject, &[rule], None);
            // Three items: the first rows of one product would be one look-up.
            bench.write_sheet(&subject.sheet(5));
            let ran = bench.run(&["--max-in-flight", "1", "--dry-run"]);
            assert_eq!(ran.code, 0, "{rule}: {}", ran.err);
            let items = if subject.operation == "temu-activity" { 3 } else { 5 };
            assert!((items..=items + 1).contains(&bench.arrived(Call::Lookup)), "{}", bench.arrived(Call::Lookup));
            assert_eq!(bench.counts().get("lookup_failed"), None, "{rule}");
        }
    });
}

#[test]
fn nobody_there_is_found_out_and_leaves_the_row_pending() {
    each_looking_up(|subject| {
        let bench = Bench::of(subject, &[], None);
        bench.close_port_for(2_000);
        let ran = bench.run(&[]);
        assert_eq!(ran.code, 5, "{}", ran.err);
        assert_eq!(bench.line()["status"], "pending");
        assert!(ran.err.contains("unpromo resume"), "{}", ran.err);
        std::thread::sleep(Duration::from_millis(2_100));
        let resumed = bench.resume(&["--yes"]);
        bench.ended(&resumed, (0, done(subject)));
    });
}

#[test]
fn a_platform_that_comes_back_within_the_budget_is_reached() {
    each_looking_up(|subject| {
        let bench = Bench::of(subject, &[], None);
        bench.close_port_for(250);
        let began = Instant::now();
        // The real waits are 1, 2 and 4 s; these are 100, 200 and 400 ms.
        let ran = bench.run(&["--wait-scale", "0.1"]);
        bench.ended(&ran, (0, done(subject)));
        assert!(began.elapsed().as_millis() >= 250);
    });
}

#[test]
fn a_shop_that_is_paused_while_planning_goes_on_after_a_fresh_login() {
    each_looking_up(|subject| {
        for kind in subject.pauses() {
            let bench = Bench::of(subject, &[&format!("lookup:{kind}:from=2")], None);
            bench.write_sheet(&subject.sheet(5));
            let ran = bench.run(&["--max-in-flight", "1"]);
            assert_eq!(ran.code, 3, "{kind}: {}", ran.err);
            assert!(ran.err.contains("shop add"), "{}", ran.err);
            assert_eq!(bench.arrived(Call::Submission), 0);
            bench.sandbox.clear_faults();
            bench.renew();
            let resumed = bench.resume(&["--yes"]);
            assert_eq!(resumed.code, 0, "{kind}: {}", resumed.err);
            let counts = bench.counts();
            assert!(counts[done(subject)] >= 5 && counts.len() == 1, "{kind}: {counts:?}");
            bench.assert_never_twice(kind);
            bench.assert_true(kind);
        }
    });
}
