//! `.xlsb`: one cell after another, never the whole worksheet.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::ops::ControlFlow;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsb, XlsbError};

use super::Worksheet;
use super::convert::{library_fault, moment};
use super::file::SheetFile;
use super::record::{Cell, Record, Sink};
use crate::error::Result;
use crate::sheet::Bounds;
use crate::sheet::bounds::{COLUMNS, ROWS};
use crate::text;

/// A workbook whose worksheets are read cell by cell.
pub(super) struct Streamed {
    book: Box<Xlsb<BufReader<File>>>,
}

impl Streamed {
    pub(super) fn xlsb(file: &SheetFile, mut opened: File) -> Result<Self> {
        opened.seek(SeekFrom::Start(0)).map_err(|fault| file.broken(fault))?;
        let book = Xlsb::new(BufReader::new(opened)).map_err(|fault| xlsb_fault(file, &fault))?;
        Ok(Self { book: Box::new(book) })
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        worksheets(self.book.sheets_metadata())
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let mut rows = Rows { file, bounds, sink, record: Record::default(), cells: 0 };
        let opened = self.book.worksheet_cells_reader(worksheet);
        let mut reader = opened.map_err(|fault| xlsb_fault(file, &fault))?;
        while let Some(cell) = reader.next_cell().map_err(|fault| xlsb_fault(file, &fault))? {
            let (row, column) = cell.get_position();
            if rows.take(row, column, cell.get_value())?.is_break() {
                return Ok(());
            }
        }
        rows.hand_over().map(|_| ())
    }
}

pub(super) fn worksheets(sheets: &[calamine::Sheet]) -> Vec<Worksheet> {
    let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    tables.map(|sheet| Worksheet { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible }).collect()
}

/// Gathers cells into rows and keeps count.
struct Rows<'a> {
    file: &'a SheetFile,
    bounds: &'a Bounds,
    sink: Sink<'a>,
    record: Record,
    cells: u64,
}

impl Rows<'_> {
    /// Takes the next cell; the row before it is handed over when a new one begins.
    fn take(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<ControlFlow<()>> {
        self.cells += 1;
        if self.cells > self.bounds.cells {
            let limit = self.bounds.cells;
            return Err(self.file.too_big(&text!("单元格超过 {limit} 个", "it has more than {limit} cells")));
        }
        let number = u64::from(row) + 1;
        if number > ROWS || column >= COLUMNS {
            return Err(self.file.broken("a cell outside of the worksheet"));
        }
        if number < self.record.number {
            return Err(self.file.broken("rows out of order"));
        }
        if number > self.record.number {
            if self.hand_over()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.record.start(number);
        }
        put(&mut self.record, column, value);
        Ok(ControlFlow::Continue(()))
    }

    fn hand_over(&mut self) -> Result<ControlFlow<()>> {
        if self.record.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        (self.sink)(&mut self.record)
    }
}

/// Puts a cell into the record in our words; an empty one leaves nothing.
fn put(record: &mut Record, column: u32, value: &DataRef<'_>) {
    let cell = match value {
        DataRef::Empty | DataRef::SharedString("") => return,
        DataRef::String(text) if text.is_empty() => return,
        DataRef::String(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text),
        #[expect(clippy::cast_precision_loss, reason = "these come from 30-bit numbers of the file")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(when) => return record.put(column, Cell::Moment(&moment(when))),
        DataRef::DateTimeIso(when) | DataRef::DurationIso(when) => Cell::Moment(when),
        DataRef::Error(fault) => return record.put(column, Cell::Error(&fault.to_string())),
    };
    record.put(column, cell);
}

fn xlsb_fault(file: &SheetFile, fault: &XlsbError) -> crate::error::Error {
    match fault {
        XlsbError::Password => file.encrypted(),
        fault => library_fault(file, fault),
    }
}
