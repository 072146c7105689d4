//! Any bytes as a copied request: no panic, and nothing of the copy in what an error or a debug print shows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unpromo::error::Error;
use unpromo::shop::TemuImport;
use unpromo::shop::import::read;
use unpromo::text::Lang;

/// Stands in the corpus wherever a copy may hold something private.
const MARK: &str = "S3CRET";

fuzz_target!(|content: &[u8]| {
    let copies = match read("copy.txt", content) {
        Ok(copies) => copies,
        Err(error) => return check(&error, &[]),
    };
    assert!(!copies.is_empty());
    assert!(!format!("{copies:?}").contains(MARK));
    // Where a request goes may be said; all else of it may not.
    let hosts: Vec<String> = copies.iter().map(|copy| host(&copy.url).to_owned()).collect();
    match TemuImport::recognise(copies) {
        Err(error) => check(&error, &hosts),
        Ok(import) => {
            assert!(!format!("{import:?}").contains(MARK) || hosts.iter().any(|host| host.contains(MARK)));
            let credentials = &import.credentials;
            assert!(!credentials.mall_id.is_empty() && credentials.mall_id.bytes().all(|byte| byte.is_ascii_digit()));
            for call in [&credentials.look_up, &credentials.submission] {
                assert!(call.is_protected());
                assert_eq!(call.header("mallid").map(|id| id.expose()), Some(credentials.mall_id.as_str()));
                assert!(call.header("cookie").is_some_and(|cookie| !cookie.expose().is_empty()));
                assert!(call.header("host").is_none() && call.header("content-length").is_none());
            }
            assert_eq!(credentials.look_up.host(), credentials.submission.host());
        }
    }
});

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or(authority)
}

fn check(error: &Error, hosts: &[String]) {
    for lang in [Lang::Zh, Lang::En] {
        let mut shown = error.say(lang);
        for host in hosts.iter().filter(|host| host.contains(MARK)) {
            shown = shown.replace(host, "");
        }
        assert!(!shown.contains(MARK), "{shown}");
    }
}
