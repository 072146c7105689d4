//! What every format is turned into: one row after another, each with the cells that hold something.

use std::ops::ControlFlow;

use crate::error::Result;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sheet) enum Cell {
    /// Text, as typed.
    Text(String),
    /// A number. Every workbook format keeps numbers as this.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A date, a time, or both, written as ISO 8601 does.
    Moment(String),
    /// An error such as `#REF!`.
    Error(String),
}

/// One row: its number as Excel shows it, and its filled cells with their columns (counted from 0,
/// ascending).
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sheet) struct Record {
    pub(in crate::sheet) number: u64,
    pub(in crate::sheet) cells: Vec<(u32, Cell)>,
}

impl Record {
    /// Puts a cell into its column. Cells come in order from every sane writer; others are sorted in.
    pub(super) fn put(&mut self, column: u32, cell: Cell) {
        match self.cells.last() {
            Some((last, _)) if *last >= column => match self.cells.binary_search_by_key(&column, |(known, _)| *known) {
                Ok(at) => self.cells[at].1 = cell,
                Err(at) => self.cells.insert(at, (column, cell)),
            },
            _ => self.cells.push((column, cell)),
        }
    }
}

/// Takes one row, and says whether more are wanted. It may take the cells out of the record.
pub(in crate::sheet) type Sink<'a> = &'a mut dyn FnMut(&mut Record) -> Result<ControlFlow<()>>;

#[cfg(test)]
mod tests {
    use super::{Cell, Record};

    #[test]
    fn cells_out_of_order_are_sorted_in_and_the_last_word_counts() {
        let mut record = Record::default();
        for (column, value) in [(3, 3.0), (1, 1.0), (3, 4.0), (2, 2.0)] {
            record.put(column, Cell::Number(value));
        }
        let expected = [(1, 1.0), (2, 2.0), (3, 4.0)].map(|(column, value)| (column, Cell::Number(value)));
        assert_eq!(record.cells, expected);
    }
}
