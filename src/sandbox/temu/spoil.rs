//! The seller centre's answers with one thing wrong in them.

use serde_json::{Map, Value, json};

use super::code;
use crate::sandbox::fault::Flaw;

/// Spoils a success in one place.
pub(super) fn spoil(flaw: Flaw, answer: &mut Value) {
    if answer["success"] != true {
        return;
    }
    match flaw {
        Flaw::NullResult => answer["result"] = Value::Null,
        Flaw::LoginLost => answer["error_code"] = json!(code::EXPIRED),
        Flaw::Code => answer["error_code"] = json!(code::REFUSED),
        Flaw::Words => answer["errorMsg"] = json!("该活动报名暂不支持退出"),
        _ => {
            if let Some(result) = answer["result"].as_object_mut() {
                spoil_result(flaw, result);
            }
        }
    }
}

fn spoil_result(flaw: Flaw, result: &mut Map<String, Value>) {
    let one_more = |id: &Value| json!(id.as_u64().unwrap_or_default() + 1);
    match flaw {
        Flaw::OtherShop => result["mallId"] = one_more(&result["mallId"]),
        Flaw::NoShop => drop(result.remove("mallId")),
        Flaw::OtherItem => result["productId"] = one_more(&result["productId"]),
        Flaw::NoList => drop(result.remove("activityList")),
        Flaw::NullList => result["activityList"] = Value::Null,
        Flaw::HasMore => drop(result.insert("hasMore".to_owned(), json!(true))),
        Flaw::Total => drop(result.insert("total".to_owned(), json!(100))),
        _ => spoil_entries(flaw, &mut result["activityList"]),
    }
}

fn spoil_entries(flaw: Flaw, activities: &mut Value) {
    const ENTRIES: &str = "feedbackEnrollInfoList";
    let Some(activities) = activities.as_array_mut() else { return };
    if activities.is_empty() {
        // What is listed no more is told by an activity without its enrollments.
        activities.push(json!({"activityName": "清仓甩卖", "activityType": 27, ENTRIES: []}));
    }
    for activity in activities {
        let entries = &mut activity[ENTRIES];
        match flaw {
            Flaw::NoEntries => drop(activity.as_object_mut().and_then(|activity| activity.remove(ENTRIES))),
            Flaw::NullEntries => *entries = Value::Null,
            Flaw::NullEntry => drop(entries.as_array_mut().map(|entries| entries.push(Value::Null))),
            Flaw::ZeroId => drop(entries.as_array_mut().map(|entries| entries.push(json!({"enrollId": 0})))),
            Flaw::TextId => {
                let Some(entries) = entries.as_array_mut() else { continue };
                let mut again = entries.clone();
                for entry in &mut again {
                    entry["enrollId"] = json!(format!("0{}", entry["enrollId"]));
                }
                entries.extend(again);
            }
            _ => {}
        }
    }
}
