//! "Copy as cURL (cmd)": arguments twice escaped, for cmd.exe (`^`) and for the program (`\`).
//!
//! Each generation of each browser has escaped in its own way, and what is an escape in one is a letter in another.
//! So a command is read as each of them writes, and a reading counts only where the browser could have written all
//! of the command that way. What none of them writes is refused: a login that is misread is worse than none.

mod quoted;

use super::cursor::{Cursor, is_blank};
use super::lines::{Command, has_swallowed, misread, next_word};
use super::start;
use super::trouble::Trouble;

/// A way of writing a command for cmd.exe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// `^"a: ^\^"b^\^" ^%^20^"`: outer quotes escaped, backslashes doubled. Chrome since 2024, Firefox since 2023,
    /// which for some years has left `\"` and `\$` without `^`.
    Escaped,
    /// The same, backslashes not doubled. Firefox in 2025.
    EscapedSingle,
    /// `"a: ^\^"b^\^" ^%^20"`: outer quotes bare, all but letters escaped. Chrome from 2016 to 2023.
    Bare,
    /// `"a: ""b"" \$c ^%^20"`: outer quotes bare, quotes doubled, much escaped. Firefox in 2023.
    BareDoubled,
    /// `"a: ""b"" "%"20"`: quotes doubled, a percent sign outside of them, `^` a letter. Chrome and Firefox before.
    Doubled,
    /// `"a: \"b\""`: written by hand, with no `^` in it.
    Program,
}

/// Reads one command to its end and gives its words.
pub(super) fn command(cursor: &mut Cursor<'_>) -> Result<Command, Trouble> {
    let mut first_trouble = None;
    for dialect in candidates(cursor.rest()) {
        let mut reader = Reader::new(*cursor, *dialect);
        match reader.command() {
            Ok(command) if reader.is_consistent => {
                *cursor = reader.cursor;
                return Ok(command);
            }
            Err(trouble) if reader.is_consistent => first_trouble = first_trouble.or(Some(trouble)),
            _ => {}
        }
    }
    Err(first_trouble.unwrap_or_else(|| Trouble::Mangled { line: cursor.line() }))
}

/// The dialects in which a command may be written, by its first quote.
fn candidates(text: &str) -> &'static [Dialect] {
    const ESCAPED: &[Dialect] = &[Dialect::Escaped, Dialect::EscapedSingle];
    const BARE: &[Dialect] = &[Dialect::Bare, Dialect::BareDoubled, Dialect::Doubled, Dialect::Program];
    let first = text.find('"').unwrap_or_default();
    if text[..first].ends_with('^') { ESCAPED } else { BARE }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    dialect: Dialect,
    /// Whether a browser could have written all so far in this dialect.
    is_consistent: bool,
    /// How many `$` there are between quotes, and how many with a backtick before them.
    dollars: (usize, usize),
}

impl<'a> Reader<'a> {
    const fn new(cursor: Cursor<'a>, dialect: Dialect) -> Self {
        Self { cursor, dialect, is_consistent: true, dollars: (0, 0) }
    }

    fn command(&mut self) -> Result<Command, Trouble> {
        let mut words = Vec::new();
        let began = self.cursor;
        while next_word(&mut self.cursor, &began, '^')? {
            if let Some(trouble) = misread(&self.cursor) {
                return Err(trouble);
            }
            if is_end(self.cursor.peek()) {
                break;
            }
            words.push(self.word()?);
        }
        let line = self.cursor.line();
        if is_end(self.cursor.peek()) {
            self.cursor.bump();
        }
        if self.dollars.0 > 0 && self.dollars.0 == self.dollars.1 {
            // Firefox, from 2020 to 2023, kept PowerShell too from taking `$` for a variable.
            for word in &mut words {
                *word = word.replace("`$", "$");
            }
        }
        Ok(Command { words, escape: '^', line })
    }

    fn word(&mut self) -> Result<String, Trouble> {
        let mut word = String::new();
        let began = self.cursor;
        loop {
            let opened = self.cursor;
            let is_outer_escaped = self.cursor.eat("^\"");
            if is_outer_escaped || self.cursor.eat("\"") {
                self.quoted(&mut word, is_outer_escaped)?.ok_or(Trouble::CutOff { line: opened.line() })?;
                if has_swallowed(&opened, &self.cursor) {
                    return Err(Trouble::CutOff { line: opened.line() });
                }
                continue;
            }
            if !self.cursor.since(&began).is_empty() && start::is_command(self.cursor.rest()) {
                return Ok(word);
            }
            match self.bare()? {
                Some(c) => word.push(c),
                None => return Ok(word),
            }
        }
    }

    /// A character outside of quotes; `None` at the word's end.
    fn bare(&mut self) -> Result<Option<char>, Trouble> {
        if let Some(trouble) = misread(&self.cursor) {
            return Err(trouble);
        }
        if start::is_percent_variable(self.cursor.rest()) {
            return Err(Trouble::Variable { line: self.cursor.line() });
        }
        match self.cursor.peek() {
            Some('^') => {
                let mut ahead = self.cursor;
                if ahead.eat_continuation('^') {
                    return Ok(None);
                }
                self.cursor.bump();
                misread(&self.cursor).map_or_else(|| Ok(self.cursor.bump()), Err)
            }
            next if is_end(next) || next.is_some_and(is_blank) => Ok(None),
            _ => Ok(self.cursor.bump()),
        }
    }

    /// Whether a quotation that ends here ends a word, as all that a browser writes do.
    fn is_at_word_end(&self) -> bool {
        let next = self.cursor.peek();
        is_end(next) || next.is_some_and(is_blank) || start::is_command(self.cursor.rest())
    }
}

const fn is_end(next: Option<char>) -> bool {
    matches!(next, None | Some('\n' | '&'))
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Trouble, command};

    fn words(text: &str) -> Vec<String> {
        command(&mut Cursor::new(text)).expect("words").words
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
        assert_eq!(words("^\"a^\n\nb^\n\nc^\""), ["a\nb\nc"]);
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
