//! What no words may show: all in a shop's credentials that proves its identity.

use std::cmp::Reverse;

use form_urlencoded::byte_serialize;
use reqwest::Url;

use super::{Credentials, Secret, TemuCall};

/// Shorter than this, a part of a login is a word like any other.
const LEAST: usize = 6;

/// Headers of a copied request that say what a browser is and does, and nothing of who sits before it.
const OPEN_HEADERS: [&str; 9] = [
    "accept",
    "accept-language",
    "cache-control",
    "content-type",
    "mallid",
    "origin",
    "pragma",
    "referer",
    "user-agent",
];

/// The secrets of one shop, to be taken out of words: some platforms repeat what they were sent.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// All that proves a shop's identity.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        match credentials {
            Credentials::Temu(temu) => {
                let calls = [&temu.look_up, &temu.submission];
                Self::new(calls.into_iter().flat_map(of_call))
            }
            Credentials::Taobao(taobao) => {
                Self::new([&taobao.app_secret, &taobao.session].map(|secret| secret.expose().to_owned()))
            }
            Credentials::Wechat(wechat) => {
                let lines = wechat.private_key.expose().lines().map(str::trim);
                Self::new(lines.filter(|line| !line.starts_with('-')).map(str::to_owned))
            }
        }
    }

    /// Each as it is and as it stands in a form or an address, the longest first.
    fn new(all: impl IntoIterator<Item = String>) -> Self {
        let mut secrets: Vec<Secret> = Vec::new();
        for secret in all.into_iter().filter(|secret| secret.len() >= LEAST) {
            let encoded: String = byte_serialize(secret.as_bytes()).collect();
            secrets.extend([secret, encoded].map(Secret::new));
        }
        secrets.sort_by(|one, other| {
            (Reverse(one.expose().len()), one.expose()).cmp(&(Reverse(other.expose().len()), other.expose()))
        });
        secrets.dedup();
        Self(secrets)
    }

    /// Words without the secrets in them.
    #[must_use]
    pub fn hide(&self, words: &str) -> String {
        self.0.iter().map(Secret::expose).fold(words.to_owned(), |words, secret| {
            if words.contains(secret) { words.replace(secret, "***") } else { words }
        })
    }
}

/// What a copied request has in it that proves a login.
fn of_call(call: &TemuCall) -> Vec<String> {
    let in_query = Url::parse(&call.url).map(|url| url.query_pairs().map(|(_, value)| value.into_owned()).collect());
    let mut all: Vec<String> = in_query.unwrap_or_default();
    for (name, value) in &call.headers {
        all.extend(of_header(name, value.expose()));
    }
    all
}

/// What a header's value has in it that proves a login: the whole, and each value of a cookie or scheme.
fn of_header(name: &str, value: &str) -> Vec<String> {
    if OPEN_HEADERS.contains(&name) || name.starts_with("sec-") {
        return Vec::new();
    }
    let parts = value.split([';', ' ']).map(|part| part.split_once('=').map_or(part, |(_, value)| value).trim());
    std::iter::once(value.trim()).chain(parts).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_hidden_whole_and_in_parts_and_what_anybody_may_see_is_not() {
        let call = TemuCall {
            url: "https://seller.example/x?token=query-token".to_owned(),
            headers: [
                ("cookie", "session=made-up-1; b=made+up/2; c=1"),
                ("user-agent", "Mozilla/5.0"),
                ("mallid", "634418"),
            ]
            .map(|(name, value)| (name.to_owned(), Secret::new(value)))
            .to_vec(),
        };
        let secrets = Secrets::new(of_call(&call));
        assert_eq!(secrets.hide("cookie session=made-up-1; b=made+up/2; c=1 is old"), "cookie *** is old");
        assert_eq!(secrets.hide("made-up-1, made+up/2, made%2Bup%2F2, query-token"), "***, ***, ***, ***");
        assert_eq!(secrets.hide("Mozilla/5.0 of 634418, c=1"), "Mozilla/5.0 of 634418, c=1");
    }

    #[test]
    fn an_apps_secret_a_session_and_each_line_of_a_key_are_hidden() {
        let base = "http://127.0.0.1:1";
        let top = Credentials::of_sandbox("taobao", base, 1).expect("credentials");
        assert_eq!(Secrets::of(&top).hide("sandbox-session-12345671 of 12345671"), "*** of 12345671");
        let wechat = Credentials::of_sandbox("wechat-pay", base, 1).expect("credentials");
        let Credentials::Wechat(merchant) = &wechat else { panic!("another platform") };
        let hidden = Secrets::of(&wechat).hide(merchant.private_key.expose());
        let left: Vec<&str> = hidden.lines().filter(|line| *line != "***" && !line.starts_with('-')).collect();
        assert!(left.iter().all(|line| line.len() < LEAST), "{left:?}");
        assert!(hidden.contains("***"));
    }
}
