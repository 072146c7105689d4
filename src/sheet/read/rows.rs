//! Cells gathered into rows, the same for every workbook format: kept count of, marked, and handed over in order.

use std::ops::ControlFlow;

use super::file::SheetFile;
use super::merged::{Merges, Range};
use super::record::{Cell, Mark, Record, Sink};
use crate::error::Result;
use crate::sheet::Bounds;
use crate::sheet::bounds::{COLUMNS, ROWS};
use crate::text;

/// Gathers cells into rows and keeps count.
pub(super) struct Rows<'a> {
    pub(super) file: &'a SheetFile,
    bounds: &'a Bounds,
    sink: Sink<'a>,
    record: Record,
    merges: Merges,
    cells: u64,
    /// The column of a cell that does not say its own.
    pub(super) next_column: u32,
    /// Whether the file begins the current row a second time, after cells of it.
    is_begun_again: bool,
    /// Runs of columns that nobody sees: the first and the last one.
    hidden_columns: Vec<(u32, u32)>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(file: &'a SheetFile, bounds: &'a Bounds, merges: Merges, sink: Sink<'a>) -> Self {
        let (record, hidden_columns) = (Record::default(), Vec::new());
        Self { file, bounds, sink, record, merges, cells: 0, next_column: 0, is_begun_again: false, hidden_columns }
    }

    /// The number of the current row; 0 before the first one.
    pub(super) fn number(&self) -> u64 {
        self.record.number
    }

    /// Columns that nobody sees.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        if self.hidden_columns.len() < COLUMNS as usize {
            self.hidden_columns.push((first, last));
        }
    }

    /// Adds merged cells whose first row is the current one.
    pub(super) fn merge(&mut self, range: Range) -> Result<()> {
        self.merges.add(self.file, range)
    }

    /// Begins a row; the one before it is handed over. Breaks when nobody wants more.
    pub(super) fn begin(&mut self, number: u64, is_hidden: bool) -> Result<ControlFlow<()>> {
        if !(1..=ROWS).contains(&number) {
            return Err(self.file.broken("a row outside of the worksheet"));
        }
        if number < self.record.number {
            return Err(self.file.broken(format_args!("row {number} after row {}", self.record.number)));
        }
        self.next_column = 0;
        if number == self.record.number {
            // Both are one record, so that neither can be done without the other. Some writers name the last row
            // once more without cells, for its height alone: nothing is lost by that.
            self.is_begun_again = !self.record.is_empty();
            self.record.is_hidden |= is_hidden;
            return Ok(ControlFlow::Continue(()));
        }
        if self.hand_over()?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.record.start(number);
        self.is_begun_again = false;
        self.record.is_hidden = is_hidden;
        Ok(ControlFlow::Continue(()))
    }

    /// Hands the current row over, where it has any cell.
    pub(super) fn hand_over(&mut self) -> Result<ControlFlow<()>> {
        if self.record.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.merges.mark(self.file, &mut self.record)?;
        (self.sink)(&mut self.record)
    }

    /// Counts a cell of the file, filled or not.
    pub(super) fn count_cell(&mut self, column: u32) -> Result<()> {
        if column >= COLUMNS || self.record.number == 0 {
            return Err(self.file.broken("a cell outside of the worksheet"));
        }
        self.cells += 1;
        if self.cells > self.bounds.cells {
            let limit = self.bounds.cells;
            return Err(self.file.too_big(&text!("单元格超过 {limit} 个", "it has more than {limit} cells")));
        }
        Ok(())
    }

    /// Puts a filled cell into the current row.
    pub(super) fn put(&mut self, column: u32, cell: Cell<'_>, is_struck: bool) {
        self.record.put(column, cell);
        self.record.is_repeated |= self.is_begun_again;
        if is_struck {
            self.record.mark(column, Mark::Struck);
        }
        if self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column)) {
            self.record.mark(column, Mark::InHiddenColumn);
        }
    }

    /// Marks a cell of the current row as one that nobody sees.
    pub(super) fn mark_hidden(&mut self, column: u32) {
        self.record.mark(column, Mark::InHiddenColumn);
    }
}
