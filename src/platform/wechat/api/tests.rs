use reqwest::header::{DATE, HeaderMap, HeaderValue};

use super::super::super::client::Answer;
use super::super::super::{CredentialsTrouble, Failure};
use super::super::sign::Proof;
use super::judge;
use crate::text;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status: reqwest::StatusCode::from_u16(status).expect("a status"),
        headers: HeaderMap::new(),
        body: Ok(body.as_bytes().to_vec()),
    }
}

fn bad() -> Proof {
    Proof::Bad(text!("签名不对", "wrong"))
}

fn said(code: &str) -> String {
    format!(r#"{{"code":"{code}","message":"话","detail":{{}}}}"#)
}

#[test]
fn only_a_verified_success_is_one() {
    assert_eq!(judge(answer(200, "{}"), Proof::Good), Ok(b"{}".to_vec()));
    for proof in [Proof::Absent, bad()] {
        assert!(matches!(judge(answer(200, "{}"), proof), Err(Failure::Unclear(_))));
    }
    let broken = Answer { body: Err(text!("断", "cut")), ..answer(200, "") };
    assert!(matches!(judge(broken, Proof::Absent), Err(Failure::Unclear(why)) if why.en == "cut"));
}

#[test]
fn each_error_of_the_platforms_table_proves_what_it_proves() {
    let failure = |status, body: &str, proof| judge(answer(status, body), proof).expect_err("a failure");
    for code in ["RATELIMIT_EXCEEDED", "FREQUENCY_LIMITED"] {
        assert!(matches!(failure(429, &said(code), Proof::Good), Failure::Throttled { .. }));
        assert!(matches!(failure(400, &said(code), Proof::Good), Failure::Throttled { .. }));
    }
    assert!(matches!(failure(429, "<html>", Proof::Absent), Failure::Throttled { .. }));
    for (status, body, expected) in [
        (401, said("SIGN_ERROR"), CredentialsTrouble::Signature),
        (401, "<html>".to_owned(), CredentialsTrouble::Signature),
        (403, said("NO_AUTH"), CredentialsTrouble::Forbidden),
        (403, "<html>".to_owned(), CredentialsTrouble::Forbidden),
    ] {
        let failure = failure(status, &body, Proof::Absent);
        assert!(matches!(failure, Failure::Credentials { trouble, .. } if trouble == expected), "{status} {body}");
    }
    for (status, code) in [
        (400, "PARAM_ERROR"),
        (400, "INVALID_REQUEST"),
        (400, "ALREADY_EXISTS"),
        (404, "RESOURCE_NOT_EXISTS"),
        (403, "RULE_LIMIT"),
    ] {
        let refused = Failure::Refused { code: code.to_owned(), words: "话".to_owned() };
        assert_eq!(failure(status, &said(code), Proof::Good), refused);
        assert_eq!(failure(status, &said(code), Proof::Absent), refused);
        assert!(matches!(failure(status, &said(code), bad()), Failure::Unclear(_)), "{status} {code}");
    }
    for (status, body) in [
        (500, said("SYSTEM_ERROR")),
        (503, "<html>".to_owned()),
        (404, "<html>".to_owned()),
        (400, "{}".to_owned()),
        (302, String::new()),
        (500, said("FREQUENCY_LIMITED")),
    ] {
        assert!(matches!(failure(status, &body, Proof::Good), Failure::Unclear(_)), "{status} {body}");
    }
}

#[test]
fn a_refused_signature_tells_of_a_clock_that_is_off() {
    let mut answer = answer(401, &said("SIGN_ERROR"));
    answer.headers.insert(DATE, HeaderValue::from_static("Sun, 22 Nov 2020 02:00:00 GMT"));
    let failure = judge(answer, Proof::Absent).expect_err("a failure");
    assert!(failure.sentence().en.contains("clock off by"), "{failure:?}");
}
