//! A sheet whose format, worksheet, headings and operation are known.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use crate::error::Result;

use super::choose::{choose, is_heading};
use super::guarded::unguarded;
use super::layout::ReadOptions;
use super::notes::Note;
use super::read::Book;
use super::rows::{Checked, Rows};

/// A sheet whose rows can be read.
pub struct Sheet {
    /// The operation that its headings are for.
    pub operation: &'static str,
    /// The worksheet; for a text file, the file's name.
    pub worksheet: String,
    /// The row of the headings, as Excel shows it.
    pub heading_row: u64,
    /// The headings of the sheet's own further columns, in its order. Each row's `extra` is parallel to them.
    pub extra: Vec<String>,
    /// Whether it is an earlier result.
    pub is_result: bool,
    /// What should be said of the sheet as a whole before anything is sent.
    pub notes: Vec<Note>,
    book: Book,
    rows: Rows,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, worksheet, heading_row, extra, is_result, .. } = self;
        let mut shown = f.debug_struct("Sheet");
        shown.field("operation", operation).field("worksheet", worksheet).field("heading_row", heading_row);
        shown.field("extra", extra).field("is_result", is_result).finish_non_exhaustive()
    }
}

/// Opens a sheet and tells what it is. Of its rows only the first ten of each worksheet are looked at.
///
/// # Errors
/// When the file is missing, no sheet, damaged, protected by a password, or asks for more than its
/// bounds; when no worksheet, or more than one, has the headings of an operation; when they fit
/// several operations; when a column is there twice.
pub fn open(path: &Path, options: &ReadOptions<'_>) -> Result<Sheet> {
    let mut book = Book::open(path, options.bounds, &|word| is_heading(options.layouts, word))?;
    let chosen = choose(&mut book, options)?;
    let columns = chosen.columns;
    let is_guarded = book.is_text() && columns.result.is_some();
    let own_heading = |heading: &str| -> String { if is_guarded { unguarded(heading) } else { heading }.to_owned() };
    Ok(Sheet {
        operation: columns.layout.operation,
        worksheet: chosen.worksheet.clone(),
        heading_row: columns.row,
        extra: columns.extra.iter().map(|found| own_heading(&found.heading)).collect(),
        is_result: columns.result.is_some(),
        rows: Rows::new(chosen.worksheet, columns, options, book.is_text()),
        notes: chosen.notes,
        book,
    })
}

impl Sheet {
    /// Reads the rows below the headings, in their order, one at a time. Blank rows are passed over. Gives what
    /// should be said of the sheet and its rows before anything is sent.
    ///
    /// # Errors
    /// The sink's own, and when the rest of the file is damaged or asks for more than its bounds.
    pub fn read(self, sink: &mut dyn FnMut(Checked) -> Result<()>) -> Result<Vec<Note>> {
        let Self { mut book, mut rows, worksheet, heading_row, mut notes, .. } = self;
        book.scan(&worksheet, &mut |record| {
            if record.number > heading_row
                && let Some(checked) = rows.take(record)
            {
                sink(checked)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        notes.extend(rows.into_notes());
        Ok(notes)
    }
}
