//! What should be said of a sheet before anything is sent: what a person does not see in it, and what was read in
//! another way than its name or its look suggests. None of it is an error.

use crate::text;
use crate::text::Text;

use super::place::{cell_place, column_letters};
use super::show::excerpt;

/// How many rows, or runs of rows, and how many cells a note names.
const NAMED: usize = 20;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Rows that are hidden by hand or by a filter.
    HiddenRows,
    /// Columns that the operation reads and nobody sees.
    HiddenColumns,
    /// Text that is struck through.
    StruckText,
    /// A hidden worksheet that was chosen or passed over.
    HiddenWorksheet,
    /// A worksheet that cannot be read, beside the one that is.
    UnreadableWorksheet,
    /// A file that holds something else than its name says.
    OtherFormat,
    /// Tables of a web page beside the one that is read.
    UnreadTables,
    /// Filled cells with no heading above them.
    CellsWithoutHeading,
}

impl NoteKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HiddenRows => "hidden_rows",
            Self::HiddenColumns => "hidden_columns",
            Self::StruckText => "struck_text",
            Self::HiddenWorksheet => "hidden_worksheet",
            Self::UnreadableWorksheet => "unreadable_worksheet",
            Self::OtherFormat => "other_format",
            Self::UnreadTables => "unread_tables",
            Self::CellsWithoutHeading => "cells_without_heading",
        }
    }
}

/// Something that should be said of a sheet before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// How many rows, columns, cells or worksheets it is about.
    pub count: u64,
    /// The sentence.
    pub text: Text,
}

/// Gathers what is to be said of a worksheet's rows.
#[derive(Debug, Default)]
pub(super) struct RowNotes {
    hidden: u64,
    /// Runs of hidden rows: the first and the last one.
    hidden_runs: Vec<(u64, u64)>,
    struck: u64,
    struck_places: Vec<String>,
    /// Hidden columns: which, their heading, and in how many rows they are filled.
    hidden_columns: Vec<(u32, String, u64)>,
    without_heading: u64,
    without_heading_places: Vec<String>,
}

impl RowNotes {
    /// A hidden row that is not blank.
    pub(super) fn add_hidden_row(&mut self, number: u64) {
        self.hidden += 1;
        let has_room = self.hidden_runs.len() <= NAMED;
        match self.hidden_runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ if has_room => self.hidden_runs.push((number, number)),
            _ => (),
        }
    }

    /// A filled cell with struck-through text.
    pub(super) fn add_struck_cell(&mut self, worksheet: &str, column: u32, row: u64) {
        self.struck += 1;
        if self.struck_places.len() < NAMED {
            self.struck_places.push(cell_place(worksheet, column, row));
        }
    }

    /// A filled cell with no heading above it.
    pub(super) fn add_cell_without_heading(&mut self, worksheet: &str, column: u32, row: u64) {
        self.without_heading += 1;
        if self.without_heading_places.len() < NAMED {
            self.without_heading_places.push(cell_place(worksheet, column, row));
        }
    }

    /// A filled cell of a column that nobody sees.
    pub(super) fn add_cell_of_hidden_column(&mut self, column: u32, heading: &str) {
        match self.hidden_columns.iter_mut().find(|(known, ..)| *known == column) {
            Some((_, _, filled)) => *filled += 1,
            None => self.hidden_columns.push((column, excerpt(heading), 1)),
        }
    }

    /// The notes.
    pub(super) fn into_notes(self, skip_hidden: bool) -> Vec<Note> {
        let all = [self.hidden_rows(skip_hidden), self.hidden_columns(), self.struck_text(), self.without_heading()];
        all.into_iter().flatten().collect()
    }

    fn hidden_rows(&self, skip_hidden: bool) -> Option<Note> {
        let count = self.hidden;
        let runs = self.hidden_runs.iter().take(NAMED).map(|(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first}-{last}"),
        });
        let is_cut = self.hidden_runs.len() > NAMED;
        let rows = listed(runs, is_cut);
        let text = match (skip_hidden, count) {
            (_, 0) => return None,
            (false, 1) => text!(
                "有 1 行是隐藏的（手动隐藏或被筛选掉）：第 {rows} 行；它也会执行，不想执行请加 --skip-hidden",
                "1 row is hidden (by hand or by a filter): row {rows}; it is run like any other unless --skip-hidden is given"
            ),
            (false, _) => text!(
                "有 {count} 行是隐藏的（手动隐藏或被筛选掉）：第 {rows} 行；它们也会执行，不想执行请加 --skip-hidden",
                "{count} rows are hidden (by hand or by a filter): rows {rows}; they are run like any other unless --skip-hidden is given"
            ),
            (true, 1) => text!(
                "有 1 行是隐藏的，按 --skip-hidden 跳过：第 {rows} 行",
                "1 hidden row is left out (--skip-hidden): row {rows}"
            ),
            (true, _) => text!(
                "有 {count} 行是隐藏的，按 --skip-hidden 跳过：第 {rows} 行",
                "{count} hidden rows are left out (--skip-hidden): rows {rows}"
            ),
        };
        Some(Note { kind: NoteKind::HiddenRows, count, text })
    }

    fn hidden_columns(&self) -> Option<Note> {
        let count = self.hidden_columns.len() as u64;
        let names = self.hidden_columns.iter().map(|(column, heading, _)| {
            let letters = column_letters(*column);
            text!("{letters} 列（{heading}）", "{letters} ({heading})")
        });
        let names: Vec<Text> = names.collect();
        let zh = names.iter().map(|name| name.zh.as_str()).collect::<Vec<_>>().join("、");
        let en = names.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join(", ");
        let text = text!(
            "有 {count} 列是隐藏的，里面的内容照样会读取：{zh}",
            "hidden columns that are read like any other: {en}"
        );
        (count > 0).then_some(Note { kind: NoteKind::HiddenColumns, count, text })
    }

    fn struck_text(&self) -> Option<Note> {
        let count = self.struck;
        let is_cut = count > self.struck_places.len() as u64;
        let places = listed(self.struck_places.iter().cloned(), is_cut);
        let text = text!(
            "有 {count} 个单元格的文字带删除线，照样会读取：{places}",
            "cells whose text is struck through, or a part of it, which counts like any other text: {places} ({count})"
        );
        (count > 0).then_some(Note { kind: NoteKind::StruckText, count, text })
    }

    fn without_heading(&self) -> Option<Note> {
        let count = self.without_heading;
        let is_cut = count > self.without_heading_places.len() as u64;
        let places = listed(self.without_heading_places.iter().cloned(), is_cut);
        let text = text!(
            "有 {count} 个单元格上面没有表头，不会读取：{places}",
            "cells with no heading above them, which are not read: {places} ({count})"
        );
        (count > 0).then_some(Note { kind: NoteKind::CellsWithoutHeading, count, text })
    }
}

fn listed(names: impl Iterator<Item = String>, is_cut: bool) -> String {
    let more = if is_cut { ", …" } else { "" };
    format!("{}{more}", names.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::{NoteKind, RowNotes};

    #[test]
    fn hidden_rows_are_counted_and_named_by_runs() {
        let mut notes = RowNotes::default();
        for row in [3, 5, 6, 7] {
            notes.add_hidden_row(row);
        }
        let notes = notes.into_notes(false);
        assert_eq!((notes.len(), notes[0].kind, notes[0].count), (1, NoteKind::HiddenRows, 4));
        assert!(notes[0].text.en.contains("4 rows are hidden") && notes[0].text.en.contains("rows 3, 5-7;"));
        assert!(notes[0].text.zh.contains("第 3, 5-7 行"));
    }

    #[test]
    fn long_lists_are_cut() {
        let mut notes = RowNotes::default();
        for row in 1..=100 {
            notes.add_hidden_row(row * 2);
            notes.add_struck_cell("Sheet1", 1, row);
        }
        let notes = notes.into_notes(true);
        assert!(notes[0].text.en.ends_with("38, 40, …"), "{:?}", notes[0]);
        assert!(notes[1].text.zh.contains("100 个") && notes[1].text.en.contains("Sheet1!B20, …"), "{:?}", notes[1]);
    }
}
