//! The one HTTP client: it sends a request once and says what the wire proves about it.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Certificate, Client, Request, Response, StatusCode, Url};

use super::{Accepted, CredentialsTrouble, Failure};
use crate::error::{Error, Result};
use crate::shop::Secrets;
use crate::text;
use crate::text::Text;

/// Kept-alive connections are dropped after this idle time, well before servers do it: a request
/// that meets a connection which the server is just closing is a false doubt.
const IDLE: Duration = Duration::from_secs(4);

/// An HTTP/2 connection that is silent for so long while requests wait is asked whether it lives, and
/// given up where it does not say so: otherwise every request after the first would wait for nothing.
const PING_AFTER: Duration = Duration::from_secs(5);

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
    url: Url,
    limits: Limits,
    secrets: Secrets,
    line: Arc<Mutex<Line>>,
}

/// The client with its kept-alive connections, and when it was last used.
#[derive(Debug)]
struct Line {
    client: Client,
    used: Moment,
}

/// One moment on both clocks: the one that stands still while the machine sleeps, and the wall's.
#[derive(Clone, Copy, Debug)]
struct Moment {
    running: Instant,
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { running: Instant::now(), wall: SystemTime::now() }
    }

    /// Whether the machine slept between an earlier moment and this one. Connections from before are long
    /// closed at the other end, and no clock of the program's noticed.
    fn slept_since(self, earlier: Self) -> bool {
        let awake = self.running.saturating_duration_since(earlier.running);
        // A wall clock that was set back tells nothing, and needs nothing.
        self.wall.duration_since(earlier.wall).is_ok_and(|passed| passed > awake + IDLE)
    }
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
    /// goes to loopback only. What comes back in words never shows the secrets.
    ///
    /// # Errors
    /// When the address is no address, is plain `http` to elsewhere, or the certificates cannot be read.
    pub fn to(address: &str, secrets: Secrets, limits: Limits) -> Result<Self> {
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
        let client = Self::client(&url, limits)?;
        let line = Line { client, used: Moment::now() };
        Ok(Self { url, limits, secrets, line: Arc::new(Mutex::new(line)) })
    }

    fn client(url: &Url, limits: Limits) -> Result<Client> {
        let on_loopback = is_loopback(url);
        // Installing it twice is not a fault: the first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .pool_idle_timeout(IDLE)
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PING_AFTER)
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
        builder.build().map_err(|why| {
            let why = causes(&why);
            Error::internal(text!("无法准备网络连接:{why}", "cannot set up the connection: {why}"))
        })
    }

    /// The client, without the connections from before the machine slept.
    fn awake(&self, now: Moment) -> Client {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if now.slept_since(line.used)
            && let Ok(fresh) = Self::client(&self.url, self.limits)
        {
            line.client = fresh;
        }
        line.used = now;
        line.client.clone()
    }

    /// Sends one request, once, and makes of the answer what `read` makes of it.
    pub(super) async fn ask<T>(
        &self,
        request: Request,
        read: impl FnOnce(Answer) -> std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        self.send(request).await.and_then(read).map_err(|failure| failure.without(&self.secrets))
    }

    /// The same for a submission.
    pub(super) async fn submit(
        &self,
        request: Request,
        read: impl FnOnce(Answer) -> std::result::Result<Accepted, Failure>,
    ) -> std::result::Result<Accepted, Failure> {
        let Accepted { words } = self.ask(request, read).await?;
        Ok(Accepted { words: words.map(|words| self.secrets.hide(&words)) })
    }

    async fn send(&self, request: Request) -> std::result::Result<Answer, Failure> {
        let response = self.awake(Moment::now()).execute(request).await.map_err(|why| self.failure_of(&why))?;
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

    /// Only a connection that was never made, or a server that says it has not looked at the request,
    /// proves that nothing was carried out.
    fn failure_of(&self, why: &reqwest::Error) -> Failure {
        if why.is_connect() {
            if why.is_timeout() {
                let seconds = self.limits.connect.as_secs_f64();
                return Failure::NotSent(text!("{seconds} 秒内连不上平台", "no connection within {seconds} s"));
            }
            let untrusted = cause::<rustls::Error>(why);
            let said = causes(why);
            return Failure::NotSent(match untrusted {
                Some(rustls::Error::InvalidCertificate(_)) => text!(
                    "平台的证书不可信,什么也没有发出:{said}(公司网络有自己的证书时,用 SSL_CERT_FILE 指定)",
                    "the platform's certificate is not trusted, nothing was sent: {said} (where a company's network has a certificate of its own, name it in SSL_CERT_FILE)"
                ),
                _ => text!("连不上平台:{said}", "cannot connect: {said}"),
            });
        }
        if cause::<h2::Error>(why).is_some_and(is_unprocessed) {
            let why = causes(why);
            return Failure::NotSent(text!(
                "平台没有处理这个请求就退回了:{why}",
                "the platform turned the request away unread: {why}"
            ));
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
            300..=399 => Some(redirected(status, redirect_target(&self.headers))),
            500..=599 => Some(Failure::Unclear(text!("平台出错:HTTP {status}", "the platform failed: HTTP {status}"))),
            _ => None,
        }
    }
}

/// A redirect is never followed. To a login page it says that the login ran out.
fn redirected(status: u16, place: Option<String>) -> Failure {
    const LOGIN: [&str; 6] = ["login", "logon", "signin", "sign-in", "passport", "auth"];
    let Some(place) = place else {
        return Failure::Credentials { trouble: CredentialsTrouble::Moved, words: format!("HTTP {status}") };
    };
    let lower = place.to_ascii_lowercase();
    let is_login = LOGIN.iter().any(|word| lower.contains(word));
    let trouble = if is_login { CredentialsTrouble::Expired } else { CredentialsTrouble::Moved };
    Failure::Credentials { trouble, words: format!("HTTP {status} -> {place}") }
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

/// Whether an HTTP/2 server said that it did nothing with the request (RFC 9113, 6.8 and 8.7): it refused
/// the stream, or said goodbye naming an earlier stream as its last.
fn is_unprocessed(why: &h2::Error) -> bool {
    let refused = why.is_reset() && why.reason() == Some(h2::Reason::REFUSED_STREAM);
    let said_goodbye = why.is_go_away() && why.reason() == Some(h2::Reason::NO_ERROR);
    why.is_remote() && (refused || said_goodbye)
}

/// The first cause of a kind.
fn cause<'a, E: std::error::Error + 'static>(why: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    if let Some(wanted) = why.downcast_ref::<E>() {
        return Some(wanted);
    }
    // An I/O error's own source is the source of what it wraps, so what it wraps is looked at instead.
    match why.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(wrapped) => cause::<E>(wrapped),
        None => cause::<E>(why.source()?),
    }
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

    /// A server that keeps connections alive, and counts them.
    fn server() -> (std::net::SocketAddr, Arc<std::sync::atomic::AtomicUsize>) {
        use std::io::{Read, Write};
        use std::sync::atomic::{AtomicUsize, Ordering};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let (address, count) = (listener.local_addr().expect("an address"), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            while let Ok((mut socket, _)) = listener.accept() {
                counted.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || {
                    let mut seen = [0; 4096];
                    while socket.read(&mut seen).is_ok_and(|read| read > 0) {
                        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
                    }
                });
            }
        });
        (address, count)
    }

    #[tokio::test]
    async fn connections_from_before_the_machine_slept_are_not_used() {
        let (address, count) = server();
        let link = Link::to(&format!("http://{address}/"), Secrets::default(), Limits::default()).expect("a link");
        let send = async || {
            let url = Url::parse(&format!("http://{address}/")).expect("an address");
            let answer = link.send(Request::new(reqwest::Method::GET, url)).await.expect("an answer");
            assert!(answer.body.is_ok());
        };
        send().await;
        send().await;
        assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1, "kept alive");
        // An hour passes on the wall, and none on the program's clock.
        link.line.lock().expect("the line").used.wall -= Duration::from_secs(3600);
        send().await;
        assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 2, "a fresh one");
        // The wall clock is set back: nothing happens.
        link.line.lock().expect("the line").used.wall += Duration::from_secs(3600);
        send().await;
        assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn no_words_that_come_back_show_a_secret_whether_it_went_well_or_not() {
        let (address, _) = server();
        let base = format!("http://{address}/");
        let credentials = crate::shop::Credentials::of_sandbox("taobao", &base, 1).expect("credentials");
        let link = Link::to(&base, Secrets::of(&credentials), Limits::default()).expect("a link");
        let request = || Request::new(reqwest::Method::GET, Url::parse(&base).expect("an address"));
        let words = || "of sandbox-session-12345671".to_owned();
        let taken = link.submit(request(), |_| Ok(Accepted { words: Some(words()) })).await;
        assert_eq!(taken, Ok(Accepted { words: Some("of ***".to_owned()) }));
        let refused = link.submit(request(), |_| Err(Failure::Refused { code: words(), words: words() })).await;
        assert_eq!(refused, Err(Failure::Refused { code: "of ***".to_owned(), words: "of ***".to_owned() }));
        let unclear = link.ask::<()>(request(), |_| Err(Failure::Unclear(Text::verbatim(words())))).await;
        assert_eq!(unclear, Err(Failure::Unclear(Text::verbatim("of ***"))));
    }

    #[test]
    fn credentials_only_travel_encrypted_or_on_loopback() {
        assert!(Link::to("http://seller.example/x", Secrets::default(), Limits::default()).is_err());
        assert!(Link::to("http://127.0.0.1:1/x", Secrets::default(), Limits::default()).is_ok());
        assert!(Link::to("http://[::1]:1/x", Secrets::default(), Limits::default()).is_ok());
        assert!(Link::to("http://127.0.0.1.example/x", Secrets::default(), Limits::default()).is_err());
        assert!(Link::to("nonsense", Secrets::default(), Limits::default()).is_err());
    }

    #[test]
    fn a_redirect_to_a_login_page_is_an_expired_login_and_any_other_proves_nothing() {
        for place in ["/login", "https://seller.example/settle/site-login", "https://passport.example/"] {
            assert!(!redirected(302, Some(place.to_owned())).leaves_doubt(), "{place}");
        }
        for place in [Some("https://seller.example/done".to_owned()), None] {
            assert!(redirected(303, place).leaves_doubt());
        }
    }

    #[test]
    fn a_redirect_is_told_without_its_query() {
        let headers =
            [(LOCATION, HeaderValue::from_static("https://login.example/in?ticket=abc"))].into_iter().collect();
        assert_eq!(redirect_target(&headers).as_deref(), Some("https://login.example/in"));
    }
}
