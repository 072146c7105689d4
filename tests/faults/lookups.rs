//! Every way in which a look-up can go wrong. Nothing is submitted unless it came right in the end.

use std::time::{Duration, Instant};

use unpromo::sandbox::Call;

use crate::bench::{Bench, CLEARANCE, SPU};
use crate::table::{Case, Want, check, want};

/// It passed, and the row went on to be submitted.
const PASSED: Want = want("submitted", 0, 1, 2, 1);
/// Tried four times; the platform is there and makes no sense.
const SENSELESS: Want = want("lookup_failed", 4, 0, 4, 0);
/// Tried four times; the platform is not there.
const SILENT: Want = want("pending", 5, 0, 4, 0);
/// The shop is paused at once.
const PAUSED: Want = want("pending", 3, 0, 1, 0);
/// The platform has a reason of its own.
const REFUSED: Want = want("lookup_failed", 4, 0, 1, 0);
/// Told to slow down eight times.
const THROTTLED: Want = want("lookup_failed", 4, 0, 8, 0);

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |rule: &str, args: &'static [&'static str], want: Want| {
        cases.push(Case { rule: format!("lookup:{rule}"), args, want });
    };
    for speech in ["", "as=string", "spelling=snake", "spelling=snake,as=string"] {
        add(&format!("expired40001:{speech}"), &[], PAUSED);
        add(&format!("code400020037:{speech}"), &[], PAUSED);
        add(&format!("code4000004:first=1,{speech}"), &[], PASSED);
        add(&format!("code4000004:{speech}"), &[], THROTTLED);
        add(&format!("words:first=1,{speech}"), &[], PASSED);
        add(&format!("refused:{speech}"), &[], REFUSED);
        add(&format!("refused:code=7,{speech}"), &[], REFUSED);
    }
    for words in ["活动过于火爆", "操作太过频繁", "请稍后再试", "访问过于频繁"] {
        add(&format!("words:first=1,words={words}"), &[], PASSED);
    }
    for rule in ["forbidden403", "http401", "redirect", "redirect:status=307", "redirect:location=/other", "login_html"]
    {
        add(rule, &[], PAUSED);
    }
    add("words", &[], THROTTLED);
    add("already", &[], REFUSED);
    add("throttle429", &[], THROTTLED);
    add("throttle429:first=1", &[], PASSED);
    add("throttle429:first=1,retry_after=0", &[], PASSED);
    add("throttle429:first=1,retry_after=1", &[], PASSED);
    add("throttle429:first=1,retry_after=date:2", &[], PASSED);
    add("throttle429:retry_after=3600", &[], want("pending", 5, 0, 1, 0));
    add("throttle429:retry_after=date:3600", &[], want("pending", 5, 0, 1, 0));
    let senseless = [
        "error500",
        "error502:body=html",
        "error503",
        "error504:body=html",
        "garbage",
        "truncated",
        "truncated:framing=chunked",
        "endless",
        "bomb",
        "wrong_types:shape=result",
        "wrong_types:shape=list",
        "wrong_types:shape=id",
        "wrong_types:shape=success",
        "wrong_types:shape=top",
        "wrong_types:shape=null",
        "wrong_types:shape=empty",
    ];
    for rule in senseless {
        let (kind, keys) = rule.split_once(':').unwrap_or((rule, ""));
        add(rule, &[], SENSELESS);
        add(&format!("{kind}:first=1,{keys}"), &[], PASSED);
        add(&format!("{kind}:first=3,{keys}"), &[], want("submitted", 0, 1, 4, 1));
    }
    for rule in ["reset:", "close:", "reset:after:", "close:after:"] {
        add(rule, &[], SILENT);
        add(&format!("{rule}first=1"), &[], PASSED);
    }
    add("hang", &["--timeout", "300ms"], SILENT);
    add("hang:first=1", &["--timeout", "300ms"], PASSED);
    add("slow:ms=200", &[], want("submitted", 0, 1, 1, 1));
    add("slow:first=1,ms=900", &["--timeout", "300ms"], PASSED);
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        add(&format!("compressed:encoding={encoding}"), &[], want("submitted", 0, 1, 1, 1));
    }
    cases
}

#[test]
fn every_answer_to_a_look_up_leads_where_the_table_says() {
    check(Call::Lookup, &cases());
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
