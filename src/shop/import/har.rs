//! HAR 1.2, as a browser's network panel exports it.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::trouble::Trouble;
use super::{CopiedRequest, CopyForm};

#[derive(Deserialize)]
struct Har {
    log: Option<Log>,
}

#[derive(Deserialize)]
struct Log {
    entries: Option<Vec<Loose<Entry>>>,
}

/// A value of the expected kind, or anything else. One odd entry does not spoil the others.
#[derive(Default)]
enum Loose<T> {
    Expected(T),
    #[default]
    Odd,
}

impl<T> Loose<T> {
    fn expected(self) -> Option<T> {
        match self {
            Self::Expected(value) => Some(value),
            Self::Odd => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Expected(T),
            Odd(IgnoredAny),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Expected(value) => Self::Expected(value),
            Either::Odd(_) => Self::Odd,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: Loose<String>,
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Loose<Vec<Loose<Pair>>>,
    #[serde(default)]
    cookies: Loose<Vec<Loose<Pair>>>,
    #[serde(default)]
    post_data: Loose<PostData>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    text: String,
}

/// The requests, oldest first.
pub(super) fn requests(text: &str) -> Result<Vec<CopiedRequest>, Trouble> {
    // The message of the parser may quote the file, so its place is all that is taken from it.
    let har: Har = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            return Trouble::HarCutOff;
        }
        Trouble::BadHar { line: error.line(), column: error.column() }
    })?;
    let entries = har.log.and_then(|log| log.entries).ok_or(Trouble::NotHar)?;
    let mut dated: Vec<_> = entries
        .into_iter()
        .filter_map(Loose::expected)
        .map(|entry| (entry.started_date_time.expected().and_then(|date| date.parse().ok()), entry.request))
        .collect();
    if dated.is_empty() {
        return Err(Trouble::EmptyHar);
    }
    dated.sort_by_key(|(date, _): &(Option<jiff::Timestamp>, _)| *date);
    Ok(dated.into_iter().map(|(_, request)| copied(request)).collect())
}

fn pairs(list: Loose<Vec<Loose<Pair>>>) -> impl Iterator<Item = Pair> {
    list.expected().unwrap_or_default().into_iter().filter_map(Loose::expected)
}

fn copied(request: Request) -> CopiedRequest {
    let mut headers: Vec<(String, String)> = pairs(request.headers).map(|header| (header.name, header.value)).collect();
    let has_cookie = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let cookies: Vec<String> =
        pairs(request.cookies).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
    if !has_cookie && !cookies.is_empty() {
        headers.push(("cookie".to_owned(), cookies.join("; ")));
    }
    let body = request.post_data.expected().map(|data| data.text);
    CopiedRequest::new(CopyForm::Har, &request.method, request.url, headers, body)
}

#[cfg(test)]
mod tests {
    use super::{Trouble, requests};

    #[test]
    fn entries_come_oldest_first_with_their_cookies() {
        let har = r#"{"log":{"version":"1.2","entries":[
            {"startedDateTime":"2026-11-22T10:00:00.500+08:00","request":{"method":"POST","url":"https://example.com/b",
             "headers":[{"name":"Cookie","value":"a=1"}],"cookies":[{"name":"a","value":"1"}],"postData":{"text":"{}"}},
             "response":{"content":{"text":"anything"}}},
            {"startedDateTime":"2026-11-22T01:59:59Z","request":{"method":"get","url":"https://example.com/a",
             "headers":[],"cookies":[{"name":"x","value":"1"},{"name":"y","value":"2"}]}}]}}"#;
        let found = requests(har).expect("a HAR");
        let urls: Vec<_> = found.iter().map(|request| request.url.as_str()).collect();
        assert_eq!(urls, ["https://example.com/a", "https://example.com/b"]);
        assert_eq!(found[0].method, "GET");
        assert_eq!(found[0].headers[0].1.expose(), "x=1; y=2");
        assert_eq!(found[1].headers.len(), 1);
    }

    #[test]
    fn other_json_is_told_apart_from_a_broken_har() {
        assert_eq!(requests("{\"a\":1}").err(), Some(Trouble::NotHar));
        assert_eq!(requests("{\"log\":{}}").err(), Some(Trouble::NotHar));
        assert_eq!(requests("{\"log\":{\"entries\":[]}}").err(), Some(Trouble::EmptyHar));
        assert_eq!(requests("{\"log\":{\"entries\":[null]}}").err(), Some(Trouble::EmptyHar));
        assert_eq!(requests("{\"log\":{\"entries\":[{\"request\":").err(), Some(Trouble::HarCutOff));
        assert_eq!(requests("{\n\"log\":7}").err(), Some(Trouble::BadHar { line: 2, column: 7 }));
    }
}
