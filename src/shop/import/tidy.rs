//! What editors, consoles and chat programs put around the lines of a copy, taken off again.

use zeroize::Zeroizing;

use super::cursor::is_blank;
use super::powershell;

/// The text with `\n` at each line's end, without marks and invisible characters at the edges of its lines, and
/// without the prompts of a console. The lines keep their numbers.
pub(super) fn tidy(text: &str) -> Zeroizing<String> {
    let ended = line_ends(text);
    let mut tidied = Zeroizing::new(String::with_capacity(ended.len()));
    let mut before = Ending::Other;
    for line in ended.split('\n') {
        let line = line.trim_end_matches(is_padding);
        let line = unprompted(line.trim_start_matches(is_mark), before);
        before = Ending::of(line);
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}

/// `\r\n`, the `\r\r\n` of a text that was converted twice, a lone `\r`, and the breaks of Word and web
/// pages behind a sign that a line goes on, as `\n`.
fn line_ends(text: &str) -> Zeroizing<String> {
    let mut ended = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                while chars.peek() == Some(&'\r') {
                    chars.next();
                }
                if chars.peek() != Some(&'\n') {
                    ended.push('\n');
                }
            }
            // Elsewhere they are blanks, or a part of a value.
            '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}'
                if ended.trim_end_matches(is_blank).ends_with(['\\', '^', '`']) =>
            {
                ended.push('\n');
            }
            c => ended.push(c),
        }
    }
    ended
}

/// A byte order mark, or another character that is not seen.
fn is_mark(c: char) -> bool {
    crate::plain::is_unseen(c) && c != '\t'
}

/// What may stand unseen behind the sign that a line goes on.
fn is_padding(c: char) -> bool {
    is_blank(c) || is_mark(c)
}

/// The sign at a line's end with which it goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Bash,
    Cmd,
    Other,
}

impl Ending {
    fn of(line: &str) -> Self {
        match line.chars().last() {
            Some('\\') => Self::Bash,
            Some('^') => Self::Cmd,
            _ => Self::Other,
        }
    }
}

/// The line without the prompt that a console shows before it.
fn unprompted(line: &str, before: Ending) -> &str {
    if let Some(rest) = line.strip_prefix(">>") {
        return rest;
    }
    let further = match before {
        Ending::Bash => line.strip_prefix("> "),
        Ending::Cmd => line.strip_prefix("More?"),
        Ending::Other => None,
    };
    if let Some(rest) = further {
        return rest;
    }
    match line.strip_prefix("PS ").and_then(|rest| rest.split_once('>')) {
        Some((_, rest)) if powershell::begins(rest.trim_start()) => rest.trim_start(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn line_ends_marks_and_prompts_are_taken_off() {
        for (text, tidied) in [
            ("a\r\nb\rc\r\r\nd ^\u{2028}e\u{2028}f", "a\nb\nc\nd ^\ne\u{2028}f\n"),
            ("\u{feff}curl \\\u{200b} \n\u{feff}\u{feff}curl", "curl \\\ncurl\n"),
            ("PS C:\\a b> $s = 1\n>> -X\n>>   y", "$s = 1\n -X\n   y\n"),
            ("$ curl 'a' \\\n> -H 'b'\n> c", "$ curl 'a' \\\n -H 'b'\n> c\n".replacen(" -H", "-H", 1).as_str()),
            ("curl ^\nMore? -H", "curl ^\n -H\n"),
            ("PS and more > words", "PS and more > words\n"),
        ] {
            assert_eq!(tidy(text).as_str(), tidied, "{text:?}");
        }
    }
}
