//! Copies that were joined, torn, cut off or changed on their way: read as they were meant, or called what they are.

use unpromo::error::Error;
use unpromo::shop::import::read;
use unpromo::shop::{TemuCall, TemuImport};
use unpromo::text::Lang;

use crate::browser::{Menu, Request};

fn import(text: &str) -> Result<TemuImport, Error> {
    TemuImport::recognise(read("copy.txt", text.as_bytes())?)
}

fn both() -> [Request; 2] {
    [Request::look_up(), Request::submission()]
}

/// The copies for a shell, each in a text of its own.
fn scripts() -> impl Iterator<Item = (Menu, [String; 2])> {
    let each = |menu: Menu| both().map(|request| menu.copy(&[request]));
    Menu::ALL.into_iter().filter(|menu| *menu != Menu::Har).map(move |menu| (menu, each(menu)))
}

fn assert_both(what: &str, menu: Menu, text: &str) {
    let import = import(text).unwrap_or_else(|error| panic!("{what}, {menu:?}: {error}\n{text}"));
    assert_eq!(import.missing, None, "{what}, {menu:?}\n{text}");
    let whole = whole(menu);
    assert_same(what, menu, &import.credentials.look_up, &whole.credentials.look_up);
    assert_same(what, menu, &import.credentials.submission, &whole.credentials.submission);
}

fn assert_same(what: &str, menu: Menu, one: &TemuCall, other: &TemuCall) {
    let headers = |call: &TemuCall| -> Vec<(String, String)> {
        call.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
    };
    assert_eq!((&one.url, headers(one)), (&other.url, headers(other)), "{what}, {menu:?}");
}

fn whole(menu: Menu) -> TemuImport {
    import(&menu.copy(&both())).expect("a shop")
}

fn assert_refused(text: &str, en: &str) {
    let error = import(text).expect_err(text);
    assert!(error.say(Lang::En).contains(en), "{error}\n{text}");
    assert!(error.next.is_some(), "{error}");
}

#[test]
fn copies_are_found_whatever_stands_between_them() {
    for (menu, [look_up, submission]) in scripts() {
        for between in ["", "\n", "\r\n\u{feff}", "\n\n提交请求：", "\n# it's the other\n", "\u{2028}", "\n\u{200b}"]
        {
            assert_both(&format!("{between:?} between"), menu, &format!("{look_up}{between}{submission}"));
        }
        assert_both("a note before", menu, &format!("查询请求：{look_up}\n{submission}"));
    }
}

#[test]
fn torn_lines_are_joined() {
    for (menu, copies) in scripts() {
        let text = copies.join("\n");
        for (what, torn) in [
            ("a blank line after each line", text.replace("\r\n", "\n").replace('\n', "\n\n")),
            ("blanks at the ends", text.replace('\n', " \u{200b}\n")),
            ("no-break spaces between the words", text.replace(" -", "\u{a0}-").replace("-H ", "-H\u{a0}")),
            ("breaks of Word", text.replace("\r\n", "\n").replace("\\\n", "\\\u{b}").replace("^\n", "^\u{2028}")),
            ("lone returns", text.replace("\r\n", "\n").replace('\n', "\r")),
            ("returns doubled", text.replace("\r\n", "\n").replace('\n', "\r\r\n")),
        ] {
            assert_both(what, menu, &torn);
        }
    }
    let text = Menu::Bash.copy(&both());
    assert_both("no signs that a line goes on", Menu::Bash, &text.replace(" \\\n", "\n"));
    assert_both("wrapped between the words", Menu::Bash, &text.replace("-H ", "-H\n"));
    assert_both("wrapped before the sign", Menu::Bash, &text.replace(" \\\n", "\n\\\n"));
    let text = Menu::Cmd.copy(&both());
    assert_both("no signs that a line goes on", Menu::Cmd, &text.replace(" ^\n", "\n"));
    let text = Menu::PowerShell.copy(&both());
    assert_both("no signs that a line goes on", Menu::PowerShell, &text.replace(" `\n", "\n"));
}

#[test]
fn the_prompts_of_a_console_are_stepped_over() {
    let prompted = |text: &str, first: &str, further: &str| {
        let lines: Vec<String> = text.replace('\r', "").lines().map(|line| format!("{further}{line}")).collect();
        lines.join("\n").replacen(further, first, 1)
    };
    for (menu, first, further) in [
        (Menu::PowerShell, "PS C:\\Users\\a b> ", ">> "),
        (Menu::Bash, "me@here:~$ ", "> "),
        (Menu::Cmd, "C:\\Users\\me>", "More? "),
    ] {
        let text = both().map(|request| prompted(&menu.copy(&[request]), first, further)).join("\n");
        assert_both("prompts", menu, &text);
    }
}

#[test]
fn a_copy_that_is_cut_off_anywhere_is_never_taken_for_a_whole_one() {
    for menu in Menu::ALL {
        let (text, whole) = (menu.copy(&both()), whole(menu));
        let first = menu.copy(&[Request::look_up()]).len();
        let is_step = |at: usize| at.is_multiple_of(41) || text[..at].ends_with(['\n', '\'', ' ', '\\', '`']);
        for at in (1..text.len()).filter(|at| text.is_char_boundary(*at) && is_step(*at)) {
            let Ok(import) = import(&text[..at]) else { continue };
            let cut = &text[text[..at].rfind('\n').unwrap_or(0)..at];
            assert_same(
                &format!("cut at {at}, behind {cut:?}"),
                menu,
                &import.credentials.look_up,
                &whole.credentials.look_up,
            );
            if import.missing.is_none() {
                assert_same(
                    &format!("cut behind {cut:?}"),
                    menu,
                    &import.credentials.submission,
                    &whole.credentials.submission,
                );
            } else {
                assert!(menu != Menu::Har && at < first + 20, "the second is lost: {menu:?}, {at}, {cut:?}");
            }
        }
    }
}

#[test]
fn a_copy_that_is_cut_off_before_the_next_is_told() {
    for (menu, [look_up, submission]) in scripts() {
        let at = look_up.find("mallid").expect("a header") + "mallid: 63".len();
        let end_of_line = look_up[..at].rfind(['\n', ' ']).expect("a line's end");
        for cut in [&look_up[..at], &look_up[..end_of_line]] {
            let import = import(&format!("{cut}\n{submission}"));
            assert!(import.is_err(), "{menu:?}\n{cut}");
        }
    }
}

#[test]
fn what_programs_change_on_the_way_is_called_what_it_is() {
    let bash = Menu::Bash.copy(&[Request::look_up().with("cookie", "a=1")]);
    let curly = bash.replace(" '", " ‘").replace("' \\", "’ \\");
    assert_refused(&curly, "quotes or dashes of line 1 were changed");
    assert_refused(&bash.replace("-H", "–H"), "quotes or dashes of line 2 were changed");
    assert_refused(&bash.replace("--data-raw", "—data-raw"), "were changed into others");
    assert_refused(&Menu::Cmd.copy(&both()).replace("^\"", "^”"), "were changed into others");
    assert_refused(&Menu::PowerShell.copy(&both()).replace('"', "“"), "were changed into others");
    assert_refused(&bash.replace('\'', "&#39;"), "changed into HTML");
    assert_refused(&Menu::MiddleCmd.copy(&both()).replace('"', "&quot;"), "changed into HTML");
    assert_refused(&bash.replace('"', "&quot;"), "(sec-ch-ua) of the look-up were changed into HTML");
    assert_refused(&bash.replace("a=1", "a=\n1"), "(cookie) of the look-up was torn into several lines");
    for sign in ['\u{200b}', '\u{a0}', '\u{feff}', '“', '…'] {
        assert_refused(&bash.replace("a=1", &format!("a={sign}1")), "(cookie) of the look-up has a character");
    }
    assert_refused(&bash.replace("/marvel", "/mar\nvel"), "the address of the look-up has a line break");
}

#[test]
fn variables_are_named_for_what_they_are() {
    let url = Request::look_up().url;
    for cookie in ["$COOKIE", "${COOKIE}", "a=$(cat cookie)", "`cat cookie`", "%COOKIE%"] {
        for text in [
            format!("curl \"{url}\" -H \"cookie: {cookie}\" -H \"mallid: 1\" -d \"{{}}\""),
            format!("curl '{url}' -H 'mallid: 1' -H \"cookie: {cookie}\" -d '{{}}'"),
        ] {
            assert_refused(&text, "line 1 has a variable in it");
        }
    }
    for text in [
        format!("curl ^\"{url}^\" ^\n -H ^\"cookie: %COOKIE%^\""),
        format!("curl \"{url}\" ^\n -H \"cookie: %COOKIE%\""),
        format!("Invoke-WebRequest -Uri \"{url}\" -Headers @{{\"cookie\"=\"$cookie\"}}"),
    ] {
        assert_refused(&text, "has a variable in it");
    }
}

#[test]
fn plain_double_quotes_are_read_for_either_shell() {
    let url = Request::look_up().url;
    let head = format!("curl \"{url}\"");
    let headers =
        r#"-H "cookie: a=%20b\\c" -H "mallid: 1" -H "sec-ch-ua: \"Chromium\";v=\"142\"" -d "{\"productId\":1}""#;
    for text in [format!("{head} {headers}"), format!("{head} \\\n {headers}"), format!("{head} ^\n {headers}")] {
        let import = import(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let value = |name: &str| import.credentials.look_up.header(name).expect("a header").expose().to_owned();
        assert_eq!(value("sec-ch-ua"), "\"Chromium\";v=\"142\"", "{text}");
        assert_eq!(value("mallid"), "1");
    }
}

#[test]
fn a_command_for_cmd_that_no_browser_writes_is_refused_and_not_guessed() {
    let url = Request::look_up().url;
    for value in ["a^b\\\"c", "50% ^^", "x\\y^&z\"\"w"] {
        assert_refused(&format!("curl \"{url}\" ^\n -H \"cookie: {value}\" ^\n -d \"\""), "no browser writes");
    }
}
