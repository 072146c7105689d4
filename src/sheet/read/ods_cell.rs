//! One cell of an `.ods` worksheet: its typed attributes, and the paragraphs of its text.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::file::SheetFile;
use super::ods_styles::{Styles, attribute, find_attribute};
use super::record::Cell;
use super::xml::{KEPT, resolve};
use crate::error::Result;
use crate::sheet::number::general;

/// A cell as the file writes it.
pub(super) struct Value {
    kind: String,
    typed: Option<String>,
    is_error: bool,
    formula: Option<String>,
    text: String,
    /// Whether a part of its text is struck through by a style of its own.
    pub(super) has_struck_part: bool,
}

impl Value {
    /// Reads the cell up to its end.
    pub(super) fn read(
        tag: &BytesStart<'_>,
        xml: &mut Reader<&mut dyn BufRead>,
        file: &SheetFile,
        styles: &Styles,
    ) -> Result<Self> {
        let kind = attribute(tag, "office:value-type");
        let typed = find_attribute(
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
        let formula = find_attribute(tag, "table:formula");
        let (text, has_struck_part) = Paragraphs::read(tag.name().as_ref(), xml, file, styles)?;
        Ok(Self { kind, typed, is_error, formula, text, has_struck_part })
    }

    /// What it holds; `None` for an empty cell.
    pub(super) fn cell(&self) -> Option<Cell<'_>> {
        if self.is_error {
            return Some(Cell::Error(&self.text));
        }
        let text = (!self.text.is_empty()).then_some(&*self.text);
        let typed = self.typed.as_deref();
        // A result of no characters is one; nothing at all is a formula that nobody has worked out yet.
        if let (Some(formula), None, None) = (&self.formula, typed, text) {
            return Some(Cell::NoValue(formula.strip_prefix("of:").unwrap_or(formula)));
        }
        match self.kind.as_str() {
            "float" | "percentage" | "currency" => Some(self.number(typed.unwrap_or_default(), text)),
            "boolean" => Some(Cell::Bool(typed == Some("true"))),
            "date" | "time" => Some(text.map_or(Cell::UnclearMoment(typed.unwrap_or_default()), Cell::Moment)),
            "" => text.map(Cell::Text),
            _ => typed.filter(|typed| !typed.is_empty()).or(text).map(Cell::Text),
        }
    }

    /// A number with the text that the sheet shows for it.
    fn number<'a>(&self, typed: &'a str, text: Option<&'a str>) -> Cell<'a> {
        let Ok(number) = typed.trim().parse::<f64>() else {
            return Cell::Text(text.unwrap_or_default());
        };
        match text {
            Some(text) if general(number) != text => Cell::Formatted(number, text),
            None if self.kind != "float" => Cell::Unclear(typed),
            _ => Cell::Number(number),
        }
    }
}

/// The text of a cell's paragraphs, one a line. Notes, drawings and readings (ruby) inside it do not count.
struct Paragraphs<'a> {
    file: &'a SheetFile,
    styles: &'a Styles,
    text: String,
    has_struck_part: bool,
    paragraphs: u32,
    /// How deep inside paragraphs, and inside what does not count.
    inside: u32,
    left_out: u32,
}

impl<'a> Paragraphs<'a> {
    fn read(
        cell: &str,
        xml: &mut Reader<&mut dyn BufRead>,
        file: &'a SheetFile,
        styles: &'a Styles,
    ) -> Result<(String, bool)> {
        let text = String::new();
        let mut this = Self { file, styles, text, has_struck_part: false, paragraphs: 0, inside: 0, left_out: 0 };
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))?;
            let has_room = this.inside > 0 && this.text.len() < KEPT && this.left_out == 0;
            match event {
                Event::Start(tag) => this.begin(&tag),
                Event::End(_) if this.left_out > 0 => this.left_out -= 1,
                Event::End(tag) if tag.name().as_ref() == "text:p" => this.inside = this.inside.saturating_sub(1),
                Event::End(tag) if tag.name().as_ref() == cell => return Ok((this.text, this.has_struck_part)),
                Event::Text(words) if has_room => this.text.push_str(&words.xml10_content()),
                Event::CData(words) if has_room => this.text.push_str(&words.xml10_content()),
                Event::GeneralRef(reference) if has_room => this.text.push_str(&resolve(&reference, this.file)?),
                Event::Eof => return Err(file.broken("the file ends inside a cell")),
                _ => (),
            }
        }
    }

    fn begin(&mut self, tag: &BytesStart<'_>) {
        let has_room = self.text.len() < KEPT;
        match tag.name().as_ref() {
            _ if self.left_out > 0 => self.left_out += 1,
            "text:p" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.inside += 1;
            }
            "text:span" => {
                self.has_struck_part |= self.styles.is_struck(&attribute(tag, "text:style-name"));
            }
            "text:s" if has_room => {
                let count = attribute(tag, "text:c").parse().unwrap_or(1_usize);
                self.text.extend(std::iter::repeat_n(' ', count.min(KEPT)));
            }
            "text:tab" if has_room => self.text.push('\t'),
            "text:line-break" if has_room => self.text.push('\n'),
            "text:ruby-text" | "text:note" => self.left_out = 1,
            name if name.starts_with("text:") => (),
            _ => self.left_out = 1,
        }
    }
}
