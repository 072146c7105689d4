//! Any answer of the platforms beside Temu: the first byte says whose. No answer about another thing is believed,
//! and what is believed can be told in words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use unpromo::fuzzing::{coupon_listing, gift_accepted, pool_listing};
use unpromo::model::{Item, Target};
use unpromo::platform::{Failure, operation};
use unpromo::text::Lang;

fuzz_target!(|content: &[u8]| {
    let Some((whose, body)) = content.split_first() else { return };
    if serde_json::from_slice::<Value>(body).is_err() && serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        // JSON by its shape, with a 1e999 or half a character that a plain value cannot hold.
        return;
    }
    match whose {
        b'g' | b'G' => gift(if *whose == b'g' { 200 } else { 400 }, body),
        b'c' => coupon(body),
        b'o' => pool("", body),
        _ => pool("7", body),
    }
});

fn gift(status: u16, body: &[u8]) {
    let line = item(&[("trade_id", "1"), ("itemId", "2")]);
    match gift_accepted(&line, status, body) {
        Ok(_) => {
            assert_eq!(status, 200);
            let value: Value = serde_json::from_slice(body).expect("JSON");
            assert!(has(&value, &|value| value["flag"].as_str().is_some_and(|flag| flag.trim() == "success")));
            assert!(value.get("error_response").is_none());
        }
        Err(failure) => check(&failure),
    }
}

fn pool(own: &str, body: &[u8]) {
    let item = item(&[("act_id", own), ("out_act_id", "erp7")]);
    match pool_listing(&item, 200, body) {
        Ok(targets) => {
            assert!(targets.len() <= 1);
            for target in &targets {
                assert!(own.is_empty() || target.id == own, "{target:?}");
                tell("retail-item-pool", target);
            }
        }
        Err(failure) => check(&failure),
    }
}

fn coupon(body: &[u8]) {
    let item = item(&[("product_coupon_id", "1"), ("brand_id", "2")]);
    match coupon_listing(&item, body) {
        Ok(targets) => {
            assert_eq!(targets.len(), 1);
            let value: Value = serde_json::from_slice(body).expect("JSON");
            assert_eq!((value["product_coupon_id"].as_str(), targets[0].id.as_str()), (Some("1"), "1"));
            assert_eq!(value["brand_id"], "2");
            assert_eq!(targets[0].done.is_some(), value["state"] == "DEACTIVATED");
            tell("wechat-coupon", &targets[0]);
        }
        Err(failure) => check(&failure),
    }
}

/// Something came, so it is never "not sent" or "no answer".
fn check(failure: &Failure) {
    assert!(failure.is_answer());
}

fn tell(name: &str, target: &Target) {
    let operation = operation(name).expect("the operation");
    for lang in [Lang::Zh, Lang::En] {
        assert_eq!(operation.describe(target, lang).len(), operation.facts().len());
    }
    operation.sentence(target);
    operation.is_done_by(target, "x");
}

fn item(cells: &[(&str, &str)]) -> Item {
    Item { cells: cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect() }
}

fn has(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    is(value)
        || match value {
            Value::Object(map) => map.values().any(|value| has(value, is)),
            _ => false,
        }
}
