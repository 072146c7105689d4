//! The texts that cells share.

use quick_xml::events::Event;

use crate::error::Result;
use crate::sheet::read::file::SheetFile;
use crate::sheet::read::package::Package;
use crate::sheet::read::xml::{Look, RichText, event_text, unescape};

/// All texts in one piece.
#[derive(Debug, Default)]
pub(in crate::sheet::read) struct Strings {
    text: String,
    /// Where each text ends, and whether it has runs of its own look, and struck-through ones.
    ends: Vec<(usize, Look)>,
}

impl Strings {
    /// Reads the part; a workbook without texts has none.
    pub(super) fn read(file: &SheetFile, package: &mut Package, path: &str) -> Result<Self> {
        let mut this = Self::default();
        let Some(mut xml) = package.xml(file, path)? else { return Ok(this) };
        let mut rich = RichText::default();
        let mut has_root = false;
        loop {
            match xml.next()? {
                Event::Start(tag) => {
                    has_root = true;
                    let name = tag.local_name();
                    if name.as_ref() == "si" {
                        rich.clear();
                    } else {
                        rich.open(name.as_ref(), &tag);
                    }
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "si" => this.push("", Look::default()),
                Event::Empty(tag) => {
                    has_root |= tag.local_name().as_ref() == "sst";
                    rich.flag(tag.local_name().as_ref(), &tag);
                }
                Event::End(tag) => match tag.local_name().as_ref() {
                    "si" => this.push(&unescape(&rich.text), rich.look),
                    "sst" => return Ok(this),
                    name => rich.close(name),
                },
                Event::Eof if has_root && this.ends.is_empty() => return Ok(this),
                Event::Eof => return Err(file.broken("the shared texts end in the middle")),
                event => {
                    if let Some(text) = event_text(file, &event)? {
                        rich.push(&text);
                    }
                }
            }
        }
    }

    /// Adds a text.
    pub(in crate::sheet::read) fn push(&mut self, text: &str, look: Look) {
        self.text.push_str(text);
        self.ends.push((self.text.len(), look));
    }

    /// A text by its number.
    pub(in crate::sheet::read) fn get(&self, index: usize) -> Option<(&str, Look)> {
        let (end, look) = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].0);
        Some((self.text.get(start..end)?, look))
    }
}
