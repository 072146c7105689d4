//! `.xls`: the workbook library loads it whole and dense, so what it would ask for is counted first.

use std::fs::File;
use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xls, XlsError};

use super::Worksheet;
use super::biff::{Asked, count};
use super::compound::Compound;
use super::convert::{library_fault, moment};
use super::file::SheetFile;
use super::record::{Cell, Record, Sink};
use super::streamed::worksheets;
use crate::error::{Error, Result};
use crate::sheet::Bounds;
use crate::text;

/// The largest compound file that is looked at; Excel's own limits keep an `.xls` far below it.
const LARGEST: u64 = 256 << 20;

/// A workbook that is held whole.
pub(super) struct Dense {
    book: Box<Xls<Cursor<Vec<u8>>>>,
}

impl Dense {
    pub(super) fn open(file: &SheetFile, opened: &mut File, bounds: &Bounds) -> Result<Self> {
        let largest = LARGEST.min(bounds.decompressed_bytes);
        let mut bytes = Vec::new();
        opened.take(largest + 1).read_to_end(&mut bytes).map_err(|fault| file.broken(fault))?;
        if bytes.len() as u64 > largest {
            let limit = largest >> 20;
            return Err(file.too_big(&text!("文件超过 {limit} MiB", "the file is larger than {limit} MiB")));
        }
        check(file, &bytes, bounds)?;
        let book = Xls::new(Cursor::new(bytes)).map_err(|fault| match fault {
            XlsError::Password => file.encrypted(),
            fault => library_fault(file, &fault),
        })?;
        Ok(Self { book: Box::new(book) })
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        worksheets(self.book.sheets_metadata())
    }

    pub(super) fn scan(&mut self, file: &SheetFile, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let range = self.book.worksheet_range(worksheet).map_err(|fault| library_fault(file, &fault))?;
        let Some((first_row, first_column)) = range.start() else {
            return Ok(());
        };
        let mut record = Record::default();
        for (number, row) in (u64::from(first_row) + 1..).zip(range.rows()) {
            record.start(number);
            for (column, value) in (first_column..).zip(row) {
                put(&mut record, column, value);
            }
            if record.is_empty() {
                continue;
            }
            if sink(&mut record)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Refuses what the library would choke on.
fn check(file: &SheetFile, bytes: &[u8], bounds: &Bounds) -> Result<()> {
    let compound = Compound::parse(bytes).ok_or_else(|| file.broken("its directory is damaged"))?;
    if compound.has("EncryptedPackage") {
        return Err(file.encrypted());
    }
    if !compound.has("Workbook") && !compound.has("Book") {
        return Err(no_workbook(file, &compound));
    }
    let stream = compound.stream("Workbook").or_else(|| compound.stream("Book"));
    let stream = stream.ok_or_else(|| file.broken("its workbook stream is damaged"))?;
    match count(&stream) {
        Asked::Password => Err(file.encrypted()),
        Asked::Nonsense(what) => Err(file.broken(what)),
        Asked::Cells(cells) if cells > bounds.dense_cells => {
            let limit = bounds.dense_cells;
            Err(file.too_big(&text!(
                "工作表范围超过 {limit} 个单元格(可能有一个很远的单元格)",
                "its worksheets span more than {limit} cells (perhaps one cell is far away from the others)"
            )))
        }
        Asked::Cells(_) => Ok(()),
    }
}

fn no_workbook(file: &SheetFile, compound: &Compound<'_>) -> Error {
    file.other(&if compound.has("WordDocument") {
        text!("这是 Word 文档", "this is a Word document")
    } else {
        text!("里面没有工作簿", "there is no workbook in it")
    })
}

/// Puts a cell into the record in our words; an empty one leaves nothing.
fn put(record: &mut Record, column: u32, value: &Data) {
    let cell = match value {
        Data::Empty => return,
        Data::String(text) if text.is_empty() => return,
        Data::String(text) => Cell::Text(text),
        #[expect(clippy::cast_precision_loss, reason = "these come from 30-bit numbers of the file")]
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(when) => return record.put(column, Cell::Moment(&moment(when))),
        Data::DateTimeIso(when) | Data::DurationIso(when) => Cell::Moment(when),
        Data::Error(fault) => return record.put(column, Cell::Error(&fault.to_string())),
    };
    record.put(column, cell);
}
