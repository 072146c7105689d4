//! Records of delimited text: split at the delimiter, with quotes as RFC 4180 has them, and strict where
//! other readers guess. A stray quote would otherwise swallow the rows that follow it into one cell.

use std::io::{self, BufRead};

use memchr::{memchr, memchr_iter};

/// The longest record. Excel's longest row would be longer, but nobody keeps such a row; a quote
/// that was opened and never closed makes one.
const LONGEST_RECORD: usize = 4 << 20;
/// A number of so many digits at the beginning of a line makes it look like a row.
const ID_DIGITS: usize = 5;

/// Where a quote was opened: the row as Excel shows it, the column counted from 0, and the line of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) row: u64,
    pub(super) column: u32,
    pub(super) line: u64,
}

/// What is wrong with a record.
#[derive(Debug)]
pub(super) enum RecordFault {
    /// The file cannot be read.
    Io(io::Error),
    /// A quote never closes.
    OpenQuote(Opened),
    /// Text follows a closing quote, on this line.
    AfterQuote(Opened, u64),
    /// A quote inside of quotes is escaped by a backslash, which no spreadsheet program reads.
    Backslash(Opened),
    /// A quoted cell holds this line, which looks like a row of its own.
    Swallowed(Opened, u64),
    /// The row that begins on this line does not end.
    LongRecord(u64),
}

impl From<io::Error> for RecordFault {
    fn from(fault: io::Error) -> Self {
        Self::Io(fault)
    }
}

/// Reads one record after another. Every line is a row as Excel counts them, except for those inside of quotes.
pub(super) struct RecordReader<R> {
    source: R,
    delimiter: u8,
    /// The row of the record that was read last.
    row: u64,
    /// How many lines were read.
    line: u64,
    /// The most cells that any record had so far.
    widest: usize,
    /// Whether the last line ended with a line feed.
    is_terminated: bool,
    /// The record as the file has it, without its last line feed.
    raw: Vec<u8>,
    /// The cells of a record with quotes, without them.
    unquoted: Vec<u8>,
    cells: Vec<(usize, usize)>,
    is_quoted: bool,
}

impl<R: BufRead> RecordReader<R> {
    pub(super) fn new(source: R, delimiter: u8) -> Self {
        Self {
            source,
            delimiter,
            row: 0,
            line: 0,
            widest: 0,
            is_terminated: true,
            raw: Vec::new(),
            unquoted: Vec::new(),
            cells: Vec::new(),
            is_quoted: false,
        }
    }

    /// Reads the next record; false at the end.
    pub(super) fn read(&mut self) -> Result<bool, RecordFault> {
        self.widest = self.widest.max(self.cells.len());
        self.raw.clear();
        self.cells.clear();
        let read = self.read_line();
        self.row += 1;
        match read {
            Ok(true) => (),
            Ok(false) => return Ok(false),
            // Perhaps because of a quote, which is then what to say.
            Err(fault @ RecordFault::LongRecord(line)) => {
                self.line = line;
                return self.split_quoted().and(Err(fault));
            }
            Err(fault) => return Err(fault),
        }
        self.is_quoted = memchr(b'"', &self.raw).is_some();
        if self.is_quoted {
            self.split_quoted()?;
        } else {
            let mut start = 0;
            for end in memchr_iter(self.delimiter, &self.raw) {
                self.cells.push((start, end));
                start = end + 1;
            }
            self.cells.push((start, self.raw.len()));
        }
        Ok(true)
    }

    /// The row of the record that was read last.
    pub(super) const fn row(&self) -> u64 {
        self.row
    }

    /// Takes the next record for row 1.
    pub(super) const fn restart_rows(&mut self) {
        self.row = 0;
    }

    /// Whether a line feed ends the record that was read last.
    pub(super) const fn is_terminated(&self) -> bool {
        self.is_terminated
    }

    /// How many cells the record has, empty ones included.
    pub(super) const fn len(&self) -> usize {
        self.cells.len()
    }

    /// The cells of the record that was read last.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        let bytes = if self.is_quoted { &self.unquoted } else { &self.raw };
        // What a decoder wrote is UTF-8, and is cut at ASCII characters alone.
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        self.cells.iter().map(move |(start, end)| text.get(*start..*end).unwrap_or_default())
    }

    /// Adds the next line to the record, without its line feed; false at the end.
    fn read_line(&mut self) -> Result<bool, RecordFault> {
        let mut has_any = false;
        loop {
            let piece = self.source.fill_buf()?;
            if piece.is_empty() {
                self.is_terminated = !has_any;
                break;
            }
            has_any = true;
            if let Some(end) = memchr(b'\n', piece) {
                self.raw.extend_from_slice(&piece[..end]);
                self.source.consume(end + 1);
                self.is_terminated = true;
                break;
            }
            self.raw.extend_from_slice(piece);
            let count = piece.len();
            self.source.consume(count);
            if self.raw.len() > LONGEST_RECORD {
                return Err(RecordFault::LongRecord(self.line + 1));
            }
        }
        self.line += u64::from(has_any);
        Ok(has_any)
    }

    /// Splits a record that has quotes; lines are added as long as one of them is open.
    fn split_quoted(&mut self) -> Result<(), RecordFault> {
        self.unquoted.clear();
        let (mut at, mut after_backslash) = (0, None);
        loop {
            let start = self.unquoted.len();
            if self.raw.get(at) == Some(&b'"') {
                let opened = Opened { row: self.row, column: self.column(), line: self.line };
                at = self.unquote(at + 1, opened)?;
                self.check_swallowed(&self.unquoted[start..], opened)?;
                if self.unquoted.ends_with(b"\\") {
                    after_backslash.get_or_insert(opened);
                }
            } else {
                let end = self.cell_end(at);
                self.unquoted.extend_from_slice(&self.raw[at..end]);
                // `"13\", late"`: the second half of a cell that a backslash was meant to hold together.
                let is_half = memchr_iter(b'"', &self.unquoted[start..]).count() % 2 == 1;
                if let Some(opened) = after_backslash.filter(|_| is_half) {
                    return Err(RecordFault::Backslash(opened));
                }
                at = end;
            }
            self.cells.push((start, self.unquoted.len()));
            if at >= self.raw.len() {
                return Ok(());
            }
            at += 1;
        }
    }

    /// Takes the rest of a quoted cell, and gives where the delimiter or the end after it is.
    fn unquote(&mut self, mut at: usize, opened: Opened) -> Result<usize, RecordFault> {
        loop {
            let Some(length) = memchr(b'"', &self.raw[at..]) else {
                self.unquoted.extend_from_slice(&self.raw[at..]);
                self.unquoted.push(b'\n');
                self.raw.push(b'\n');
                at = self.raw.len();
                match self.read_line() {
                    Ok(true) if self.raw.len() <= LONGEST_RECORD => continue,
                    Ok(_) | Err(RecordFault::LongRecord(_)) => return Err(RecordFault::OpenQuote(opened)),
                    Err(fault) => return Err(fault),
                }
            };
            self.unquoted.extend_from_slice(&self.raw[at..at + length]);
            at += length + 1;
            if self.raw.get(at) == Some(&b'"') {
                self.unquoted.push(b'"');
                at += 1;
                continue;
            }
            let end = self.cell_end(at);
            if self.raw[at..end].iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                return Ok(end);
            }
            let is_escaped = self.unquoted.ends_with(b"\\");
            return Err(if is_escaped {
                RecordFault::Backslash(opened)
            } else {
                RecordFault::AfterQuote(opened, self.line)
            });
        }
    }

    fn cell_end(&self, at: usize) -> usize {
        memchr(self.delimiter, &self.raw[at..]).map_or(self.raw.len(), |length| at + length)
    }

    fn column(&self) -> u32 {
        u32::try_from(self.cells.len()).unwrap_or(u32::MAX)
    }

    /// A quoted cell may have several lines: names, one a line. Lines that look like rows were not meant to be in it.
    fn check_swallowed(&self, cell: &[u8], opened: Opened) -> Result<(), RecordFault> {
        if memchr(b'\n', cell).is_none() {
            return Ok(());
        }
        // What stands before the quote in its own row says what a row begins with.
        let before: Vec<&[u8]> =
            self.cells.iter().map(|(start, end)| self.unquoted[*start..*end].trim_ascii()).collect();
        let has_ids = before.iter().any(|cell| is_id(cell));
        let is_row = |line: &[u8]| {
            let cells: Vec<&[u8]> = line.split(|byte| *byte == self.delimiter).map(<[u8]>::trim_ascii).collect();
            if has_ids {
                let pairs = || before.iter().zip(&cells).map(|(before, cell)| (is_id(before), is_id(cell)));
                return cells.len() > 1
                    && pairs().all(|(before, cell)| before == cell)
                    && pairs().any(|(_, cell)| cell);
            }
            cells.len() > 2 && cells.len() >= self.widest
        };
        // Before the first line the row has its own cells; the other lines begin where a row would.
        let skipped = usize::from(opened.column > 0);
        match cell.split(|byte| *byte == b'\n').enumerate().skip(skipped).find(|(_, line)| is_row(line)) {
            Some((at, _)) => Err(RecordFault::Swallowed(opened, opened.line + at as u64)),
            None => Ok(()),
        }
    }
}

/// Whether a cell is a number as long as ids are.
fn is_id(cell: &[u8]) -> bool {
    cell.len() >= ID_DIGITS && cell.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{Opened, RecordFault, RecordReader};
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, RecordFault> {
        let mut reader = RecordReader::new(text.as_bytes(), b',');
        let mut records = Vec::new();
        while reader.read()? {
            records.push(reader.cells().map(str::to_owned).collect());
        }
        Ok(records)
    }

    fn fault(text: &str) -> RecordFault {
        read(text).expect_err("a fault")
    }

    const AT_B2: Opened = Opened { row: 2, column: 1, line: 2 };

    #[test]
    fn cells_lose_their_quotes_and_keep_their_line_ends() {
        let read = read("a,\"b\nc\",\"d\"\"e\"\n\n,\"\" ,x\"y\n\"z\"").expect("records");
        assert_eq!(read, [vec!["a", "b\nc", "d\"e"], vec![""], vec!["", "", "x\"y"], vec!["z"]]);
    }

    #[test]
    fn an_open_quote_is_told_with_its_place() {
        assert!(matches!(fault("a,b\nc,\"d\ne,f\n"), RecordFault::OpenQuote(AT_B2)));
        let long = format!("a\nb,\"{}", "x".repeat(5 << 20));
        assert!(matches!(fault(&long), RecordFault::OpenQuote(AT_B2)));
        let long = format!("a\nb,{}", "x".repeat(5 << 20));
        assert!(matches!(fault(&long), RecordFault::LongRecord(2)));
    }

    #[test]
    fn text_after_a_closing_quote_and_backslashes_are_told_apart() {
        assert!(matches!(fault("a,b\n1,\"c\"d\n"), RecordFault::AfterQuote(AT_B2, 2)));
        assert!(matches!(fault("a,b\n1,\"c\nd,\"e\n"), RecordFault::AfterQuote(AT_B2, 3)));
        for escaped in ["\"13\\\" wide\"", "\"13\\\", late\"", "\"a \\\"b\\\" c\""] {
            assert!(matches!(fault(&format!("a,b\n1,{escaped}\n")), RecordFault::Backslash(AT_B2)), "{escaped}");
        }
        assert!(read("a,\"C:\\temp\\\",b").is_ok(), "a folder's name");
    }

    #[test]
    fn rows_inside_of_a_quoted_cell_are_seen_and_honest_lines_are_not() {
        for (rows, line) in [
            ("12345,\"x,late\n23456,y,late\"\n", 3),
            ("12345,x,\"late\n23456,y,late\"\n", 3),
            ("12345,x,\"late\n\n23456,y\",late\n", 4),
            ("\"12345,x,late\n23456,y,late\"\n", 2),
            ("A1,x,\"late\nA2,y,late\"\n", 3),
        ] {
            let found = fault(&format!("SPU,name,reason\n{rows}"));
            assert!(
                matches!(found, RecordFault::Swallowed(Opened { line: 2, .. }, at) if at == line),
                "{rows:?}: {found:?}"
            );
        }
        for honest in ["x\ny\nz", "x, y\ny, z", "1. late\n2. broken, lost", "12345\n23456", "late, 12345"] {
            assert!(read(&format!("SPU,name,reason\n12345,\"{honest}\",late\n")).is_ok(), "{honest:?}");
        }
    }

    #[test]
    fn every_line_outside_of_quotes_is_a_row() {
        let mut reader = RecordReader::new("a\n\n\"b\nc\"\nd".as_bytes(), b',');
        let mut seen = Vec::new();
        while reader.read().expect("a record") {
            seen.push((reader.row(), reader.is_terminated()));
        }
        assert_eq!(seen, [(1, true), (2, true), (3, true), (4, false)]);
    }

    proptest! {
        /// What is read at all is read as the CSV library reads it, blank lines aside.
        #[test]
        fn records_are_those_of_the_csv_library(text in "[a1,\"\n]{0,24}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let records = reader.records().filter_map(Result::ok);
            let expected: Vec<Vec<String>> = records.map(|record| record.iter().map(str::to_owned).collect()).collect();
            if let Ok(records) = read(&text) {
                let filled: Vec<Vec<String>> = records.into_iter().filter(|cells| cells != &[""]).collect();
                let expected: Vec<Vec<String>> = expected.into_iter().filter(|cells| cells != &[""]).collect();
                prop_assert_eq!(filled, expected);
            }
        }
    }
}
