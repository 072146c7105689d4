//! One call at the gateway: its parameters, its signature, its envelope.

use form_urlencoded::Serializer;
use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderValue, USER_AGENT};
use reqwest::{Method, Request, Url};
use serde_json::{Map, Value};

use super::refusal;
use super::sign::sign;
use crate::error::{Error, Result};
use crate::platform::client::{Answer, is_html};
use crate::platform::lenient::object;
use crate::platform::{Accepted, Call, CredentialsTrouble, Failure, Identity, Limits, Link};
use crate::shop::{Credentials, Secret, Secrets, Shop, SignMethod};
use crate::text;

/// Asks for the seller's own name: harmless, and answered only for a good signature and session.
const SELLER: &str = "taobao.user.seller.get";
/// The platform's clock: needs a good signature, and no session.
const CLOCK: &str = "taobao.time.get";

/// What stands beside an error only in an answer that contradicts itself.
const ANSWERS: [&str; 5] = ["response", "result", "flag", "succeed", "data"];

/// The gateway, as one app calls it for one shop.
pub(super) struct Gateway {
    url: Url,
    app_key: String,
    app_secret: Secret,
    session: Secret,
    sign_method: SignMethod,
    /// The seller's name, where it is known.
    seller: Option<String>,
    link: Link,
}

impl Gateway {
    /// The gateway for a shop.
    pub fn new(shop: &Shop, limits: Limits) -> Result<Self> {
        let Credentials::Taobao(credentials) = &shop.credentials else {
            return Err(crate::platform::of_another_platform(shop));
        };
        let link = Link::to(&credentials.base_url, Secrets::of(&shop.credentials), limits)?;
        let url = Url::parse(&credentials.base_url)
            .map_err(|why| Error::usage(text!("地址无效:{why}", "the address is not valid: {why}")))?;
        Ok(Self {
            url,
            app_key: credentials.app_key.clone(),
            app_secret: credentials.app_secret.clone(),
            session: credentials.session.clone(),
            sign_method: credentials.sign_method,
            seller: credentials.seller.clone(),
            link,
        })
    }

    /// Calls a method for the shop. Gives what stands in the method's envelope (or the whole answer, where
    /// it has none); `parameter` is the method's own, by name.
    pub async fn call(&self, method: &str, parameter: (&str, &str)) -> std::result::Result<Value, Failure> {
        let request = self.request(method, &[("session", self.session.expose()), parameter]);
        self.link.ask(request, |answer| self.own(open(&answer, method)?)).await
    }

    /// The same for a submission; `read` says what its answer proves.
    pub async fn submit(
        &self,
        method: &str,
        parameter: (&str, &str),
        read: impl FnOnce(&Value) -> std::result::Result<Accepted, Failure>,
    ) -> std::result::Result<Accepted, Failure> {
        let request = self.request(method, &[("session", self.session.expose()), parameter]);
        self.link.submit(request, |answer| read(&self.own(open(&answer, method)?)?)).await
    }

    /// An answer that names no other account than this one: whom it is for, it need not say.
    fn own(&self, answer: Value) -> std::result::Result<Value, Failure> {
        let seller = self.seller.as_deref().unwrap_or_default();
        let inner = answer.get("response").or_else(|| answer.get("result")).unwrap_or(&Value::Null);
        for (key, ours) in [("app_key", self.app_key.as_str()), ("seller_nick", seller)] {
            let theirs = text(answer.get(key).or_else(|| inner.get(key)));
            if !theirs.is_empty() && !ours.is_empty() && theirs != ours {
                return Err(Failure::OtherAccount { theirs, ours: ours.to_owned() });
            }
        }
        Ok(answer)
    }

    fn request(&self, method: &str, own: &[(&str, &str)]) -> Request {
        let now = moment(Timestamp::now());
        let mut parameters = vec![
            ("method", method),
            ("app_key", &self.app_key),
            ("timestamp", &now),
            ("format", "json"),
            ("v", "2.0"),
            ("sign_method", self.sign_method.name()),
        ];
        parameters.extend_from_slice(own);
        let signature = sign(self.sign_method, self.app_secret.expose(), parameters.iter().copied());
        let body = Serializer::new(String::new()).extend_pairs(parameters).append_pair("sign", &signature).finish();
        let mut request = Request::new(Method::POST, self.url.clone());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded;charset=utf-8"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("unpromo/", env!("CARGO_PKG_VERSION"))));
        *request.body_mut() = Some(body.into());
        request
    }

    /// Who the shop is. Where the app may not ask, the platform's clock tells at least whether the app's
    /// key and secret are good, and the session is said to be unproven.
    async fn identify(&self) -> std::result::Result<Identity, Failure> {
        let asked = self.call(SELLER, ("fields", "nick")).await;
        let words = match asked {
            Ok(answer) => {
                let name = answer.pointer("/user/nick").and_then(Value::as_str).map(str::to_owned);
                return Ok(Identity { name });
            }
            Err(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words }) => words,
            Err(failure) => return Err(failure),
        };
        match self.link.ask(self.request(CLOCK, &[]), |answer| open(&answer, CLOCK)).await {
            Ok(_) => Err(Failure::Unclear(text!(
                "app key 和密钥有效;但应用没有 {SELLER} 的权限({words}),无法验证 session",
                "the app key and its secret are good, but the app has no right to {SELLER} ({words}), so the session is not proven"
            ))),
            Err(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, .. }) => {
                Err(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words })
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Asks the platform who a shop is.
pub(super) fn identify<'a>(shop: &Shop, limits: Limits) -> Result<Call<'a, Identity>> {
    let gateway = Gateway::new(shop, limits)?;
    Ok(Box::pin(async move { gateway.identify().await }))
}

/// A moment as the gateway wants it: `yyyy-MM-dd HH:mm:ss` at GMT+8.
fn moment(now: Timestamp) -> String {
    now.to_zoned(TimeZone::fixed(offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Opens an answer: a failure, or what stands in the method's envelope.
pub(super) fn open(answer: &Answer, method: &str) -> std::result::Result<Value, Failure> {
    if let Some(failure) = answer.failure_by_status() {
        return Err(failure);
    }
    let body = answer.body.as_ref().map_err(|why| Failure::Unclear(why.clone()))?;
    let status = answer.status.as_u16();
    if is_html(body) {
        // The gateway has no pages: this came from somewhere on the way.
        return Err(Failure::Unclear(text!("答复是网页:HTTP {status}", "the answer is a page: HTTP {status}")));
    }
    let unreadable =
        || Failure::Unclear(text!("答复看不懂(HTTP {status})", "the answer cannot be understood (HTTP {status})"));
    let mut all: Map<String, Value> = object(body).ok_or_else(unreadable)?;
    if let Some(error) = all.get("error_response") {
        let theirs = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        let failure = refusal::read(error, theirs).unwrap_or_else(unreadable);
        let has_answer = all.contains_key(&envelope(method)) || ANSWERS.iter().any(|key| all.contains_key(*key));
        return Err(if has_answer { failure.beside_success() } else { failure });
    }
    if !answer.status.is_success() {
        return Err(unreadable());
    }
    match all.remove(&envelope(method)) {
        Some(inner) => Ok(inner),
        None => Ok(Value::Object(all)),
    }
}

/// The name of a method's envelope.
fn envelope(method: &str) -> String {
    let short = method.strip_prefix("taobao.").unwrap_or(method);
    format!("{}_response", short.replace('.', "_"))
}

/// A value as text: text and numbers as they are, nothing for nothing, anything else as JSON.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    }
}

/// A list as TOP writes it: an object whose one value is an array, a plain array, or nothing.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(list)) => list,
        Some(Value::Object(object)) => match object.values().next() {
            Some(Value::Array(list)) if object.len() == 1 => list,
            _ => &[],
        },
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    #[test]
    fn time_is_told_at_gmt_8() {
        let noon: Timestamp = "2016-01-01T04:00:00Z".parse().expect("a moment");
        assert_eq!(moment(noon), "2016-01-01 12:00:00");
        let night: Timestamp = "2015-12-31T16:00:09.999Z".parse().expect("a moment");
        assert_eq!(moment(night), "2016-01-01 00:00:09");
    }

    #[test]
    fn envelopes_drop_a_leading_taobao_and_keep_any_other_head() {
        assert_eq!(
            envelope("taobao.qimen.auto.entryorder.giftitemcancel"),
            "qimen_auto_entryorder_giftitemcancel_response"
        );
        assert_eq!(
            envelope("alibaba.retail.marketing.itempool.activity.query"),
            "alibaba_retail_marketing_itempool_activity_query_response"
        );
    }

    #[test]
    fn a_list_is_read_alike_in_each_of_its_forms() {
        for json in [r#"{"string":["1","2"]}"#, r#"["1","2"]"#] {
            let value: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(list(Some(&value)), [Value::from("1"), Value::from("2")], "{json}");
        }
        for json in ["{}", "null", r#""""#, r#"{"string":null}"#] {
            let value: Value = serde_json::from_str(json).expect("JSON");
            assert!(list(Some(&value)).is_empty(), "{json}");
        }
        assert!(list(None).is_empty());
    }

    fn opened(status: u16, body: &str) -> std::result::Result<Value, Failure> {
        let status = StatusCode::from_u16(status).expect("a status");
        open(&Answer { status, headers: HeaderMap::new(), body: Ok(body.as_bytes().to_vec()) }, "taobao.a.b")
    }

    #[test]
    fn an_error_beside_an_answer_proves_nothing_but_that_the_login_is_lost() {
        let refused = r#"{"error_response":{"code":15,"sub_code":"isv.invalid-parameter"}}"#;
        assert!(matches!(opened(200, refused), Err(Failure::Refused { .. })));
        for answer in [r#""a_b_response":{"flag":"success"}"#, r#""flag":"success""#, r#""response":{}"#] {
            let beside = |error: &str| opened(200, &format!("{{{answer},{}", &error[1..]));
            assert!(matches!(beside(refused), Err(Failure::Unclear(_))), "{answer}");
            let lost = beside(r#"{"error_response":{"code":27}}"#).expect_err("a failure");
            assert!(matches!(&lost, Failure::Credentials { .. }) && lost.leaves_doubt(), "{answer}");
        }
    }

    #[test]
    fn what_cannot_be_understood_proves_nothing() {
        for (status, body) in
            [(200, "<html>"), (200, ""), (200, "[]"), (200, r#"{"error_response":3}"#), (404, "{}"), (502, "{}")]
        {
            assert!(matches!(opened(status, body), Err(Failure::Unclear(_))), "{status} {body}");
        }
        let broken = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Ok(b"{\"a_b_response\":{\"flag\":\"success\",\"x\":\"\xff\"}}".to_vec()),
        };
        assert!(matches!(open(&broken, "taobao.a.b"), Err(Failure::Unclear(_))));
        assert_eq!(opened(200, r#"{"a_b_response":{"x":1}}"#).ok(), Some(serde_json::json!({"x": 1})));
        assert_eq!(opened(200, r#"{"x":1}"#).ok(), Some(serde_json::json!({"x": 1})));
    }
}
