//! One cell of an `.ods` worksheet: its typed attributes, and the paragraphs of its text.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::file::SheetFile;
use super::ods::attribute;
use super::record::Cell;
use crate::error::Result;
use crate::sheet::bounds::CELL_CHARS;

/// The bytes of a cell's text that are kept: enough to see that it is longer than a cell may be.
const KEPT: usize = (CELL_CHARS + 1) * 4;

/// A cell as the file writes it.
pub(super) struct Value {
    kind: String,
    typed: String,
    is_error: bool,
    text: String,
}

impl Value {
    /// Reads the cell up to its end.
    pub(super) fn read(tag: &BytesStart<'_>, xml: &mut Reader<&mut dyn BufRead>, file: &SheetFile) -> Result<Self> {
        let kind = attribute(tag, "office:value-type");
        let typed = attribute(
            tag,
            match kind.as_str() {
                "string" => "office:string-value",
                "date" => "office:date-value",
                "time" => "office:time-value",
                "boolean" => "office:boolean-value",
                _ => "office:value",
            },
        );
        let is_error = attribute(tag, "calcext:value-type") == "error";
        let text = read_text(tag.name().as_ref(), xml, file)?;
        Ok(Self { kind, typed, is_error, text })
    }

    /// What it holds; `None` for an empty cell.
    pub(super) fn cell(&self) -> Option<Cell<'_>> {
        if self.is_error {
            return Some(Cell::Error(&self.text));
        }
        match self.kind.as_str() {
            "" => None,
            "float" | "percentage" | "currency" => {
                Some(self.typed.trim().parse().map_or(Cell::Text(&self.text), Cell::Number))
            }
            "boolean" => Some(Cell::Bool(self.typed == "true")),
            "date" | "time" => Some(Cell::Moment(&self.typed)),
            _ => {
                let text = if self.typed.is_empty() { &self.text } else { &self.typed };
                (!text.is_empty()).then_some(Cell::Text(text))
            }
        }
    }
}

/// The text of the cell's paragraphs, one a line. Notes and drawings inside it do not count.
fn read_text(cell: &str, xml: &mut Reader<&mut dyn BufRead>, file: &SheetFile) -> Result<String> {
    let mut text = String::new();
    let (mut paragraphs, mut inside, mut left_out) = (0_u32, 0_u32, 0_u32);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))?;
        let has_room = text.len() < KEPT && left_out == 0;
        match event {
            Event::Start(tag) => match tag.name().as_ref() {
                _ if left_out > 0 => left_out += 1,
                "text:p" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                    inside += 1;
                }
                "text:s" if has_room => {
                    let count = attribute(&tag, "text:c").parse().unwrap_or(1_usize);
                    text.extend(std::iter::repeat_n(' ', count.min(KEPT)));
                }
                "text:tab" if has_room => text.push('\t'),
                "text:line-break" if has_room => text.push('\n'),
                name if name.starts_with("text:") => (),
                _ => left_out = 1,
            },
            Event::End(_) if left_out > 0 => {
                left_out -= 1;
            }
            Event::End(tag) if tag.name().as_ref() == "text:p" => inside = inside.saturating_sub(1),
            Event::End(tag) if tag.name().as_ref() == cell => return Ok(text),
            Event::Text(words) if inside > 0 && has_room => text.push_str(&words.xml10_content()),
            Event::CData(words) if inside > 0 && has_room => text.push_str(&words.xml10_content()),
            Event::GeneralRef(reference) if inside > 0 && has_room => text.push_str(&resolve(&reference, file)?),
            Event::Eof => return Err(file.broken("the file ends inside a cell")),
            _ => (),
        }
    }
}

/// `&amp;` and `&#26;`. Entities of the file's own are not followed: they can grow without end.
fn resolve(reference: &BytesRef<'_>, file: &SheetFile) -> Result<String> {
    let known = quick_xml::escape::resolve_xml_entity(reference.as_ref()).map(str::to_owned);
    let character = || Some(reference.resolve_char_ref().ok()??.to_string());
    known.or_else(character).ok_or_else(|| file.broken("an unknown character reference"))
}
