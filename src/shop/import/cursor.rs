//! Reading text char by char, and putting together what shells write as halves and bytes.

/// A place in a text. A copy of it is a place to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What was read since an earlier place in the same text.
    pub(super) fn since(&self, earlier: &Self) -> &'a str {
        &self.text[earlier.at..self.at]
    }

    /// Steps over so many bytes.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over these words, if they come next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let is_next = self.rest().starts_with(words);
        if is_next {
            self.at += words.len();
        }
        is_next
    }

    /// Steps over a line's end, if it comes next.
    pub(super) fn eat_newline(&mut self) -> bool {
        self.eat("\n")
    }

    pub(super) fn skip_while(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.bump();
        }
    }

    /// Steps over the escape character and the line's end behind it, or the text's end, if they come next. Blanks
    /// between the two do not matter: they get in when text is passed on through a chat.
    pub(super) fn eat_continuation(&mut self, escape: char) -> bool {
        let mut ahead = *self;
        if ahead.bump() != Some(escape) {
            return false;
        }
        ahead.skip_while(is_blank);
        let is_continued = ahead.eat_newline() || ahead.peek().is_none();
        if is_continued {
            *self = ahead;
        }
        is_continued
    }

    pub(super) fn skip_line(&mut self) {
        self.skip_while(|c| c != '\n');
        self.bump();
    }

    /// The number of the line, from 1.
    pub(super) fn line(&self) -> usize {
        1 + self.text[..self.at].bytes().filter(|byte| *byte == b'\n').count()
    }
}

/// A blank within a line, those included that are not seen or that a web page has in place of a space.
pub(super) const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{b}' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}')
}

/// Text under way: from chars, from UTF-16 halves (`\ud83d\ude00`), and from single bytes (`\xe4`).
#[derive(Debug, Default)]
pub(super) struct Pieces {
    units: Vec<u16>,
    bytes: Vec<u8>,
}

impl Pieces {
    pub(super) fn push(&mut self, c: char) {
        self.flush();
        self.units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }

    /// A code point, or one half of one above U+FFFF.
    pub(super) fn push_code(&mut self, code: u32) {
        match (u16::try_from(code), char::from_u32(code)) {
            (Ok(unit), _) => {
                self.flush();
                self.units.push(unit);
            }
            (_, Some(c)) => self.push(c),
            _ => self.push(char::REPLACEMENT_CHARACTER),
        }
    }

    pub(super) fn push_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Bytes are UTF-8 to bash; Chrome once wrote Latin-1 so.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => self.units.extend(text.encode_utf16()),
            Err(_) => self.units.extend(self.bytes.iter().copied().map(u16::from)),
        }
        self.bytes.clear();
    }

    /// The text; a half without its other half becomes U+FFFD.
    pub(super) fn into_text(mut self) -> String {
        self.flush();
        String::from_utf16_lossy(&self.units)
    }
}
