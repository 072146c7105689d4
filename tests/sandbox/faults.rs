//! Faults that are answers: each as it looks on the wire, and what the ledger says of it.

use reqwest::header::{LOCATION, RETRY_AFTER};
use serde_json::{Value, json};
use unpromo::sandbox::{Outcome, When};

use crate::bench::{Bench, CLEARANCE, SEED, client, json_of, listed};

/// The JSON with which a rule has a submission answered.
async fn told(rule: &str) -> Value {
    json_of(Bench::failing(rule).try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer")).await
}

/// The status with which a rule has a submission answered, with its type and text.
async fn page(rule: &str) -> (u16, String, String) {
    let answer = Bench::failing(rule).try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer");
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    (answer.status().as_u16(), kind, answer.text().await.expect("text"))
}

#[tokio::test]
async fn before_means_that_nothing_is_carried_out_and_after_that_it_is() {
    for kind in [
        "throttle429",
        "code4000004",
        "words",
        "forbidden403",
        "code400020037",
        "expired40001",
        "http401",
        "redirect",
        "login_html",
        "error5xx",
        "error500",
        "refused",
        "already",
        "garbage",
        "wrong_types",
    ] {
        for (when, effects) in [(When::Before, 0), (When::After, 1)] {
            let place = if when == When::Before { "before" } else { "after" };
            let bench = Bench::failing(&format!("submission:{kind}:{place}:first=1"));
            let answer = bench.try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer");
            let body = answer.text().await.expect("text");
            assert_ne!(body, r#"{"result":null,"success":true,"errorCode":1000000,"errorMsg":null}"#, "{kind}");
            assert_eq!(bench.effects(), effects, "{kind} {place}");
            assert_eq!(listed(&bench.look_up(SEED).await).len(), 3 - effects, "{kind} {place}");
            let ledger = bench.sandbox.ledger();
            let entry = &ledger.entries[0];
            let outcome = if effects == 0 { Outcome::Fault } else { Outcome::Accepted };
            assert_eq!((entry.outcome, entry.when), (outcome, Some(when)), "{kind} {place}");
            assert!(entry.fault.is_some());
        }
    }
}

#[tokio::test]
async fn throttling_says_how_long_in_both_forms_or_not_at_all() {
    let retry_after = async |rule: &str| {
        let answer = Bench::failing(rule).try_look_up(SEED).await.expect("an answer");
        assert_eq!(answer.status(), 429);
        answer.headers().get(RETRY_AFTER).map(|value| value.to_str().expect("text").to_owned())
    };
    assert_eq!(retry_after("lookup:throttle429").await, None);
    assert_eq!(retry_after("lookup:throttle429:retry_after=7").await.as_deref(), Some("7"));
    let date = retry_after("lookup:throttle429:retry_after=date:60").await.expect("a date");
    assert!(date.ends_with(" GMT") && date.contains(", "), "{date}");
}

#[tokio::test]
async fn refusals_come_with_their_codes_in_every_spelling() {
    for (rule, code, words) in [
        ("submission:code4000004", json!(4_000_004), "操作失败"),
        ("submission:words", json!(2_000_007), "访问过于频繁"),
        ("submission:words:words=前方拥堵,code=9", json!(9), "前方拥堵"),
        ("submission:code400020037", json!(400_020_037), "无权"),
        ("submission:expired40001", json!(40_001), "登录已过期"),
        ("submission:expired40001:as=string", json!("40001"), "登录已过期"),
        ("submission:refused", json!(2_000_006), "不支持退出"),
        ("submission:refused:code=E-17", json!("E-17"), "不支持退出"),
        ("submission:already", json!(2_000_001), "已提交"),
    ] {
        let answer = told(rule).await;
        assert_eq!((&answer["success"], &answer["errorCode"]), (&json!(false), &code), "{rule}");
        assert!(answer["errorMsg"].as_str().is_some_and(|found| found.contains(words)), "{rule}: {answer}");
        assert_eq!(answer["error_code"], Value::Null);
    }
    let answer = told("submission:expired40001:as=string,spelling=snake").await;
    assert_eq!((&answer["error_code"], &answer["errorCode"]), (&json!("40001"), &Value::Null));
    assert!(answer["error_msg"].is_string());
}

#[tokio::test]
async fn pages_come_where_json_belongs() {
    let is_html = |kind: &str| kind.starts_with("text/html");
    let (status, kind, body) = page("submission:login_html").await;
    assert_eq!((status, is_html(&kind), body.contains("登录")), (200, true, true));
    for (rule, code) in
        [("submission:forbidden403", 403), ("submission:http401", 401), ("submission:error502:body=html", 502)]
    {
        let (status, kind, _) = page(rule).await;
        assert_eq!((status, is_html(&kind)), (code, true), "{rule}");
    }
    for (rule, code) in
        [("submission:error5xx", 503), ("submission:error500", 500), ("submission:error5xx:status=504", 504)]
    {
        let (status, kind, body) = page(rule).await;
        assert_eq!((status, is_html(&kind)), (code, false), "{rule}");
        assert!(serde_json::from_str::<Value>(&body).is_ok());
    }
}

#[tokio::test]
async fn a_redirect_leads_to_a_login_page_that_nobody_should_see() {
    let bench = Bench::failing("lookup:redirect");
    let answer = bench.try_look_up(SEED).await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()[LOCATION].to_str().expect("text").to_owned();
    assert_eq!(bench.sandbox.ledger().improper().count(), 0);
    // Following it is written down.
    let followed = bench.client.get(format!("{}{location}", bench.sandbox.url())).send().await.expect("an answer");
    assert!(followed.text().await.expect("text").contains("登录"));
    assert_eq!(bench.sandbox.ledger().improper().count(), 1);
}

#[tokio::test]
async fn json_can_be_of_every_wrong_shape() {
    let shape = async |shape: &str| {
        json_of(
            Bench::failing(&format!("lookup:wrong_types:shape={shape}")).try_look_up(SEED).await.expect("an answer"),
        )
        .await
    };
    assert_eq!(shape("result").await["result"], json!("ok"));
    assert_eq!(shape("list").await["result"]["activityList"], json!(3));
    assert!(shape("id").await["result"]["activityList"][0]["feedbackEnrollInfoList"][0]["enrollId"].is_object());
    assert_eq!(shape("success").await["success"], json!("true"));
    assert_eq!(shape("top").await, json!([]));
    assert_eq!(shape("null").await, json!(null));
    assert_eq!(shape("empty").await, json!({}));
    let garbage =
        Bench::failing("lookup:garbage").try_look_up(SEED).await.expect("an answer").bytes().await.expect("bytes");
    assert!(serde_json::from_slice::<Value>(&garbage).is_err());
}

#[tokio::test]
async fn answers_are_compressed_as_the_client_accepts() {
    let plain = Bench::new().try_look_up(SEED).await.expect("an answer").text().await.expect("text");
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let bench = Bench::failing(&format!("lookup:compressed:encoding={encoding}"));
        let unpacked = bench.try_look_up(SEED).await.expect("an answer").text().await.expect(encoding);
        assert_eq!(unpacked, plain, "{encoding}");
        // Nothing but what was said arrives at a client that takes it as it is.
        let raw =
            Bench { client: client(reqwest::Client::builder().no_gzip().no_deflate().no_brotli().no_zstd()), ..bench };
        let answer = raw.try_look_up(SEED).await.expect("an answer");
        assert!(!answer.headers().contains_key("content-encoding"));
        assert_eq!(answer.text().await.expect("text"), plain);
    }
}
