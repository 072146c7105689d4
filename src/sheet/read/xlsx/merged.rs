//! The merged ranges of a worksheet. They are written behind the rows that they are about, so they are gathered when
//! the part is unpacked for the first time, without reading the rest of it as XML.

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::cells::cell_name;
use crate::error::Result;
use crate::sheet::bounds::{COLUMNS, MERGED, ROWS};
use crate::sheet::read::file::SheetFile;
use crate::sheet::read::merged::Range;
use crate::sheet::read::ods_styles::attribute;
use crate::text;

const NAME: &[u8] = b"mergeCells";
/// The longest prefix of a namespace before the name.
const PREFIX: usize = 64;
/// The bytes that the ranges may take.
const LONGEST: usize = MERGED * 64;

/// Looks through a worksheet piece by piece.
#[derive(Debug, Default)]
pub(in crate::sheet::read) struct MergedScan {
    /// The end of what was looked through, where the tag may begin; then all from the tag on, to its end.
    kept: Vec<u8>,
    is_found: bool,
    has_ended: bool,
}

impl MergedScan {
    /// Takes the next piece of the part.
    pub(in crate::sheet::read) fn take(&mut self, file: &SheetFile, piece: &[u8]) -> Result<()> {
        if self.has_ended {
            return Ok(());
        }
        let looked_through = self.kept.len().saturating_sub(NAME.len());
        self.kept.extend_from_slice(piece);
        if self.is_found {
            let from = looked_through.max(NAME.len() + PREFIX).min(self.kept.len());
            let end = memmem::find(&self.kept[from..], NAME);
            self.has_ended = end.is_some_and(|end| memchr::memchr(b'>', &self.kept[from + end..]).is_some());
        } else if let Some(start) = memmem::find_iter(&self.kept, NAME).find_map(|at| tag_start(&self.kept, at)) {
            self.kept.drain(..start);
            self.is_found = true;
        } else {
            let done = self.kept.len().saturating_sub(NAME.len() + PREFIX);
            self.kept.drain(..done);
        }
        if self.kept.len() > LONGEST {
            return Err(file.too_big(&text!("合并单元格超过 {MERGED} 处", "it has more than {MERGED} merged ranges")));
        }
        Ok(())
    }

    /// The ranges.
    pub(in crate::sheet::read) fn ranges(&self, file: &SheetFile) -> Result<Vec<Range>> {
        let mut ranges = Vec::new();
        if !self.is_found {
            return Ok(ranges);
        }
        let mut xml = Reader::from_reader(self.kept.as_slice());
        xml.config_mut().check_end_names = false;
        loop {
            match xml.read_event().map_err(|fault| file.broken(fault))? {
                Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "mergeCell" => {
                    let name = attribute(&tag, "ref");
                    let range = range(&name).ok_or_else(|| file.broken(format_args!("merged cells named {name}")))?;
                    ranges.push(range);
                }
                Event::End(tag) if tag.local_name().as_ref() == "mergeCells" => return Ok(ranges),
                Event::Empty(tag) if tag.local_name().as_ref() == "mergeCells" => return Ok(ranges),
                Event::Eof => return Ok(ranges),
                _ => (),
            }
        }
    }
}

/// Where the tag of the name at `at` begins; `None` where it is no tag's.
fn tag_start(bytes: &[u8], at: usize) -> Option<usize> {
    let first = at.saturating_sub(PREFIX);
    let start = first + bytes[first..at].iter().rposition(|byte| *byte == b'<')?;
    let prefix = &bytes[start + 1..at];
    let is_prefix =
        prefix.is_empty() || prefix.ends_with(b":") && !prefix.iter().any(|byte| matches!(byte, b' ' | b'>'));
    is_prefix.then_some(start)
}

fn range(name: &str) -> Option<Range> {
    let (first, last) = name.split_once(':').unwrap_or((name, name));
    let (first, last) = (cell_name(first)?, cell_name(last)?);
    let is_inside = last.0 < COLUMNS && last.1 <= ROWS && first.0 <= last.0 && first.1 <= last.1;
    is_inside.then_some(Range { rows: (first.1, last.1), columns: (first.0, last.0) })
}

#[cfg(test)]
mod tests {
    use super::{MergedScan, SheetFile};
    use std::path::Path;

    fn found(xml: &str, piece: usize) -> Vec<String> {
        let file = SheetFile::new(Path::new("week.xlsx"));
        let mut scan = MergedScan::default();
        for piece in xml.as_bytes().chunks(piece) {
            scan.take(&file, piece).expect("small");
        }
        scan.ranges(&file).expect("ranges").iter().map(super::Range::name).collect()
    }

    #[test]
    fn ranges_are_found_wherever_the_pieces_are_cut() {
        let rows = "<row r=\"1\"><c r=\"A1\"><is><t>:mergeCells mergeCells</t></is></c></row>".repeat(9);
        let merged = "<x:mergeCells count=\"2\"><x:mergeCell ref=\"F2:F3\"/><x:mergeCell ref=\"A1\"></x:mergeCell></x:mergeCells>";
        let xml = format!("<worksheet><sheetData>{rows}</sheetData>{merged}<pageMargins/></worksheet>");
        for piece in [1, 2, 7, 64, 100, 100_000] {
            assert_eq!(found(&xml, piece), ["F2:F3", "A1:A1"], "{piece}");
            assert_eq!(found(&xml.replace("x:", ""), piece), ["F2:F3", "A1:A1"], "{piece}");
            assert!(found(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"), piece).is_empty());
        }
        assert!(found("<worksheet><mergeCells count=\"0\"/><pageMargins/></worksheet>", 3).is_empty());
    }
}
