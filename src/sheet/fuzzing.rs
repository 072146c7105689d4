//! The step from cells to rows, without a file around it.

use super::columns::Columns;
use super::layout::{Layout, ReadOptions};
use super::read::{Cell, Record};
use super::rows::{Checked, Rows};
use super::unreadable::unreadable;

/// A cell as a workbook holds it.
#[derive(Clone, Debug)]
pub enum Raw {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A date or time.
    Moment(String),
    /// An error.
    Error(String),
}

/// One row: its filled cells by column (from 0, ascending).
pub type RawRow = Vec<(u32, Raw)>;

/// Holds the first row against an operation's headings, and makes rows of the others, numbered from 2; `None`
/// for a blank one, nothing at all where the headings do not fit.
#[must_use]
pub fn rows(layout: &Layout, headings: &RawRow, rows: &[RawRow], is_text: bool) -> Option<Vec<Option<Checked>>> {
    let columns = Columns::of(&record(1, headings), layout);
    if !columns.fits() || !columns.repeated.is_empty() {
        return None;
    }
    let mut reader = Rows::new("Sheet1".to_owned(), columns, &ReadOptions::new(&[]), is_text);
    Some(rows.iter().zip(2..).map(|(row, number)| reader.take(&record(number, row))).collect())
}

fn record(number: u64, row: &RawRow) -> Record {
    let mut record = Record::default();
    record.start(number);
    for (column, raw) in row {
        let cell = match raw {
            Raw::Text(text) => Cell::Text(text),
            Raw::Number(number) => Cell::Number(*number),
            Raw::Bool(value) => Cell::Bool(*value),
            Raw::Moment(text) => Cell::Moment(text),
            Raw::Error(text) => Cell::Error(text),
        };
        record.put(*column, cell);
    }
    record
}

/// Whether every character of a cell can be read; a cell with others is refused.
#[must_use]
pub fn is_readable(text: &str) -> bool {
    unreadable(text).is_none()
}
