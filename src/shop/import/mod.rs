//! Requests copied from a browser's network panel: as cURL for bash or cmd, as PowerShell, or as a HAR.
//!
//! The form is told by the content, command by command, so one file may hold several. No message has
//! anything of the content in it, for all of it may be private.

mod bash;
mod cmd;
mod curl;
mod cursor;
mod decode;
mod fetch;
mod har;
mod lines;
mod powershell;
mod start;
mod tidy;
mod trouble;

use std::fmt;

use self::cursor::Cursor;
use self::start::Form;
use self::trouble::Trouble;
use super::Secret;
use crate::error::Result;

pub(crate) use self::trouble::{copy_into_notepad, how_to_copy, how_to_save_har};

/// What a request was copied as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyForm {
    /// A command for a shell.
    Command,
    /// An entry of a HAR file.
    Har,
}

/// A request as it was copied.
#[derive(Clone, PartialEq, Eq)]
pub struct CopiedRequest {
    /// What it was copied as.
    pub form: CopyForm,
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
    fn new(
        form: CopyForm,
        method: &str,
        url: impl Into<String>,
        headers: Vec<(String, String)>,
        body: Option<String>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name.trim().to_lowercase(), Secret::new(value.trim())));
        Self {
            form,
            method: method.to_uppercase(),
            url: url.into(),
            headers: headers.collect(),
            body: body.map(Secret::new),
        }
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

/// The text of a file that was saved by an editor or a console, whatever its encoding; `None` for what is no text.
pub(crate) fn saved_text(bytes: &[u8]) -> Option<zeroize::Zeroizing<String>> {
    decode::text(bytes).ok().map(zeroize::Zeroizing::new)
}

fn parse(content: &[u8]) -> std::result::Result<Vec<CopiedRequest>, Trouble> {
    if is_archive(content) {
        return Err(Trouble::Workbook);
    }
    let text = zeroize::Zeroizing::new(decode::text(content)?);
    let bare = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if bare.is_empty() {
        return Err(Trouble::Empty);
    }
    if bare.starts_with('{') {
        return har::requests(bare);
    }
    script(tidy::tidy(&text).trim_end())
}

/// Whether a file begins as workbooks do: a zip archive, or a compound file.
fn is_archive(content: &[u8]) -> bool {
    content.starts_with(b"PK\x03\x04") || content.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
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
        let Some((at, form)) = start::first(cursor.rest().lines().next().unwrap_or_default()) else {
            cursor.skip_line();
            continue;
        };
        cursor.advance(at);
        match form {
            Form::Bash => found.extend(curl::request(bash::command(&mut cursor)?)?),
            Form::Cmd => found.extend(curl::request(cmd::command(&mut cursor)?)?),
            Form::PowerShell => found.extend(sessions.statement(&mut cursor)?),
            Form::Fetch => {
                has_fetch = true;
                cursor.advance("fetch(".len());
            }
        }
    }
    if let Some(line) = sessions.cut_after() {
        return Err(Trouble::CutAfter { line });
    }
    match (found.len(), has_fetch) {
        // One of the two requests, it may be, was copied so.
        (0 | 1, true) => Err(Trouble::Fetch),
        (0, false) => Err(Trouble::NotACopy),
        _ => Ok(found),
    }
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
            ("curl is a program, isn't it", Trouble::NotACopy),
            ("curl --version", Trouble::NotACopy),
            ("fetch(\"https://example.com/\", {\n  \"headers\": {}\n});", Trouble::Fetch),
            ("await fetch(\"https://example.com/\");", Trouble::Fetch),
            ("{}", Trouble::NotHar),
        ] {
            assert_eq!(parse(text.as_bytes()).err(), Some(trouble), "{text}");
        }
    }
}
