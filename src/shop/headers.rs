//! Which headers of a copied request are kept.

use reqwest::header::{HeaderName, HeaderValue};

use super::Secret;

/// Headers of the connection or of the body, which each request has anew. The last four are
/// HTTP/2 pseudo-headers as browsers copy them, without their colon.
const NOT_KEPT: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "authority",
    "method",
    "path",
    "scheme",
];

/// Drops what belongs to the connection, and joins what HTTP/2 splits: the cookie.
pub(super) fn kept(headers: Vec<(String, Secret)>) -> Vec<(String, Secret)> {
    let mut kept: Vec<(String, Secret)> = Vec::new();
    for (name, value) in headers {
        if name.starts_with(':') || name.starts_with("proxy-") || NOT_KEPT.contains(&name.as_str()) {
            continue;
        }
        match kept.iter_mut().find(|(earlier, _)| name == "cookie" && earlier == "cookie") {
            Some((_, cookie)) => *cookie = Secret::new(format!("{}; {}", cookie.expose(), value.expose())),
            None => kept.push((name, value)),
        }
    }
    kept
}

/// The place (from 1) of the first header that cannot be sent, or that lost characters in copying.
pub(super) fn first_broken(headers: &[(String, Secret)]) -> Option<(usize, Broken)> {
    headers.iter().enumerate().find_map(|(index, (name, value))| {
        let value = value.expose();
        let broken = if value.contains(char::REPLACEMENT_CHARACTER) || name.contains(char::REPLACEMENT_CHARACTER) {
            Broken::Lossy
        } else if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_bytes(value.as_bytes()).is_err()
        {
            Broken::NotAHeader
        } else {
            return None;
        };
        Some((index + 1, broken))
    })
}

/// Why a header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Characters were lost in copying.
    Lossy,
    /// No name or value of a header looks so.
    NotAHeader,
}

#[cfg(test)]
mod tests {
    use super::{Broken, Secret, first_broken, kept};

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, Secret)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
    }

    #[test]
    fn the_connections_own_are_dropped_and_cookies_joined() {
        let copied = pairs(&[
            (":authority", "h"),
            ("host", "h"),
            ("mallid", "1"),
            ("cookie", "a=1"),
            ("content-length", "7"),
            ("proxy-authorization", "x"),
            ("cookie", "b=2"),
            ("upgrade-insecure-requests", "1"),
            ("path", "/"),
        ]);
        let wanted = pairs(&[("mallid", "1"), ("cookie", "a=1; b=2"), ("upgrade-insecure-requests", "1")]);
        assert_eq!(kept(copied), wanted);
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_told_by_its_place() {
        assert_eq!(first_broken(&pairs(&[("a", "b"), ("c", "清仓\t\"x\"")])), None);
        assert_eq!(first_broken(&pairs(&[("a", "b"), ("c", "d\ne")])), Some((2, Broken::NotAHeader)));
        assert_eq!(first_broken(&pairs(&[("a b", "b")])), Some((1, Broken::NotAHeader)));
        assert_eq!(first_broken(&pairs(&[("a", "b\u{fffd}")])), Some((1, Broken::Lossy)));
    }
}
