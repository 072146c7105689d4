//! The one HTTP client: it sends a request once and says what the wire proves about it.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Certificate, Client, Request, Response, StatusCode, Url};

use super::{CredentialsTrouble, Failure};
use crate::error::{Error, Result};
use crate::text;
use crate::text::Text;

/// Kept-alive connections are dropped after this idle time, well before servers do it: a request
/// that meets a connection which the server is just closing is a false doubt.
const IDLE: Duration = Duration::from_secs(4);

/// How long and how much a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For making the connection.
    pub connect: Duration,
    /// For the whole request, from the first byte out to the last byte in.
    pub request: Duration,
    /// The most bytes of an answer, after decompression.
    pub answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(30), answer_bytes: 8 << 20 }
    }
}

/// What every operation sends its requests over. One for each shop, so that no connection is shared.
#[derive(Clone, Debug)]
pub struct Link {
    client: Client,
    limits: Limits,
}

/// An answer, read whole.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body, or why it could not be read to its end.
    pub body: std::result::Result<Vec<u8>, Text>,
}

impl Link {
    /// A link to the host of an address. Certificates are checked against the system's store (or
    /// `SSL_CERT_FILE`), proxies come from the environment except for loopback, and plain `http`
    /// goes to loopback only.
    ///
    /// # Errors
    /// When the address is no address, is plain `http` to elsewhere, or the certificates cannot be read.
    pub fn to(address: &str, limits: Limits) -> Result<Self> {
        let url = Url::parse(address).map_err(|why| {
            Error::usage(text!("地址 {address} 无效:{why}", "the address {address} is not valid: {why}"))
        })?;
        let on_loopback = is_loopback(&url);
        if url.scheme() != "https" && !on_loopback {
            let host = url.host_str().unwrap_or_default();
            return Err(Error::usage(text!(
                "{host} 的地址不是 https:登录信息只能走加密连接",
                "the address at {host} is not https: credentials only travel encrypted"
            )));
        }
        // Installing it twice is not a fault: the first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .pool_idle_timeout(IDLE)
            .https_only(!on_loopback);
        if on_loopback {
            builder = builder.no_proxy();
        }
        if url.scheme() == "http" {
            // No certificate is looked at, so none need be read from the disk.
            builder = builder.tls_certs_only([]);
        } else if let Some(file) = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty()) {
            builder = builder.tls_certs_only(certificates(file.as_ref())?);
        }
        let client = builder.build().map_err(|why| {
            let why = causes(&why);
            Error::internal(text!("无法准备网络连接:{why}", "cannot set up the connection: {why}"))
        })?;
        Ok(Self { client, limits })
    }

    /// Sends one request, once.
    pub(super) async fn send(&self, request: Request) -> std::result::Result<Answer, Failure> {
        let response = self.client.execute(request).await.map_err(|why| self.failure_of(&why))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.read(response).await;
        Ok(Answer { status, headers, body })
    }

    async fn read(&self, mut response: Response) -> std::result::Result<Vec<u8>, Text> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) => {
                    if body.len() + chunk.len() > self.limits.answer_bytes {
                        let most = self.limits.answer_bytes >> 20;
                        return Err(text!("答复超过 {most} MB", "the answer is larger than {most} MB"));
                    }
                    body.extend_from_slice(&chunk);
                }
                Err(why) if why.is_timeout() => return Err(self.too_slow()),
                Err(why) => {
                    let why = causes(&why);
                    return Err(text!("答复没有收完整:{why}", "the answer broke off: {why}"));
                }
            }
        }
    }

    fn too_slow(&self) -> Text {
        let seconds = self.limits.request.as_secs_f64();
        text!("{seconds} 秒内没有答复", "no answer within {seconds} s")
    }

    /// Only a connection that was never made proves that nothing was sent.
    fn failure_of(&self, why: &reqwest::Error) -> Failure {
        if why.is_connect() {
            if why.is_timeout() {
                let seconds = self.limits.connect.as_secs_f64();
                return Failure::NotSent(text!("{seconds} 秒内连不上平台", "no connection within {seconds} s"));
            }
            let why = causes(why);
            return Failure::NotSent(text!("连不上平台:{why}", "cannot connect: {why}"));
        }
        if why.is_timeout() {
            return Failure::NoAnswer(self.too_slow());
        }
        let why = causes(why);
        Failure::NoAnswer(text!("连接中断:{why}", "the connection broke: {why}"))
    }
}

impl Answer {
    /// What the status alone says; `None` where the body has the word.
    pub fn failure_by_status(&self) -> Option<Failure> {
        let status = self.status.as_u16();
        match status {
            429 => Some(Failure::Throttled { wait: retry_after(&self.headers), words: "HTTP 429".to_owned() }),
            401 => Some(expired("HTTP 401".to_owned())),
            403 => Some(Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words: "HTTP 403".to_owned() }),
            300..=399 => Some(expired(match redirect_target(&self.headers) {
                Some(place) => format!("HTTP {status} -> {place}"),
                None => format!("HTTP {status}"),
            })),
            500..=599 => Some(Failure::Unclear(text!("平台出错:HTTP {status}", "the platform failed: HTTP {status}"))),
            _ => None,
        }
    }
}

/// The login ran out, in the platform's words.
pub(super) const fn expired(words: String) -> Failure {
    Failure::Credentials { trouble: CredentialsTrouble::Expired, words }
}

/// Whether a body is a page for people where an answer for programs belongs.
pub(super) fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// Host and path of a redirect. Its query may carry what proves a login, so it is left out.
fn redirect_target(headers: &HeaderMap) -> Option<String> {
    let place = headers.get(LOCATION)?.to_str().ok()?;
    Some(place.split(['?', '#']).next().unwrap_or(place).chars().take(200).collect())
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    // Both clocks count: the server's own `Date` tells how far this machine's is off.
    let now = headers
        .get(reqwest::header::DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or("");
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate>> {
    let place = file.display().to_string();
    let pem = std::fs::read(file).map_err(|why| {
        Error::usage(text!("读不了 SSL_CERT_FILE {place}:{why}", "cannot read SSL_CERT_FILE {place}: {why}"))
    })?;
    Certificate::from_pem_bundle(&pem).map_err(|why| {
        Error::usage(text!(
            "SSL_CERT_FILE {place} 里没有可用的证书:{why}",
            "SSL_CERT_FILE {place} holds no usable certificates: {why}"
        ))
    })
}

/// The innermost cause in words. Addresses are left out: they may carry what should not be seen.
fn causes(why: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = why;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if std::ptr::eq(innermost, std::ptr::from_ref(why)) { plain_kind(why) } else { innermost.to_string() }
}

fn plain_kind(why: &reqwest::Error) -> String {
    let kind = if why.is_builder() {
        "the request cannot be built"
    } else if why.is_body() || why.is_decode() {
        "unreadable body"
    } else {
        "unknown fault"
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{DATE, HeaderValue};

    fn wait_of(pairs: &[(reqwest::header::HeaderName, &'static str)]) -> Option<Duration> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(wait_of(&[(RETRY_AFTER, "3")]), Some(Duration::from_secs(3)));
        let date = [(RETRY_AFTER, "Sun, 22 Nov 2026 02:00:07 GMT"), (DATE, "Sun, 22 Nov 2026 02:00:00 GMT")];
        assert_eq!(wait_of(&date), Some(Duration::from_secs(7)));
        assert_eq!(wait_of(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(wait_of(&[]), None);
    }

    #[test]
    fn credentials_only_travel_encrypted_or_on_loopback() {
        assert!(Link::to("http://seller.example/x", Limits::default()).is_err());
        assert!(Link::to("http://127.0.0.1:1/x", Limits::default()).is_ok());
        assert!(Link::to("http://[::1]:1/x", Limits::default()).is_ok());
        assert!(Link::to("http://127.0.0.1.example/x", Limits::default()).is_err());
        assert!(Link::to("nonsense", Limits::default()).is_err());
    }

    #[test]
    fn a_redirect_is_told_without_its_query() {
        let headers =
            [(LOCATION, HeaderValue::from_static("https://login.example/in?ticket=abc"))].into_iter().collect();
        assert_eq!(redirect_target(&headers).as_deref(), Some("https://login.example/in"));
    }
}
