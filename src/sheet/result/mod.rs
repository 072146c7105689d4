//! What people get back: one line for each row and target, as a workbook, CSV or JSON lines.
//!
//! [`Reservation::open`] finds out, before anything is sent, whether the result can be written at all. Its
//! writer takes the lines in row order, one at a time, so that a million of them need no more memory than ten,
//! and puts the finished file in place in one step: a failed write leaves the earlier file as it was.
//!
//! Names, reasons and answers come from sheets and platforms. They are data in every format: never a formula
//! or a link, never a control character that a screen would obey.

mod csv;
mod jsonl;
mod layout;
mod leftover;
mod new_file;
mod place;
mod reserve;
mod summary;
mod token;
mod trouble;
mod when;
mod xlsx;

use std::path::Path;

pub use new_file::{Written, sha256_of};
pub use place::{DefaultPlace, Replaces, default_place, is_same_file};
pub use reserve::Reservation;
pub use summary::Summary;
pub use token::job_of;

use crate::error::{Error, Result};
use crate::model::{Column, FactColumn, GroupSheet, Line};
use crate::text::Lang;

/// What is known of a result before its first line.
#[derive(Clone, Debug)]
pub struct ResultHead {
    /// The operation's stable name: `temu-activity`.
    pub operation: &'static str,
    /// The operation's columns, in the order of a line's `cells`.
    pub columns: &'static [Column],
    /// The headings of what the operation tells about a target, in the order of a line's `facts`.
    pub facts: &'static [FactColumn],
    /// The further worksheet of a workbook, which takes a line's `groups`.
    pub groups: Option<&'static GroupSheet>,
    /// The headings of the sheet's own further columns, in the order of a line's `extra`.
    pub extra: Vec<String>,
    /// The language of headings and sentences.
    pub lang: Lang,
}

/// Takes the lines of a result, in row order, then the summary.
///
/// Dropped without [`finish`](Self::finish), it leaves nothing behind and an earlier file as it was. After an
/// error it can only be dropped.
pub trait ResultWriter: Send {
    /// Writes one line.
    ///
    /// # Errors
    /// When the disk is full or gone.
    fn line(&mut self, line: &Line) -> Result<()>;

    /// Writes what is left, makes it durable, and puts the file in place of an earlier one, in one step. Where the
    /// earlier one cannot be replaced any more (a workbook that was opened in Excel meanwhile), the next free name is
    /// taken.
    ///
    /// # Errors
    /// When the file cannot be written, or put nowhere.
    fn finish(self: Box<Self>, summary: &Summary) -> Result<Written>;
}

/// A kind of result file, told by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A workbook with a summary and the rows.
    Xlsx,
    /// The rows as CSV: UTF-8 with BOM, safe to open in Excel.
    Csv,
    /// The rows as JSON, one object a line, with stable keys.
    Jsonl,
}

impl Format {
    /// The format that a file name asks for.
    ///
    /// # Errors
    /// When the name has another ending than the three that exist.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("xlsx") => Ok(Self::Xlsx),
            Some("csv") => Ok(Self::Csv),
            Some("jsonl") => Ok(Self::Jsonl),
            _ => Err(unknown_ending(path)),
        }
    }

    /// About how many bytes of disk one line takes while the result is written: what a [`Reservation`] tries.
    const fn bytes_per_line(self) -> u64 {
        match self {
            // A workbook's rows are spooled as plain XML before they are packed.
            Self::Xlsx => 1_600,
            Self::Csv | Self::Jsonl => 400,
        }
    }
}

fn unknown_ending(path: &Path) -> Error {
    let name = trouble::name_of(path);
    Error::usage(crate::text!(
        "结果文件 {name}:看不出格式",
        "result file {name}: its ending does not say which format to write"
    ))
    .next(crate::text!("文件名请以 .xlsx、.csv 或 .jsonl 结尾", "end its name in .xlsx, .csv or .jsonl"))
}

#[cfg(test)]
mod tests {
    use super::Format;
    use std::path::Path;

    #[test]
    fn the_ending_tells_the_format() {
        for (name, format) in [("a.xlsx", Format::Xlsx), ("周报.CSV", Format::Csv), ("x/y.result.jsonl", Format::Jsonl)]
        {
            assert_eq!(Format::of(Path::new(name)).ok(), Some(format), "{name}");
        }
    }

    #[test]
    fn any_other_ending_is_a_usage_error_that_names_the_three() {
        for name in ["a.xls", "a", "a.json", ".xlsx", "a.xlsx.bak", "/dev/stdout"] {
            let error = Format::of(Path::new(name)).expect_err(name);
            assert_eq!(error.kind, crate::error::Kind::Usage);
            let next = error.next.expect("what to do").en;
            assert!(next.contains(".xlsx") && next.contains(".csv") && next.contains(".jsonl"));
        }
    }
}
