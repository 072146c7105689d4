//! `unpromo check`: read and check a sheet; no request is sent.

use super::intake::Faults;
use super::{Context, operation_of};
use crate::cli;
use crate::error::Result;
use crate::sheet::{Checked, Fault};
use crate::text;

pub(super) fn check(context: &Context, args: &cli::Check) -> Result<u8> {
    let sheet = super::run::open(&args.sheet, &args.reading)?;
    let operation = operation_of(sheet.operation)?;
    let (worksheet, heading_row) = (sheet.worksheet.clone(), sheet.heading_row);
    let (mut rows, mut faults) = (0_u64, Faults::default());
    sheet.read(&mut |checked| {
        rows += 1;
        if let Checked::Bad { faults: found, .. } = checked {
            faults.add_row(found.iter().map(Fault::sentence));
        }
        Ok(())
    })?;
    if faults.count > 0 {
        return Err(faults.into_error());
    }
    let title = operation.title();
    let (zh, en, name) = (title.zh, title.en, operation.name());
    let found = match rows {
        0 => text!("下面还没有内容", "no rows below them yet"),
        1 => text!("1 行,没有错", "its one row is good"),
        _ => text!("{rows} 行都没有错", "all {rows} rows are good"),
    };
    let headings = text!(
        "{worksheet}:{zh}({name}),标题在第 {heading_row} 行,",
        "{worksheet}: {en} ({name}), headings in row {heading_row},"
    );
    context.screen().say(&headings.then(&found));
    Ok(0)
}
