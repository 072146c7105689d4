//! What Firefox puts on the clipboard, after the rules of its developer tools now and in earlier years.

use crate::browser::Request;

/// A generation of "Copy as cURL (Windows)".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firefox {
    /// Quotes doubled, a percent sign outside of them.
    Doubled,
    /// The same, with a backtick before each dollar sign for PowerShell.
    DollarsBackticked,
    /// Quotes doubled, dollar signs and backticks escaped, the rest by `^`.
    DollarsEscaped,
    /// The outer quotes escaped, the inner ones bare.
    OuterEscaped,
    /// The outer and inner quotes escaped, backslashes as they are.
    BackslashesSingle,
    /// Backslashes doubled.
    Now,
}

impl Firefox {
    pub fn copy(self, request: &Request) -> String {
        let (name, between) = match self {
            Self::Doubled => ("curl", " "),
            Self::DollarsBackticked | Self::DollarsEscaped | Self::OuterEscaped => ("curl", " ^\n  "),
            Self::BackslashesSingle | Self::Now => ("curl.exe", " ^\n  "),
        };
        copy(request, name, |text| self.escape(text), between)
    }

    pub fn escape(self, text: &str) -> String {
        match self {
            Self::Doubled => doubled(text),
            Self::DollarsBackticked => doubled(&text.replace('$', "`$")),
            Self::DollarsEscaped => {
                let escaped = dollars(&text.replace('\\', "\\\\").replace('"', "\"\""));
                format!("\"{}\"", carets(&escaped, "$&\\{}\"").replace('\n', "\"^\r\n\r\n\""))
            }
            Self::OuterEscaped => {
                let escaped = dollars(&text.replace('\\', "\\\\").replace('"', "\\\""));
                format!("^\"{}^\"", carets(&escaped, "$&\\{}\"").replace('\n', "^\n\n"))
            }
            Self::BackslashesSingle => {
                let escaped = text.replace('"', "\\\"");
                format!("^\"{}^\"", carets(&escaped, "").replace('\n', "\"^\r\n\r\n\""))
            }
            Self::Now => {
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                let spaced = carets(&escaped, "").replace(|c: char| c.is_whitespace() && c != '\n', " ");
                format!("^\"{}^\"", spaced.replace('\n', "^\n\n"))
            }
        }
    }
}

pub fn bash_copy(request: &Request) -> String {
    copy(request, "curl", bash, " \\\n  ")
}

fn copy(request: &Request, name: &str, escape: impl Fn(&str) -> String, between: &str) -> String {
    let mut parts = vec![format!("{name} {}", escape(&request.url)), "--compressed".to_owned()];
    if request.url.contains('[') {
        parts.insert(1, "--globoff".to_owned());
    }
    parts.push(format!("-X {}", request.method));
    parts.extend(request.headers.iter().map(|(name, value)| format!("-H {}", escape(&format!("{name}: {value}")))));
    parts.push(format!("--data-raw {}", escape(&request.body)));
    parts.join(between)
}

fn doubled(text: &str) -> String {
    let escaped = text.replace('"', "\"\"").replace('%', "\"%\"").replace('\\', "\\\\");
    format!("\"{}\"", escaped.replace('\n', "\"^\n\n\""))
}

fn dollars(text: &str) -> String {
    text.replace('`', "\\`").replace('$', "\\$")
}

fn carets(text: &str, plain: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_plain = c.is_ascii_alphanumeric() || c.is_whitespace() || "_-:=+~/.',?;()*`".contains(c);
        if !is_plain && !plain.contains(c) {
            out.push('^');
        }
        out.push(c);
        if c == '%' && chars.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '_') {
            out.push('^');
        }
    }
    out
}

fn bash(text: &str) -> String {
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '!' | '\'');
    if text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    let mut out = String::from("$'");
    for unit in text.encode_utf16() {
        match unit {
            0x5c => out.push_str("\\\\"),
            0x27 => out.push_str("\\'"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            0x21 => out.push_str("\\041"),
            0x20..=0x7e => out.extend(char::from_u32(unit.into())),
            0..=0xff => out.extend([format!("\\x{unit:02x}")]),
            _ => out.extend([format!("\\u{unit:04x}")]),
        }
    }
    out + "'"
}
