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
        if is_of_connection(&name) {
            continue;
        }
        match kept.iter_mut().find(|(earlier, _)| name == "cookie" && earlier == "cookie") {
            Some((_, cookie)) => *cookie = Secret::new(format!("{}; {}", cookie.expose(), value.expose())),
            None => kept.push((name, value)),
        }
    }
    kept
}

fn is_of_connection(name: &str) -> bool {
    name.starts_with(':') || name.starts_with("proxy-") || NOT_KEPT.contains(&name)
}

/// Headers whose names may be said: they are the same in every browser.
const KNOWN: &[&str] = &[
    "accept",
    "accept-language",
    "anti-content",
    "cache-control",
    "content-type",
    "cookie",
    "mallid",
    "origin",
    "pragma",
    "priority",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "user-agent",
];

/// A header that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BrokenHeader {
    /// Its place in the copy, from 1.
    pub place: usize,
    /// Its name, where that is one of a browser's own.
    pub name: Option<&'static str>,
    /// Why it cannot be used.
    pub why: Broken,
}

/// Why a header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Characters were lost in copying.
    Lossy,
    /// A line break has got into it.
    Torn,
    /// It has a character in it that no browser sends.
    Unsendable,
    /// Its signs were changed into HTML.
    Html,
    /// No name of a header looks so.
    NotAHeader,
}

/// The first of the copied headers that no browser has sent so.
pub(super) fn first_broken(headers: &[(String, Secret)]) -> Option<BrokenHeader> {
    headers.iter().enumerate().filter(|(_, (name, _))| !is_of_connection(name)).find_map(|(index, (name, value))| {
        let why = broken(name, value.expose())?;
        Some(BrokenHeader { place: index + 1, name: KNOWN.iter().find(|known| **known == name).copied(), why })
    })
}

fn broken(name: &str, value: &str) -> Option<Broken> {
    if value.contains(char::REPLACEMENT_CHARACTER) || name.contains(char::REPLACEMENT_CHARACTER) {
        return Some(Broken::Lossy);
    }
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Some(Broken::NotAHeader);
    }
    if value.contains(['\n', '\r']) {
        return Some(Broken::Torn);
    }
    if value.chars().any(is_unsendable) || HeaderValue::from_bytes(value.as_bytes()).is_err() {
        return Some(Broken::Unsendable);
    }
    // A cookie may hold anything that a site has put into it.
    let is_html = name != "cookie" && ["&quot;", "&#34;", "&#39;", "&apos;"].iter().any(|sign| value.contains(sign));
    is_html.then_some(Broken::Html)
}

/// Whether a character cannot be in a header that a browser sends: what is not seen, blanks other than a space, and
/// the quotes, dashes and dots of typesetting, which programs on a copy's way put in the place of plain ones.
fn is_unsendable(c: char) -> bool {
    let is_space = c.is_whitespace() && !matches!(c, ' ' | '\t');
    let is_typeset = matches!(c, '\u{2000}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}');
    let is_no_character = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..);
    c != '\t' && (is_space || is_typeset || is_no_character || crate::plain::is_unseen(c))
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
    fn a_header_that_no_browser_sends_is_told_by_its_place() {
        let told = |name: &str, value: &str| {
            let broken = first_broken(&pairs(&[("host", "a\nb"), ("a", "b"), (name, value)]))?;
            assert_eq!(broken.place, 3);
            Some((broken.name, broken.why))
        };
        for value in ["清仓\t\"x\"", "a\u{e9}", "a=1&amp;b=2", "café 😀"] {
            assert_eq!(told("cookie", value), None, "{value}");
        }
        for (c, name) in [
            ('\u{200b}', "zero-width space"),
            ('\u{feff}', "byte order mark"),
            ('\u{a0}', "no-break space"),
            ('\u{ad}', "soft hyphen"),
            ('\u{3000}', "wide space"),
            ('\u{202e}', "direction"),
            ('“', "quote"),
            ('–', "dash"),
            ('…', "dots"),
            ('\u{e000}', "private use"),
            ('\u{7f}', "delete"),
            ('\u{1}', "control"),
            ('\u{85}', "next line"),
        ] {
            let value = format!("a={c}b");
            assert_eq!(told("cookie", &value), Some((Some("cookie"), Broken::Unsendable)), "{name}");
        }
        assert_eq!(told("c", "d\ne"), Some((None, Broken::Torn)));
        assert_eq!(told("a b", "b"), Some((None, Broken::NotAHeader)));
        assert_eq!(told("a", "b\u{fffd}"), Some((None, Broken::Lossy)));
        assert_eq!(told("sec-ch-ua", "&quot;x&quot;"), Some((Some("sec-ch-ua"), Broken::Html)));
    }
}
