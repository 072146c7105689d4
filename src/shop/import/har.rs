//! HAR 1.2, as a browser's network panel exports it.

use serde::Deserialize;

use super::CopiedRequest;
use super::trouble::Trouble;

#[derive(Deserialize)]
struct Har {
    log: Option<Log>,
}

#[derive(Deserialize)]
struct Log {
    entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: String,
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: String,
}

/// The requests, oldest first.
pub(super) fn requests(text: &str) -> Result<Vec<CopiedRequest>, Trouble> {
    // The message of the parser may quote the file, so its place is all that is taken from it.
    let har: Har =
        serde_json::from_str(text).map_err(|error| Trouble::BadHar { line: error.line(), column: error.column() })?;
    let mut entries = har.log.and_then(|log| log.entries).ok_or(Trouble::NotHar)?;
    if entries.is_empty() {
        return Err(Trouble::NotACopy);
    }
    entries.sort_by_cached_key(|entry| entry.started_date_time.parse::<jiff::Timestamp>().ok());
    Ok(entries.into_iter().map(|entry| copied(entry.request)).collect())
}

fn copied(request: Request) -> CopiedRequest {
    let mut headers: Vec<(String, String)> =
        request.headers.into_iter().map(|header| (header.name, header.value)).collect();
    let has_cookie = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    if !has_cookie && !request.cookies.is_empty() {
        let cookies: Vec<String> =
            request.cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        headers.push(("cookie".to_owned(), cookies.join("; ")));
    }
    CopiedRequest::new(&request.method, request.url, headers, request.post_data.map(|data| data.text))
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
        assert_eq!(requests("{\"log\":{\"entries\":[]}}").err(), Some(Trouble::NotACopy));
        assert_eq!(requests("{\n\"log\":7}").err(), Some(Trouble::BadHar { line: 2, column: 7 }));
    }
}
