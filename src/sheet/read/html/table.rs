//! One table of a page: where its cells are.

use std::collections::BTreeMap;

use super::looks::Look;
use super::tokens::Tag;
use super::words::Words;
use crate::sheet::bounds::{COLUMNS, ROWS};
use crate::sheet::read::merged::Range;

/// A table that has not ended.
pub(super) struct Table {
    pub(super) index: usize,
    pub(super) row: u64,
    pub(super) is_row_open: bool,
    pub(super) row_look: Look,
    pub(super) section_look: Look,
    /// The column behind the last cell of the row, and behind the last `col`.
    pub(super) next_column: u32,
    pub(super) next_col: u32,
    /// The cells of rows above that reach further down: first column, last column, last row.
    pub(super) spans: BTreeMap<u32, (u32, u64)>,
    pub(super) cell: Option<OpenCell>,
    /// How many effects were there before it.
    pub(super) effects: usize,
}

/// A cell that has not ended.
pub(super) struct OpenCell {
    pub(super) tag: Tag,
    pub(super) range: Range,
    pub(super) look: Look,
    pub(super) has_struck_text: bool,
    pub(super) object: Option<Object>,
    pub(super) words: Words,
    /// How many effects were there before it, and how many `pre` are open in it.
    pub(super) effects: usize,
    pub(super) preformatted: u32,
}

/// What a person sees in a cell that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// A picture.
    Picture,
    /// A field of a form.
    Field,
    /// A list to choose from.
    List,
}

impl Object {
    /// The tag.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Picture => "<img>",
            Self::Field => "<input>",
            Self::List => "<select>",
        }
    }

    /// Whether the text beside it does not tell what a person sees.
    pub(super) const fn hides_text(self) -> bool {
        matches!(self, Self::Field | Self::List)
    }
}

impl Table {
    /// The table at this place in the page.
    pub(super) fn new(index: usize, effects: usize) -> Self {
        Self {
            index,
            row: 0,
            is_row_open: false,
            row_look: Look::default(),
            section_look: Look::default(),
            next_column: 0,
            next_col: 0,
            spans: BTreeMap::new(),
            cell: None,
            effects,
        }
    }

    /// Whether a person does not see what is in the current cell.
    pub(super) fn is_current_cell_hidden(&self) -> bool {
        let cell = self.cell.as_ref().map_or(Look::default(), |cell| cell.look);
        [self.section_look, self.row_look, cell].into_iter().any(Look::is_hidden)
    }

    /// The place of the next cell, behind those that reach down from above.
    pub(super) fn place(&mut self, tag: &Tag) -> Range {
        let mut column = self.next_column;
        while let Some((&first, &(last, last_row))) = self.spans.range(..=column).next_back() {
            if last_row < self.row {
                self.spans.remove(&first);
            } else if last >= column {
                column = last + 1;
            } else {
                break;
            }
        }
        let rows = count(tag.rowspan.as_deref(), ROWS, ROWS);
        let columns = count(tag.colspan.as_deref(), 1, COLUMNS.into());
        let last_row = self.row.saturating_add(rows - 1).min(ROWS.max(self.row));
        let last = column.saturating_add(u32::try_from(columns - 1).unwrap_or(COLUMNS)).min(COLUMNS.max(column));
        if last_row > self.row {
            self.spans.insert(column, (last, last_row));
        }
        self.next_column = last + 1;
        Range { rows: (self.row, last_row), columns: (column, last) }
    }
}

/// A number of rows or columns; 0 is as many as there are.
pub(super) fn count(written: Option<&str>, zero: u64, most: u64) -> u64 {
    let Some(written) = written else { return 1 };
    let digits = written.trim().trim_start_matches('+');
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    match digits[..end].parse::<u64>() {
        Ok(0) => zero,
        Ok(count) => count.min(most),
        Err(_) if end > 0 => most,
        Err(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, Tag, count};

    #[test]
    fn cells_stand_beside_those_that_reach_down_from_above() {
        let mut table = Table::new(0, 0);
        let mut place = |is_new_row: bool, columns: &str, rows: &str| {
            if is_new_row {
                (table.row, table.next_column) = (table.row + 1, 0);
            }
            let tag = Tag { colspan: Some(columns.to_owned()), rowspan: Some(rows.to_owned()), ..Tag::default() };
            table.place(&tag).name()
        };
        let placed = [
            place(true, "", "2"),
            place(false, "2", "1"),
            place(false, "1", "3"),
            place(true, "1", ""),
            place(false, "1", "1"),
            place(false, "1", "1"),
            place(true, "3", "1"),
            place(false, "1", "1"),
        ];
        assert_eq!(placed, ["A1:A2", "B1:C1", "D1:D3", "B2:B2", "C2:C2", "E2:E2", "A3:C3", "E3:E3"]);
    }

    #[test]
    fn spans_are_read_as_browsers_read_them() {
        let counts = ["2", " +3x", "0", "-1", "", "99999999999999999999"].map(|written| count(Some(written), 7, 100));
        assert_eq!((counts, count(None, 7, 100)), ([2, 3, 7, 1, 1, 100], 1));
    }
}
