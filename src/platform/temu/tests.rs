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

/// A look-up's answer about product 1 of shop 2, with this list of activities.
fn about_one(list: &str) -> String {
    format!(r#"{{"success":true,"errorCode":1000000,"result":{{"productId":1,"mallId":2,"activityList":{list}}}}}"#)
}

fn read(body: &str) -> std::result::Result<Vec<Target>, Failure> {
    listing(&answer(200, body), "1", "2", Unnamed::ProvesNothing)
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
    let body = r#"{"success":true,"errorCode":1000000,"result":{"productId":"18446744073709551615","mallId":2,"activityList":[
        {"activityName":"秒杀","activityType":"new","feedbackEnrollInfoList":[
          {"enrollId":9007199254740993,"stock":1.5,"minActivityPrice":"cheap","enrollSessions":null}]}]}}"#;
    let targets = listing(&answer(200, body), "18446744073709551615", "2", Unnamed::Plans).expect("targets");
    assert_eq!(targets[0].id, "9007199254740993");
    assert!(!targets[0].ended);
}

#[test]
fn an_id_of_the_wrong_type_is_no_answer() {
    for id in ["1.5", "null", "\"\"", "\"12a\"", "-1", "{}", "0", "\"000\"", "\"18446744073709551616\""] {
        let list =
            format!(r#"[{{"activityName":"a","feedbackEnrollInfoList":[{{"enrollId":7}},{{"enrollId":{id}}}]}}]"#);
        assert!(matches!(read(&about_one(&list)), Err(Failure::Unclear(_))), "{id}");
    }
}

#[test]
fn one_enrollment_is_listed_once_however_its_id_is_written() {
    let list = r#"[{"activityName":"a","feedbackEnrollInfoList":[{"enrollId":"01234"},{"enrollId":1234}]}]"#;
    let ids: Vec<String> = read(&about_one(list)).expect("targets").into_iter().map(|target| target.id).collect();
    assert_eq!(ids, ["1234"]);
}

#[test]
fn only_a_whole_answer_of_this_shop_and_product_lists_anything() {
    assert_eq!(read(&about_one("[]")), Ok(Vec::new()), "an empty list is a list");
    let entries = |entries: &str| about_one(&format!(r#"[{{"activityName":"a","feedbackEnrollInfoList":{entries}}}]"#));
    for body in [
        about_one("null"),
        r#"{"success":true,"result":{"productId":1,"mallId":2}}"#.to_owned(),
        r#"{"success":true,"result":{"productId":1,"activityList":[]}}"#.to_owned(),
        r#"{"success":true,"result":{"mallId":2,"activityList":[]}}"#.to_owned(),
        r#"{"success":true,"result":null}"#.to_owned(),
        r#"{"success":true}"#.to_owned(),
        entries("null"),
        entries("[null]"),
        entries("[{}]"),
        about_one(r#"[{"activityName":"a"}]"#),
        about_one("[null]"),
        about_one("[]").replace("\"mallId\"", "\"hasMore\":true,\"mallId\""),
        about_one("[]").replace("\"mallId\"", "\"total\":1,\"mallId\""),
        about_one("[]").replace("\"productId\":1", "\"productId\":11"),
    ] {
        assert!(matches!(read(&body), Err(Failure::Unclear(_))), "{body}");
    }
    let unnamed = answer(200, r#"{"success":true,"result":{"productId":1,"activityList":[]}}"#);
    assert_eq!(listing(&unnamed, "1", "2", Unnamed::Plans), Ok(Vec::new()), "good for a plan");
    let other = about_one("[]").replace("\"mallId\":2", "\"mallId\":\"3\"");
    assert_eq!(read(&other), Err(Failure::OtherAccount { theirs: "3".into(), ours: "2".into() }));
}

#[test]
fn a_success_with_a_failure_beside_it_is_none() {
    use super::super::CredentialsTrouble::Contradictory;
    for body in [
        r#"{"success":true,"errorCode":1000000,"error_code":40001}"#,
        r#"{"success":true,"error_code":"40001","error_msg":"请登录"}"#,
        r#"{"success":true,"errorCode":400020037}"#,
        r#"{"success":false,"errorCode":1000000,"error_code":40001}"#,
    ] {
        let failure = failure(200, body);
        let is_lost = matches!(&failure, Failure::Credentials { trouble: Contradictory, .. });
        assert!(is_lost && failure.leaves_doubt(), "{body}: {failure:?}");
    }
    for body in [
        r#"{"success":true,"errorCode":1000000,"errorMsg":"该活动报名暂不支持退出"}"#,
        r#"{"success":true,"errorCode":1000000,"errorMsg":null,"error_msg":"系统繁忙"}"#,
        r#"{"success":true,"errorCode":1000000,"error_code":7}"#,
        r#"{"success":true,"errorCode":4000004}"#,
        r#"{"success":true,"errorMsg":{"code":1}}"#,
    ] {
        assert!(matches!(failure(200, body), Failure::Unclear(_)), "{body}");
    }
    for words in ["null", "\"\"", "\"success\"", "\"操作成功\""] {
        let body = format!(r#"{{"success":true,"errorCode":1000000,"errorMsg":{words},"error_code":""}}"#);
        assert!(wire::open(&answer(200, &body), wire::nothing).is_ok(), "{body}");
    }
}

#[test]
fn of_two_codes_the_more_severe_counts() {
    let body = r#"{"success":false,"errorCode":7,"errorMsg":"不可退出","error_code":40001}"#;
    assert!(matches!(failure(200, body), Failure::Credentials { .. }));
}

#[test]
fn a_product_that_is_gone_is_told_from_other_refusals() {
    let refused = |words: &str| read(&format!(r#"{{"success":false,"errorCode":7,"errorMsg":"{words}"}}"#));
    assert_eq!(refused("商品不存在"), Err(Failure::NoSuchItem { code: "7".into(), words: "商品不存在".into() }));
    assert!(matches!(refused("系统维护中"), Err(Failure::Refused { .. })));
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
        assert!(matches!(read(&about_one(list)), Err(Failure::Unclear(_))), "{list}");
    }
    assert!(matches!(read(r#"{"success":true,"result":[1,2,[]]}"#), Err(Failure::Unclear(_))));
}

#[test]
fn numbers_from_the_edge_are_told_without_a_crash() {
    let (least, most) = (i64::MIN, i64::MAX);
    let list = format!(
        r#"[{{"activityName":"a","feedbackEnrollInfoList":[{{"enrollId":1,"minActivityPrice":{least},"enrollTime":{most}}}]}}]"#
    );
    let targets = read(&about_one(&list)).expect("a target");
    assert_eq!(facts::describe(&targets[0], Lang::En)[1], "-92233720368547758.08");
}

#[test]
fn the_columns_have_one_of_each_role_that_the_engine_asks_for() {
    for role in [Role::Item, Role::Filter, Role::Reason, Role::Shop, Role::Pin] {
        let count = columns::COLUMNS.iter().filter(|column| column.role == role).count();
        assert_eq!(count, 1, "{role:?}");
    }
}
