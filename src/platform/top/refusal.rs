//! TOP's errors: what each code proves.

use std::time::Duration;

use serde_json::Value;

use crate::platform::{CredentialsTrouble, Failure};
use crate::text;

/// Reads an `error_response`. `date` is the answer's own. `None`: it is none.
pub(super) fn read(error: &Value, date: Option<&str>) -> Option<Failure> {
    let error = error.as_object()?;
    let text = |key: &str| match error.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (code, sub_code) = (text("code"), text("sub_code"));
    let (message, sub_message) = (text("msg"), text("sub_msg"));
    if code.is_empty() && sub_code.is_empty() {
        return None;
    }
    let said = said(&[&sub_message, &message], &[&code, &sub_code]);
    let credentials = |trouble, words: String| Failure::Credentials { trouble, words };
    Some(match code.as_str() {
        "7" => throttled(&[&sub_message, &message], said),
        _ if sub_code.starts_with("accesscontrol.limited-by") => throttled(&[&sub_message, &message], said),
        "26" | "27" => credentials(CredentialsTrouble::Expired, said),
        "11" | "12" | "13" | "28" | "29" => credentials(CredentialsTrouble::Forbidden, said),
        "24" | "25" => credentials(CredentialsTrouble::Signature, said),
        "30" | "31" => credentials(CredentialsTrouble::Clock, with_date(said, date)),
        _ if sub_code.starts_with("isp.") => unclear(&said),
        _ if sub_code.starts_with("isv.") => refused(sub_code, &sub_message, &message),
        // The gateway itself would not have the request: it went no further.
        "3" | "9" | "21" | "22" | "23" | "32" | "33" | "34" | "40" | "41" | "42" | "43" => {
            let shown = if sub_code.is_empty() { code } else { sub_code };
            refused(shown, &sub_message, &message)
        }
        _ => unclear(&said),
    })
}

fn unclear(said: &str) -> Failure {
    Failure::Unclear(text!("平台内部出错:{said}", "the platform failed: {said}"))
}

fn refused(code: String, sub_message: &str, message: &str) -> Failure {
    let words = if sub_message.is_empty() { message } else { sub_message };
    Failure::Refused { code, words: words.to_owned() }
}

/// The words that are there, and the codes behind them.
fn said(words: &[&str], codes: &[&str]) -> String {
    let filled = |texts: &[&str], between: &str| {
        texts.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(between)
    };
    format!("{} ({})", filled(words, "; "), filled(codes, " ")).trim_start().to_owned()
}

/// What helps to see how far a clock is off.
fn with_date(said: String, date: Option<&str>) -> String {
    match date {
        Some(date) => format!("{said}; {date}"),
        None => said,
    }
}

fn throttled(words: &[&str], said: String) -> Failure {
    Failure::Throttled { wait: words.iter().find_map(|words| ban(words)), words: said }
}

/// How long a ban lasts, as it says itself: `This ban will last for 59 more seconds`.
fn ban(words: &str) -> Option<Duration> {
    let (_, rest) = words.split_once("ban will last for ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (seconds, unit) = rest.split_at(end);
    unit.trim_start().strip_prefix("more second")?;
    seconds.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn failure(code: u32, sub_code: &str, sub_message: &str) -> Failure {
        let error = json!({"code": code, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": sub_message});
        read(&error, Some("Sun, 22 Nov 2026 02:00:00 GMT")).expect("an error")
    }

    fn trouble(code: u32) -> Option<CredentialsTrouble> {
        match failure(code, "isv.anything", "") {
            Failure::Credentials { trouble, .. } => Some(trouble),
            _ => None,
        }
    }

    #[test]
    fn each_code_of_the_platforms_table_proves_what_it_proves() {
        for code in [26, 27] {
            assert_eq!(trouble(code), Some(CredentialsTrouble::Expired), "{code}");
        }
        for code in [11, 12, 13, 28, 29] {
            assert_eq!(trouble(code), Some(CredentialsTrouble::Forbidden), "{code}");
        }
        assert_eq!(trouble(25), Some(CredentialsTrouble::Signature));
        assert_eq!(trouble(31), Some(CredentialsTrouble::Clock));
        for code in [15, 50, 40] {
            let refused = failure(code, "isv.invalid-parameter", "非法参数");
            assert_eq!(refused, Failure::Refused { code: "isv.invalid-parameter".into(), words: "非法参数".into() });
            assert!(matches!(failure(code, "isp.remote-service-timeout", ""), Failure::Unclear(_)), "{code}");
        }
        assert!(matches!(failure(50, "", ""), Failure::Unclear(_)));
        assert!(matches!(failure(10, "", ""), Failure::Unclear(_)));
        assert!(matches!(failure(22, "", ""), Failure::Refused { .. }));
    }

    #[test]
    fn a_ban_says_how_long_it_lasts() {
        let wait = |code, sub_code, words| match failure(code, sub_code, words) {
            Failure::Throttled { wait, .. } => wait.map(|wait| wait.as_secs()),
            other => panic!("{other:?}"),
        };
        let words = "This ban will last for 31062 more seconds";
        assert_eq!(wait(7, "accesscontrol.limited-by-app-access-count", words), Some(31_062));
        assert_eq!(wait(7, "", "This ban will last for 1 more second"), Some(1));
        assert_eq!(wait(15, "accesscontrol.limited-by-dynamic-access-count", ""), None);
        assert_eq!(wait(7, "", "This ban will last for long"), None);
    }

    #[test]
    fn codes_may_be_text_and_what_is_no_error_is_none() {
        let expired = read(&json!({"code": "27", "msg": "Invalid session"}), None);
        let words = "Invalid session (27)".to_owned();
        assert_eq!(expired, Some(Failure::Credentials { trouble: CredentialsTrouble::Expired, words }));
        for other in [json!(null), json!("27"), json!({}), json!({"code": null, "msg": "x"})] {
            assert_eq!(read(&other, None), None, "{other}");
        }
    }
}
