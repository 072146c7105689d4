//! Merged cells: only the first one has the value, and a person sees it in all of them.

use std::sync::Arc;

use super::file::SheetFile;
use super::record::{Mark, Record};
use crate::error::Result;
use crate::sheet::bounds::MERGED;
use crate::sheet::check::words;
use crate::sheet::place::column_letters;
use crate::sheet::show::excerpt;
use crate::text;

/// The rows that a range reaches on average at most.
const MARKS_EACH: usize = 20;

/// A rectangle of cells: rows as Excel shows them, columns counted from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sheet) struct Range {
    /// The first and the last row.
    pub(in crate::sheet) rows: (u64, u64),
    /// The first and the last column.
    pub(in crate::sheet) columns: (u32, u32),
}

impl Range {
    /// Its name as formulas write it: `F2:F3`.
    pub(in crate::sheet) fn name(&self) -> String {
        let corner = |column, row| format!("{}{row}", column_letters(column));
        format!("{}:{}", corner(self.columns.0, self.rows.0), corner(self.columns.1, self.rows.1))
    }

    /// Its first cell, which has the value: `F2`.
    pub(in crate::sheet) fn first_cell(&self) -> String {
        format!("{}{}", column_letters(self.columns.0), self.rows.0)
    }

    /// Whether it covers this cell, which it does with all but the first one.
    pub(in crate::sheet) fn covers(&self, row: u64, column: u32) -> bool {
        let is_inside =
            (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column);
        is_inside && (row, column) != (self.rows.0, self.columns.0)
    }
}

/// The merged cells of a worksheet. They may be added before the rows or on the way, as long as each is known when
/// its first row is marked.
#[derive(Debug, Default)]
pub(super) struct Merges {
    /// Those whose first row has not come yet.
    coming: Vec<Range>,
    /// Whether they are sorted by their first row, the last one first.
    is_sorted: bool,
    /// Those that reach the current row, with the value of their first cell.
    open: Vec<(Range, Arc<str>)>,
    count: usize,
    marked: usize,
}

impl Merges {
    /// Adds merged cells.
    pub(super) fn add(&mut self, file: &SheetFile, range: Range) -> Result<()> {
        if range.rows.0 >= range.rows.1 && range.columns.0 >= range.columns.1 {
            return Ok(());
        }
        self.count += 1;
        check_bound(file, self.count)?;
        self.is_sorted = false;
        self.coming.push(range);
        Ok(())
    }

    /// Marks what the ranges cover of a row. Rows come in order.
    pub(super) fn mark(&mut self, file: &SheetFile, record: &mut Record) -> Result<()> {
        if self.coming.is_empty() && self.open.is_empty() {
            return Ok(());
        }
        if !self.is_sorted {
            self.coming.sort_by_key(|range| std::cmp::Reverse(range.rows.0));
            self.is_sorted = true;
        }
        self.open.retain(|(range, _)| range.rows.1 >= record.number);
        while let Some(range) = self.coming.pop_if(|range| range.rows.0 <= record.number) {
            if range.rows.1 < record.number {
                continue;
            }
            let first = (range.rows.0 == record.number).then(|| record.cell_in(range.columns.0)).flatten();
            self.open.push((range, first.map(|cell| excerpt(&words(cell))).unwrap_or_default().into()));
        }
        self.marked += self.open.len();
        check_bound(file, self.marked / MARKS_EACH)?;
        for (range, value) in &self.open {
            let first = if range.rows.0 == record.number { range.columns.0 + 1 } else { range.columns.0 };
            if first <= range.columns.1 {
                record.mark(first, Mark::Covered(*range, Arc::clone(value)));
            }
        }
        Ok(())
    }
}

fn check_bound(file: &SheetFile, count: usize) -> Result<()> {
    if count <= MERGED {
        return Ok(());
    }
    Err(file.too_big(&text!("合并单元格超过 {MERGED} 处", "it has more than {MERGED} merged ranges")))
}

#[cfg(test)]
mod tests {
    use super::super::record::{Cell, Mark, Record};
    use super::{Merges, Range, SheetFile};
    use std::path::Path;

    #[test]
    fn later_cells_of_merged_ranges_are_marked_with_the_first_ones_value() {
        let file = SheetFile::new(Path::new("week.xlsx"));
        let mut merges = Merges::default();
        let tall = Range { rows: (2, 4), columns: (1, 1) };
        let wide = Range { rows: (3, 3), columns: (2, 3) };
        for range in [tall, wide, Range { rows: (3, 3), columns: (0, 0) }] {
            merges.add(&file, range).expect("few");
        }
        let mut record = Record::default();
        let mut marks = |number| {
            record.start(number);
            record.put(1, Cell::Text("美国"));
            record.put(2, Cell::Number(2.0));
            merges.mark(&file, &mut record).expect("few");
            record.marks().to_vec()
        };
        let covered = |range, value: &str| Mark::Covered(range, value.into());
        assert_eq!((marks(1), marks(2)), (vec![], vec![]));
        assert_eq!(marks(3), [(1, covered(tall, "美国")), (3, covered(wide, "2"))]);
        assert_eq!((marks(4), marks(5)), (vec![(1, covered(tall, "美国"))], vec![]));
    }
}
