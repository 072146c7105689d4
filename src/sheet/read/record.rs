//! What every format is turned into: one row after another, each with the cells that hold something, and with what
//! a person sees of them that the values alone do not tell.

use std::sync::Arc;

use super::merged::Range;
use crate::ahead::Ahead;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sheet) enum Cell<'a> {
    /// Text, as typed.
    Text(&'a str),
    /// A number that is shown as it is (the format `General`). Every workbook format keeps numbers as this.
    Number(f64),
    /// A number, and the text that its format makes of it: `30%`, `11.10`, `0618`.
    Formatted(f64, &'a str),
    /// A number, and a format that cannot be told: what a person sees is not known. With the plain number.
    Unclear(&'a str),
    /// True or false.
    Bool(bool),
    /// A date, a time, or both, as the sheet shows it.
    Moment(&'a str),
    /// A date, a time, or both, whose format cannot be told, as ISO 8601 writes it.
    UnclearMoment(&'a str),
    /// An error such as `#REF!`.
    Error(&'a str),
    /// A formula whose result is not in the file: there for a person whose program works it out, empty here. With
    /// the formula, where the format has it as text.
    NoValue(&'a str),
    /// What a person sees and is no text: a picture, a field of a form. With its tag.
    NotText(&'a str),
}

/// What a person sees of a cell, or does not see, beside its value.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sheet) enum Mark {
    /// It, and what follows it in the range, is covered by merged cells, whose value is the first one's alone. With
    /// that value, cut to what a message has room for.
    Covered(Range, Arc<str>),
    /// The file holds it twice.
    Repeated,
    /// Its text, or a part of it, is struck through.
    Struck,
    /// Its column is not shown.
    InHiddenColumn,
}

/// One row: its number as Excel shows it, and its filled cells with their columns (counted from 0,
/// ascending). All its text lies in one piece, and its room is used again for later rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sheet) struct Record {
    pub(in crate::sheet) number: u64,
    /// Whether nobody sees the row: hidden by hand or by a filter, or without a height.
    pub(in crate::sheet) is_hidden: bool,
    /// Whether the file holds the row twice.
    pub(in crate::sheet) is_repeated: bool,
    text: String,
    cells: Vec<(u32, Held)>,
    marks: Vec<(u32, Mark)>,
}

/// A cell whose text is a stretch of the record's.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    Text(usize, usize),
    Number(f64),
    Formatted(f64, usize, usize),
    Unclear(usize, usize),
    Bool(bool),
    Moment(usize, usize),
    UnclearMoment(usize, usize),
    Error(usize, usize),
    NoValue(usize, usize),
    NotText(usize, usize),
}

impl Record {
    /// Puts a cell into its column. Cells come in order from every sane writer; others are sorted in, and one that
    /// is there already is marked.
    pub(in crate::sheet) fn put(&mut self, column: u32, cell: Cell<'_>) {
        let held = self.hold(cell);
        match self.cells.last() {
            Some((last, _)) if *last >= column => match self.cells.binary_search_by_key(&column, |(known, _)| *known) {
                Ok(at) => {
                    self.cells[at].1 = held;
                    self.mark(column, Mark::Repeated);
                }
                Err(at) => self.cells.insert(at, (column, held)),
            },
            _ => self.cells.push((column, held)),
        }
    }

    /// Marks a cell, filled or not.
    pub(in crate::sheet) fn mark(&mut self, column: u32, mark: Mark) {
        self.marks.push((column, mark));
    }

    /// The marks of the row's cells, in no order.
    pub(in crate::sheet) fn marks(&self) -> &[(u32, Mark)] {
        &self.marks
    }

    fn hold(&mut self, cell: Cell<'_>) -> Held {
        let (start, end) = match cell {
            Cell::Number(number) => return Held::Number(number),
            Cell::Bool(value) => return Held::Bool(value),
            Cell::Text(text)
            | Cell::Formatted(_, text)
            | Cell::Unclear(text)
            | Cell::Moment(text)
            | Cell::UnclearMoment(text)
            | Cell::Error(text)
            | Cell::NoValue(text)
            | Cell::NotText(text) => {
                let start = self.text.len();
                self.text.push_str(text);
                (start, self.text.len())
            }
        };
        match cell {
            Cell::Formatted(number, _) => Held::Formatted(number, start, end),
            Cell::Unclear(_) => Held::Unclear(start, end),
            Cell::Moment(_) => Held::Moment(start, end),
            Cell::UnclearMoment(_) => Held::UnclearMoment(start, end),
            Cell::Error(_) => Held::Error(start, end),
            Cell::NoValue(_) => Held::NoValue(start, end),
            Cell::NotText(_) => Held::NotText(start, end),
            Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) => Held::Text(start, end),
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

    /// The cell of a column.
    pub(in crate::sheet) fn cell_in(&self, column: u32) -> Option<Cell<'_>> {
        let at = self.cells.binary_search_by_key(&column, |(known, _)| *known).ok()?;
        self.cell(at)
    }

    fn show(&self, held: Held) -> Cell<'_> {
        let text = |start, end| self.text.get(start..end).unwrap_or("");
        match held {
            Held::Text(start, end) => Cell::Text(text(start, end)),
            Held::Number(number) => Cell::Number(number),
            Held::Formatted(number, start, end) => Cell::Formatted(number, text(start, end)),
            Held::Unclear(start, end) => Cell::Unclear(text(start, end)),
            Held::Bool(value) => Cell::Bool(value),
            Held::Moment(start, end) => Cell::Moment(text(start, end)),
            Held::UnclearMoment(start, end) => Cell::UnclearMoment(text(start, end)),
            Held::Error(start, end) => Cell::Error(text(start, end)),
            Held::NoValue(start, end) => Cell::NoValue(text(start, end)),
            Held::NotText(start, end) => Cell::NotText(text(start, end)),
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
        (self.is_hidden, self.is_repeated) = (false, false);
        self.text.clear();
        self.cells.clear();
        self.marks.clear();
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
    use super::{Cell, Mark, Record};
    use crate::ahead::Ahead;

    #[test]
    fn cells_out_of_order_are_sorted_in_and_one_that_is_there_twice_is_marked() {
        let mut record = Record { number: 7, ..Record::default() };
        for (column, text) in [(3, "c"), (1, "活动"), (3, "名称"), (2, "")] {
            record.put(column, Cell::Text(text));
        }
        record.put(9, Cell::Number(1.5));
        let expected = [(1, Cell::Text("活动")), (2, Cell::Text("")), (3, Cell::Text("名称")), (9, Cell::Number(1.5))];
        assert_eq!(record.cells().collect::<Vec<_>>(), expected);
        assert_eq!((record.cell(2), record.cell(4)), (Some(Cell::Text("名称")), None));
        assert_eq!((record.cell_in(9), record.cell_in(4)), (Some(Cell::Number(1.5)), None));
        assert_eq!(record.marks(), [(3, Mark::Repeated)]);
        record.start(8);
        assert!(record.is_empty() && record.bytes() == 0 && record.marks().is_empty());
    }
}
