//! What a careless client is told.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use unpromo::sandbox::{Call, Outcome, temu};

use crate::bench::{Bench, CLEARANCE, SEED, headers, json_of, proper_headers, submission};

/// The proper headers with one changed; `None`: without it.
fn changed(name: &'static str, value: Option<&str>) -> HeaderMap {
    let mut all = proper_headers();
    all.remove(name);
    if let Some(value) = value {
        all.extend(headers(&[(name, value)]));
    }
    all
}

/// A submission with one member changed; null: without it.
fn body_with(name: &str, value: Value) -> Vec<u8> {
    let mut body = submission(SEED, CLEARANCE, "清仓甩卖");
    let members = body.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name)
    } else {
        members.insert(name.to_owned(), value)
    };
    body.to_string().into()
}

/// Sends something improper, and sees that it is refused with this code, written down, and without effect.
async fn is_improper(method: Method, path: &str, headers: HeaderMap, body: Vec<u8>, code: u64, why: &str) {
    let bench = Bench::new();
    let answer = json_of(bench.send(method, path, headers, body).await).await;
    assert_eq!(answer["success"], json!(false), "{why}: {answer}");
    assert_eq!(answer["errorCode"], json!(code), "{why}: {answer}");
    let words = answer["errorMsg"].as_str().expect("words");
    assert!(words.contains(why), "{why}: {words}");
    let ledger = bench.sandbox.ledger();
    let improper: Vec<_> = ledger.improper().collect();
    assert_eq!(improper.len(), 1, "{why}");
    assert_eq!(improper[0].why.as_deref(), Some(words));
    assert_eq!(ledger.effects().count(), 0);
}

#[tokio::test]
async fn wrong_methods_and_headers_are_refused() {
    let body = || submission(SEED, CLEARANCE, "清仓甩卖").to_string().into_bytes();
    is_improper(Method::PUT, temu::SUBMISSION, proper_headers(), body(), 2_000_003, "POST").await;
    for (name, value, code, why) in [
        ("content-type", None, 2_000_003, "content-type"),
        ("content-type", Some("text/plain"), 2_000_003, "content-type"),
        ("user-agent", None, 2_000_003, "user-agent"),
        ("mallid", None, 2_000_003, "mallid"),
        ("mallid", Some("63441822486932x"), 2_000_003, "mallid"),
        ("cookie", None, 40_001, "未登录"),
        ("cookie", Some("nothing"), 40_001, "NAME=value"),
    ] {
        is_improper(Method::POST, temu::SUBMISSION, changed(name, value), body(), code, why).await;
    }
}

#[tokio::test]
async fn wrong_bodies_are_refused() {
    for (name, value, why) in [
        ("businessId", json!("2509090813203861"), "string"),
        ("businessId", json!(2_509_090_813_203_861.5), "floating point"),
        ("businessId", Value::Null, "missing field"),
        ("productId", json!(4_975_750_079_u64), "integer"),
        ("productId", json!("49757x"), "productId"),
        ("productId", json!(""), "productId"),
        ("feedbackType", json!(7), "feedbackType 应为 8"),
        ("feedbackType", json!("8"), "string"),
        ("feedbackProblemType", json!(8), "feedbackProblemType 应为 44"),
        ("feedbackDimension", json!(2), "feedbackDimension 应为 1"),
        ("remark", json!("  "), "remark"),
        ("remark", Value::Null, "missing field"),
        ("remark", json!(5), "integer"),
        ("activityName", Value::Null, "missing field"),
        ("enrollId", json!(1), "unknown field"),
    ] {
        is_improper(Method::POST, temu::SUBMISSION, proper_headers(), body_with(name, value), 2_000_003, why).await;
    }
    for (body, why) in
        [("", "EOF"), ("{}", "missing field"), ("productId=1", "expected"), (r#"{"productId":1}"#, "integer")]
    {
        is_improper(Method::POST, temu::LOOK_UP, proper_headers(), body.into(), 2_000_003, why).await;
    }
    is_improper(Method::POST, temu::LOGIN_CHECK, proper_headers(), r#"{"a":1}"#.into(), 2_000_003, "unknown field")
        .await;
    is_improper(Method::POST, temu::LOOK_UP, proper_headers(), vec![b' '; 70_000], 413, "过大").await;
}

#[tokio::test]
async fn an_enrollment_belongs_to_its_product_and_its_activity() {
    let other_product = submission("5000000001", CLEARANCE, "清仓甩卖").to_string().into();
    is_improper(Method::POST, temu::SUBMISSION, proper_headers(), other_product, 2_000_004, "不属于").await;
    is_improper(
        Method::POST,
        temu::SUBMISSION,
        proper_headers(),
        body_with("businessId", json!(7)),
        2_000_004,
        "不属于",
    )
    .await;
    let other_name = body_with("activityName", json!("清仓"));
    is_improper(Method::POST, temu::SUBMISSION, proper_headers(), other_name, 2_000_005, "活动名称").await;
}

#[tokio::test]
async fn what_a_careful_client_may_meet_is_no_impropriety() {
    let bench = Bench::new();
    for (path, name, value, code) in [
        (temu::LOOK_UP, "cookie", "SUB_PASS_ID=expired-yesterday", 40_001),
        (temu::LOGIN_CHECK, "cookie", "SUB_PASS_ID=expired-yesterday", 40_001),
        (temu::LOOK_UP, "mallid", "634418224869339", 400_020_037),
    ] {
        let body = if path == temu::LOOK_UP { json!({"productId": SEED}) } else { json!({}) };
        let answer = bench.send(Method::POST, path, changed(name, Some(value)), body.to_string().into()).await;
        assert_eq!(json_of(answer).await["errorCode"], json!(code));
    }
    let ledger = bench.sandbox.ledger();
    assert_eq!(ledger.improper().count(), 0);
    assert!(ledger.entries.iter().all(|entry| entry.outcome == Outcome::Refused));
}

#[tokio::test]
async fn the_call_is_told_by_the_end_of_its_path() {
    let bench = Bench::new();
    let body = || json!({"productId": SEED}).to_string().into_bytes();
    let moved = "/api/kiana/gamblers/marketing/enroll/feedback/queryValidActivity4FeedBackOffline?from=web";
    assert_eq!(bench.send(Method::POST, moved, proper_headers(), body()).await.status(), 200);
    let elsewhere = bench.send(Method::POST, "/marvel-mms/queryValidActivity", proper_headers(), body()).await;
    assert_eq!(elsewhere.status(), 404);
    let ledger = bench.sandbox.ledger();
    assert_eq!((ledger.of(Call::Lookup).count(), ledger.of(Call::Unknown).count()), (1, 1));
}

#[tokio::test]
async fn every_living_login_owns_ten_malls() {
    let bench = Bench::new();
    let answer = bench.send(Method::POST, temu::LOGIN_CHECK, proper_headers(), "{}".into()).await;
    let answer = json_of(answer).await;
    let malls = answer["result"]["companyList"][0]["malInfoList"].as_array().expect("malls");
    let ids: Vec<_> = malls.iter().filter_map(|mall| mall["mallId"].as_u64()).collect();
    assert_eq!(ids, (634_418_224_869_329..=634_418_224_869_338).collect::<Vec<_>>());
    assert!(malls.iter().all(|mall| mall["mallName"].is_string()));
}
