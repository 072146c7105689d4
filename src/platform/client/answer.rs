//! An answer, and what its status and headers say by themselves.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};

use super::super::{CredentialsTrouble, Failure};
use crate::text;
use crate::text::Text;

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body, or why it could not be read to its end.
    pub body: std::result::Result<Vec<u8>, Text>,
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
pub const fn expired(words: String) -> Failure {
    Failure::Credentials { trouble: CredentialsTrouble::Expired, words }
}

/// Whether a body is a page for people where an answer for programs belongs.
pub fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// Host and path of a redirect. Its query may carry what proves a login, so it is left out.
fn redirect_target(headers: &HeaderMap) -> Option<String> {
    let place = headers.get(LOCATION)?.to_str().ok()?;
    Some(place.split(['?', '#']).next().unwrap_or(place).chars().take(200).collect())
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    // Both clocks count: the server's own `Date` tells how far this machine's is off.
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn wait_of(pairs: &[(HeaderName, &'static str)]) -> Option<Duration> {
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
