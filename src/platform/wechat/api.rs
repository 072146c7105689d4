//! One call of `APIv3`: signed, sent once, verified, and sorted by what the answer proves.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Request, Url};

use super::super::client::{Answer, retry_after};
use super::super::lenient::object;
use super::super::{Accepted, CredentialsTrouble, Failure, Limits, Link};
use super::sign::{Proof, Signer, verify};
use super::wire::Refusal;
use crate::error::{Error, Result};
use crate::shop::{PlatformKey, Secrets, WechatCredentials};
use crate::text;

const THROTTLED: [&str; 2] = ["RATELIMIT_EXCEEDED", "FREQUENCY_LIMITED"];
const NO_RIGHT: &str = "NO_AUTH";
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The platform, as one merchant reaches it.
pub(super) struct Api {
    mchid: String,
    base: Url,
    link: Link,
    signer: Signer,
    keys: Vec<PlatformKey>,
    /// Which of the keys answers are to be signed with, where it is a public key.
    public_key_id: Option<HeaderValue>,
}

impl Api {
    pub fn new(credentials: &WechatCredentials, secrets: Secrets, limits: Limits) -> Result<Self> {
        let base = Url::parse(&credentials.base_url)
            .map_err(|why| Error::usage(text!("地址无效:{why}", "the address is not valid: {why}")))?;
        let public_key_id = credentials.public_key.as_ref().and_then(|key| HeaderValue::from_str(&key.id).ok());
        let (signer, keys) = (Signer::new(credentials)?, credentials.platform_keys()?);
        let mchid = credentials.mchid.clone();
        Ok(Self { mchid, link: Link::to(&credentials.base_url, secrets, limits)?, base, signer, keys, public_key_id })
    }

    /// The merchant's number.
    pub fn mchid(&self) -> &str {
        &self.mchid
    }

    /// Asks. Gives the body of a verified answer.
    pub async fn get(&self, path: &str, query: &str) -> std::result::Result<Vec<u8>, Failure> {
        let request = self.request(Method::GET, path, Some(query), Vec::new())?;
        self.link.ask(request, |answer| self.judge(answer)).await
    }

    /// Has something done. `read` is given the body of a verified answer.
    pub async fn post(
        &self,
        path: &str,
        body: Vec<u8>,
        read: impl FnOnce(&[u8]) -> std::result::Result<Accepted, Failure>,
    ) -> std::result::Result<Accepted, Failure> {
        let request = self.request(Method::POST, path, None, body)?;
        self.link.submit(request, |answer| read(&self.judge(answer)?)).await
    }

    /// Asks for what cannot be there: a signed "no such thing" proves that either side knows the other's key.
    pub async fn probe(&self, path: &str, query: &str) -> std::result::Result<(), Failure> {
        let request = self.request(Method::GET, path, Some(query), Vec::new())?;
        self.link.ask(request, |answer| self.judge_probe(answer)).await
    }

    fn judge_probe(&self, answer: Answer) -> std::result::Result<(), Failure> {
        let proof = self.proof(&answer);
        let is_proven = proof == Proof::Good;
        let unproven = match &proof {
            Proof::Bad(why) => Some(why.clone()),
            Proof::Absent => Some(text!("答复没有签名", "the answer is not signed")),
            Proof::Good => None,
        };
        match judge(answer, proof) {
            Ok(_) => Ok(()),
            Err(Failure::Refused { .. }) if is_proven => Ok(()),
            Err(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words }) if is_proven => {
                let words = format!("{words}; the keys are right / 密钥都对");
                Err(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words })
            }
            Err(Failure::Refused { .. }) => Err(Failure::Unclear(unproven.unwrap_or_default())),
            Err(failure) => Err(failure),
        }
    }

    fn judge(&self, answer: Answer) -> std::result::Result<Vec<u8>, Failure> {
        let proof = self.proof(&answer);
        judge(answer, proof)
    }

    fn proof(&self, answer: &Answer) -> Proof {
        match &answer.body {
            Ok(body) => verify(&self.keys, &answer.headers, body, now()),
            Err(_) => Proof::Absent,
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        query: Option<&str>,
        body: Vec<u8>,
    ) -> std::result::Result<Request, Failure> {
        let mut url = self.base.clone();
        url.set_path(path);
        url.set_query(query);
        let authorization = self.signer.authorization(method.as_str(), &url, &body, now());
        let authorization = authorization.and_then(|value| HeaderValue::try_from(value).ok());
        let Some(mut authorization) = authorization else {
            return Err(Failure::NotSent(text!("请求无法签名", "the request cannot be signed")));
        };
        authorization.set_sensitive(true);
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(ACCEPT, JSON);
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("unpromo/", env!("CARGO_PKG_VERSION"))));
        if let Some(id) = &self.public_key_id {
            headers.insert(HeaderName::from_static("wechatpay-serial"), id.clone());
        }
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}

/// This machine's clock: epoch seconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// What an answer proves. Only a verified one proves that something was done. What says that nothing was
/// done is believed without a signature (the platform does not sign for whom it does not know), but not
/// with a wrong one.
fn judge(answer: Answer, proof: Proof) -> std::result::Result<Vec<u8>, Failure> {
    let (status, number) = (answer.status, answer.status.as_u16());
    if status.is_success() {
        let body = answer.body.map_err(Failure::Unclear)?;
        return match proof {
            Proof::Good => Ok(body),
            Proof::Absent => Err(Failure::Unclear(text!(
                "答复没有签名,不能证明来自平台",
                "the answer is not signed, so nothing proves that the platform wrote it"
            ))),
            Proof::Bad(why) => Err(Failure::Unclear(why)),
        };
    }
    let said: Refusal = answer.body.ok().and_then(|body| object(&body)).unwrap_or_default();
    let (code, message) = (said.code.unwrap_or_default(), said.message.unwrap_or_default());
    let words = match (message.as_str(), code.as_str()) {
        ("", "") => format!("HTTP {number}"),
        ("", code) => code.to_owned(),
        (message, "") => message.to_owned(),
        (message, code) => format!("{message} ({code})"),
    };
    let is_throttled = number == 429 || (status.is_client_error() && THROTTLED.contains(&code.as_str()));
    let credentials = |trouble, words| Err(Failure::Credentials { trouble, words });
    match number {
        _ if is_throttled => Err(Failure::Throttled { wait: retry_after(&answer.headers), words }),
        401 => credentials(CredentialsTrouble::Signature, words + &clock_note(&answer.headers)),
        // A wall in front of the platform is about all calls, not about this one.
        403 if code == NO_RIGHT || code.is_empty() => credentials(CredentialsTrouble::Forbidden, words),
        400..=499 if !code.is_empty() => match proof {
            Proof::Bad(why) => Err(Failure::Unclear(why)),
            Proof::Good | Proof::Absent => Err(Failure::Refused { code, words: message }),
        },
        _ => Err(Failure::Unclear(text!(
            "平台没有给出答复:HTTP {number} {words}",
            "the platform gave no answer: HTTP {number} {words}"
        ))),
    }
}

/// Requests are signed with this machine's time; where the answer shows another one, that may be why.
fn clock_note(headers: &HeaderMap) -> String {
    let date = headers.get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
    let there = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let there = there.and_then(|there| there.duration_since(std::time::UNIX_EPOCH).ok());
    let off = there.map_or(0, |there| now().abs_diff(i64::try_from(there.as_secs()).unwrap_or(i64::MAX)));
    if off < 60 { String::new() } else { format!("; clock off by {} min / 本机时钟相差 {0} 分钟", off / 60) }
}

#[cfg(test)]
mod tests;
