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
use rust_xlsxwriter::{DocProperties, ExcelDateTime, IgnoreError, Worksheet, XlsxError};

use self::contain::contain;
use self::style::Styles;
use super::layout::{Cell, Layout, Owner};
use super::reserve::Place;
use super::{ResultHead, ResultWriter, Summary, Written, token, trouble};
use crate::error::Result;
use crate::model::{GroupSheet, Line};
use crate::plain::{CELL_MAX, cut, shown};
use crate::sheet::headings;
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
/// How hard the workbook is packed, of 1 to 9.
const ZIP_LEVEL: u8 = 1;
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
    /// The worksheets so far, the summary among them.
    sheets: usize,
    /// The worksheets for rows.
    rows: Run,
    /// The worksheets for what targets are made of, where the operation has any.
    groups: Option<(&'static GroupSheet, Run)>,
    /// The most bytes of text on one worksheet.
    most_bytes: u64,
}

/// Worksheets of one kind: where one is full, the next goes on.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    /// How many there are.
    count: usize,
    /// The place of the last one.
    index: usize,
    /// The rows on it, below its heading.
    rows: u32,
    /// The text on it, in bytes.
    bytes: u64,
}

impl Run {
    /// Goes on on a worksheet that was just added; gives its name.
    fn go_on(&mut self, index: usize, name: &str) -> String {
        *self = Self { count: self.count + 1, index, rows: 0, bytes: 0 };
        if self.count == 1 { name.to_owned() } else { format!("{name}{}", self.count) }
    }
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
            sheets: 1,
            rows: Run::default(),
            groups: head.groups.map(|groups| (groups, Run::default())),
            most_bytes: 0,
        };
        workbook.attempt(|workbook| {
            workbook.add_sheet()?;
            workbook.add_groups_sheet()
        })?;
        Ok(workbook)
    }

    /// Does a piece of work; what goes wrong is told of the result file.
    fn attempt(&mut self, work: impl FnOnce(&mut Self) -> std::result::Result<(), XlsxError>) -> Result<()> {
        contain(|| work(self)).map_err(|error| trouble::cannot_write(self.place.target(), &error))
    }

    /// Begins a worksheet for rows.
    fn add_sheet(&mut self) -> std::result::Result<(), XlsxError> {
        let name = self.rows.go_on(self.sheets, self.lang.pick("明细", "Rows"));
        self.sheets += 1;
        let sheet = begin_sheet(&mut self.book, &name, self.lang)?;
        for (column, field) in (0_u16..).zip(&self.layout.fields) {
            sheet.set_column_width(column, field.width)?;
            sheet.set_column_format(column, self.styles.column(field))?;
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
        if self.rows.rows == self.rows_a_sheet {
            self.end_sheet(self.rows, self.layout.fields.len())?;
            self.add_sheet()?;
        }
        self.rows.rows += 1;
        let row = self.rows.rows;
        let sheet = self.book.worksheet_from_index(self.rows.index)?;
        let mut tallest = LINE_HEIGHT;
        for (column, field) in (0_u16..).zip(&self.layout.fields) {
            match self.layout.cell(field, line) {
                Cell::Number(number) => {
                    sheet.write_number(row, column, as_number(number))?;
                }
                Cell::Status(status) => {
                    sheet.write_string_with_format(row, column, status.code(), self.styles.status(status))?;
                }
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    let text = cut(&text, CELL_MAX);
                    self.rows.bytes += text.len() as u64;
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

    /// Begins a worksheet for what targets are made of.
    fn add_groups_sheet(&mut self) -> std::result::Result<(), XlsxError> {
        let Some((groups, run)) = &mut self.groups else { return Ok(()) };
        let name = run.go_on(self.sheets, self.lang.pick(groups.zh, groups.en));
        self.sheets += 1;
        let sheet = begin_sheet(&mut self.book, &name, self.lang)?;
        let row = (headings::ROW.say(self.lang), 6, &self.styles.number);
        let columns = groups.columns.iter().map(|column| {
            let format = if column.is_raw() { &self.styles.text } else { &self.styles.long };
            (self.lang.pick(column.zh, column.en), column.width, format)
        });
        for (column, (heading, width, format)) in (0_u16..).zip(std::iter::once(row).chain(columns)) {
            sheet.set_column_width(column, width)?;
            sheet.set_column_format(column, format)?;
            sheet.write_string_with_format(0, column, heading, self.styles.heading(Owner::Result))?;
        }
        Ok(())
    }

    /// Writes what a line's target is made of.
    fn write_groups(&mut self, line: &Line) -> std::result::Result<(), XlsxError> {
        for group in &line.groups {
            let Some((groups, run)) = self.groups else { return Ok(()) };
            if run.rows == self.rows_a_sheet {
                self.end_sheet(run, groups.columns.len() + 1)?;
                self.add_groups_sheet()?;
            }
            let Some((_, run)) = &mut self.groups else { return Ok(()) };
            run.rows += 1;
            let sheet = self.book.worksheet_from_index(run.index)?;
            sheet.write_number(run.rows, 0, as_number(line.row))?;
            let mut tallest = LINE_HEIGHT;
            for (column, (text, told)) in (1_u16..).zip(group.iter().zip(groups.columns)) {
                if text.is_empty() {
                    continue;
                }
                let text = shown(text);
                let text = cut(&text, CELL_MAX);
                run.bytes += text.len() as u64;
                if !told.is_raw() {
                    tallest = tallest.max(style::height(&text, told.width, LINE_HEIGHT));
                }
                sheet.write_string(run.rows, column, text.into_owned())?;
            }
            if run.rows <= FITTED_ROWS {
                sheet.set_row_height(run.rows, tallest)?;
            }
        }
        Ok(())
    }

    /// Adds to a full or last worksheet what covers all of its rows.
    fn end_sheet(&mut self, run: Run, columns: usize) -> std::result::Result<(), XlsxError> {
        let last_column = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
        let sheet = self.book.worksheet_from_index(run.index)?;
        sheet.autofilter(0, 0, run.rows, last_column)?;
        if run.rows > 0 {
            // Ids are text on purpose; without this each would carry a green corner.
            sheet.ignore_error_range(1, 0, run.rows, last_column, IgnoreError::NumberStoredAsText)?;
        }
        let tags = u64::from(run.rows) * columns as u64 * 80;
        self.most_bytes = self.most_bytes.max(run.bytes + tags);
        Ok(())
    }

    fn write_summary(&mut self, summary: &Summary) -> std::result::Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(SUMMARY)?;
        style::set_up_page(sheet, self.lang);
        summary::Page::new(sheet, &self.styles, self.lang, &self.zone).write(summary, self.left_out)?;
        self.book.set_properties(&properties(summary, self.operation, self.lang));
        Ok(())
    }

    fn write_all(mut self, summary: &Summary) -> Result<Written> {
        self.attempt(|workbook| {
            workbook.end_sheet(workbook.rows, workbook.layout.fields.len())?;
            if let Some((groups, run)) = workbook.groups {
                workbook.end_sheet(run, groups.columns.len() + 1)?;
            }
            workbook.write_summary(summary)
        })?;
        self.book.set_zip_compression_level(ZIP_LEVEL);
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
        self.attempt(|workbook| {
            workbook.write(line)?;
            workbook.write_groups(line)
        })
    }

    fn finish(self: Box<Self>, summary: &Summary) -> Result<Written> {
        self.write_all(summary).map_err(|error| trouble::after_a_run(error, summary.job))
    }
}

/// Begins a worksheet whose first row is headings.
fn begin_sheet<'a>(
    book: &'a mut rust_xlsxwriter::Workbook,
    name: &str,
    lang: Lang,
) -> std::result::Result<&'a mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    style::set_up_page(sheet, lang);
    sheet.set_freeze_panes(1, 2)?.set_repeat_rows(0, 0)?.set_print_gridlines(true);
    sheet.set_row_height(0, 32)?;
    Ok(sheet)
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
