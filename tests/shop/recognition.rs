//! Which copies make a Temu shop, and what is said of those that do not.

use unpromo::error::{Error, Kind};
use unpromo::shop::import::read;
use unpromo::shop::{Secret, TemuCallKind, TemuImport};
use unpromo::text::Lang;

use crate::browser::{HOST, LOOK_UP, Menu, Request, SUBMISSION};

fn recognise(requests: &[Request]) -> Result<TemuImport, Error> {
    TemuImport::recognise(read("copy.txt", Menu::PowerShell.copy(requests).as_bytes())?)
}

fn refused(requests: &[Request], en: &str) -> Error {
    let error = recognise(requests).expect_err("no shop");
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.say(Lang::En).contains(en), "{error}");
    assert!(error.next.is_some(), "what to do now: {error}");
    error
}

#[test]
fn both_calls_are_told_by_their_paths_and_keep_their_headers() {
    for menu in Menu::ALL {
        let text = menu.copy(&[Request::submission(), Request::look_up()]);
        let import = TemuImport::recognise(read("copy.txt", text.as_bytes()).expect("copies")).expect("a shop");
        assert_eq!(import.missing, None);
        let temu = import.credentials;
        assert_eq!(temu.mall_id, "634418224869329");
        assert_eq!(temu.look_up.url, format!("https://{HOST}{LOOK_UP}"));
        assert_eq!(temu.submission.url, format!("https://{HOST}{SUBMISSION}"));
        for (call, token) in [(&temu.look_up, "0aAfx-look-up"), (&temu.submission, "0aAfx-submission")] {
            assert_eq!(call.header("anti-content").map(Secret::expose), Some(token), "{menu:?}");
            // The connection's own, which PowerShell and HAR copy, are gone; all else is there.
            assert_eq!(call.headers.len(), Request::look_up().headers.len(), "{menu:?}");
        }
    }
}

#[test]
fn a_moved_service_is_known_by_the_end_of_its_path() {
    let moved = "https://agentseller.temu.com:8443/api/kiana/gamblers/x/queryValidActivity4FeedBackOffline?t=1";
    let import = recognise(&[Request::look_up().at(moved)]).expect("a shop");
    assert_eq!(import.missing, Some(TemuCallKind::Submission));
    assert_eq!(import.credentials.look_up.url, moved);
    assert_eq!(import.credentials.submission.url, format!("https://agentseller.temu.com:8443{SUBMISSION}"));
    assert_eq!(import.credentials.look_up.headers, import.credentials.submission.headers);
    let import = recognise(&[Request::submission()]).expect("a shop");
    assert_eq!(import.missing, Some(TemuCallKind::LookUp));
    assert_eq!(import.credentials.look_up.url, format!("https://{HOST}{LOOK_UP}"));
}

#[test]
fn the_last_copy_of_a_call_counts() {
    let requests = [Request::look_up().with("cookie", "old=1"), Request::submission(), Request::look_up()];
    let import = recognise(&requests).expect("a shop");
    let cookie = import.credentials.look_up.header("cookie").expect("a cookie").expose();
    assert!(cookie.starts_with("_bee="), "the older one was taken");
}

#[test]
fn copies_of_other_calls_are_told_which_to_copy() {
    let other = Request::look_up().at(&format!("https://{HOST}/bg/quiet/api/mms/userInfo"));
    let error = refused(std::slice::from_ref(&other), "neither of the two");
    assert!(error.to_string().contains(HOST) && error.to_string().contains("submitFeedback"), "{error}");
    refused(&[other.at("https://example.com/resubmitFeedback")], "none of the 1");
    let mut preflight = Request::look_up();
    preflight.method = "OPTIONS";
    refused(&[preflight.clone()], "preflight");
    // Beside the request itself it is not in the way.
    assert_eq!(recognise(&[Request::look_up(), preflight]).expect("a shop").missing, Some(TemuCallKind::Submission));
    let mut other = Request::look_up();
    other.method = "PUT";
    refused(&[other], "is not its POST request");
}

#[test]
fn a_copy_without_its_body_is_called_cut_off_whatever_its_method() {
    let url = Request::look_up().url;
    for method in ["", " -X POST", " --request 'GET'"] {
        let text = format!("curl '{url}'{method} -H 'cookie: a=1' -H 'mallid: 1'");
        let error = TemuImport::recognise(read("copy.txt", text.as_bytes()).expect("a copy")).expect_err("cut off");
        assert!(error.say(Lang::En).contains("the copy of the look-up is cut off"), "{error}");
        assert!(!error.say(Lang::En).contains("preflight"), "{error}");
    }
}

#[test]
fn a_request_that_was_not_finished_is_named_and_a_har_falls_back_on_one_that_was() {
    let error = refused(&[Request::look_up().without("cookie")], "provisional headers");
    assert!(error.say(Lang::En).contains("wait until the request is answered"), "{error}");
    let import = |requests: &[Request]| {
        TemuImport::recognise(read("x.har", Menu::Har.copy(requests).as_bytes()).expect("a HAR"))
    };
    let provisional = Request::look_up().without("cookie");
    let error = import(std::slice::from_ref(&provisional)).expect_err("no login");
    assert!(error.say(Lang::En).contains("export the HAR") && !error.say(Lang::En).contains("provisional"), "{error}");
    let shop = import(&[Request::look_up(), Request::submission(), provisional.clone()]).expect("a shop");
    assert_eq!(shop.missing, None);
    // But not on another shop's.
    let others = Request::look_up().with("mallid", "7");
    assert!(import(&[others, provisional.clone()]).is_err());
    // What a person has put together by hand is not second-guessed: the last copy counts.
    refused(&[Request::look_up(), provisional], "has no cookie");
}

#[test]
fn one_odd_entry_does_not_spoil_a_har() {
    let whole = Menu::Har.copy(&[Request::look_up(), Request::submission()]);
    for odd in [
        "null",
        "{}",
        "7",
        r#"{"request":null}"#,
        r#"{"startedDateTime":null,"request":{"method":"GET","url":"https://example.com/"}}"#,
        r#"{"startedDateTime":7,"request":{"method":"GET","url":"https://example.com/","headers":null,"cookies":{}}}"#,
        r#"{"request":{"method":null,"url":"https://example.com/"}}"#,
        r#"{"request":{"method":"POST","url":"https://example.com/","headers":[{"name":"a","value":null}],"postData":{"text":null}}}"#,
        r#"{"request":{"method":"POST","url":"https://example.com/","postData":null}}"#,
    ] {
        let har = whole.replacen("\"entries\": [", &format!("\"entries\": [{odd},"), 1);
        let import = TemuImport::recognise(read("x.har", har.as_bytes()).expect(odd)).expect(odd);
        assert_eq!(import.missing, None, "{odd}");
    }
    let bodiless = whole.replace("\"text\": \"{", "\"text\": null, \"other\": \"{");
    assert_ne!(bodiless, whole);
    let import = TemuImport::recognise(read("x.har", bodiless.as_bytes()).expect("a HAR")).expect("a shop");
    assert_eq!(import.missing, None, "the body is not used");
    let error = read("x.har", &whole.as_bytes()[..whole.len() / 2]).expect_err("not whole");
    assert!(error.say(Lang::En).contains("not whole: it ends too early"), "{error}");
}

#[test]
fn what_is_no_copy_is_called_what_it_is() {
    for (content, en) in [
        (&b"PK\x03\x04rest"[..], "a workbook or an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook or an archive"),
        (b"{\"log\":{\"entries\":[]}}", "no request in this HAR"),
        (b"fetch(\"https://example.com/\", {});", "copied \"as fetch\""),
    ] {
        let error = read("x", content).expect_err(en);
        assert!(error.say(Lang::En).contains(en), "{error}");
    }
    // One of the two as fetch, glued to the other or not.
    for between in ["", "\n"] {
        let text = format!("fetch(\"https://example.com/\", {{}});{between}{}", Menu::Bash.copy(&[Request::look_up()]));
        assert!(read("x", text.as_bytes()).expect_err("fetch").say(Lang::En).contains("as fetch"), "{between:?}");
    }
}

#[test]
fn the_shop_and_its_login_must_be_in_each_copy() {
    refused(&[Request::look_up().without("mallid")], "the look-up has no header mallid");
    refused(&[Request::submission().with("mallid", "12x")], "of the submission is not a number");
    refused(&[Request::look_up().without("cookie")], "has no cookie");
    refused(&[Request::look_up(), Request::submission().with("mallid", "1")], "different shops");
    let elsewhere = Request::submission().at(&format!("https://agentseller.temu.com{SUBMISSION}"));
    refused(&[Request::look_up(), elsewhere], "different sites");
    let import = recognise(&[Request::look_up().without("anti-content")]).expect("a shop");
    assert_eq!(import.credentials.look_up.header("anti-content"), None);
}

#[test]
fn a_login_travels_protected_or_not_at_all() {
    for open in ["http://seller.kuajingmaihuo.com", "ws://127.0.0.1", "http://127.0.0.1.example.com"] {
        refused(&[Request::look_up().at(&format!("{open}{LOOK_UP}"))], "not https");
    }
    refused(&[Request::look_up().at(&format!("https://me:pass@example.com{LOOK_UP}"))], "user name or password");
    for here in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
        let import = recognise(&[Request::look_up().at(&format!("{here}{LOOK_UP}"))]).expect("a shop");
        assert!(import.credentials.look_up.url.starts_with(here));
        assert!(import.into_credentials().account().ends_with("@loopback"));
    }
}

#[test]
fn a_header_that_cannot_be_sent_is_refused_by_its_place() {
    refused(&[Request::look_up().with("x-note", "a\nb")], "header 10 of the look-up was torn into several lines");
    refused(&[Request::look_up().with("x note", "a")], "is no valid header");
    // The newest cmd copy writes a blank for what it cannot write.
    let lost = Menu::Cmd.copy(&[Request::look_up().with("x-note", "清仓")]);
    let error = TemuImport::recognise(read("copy.txt", lost.as_bytes()).expect("a copy")).expect_err("lossy");
    assert!(error.to_string().contains("lost characters"), "{error}");
}
