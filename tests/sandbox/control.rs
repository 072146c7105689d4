//! Holding, waiting, rules over the wire, and a port that closes.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, CLEARANCE, MALL, SEED, listed};

#[tokio::test]
async fn held_requests_wait_before_or_after_their_effect() {
    for (when, effects) in [("before", 0), ("after", 1)] {
        let bench = Bench::new();
        assert_eq!(bench.control(Method::POST, &format!("hold?call=submission&when={when}"), "").await.0, 200);
        let submission = bench.submit(CLEARANCE, "清仓甩卖");
        let release = async {
            let (status, _) = bench.control(Method::GET, "wait?kind=submission&count=1&state=held", "").await;
            assert_eq!((status, bench.effects()), (200, effects), "{when}");
            // Other calls go on meanwhile.
            assert_eq!(listed(&bench.look_up(SEED).await).len(), 3 - effects);
            bench.control(Method::POST, "release?call=submission", "").await;
        };
        let (answer, ()) = tokio::join!(submission, release);
        assert_eq!((answer["success"].clone(), bench.effects()), (json!(true), 1));
    }
}

#[tokio::test]
async fn held_requests_can_be_let_go_one_by_one() {
    let bench = Bench::new();
    bench.sandbox.hold(Call::Lookup, When::Before);
    let requests =
        async { tokio::join!(bench.look_up(SEED), bench.look_up("5000000001"), bench.look_up("5000000011")) };
    let release = async {
        bench.sandbox.held(Call::Lookup, 3).await;
        bench.sandbox.release(Call::Lookup, Some(1));
        bench.control(Method::GET, "wait?kind=lookup&count=1&state=finished", "").await;
        let finished = bench
            .sandbox
            .ledger()
            .entries
            .iter()
            .filter(|entry| entry.outcome != unpromo::sandbox::Outcome::Pending)
            .count();
        assert_eq!(finished, 1);
        bench.sandbox.release(Call::Lookup, None);
    };
    tokio::join!(requests, release);
}

#[tokio::test]
async fn a_held_submission_is_carried_out_even_if_its_sender_goes() {
    let bench = Bench::new();
    bench.sandbox.hold(Call::Submission, When::Before);
    tokio::select! {
        _ = bench.try_submit(CLEARANCE, "清仓甩卖") => panic!("it is held"),
        () = bench.sandbox.held(Call::Submission, 1) => {}
    }
    bench.sandbox.release(Call::Submission, None);
    bench.sandbox.carried_out(1).await;
}

#[tokio::test]
async fn waiting_answers_as_soon_as_it_can_or_says_how_far_it_came() {
    let bench = Bench::new();
    let wait = bench.control(Method::GET, "wait?kind=lookup&count=2&timeout_ms=10000", "");
    let requests = async {
        bench.look_up(SEED).await;
        bench.look_up(SEED).await;
    };
    let ((status, body), ()) = tokio::join!(wait, requests);
    assert_eq!((status, body.contains(r#""count":2"#)), (200, true));
    let (status, body) = bench.control(Method::GET, "wait?kind=effects&count=1&timeout_ms=20", "").await;
    assert_eq!((status, body.contains("only 0 so far")), (408, true));
}

#[tokio::test]
async fn rules_are_added_replaced_and_taken_away_over_the_wire() {
    let bench = Bench::new();
    let rules = r#"[{"call":"lookup","kind":"error502","nth":[1]},"submission:hang:first=1"]"#;
    let (status, body) = bench.control(Method::POST, "faults", rules).await;
    assert_eq!((status, serde_json::from_str::<Value>(&body).expect("JSON").as_array().map(Vec::len)), (200, Some(2)));
    assert_eq!(bench.try_look_up(SEED).await.expect("an answer").status(), 502);
    assert_eq!(bench.try_look_up(SEED).await.expect("an answer").status(), 200);
    let (_, body) = bench.control(Method::GET, "faults", "").await;
    assert!(body.contains(r#""seen":2,"met":1"#), "{body}");

    bench.control(Method::PUT, "faults", "lookup:http401\nlogin:hang\n").await;
    assert_eq!(bench.try_look_up(SEED).await.expect("an answer").status(), 401);
    bench.control(Method::DELETE, "faults", "").await;
    assert_eq!(bench.try_look_up(SEED).await.expect("an answer").status(), 200);
    let (status, body) = bench.control(Method::POST, "faults", "lookup:explode").await;
    assert_eq!((status, body.contains("throttle429")), (400, true));
}

#[tokio::test]
async fn rules_can_name_whom_they_meet() {
    let bench = Bench::failing("lookup:http401:product=5000000001");
    assert_eq!(bench.try_look_up(SEED).await.expect("an answer").status(), 200);
    assert_eq!(bench.try_look_up("5000000001").await.expect("an answer").status(), 401);
    bench.fail("submission:http401:enroll=2509090813203861,times=1");
    assert_eq!(bench.try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer").status(), 401);
    assert_eq!(bench.try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn the_ledger_and_the_arrivals_can_be_read_over_the_wire() {
    let bench = Bench::new();
    bench.look_up(SEED).await;
    bench.submit(CLEARANCE, "清仓甩卖").await;
    let (_, lines) = bench.control(Method::GET, "ledger?kind=submission", "").await;
    let entry: Value = serde_json::from_str(lines.trim_end()).expect("one line");
    for (key, value) in [
        ("kind", "submission"),
        ("shop", MALL),
        ("item", SEED),
        ("target", "2509090813203861"),
        ("outcome", "accepted"),
    ] {
        assert_eq!(entry[key], json!(value));
    }
    let (_, all) = bench.control(Method::GET, "ledger?format=array", "").await;
    assert_eq!(serde_json::from_str::<Value>(&all).expect("JSON").as_array().map(Vec::len), Some(2));
    let (_, arrivals) = bench.control(Method::GET, "arrivals", "").await;
    let arrivals: Value = serde_json::from_str(&arrivals).expect("JSON");
    let times: Vec<_> = arrivals[MALL].as_array().expect("times").iter().filter_map(Value::as_u64).collect();
    assert!(times.len() == 2 && times[0] < times[1]);
    let (_, health) = bench.control(Method::GET, "health", "").await;
    assert!(health.contains(r#""requests":2,"effects":1"#), "{health}");
    let (status, paths) = bench.control(Method::GET, "nonsense", "").await;
    assert_eq!((status, paths.contains("health")), (404, true));
}

#[tokio::test]
async fn the_port_can_be_closed_for_a_while() {
    let bench = Bench::new();
    bench.look_up(SEED).await;
    assert_eq!(bench.control(Method::POST, "listen?off_for_ms=300", "").await.0, 200);
    let refused = loop {
        match bench.try_look_up(SEED).await {
            Err(error) if error.is_connect() => break error,
            // The order may take a moment, and a kept connection is cut by it.
            Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert!(refused.is_connect());
    while bench.try_look_up(SEED).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_stopped_sandbox_refuses_connections_and_its_port_can_be_had_again() {
    let bench = Bench::new();
    let address = bench.sandbox.addr();
    bench.look_up(SEED).await;
    bench.sandbox.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
    let options = unpromo::sandbox::Options { port: address.port(), ..unpromo::sandbox::Options::default() };
    let again = Bench::with(&options);
    assert_eq!(again.sandbox.addr(), address);
    let taken = unpromo::sandbox::Sandbox::start(&options).err().expect("the port is taken");
    assert!(taken.what.en.contains(&address.to_string()), "{taken}");
}
