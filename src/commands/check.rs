//! `unpromo check`: read and check a sheet; no request is sent.

use std::path::Path;

use super::intake::Faults;
use super::{Context, operation_of};
use crate::cli;
use crate::error::Result;
use crate::sheet::{Checked, Fault};
use crate::shell::{quote, quote_path};
use crate::text;
use crate::text::Text;

pub(super) fn check(context: &Context, args: &cli::Check) -> Result<u8> {
    let sheet = super::run::open(&args.sheet, &args.reading)?;
    let operation = operation_of(sheet.operation)?;
    let (worksheet, heading_row) = (sheet.worksheet.clone(), sheet.heading_row);
    let (mut rows, mut faults) = (0_u64, Faults::default());
    let notes = sheet.read(&mut |checked| {
        rows += 1;
        if let Checked::Bad { faults: found, .. } = checked {
            faults.add_row(found.iter().map(Fault::sentence));
        }
        Ok(())
    })?;
    let flags = command_line(&args.sheet, &args.reading);
    if faults.count > 0 {
        return Err(faults.into_error(&args.sheet).next(text!(
            "请改好这些格子，再检查一次：unpromo check {flags}",
            "fix these cells, then check again: unpromo check {flags}"
        )));
    }
    let title = operation.title();
    let (zh, en, name, place) = (title.zh, title.en, operation.name(), args.sheet.display());
    let found = match rows {
        0 => text!("下面还没有内容", "no rows below them yet"),
        1 => text!("1 行，没有错误", "1 row, no errors"),
        _ => text!("{rows} 行，都没有错误", "{rows} rows, no errors"),
    };
    // A text file's only worksheet is the file itself.
    let sheet = if args.sheet.file_name().is_some_and(|name| name.to_string_lossy() == worksheet) {
        text!("{place}", "{place}")
    } else {
        text!("{place} 的工作表 {worksheet}", "{place}, worksheet {worksheet}")
    };
    let headings =
        text!("：{zh}（{name}），标题在第 {heading_row} 行，", ": {en} ({name}), headings in row {heading_row}, ");
    let next = match rows {
        0 => text!(
            "接下来：在标题行下面填好内容，再运行 unpromo check {flags}",
            "next: fill in rows below the headings, then: unpromo check {flags}"
        ),
        _ => text!("接下来：unpromo run {flags} --dry-run", "next: unpromo run {flags} --dry-run"),
    };
    let screen = context.screen();
    screen.say(&Text { zh: sheet.zh + &headings.zh + &found.zh, en: sheet.en + &headings.en + &found.en });
    for note in &notes {
        screen.say(&note.text);
    }
    screen.say(&next);
    Ok(0)
}

/// The sheet and how it is read, as they are to be typed again.
fn command_line(sheet: &Path, reading: &cli::Reading) -> String {
    let mut line = quote_path(sheet);
    let flags =
        [("--sheet-name", &reading.sheet_name), ("--operation", &reading.operation), ("--reason", &reading.reason)];
    for (flag, value) in flags {
        if let Some(value) = value {
            line = format!("{line} {flag} {}", quote(value));
        }
    }
    if reading.skip_hidden {
        line.push_str(" --skip-hidden");
    }
    line
}
