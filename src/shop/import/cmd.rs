//! "Copy as cURL (cmd)": arguments twice escaped, for cmd.exe (`^`) and for the program (`\`).
//!
//! Browsers have written three forms, all of which are read here:
//! - now: `^"a: ^\^"b^\^" ^%^20^"`, everything escaped by `^`, the outer quotes too;
//! - for some years: `"a: ^\^"b^\^" ^%^20"`, the outer quotes bare;
//! - before: `"a: ""b"" "%"20"`, quotes doubled, a percent sign outside of the quotes, `^` an ordinary letter.

use super::cursor::{Cursor, is_blank};
use super::trouble::Trouble;

/// What `^` is between bare quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caret {
    Escape,
    Letter,
}

/// Reads one command to its end and gives its words.
pub(super) fn command(cursor: &mut Cursor<'_>) -> Result<Vec<String>, Trouble> {
    // With `^` as the escape, every doubtful character has one; where that does not hold, it is a letter.
    for caret in [Caret::Escape, Caret::Letter] {
        let mut reader = Reader { cursor: *cursor, caret, is_consistent: true };
        let words = reader.command();
        if caret == Caret::Letter || (reader.is_consistent && words.is_ok()) {
            *cursor = reader.cursor;
            return words;
        }
    }
    Ok(Vec::new())
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    caret: Caret,
    /// Whether all between bare quotes is as a browser escapes it with `^`.
    is_consistent: bool,
}

impl Reader<'_> {
    fn command(&mut self) -> Result<Vec<String>, Trouble> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            if is_end(self.cursor.peek()) {
                self.cursor.bump();
                return Ok(words);
            }
            words.push(self.word()?);
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            self.cursor.skip_while(|c| is_blank(c) || c == '\r');
            if !self.cursor.eat_continuation('^') {
                return;
            }
        }
    }

    fn word(&mut self) -> Result<String, Trouble> {
        let mut word = String::new();
        loop {
            let opened = self.cursor;
            let is_closed = if self.cursor.eat("^\"") {
                self.escaped(&mut word, true)
            } else if self.cursor.eat("\"") {
                match self.caret {
                    Caret::Escape => self.escaped(&mut word, false),
                    Caret::Letter => self.doubled(&mut word),
                }
            } else {
                match self.bare() {
                    Some(c) => word.push(c),
                    None => return Ok(word),
                }
                continue;
            };
            is_closed.ok_or_else(|| Trouble::CutOff { line: opened.line() })?;
        }
    }

    /// A character outside of quotes; `None` at the word's end.
    fn bare(&mut self) -> Option<char> {
        let next = self.cursor.peek().filter(|c| !is_end(Some(*c)) && !is_blank(*c) && *c != '\r')?;
        if next == '^' {
            let mut ahead = self.cursor;
            if ahead.eat_continuation('^') {
                return None;
            }
            self.cursor.bump();
            return self.cursor.bump();
        }
        self.cursor.bump()
    }

    /// The inside of quotes in which `^` escapes. A browser escapes no blank, so an escaped one is
    /// what is left of a character that it could not write.
    fn escaped(&mut self, word: &mut String, is_outer_escaped: bool) -> Option<()> {
        let mut is_after_percent = false;
        loop {
            let (c, is_escaped) = self.raw()?;
            if !is_outer_escaped {
                let is_wanted = !is_plain(c) || c == ' ' || is_after_percent;
                self.is_consistent &= if is_escaped { is_wanted || c == '\n' } else { is_plain(c) || c == '"' };
            }
            is_after_percent = c == '%' && is_escaped;
            match c {
                '"' => {
                    self.is_consistent &= is_outer_escaped || (!is_escaped && self.is_at_word_end());
                    return Some(());
                }
                '\\' => word.push(self.after_backslash()),
                ' ' if is_escaped => word.push(char::REPLACEMENT_CHARACTER),
                c => word.push(c),
            }
        }
    }

    /// The inside of bare quotes in which `^` is a letter and a quote is doubled.
    fn doubled(&mut self, word: &mut String) -> Option<()> {
        loop {
            match self.cursor.bump()? {
                '"' if self.cursor.eat("\"") => word.push('"'),
                '"' => return Some(()),
                '\\' if matches!(self.cursor.peek(), Some('"' | '\\')) => word.push(self.cursor.bump()?),
                c => word.push(c),
            }
        }
    }

    /// The next character as cmd.exe hands it on, and whether it was escaped.
    fn raw(&mut self) -> Option<(char, bool)> {
        match self.cursor.bump()? {
            '^' => {
                if self.cursor.eat_newline() && self.cursor.eat_newline() {
                    return Some(('\n', true));
                }
                self.cursor.bump().map(|c| (c, true))
            }
            c => Some((c, false)),
        }
    }

    /// What a backslash stands for: itself, unless a quote or another backslash follows.
    fn after_backslash(&mut self) -> char {
        let before = self.cursor;
        if let Some((c @ ('"' | '\\'), _)) = self.raw() {
            return c;
        }
        self.cursor = before;
        '\\'
    }

    fn is_at_word_end(&self) -> bool {
        let next = self.cursor.peek();
        is_end(next) || next.is_some_and(|c| is_blank(c) || c == '\r')
    }
}

const fn is_end(next: Option<char>) -> bool {
    matches!(next, None | Some('\n' | '&'))
}

/// What browsers do not escape with `^` (some do escape the last five).
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_whitespace() || "_-:=+~'/.,?;*()`&".contains(c)
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Trouble, command};

    fn words(text: &str) -> Vec<String> {
        command(&mut Cursor::new(text)).expect("words")
    }

    #[test]
    fn the_form_of_now() {
        let text = "curl ^\"https://example.com/a?b=1^&c=^%^20^\" ^\r\n  -H ^\"s: ^\\^\"C^\\^\";v=^\\^\"1^\\^\"^\" ^\r\n  -X ^\"POST^\"";
        let wanted = ["curl", "https://example.com/a?b=1&c=%20", "-H", "s: \"C\";v=\"1\"", "-X", "POST"];
        assert_eq!(words(text), wanted);
    }

    #[test]
    fn the_form_with_bare_outer_quotes() {
        assert_eq!(words(r#""s: ^\^"C^\^" ^%^41^%-^^^{^\^\""#), [r#"s: "C" %41%-^{\"#]);
    }

    #[test]
    fn the_form_with_doubled_quotes() {
        assert_eq!(words(r#""s: ""C"" "%"41"%""%"^x\\{" -H "y: ""z""""#), [r#"s: "C" %41%%^x\{"#, "-H", "y: \"z\""]);
        assert_eq!(words(r#"curl "https://example.com/?a=1&b=2" -H "a: b" & next"#).len(), 4);
    }

    #[test]
    fn a_line_break_in_a_value() {
        assert_eq!(words("^\"a^\n\nb^\r\n\r\nc^\""), ["a\nb\nc"]);
    }

    #[test]
    fn an_escaped_blank_is_a_lost_character() {
        assert_eq!(words("^\"a: ^ b^\""), ["a: \u{fffd}b"]);
    }

    #[test]
    fn an_open_quote_is_told_by_its_line() {
        for text in ["curl ^\n ^\"a^\\^\"", "curl ^\n \"a", "curl ^\n ^\"a^"] {
            assert_eq!(command(&mut Cursor::new(text)), Err(Trouble::CutOff { line: 2 }), "{text}");
        }
    }
}
