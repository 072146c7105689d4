//! Any answer of the platform: believed only where it is whole and clear, and its ids are kept to the digit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use unpromo::fuzzing::{temu_accepted, temu_listing};
use unpromo::model::Row;
use unpromo::platform::{Failure, operation};
use unpromo::text::Lang;

const STATUS: [u16; 12] = [200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 599];

fuzz_target!(|content: &[u8]| {
    let Some((which, body)) = content.split_first() else { return };
    // Most answers come with 200, and so do most inputs.
    let status = STATUS.get(usize::from(*which).wrapping_sub(usize::from(b'a'))).copied().unwrap_or(200);
    let value: Option<Value> = serde_json::from_slice(body).ok();
    if value.is_none() && serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        // JSON by its shape, with a 1e999 or half a character that a plain value cannot hold.
        return;
    }
    let says_success = value.as_ref().is_some_and(|value| value["success"] == Value::Bool(true));
    let is_good_status = (200..300).contains(&status);
    match temu_accepted(status, body) {
        Ok(_) => assert!(says_success && is_good_status),
        Err(failure) => check(&failure),
    }
    match temu_listing("1", "2", status, body) {
        Err(failure) => check(&failure),
        Ok(targets) => {
            assert!(says_success && is_good_status);
            let value = value.expect("JSON");
            assert_eq!((id(&value["result"]["productId"]), id(&value["result"]["mallId"])), (1, 2));
            for code in ["errorCode", "error_code"] {
                let code = &value[code];
                assert!(code.is_null() || code == "" || code == "1000000" || code == 1_000_000);
            }
            let expected = listed(&value);
            let read: Vec<(String, String)> =
                targets.iter().map(|target| (target.id.clone(), target.name.clone())).collect();
            assert_eq!(read, expected);
            let temu = operation("temu-activity").expect("the operation");
            for target in &targets {
                for lang in [Lang::Zh, Lang::En] {
                    assert_eq!(temu.describe(target, lang).len(), temu.facts().len());
                }
                let cells = temu.columns().iter().map(|_| "巴西站".to_owned()).collect();
                let _ = temu.admits(&Row { cells, ..Row::default() }, target);
            }
        }
    }
});

/// Something came, so it is never "not sent" or "no answer".
fn check(failure: &Failure) {
    assert!(failure.is_answer());
    assert!(!failure.sentence().en.is_empty());
}

/// An id, which is a number however it is written.
fn id(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|id| *id > 0).expect("an id")
}

/// Every id and name of a look-up's answer, each once, read without any of the program's types. Each list is there.
fn listed(value: &Value) -> Vec<(String, String)> {
    let list = |value: &Value| value.as_array().cloned().expect("a list");
    let mut all: Vec<(String, String)> = Vec::new();
    for activity in list(&value["result"]["activityList"]) {
        for enrollment in list(&activity["feedbackEnrollInfoList"]) {
            let one = (
                id(&enrollment["enrollId"]).to_string(),
                activity["activityName"].as_str().expect("a name").to_owned(),
            );
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}
