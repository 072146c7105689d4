//! A sheet on its way into the journal: every row checked, its shop found, before any request leaves.

use std::path::Path;

use ring::digest::{Context as Digest, SHA256};

use super::shops::Shops;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::journal::{Journal, NewRow};
use crate::model::{Role, Row, Status};
use crate::platform::{OPERATIONS, Operation};
use crate::sheet::{Checked, Fault, Layout, Note, Sheet};
use crate::text;
use crate::text::{Lang, Text};

/// So many rows go to the journal at once.
const BATCH: usize = 500;
/// So many bad cells are shown; the rest are counted.
const FAULTS_SHOWN: usize = 100;

/// The layouts that a sheet may have: the operation's that was named, or every one.
pub(super) fn layouts(operation: Option<&str>) -> Vec<Layout> {
    let wanted = OPERATIONS.iter().filter(|known| operation.is_none_or(|name| name == known.name()));
    let layout = |known: &&'static dyn Operation| Layout {
        operation: known.name(),
        columns: known.columns(),
        facts: known.facts(),
    };
    wanted.map(layout).collect()
}

/// What was wrong with a sheet's cells.
#[derive(Default)]
pub(super) struct Faults {
    shown: Vec<Text>,
    pub count: u64,
    /// The rows that have any.
    pub rows: u64,
}

impl Faults {
    pub fn add_row(&mut self, faults: impl IntoIterator<Item = Text>) {
        self.rows += 1;
        for fault in faults {
            self.count += 1;
            if self.shown.len() < FAULTS_SHOWN {
                self.shown.push(fault);
            }
        }
    }

    /// All of them in one error that names the sheet; nothing was sent.
    pub fn into_error(self, sheet: &Path) -> Error {
        let (count, rows, sheet) = (self.count, self.rows, sheet.display());
        let english = match (count, rows) {
            (1, _) => format!("1 bad cell in {sheet}"),
            (_, 1) => format!("{count} bad cells in 1 row of {sheet}"),
            _ => format!("{count} bad cells in {rows} rows of {sheet}"),
        };
        let mut what =
            text!("{sheet} 里有 {rows} 行、{count} 处错误；什么也没有提交：", "{english}; nothing was sent:");
        for fault in &self.shown {
            what = what.then(&text!("\n  ", "\n  ")).then(fault);
        }
        let more = self.count - self.shown.len() as u64;
        if more > 0 {
            what = what.then(&text!("\n  …… 还有 {more} 处", "\n  … and {more} more"));
        }
        Error::usage(what).next(text!(
            "请改好这些格子再运行;或加上 --skip-invalid,只执行没有错的行",
            "mend these cells and run again; or add --skip-invalid to run the good rows only"
        ))
    }
}

/// What a sheet came to.
pub(super) struct Intake {
    pub rows: u64,
    pub faults: Faults,
    /// SHA-256 over the operation and every row with its account: the same instructions for the same
    /// shops, in whatever file.
    pub content: String,
    /// What should be said of the sheet before anything is sent.
    pub notes: Vec<Note>,
}

/// Reads a sheet into a job.
pub(super) fn read_into(
    journal: &Journal,
    job: i64,
    sheet: Sheet,
    operation: &'static dyn Operation,
    shops: &mut Shops<'_>,
    skip_invalid: bool,
) -> Result<Intake> {
    let mut intake = Intake { rows: 0, faults: Faults::default(), content: String::new(), notes: Vec::new() };
    let mut digest = Digest::new(&SHA256);
    digest.update(operation.name().as_bytes());
    let mut batch = Vec::with_capacity(BATCH);
    let notes = sheet.read(&mut |checked| {
        intake.rows += 1;
        let new = match checked {
            Checked::Good(row) => good(row, operation, shops)?,
            Checked::Hidden(row) => hidden(row),
            Checked::Bad { row, faults } => bad(row, &faults.iter().map(Fault::sentence).collect::<Vec<_>>()),
        };
        if let Some((Status::Invalid, why)) = &new.outcome {
            intake.faults.add_row(why.lines());
        }
        let account = new.lane.and_then(|lane| shops.lanes.get(lane as usize)).map(|(lane, _)| lane.account.as_str());
        add_to(&mut digest, &new.row, account.unwrap_or_default());
        batch.push(new);
        if batch.len() == BATCH && (skip_invalid || intake.faults.count == 0) {
            journal.add_rows(job, std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))?;
        }
        // Once a cell is bad nothing of the sheet is kept; it is only read on for the other bad cells.
        if !skip_invalid && intake.faults.count > 0 {
            batch.clear();
        }
        Ok(())
    })?;
    journal.add_rows(job, batch)?;
    intake.notes = notes;
    intake.content = hex(digest.finish().as_ref());
    Ok(intake)
}

/// A checked row with its shop.
fn good(row: Row, operation: &dyn Operation, shops: &mut Shops<'_>) -> Result<NewRow> {
    let columns = operation.columns();
    let cell = row.cell(columns, Role::Shop);
    let lane = match shops.lane(cell) {
        Ok(lane) => lane,
        // Without a name of its own the row is not to blame: the command is.
        Err(why) if cell.is_empty() => return Err(why),
        Err(why) => {
            let number = row.number;
            return Ok(bad(row, &[text!("第 {number} 行:", "row {number}:").then(&why.what)]));
        }
    };
    if let Some(earlier) = row.earlier.filter(|earlier| earlier.is_settled()) {
        let code = earlier.code();
        let detail = text!(
            "表里写着上次的结果是 {code};要再做一次,请清空这一格",
            "this sheet says it came to {code} before; to do it again, clear that cell"
        );
        return Ok(NewRow { row, lane: Some(lane), item: None, outcome: Some((Status::Skipped, detail)) });
    }
    let item = row.item(columns);
    Ok(NewRow { row, lane: Some(lane), item: Some(item), outcome: None })
}

/// A hidden row that is left out.
fn hidden(row: Row) -> NewRow {
    let detail = text!("这一行是隐藏的，按 --skip-hidden 跳过", "the row is hidden and left out (--skip-hidden)");
    NewRow { row, lane: None, item: None, outcome: Some((Status::Skipped, detail)) }
}

fn bad(row: Row, faults: &[Text]) -> NewRow {
    NewRow { row, lane: None, item: None, outcome: Some((Status::Invalid, joined(faults))) }
}

fn joined(faults: &[Text]) -> Text {
    let all = |lang: Lang| faults.iter().map(|fault| fault.say(lang)).collect::<Vec<_>>().join("\n");
    Text { zh: all(Lang::Zh), en: all(Lang::En) }
}

fn add_to(digest: &mut Digest, row: &Row, account: &str) {
    // Lengths stand between the parts, so that no two sheets run into one.
    let mut part = |text: &str| {
        digest.update(&(text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    part(&row.number.to_string());
    part(account);
    row.cells.iter().for_each(|cell| part(cell));
}
