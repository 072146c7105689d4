//! What goes over the wire when a fault meets a request.

use std::time::{Duration, SystemTime};

use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, LOCATION, RETRY_AFTER};
use hyper::{Response, StatusCode};

use super::{Fault, Flaw, Kind, RetryAfter, Shape};
use crate::sandbox::Call;
use crate::sandbox::answer::{Answer, Payload};
use crate::sandbox::broken::Broken;
use crate::sandbox::compress::Encoding;
use crate::sandbox::platform::{Ids, Platform, Seal, Trouble, Wording};

/// What a fault makes of an answer.
pub(in crate::sandbox) enum Reaction {
    /// This goes out.
    Send(Box<Response<Payload>>),
    /// This goes out, and the next request ends the connection (or the end comes after a while).
    SendThenStale(Box<Response<Payload>>, Option<Duration>),
    /// Nothing goes out; the connection ends, by a reset or not.
    Cut {
        /// By a reset.
        reset: bool,
    },
    /// Nothing ever happens.
    Hang,
}

/// The page that a browser without a login gets.
pub(in crate::sandbox) const LOGIN_PAGE: &str =
    "<!doctype html><html><head><title>登录</title></head><body><form action=\"/login\">请登录</form></body></html>";

/// The request that a fault meets.
pub(in crate::sandbox) struct Met<'a> {
    pub platform: &'a dyn Platform,
    pub call: Call,
    pub ids: &'a Ids,
    pub request: &'a HeaderMap,
}

impl Met<'_> {
    fn seal(&self, answer: Answer, how: Seal) -> Answer {
        self.platform.seal(self.request, answer, how)
    }

    /// The platform's answer, or what somebody else could send in its place.
    fn forged(&self, normal: Option<Answer>, how: Seal) -> Answer {
        self.seal(normal.unwrap_or_else(|| self.platform.pretend(self.call, self.ids)), how)
    }
}

/// What goes over the wire. `normal` is the platform's own answer, where the request was carried out.
pub(in crate::sandbox) fn react(fault: &Fault, met: &Met<'_>, normal: Option<Answer>) -> Reaction {
    let (details, platform) = (&fault.details, met.platform);
    let normal = match forgery(fault.kind) {
        Some(how) => return send(met.forged(normal, how).into_response()),
        None if fault.kind == Kind::Flawed => return send(flawed(fault, met, normal).into_response()),
        None => normal.map(|answer| met.seal(answer, Seal::Good)),
    };
    let answer = match fault.kind {
        Kind::Reset => return Reaction::Cut { reset: true },
        Kind::Close => return Reaction::Cut { reset: false },
        Kind::Hang => return Reaction::Hang,
        Kind::Truncated => return send(truncated(fault, normal)),
        Kind::Endless => {
            return send(Answer::json(StatusCode::OK, "").with(Payload::Broken(Box::new(Broken::endless()))));
        }
        Kind::Bomb => {
            let head = Answer::json(StatusCode::OK, "").header(CONTENT_ENCODING, "gzip");
            let bomb = Broken::bomb(details.mebibytes.unwrap_or(1024));
            return send(head.with(Payload::Broken(Box::new(bomb))));
        }
        Kind::Stale => {
            let answer = normal.unwrap_or_else(|| missing(platform, fault));
            return Reaction::SendThenStale(Box::new(answer.into_response()), details.idle);
        }
        Kind::Slow => normal.unwrap_or_else(|| missing(platform, fault)),
        Kind::Compressed => compressed(fault, met.request, normal.unwrap_or_else(|| missing(platform, fault))),
        Kind::Throttle429 => throttled(details.retry_after),
        Kind::Forbidden403 => page(StatusCode::FORBIDDEN),
        Kind::Http401 => page(StatusCode::UNAUTHORIZED),
        Kind::Redirect => {
            let status = details.status.and_then(|status| StatusCode::from_u16(status).ok());
            let location = details.location.as_deref().unwrap_or("/login?redirectUrl=%2F");
            Answer::html(status.unwrap_or(StatusCode::FOUND), "").header(LOCATION, location)
        }
        Kind::LoginHtml => Answer::html(StatusCode::OK, LOGIN_PAGE),
        Kind::Error5xx => server_error(fault, met),
        Kind::Garbage => Answer::json(StatusCode::OK, Bytes::from_static(b"\xff\xfe{success:true,,\x00")),
        Kind::WrongTypes => {
            let body = platform.misshape(met.call, details.shape.unwrap_or(Shape::Result));
            met.seal(Answer::json(StatusCode::OK, body), Seal::Good)
        }
        Kind::Code4000004 => said(met, Trouble::Throttled, fault),
        Kind::Words => said(met, Trouble::ThrottledInWords, fault),
        Kind::Code400020037 => said(met, Trouble::NoRight, fault),
        Kind::Expired40001 => said(met, Trouble::Expired, fault),
        Kind::Refused => said(met, Trouble::Refused, fault),
        Kind::Already => said(met, Trouble::Already, fault),
        Kind::Flawed | Kind::Unsigned | Kind::WrongSignature | Kind::OldSignature | Kind::WrongSerial => {
            missing(platform, fault)
        }
    };
    send(answer.into_response())
}

/// The platform's success with one thing wrong in it; a refusal of its own is left as it is.
fn flawed(fault: &Fault, met: &Met<'_>, normal: Option<Answer>) -> Answer {
    let normal = normal.unwrap_or_else(|| met.platform.pretend(met.call, met.ids));
    let flaw = fault.details.flaw.unwrap_or(Flaw::OtherShop);
    let Ok(mut body) = serde_json::from_slice(&normal.body) else { return met.seal(normal, Seal::Good) };
    met.platform.spoil(met.call, flaw, &mut body);
    met.seal(Answer::json(normal.status, body.to_string()), Seal::Good)
}

/// What is wrong with the signature alone.
const fn forgery(kind: Kind) -> Option<Seal> {
    match kind {
        Kind::Unsigned => Some(Seal::None),
        Kind::WrongSignature => Some(Seal::Wrong),
        Kind::OldSignature => Some(Seal::Old),
        Kind::WrongSerial => Some(Seal::OtherKey),
        _ => None,
    }
}

fn send(response: Response<Payload>) -> Reaction {
    Reaction::Send(Box::new(response))
}

/// A fault in the platform's own form, with a status and a signature of the rule's own where it has them.
fn said(met: &Met<'_>, trouble: Trouble, fault: &Fault) -> Answer {
    let mut answer = complain(met.platform, trouble, fault);
    let status = fault.details.status.and_then(|status| StatusCode::from_u16(status).ok());
    answer.status = status.unwrap_or(answer.status);
    met.seal(answer, fault.details.seal.unwrap_or(Seal::Good))
}

fn complain(platform: &dyn Platform, trouble: Trouble, fault: &Fault) -> Answer {
    let details = &fault.details;
    platform.complain(
        trouble,
        &Wording {
            code: details.code.as_deref(),
            words: details.words.as_deref(),
            snake: details.snake,
            quoted: details.quoted,
        },
    )
}

/// Transparent faults always have the platform's answer; should one ever not, a refusal is the safe thing to say.
fn missing(platform: &dyn Platform, fault: &Fault) -> Answer {
    complain(platform, Trouble::Refused, fault)
}

/// The plain page of a gateway.
fn page(status: StatusCode) -> Answer {
    let reason = status.canonical_reason().unwrap_or("");
    let body = format!("<html><head><title>{status}</title></head><body><h1>{reason}</h1></body></html>");
    Answer::html(status, body)
}

fn throttled(retry_after: Option<RetryAfter>) -> Answer {
    let answer = page(StatusCode::TOO_MANY_REQUESTS);
    match retry_after {
        None => answer,
        Some(RetryAfter::Seconds(seconds)) => answer.header(RETRY_AFTER, &seconds.to_string()),
        Some(RetryAfter::DateIn(seconds)) => answer.header(RETRY_AFTER, &http_date(seconds)),
    }
}

/// The HTTP date of so many seconds from now.
fn http_date(seconds: u64) -> String {
    let then = SystemTime::now().checked_add(Duration::from_secs(seconds)).unwrap_or(SystemTime::UNIX_EPOCH);
    let then = jiff::Timestamp::try_from(then).unwrap_or_default();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&then).unwrap_or_default()
}

fn server_error(fault: &Fault, met: &Met<'_>) -> Answer {
    let status = fault.details.status.and_then(|status| StatusCode::from_u16(status).ok());
    if let (false, Some(answer)) = (fault.details.page, met.platform.fail(status)) {
        return met.seal(answer, Seal::Good);
    }
    let status = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    if fault.details.page {
        return page(status);
    }
    let body = serde_json::json!({"status": status.as_u16(), "error": status.canonical_reason(), "path": "/"});
    Answer::json(status, body.to_string())
}

fn truncated(fault: &Fault, normal: Option<Answer>) -> Response<Payload> {
    let mut answer =
        normal.unwrap_or_else(|| Answer::json(StatusCode::OK, r#"{"result":null,"success":true,"errorCo"#));
    let body = std::mem::take(&mut answer.body);
    let part = body.slice(..body.len().div_ceil(2));
    let declared = (!fault.details.chunked).then_some(body.len() as u64);
    answer.with(Payload::Broken(Box::new(Broken::truncated(part, declared))))
}

/// The answer in an encoding that the client accepts: the rule's, or the first of ours.
fn compressed(fault: &Fault, request: &HeaderMap, mut answer: Answer) -> Answer {
    let accepts = |encoding: &Encoding| {
        let values = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut names = values.flat_map(|value| value.split(','));
        names.any(|name| name.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(encoding.name()))
    };
    let wanted = fault.details.encoding.map_or_else(|| Encoding::ALL.to_vec(), |encoding| vec![encoding]);
    let Some(encoding) = wanted.into_iter().find(accepts) else {
        return answer;
    };
    answer.body = encoding.pack(&answer.body);
    answer.header(CONTENT_ENCODING, encoding.name())
}
