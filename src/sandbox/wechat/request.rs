//! Reading a request as strictly as the platform would at its strictest.

use std::borrow::Cow;

use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde::Deserialize;

use super::book::Book;
use super::login::{FIRST_MERCHANT, MERCHANTS, PUBLIC_KEY_ID, serial_of};
use super::{PREFIX, catalogue, keys};
use crate::sandbox::clock::epoch_ms;
use crate::sandbox::platform::{Ids, Reading, Refusal};
use crate::sandbox::{Call, Id, header};

const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048 ";
/// The parts of the header `Authorization`.
const KEYS: [&str; 5] = ["mchid", "serial_no", "nonce_str", "timestamp", "signature"];
/// So far from the sandbox's clock a request may be.
const MOST_SECONDS: u64 = 300;

/// The body of a submission.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission<'a> {
    #[serde(borrow)]
    pub brand_id: Cow<'a, str>,
    #[serde(borrow)]
    pub out_request_no: Cow<'a, str>,
    #[serde(borrow)]
    pub deactivate_reason: Cow<'a, str>,
}

type Checked<T> = Result<T, Refusal>;

/// Reads a request, whatever is wrong with it.
pub(super) fn read<'a>(book: &Book, call: Call, head: &Parts, body: &'a [u8]) -> Reading<'a> {
    let mut reading = Reading { ids: Ids::default(), reason: None, request_no: None, refusal: None };
    reading.refusal = check(book, call, head, body, &mut reading).err();
    reading
}

/// Checks everything, and notes on the way what the request is about.
fn check<'a>(book: &Book, call: Call, head: &Parts, body: &'a [u8], reading: &mut Reading<'a>) -> Checked<()> {
    let path = head.uri.path();
    let id = path.strip_prefix(PREFIX).unwrap_or("").trim_end_matches("/deactivate");
    reading.ids.item = Id::new(id);
    let submission = if call == Call::Submission { parse(body).map(Some) } else { Ok(None) };
    if let Ok(Some(submission)) = &submission {
        let Submission { out_request_no, deactivate_reason, .. } = submission;
        reading.ids.target = Id::new(id);
        reading.reason = Some(deactivate_reason.clone());
        reading.request_no = Some(out_request_no.clone());
    }
    identity(book, head, body, &mut reading.ids)?;
    form(call, head)?;
    let brand = match submission? {
        Some(submission) => fields(&submission)?,
        None => brand_of(head, body)?,
    };
    let Some(number) = reading.ids.item.number() else { return Err(bad("product_coupon_id 应为数字")) };
    // A coupon that is not there at all is told when the request is carried out.
    if catalogue::find(number).is_some_and(|coupon| Id::from(coupon.brand) != brand) {
        return Err(super::no_coupon());
    }
    Ok(())
}

/// Method and headers, apart from who is asking.
fn form(call: Call, head: &Parts) -> Checked<()> {
    let expected = if call == Call::Submission { Method::POST } else { Method::GET };
    if head.method != expected {
        let mut refusal = bad(&format!("请求方法应为 {expected}"));
        refusal.status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(refusal);
    }
    if one(&head.headers, ACCEPT.as_str())? != "application/json" {
        return Err(bad("Accept 应为 application/json"));
    }
    let is_json = head.headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/json");
    if call == Call::Submission && !is_json {
        return Err(bad("Content-Type 应为 application/json"));
    }
    if one(&head.headers, USER_AGENT.as_str())?.trim().is_empty() {
        return Err(bad("User-Agent 为空"));
    }
    match head.headers.get("wechatpay-serial") {
        Some(serial) if serial != PUBLIC_KEY_ID => Err(bad("Wechatpay-Serial 不是本商户的微信支付公钥ID")),
        _ => Ok(()),
    }
}

/// Who is asking, and whether the signature is theirs.
fn identity(book: &Book, head: &Parts, body: &[u8], ids: &mut Ids) -> Checked<()> {
    let value = one(&head.headers, AUTHORIZATION.as_str()).map_err(|refusal| sign(&refusal.words))?;
    let pairs = value.strip_prefix(SCHEME).ok_or_else(|| sign("认证类型不是 WECHATPAY2-SHA256-RSA2048"))?;
    let mut parts: [Option<&str>; 5] = [None; 5];
    for pair in pairs.split(',') {
        let (key, value) = pair.split_once('=').ok_or_else(|| sign("认证信息不是 key=\"value\" 的形式"))?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let place = KEYS.iter().position(|known| *known == key).ok_or_else(|| sign("认证信息有多余的内容"))?;
        if value.is_none() || parts[place].is_some() {
            return Err(sign("认证信息重复,或没有引号"));
        }
        parts[place] = value;
    }
    let [Some(mchid), Some(serial), Some(nonce), Some(timestamp), Some(signature)] = parts else {
        return Err(sign("认证信息不全"));
    };
    ids.shop = Id::new(mchid);
    let merchant = ids.shop.number().filter(|id| (FIRST_MERCHANT..FIRST_MERCHANT + MERCHANTS).contains(id));
    let merchant = merchant.ok_or_else(|| sign("商户号不存在"))?;
    if serial != serial_of(merchant) {
        return Err(sign("商户证书序列号有误"));
    }
    let is_digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u64 = timestamp.parse().ok().filter(|_| is_digits).ok_or_else(|| sign("timestamp 应为秒数"))?;
    if seconds.abs_diff(epoch_ms() / 1000) > MOST_SECONDS {
        return Err(sign("timestamp 与平台时间相差超过 5 分钟"));
    }
    if !(1..=32).contains(&nonce.len()) || !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(sign("nonce_str 应为 1 至 32 个字母或数字"));
    }
    let uri = head.uri.path_and_query().map_or("", |uri| uri.as_str());
    let start = format!("{}\n{uri}\n{timestamp}\n{nonce}\n", head.method);
    if !keys::merchant().verifies(&[start.as_bytes(), body, b"\n"].concat(), signature) {
        return Err(sign("签名错误,验签失败"));
    }
    if book.is_new(merchant, nonce) { Ok(()) } else { Err(sign("nonce_str 已用过")) }
}

/// Checks a submission by itself; gives its brand.
fn fields(submission: &Submission<'_>) -> Checked<Id> {
    let number = &submission.out_request_no;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !(6..=40).contains(&number.len()) || !number.bytes().all(is_plain) {
        return Err(bad("out_request_no 应为 6 至 40 个数字、字母、_ 或 -"));
    }
    let reason = &submission.deactivate_reason;
    if reason.trim().is_empty() || reason.chars().count() > 150 {
        return Err(bad("deactivate_reason 应为 1 至 150 个字符"));
    }
    if reason.chars().any(|c| c > '\u{ffff}') {
        return Err(bad("deactivate_reason 不支持 U+FFFF 以上的字符"));
    }
    brand(&submission.brand_id)
}

/// The brand of a look-up, which has no body.
fn brand_of(head: &Parts, body: &[u8]) -> Checked<Id> {
    if !body.is_empty() {
        return Err(bad("查询不应有请求内容"));
    }
    let value = head.uri.query().and_then(|query| query.strip_prefix("brand_id="));
    brand(value.ok_or_else(|| bad("缺少 brand_id"))?)
}

fn brand(text: &str) -> Checked<Id> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad("brand_id 应为数字"));
    }
    Ok(Id::new(text))
}

/// The one value of a header.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Checked<&'a str> {
    header::one(headers, name).map_err(|words| bad(&words))
}

/// The body of a submission.
pub(super) fn parse(body: &[u8]) -> Checked<Submission<'_>> {
    serde_json::from_slice(body).map_err(|error| bad(&format!("请求内容不符合要求:{error}")))
}

/// A request whose sender cannot be told.
fn sign(words: &str) -> Refusal {
    Refusal { status: StatusCode::UNAUTHORIZED, code: Id::new("SIGN_ERROR"), words: words.to_owned(), improper: true }
}

/// A request of the wrong form.
fn bad(words: &str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        code: Id::new("PARAM_ERROR"),
        words: format!("参数错误:{words}"),
        improper: true,
    }
}
