//! What every format is turned into: one row after another, each with the cells that hold something.

use crate::ahead::Ahead;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sheet) enum Cell<'a> {
    /// Text, as typed.
    Text(&'a str),
    /// A number. Every workbook format keeps numbers as this.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A date, a time, or both, written as ISO 8601 does.
    Moment(&'a str),
    /// An error such as `#REF!`.
    Error(&'a str),
}

/// One row: its number as Excel shows it, and its filled cells with their columns (counted from 0,
/// ascending). All its text lies in one piece, and its room is used again for later rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sheet) struct Record {
    pub(in crate::sheet) number: u64,
    text: String,
    cells: Vec<(u32, Held)>,
}

/// A cell whose text is a stretch of the record's.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    Text(usize, usize),
    Number(f64),
    Bool(bool),
    Moment(usize, usize),
    Error(usize, usize),
}

impl Record {
    /// Puts a cell into its column. Cells come in order from every sane writer; others are sorted in.
    pub(in crate::sheet) fn put(&mut self, column: u32, cell: Cell<'_>) {
        let held = self.hold(cell);
        match self.cells.last() {
            Some((last, _)) if *last >= column => match self.cells.binary_search_by_key(&column, |(known, _)| *known) {
                Ok(at) => self.cells[at].1 = held,
                Err(at) => self.cells.insert(at, (column, held)),
            },
            _ => self.cells.push((column, held)),
        }
    }

    fn hold(&mut self, cell: Cell<'_>) -> Held {
        let mut add = |text: &str| {
            let start = self.text.len();
            self.text.push_str(text);
            (start, self.text.len())
        };
        match cell {
            Cell::Number(number) => Held::Number(number),
            Cell::Bool(value) => Held::Bool(value),
            Cell::Text(text) => {
                let (start, end) = add(text);
                Held::Text(start, end)
            }
            Cell::Moment(text) => {
                let (start, end) = add(text);
                Held::Moment(start, end)
            }
            Cell::Error(text) => {
                let (start, end) = add(text);
                Held::Error(start, end)
            }
        }
    }

    /// The filled cells and their columns.
    pub(in crate::sheet) fn cells(&self) -> impl Iterator<Item = (u32, Cell<'_>)> + Clone {
        self.cells.iter().map(|(column, held)| (*column, self.show(*held)))
    }

    /// The cell at a place among the filled ones.
    pub(in crate::sheet) fn cell(&self, at: usize) -> Option<Cell<'_>> {
        self.cells.get(at).map(|(_, held)| self.show(*held))
    }

    fn show(&self, held: Held) -> Cell<'_> {
        let text = |start, end| self.text.get(start..end).unwrap_or("");
        match held {
            Held::Text(start, end) => Cell::Text(text(start, end)),
            Held::Number(number) => Cell::Number(number),
            Held::Bool(value) => Cell::Bool(value),
            Held::Moment(start, end) => Cell::Moment(text(start, end)),
            Held::Error(start, end) => Cell::Error(text(start, end)),
        }
    }

    /// How many cells hold something.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Empties it for another row.
    pub(in crate::sheet) fn start(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
    }
}

impl Ahead for Record {
    fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// Takes one row, and says whether more are wanted. What it leaves in the record is not used again.
pub(in crate::sheet) type Sink<'a> = crate::ahead::Sink<'a, Record>;

#[cfg(test)]
mod tests {
    use super::{Cell, Record};
    use crate::ahead::Ahead;

    #[test]
    fn cells_out_of_order_are_sorted_in_and_the_last_word_counts() {
        let mut record = Record { number: 7, ..Record::default() };
        for (column, text) in [(3, "c"), (1, "活动"), (3, "名称"), (2, "")] {
            record.put(column, Cell::Text(text));
        }
        record.put(9, Cell::Number(1.5));
        let expected = [(1, Cell::Text("活动")), (2, Cell::Text("")), (3, Cell::Text("名称")), (9, Cell::Number(1.5))];
        assert_eq!(record.cells().collect::<Vec<_>>(), expected);
        assert_eq!((record.cell(2), record.cell(4)), (Some(Cell::Text("名称")), None));
        record.start(8);
        assert!(record.is_empty() && record.bytes() == 0);
    }
}
