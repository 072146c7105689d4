//! The Taobao Open Platform on loopback: one gateway, strict about signatures, times and fields.
//!
//! Its ten apps have the keys 12345670 to 12345679; an app's secret is `sandbox-secret-KEY`. A session begins
//! with `sandbox-session`; one with `expired` in it has expired, one with `noright` has no right.

mod catalogue;
mod form;
mod gift;
mod pool;
mod refusals;
mod request;
mod sign;
mod spoil;

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::{Flaw, Shape};
use super::ledger::Entry;
use super::platform::{Done, Ids, Platform, Reading, Refusal, Trouble, Wording};
use super::{Call, Id, Options, Second};
use form::Form;

/// The gateway's path.
pub const GATEWAY: &str = "/router/rest";

/// The calls that this sandbox knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    CancelGift,
    QueryPool,
    Seller,
    Time,
}

impl Method {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "taobao.qimen.auto.entryorder.giftitemcancel" => Self::CancelGift,
            "alibaba.retail.marketing.itempool.activity.query" => Self::QueryPool,
            "taobao.user.seller.get" => Self::Seller,
            "taobao.time.get" => Self::Time,
            _ => return None,
        })
    }

    /// What an answer stands in.
    const fn envelope(self) -> &'static str {
        match self {
            Self::CancelGift => "qimen_auto_entryorder_giftitemcancel_response",
            Self::QueryPool => "alibaba_retail_marketing_itempool_activity_query_response",
            Self::Seller => "user_seller_get_response",
            Self::Time => "time_get_response",
        }
    }

    const fn call(self) -> Call {
        match self {
            Self::CancelGift => Call::Submission,
            Self::QueryPool => Call::Lookup,
            Self::Seller | Self::Time => Call::Login,
        }
    }
}

/// The gateway, and what was cancelled through it.
pub(super) struct Top {
    second: Second,
    /// By app and gift line.
    cancelled: Mutex<HashSet<(String, String)>>,
}

impl Top {
    pub fn new(options: &Options) -> Self {
        Self { second: options.second, cancelled: Mutex::default() }
    }

    fn cancelled(&self) -> MutexGuard<'_, HashSet<(String, String)>> {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cancel(&self, ids: &Ids, form: &Form) -> Done {
        let trade = gift::trade(form);
        if let Some((code, words)) = gift::refusal(&trade) {
            let refusal = Refusal::plain(code, words);
            return Done {
                refusal: Some(refusal),
                ..said(&gift::answer(&trade, "failure", code, words), false, false)
            };
        }
        let line = (ids.shop.to_string(), ids.target.to_string());
        let second = !self.cancelled().insert(line);
        if second && self.second == Second::Refuse {
            let (code, words) = ("F02", "该赠品行已取消");
            let refusal = Refusal::plain(code, words);
            return Done { refusal: Some(refusal), ..said(&gift::answer(&trade, "failure", code, words), false, true) };
        }
        said(&gift::answer(&trade, "success", "S01", ""), true, second)
    }
}

impl Refusal {
    /// A refusal of the call itself, with nothing wrong with the request.
    fn plain(code: &str, words: &str) -> Self {
        Self { status: StatusCode::OK, code: Id::new(code), words: words.to_owned(), improper: false }
    }
}

fn said(answer: &Value, effect: bool, second: bool) -> Done {
    Done { answer: Answer::json(StatusCode::OK, answer.to_string()), effect, second, refusal: None }
}

/// A success in its method's envelope.
fn wrapped(method: Method, inner: &Value) -> Value {
    json!({ method.envelope(): inner })
}

impl Platform for Top {
    fn name(&self) -> &'static str {
        "taobao"
    }

    fn route(&self, path: &str) -> Option<Call> {
        // Which call it is stands in the body.
        (path == GATEWAY).then_some(Call::Unknown)
    }

    fn told(&self, call: Call, body: &[u8]) -> Call {
        let form = Form::read(body).unwrap_or_default();
        Method::from_name(form.get("method")).map_or(call, Method::call)
    }

    fn read<'a>(&self, _call: Call, head: &'a Parts, body: &'a [u8]) -> Reading<'a> {
        request::read(head, body)
    }

    fn carry_out(&self, _call: Call, ids: &Ids, body: &Bytes) -> Done {
        let form = Form::read(body).unwrap_or_default();
        match Method::from_name(form.get("method")) {
            Some(Method::CancelGift) => self.cancel(ids, &form),
            Some(Method::QueryPool) => pool::answer(&form),
            Some(Method::Seller) => {
                let user = json!({"user": {"nick": format!("沙盒卖家{}", form.get("app_key"))}});
                said(&wrapped(Method::Seller, &user), false, false)
            }
            Some(Method::Time) => said(&wrapped(Method::Time, &json!({"time": request::now_at_gmt_8()})), false, false),
            None => {
                let refusal = Refusal::plain("22", "Invalid Method");
                Done { answer: self.refuse(&refusal), effect: false, second: false, refusal: Some(refusal) }
            }
        }
    }

    fn refuse(&self, refusal: &Refusal) -> Answer {
        Answer::json(StatusCode::OK, refusals::write(&refusal.code.to_string(), &refusal.words, false))
    }

    fn complain(&self, trouble: Trouble, wording: &Wording<'_>) -> Answer {
        let (code, words) = match trouble {
            Trouble::Throttled => {
                ("accesscontrol.limited-by-api-access-count", "This ban will last for 1 more seconds")
            }
            Trouble::ThrottledInWords => ("7", "App Call Limited"),
            Trouble::Expired => ("27", "授权已过期"),
            Trouble::NoRight => ("11", "应用没有这个接口的权限"),
            Trouble::Refused => ("isv.invalid-parameter", "非法参数"),
            Trouble::Already => ("isv.gift-item-cancelled", "该赠品行已取消"),
        };
        let body = refusals::write(wording.code.unwrap_or(code), wording.words.unwrap_or(words), wording.quoted);
        Answer::json(StatusCode::OK, body)
    }

    fn misshape(&self, call: Call, shape: Shape) -> Bytes {
        let method = if call == Call::Submission { Method::CancelGift } else { Method::QueryPool };
        let inner = |inner: Value| Bytes::from(wrapped(method, &inner).to_string());
        match shape {
            Shape::Result => inner(json!("ok")),
            Shape::List => inner(json!([3])),
            Shape::Id => inner(json!({"succeed": true, "flag": 1, "data": {"act_id": {"value": 1}}})),
            Shape::Success => inner(json!({"succeed": "perhaps", "flag": "Success", "data": 3})),
            Shape::Top => Bytes::from_static(b"[]"),
            Shape::Null => Bytes::from_static(b"null"),
            Shape::Empty => Bytes::from_static(b"{}"),
        }
    }

    fn pretend(&self, call: Call, ids: &Ids) -> Answer {
        match call {
            Call::Submission => {
                let trade = ids.item.to_string();
                Answer::json(StatusCode::OK, gift::answer(&trade, "success", "S01", "").to_string())
            }
            _ => self.complain(Trouble::Refused, &Wording::default()),
        }
    }

    fn spoil(&self, call: Call, flaw: Flaw, answer: &mut Value) {
        spoil::spoil(call, flaw, answer);
    }

    fn restore(&self, entry: &Entry) {
        self.cancelled().insert((entry.shop.to_string(), entry.target.to_string()));
    }

    fn reset(&self) {
        self.cancelled().clear();
    }
}
