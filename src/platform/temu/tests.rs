//! Requests as the platform wants them, and its answers as they are read.

use super::*;
use crate::model::Role;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status: reqwest::StatusCode::from_u16(status).expect("a status"),
        headers: HeaderMap::new(),
        body: Ok(body.as_bytes().to_vec()),
    }
}

fn failure(status: u16, body: &str) -> Failure {
    wire::open(&answer(status, body), |_| Ok(())).expect_err("a failure")
}

#[test]
fn each_answer_of_the_platforms_table_proves_what_it_proves() {
    use super::super::CredentialsTrouble::{Expired, Forbidden, Moved};
    let trouble = |failure| match failure {
        Failure::Credentials { trouble, .. } => Some(trouble),
        _ => None,
    };
    for body in [
        r#"{"success":false,"errorCode":40001,"errorMsg":"x"}"#,
        r#"{"success":false,"errorCode":"40001"}"#,
        r#"{"success":false,"error_code":40001,"error_msg":"x"}"#,
        r#"{"error_code":"40001"}"#,
        "  <!doctype html><title>login</title>",
    ] {
        assert_eq!(trouble(failure(200, body)), Some(Expired), "{body}");
    }
    assert_eq!(trouble(failure(200, r#"{"success":false,"errorCode":400020037}"#)), Some(Forbidden));
    assert_eq!(trouble(failure(403, "")), Some(Forbidden));
    assert_eq!(trouble(failure(302, "")), Some(Moved), "a redirect that names no login page");
    for body in [
        r#"{"success":false,"errorCode":4000004}"#,
        r#"{"success":false,"errorCode":9,"errorMsg":"访问过于频繁"}"#,
        r#"{"success":false,"error_code":9,"error_msg":"操作太过频繁,请稍后再试"}"#,
    ] {
        assert!(matches!(failure(200, body), Failure::Throttled { .. }), "{body}");
    }
    assert!(matches!(failure(429, "<html>"), Failure::Throttled { .. }));
    let refused = failure(200, r#"{"success":false,"errorCode":7,"errorMsg":"不可退出"}"#);
    assert_eq!(refused, Failure::Refused { code: "7".into(), words: "不可退出".into() });
    for (status, body) in [
        (500, r#"{"success":false,"errorCode":40001}"#),
        (503, "<html>"),
        (404, "<html>"),
        (200, ""),
        (200, "{}"),
        (200, r#"{"success":"yes"}"#),
        (200, r#"{"success":true,"errorCode":123}"#),
        (200, r#"{"success":true,"errorC"#),
        (200, r#"{"success":false,"errorCode":1000000}"#),
        (200, "[null,true,1000000]"),
    ] {
        assert!(matches!(failure(status, body), Failure::Unclear(_)), "{status} {body}");
    }
}

#[test]
fn a_submission_is_taken_only_by_an_answer_to_a_submission() {
    for (result, is_taken) in [("null", true), ("\"ok\"", false), ("{\"productId\":1}", false), ("[]", false)] {
        let body = format!(r#"{{"result":{result},"success":true,"errorCode":1000000,"errorMsg":null}}"#);
        let read = wire::open(&answer(200, &body), wire::nothing);
        assert_eq!(read.is_ok(), is_taken, "{body}");
        assert!(is_taken || matches!(read, Err(Failure::Unclear(_))), "{body}");
    }
    assert!(wire::open(&answer(200, r#"{"success":true,"errorCode":"1000000"}"#), wire::nothing).is_ok());
}

#[test]
fn ids_keep_every_digit_and_what_is_only_shown_may_be_of_another_type() {
    let body = r#"{"success":true,"errorCode":1000000,"result":{"productId":"18446744073709551615","activityList":[
        {"activityName":"秒杀","activityType":"new","feedbackEnrollInfoList":[
          {"enrollId":9007199254740993,"stock":1.5,"minActivityPrice":"cheap","enrollSessions":null}]}]}}"#;
    let product: Product = wire::open(&answer(200, body), parse).expect("a product");
    let targets = targets(product).expect("targets");
    assert_eq!(targets[0].id, "9007199254740993");
    assert!(!targets[0].ended);
}

#[test]
fn an_id_of_the_wrong_type_is_no_answer() {
    for id in ["1.5", "null", "\"\"", "\"12a\"", "-1", "{}"] {
        let body = format!(
            r#"{{"success":true,"result":{{"productId":1,"activityList":[{{"activityName":"a",
            "feedbackEnrollInfoList":[{{"enrollId":{id}}}]}}]}}}}"#
        );
        let read = wire::open::<Product>(&answer(200, &body), parse).and_then(targets);
        assert!(matches!(read, Err(Failure::Unclear(_))), "{id}");
    }
}

#[test]
fn a_refusal_without_a_word_is_told_as_such() {
    let refused = failure(200, r#"{"success":false}"#);
    assert!(matches!(refused, Failure::Refused { .. }));
    assert_eq!(refused.sentence().en, "the platform refused without saying why");
}

#[test]
fn broken_bytes_anywhere_are_no_answer() {
    let body = b"{\"success\":true,\"other\":\"\xff\"}".to_vec();
    let answer = Answer { body: Ok(body), ..answer(200, "") };
    assert!(matches!(wire::open(&answer, wire::nothing), Err(Failure::Unclear(_))));
}

#[test]
fn lists_in_the_place_of_objects_are_no_answer() {
    for list in [r#"[["a",27,[{"enrollId":1}]]]"#, r#"[{"activityName":"a","feedbackEnrollInfoList":[[1]]}]"#] {
        let body = format!(r#"{{"success":true,"result":{{"productId":1,"activityList":{list}}}}}"#);
        assert!(matches!(listing(&answer(200, &body), "1"), Err(Failure::Unclear(_))), "{list}");
    }
    let body = r#"{"success":true,"result":[1,[]]}"#;
    assert!(matches!(listing(&answer(200, body), "1"), Err(Failure::Unclear(_))));
}

#[test]
fn numbers_from_the_edge_are_told_without_a_crash() {
    let body = format!(
        r#"{{"success":true,"result":{{"productId":1,"activityList":[{{"activityName":"a","feedbackEnrollInfoList":
        [{{"enrollId":1,"minActivityPrice":{},"enrollTime":{}}}]}}]}}}}"#,
        i64::MIN,
        i64::MAX
    );
    let targets = listing(&answer(200, &body), "1").expect("a target");
    assert_eq!(facts::describe(&targets[0], Lang::En)[1], "-92233720368547758.08");
}

#[test]
fn the_columns_have_one_of_each_role_that_the_engine_asks_for() {
    for role in [Role::Item, Role::Filter, Role::Reason, Role::Shop, Role::Pin] {
        let count = columns::COLUMNS.iter().filter(|column| column.role == role).count();
        assert_eq!(count, 1, "{role:?}");
    }
}
