//! Every way in which a look-up can go wrong. Nothing is submitted unless it came right in the end.

use std::time::{Duration, Instant};

use unpromo::sandbox::Call;

use crate::bench::{Bench, CLEARANCE, SPU};
use crate::table::check;

#[test]
fn every_answer_to_a_look_up_leads_where_the_table_says() {
    let call = Call::Lookup;
    check(|subject| [crate::generic::cases(subject, call), (subject.own)(call)].concat());
}

#[test]
fn the_time_that_the_platform_names_is_waited_for() {
    for (rule, least) in [("retry_after=2", 2.0), ("retry_after=date:3", 2.0)] {
        let bench = Bench::ready(&[&format!("lookup:throttle429:first=1,{rule}")]);
        let ran = bench.run(&[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let arrivals: Vec<u64> = bench.sandbox.ledger().of(Call::Lookup).map(|entry| entry.at_ns).collect();
        let waited = Duration::from_nanos(arrivals[1] - arrivals[0]).as_secs_f64();
        assert!((least..least + 2.0).contains(&waited), "{rule}: waited {waited} s");
    }
}

#[test]
fn a_connection_that_the_server_just_closed_costs_a_look_up_one_more_try_and_nothing_else() {
    for rule in ["lookup:stale:nth=1", "lookup:stale:nth=1,how=reset", "lookup:stale:nth=1,idle_ms=30"] {
        let bench = Bench::ready(&[rule]);
        bench.sheet(&[(SPU, CLEARANCE), ("1000000000", "*"), ("1000000001", "*")]);
        let ran = bench.run(&["--max-in-flight", "1", "--dry-run"]);
        assert_eq!(ran.code, 0, "{rule}: {}", ran.err);
        assert!((3..=4).contains(&bench.arrived(Call::Lookup)), "{rule}: {}", bench.arrived(Call::Lookup));
        assert_eq!(bench.counts().get("lookup_failed"), None, "{rule}");
    }
}

#[test]
fn nobody_there_is_found_out_and_leaves_the_row_pending() {
    let bench = Bench::ready(&[]);
    bench.close_port_for(2_000);
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert_eq!(bench.line()["status"], "pending");
    assert!(ran.err.contains("unpromo resume"), "{}", ran.err);
}

#[test]
fn a_platform_that_comes_back_within_the_budget_is_reached() {
    let bench = Bench::ready(&[]);
    bench.close_port_for(250);
    let began = Instant::now();
    // The real waits are 1, 2 and 4 s; these are 100, 200 and 400 ms.
    let ran = bench.run(&["--wait-scale", "0.1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(began.elapsed().as_millis() >= 250);
    assert_eq!(bench.effects(), 1);
}
