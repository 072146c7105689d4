//! WeChat Pay on loopback: product coupons, looked up and deactivated. Every request's signature is
//! verified, and every answer to a request that verified is signed.

mod book;
mod catalogue;
mod der;
mod keys;
mod login;
mod request;
mod seal;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};

use super::answer::Answer;
use super::clock::epoch_ms;
use super::fault::{Flaw, Shape};
use super::ledger::Entry;
use super::platform::{Done, Ids, Platform, Reading, Refusal, Seal, Trouble, Wording};
use super::{Call, Id, Options};
use book::{Book, Order, Taken};
pub use catalogue::{BRAND, OTHER_BRAND};
use catalogue::{Coupon, State};
pub use login::{FIRST_MERCHANT, Login, MERCHANTS, PUBLIC_KEY_ID};

/// What the path of every call begins with; the coupon's id follows.
pub const PREFIX: &str = "/v3/marketing/partner/product-coupon/product-coupons/";

/// WeChat Pay.
pub(super) struct Wechat {
    book: Book,
}

impl Wechat {
    pub fn new(options: &Options) -> Self {
        Self { book: Book::new(options.listed, options.second) }
    }

    fn look_up(&self, ids: &Ids) -> Done {
        let Some(coupon) = coupon_of(ids) else { return self.refused(no_coupon()) };
        let order = self.book.shown(ids.shop.number().unwrap_or(0), coupon.id);
        Done::answered(Answer::json(StatusCode::OK, written(&coupon, order.as_ref())))
    }

    fn submit(&self, ids: &Ids, body: &Bytes) -> Done {
        let (Some(coupon), Ok(submission)) = (coupon_of(ids), request::parse(body)) else {
            return self.refused(no_coupon());
        };
        let order = Order {
            coupon: coupon.id,
            request_no: submission.out_request_no.into_owned(),
            reason: submission.deactivate_reason.into_owned(),
            at: epoch_ms(),
        };
        let is_done = coupon.state == State::Deactivated;
        let answered = |order: &Order| Done::answered(Answer::json(StatusCode::OK, written(&coupon, Some(order))));
        match self.book.take(ids.shop.number().unwrap_or(0), &order, is_done) {
            Taken::Now { second } => Done { effect: true, second, ..answered(&order) },
            Taken::Before(order) => answered(&order),
            Taken::NumberUsed => self.refused(refusal("ALREADY_EXISTS", "请求单号已用于其他请求")),
            Taken::Already => Done { second: true, ..self.refused(refusal("INVALID_REQUEST", "商品券已失效")) },
        }
    }

    fn refused(&self, refusal: Refusal) -> Done {
        Done { answer: self.refuse(&refusal), effect: false, second: false, refusal: Some(refusal) }
    }
}

fn coupon_of(ids: &Ids) -> Option<Coupon> {
    catalogue::find(ids.item.number()?)
}

fn no_coupon() -> Refusal {
    Refusal { status: StatusCode::NOT_FOUND, ..refusal("RESOURCE_NOT_EXISTS", "商品券不存在") }
}

fn refusal(code: &str, words: &str) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, code: Id::new(code), words: words.to_owned(), improper: false }
}

/// The coupon as it stands after an order.
fn written(coupon: &Coupon, order: Option<&Order>) -> String {
    let mut out = coupon.write();
    let known = |number: &str, reason: &str, at: u64| (number.to_owned(), reason.to_owned(), time(at));
    let done = match (order, coupon.state) {
        (Some(order), _) => Some(known(&order.request_no, &order.reason, order.at)),
        (None, State::Deactivated) => Some(known("34657_20250101_123456", "批次信息有误,重新创建", 1_735_705_496_000)),
        (None, _) => None,
    };
    out["state"] = json!(match (&done, coupon.state) {
        (Some(_), _) => "DEACTIVATED",
        (None, State::Auditing) => "AUDITING",
        (None, _) => "EFFECTIVE",
    });
    if let Some((number, reason, time)) = done {
        out["deactivate_request_no"] = json!(number);
        out["deactivate_time"] = json!(time);
        out["deactivate_reason"] = json!(reason);
    }
    out.to_string()
}

/// Epoch ms as the platform writes it: RFC 3339 in Beijing's time.
fn time(ms: u64) -> String {
    let beijing = TimeZone::fixed(Offset::constant(8));
    let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    at.to_zoned(beijing).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn error(status: StatusCode, code: &str, words: &str) -> Answer {
    Answer::json(status, json!({"code": code, "message": words}).to_string())
}

impl Platform for Wechat {
    fn name(&self) -> &'static str {
        "wechat-pay"
    }

    fn route(&self, path: &str) -> Option<Call> {
        let id = path.strip_prefix(PREFIX)?;
        match id.strip_suffix("/deactivate").unwrap_or(id) {
            "" => None,
            inner if inner.contains('/') => None,
            inner if inner.len() < id.len() => Some(Call::Submission),
            _ => Some(Call::Lookup),
        }
    }

    fn read<'a>(&self, call: Call, head: &'a Parts, body: &'a [u8]) -> Reading<'a> {
        request::read(&self.book, call, head, body)
    }

    fn carry_out(&self, call: Call, ids: &Ids, body: &Bytes) -> Done {
        match call {
            Call::Submission => self.submit(ids, body),
            _ => self.look_up(ids),
        }
    }

    fn refuse(&self, refusal: &Refusal) -> Answer {
        error(refusal.status, &refusal.code.to_string(), &refusal.words)
    }

    fn complain(&self, trouble: Trouble, wording: &Wording<'_>) -> Answer {
        let (status, code, words) = match trouble {
            Trouble::Throttled => (StatusCode::TOO_MANY_REQUESTS, "RATELIMIT_EXCEEDED", "请求超过频率限制"),
            Trouble::ThrottledInWords => (StatusCode::TOO_MANY_REQUESTS, "FREQUENCY_LIMITED", "频率限制,请降低频率"),
            Trouble::Expired => (StatusCode::UNAUTHORIZED, "SIGN_ERROR", "签名错误,请检查后再试"),
            Trouble::NoRight => (StatusCode::FORBIDDEN, "NO_AUTH", "商户无权限"),
            Trouble::Refused => (StatusCode::BAD_REQUEST, "INVALID_REQUEST", "商品券当前状态不允许失效"),
            Trouble::Already => (StatusCode::BAD_REQUEST, "ALREADY_EXISTS", "请求单号已存在"),
        };
        error(status, wording.code.unwrap_or(code), wording.words.unwrap_or(words))
    }

    fn fail(&self, status: Option<StatusCode>) -> Option<Answer> {
        Some(error(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "SYSTEM_ERROR", "系统异常,请稍后重试"))
    }

    fn misshape(&self, _call: Call, shape: Shape) -> Bytes {
        let out = match shape {
            Shape::Result => json!("coupon"),
            Shape::List => json!({"product_coupon_id": 7, "state": 3, "display_info": []}),
            Shape::Id => json!({"product_coupon_id": {"id": "1"}, "state": "DEACTIVATED"}),
            Shape::Success => json!({"product_coupon_id": "1", "state": "DEACTIVATED"}),
            Shape::Top => json!([]),
            Shape::Null => Value::Null,
            Shape::Empty => json!({}),
        };
        out.to_string().into()
    }

    fn pretend(&self, _call: Call, ids: &Ids) -> Answer {
        let Some(coupon) = coupon_of(ids) else { return self.refuse(&no_coupon()) };
        let order =
            Order {
                coupon: coupon.id, request_no: "000000".to_owned(), reason: "假的答复".to_owned(), at: epoch_ms()
            };
        Answer::json(StatusCode::OK, written(&coupon, Some(&order)))
    }

    fn spoil(&self, call: Call, flaw: Flaw, answer: &mut Value) {
        let Some(coupon) = answer.as_object_mut().filter(|coupon| coupon.contains_key("state")) else { return };
        let (key, value) = match flaw {
            Flaw::OtherShop => ("mchid", json!("1")),
            Flaw::NoShop => ("brand_id", Value::Null),
            Flaw::OtherItem => ("product_coupon_id", json!("1")),
            Flaw::LoginLost => ("code", json!("SIGN_ERROR")),
            Flaw::Code => ("code", json!("INVALID_REQUEST")),
            Flaw::Words => ("message", json!("商品券当前状态不允许失效")),
            Flaw::State if call == Call::Submission => ("state", json!("EFFECTIVE")),
            Flaw::State => ("state", Value::Null),
            Flaw::OtherNumber => ("deactivate_request_no", json!("another")),
            _ => return,
        };
        coupon.insert(key.to_owned(), value);
    }

    fn seal(&self, request: &HeaderMap, answer: Answer, how: Seal) -> Answer {
        // Who could not be told is not answered with a signature.
        let how = if answer.status == StatusCode::UNAUTHORIZED { Seal::None } else { how };
        seal::seal(request, answer, how)
    }

    fn restore(&self, entry: &Entry) {
        if let (Some(merchant), Some(coupon), Some(number)) =
            (entry.shop.number(), entry.target.number(), &entry.request_no)
        {
            let order = Order {
                coupon,
                request_no: number.to_string(),
                reason: entry.reason.as_deref().unwrap_or("").to_owned(),
                at: entry.at_ms,
            };
            self.book.restore(merchant, order);
        }
    }

    fn reset(&self) {
        self.book.forget();
    }
}
