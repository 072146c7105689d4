//! No import that fails, and nothing that is printed for debugging, shows anything of a copy.

use unpromo::error::Error;
use unpromo::home::Home;
use unpromo::shop::import::read;
use unpromo::shop::{Shop, ShopFile, TemuImport};
use unpromo::text::Lang;

use crate::browser::{LOOK_UP, Menu, Request};

const MARK: &str = "S3CRET";

/// The look-up with the mark in everything that could be private.
fn marked() -> Request {
    let mut request = Request::look_up()
        .with("cookie", &format!("{MARK}={MARK}; b=\"{MARK}\"; c='{MARK}"))
        .with("anti-content", &format!("{MARK}$^%\"'"))
        .with("x-other", MARK);
    request.url = format!("{}?token={MARK}", request.url);
    request.body = format!("{{\"{MARK}\":\"{MARK}\n\"}}");
    request
}

fn import(text: &str) -> Result<TemuImport, Error> {
    TemuImport::recognise(read("copy.txt", text.as_bytes())?)
}

fn assert_unmarked(shown: &str) {
    assert!(!shown.contains(MARK), "{shown}");
}

fn assert_error_unmarked(error: &Error) {
    for shown in [error.say(Lang::Zh), error.say(Lang::En), error.to_string(), format!("{error:?}")] {
        assert_unmarked(&shown);
    }
}

#[test]
fn a_copy_cut_off_anywhere_shows_nothing() {
    let mut failures = 0;
    for menu in Menu::ALL {
        let text = menu.copy(&[marked()]);
        let is_close =
            matches!(menu, Menu::Bash | Menu::Cmd | Menu::MiddleCmd | Menu::OldCmd | Menu::PowerShell | Menu::Har);
        for (at, _) in text.char_indices().step_by(if is_close { 1 } else { 7 }) {
            if let Err(error) = import(&text[..at]) {
                failures += 1;
                assert_error_unmarked(&error);
            }
            // Without its beginning, too.
            if let Err(error) = import(&text[at..]) {
                assert_error_unmarked(&error);
            }
        }
    }
    assert!(failures > 1000, "{failures}");
}

#[test]
fn a_copy_that_lacks_something_shows_nothing() {
    let all = [
        marked().without("cookie"),
        marked().without("mallid"),
        marked().with("mallid", MARK),
        marked().with("x-note", &format!("{MARK}\u{7}")),
        marked().with(&format!("{MARK} {MARK}"), "x"),
        marked().at(&format!("http://example.com{LOOK_UP}?{MARK}")),
        marked().at(&format!("https://{MARK}:{MARK}@example.com{LOOK_UP}")),
        marked().at(&format!("https://example.com/{MARK}/other")),
        marked().at(&format!("https://example.com:{MARK}{LOOK_UP}")),
    ];
    for menu in Menu::ALL {
        for request in &all {
            let error = import(&menu.copy(std::slice::from_ref(request))).expect_err("refused");
            assert_error_unmarked(&error);
        }
    }
}

#[test]
fn what_is_no_copy_shows_nothing() {
    for text in [
        format!("fetch(\"https://example.com/{MARK}\", {{\"headers\": {{\"cookie\": \"{MARK}\"}}}});"),
        format!("cookie: {MARK}"),
        format!("{{\"{MARK}\": \"{MARK}\"}}"),
        format!("{{\"log\": \"{MARK}\"}}"),
        format!("{{\"log\": {{\"entries\": [{{\"request\": \"{MARK}\"}}]}}}}"),
        format!(
            "{{\"log\": {{\"entries\": [{{\"request\": {{\"method\": \"POST\", \"url\": \"{MARK}\", \"headers\": [{{\"name\": \"{MARK}\"}}]}}}}]}}}}"
        ),
        format!("{{\"log\": {{\"entries\": {MARK}}}}}"),
        format!("Invoke-WebRequest -Uri \"https://example.com/{MARK}$x\""),
        format!("curl '{MARK}"),
    ] {
        assert_error_unmarked(&import(&text).expect_err("no copy"));
    }
}

#[test]
fn nothing_private_is_printed_for_debugging() {
    let text = Menu::Bash.copy(&[marked()]);
    let copies = read("copy.txt", text.as_bytes()).expect("a copy");
    assert_unmarked(&format!("{copies:?}"));
    let import = TemuImport::recognise(copies).expect("a shop");
    assert_unmarked(&format!("{import:?} {:#?}", import.credentials.look_up));
    let shop = Shop { name: "main".to_owned(), credentials: import.into_credentials(), added_at: 0 };
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = ShopFile::load(&Home::at(folder.path()).expect("a home")).expect("a file");
    file.add(shop.clone(), false).expect("added");
    assert_unmarked(&format!("{shop:?} {file:?} {}", shop.account()));
}

#[test]
fn a_damaged_shop_file_shows_its_place_and_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::at(folder.path()).expect("a home");
    let import = import(&Menu::Bash.copy(&[marked()])).expect("a shop");
    let shop = Shop { name: "main".to_owned(), credentials: import.into_credentials(), added_at: 0 };
    ShopFile::load(&home).expect("a file").add(shop, false).expect("added");
    let whole = std::fs::read_to_string(home.shops()).expect("the file");
    assert!(whole.contains(MARK));

    let mut failures = 0;
    let mut damaged: Vec<String> = whole.char_indices().map(|(at, _)| whole[..at].to_owned()).collect();
    damaged.push(whole.replace("headers = [", &format!("headers = \"{MARK}\" #")));
    damaged.push(whole.replace("mall_id", MARK));
    damaged.push(whole.replace("added_at = ", &format!("added_at = \"{MARK}\" # ")));
    for text in damaged {
        // Written in place, so that the file stays private.
        std::fs::write(home.shops(), &text).expect("written");
        if let Err(error) = ShopFile::load(&home) {
            failures += 1;
            assert_error_unmarked(&error);
        }
    }
    assert!(failures > 100, "{failures}");
}
