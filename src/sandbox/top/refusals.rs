//! The gateway's errors, as it writes them: HTTP 200 with an `error_response`.

use serde_json::{Map, Value, json};

/// An error by its code (`27`), its sub-code (`isv.invalid-parameter`), or both (`15/isp.unknown-error`).
/// `quoted`: the code as text, as some gateways write it.
pub(super) fn write(code: &str, words: &str, quoted: bool) -> String {
    let (number, sub_code) = match code.split_once('/') {
        Some((number, sub_code)) => (number.parse().unwrap_or(50), sub_code),
        None => match code.parse::<u64>() {
            Ok(number) => (number, ""),
            Err(_) if code.starts_with("accesscontrol.") => (7, code),
            Err(_) if code.starts_with("isp.") => (15, code),
            Err(_) => (50, code),
        },
    };
    let mut error = Map::new();
    error.insert("code".to_owned(), if quoted { json!(number.to_string()) } else { json!(number) });
    error.insert("msg".to_owned(), json!(message(number)));
    if !sub_code.is_empty() {
        error.insert("sub_code".to_owned(), json!(sub_code));
    }
    error.insert("sub_msg".to_owned(), json!(words));
    error.insert("request_id".to_owned(), json!("sandbox"));
    json!({ "error_response": Value::Object(error) }).to_string()
}

const fn message(code: u64) -> &'static str {
    match code {
        7 => "App Call Limited",
        9 => "Http Action Not Allowed",
        10 => "Service Currently Unavailable",
        11 => "Insufficient isv permissions",
        12 => "Insufficient user permissions",
        13 => "Insufficient partner permissions",
        21 => "Missing Method",
        22 => "Invalid Method",
        23 => "Invalid Format",
        24 => "Missing Signature",
        25 => "Invalid signature",
        26 => "Missing Session",
        27 => "Invalid Session",
        28 => "Missing App Key",
        29 => "Invalid App Key",
        30 => "Missing Timestamp",
        31 => "Invalid Timestamp",
        33 => "Invalid Version",
        40 => "Missing required arguments",
        41 => "Invalid arguments",
        _ => "Remote service error",
    }
}
