//! The one HTTP client: it sends a request once and says what the wire proves about it.

mod answer;
mod why;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::{Certificate, Client, Request, Response, Url};

pub(super) use self::answer::{Answer, expired, is_html, retry_after};
use self::why::{cause, causes, is_unprocessed};
use super::{Accepted, Failure};
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

#[cfg(test)]
mod tests {
    use super::*;
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
}
