//! What stands between the quotes of a command for cmd.exe, in each of the dialects.

use super::super::start;
use super::super::trouble::Trouble;
use super::{Dialect, Reader};

impl Reader<'_> {
    /// Reads to the end of a quotation; `None` where it does not end.
    pub(super) fn quoted(&mut self, word: &mut String, is_outer_escaped: bool) -> Result<Option<()>, Trouble> {
        match self.dialect {
            Dialect::Escaped | Dialect::EscapedSingle | Dialect::Bare => self.escaped(word, is_outer_escaped),
            Dialect::BareDoubled => {
                self.is_consistent &= !is_outer_escaped;
                self.bare_doubled(word)
            }
            Dialect::Doubled => {
                self.is_consistent &= !is_outer_escaped;
                Ok(self.doubled(word))
            }
            Dialect::Program => {
                self.is_consistent &= !is_outer_escaped;
                self.program(word)
            }
        }
    }

    /// Quotes in which `^` escapes, inner quotes as `\"`. A browser escapes no blank, so an escaped one is what is
    /// left of a character that it could not write.
    fn escaped(&mut self, word: &mut String, is_outer_escaped: bool) -> Result<Option<()>, Trouble> {
        let mut is_after_percent = false;
        loop {
            let is_variable = start::is_percent_variable(self.cursor.rest());
            let Some((c, is_escaped)) = self.raw() else { return Ok(None) };
            if c == '%' && !is_escaped && is_variable {
                return Err(Trouble::Variable { line: self.cursor.line() });
            }
            if self.dialect == Dialect::Bare {
                self.is_consistent &= is_as_bare(c, is_escaped, is_after_percent, is_outer_escaped);
            }
            is_after_percent = c == '%' && is_escaped;
            match c {
                '"' if !is_escaped && self.eat_line_break() => word.push('\n'),
                '"' => {
                    self.is_consistent &= is_escaped == is_outer_escaped && self.is_at_word_end();
                    return Ok(Some(()));
                }
                '\\' => self.backslashes(word),
                ' ' if is_escaped => word.push(char::REPLACEMENT_CHARACTER),
                c => word.push(c),
            }
        }
    }

    /// A run of backslashes, the first of which is read, and the quote that they escape.
    fn backslashes(&mut self, word: &mut String) {
        let mut run = 1;
        let next = loop {
            let before = self.cursor;
            match self.raw() {
                Some(('\\', is_escaped)) => {
                    self.is_consistent &= is_escaped || self.dialect != Dialect::Bare;
                    run += 1;
                }
                next => {
                    self.cursor = before;
                    break next.map(|(c, _)| c);
                }
            }
        };
        let is_escaping = match next {
            Some('"') => run % 2 == 1 || self.dialect == Dialect::EscapedSingle,
            Some('$' | '`') => run % 2 == 1 && self.dialect == Dialect::Escaped,
            _ => false,
        };
        let letters = if self.dialect == Dialect::EscapedSingle {
            run - usize::from(is_escaping)
        } else {
            self.is_consistent &= is_escaping || run % 2 == 0;
            run / 2
        };
        word.extend(std::iter::repeat_n('\\', letters));
        if is_escaping {
            word.extend(self.raw().map(|(c, _)| c));
        }
    }

    /// Bare quotes in which `^` escapes, inner quotes are doubled, and `\` escapes `$`, a backtick and itself.
    fn bare_doubled(&mut self, word: &mut String) -> Result<Option<()>, Trouble> {
        let mut is_after_percent = false;
        loop {
            let is_variable = start::is_percent_variable(self.cursor.rest());
            let Some((c, is_escaped)) = self.raw() else { return Ok(None) };
            if c == '%' && !is_escaped && is_variable {
                return Err(Trouble::Variable { line: self.cursor.line() });
            }
            let is_letter = is_plain(c) || "(){}&*".contains(c);
            match c {
                '"' | '\\' if is_escaped => self.is_consistent = false,
                '"' if self.cursor.eat("\"") => word.push('"'),
                '"' if self.eat_line_break() => word.push('\n'),
                '"' => {
                    self.is_consistent &= self.is_at_word_end();
                    return Ok(Some(()));
                }
                '\\' => match self.cursor.peek() {
                    Some(c @ ('\\' | '$' | '`')) => {
                        self.cursor.bump();
                        word.push(c);
                    }
                    _ => self.is_consistent = false,
                },
                c => {
                    self.is_consistent &=
                        if is_escaped { !is_letter || is_after_percent } else { is_letter && c != '`' };
                    word.push(c);
                }
            }
            is_after_percent = c == '%' && is_escaped;
        }
    }

    /// Bare quotes in which `^` is a letter, a quote and a backslash are doubled, and a percent sign stands outside.
    fn doubled(&mut self, word: &mut String) -> Option<()> {
        let mut before = None;
        loop {
            let c = self.cursor.bump()?;
            match c {
                '"' if self.cursor.eat("\"") => word.push('"'),
                '"' if self.eat_line_break() => word.push('\n'),
                '"' => {
                    self.is_consistent &= self.is_at_word_end() || self.cursor.rest().starts_with("%\"");
                    return Some(());
                }
                '\\' => {
                    self.is_consistent &= self.cursor.eat("\\");
                    word.push('\\');
                }
                '%' => self.is_consistent = false,
                '$' => {
                    self.dollars.0 += 1;
                    self.dollars.1 += usize::from(before == Some('`'));
                    word.push('$');
                }
                c => word.push(c),
            }
            before = Some(c);
        }
    }

    /// Bare quotes as programs read them: a backslash is a letter unless a quote follows.
    fn program(&mut self, word: &mut String) -> Result<Option<()>, Trouble> {
        loop {
            if start::is_percent_variable(self.cursor.rest()) {
                return Err(Trouble::Variable { line: self.cursor.line() });
            }
            match self.cursor.bump() {
                None => return Ok(None),
                Some('"') => {
                    self.is_consistent &= self.is_at_word_end();
                    return Ok(Some(()));
                }
                Some('\\') if self.cursor.eat("\"") => word.push('"'),
                Some(c) => {
                    self.is_consistent &= c != '^';
                    word.push(c);
                }
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

    /// The rest of a line's end that stands outside of the quotes, whose first was read: `"^`, one or two line ends,
    /// `"`.
    fn eat_line_break(&mut self) -> bool {
        let mut ahead = self.cursor;
        let is_break = ahead.eat("^") && ahead.eat_newline();
        ahead.eat_newline();
        let is_break = is_break && ahead.eat("\"");
        if is_break {
            self.cursor = ahead;
        }
        is_break
    }
}

/// Whether Chrome wrote a character so between bare quotes. In some years it has escaped `&`, in others not.
fn is_as_bare(c: char, is_escaped: bool, is_after_percent: bool, is_outer_escaped: bool) -> bool {
    let is_letter = is_plain(c) || "'()*".contains(c);
    match c {
        '&' => true,
        '"' => is_escaped == is_outer_escaped,
        _ if is_escaped => !is_letter || is_after_percent || matches!(c, '\n' | ' '),
        _ => is_letter,
    }
}

/// What no browser escapes with `^`.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_whitespace() || "_-:=+~/.',?;`".contains(c)
}
