//! The Temu calls' bodies, read with care: an answer is believed only when it is whole and clear.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::super::client::{Answer, expired, is_html};
use super::super::lenient::lenient;
use super::super::{CredentialsTrouble, Failure};
use crate::text;

const DONE: &str = "1000000";
const LOGIN_EXPIRED: &str = "40001";
const NO_RIGHT: &str = "400020037";
const THROTTLED: &str = "4000004";
/// Words of throttled answers that come under other codes.
const THROTTLED_WORDS: [&str; 4] = ["过于频繁", "太过频繁", "过于火爆", "请稍后再试"];
/// Words that say a ticket for the same enrollment exists.
const REPEATED_WORDS: [&str; 3] = ["已提交", "重复提交", "勿重复"];

/// What every answer is wrapped in, in both spellings that occur.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(rename = "errorCode", default)]
    code: Option<Code>,
    #[serde(rename = "error_code", default)]
    other_code: Option<Code>,
    #[serde(rename = "errorMsg", default, deserialize_with = "lenient")]
    words: Option<String>,
    #[serde(rename = "error_msg", default, deserialize_with = "lenient")]
    other_words: Option<String>,
}

/// A code, which comes as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Number(i64),
    Text(String),
}

impl Code {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Reads an answer as far as success or failure; `read` makes the value of a success from its `result`.
pub(super) fn open<T>(
    answer: &Answer,
    read: impl FnOnce(Option<&RawValue>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(failure) = answer.failure_by_status() {
        return Err(failure);
    }
    let body = answer.body.as_ref().map_err(|why| Failure::Unclear(why.clone()))?;
    let status = answer.status.as_u16();
    if is_html(body) {
        return Err(if answer.status.is_success() {
            expired("HTML".to_owned())
        } else {
            Failure::Unclear(text!("答复是网页:HTTP {status}", "the answer is a page: HTTP {status}"))
        });
    }
    let Object(envelope): Object<Envelope> = serde_json::from_slice(body).map_err(|_| unreadable(status))?;
    let code = envelope.code.or(envelope.other_code).map(Code::text).unwrap_or_default();
    let words = envelope.words.or(envelope.other_words).unwrap_or_default();
    match envelope.success {
        Some(true) if answer.status.is_success() && (code == DONE || code.is_empty()) => read(envelope.result),
        Some(false) if code != DONE => Err(refusal(code, words)),
        // An answer that contradicts itself, or says neither: only the codes that are known count.
        _ if [LOGIN_EXPIRED, NO_RIGHT, THROTTLED].contains(&code.as_str()) => Err(refusal(code, words)),
        _ => Err(unreadable(status)),
    }
}

/// What an accepted ticket brings: nothing. No ticket number comes back, so a success with a result is the
/// answer to something else.
pub(super) fn nothing(result: Option<&RawValue>) -> Result<(), Failure> {
    match result {
        None => Ok(()),
        Some(_) => Err(Failure::Unclear(text!(
            "答复说成功,但内容不是提交的答复",
            "the answer says success, but is not that of a submission"
        ))),
    }
}

fn unreadable(status: u16) -> Failure {
    Failure::Unclear(text!("答复看不懂(HTTP {status})", "the answer cannot be understood (HTTP {status})"))
}

fn refusal(code: String, words: String) -> Failure {
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let said = || if words.is_empty() { code.clone() } else { format!("{words} ({code})") };
    match code.as_str() {
        LOGIN_EXPIRED => expired(said()),
        NO_RIGHT => Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words: said() },
        THROTTLED => Failure::Throttled { wait: None, words: said() },
        _ if has(&THROTTLED_WORDS) => Failure::Throttled { wait: None, words: said() },
        _ if has(&REPEATED_WORDS) => Failure::AlreadySubmitted { words: said() },
        _ => Failure::Refused { code, words },
    }
}

/// An id: a number up to 2^64, or digits as text. Never a float.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Id(pub String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(Self(number.to_string())),
            Either::Text(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(text)),
            Either::Text(_) => Err(serde::de::Error::custom("not an id")),
        }
    }
}

/// The `result` of a look-up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    pub product_id: Id,
    #[serde(default, deserialize_with = "objects")]
    pub activity_list: Vec<Activity>,
}

/// One activity that the product is enrolled in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activity {
    pub activity_name: String,
    #[serde(default, deserialize_with = "lenient")]
    pub activity_type: Option<i64>,
    #[serde(default, deserialize_with = "objects")]
    pub feedback_enroll_info_list: Vec<Enrollment>,
}

/// One enrollment, which is what can be withdrawn. The journal keeps it for the result, as its own JSON.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Enrollment {
    #[serde(skip_serializing)]
    pub enroll_id: Id,
    /// Beside the enrollment on the wire; moved in for the journal.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub activity_type: Option<i64>,
    /// Epoch ms.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub enroll_time: Option<i64>,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
    /// Fen.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub min_activity_price: Option<i64>,
    /// Fen.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub max_activity_price: Option<i64>,
    #[serde(deserialize_with = "objects")]
    pub enroll_sessions: Vec<Session>,
}

/// One session (场次) of an enrollment, at one site.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Session {
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub session_name: Option<String>,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub session_status: Option<i64>,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub site_id: Option<i64>,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
    /// Local to the site.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub start_date_str: Option<String>,
    /// Local to the site.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub end_date_str: Option<String>,
}

/// A list of objects; null is an empty one.
fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let list: Option<Vec<Object<T>>> = Deserialize::deserialize(deserializer)?;
    Ok(list.unwrap_or_default().into_iter().map(|Object(one)| one).collect())
}

/// A value that stands as a JSON object. A derived reader alone would take an array of its fields as well, and
/// believe an answer that nobody knows.
pub(super) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// The body of a look-up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LookUp<'a> {
    pub product_id: &'a str,
}

/// The body of a submission.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket<'a> {
    pub feedback_type: u8,
    pub feedback_problem_type: u8,
    pub remark: &'a str,
    pub business_id: u64,
    pub feedback_dimension: u8,
    pub product_id: &'a str,
    pub activity_name: &'a str,
}

/// The `result` of a login check.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserInfo {
    #[serde(default, deserialize_with = "objects")]
    pub company_list: Vec<Company>,
}

/// One company of a login.
#[derive(Deserialize)]
pub(super) struct Company {
    /// The platform's own spelling.
    #[serde(rename = "malInfoList", default, deserialize_with = "objects")]
    pub malls: Vec<Mall>,
}

/// One shop of a company.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mall {
    pub mall_id: Id,
    #[serde(default)]
    pub mall_name: Option<String>,
}
