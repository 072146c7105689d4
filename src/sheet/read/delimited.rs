//! `.csv` and `.tsv`: one record at a time.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::encoding::{Told, tell};
use super::file::SheetFile;
use super::record::{Cell, Record, Sink};
use super::text_stream::{TextFault, TextStream};
use crate::error::{Error, Result};
use crate::sheet::Bounds;
use crate::sheet::bounds::COLUMNS;
use crate::text;

/// How much of the beginning is looked at to tell the delimiter, in decoded bytes.
const HEAD: u64 = 64 << 10;
/// The rows among which the headings are.
const HEADING_ROWS: usize = 10;

/// A text file of records.
pub(super) struct Delimited {
    opened: File,
    told: Told,
    delimiter: u8,
    /// Whether the first line is `sep=;`, which Excel takes as an instruction and not as a row.
    instructed: bool,
}

impl Delimited {
    /// Tells encoding and delimiter. `is_heading` knows the headings that somebody may look for.
    pub(super) fn open(
        file: &SheetFile,
        mut opened: File,
        bounds: &Bounds,
        is_heading: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let size = opened.metadata().map_err(|fault| file.broken(fault))?.len();
        if size > bounds.decompressed_bytes {
            let limit = bounds.decompressed_bytes >> 20;
            return Err(file.too_big(&text!("文件超过 {limit} MiB", "the file is larger than {limit} MiB")));
        }
        let told = tell(file, &mut opened)?;
        let mut this = Self { opened, told, delimiter: b',', instructed: false };
        let head = this.head(file)?;
        if let Some(delimiter) = instruction(&head) {
            this.delimiter = delimiter;
            this.instructed = true;
        } else {
            this.delimiter = guess(&head, file.ending() == "tsv", is_heading);
        }
        Ok(this)
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, sink: Sink<'_>) -> Result<()> {
        let stream = self.stream(file)?;
        let mut reader = reader(self.delimiter, stream);
        let (mut fields, mut record) = (StringRecord::new(), Record::default());
        let (mut row, mut cells, mut line) = (0, 0_u64, 1);
        let mut instructed = self.instructed;
        while reader.read_record(&mut fields).map_err(|fault| broken(file, &fault))? {
            // Excel makes each record a row, and each empty line between two records as well; the
            // reader passes over those, so they are counted by the lines that it went on.
            let inner: u64 = fields.as_slice().bytes().map(|byte| u64::from(byte == b'\n')).sum();
            let lines = reader.position().line() - line;
            line = reader.position().line();
            row += lines.saturating_sub(inner).max(1);
            if std::mem::take(&mut instructed) {
                row = 0;
                continue;
            }
            if fields.len() as u64 > u64::from(COLUMNS) {
                return Err(file.broken(format_args!("row {row} has {} cells", fields.len())));
            }
            record.start(row);
            for (column, field) in (0..).zip(&fields).filter(|(_, field)| !field.is_empty()) {
                record.put(column, Cell::Text(bare(field)));
            }
            cells += record.len() as u64;
            if cells > bounds.cells {
                let limit = bounds.cells;
                return Err(file.too_big(&text!("单元格超过 {limit} 个", "it has more than {limit} cells")));
            }
            if !record.is_empty() && sink(&mut record)?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn stream(&self, file: &SheetFile) -> Result<TextStream<&File>> {
        let mut source = &self.opened;
        source.seek(SeekFrom::Start(self.told.mark)).map_err(|fault| file.broken(fault))?;
        Ok(TextStream::new(source, self.told.encoding.new_decoder_without_bom_handling(), self.delimiter))
    }

    /// The beginning, decoded. What is wrong further on is told when it is read.
    fn head(&self, file: &SheetFile) -> Result<String> {
        let mut head = Vec::new();
        let read = self.stream(file)?.take(HEAD).read_to_end(&mut head);
        if let Err(fault) = read
            && head.is_empty()
        {
            return Err(broken(file, &csv::Error::from(fault)));
        }
        Ok(String::from_utf8_lossy(&head).into_owned())
    }
}

fn reader<R: Read>(delimiter: u8, source: R) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(source)
}

/// The delimiter that a first line `sep=;` names.
fn instruction(head: &str) -> Option<u8> {
    let line = head.lines().next()?.trim().trim_matches('"');
    let named = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))?;
    match named.as_bytes() {
        [delimiter] if delimiter.is_ascii_punctuation() || matches!(delimiter, b' ') => Some(*delimiter),
        // A tab is trimmed away with the end of the line.
        [] => Some(b'\t'),
        _ => None,
    }
}

/// The delimiter under which a row has the most known headings; then the one that makes most cells.
fn guess(head: &str, is_tabbed: bool, is_heading: &dyn Fn(&str) -> bool) -> u8 {
    let order = if is_tabbed { *b"\t,;" } else { *b",\t;" };
    let score = |delimiter: u8| {
        let mut reader = reader(delimiter, head.as_bytes());
        let rows = reader.records().take(HEADING_ROWS).map_while(std::result::Result::ok);
        rows.map(|row| (row.iter().filter(|cell| is_heading(cell)).count(), row.len())).max().unwrap_or_default()
    };
    let best = order.map(score).into_iter().max().unwrap_or_default();
    order.into_iter().find(|delimiter| score(*delimiter) == best).unwrap_or(b',')
}

/// A cell without the dress of `="4975750079"`, in which back offices write ids so that Excel keeps
/// them as text.
fn bare(field: &str) -> &str {
    let inner = field.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

fn broken(file: &SheetFile, fault: &csv::Error) -> Error {
    let inner = match fault.kind() {
        csv::ErrorKind::Io(fault) => fault.get_ref().and_then(|fault| fault.downcast_ref::<TextFault>()),
        _ => None,
    };
    let shown = file.shown();
    let next = text!(
        "请检查这一行的双引号是否成对,或用 Excel 另存为 .xlsx",
        "check that the quotes of that line come in pairs, or save the sheet as .xlsx from Excel"
    );
    match inner {
        Some(TextFault::OpenQuote(line)) => Error::usage(text!(
            "{shown} 第 {line} 行打开的双引号没有关闭,后面的行会被吞掉",
            "{shown}: a quote opened on line {line} never closes and would swallow the rows after it"
        ))
        .next(next),
        Some(TextFault::LongRecord(line)) => {
            Error::usage(text!("{shown} 第 {line} 行太长", "{shown}: line {line} is too long")).next(next)
        }
        None => file.broken(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, guess, instruction};

    #[test]
    fn the_delimiter_is_the_one_that_shows_the_headings() {
        let is_heading = |cell: &str| matches!(cell, "SPU" | "活动名称" | "理由");
        for (head, expected) in [
            ("SPU,活动名称,理由\n", b','),
            ("SPU\t活动名称\t理由\n1\ta,b,c,d,e\n", b'\t'),
            ("第一周,华南,张三,备用\nSPU;活动名称;理由\n", b';'),
            ("SPU\n", b','),
            ("a;b;c\n", b';'),
        ] {
            assert_eq!(char::from(guess(head, false, &is_heading)), char::from(expected), "{head:?}");
        }
        assert_eq!(guess("SPU\n", true, &is_heading), b'\t');
    }

    #[test]
    fn a_first_line_may_name_the_delimiter() {
        assert_eq!(instruction("sep=;\nSPU;x\n"), Some(b';'));
        assert_eq!(instruction("\"sep=,\"\n"), Some(b','));
        assert_eq!(instruction("SEP=\t\r\n"), Some(b'\t'));
        assert_eq!(instruction("separate\n"), None);
    }

    #[test]
    fn ids_dressed_as_formulas_are_undressed() {
        assert_eq!(bare("=\"4975750079\""), "4975750079");
        assert_eq!(bare("=\"a\"&\"b\""), "=\"a\"&\"b\"");
        assert_eq!(bare("=1+1"), "=1+1");
    }
}
