//! One request, copied through every menu entry of every age, is the same request.

use proptest::collection::vec;
use proptest::prelude::*;
use unpromo::shop::import::{CopiedRequest, read};

use crate::browser::{Menu, Request};
use crate::firefox::Firefox;

/// The headers in one order, without what PowerShell and HAR put beside them.
fn headers(copy: &CopiedRequest) -> Vec<(String, String)> {
    let own = |name: &str| !matches!(name, "authority" | "method" | ":authority");
    let pairs = copy.headers.iter().filter(|(name, _)| own(name));
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
    pairs.sort();
    pairs
}

fn sent(request: &Request) -> Vec<(String, String)> {
    let mut pairs: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.clone(), value.trim().to_owned())).collect();
    pairs.sort();
    pairs
}

fn only(menu: Menu, request: &Request) -> CopiedRequest {
    let text = menu.copy(std::slice::from_ref(request));
    let mut copies = read("copy.txt", text.as_bytes()).unwrap_or_else(|error| panic!("{menu:?}: {error}\n{text}"));
    assert_eq!(copies.len(), 1, "{menu:?}");
    copies.remove(0)
}

#[test]
fn every_menu_entry_gives_the_same_headers() {
    for request in [Request::look_up(), Request::submission()] {
        for menu in Menu::ALL {
            let copy = only(menu, &request);
            assert_eq!(headers(&copy), sent(&request), "{menu:?}");
            assert_eq!((copy.url.as_str(), copy.method.as_str()), (request.url.as_str(), "POST"), "{menu:?}");
            if menu != Menu::Cmd {
                assert_eq!(copy.body.map(|body| body.expose().to_owned()), Some(request.body.clone()), "{menu:?}");
            }
        }
    }
}

#[test]
fn copy_all_gives_all_in_their_order() {
    for menu in Menu::ALL {
        let requests =
            [Request::look_up(), Request::submission(), Request::look_up().at("https://example.com/?a[0]={b}&c")];
        let copies = read("copy.txt", menu.copy(&requests).as_bytes()).expect("copies");
        let urls: Vec<_> = copies.iter().map(|copy| copy.url.clone()).collect();
        assert_eq!(urls, requests.map(|request| request.url), "{menu:?}");
    }
}

#[test]
fn the_way_of_saving_does_not_matter() {
    for menu in Menu::ALL {
        let text = menu.copy(&[Request::look_up()]).replace("\r\n", "\n").replace('\n', "\r\n");
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for content in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), utf16] {
            let copies = read("copy.txt", &content).expect("a copy");
            assert_eq!(headers(&copies[0]), sent(&Request::look_up()), "{menu:?}");
        }
    }
}

#[test]
fn a_login_longer_than_a_windows_credential_is_kept_whole() {
    let long = Request::look_up().with("cookie", &format!("a={}; b=2", "x%^!\\".repeat(2000)));
    for menu in Menu::ALL {
        assert_eq!(headers(&only(menu, &long)), sent(&long), "{menu:?}");
    }
}

/// What bash makes of a copy, where there is a bash to ask: the words after each `-H`.
#[cfg(unix)]
fn headers_by_bash(copy: &str) -> Option<Vec<String>> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{copy}\n");
    let ran = std::process::Command::new("bash").args(["-c", &script]).env("LC_ALL", "C.UTF-8").output().ok()?;
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let words = String::from_utf8(ran.stdout).expect("UTF-8");
    let words: Vec<&str> = words.split('\0').collect();
    Some(words.windows(2).filter(|pair| pair[0] == "-H").map(|pair| pair[1].to_owned()).collect())
}

#[cfg(unix)]
#[test]
fn bash_itself_reads_the_same() {
    let values = [
        "it's",
        "a\\b\\\\c",
        "wow!",
        "$HOME `id` $(id) ${x}",
        "\"q\" 'q' \\' \\\"",
        "清仓 😀",
        "a\tb\u{1}c",
        "!1\u{7f}1",
        "\\u0041\\x41\\n",
        "%20^&|;<>()#*?[]{}~",
        "中'文!😀",
    ];
    for menu in [Menu::Bash, Menu::OldBash] {
        let mut request = Request::look_up();
        for (at, value) in values.iter().enumerate() {
            // Bash does not put the halves together that old browsers wrote.
            let value = if menu == Menu::OldBash { value.replace('😀', "") } else { (*value).to_owned() };
            request = request.with(&format!("x-{at}"), value.trim());
        }
        let text = menu.copy(std::slice::from_ref(&request));
        let Some(by_bash) = headers_by_bash(&text) else {
            eprintln!("no bash here to compare with");
            return;
        };
        let copy = only(menu, &request);
        let ours = copy.headers.iter().filter(|(name, _)| name != "cookie");
        let ours: Vec<_> = ours.map(|(name, value)| format!("{name}: {}", value.expose())).collect();
        assert_eq!(ours, by_bash, "{menu:?}");
    }
}

/// Values full of what shells act on, and values of anything.
fn value() -> impl Strategy<Value = String> {
    let signs = vec(
        prop::sample::select(vec![
            "\"", "'", "\\", "^", "%", "!", "$", "`", "&", "|", "<", ">", "(", ")", "{", "}", "[", "]", ";", "#", "@",
            "~", " ", "\t", "%20", "%PATH%", "$(x)", "${x}", "\\u0041", "^\"", "\"\"", "a", "Z9_", "=", ":", ",", "-",
        ]),
        0..12,
    );
    prop_oneof![3 => signs.prop_map(|signs| signs.concat()), 1 => "[ -~]{0,30}"]
}

/// The same, with Chinese, emoji, and what else there is but what no browser sends: lost characters, and the line ends
/// of Word, which are read as such.
fn wide_value() -> impl Strategy<Value = String> {
    (value(), "[清仓甩卖😀é\u{3000}]{0,4}", "\\PC{0,10}", value())
        .prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}").replace(['\u{fffd}', '\u{2028}', '\u{2029}'], ""))
}

/// What Firefox itself loses: a header without a value, which curl takes for one to leave out; for cmd, blanks other than
/// a space now, and in 2025 a backslash before the quotation's end.
fn is_written_whole(menu: Menu, value: &str) -> bool {
    match menu {
        Menu::FirefoxBash | Menu::FirefoxCmd(_) if value.trim().is_empty() => false,
        Menu::FirefoxCmd(Firefox::Now) => !value.contains(|c: char| c.is_whitespace() && c != ' '),
        Menu::FirefoxCmd(Firefox::BackslashesSingle) => !value.ends_with('\\'),
        _ => true,
    }
}

fn with_value(value: &str) -> Request {
    Request::look_up().with("x-value", value)
}

proptest! {
    #[test]
    fn bash_and_power_shell_and_har_give_back_any_value(value in wide_value()) {
        let request = with_value(&value);
        for menu in [Menu::Bash, Menu::FirefoxBash, Menu::PowerShell, Menu::Har] {
            // What Firefox writes for U+0080 to U+00FF can be taken for bytes of UTF-8.
            // A `^` before each `&` or `|` is taken for what it put there in 2025.
            let is_doubtful = value.contains(|c| matches!(c, '\u{80}'..='\u{ff}')) || value.contains("^&") || value.contains("^|");
            if is_written_whole(menu, &value) && !(menu == Menu::FirefoxBash && is_doubtful) {
                prop_assert_eq!(headers(&only(menu, &request)), sent(&request), "{:?}", menu);
            }
        }
    }

    #[test]
    fn cmd_gives_back_any_value(value in value()) {
        let request = with_value(&value);
        for menu in [Menu::Cmd, Menu::MiddleCmd, Menu::OldCmd] {
            // A tab is a blank to the newest cmd copy, and lost.
            if menu != Menu::Cmd || !value.contains('\t') {
                prop_assert_eq!(headers(&only(menu, &request)), sent(&request), "{:?}", menu);
            }
        }
    }

    #[test]
    fn every_generation_for_cmd_gives_back_any_value(value in wide_value()) {
        let request = with_value(&value);
        for menu in Menu::cmd() {
            if is_written_whole(menu, &value) {
                prop_assert_eq!(headers(&only(menu, &request)), sent(&request), "{:?}", menu);
            }
        }
    }

    #[test]
    fn a_body_of_any_lines_comes_back(lines in vec(wide_value(), 1..4)) {
        let mut request = Request::submission();
        request.body = lines.join("\n");
        for menu in [Menu::Bash, Menu::OldBash, Menu::MiddleCmd, Menu::PowerShell, Menu::Har] {
            let body = only(menu, &request).body.map(|body| body.expose().to_owned());
            // What old Chrome wrote for U+0080 to U+00FF can be taken for bytes of UTF-8.
            if menu != Menu::OldBash || !request.body.contains(|c| matches!(c, '\u{80}'..='\u{ff}')) {
                prop_assert_eq!(body.as_deref(), Some(request.body.as_str()), "{:?}", menu);
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = read("x", text.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = read("x", &bytes);
    }

    #[test]
    fn no_damaged_copy_makes_the_parser_panic(
        menu in prop::sample::select(Menu::ALL.to_vec()),
        from in 0..2000_usize,
        length in 0..2000_usize,
        noise in value(),
    ) {
        let chars: Vec<char> = menu.copy(&[Request::look_up(), Request::submission()]).chars().collect();
        let from = from.min(chars.len());
        let to = (from + length).min(chars.len());
        let damaged: String = chars[..from].iter().copied().chain(noise.chars()).chain(chars[to..].iter().copied()).collect();
        let _ = read("x", damaged.as_bytes());
    }
}
