//! Requests copied from a browser's network panel: as cURL for bash or cmd, as PowerShell, or as a HAR.
//!
//! The form is told by the content, command by command, so one file may hold several. No message has
//! anything of the content in it, for all of it may be private.

mod bash;
mod cmd;
mod curl;
mod cursor;
mod decode;
mod har;
mod powershell;
mod trouble;

use std::fmt;

use self::cursor::Cursor;
use self::trouble::Trouble;
use super::Secret;
use crate::error::Result;

pub(crate) use self::trouble::{how_to_copy, how_to_save_har};

/// A request as it was copied.
#[derive(Clone, PartialEq, Eq)]
pub struct CopiedRequest {
    /// The method, in capitals.
    pub method: String,
    /// The address as it was copied.
    pub url: String,
    /// The headers in their order, with lower-case names; a name may occur more than once.
    pub headers: Vec<(String, Secret)>,
    /// The body, where there was one.
    pub body: Option<Secret>,
}

impl CopiedRequest {
    fn new(method: &str, url: impl Into<String>, headers: Vec<(String, String)>, body: Option<String>) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name.trim().to_lowercase(), Secret::new(value.trim())));
        Self { method: method.to_uppercase(), url: url.into(), headers: headers.collect(), body: body.map(Secret::new) }
    }
}

/// Says how much there is and nothing of what it is.
impl fmt::Debug for CopiedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopiedRequest").field("headers", &self.headers.len()).finish_non_exhaustive()
    }
}

/// Reads the content of a file (or of stdin) called `place`: all requests in it, in their order, or
/// oldest first for a HAR. At least one.
///
/// # Errors
/// When there is no copied request in it, or the copy is cut off; says how to copy one.
pub fn read(place: &str, content: &[u8]) -> Result<Vec<CopiedRequest>> {
    parse(content).map_err(|trouble| trouble.explain(place))
}

fn parse(content: &[u8]) -> std::result::Result<Vec<CopiedRequest>, Trouble> {
    let text = zeroize::Zeroizing::new(decode::text(content)?);
    let text = text.trim();
    if text.is_empty() {
        return Err(Trouble::Empty);
    }
    if text.starts_with('{') {
        return har::requests(text);
    }
    script(text)
}

/// What a line begins with.
enum Form {
    Bash,
    Cmd,
    PowerShell,
    Fetch,
    Other,
}

fn script(text: &str) -> std::result::Result<Vec<CopiedRequest>, Trouble> {
    let mut cursor = Cursor::new(text);
    let mut sessions = powershell::Sessions::default();
    let mut found = Vec::new();
    let mut has_fetch = false;
    loop {
        cursor.skip_while(|c| c.is_whitespace() || matches!(c, ';' | '&'));
        if cursor.peek().is_none() {
            break;
        }
        match form(cursor.rest().lines().next().unwrap_or_default()) {
            Form::Bash => found.extend(curl::request(bash::command(&mut cursor)?)),
            Form::Cmd => found.extend(curl::request(cmd::command(&mut cursor)?)),
            Form::PowerShell => found.extend(sessions.statement(&mut cursor)?),
            Form::Fetch => {
                has_fetch = true;
                cursor.skip_line();
            }
            Form::Other => cursor.skip_line(),
        }
    }
    match (found.is_empty(), has_fetch) {
        (false, _) => Ok(found),
        (true, true) => Err(Trouble::Fetch),
        (true, false) => Err(Trouble::NotACopy),
    }
}

fn form(line: &str) -> Form {
    if powershell::begins(line) {
        return Form::PowerShell;
    }
    if line.trim_start_matches("await ").starts_with("fetch(") {
        return Form::Fetch;
    }
    match after_curl(line) {
        Some(arguments) if is_cmd(arguments) => Form::Cmd,
        Some(_) => Form::Bash,
        None => Form::Other,
    }
}

/// What follows `curl` in a line that begins with it, a prompt in front of it left aside.
fn after_curl(line: &str) -> Option<&str> {
    let at = line.to_ascii_lowercase().find("curl")?;
    let prompt = line[..at].trim_end();
    let is_command = prompt.is_empty() || prompt.ends_with(['>', '$', '#', '%']);
    let rest = &line[at + "curl".len()..];
    let rest = rest.strip_prefix(".exe").unwrap_or(rest);
    (is_command && (rest.is_empty() || rest.starts_with([' ', '\t', '^', '\\']))).then_some(rest)
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
        _ => end.contains("^\"") || end.contains("\"%\"") || has_doubled_quotes(end),
    }
}

/// Whether an option has a value between single quotes, which are letters to cmd.exe.
fn has_single_quoted_value(arguments: &str) -> bool {
    const OPTIONS: &[&str] = &["-H", "-b", "-d", "-X", "--header", "--cookie", "--data", "--data-raw", "--request"];
    let is_option = |before: &str| OPTIONS.iter().any(|option| before.trim_end().ends_with(&format!(" {option}")));
    arguments.match_indices(" '").chain(arguments.match_indices(" $'")).any(|(at, _)| is_option(&arguments[..at]))
}

/// Whether there are doubled quotes that are not an empty word. Where there are none, cmd.exe and bash
/// read double quotes alike.
fn has_doubled_quotes(arguments: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '=');
    arguments.match_indices("\"\"").any(|(at, pair)| {
        let (before, after) = (arguments[..at].chars().last(), arguments[at + pair.len()..].chars().next());
        !(is_edge(before) && is_edge(after))
    })
}

#[cfg(test)]
mod tests {
    use super::{Trouble, parse};

    #[test]
    fn forms_may_be_mixed_and_notes_stand_between() {
        let text = concat!(
            "查询请求 (don't mind):\n$ curl 'https://example.com/1' \\\n  -H 'a: b' ;\n# and\n",
            "C:\\Users\\me>curl ^\"https://example.com/2^\" ^\n  -H ^\"a: b^\" &\r\n",
            "curl \"https://example.com/3\" ^\r\n  -H \"a: \"\"b\"\"\"\r\n",
            "Invoke-WebRequest -Uri \"https://example.com/4\";\r\ncurl -X POST https://example.com/5\n",
        );
        let urls: Vec<_> = parse(text.as_bytes()).expect("requests").into_iter().map(|request| request.url).collect();
        assert_eq!(urls, [1, 2, 3, 4, 5].map(|number| format!("https://example.com/{number}")));
    }

    #[test]
    fn what_is_no_copy_is_told_by_its_kind() {
        for (text, trouble) in [
            ("", Trouble::Empty),
            (" \r\n", Trouble::Empty),
            ("SPU,活动名称\n1,2\n", Trouble::NotACopy),
            ("curl is a program, isn't it", Trouble::CutOff { line: 1 }),
            ("curl --version", Trouble::NotACopy),
            ("fetch(\"https://example.com/\", {\n  \"headers\": {}\n});", Trouble::Fetch),
            ("await fetch(\"https://example.com/\");", Trouble::Fetch),
            ("{}", Trouble::NotHar),
        ] {
            assert_eq!(parse(text.as_bytes()).err(), Some(trouble), "{text}");
        }
    }
}
