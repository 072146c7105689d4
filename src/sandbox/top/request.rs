//! Reading a request as strictly as the gateway would at its strictest.

use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use hyper::{Method as HttpMethod, StatusCode};
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, Zoned};

use super::form::Form;
use super::{Method, gift, pool, sign};
use crate::sandbox::Id;
use crate::sandbox::platform::{Ids, Reading, Refusal};

/// How far a request's time may be off, in seconds.
const LATITUDE: i64 = 10 * 60;
const APPS: std::ops::RangeInclusive<u32> = 12_345_670..=12_345_679;

type Checked<T> = Result<T, Refusal>;

/// Reads a request, whatever is wrong with it.
pub(super) fn read<'a>(head: &Parts, body: &[u8]) -> Reading<'a> {
    let mut reading = Reading { ids: Ids::default(), reason: None, request_no: None, refusal: None };
    reading.refusal = check(head, body, &mut reading.ids).err();
    reading
}

/// Checks everything, and notes on the way what the request is about.
fn check(head: &Parts, body: &[u8], ids: &mut Ids) -> Checked<()> {
    if head.method != HttpMethod::POST {
        return Err(improper("9", "请求方法应为 POST"));
    }
    if head.uri.query().is_some() {
        return Err(improper("41", "参数应全部在请求内容里"));
    }
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut parts = content_type.split(';').map(str::trim);
    if parts.next() != Some("application/x-www-form-urlencoded")
        || !parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8"))
    {
        return Err(improper("41", "content-type 应为 application/x-www-form-urlencoded;charset=utf-8"));
    }
    let form = Form::read(body).map_err(|why| improper("41", why))?;
    ids.shop = Id::new(form.get("app_key"));
    let method = Method::from_name(form.get("method"));
    match method {
        Some(Method::CancelGift) => gift::note(&form, ids),
        Some(Method::QueryPool) => pool::note(&form, ids),
        _ => {}
    }
    envelope(&form)?;
    let Some(method) = method else { return Err(improper("22", "Invalid Method")) };
    session(&form, method)?;
    let known = ["method", "app_key", "timestamp", "format", "v", "sign_method", "sign", "session"];
    let own = match method {
        Method::CancelGift => "request",
        Method::QueryPool => "param0",
        Method::Seller => "fields",
        Method::Time => "",
    };
    if let Some((key, _)) = form.pairs().iter().find(|(key, _)| !known.contains(&key.as_str()) && key != own) {
        return Err(improper("isv.invalid-parameter", &format!("没有参数 {key}")));
    }
    match method {
        Method::CancelGift => gift::check(&form),
        Method::QueryPool => pool::check(&form),
        Method::Seller if form.get("fields") != "nick" => Err(improper("isv.missing-parameter", "fields")),
        Method::Seller | Method::Time => Ok(()),
    }
}

/// What every call has.
fn envelope(form: &Form) -> Checked<()> {
    for (key, code) in [("method", "21"), ("app_key", "28"), ("sign", "24"), ("timestamp", "30"), ("v", "32")] {
        if form.get(key).is_empty() {
            return Err(improper(code, &format!("缺少 {key}")));
        }
    }
    if form.get("format") != "json" {
        return Err(improper("23", "format 应为 json"));
    }
    if form.get("v") != "2.0" {
        return Err(improper("33", "v 应为 2.0"));
    }
    if !form.get("app_key").parse().is_ok_and(|key| APPS.contains(&key)) {
        return Err(plain("29", "没有这个应用"));
    }
    let secret = format!("sandbox-secret-{}", form.get("app_key"));
    let Some(signature) = sign::expected(form.get("sign_method"), &secret, form.pairs()) else {
        return Err(improper("25", "没有这种 sign_method"));
    };
    if form.get("sign") != signature {
        return Err(plain("25", "签名不对"));
    }
    let time: DateTime = form
        .get("timestamp")
        .parse()
        .ok()
        .filter(|_| form.get("timestamp").len() == "yyyy-MM-dd HH:mm:ss".len() && form.get("timestamp").contains(' '))
        .ok_or_else(|| improper("31", "timestamp 应为 yyyy-MM-dd HH:mm:ss"))?;
    let sent = time.to_zoned(china()).map_or(0, |sent: Zoned| sent.timestamp().as_second());
    if (sent - Timestamp::now().as_second()).abs() > LATITUDE {
        return Err(plain("31", "timestamp 与平台时间相差超过 10 分钟"));
    }
    Ok(())
}

fn session(form: &Form, method: Method) -> Checked<()> {
    let session = form.get("session");
    if method == Method::Time {
        return if session.is_empty() { Ok(()) } else { Err(improper("41", "这个接口不要 session")) };
    }
    match session {
        "" => Err(improper("26", "缺少 session")),
        expired if expired.contains("expired") => Err(plain("27", "授权已过期")),
        foreign if foreign.contains("noright") => Err(plain("12", "店铺没有授权这个接口")),
        ours if ours.starts_with("sandbox-session") => Ok(()),
        _ => Err(plain("27", "session 无效")),
    }
}

/// The time at GMT+8.
pub(super) fn now_at_gmt_8() -> String {
    Timestamp::now().to_zoned(china()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

const fn china() -> TimeZone {
    TimeZone::fixed(offset(8))
}

/// A refusal that careful clients get too.
pub(super) fn plain(code: &str, words: &str) -> Refusal {
    Refusal { status: StatusCode::OK, code: Id::new(code), words: words.to_owned(), improper: false }
}

/// A refusal of what no careful client would send.
pub(super) fn improper(code: &str, words: &str) -> Refusal {
    Refusal { improper: true, ..plain(code, words) }
}
