//! The Temu calls' bodies, read with care: an answer is believed only when it is whole and clear.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::super::client::{Answer, expired, is_html};
use super::super::lenient::{lenient, list_of_objects, object, objects};
use super::super::wording::tells_no_error;
use super::super::{CredentialsTrouble, Failure};
use crate::model::canonical_id;
use crate::text;

const DONE: &str = "1000000";
const LOGIN_EXPIRED: &str = "40001";
const NO_RIGHT: &str = "400020037";
const THROTTLED: &str = "4000004";
/// Words of throttled answers that come under other codes.
const THROTTLED_WORDS: [&str; 4] = ["过于频繁", "太过频繁", "过于火爆", "请稍后再试"];
/// Words that say a ticket for the same enrollment exists.
const REPEATED_WORDS: [&str; 3] = ["已提交", "重复提交", "勿重复"];
/// Words that say that a product is not there, or not any more.
const NO_PRODUCT_WORDS: [&str; 4] = ["商品不存在", "商品已不存在", "商品已删除", "product does not exist"];

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
    #[serde(borrow, rename = "errorMsg", default)]
    words: Option<&'a RawValue>,
    #[serde(borrow, rename = "error_msg", default)]
    other_words: Option<&'a RawValue>,
}

impl Envelope<'_> {
    /// The more severe of the two codes; empty where there is none.
    fn code(&mut self) -> String {
        let codes = [self.code.take(), self.other_code.take()].into_iter().flatten().map(Code::text);
        codes.filter(|code| !code.is_empty()).min_by_key(|code| severity(code)).unwrap_or_default()
    }

    /// Whether either code is the one of a success.
    fn has_done_code(&self) -> bool {
        [&self.code, &self.other_code].into_iter().flatten().any(Code::is_done)
    }

    /// The words of a failure, in either spelling; empty where there are none.
    fn words(&self) -> String {
        let text = |raw: &RawValue| match serde_json::from_str(raw.get()) {
            Ok(Some(text)) => text,
            Ok(None) => String::new(),
            // Not text: whatever it is, it is not nothing.
            Err(_) => raw.get().chars().take(200).collect(),
        };
        let texts = [self.words, self.other_words].into_iter().flatten().map(text);
        texts.into_iter().find(|text| !tells_no_error(text)).unwrap_or_default()
    }
}

/// Of two codes the one with the lower number counts.
fn severity(code: &str) -> u8 {
    match code {
        LOGIN_EXPIRED => 0,
        NO_RIGHT => 1,
        THROTTLED => 2,
        DONE => 4,
        _ => 3,
    }
}

/// A code, which comes as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Number(i64),
    Text(String),
}

impl Code {
    fn is_done(&self) -> bool {
        match self {
            Self::Number(number) => number.to_string() == DONE,
            Self::Text(text) => text == DONE,
        }
    }

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
    let mut envelope: Envelope = object(body).ok_or_else(|| unreadable(status))?;
    let says_success = envelope.success == Some(true) || envelope.has_done_code();
    let (code, words) = (envelope.code(), envelope.words());
    let has_known_code = severity(&code) < severity("");
    match envelope.success {
        _ if says_success && has_known_code => Err(refusal(code, words).beside_success()),
        Some(true) if answer.status.is_success() => {
            if (code == DONE || code.is_empty()) && words.is_empty() {
                return read(envelope.result);
            }
            Err(refusal(code, words).beside_success())
        }
        Some(false) if !says_success => Err(refusal(code, words)),
        // It says neither: only the codes that are known count.
        None if has_known_code => Err(refusal(code, words)),
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

/// What a look-up was refused for, where the platform says that it has no such product.
pub(super) fn no_such_product(failure: Failure) -> Failure {
    match failure {
        Failure::Refused { code, words } if NO_PRODUCT_WORDS.iter().any(|no| words.contains(no)) => {
            Failure::NoSuchItem { code, words }
        }
        failure => failure,
    }
}

/// An id: a number from 1 up to 2^64, or its digits as text. Never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(pub u64);

impl Id {
    /// Whether text spells this id, with leading zeros or without.
    pub(super) fn is(self, text: &str) -> bool {
        canonical_id(text) == self.0.to_string()
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        let number = match Either::deserialize(deserializer)? {
            Either::Number(number) => Some(number),
            Either::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            Either::Text(_) => None,
        };
        match number {
            None | Some(0) => Err(serde::de::Error::custom("not an id")),
            Some(number) => Ok(Self(number)),
        }
    }
}

/// The `result` of a look-up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    pub product_id: Id,
    /// The shop that is answered.
    #[serde(default)]
    pub mall_id: Option<Id>,
    /// `None`: the answer has no list, which is not an empty one.
    #[serde(default, deserialize_with = "list_of_objects")]
    pub activity_list: Option<Vec<Activity>>,
}

/// One activity that the product is enrolled in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Activity {
    pub activity_name: String,
    #[serde(default, deserialize_with = "lenient")]
    pub activity_type: Option<i64>,
    /// `None`: the answer has no list, which is not an empty one.
    #[serde(default, deserialize_with = "list_of_objects")]
    pub feedback_enroll_info_list: Option<Vec<Enrollment>>,
}

/// One enrollment, which is what can be withdrawn. The journal keeps it for the result, as its own JSON.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Enrollment {
    #[serde(skip_serializing)]
    pub enroll_id: Option<Id>,
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
