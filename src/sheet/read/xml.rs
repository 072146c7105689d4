//! XML of a workbook's parts: events, and what is asked of them again and again.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::file::SheetFile;
use crate::error::Result;
use crate::sheet::bounds::CELL_CHARS;

/// The bytes of a cell's text that are kept: enough to see that it is longer than a cell may be.
pub(super) const KEPT: usize = (CELL_CHARS + 1) * 4;

/// A part as XML.
pub(super) struct Xml<'a> {
    reader: Reader<Box<dyn BufRead + 'a>>,
    buffer: Vec<u8>,
    file: &'a SheetFile,
}

impl<'a> Xml<'a> {
    pub(super) fn new(file: &'a SheetFile, source: Box<dyn BufRead + 'a>) -> Self {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().check_end_names = false;
        Self { reader, buffer: Vec::with_capacity(1024), file }
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event<'_>> {
        self.buffer.clear();
        self.reader.read_event_into(&mut self.buffer).map_err(|fault| self.file.broken(fault))
    }

    /// Calls for each tag that opens or is empty, with its parent's name, to the end of the part.
    pub(super) fn each_start(&mut self, mut take: impl FnMut(&BytesStart<'_>, &[String]) -> Result<()>) -> Result<()> {
        let mut parents = Vec::new();
        loop {
            match self.next()? {
                Event::Empty(tag) => take(&tag, &parents)?,
                Event::Start(tag) => {
                    take(&tag, &parents)?;
                    parents.push(tag.local_name().as_ref().to_owned());
                }
                Event::End(_) => drop(parents.pop()),
                Event::Eof if parents.is_empty() => return Ok(()),
                Event::Eof => return Err(self.file.broken("a part ends in the middle")),
                _ => (),
            }
        }
    }
}

/// The names and values of a tag's attributes as they are written, of which those that are asked for hold no entity.
pub(super) fn raw_attributes<'a>(tag: &'a BytesStart<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut rest = tag.attributes_raw();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, left) = after[1..].split_once(quote)?;
        rest = left;
        Some((name.trim_ascii(), value))
    })
}

/// `1` and `true`.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

/// What is to be seen of a text beside its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Whether one of its pieces has a look of its own.
    pub(super) has_runs: bool,
    /// Whether one of them is struck through.
    pub(super) has_struck_run: bool,
}

impl Look {
    /// Whether a part of the text is struck through, in a cell whose style says so or not.
    pub(super) const fn is_struck(self, is_by_style: bool) -> bool {
        self.has_struck_run || !self.has_runs && is_by_style
    }
}

/// The text of a cell in pieces (`t` in `si` or `is`): readings of it (`rPh`) are left out.
#[derive(Debug, Default)]
pub(super) struct RichText {
    pub(super) text: String,
    pub(super) look: Look,
    is_in_text: bool,
    keeps_space: bool,
    start: usize,
    readings: u32,
}

impl RichText {
    /// Empties it for another text.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.look = Look::default();
        (self.is_in_text, self.readings) = (false, 0);
    }

    /// Takes a tag that opens.
    pub(super) fn open(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "t" => {
                self.is_in_text = self.readings == 0;
                self.keeps_space = raw_attributes(tag).any(|(name, value)| name == "xml:space" && value == "preserve");
                self.start = self.text.len();
            }
            "rPh" => self.readings += 1,
            _ => self.flag(name, tag),
        }
    }

    /// Takes an empty tag.
    pub(super) fn flag(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "r" | "rPr" => self.look.has_runs = true,
            "strike" => {
                let is_struck = raw_attributes(tag).all(|(name, value)| name != "val" || is_true(value));
                self.look.has_struck_run |= is_struck;
            }
            _ => (),
        }
    }

    /// Takes a tag that closes.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "t" if self.is_in_text => {
                self.is_in_text = false;
                if !self.keeps_space {
                    let piece = self.text[self.start..].trim_matches([' ', '\t', '\r', '\n']).to_owned();
                    self.text.truncate(self.start);
                    self.text.push_str(&piece);
                }
            }
            "rPh" => self.readings = self.readings.saturating_sub(1),
            _ => (),
        }
    }

    /// Takes text.
    pub(super) fn push(&mut self, text: &str) {
        if self.is_in_text && self.text.len() < KEPT {
            self.text.push_str(text);
        }
    }
}

/// The text of an event, where it has any. Entities of the file's own are not followed: they can grow without end.
pub(super) fn event_text<'a>(file: &SheetFile, event: &'a Event<'_>) -> Result<Option<std::borrow::Cow<'a, str>>> {
    Ok(Some(match event {
        Event::Text(text) => text.xml10_content(),
        Event::CData(text) => text.xml10_content(),
        Event::GeneralRef(reference) => resolve(reference, file)?.into(),
        _ => return Ok(None),
    }))
}

/// `&amp;` and `&#26;`.
pub(super) fn resolve(reference: &quick_xml::events::BytesRef<'_>, file: &SheetFile) -> Result<String> {
    let known = quick_xml::escape::resolve_xml_entity(reference.as_ref()).map(str::to_owned);
    let character = || Some(reference.resolve_char_ref().ok()??.to_string());
    known.or_else(character).ok_or_else(|| file.broken("an unknown character reference"))
}

/// Text without Excel's own escapes: `_x000D_` is a control character, `_x005F_` the underscore before what only
/// looks like one.
pub(super) fn unescape(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut units: Vec<u16> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let flush = |units: &mut Vec<u16>, out: &mut String| {
        out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(unit) = escaped_unit(rest) {
            units.push(unit);
            rest = &rest[7..];
            continue;
        }
        flush(&mut units, &mut out);
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    flush(&mut units, &mut out);
    out.into()
}

fn escaped_unit(text: &str) -> Option<u16> {
    let escape = text.as_bytes().get(..7)?;
    let is_escape = escape.starts_with(b"_x") && escape[6] == b'_' && escape[2..6].iter().all(u8::is_ascii_hexdigit);
    u16::from_str_radix(is_escape.then(|| text.get(2..6)).flatten()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{raw_attributes, unescape};
    use quick_xml::events::BytesStart;

    #[test]
    fn escapes_of_excel_are_taken_back() {
        for (text, plain) in [
            ("限时秒杀", "限时秒杀"),
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_!", "😀!"),
            ("_xD83D_!", "\u{fffd}!"),
            ("_xZZZZ_ _x00", "_xZZZZ_ _x00"),
        ] {
            assert_eq!(unescape(text), plain);
        }
    }

    #[test]
    fn attributes_are_split_as_they_are_written() {
        let tag = BytesStart::from_content("c r=\"A1\" s = '3' t=\"s\"/", 1);
        let all: Vec<_> = raw_attributes(&tag).collect();
        assert_eq!(all, [("r", "A1"), ("s", "3"), ("t", "s")]);
    }
}
