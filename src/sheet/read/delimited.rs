//! `.csv` and `.tsv`: one record at a time.

use std::fs::File;
use std::io::Read as _;

use super::file::SheetFile;
use super::record::{Cell, Record, Sink};
use super::text_file::TextFile;
use super::text_record::{Opened, RecordFault, RecordReader};
use crate::error::{Error, Result};
use crate::sheet::Bounds;
use crate::sheet::bounds::COLUMNS;
use crate::sheet::place::cell_place;
use crate::text;

/// How much of the beginning is looked at to tell the delimiter, in decoded bytes.
const HEAD: u64 = 64 << 10;
/// The rows among which the headings are.
const HEADING_ROWS: usize = 10;

/// A text file of records.
pub(super) struct Delimited {
    text: TextFile,
    delimiter: u8,
    /// Whether the first line is `sep=;`, which Excel takes as an instruction and not as a row.
    instructed: bool,
}

impl Delimited {
    /// Tells encoding and delimiter. `is_heading` knows the headings that somebody may look for.
    pub(super) fn open(
        file: &SheetFile,
        opened: File,
        bounds: &Bounds,
        is_heading: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let text = TextFile::open(file, opened, bounds.decompressed_bytes, false)?;
        let mut this = Self { text, delimiter: b',', instructed: false };
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
        let mut reader = RecordReader::new(self.text.stream(file)?, self.delimiter);
        let mut record = Record::default();
        let mut cells = 0_u64;
        let mut is_instruction = self.instructed;
        let mut width = Width::default();
        let worksheet = file.name();
        while reader.read().map_err(|fault| broken(file, fault))? {
            if std::mem::take(&mut is_instruction) {
                reader.restart_rows();
                continue;
            }
            let row = reader.row();
            if reader.len() as u64 > u64::from(COLUMNS) {
                return Err(file.broken(format_args!("row {row} has {} cells", reader.len())));
            }
            record.start(row);
            for (column, cell) in (0..).zip(reader.cells()).filter(|(_, cell)| !cell.is_empty()) {
                self.text.check_encoding(file, cell, &worksheet, column, row)?;
                record.put(column, Cell::Text(bare(cell)));
            }
            cells += record.len() as u64;
            if cells > bounds.cells {
                let limit = bounds.cells;
                return Err(file.too_big(&text!("单元格超过 {limit} 个", "it has more than {limit} cells")));
            }
            if !record.is_empty() {
                if !reader.is_terminated() && width.is_short(reader.len()) {
                    return Err(
                        file.cut_off_at(&text!("最后一行（第 {row} 行）不完整", "its last row, {row}, is not whole"))
                    );
                }
                width.take(reader.len());
                if sink(&mut record)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The beginning, decoded. What is wrong further on is told when it is read.
    fn head(&self, file: &SheetFile) -> Result<String> {
        let mut head = Vec::new();
        self.text.stream(file)?.take(HEAD).read_to_end(&mut head).map_err(|fault| file.broken(fault))?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    }
}

/// How many cells the rows have, as long as all have the same number.
#[derive(Default)]
enum Width {
    #[default]
    Unknown,
    Same {
        cells: usize,
        rows: u64,
    },
    Different,
}

impl Width {
    fn take(&mut self, count: usize) {
        *self = match *self {
            Self::Unknown => Self::Same { cells: count, rows: 1 },
            Self::Same { cells, rows } if cells == count => Self::Same { cells, rows: rows + 1 },
            _ => Self::Different,
        };
    }

    /// Whether a last row of so many cells can only be a part of one.
    fn is_short(&self, count: usize) -> bool {
        matches!(*self, Self::Same { cells, rows } if rows > 1 && count < cells)
    }
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
        let mut reader = RecordReader::new(head.as_bytes(), delimiter);
        let mut best = (0, 0);
        for _ in 0..HEADING_ROWS {
            if !matches!(reader.read(), Ok(true)) {
                break;
            }
            best = best.max((reader.cells().filter(|cell| is_heading(cell)).count(), reader.len()));
        }
        best
    };
    let best = order.map(score).into_iter().max().unwrap_or_default();
    order.into_iter().find(|delimiter| score(*delimiter) == best).unwrap_or(b',')
}

/// A cell without the dress of `="4975750079"`, in which back offices write ids so that Excel keeps
/// them as text.
pub(super) fn bare(field: &str) -> &str {
    let inner = field.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

fn broken(file: &SheetFile, fault: RecordFault) -> Error {
    let place = |opened: Opened| cell_place(&file.name(), opened.column, opened.row);
    let shown = file.shown();
    let what = match fault {
        RecordFault::Io(fault) => return file.broken(fault),
        RecordFault::LongRecord(line) => text!("{shown} 第 {line} 行太长", "{shown}: line {line} is too long"),
        RecordFault::OpenQuote(opened) => {
            let (place, line) = (place(opened), opened.line);
            text!(
                "{shown}：{place} 的双引号（文件第 {line} 行）没有关闭，后面的行会被吞进这一格",
                "{shown}: {place}: a quote opened on line {line} never closes and would swallow the rows after it"
            )
        }
        RecordFault::AfterQuote(opened, end) => {
            let (place, line) = (place(opened), opened.line);
            text!(
                "{shown}：{place} 的双引号从文件第 {line} 行开始，在第 {end} 行关闭，后面却还有文字",
                "{shown}: {place}: a quote opened on line {line} closes on line {end}, and text follows it"
            )
        }
        RecordFault::Backslash(opened) => {
            let (place, line) = (place(opened), opened.line);
            text!(
                "{shown}：{place}（文件第 {line} 行）用反斜杠表示双引号（\\\"），Excel 不这样读",
                "{shown}: {place} (line {line}) escapes a quote with a backslash (\\\"), which Excel does not read"
            )
        }
        RecordFault::Swallowed(opened, found) => {
            let (place, line) = (place(opened), opened.line);
            text!(
                "{shown}：{place} 的双引号从文件第 {line} 行开始，把第 {found} 行也包在了里面，而那一行像是另一条记录",
                "{shown}: {place}: a quote opened on line {line} takes in line {found}, which looks like a row of its own"
            )
        }
    };
    Error::usage(what).next(text!(
        "请检查那里的双引号：要成对，内容里的双引号写成两个（\"\"）；或用 Excel 另存为 .xlsx",
        "check the quotes there: they come in pairs, and one inside of a cell is written twice (\"\"); or save the sheet as .xlsx from Excel"
    ))
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
