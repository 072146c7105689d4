//! Where in a line a copied command begins, and which shell it is written for.

use super::cursor::is_blank;
use super::{fetch, powershell};

/// The form of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Bash,
    Cmd,
    PowerShell,
    Fetch,
}

/// The first command of a line: where it begins, behind a prompt or a note, and its form.
pub(super) fn first(line: &str) -> Option<(usize, Form)> {
    let mut before = None;
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        if !before.is_some_and(is_of_a_word) {
            if let Some(arguments) = curl_arguments(rest) {
                return Some((at, if is_cmd(arguments) { Form::Cmd } else { Form::Bash }));
            }
            if powershell::is_certain(rest) || (before.is_none() && powershell::begins(rest)) {
                return Some((at, Form::PowerShell));
            }
            if fetch::begins(rest) {
                return Some((at, Form::Fetch));
            }
        }
        before = Some(c);
    }
    None
}

/// Whether a letter before it makes `curl` a part of a longer word.
const fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Whether a command certainly begins here, whatever stands before it.
pub(super) fn is_command(text: &str) -> bool {
    curl_arguments(text).is_some() || powershell::is_certain(text)
}

/// The rest of the line behind `curl`, where arguments follow and not the words of a sentence.
fn curl_arguments(text: &str) -> Option<&str> {
    let name = text.get(.."curl".len())?;
    if !name.eq_ignore_ascii_case("curl") {
        return None;
    }
    let rest = &text[name.len()..];
    let rest = match rest.get(..".exe".len()) {
        Some(ending) if ending.eq_ignore_ascii_case(".exe") => &rest[ending.len()..],
        _ => rest,
    };
    let line = rest.lines().next().unwrap_or_default();
    let argument = line.trim_start_matches(is_blank);
    let is_apart = argument.len() < line.len() || argument.starts_with(['^', '\\', '\'', '"']);
    (is_apart && is_argument(argument)).then_some(line)
}

fn is_argument(text: &str) -> bool {
    let begins_as_one = |c: char| matches!(c, '\'' | '"' | '^' | '\\' | '$' | '%' | '-') || is_autocorrected(c);
    text.starts_with(begins_as_one)
        || text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http"))
        || is_entity(text)
}

/// A quote or dash that a word processor or a chat program puts in the place of a plain one.
pub(super) const fn is_autocorrected(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{201f}' | '\u{2032}'..='\u{2036}' | '\u{2212}' | '\u{ff02}' | '\u{ff07}' | '\u{ff0d}' | '«' | '»')
}

/// A character as HTML writes it, where a quote or a sign of the shell should be.
pub(super) fn is_entity(text: &str) -> bool {
    const NAMES: [&str; 10] =
        ["&quot;", "&apos;", "&amp;", "&nbsp;", "&lt;", "&gt;", "&#34;", "&#39;", "&#x27;", "&#x22;"];
    NAMES.iter().any(|name| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)))
}

/// `%NAME%`, which cmd.exe replaces; but not the escapes of an address, in which two hex digits follow each `%`.
pub(super) fn is_percent_variable(text: &str) -> bool {
    let Some((name, after)) = text.strip_prefix('%').and_then(|rest| rest.split_once('%')) else { return false };
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
        && (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_hex = |text: &str| text.get(..2).is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_name && !(is_hex(name) && is_hex(after))
}

/// Whether these arguments are quoted for cmd.exe and not for bash.
fn is_cmd(arguments: &str) -> bool {
    let (start, end) = (arguments.trim_start(), arguments.trim_end());
    if start.starts_with("^\"") {
        return true;
    }
    if start.starts_with('\'') || start.starts_with("$'") {
        return false;
    }
    match end.chars().last() {
        Some('^') => true,
        Some('\\') => false,
        _ if has_single_quoted_value(end) => false,
        _ => has_caret_escape(end) || end.contains("\"%\"") || end.contains("`$") || has_doubled_quotes(end),
    }
}

/// Whether an option has a value between single quotes, which are letters to cmd.exe.
fn has_single_quoted_value(arguments: &str) -> bool {
    const OPTIONS: &[&str] =
        &["-H", "-b", "-d", "-X", "--header", "--cookie", "--data", "--data-raw", "--request", "--url"];
    let is_option = |before: &str| OPTIONS.iter().any(|option| before.trim_end().ends_with(&format!(" {option}")));
    arguments.match_indices(" '").chain(arguments.match_indices(" $'")).any(|(at, _)| is_option(&arguments[..at]))
}

/// Whether `^` stands before a sign that cmd.exe acts on.
fn has_caret_escape(arguments: &str) -> bool {
    let mut chars = arguments.chars().peekable();
    std::iter::from_fn(|| chars.next().map(|c| (c, chars.peek().copied())))
        .any(|(c, next)| c == '^' && next.is_some_and(|next| "\"%&{}[]|<>!@#$^\\".contains(next)))
}

/// Whether there are doubled quotes that are not an empty word. Where there are none, cmd.exe and bash
/// read double quotes alike.
fn has_doubled_quotes(arguments: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '=');
    let (mut before, mut chars) = (None, arguments.chars().peekable());
    while let Some(c) = chars.next() {
        if c == '\\' {
            before = chars.next();
            continue;
        }
        if c == '"' && chars.peek() == Some(&'"') {
            chars.next();
            if !(is_edge(before) && is_edge(chars.peek().copied())) {
                return true;
            }
        }
        before = Some(c);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Form, first, is_percent_variable};

    #[test]
    fn a_command_is_found_behind_a_prompt_or_a_note() {
        for (line, expected) in [
            ("curl 'https://a/'", Some((0, Form::Bash))),
            ("$ curl --url 'https://a/' \\", Some((2, Form::Bash))),
            ("C:\\Users\\me>curl.exe ^\"https://a/^\" ^", Some((12, Form::Cmd))),
            ("/usr/bin/curl https://a/", Some((9, Form::Bash))),
            ("查询请求:curl 'https://a/'", Some(("查询请求:".len(), Form::Bash))),
            ("});curl 'https://a/'", Some((3, Form::Bash))),
            ("看PS:Invoke-WebRequest -Uri \"https://a/\"", Some(("看PS:".len(), Form::PowerShell))),
            ("await fetch(\"https://a/\", {", Some((6, Form::Fetch))),
            ("libcurl 'https://a/'", None),
            ("curl is a program, isn't it", None),
            ("curl", None),
            ("use prefetch(\"x\")", None),
        ] {
            assert_eq!(first(line), expected, "{line}");
        }
    }

    #[test]
    fn the_shell_is_told_by_the_quoting() {
        for (line, form) in [
            ("curl \"https://a/\" -H \"a: \\\"b\\\"\"", Form::Bash),
            ("curl \"https://a/\" -H \"a: \"\"b\"\"\"", Form::Cmd),
            ("curl \"https://a/?x=1^&y=2\"", Form::Cmd),
            ("curl \"https://a/\" -H 'a: ^&'", Form::Bash),
            ("curl \"https://a/\" -H \"\"", Form::Bash),
            ("curl \"https://a/\" ^", Form::Cmd),
        ] {
            assert_eq!(first(line), Some((0, form)), "{line}");
        }
    }

    #[test]
    fn a_variable_is_told_from_an_escape() {
        for (text, expected) in [
            ("%COOKIE%", true),
            ("%ADDRESS%; x", true),
            ("%E4%B8%AD", false),
            ("%22a%22", false),
            ("% of it%", false),
            ("%%", false),
            ("100%", false),
        ] {
            assert_eq!(is_percent_variable(text), expected, "{text}");
        }
    }
}
