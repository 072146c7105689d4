//! The gateway's answers with one thing wrong in them.

use serde_json::{Map, Value, json};

use super::refusals;
use crate::sandbox::Call;
use crate::sandbox::fault::Flaw;

/// Spoils a success in one place.
pub(super) fn spoil(call: Call, flaw: Flaw, answer: &mut Value) {
    let beside = match flaw {
        Flaw::Error => Some("isv.invalid-parameter"),
        Flaw::LoginLost => Some("27"),
        _ => None,
    };
    if let Some(code) = beside {
        let error: Value = serde_json::from_str(&refusals::write(code, "非法参数", false)).unwrap_or_default();
        answer["error_response"] = error["error_response"].clone();
        return;
    }
    match call {
        Call::Submission => {
            if let Some(cancelled) = object_with("flag", answer) {
                spoil_cancelled(flaw, cancelled);
            }
        }
        _ => {
            if let Some(found) = object_with("succeed", answer) {
                spoil_found(flaw, found);
            }
        }
    }
}

/// The object that has this key, however it is wrapped.
fn object_with<'a>(key: &str, answer: &'a mut Value) -> Option<&'a mut Map<String, Value>> {
    let object = answer.as_object_mut()?;
    if object.contains_key(key) {
        return Some(object);
    }
    object.values_mut().find_map(|inner| object_with(key, inner))
}

fn spoil_cancelled(flaw: Flaw, cancelled: &mut Map<String, Value>) {
    let (key, value) = match flaw {
        Flaw::OtherShop => ("app_key", "1"),
        Flaw::OtherItem => ("trade_id", "another"),
        Flaw::Code => ("code", "F01"),
        Flaw::Words => ("message", "取消失败"),
        _ => return,
    };
    cancelled.insert(key.to_owned(), json!(value));
}

fn spoil_found(flaw: Flaw, found: &mut Map<String, Value>) {
    let (key, value) = match flaw {
        Flaw::OtherShop => ("app_key", json!("1")),
        Flaw::OtherItem => ("data", json!({"act_id": 1, "out_act_id": "another", "activity_name": "满减"})),
        Flaw::NullList => ("data", Value::Null),
        Flaw::NoEntries => ("data", json!({})),
        Flaw::HasMore => ("hasMore", json!(true)),
        Flaw::Code => ("err_number", json!("ACTIVITY_NOT_FOUND")),
        Flaw::Words => ("err_message", json!("活动不存在")),
        _ => return,
    };
    found.insert(key.to_owned(), value);
}
