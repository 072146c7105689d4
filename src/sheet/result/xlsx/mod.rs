//! The result as a workbook: a summary, and the rows.
//!
//! Rows are spooled to a temporary file beside the result as they come, so memory does not grow with them. Text
//! goes into cells through `write_string` alone: no path on which it could become a formula, a link or a number.

mod contain;
mod style;
mod summary;

use std::borrow::Cow;
use std::io::BufWriter;

use jiff::tz::TimeZone;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, IgnoreError, XlsxError};

use self::contain::contain;
use self::style::Styles;
use super::layout::{Cell, Layout};
use super::reserve::Place;
use super::{ResultHead, ResultWriter, Summary, token, trouble};
use crate::error::Result;
use crate::model::Line;
use crate::plain::{CELL_MAX, cut};
use crate::text::Lang;

/// The rows of a worksheet below its heading.
const ROWS_A_SHEET: u32 = 1_048_575;
/// The columns of a worksheet.
const COLUMNS: usize = 16_384;
/// The rows of a worksheet whose heights are set. Excel finds heights by itself, some other programs do not; but
/// each is kept in memory until the end.
const FITTED_ROWS: u32 = 20_000;
/// The height of one line of text, in points.
const LINE_HEIGHT: u16 = 17;
/// The place of the summary among the worksheets.
const SUMMARY: usize = 0;

/// A workbook that is being written.
pub(super) struct Workbook {
    book: rust_xlsxwriter::Workbook,
    place: Place,
    layout: Layout,
    styles: Styles,
    operation: &'static str,
    lang: Lang,
    zone: TimeZone,
    /// The columns that did not fit on a worksheet.
    left_out: usize,
    /// The most rows on a worksheet.
    rows_a_sheet: u32,
    /// The worksheets for rows, so far.
    sheets: usize,
    /// The rows on the last of them.
    rows: u32,
    /// The text on it, in bytes.
    bytes: u64,
    /// The largest of these, over all worksheets.
    most_bytes: u64,
}

impl Workbook {
    pub(super) fn start(place: Place, head: &ResultHead, zone: TimeZone) -> Result<Self> {
        let mut layout = Layout::new(head, zone.clone());
        let left_out = layout.fields.len().saturating_sub(COLUMNS);
        layout.fields.truncate(COLUMNS);
        let styles = Styles::new(head.lang);
        let mut book = rust_xlsxwriter::Workbook::new();
        let begun = contain(|| {
            book.set_tempdir(place.folder())?;
            let sheet = book.add_worksheet_with_constant_memory()?;
            sheet.set_name(head.lang.pick("汇总", "Summary"))?;
            Ok(())
        });
        begun.map_err(|error| trouble::cannot_write(place.target(), &error))?;
        let (operation, lang) = (head.operation, head.lang);
        let mut workbook = Self {
            book,
            place,
            layout,
            styles,
            operation,
            lang,
            zone,
            left_out,
            rows_a_sheet: ROWS_A_SHEET,
            sheets: 0,
            rows: 0,
            bytes: 0,
            most_bytes: 0,
        };
        workbook.attempt(Self::add_sheet)?;
        Ok(workbook)
    }

    /// Does a piece of work; what goes wrong is told of the result file.
    fn attempt(&mut self, work: impl FnOnce(&mut Self) -> std::result::Result<(), XlsxError>) -> Result<()> {
        contain(|| work(self)).map_err(|error| trouble::cannot_write(self.place.target(), &error))
    }

    /// Begins a worksheet for rows.
    fn add_sheet(&mut self) -> std::result::Result<(), XlsxError> {
        self.sheets += 1;
        self.rows = 0;
        self.bytes = 0;
        let name = self.lang.pick("明细", "Rows");
        let name = if self.sheets == 1 { name.to_owned() } else { format!("{name}{}", self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        style::set_up_page(sheet, self.lang);
        sheet.set_freeze_panes(1, 2)?.set_repeat_rows(0, 0)?.set_print_gridlines(true);
        sheet.set_row_height(0, 32)?;
        for (column, field) in (0_u16..).zip(&self.layout.fields) {
            sheet.set_column_width(column, field.width)?;
            sheet.set_column_format(column, if field.is_long { &self.styles.long } else { &self.styles.text })?;
            sheet.write_string_with_format(
                0,
                column,
                cut(&field.heading, CELL_MAX),
                self.styles.heading(field.owner),
            )?;
        }
        Ok(())
    }

    fn write(&mut self, line: &Line) -> std::result::Result<(), XlsxError> {
        if self.rows == self.rows_a_sheet {
            self.end_sheet()?;
            self.add_sheet()?;
        }
        self.rows += 1;
        let row = self.rows;
        let sheet = self.book.worksheet_from_index(self.sheets)?;
        let mut tallest = LINE_HEIGHT;
        for (column, field) in (0_u16..).zip(&self.layout.fields) {
            match self.layout.cell(field, line) {
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, as_number(number), &self.styles.number)?;
                }
                Cell::Status(status) => {
                    sheet.write_string_with_format(row, column, status.code(), self.styles.status(status))?;
                }
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    let text = cut(&text, CELL_MAX);
                    self.bytes += text.len() as u64;
                    if field.is_long && row <= FITTED_ROWS {
                        tallest = tallest.max(style::height(&text, field.width, LINE_HEIGHT));
                    }
                    sheet.write_string(row, column, Cow::into_owned(text))?;
                }
            }
        }
        if row <= FITTED_ROWS {
            sheet.set_row_height(row, tallest)?;
        }
        Ok(())
    }

    /// Adds to the last worksheet for rows what covers all of them.
    fn end_sheet(&mut self) -> std::result::Result<(), XlsxError> {
        let last_column = u16::try_from(self.layout.fields.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let sheet = self.book.worksheet_from_index(self.sheets)?;
        sheet.autofilter(0, 0, self.rows, last_column)?;
        if self.rows > 0 {
            // Ids are text on purpose; without this each would carry a green corner.
            sheet.ignore_error_range(1, 0, self.rows, last_column, IgnoreError::NumberStoredAsText)?;
        }
        let tags = u64::from(self.rows) * self.layout.fields.len() as u64 * 80;
        self.most_bytes = self.most_bytes.max(self.bytes + tags);
        Ok(())
    }

    fn write_summary(&mut self, summary: &Summary) -> std::result::Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(SUMMARY)?;
        style::set_up_page(sheet, self.lang);
        summary::Page::new(sheet, &self.styles, self.lang, &self.zone).write(summary, self.left_out)?;
        self.book.set_properties(&properties(summary, self.operation, self.lang));
        Ok(())
    }

    fn write_all(mut self, summary: &Summary) -> Result<()> {
        self.attempt(|workbook| {
            workbook.end_sheet()?;
            workbook.write_summary(summary)
        })?;
        // A part above 4 GiB needs the newer form of zip, which some readers do not know.
        self.book.use_zip_large_file(self.most_bytes > 2 << 30);
        let mut out = BufWriter::with_capacity(1 << 16, self.place.clone().new_file()?);
        self.attempt(|workbook| workbook.book.save_to_writer(&mut out))?;
        let file = out.into_inner().map_err(|error| trouble::cannot_write(self.place.target(), error.error()))?;
        file.put_in_place()
    }
}

impl ResultWriter for Workbook {
    fn line(&mut self, line: &Line) -> Result<()> {
        self.attempt(|workbook| workbook.write(line))
    }

    fn finish(self: Box<Self>, summary: &Summary) -> Result<()> {
        self.write_all(summary).map_err(|error| trouble::after_a_run(error, summary.job))
    }
}

/// What the document says of itself.
fn properties(summary: &Summary, operation: &str, lang: Lang) -> DocProperties {
    let title = match lang {
        Lang::Zh => format!("{} - 任务 {}", summary.operation.zh, summary.job),
        Lang::En => format!("{} - job {}", summary.operation.en, summary.job),
    };
    let written = summary.ended_at.unwrap_or(summary.started_at).div_euclid(1000);
    let mut properties = DocProperties::new().set_title(title).set_author("unpromo");
    // A moment that Excel cannot tell leaves the time of writing.
    if let Ok(moment) = ExcelDateTime::from_timestamp(written) {
        properties = properties.set_creation_datetime(&moment);
    }
    properties.set_custom_property(token::JOB, summary.token.as_str()).set_custom_property(token::OPERATION, operation)
}

/// A whole number as a workbook keeps it; exact far beyond any row number.
#[expect(clippy::cast_precision_loss, reason = "row numbers and counts stay far below 2^53")]
pub(super) const fn as_number(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests;
