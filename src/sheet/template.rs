//! A blank sheet for an operation: headings with notes, id columns as text, drop-downs. It has no example row: one that
//! is left in by mistake would be carried out like any other.

use std::path::Path;

use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Note, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Kind as Failed, Result};
use crate::model::{Column, Kind, Need};
use crate::plain::quoted;
use crate::text;
use crate::text::{Lang, Text};

use super::bounds::ROWS;
use super::check::entry;
use super::layout::Layout;

/// The last row of a worksheet, counted from 0.
const LAST_ROW: u32 = 1_048_575;
/// What the entries of one drop-down may take together: Excel's limit.
const DROP_DOWN_CHARS: usize = 255;
/// The format `@` among those that Excel has built in.
const TEXT_FORMAT: u8 = 49;
/// What a heading that every row needs is filled with.
const NEEDED: Color = Color::RGB(0xFF_F2_CC);
/// What any other heading is filled with.
const OPTIONAL: Color = Color::RGB(0xE7_E6_E6);

/// Writes a blank sheet for an operation. What stands at the path is overwritten.
///
/// # Errors
/// When the path does not end in `.xlsx`, or cannot be written.
pub fn write_template(path: &Path, layout: &Layout, lang: Lang) -> Result<()> {
    is_workbook(path)?;
    let bytes = workbook(layout, lang)
        .map_err(|fault| Error::internal(text!("生成模板失败：{fault}", "cannot make the template: {fault}")))?;
    write(path, &bytes)
}

/// Writes a sample that comes with the program. What stands at the path is overwritten.
///
/// # Errors
/// When the path does not end in `.xlsx`, or cannot be written.
pub fn write_sample(path: &Path, workbook: &[u8]) -> Result<()> {
    is_workbook(path)?;
    write(path, workbook)
}

fn is_workbook(path: &Path) -> Result<()> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        return Ok(());
    }
    let shown = path.to_string_lossy();
    let shown = quoted(&shown);
    Err(Error::usage(text!(
        "生成的是工作簿，文件名 {shown} 应以 .xlsx 结尾",
        "what is written is a workbook: {shown} should end in .xlsx"
    ))
    .next(text!("例如：-o blank.xlsx", "for example: -o blank.xlsx")))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|fault| {
        let shown = path.to_string_lossy();
        let shown = quoted(&shown);
        Error::new(Failed::Usage, text!("无法写入 {shown}：{fault}", "cannot write {shown}: {fault}")).next(text!(
            "如果它正在 Excel 里打开，请先关闭；也请检查文件夹是否存在",
            "close it if Excel has it open, and check that the folder is there"
        ))
    })
}

fn workbook(layout: &Layout, lang: Lang) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(layout.operation)?;
    for (at, column) in (0..).zip(layout.columns) {
        write_column(worksheet, at, column, lang)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn write_column(worksheet: &mut Worksheet, at: u16, column: &Column, lang: Lang) -> std::result::Result<(), XlsxError> {
    let needed = column.need != Need::Optional;
    let head = Format::new()
        .set_bold()
        .set_background_color(if needed { NEEDED } else { OPTIONAL })
        .set_border(FormatBorder::Thin);
    let cells =
        if is_kept_as_text(column.kind) { Format::new().set_num_format_index(TEXT_FORMAT) } else { Format::new() };
    worksheet.set_column_format(at, &cells)?;
    worksheet.set_column_width(at, width(column, lang))?;
    worksheet.write_string_with_format(0, at, column.heading(lang), &head)?;
    let note = note(column);
    worksheet.insert_note(0, at, &Note::new(note.say(lang)).add_author_prefix(false))?;
    if let Some(validation) = drop_down(column.kind, lang)? {
        worksheet.add_data_validation(1, at, LAST_ROW, at, &validation)?;
    }
    Ok(())
}

/// Whether Excel must not make a number or a date of what is typed: ids, choices such as `00`, and
/// names such as `12-12`.
const fn is_kept_as_text(kind: Kind) -> bool {
    !kind.is_text()
}

/// The heading's note: whether the column is needed, what it holds, and an example.
fn note(column: &Column) -> Text {
    let need = match column.need {
        Need::Required => text!("必填。", "Required:"),
        Need::Defaulted => text!("必填(或用 --reason 统一给出)。", "Required, unless --reason gives it:"),
        Need::OneOf => text!("这几列至少填一个。", "One of these columns is needed:"),
        Need::Optional => Text::default(),
    };
    let note = need.then(&column.note());
    let example = example(column);
    if example.is_empty() { note } else { note.then(&text!("。例如:{example}", "(for example: {example})")) }
}

fn example(column: &Column) -> String {
    let choices = if let Kind::Choice(choices) = column.kind { choices } else { &[] };
    choices.iter().find(|choice| choice.value == column.example).map_or_else(|| column.example.to_owned(), entry)
}

/// A drop-down of a column's choices, where they fit into one.
fn drop_down(kind: Kind, lang: Lang) -> std::result::Result<Option<DataValidation>, XlsxError> {
    let Kind::Choice(choices) = kind else {
        return Ok(None);
    };
    let entries: Vec<String> = choices.iter().map(entry).collect();
    let length: usize = entries.iter().map(|entry| entry.encode_utf16().count() + 1).sum();
    if length > DROP_DOWN_CHARS || entries.iter().any(|entry| entry.contains(',')) {
        return Ok(None);
    }
    let list = DataValidation::new().allow_list_strings(&entries)?;
    let title = lang.pick("请从列表里选", "Choose from the list");
    Ok(Some(list.set_error_title(title)?))
}

/// A width in which heading and example can be read; Chinese characters are twice as wide.
fn width(column: &Column, lang: Lang) -> f64 {
    let of = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let widest = of(column.heading(lang)).max(of(&example(column)));
    let least = if column.kind == Kind::Filter || column.kind.is_text() { 20 } else { 14 };
    f64::from(u32::try_from(widest.clamp(least, 60)).unwrap_or(60)) + 2.0
}

const _: () = assert!(LAST_ROW as u64 + 1 == ROWS);
