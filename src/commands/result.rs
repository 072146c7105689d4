//! From the journal to the result file, and to the table on the screen.

use std::ops::ControlFlow;
use std::path::Path;

use crate::ahead::{Sink, ahead};
use crate::error::Result;
use crate::journal::{JobInfo, Journal, JournalLine};
use crate::model::{Line, Mode, Role, Row, Status, Tally, index_of};
use crate::platform::Operation;
use crate::screen::{Column, Table};
use crate::sheet::result::{Reservation, ResultHead, Summary, Written};
use crate::text;
use crate::text::{Lang, Text};

/// So many names are counted on their own in a summary.
const NAMES: u32 = 200;

/// A job whose lines are to be shown.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub journal: &'a Journal,
    pub job: &'a JobInfo,
    pub operation: &'static dyn Operation,
    pub lang: Lang,
}

impl Shown<'_> {
    /// The counts of all lines by status, as a result shows them.
    pub fn tally(&self) -> Result<Tally> {
        let counted = self.journal.tally(self.job.id)?;
        let mut shown = Tally::default();
        counted.present().for_each(|(status, lines)| shown.add_many(self.status(status), lines));
        Ok(shown)
    }

    /// What was matched in a live job and not reached is pending there; a dry run ends with it.
    fn status(&self, status: Status) -> Status {
        let submits = self.operation.promises().submits && !self.job.dry_run;
        if status == Status::Matched && submits { Status::Pending } else { status }
    }

    /// The lines of the result, one at a time, as long as they are wanted.
    pub fn each_line(&self, mut visit: impl FnMut(Line) -> Result<ControlFlow<()>>) -> Result<()> {
        self.journal.each_line(self.job.id, |line| visit(self.line(line)))
    }

    fn line(&self, line: JournalLine) -> Line {
        let columns = self.operation.columns();
        let mut row = Row { number: line.key.row, cells: line.cells, ..Row::default() };
        // The number that was made for the row: handed in again, the sheet repeats it.
        let number = index_of(columns, Role::RequestNo).and_then(|at| row.cells.get_mut(at));
        if let Some(number) = number.filter(|number| number.is_empty() && line.target.is_some()) {
            *number = line.request_no;
        }
        Line {
            row: row.number,
            shop: line.shop,
            item: row.item(columns).id().to_owned(),
            filter: row.cell(columns, Role::Filter).to_owned(),
            reason: row.cell(columns, Role::Reason).to_owned(),
            facts: line.target.as_ref().map_or_else(Vec::new, |target| self.operation.describe(target, self.lang)),
            groups: line
                .target
                .as_ref()
                .map_or_else(Vec::new, |target| self.operation.describe_groups(target, self.lang)),
            name: line.target.as_ref().map(|target| target.name.clone()).unwrap_or_default(),
            target: line.target.map(|target| target.id),
            status: self.status(line.status.unwrap_or(Status::Pending)),
            detail: line.detail,
            attempts: line.attempts,
            sent_at: line.sent_at,
            cells: row.cells,
            extra: line.extra,
        }
    }

    /// Writes the result.
    pub fn write(&self, reservation: &Reservation, notes: Vec<Text>) -> Result<Written> {
        let job = self.job;
        let mut writer = reservation.writer(&ResultHead {
            operation: self.operation.name(),
            columns: self.operation.columns(),
            facts: self.operation.facts(),
            groups: self.operation.groups(),
            extra: job.extra.clone(),
            lang: self.lang,
        })?;
        let read = |sink: Sink<'_, Option<Line>>| self.each_line(|line| sink(&mut Some(line)));
        ahead("result", read, &mut |line| {
            line.take().map_or(Ok(()), |line| writer.line(&line)).map(ControlFlow::Continue)
        })?;
        let by_activity = self.journal.tally_by_name(job.id, NAMES)?;
        let shown = |tally: Tally| {
            let mut shown = Tally::default();
            tally.present().for_each(|(status, lines)| shown.add_many(self.status(status), lines));
            shown
        };
        writer.finish(&Summary {
            job: job.id,
            token: job.token.clone(),
            operation: self.operation.title(),
            sheet: file_name(&job.sheet),
            shops: self.journal.lanes(job.id)?.into_iter().map(|lane| lane.shop).collect(),
            mode: Mode::of(self.operation.promises().submits, job.dry_run),
            sandbox: job.sandbox,
            finished: job.ended_at.is_some(),
            started_at: job.created_at,
            ended_at: job.ended_at,
            rows: job.rows,
            tally: self.tally()?,
            by_activity: by_activity.into_iter().map(|(name, tally)| (name, shown(tally))).collect(),
            notes,
        })
    }

    /// The lines as a table for the screen: `most` of them, and how many there are more.
    pub fn table(&self, most: usize) -> Result<(Table, u64)> {
        let mut more = 0;
        let several_shops = self.journal.lanes(self.job.id)?.len() > 1;
        let mut columns = vec![Column::number(text!("行", "row"))];
        if several_shops {
            columns.push(Column::text(text!("店铺", "shop"), 6, 1));
        }
        columns.extend([
            Column::whole(text!("商品", "item")),
            Column::whole(text!("报名ID", "target")),
            Column::text(text!("活动", "name"), 16, 3),
            Column::whole(text!("结果", "status")),
            Column::text(text!("说明", "detail"), 10, 2),
        ]);
        let mut table = Table::new(columns);
        self.each_line(|line| {
            if table.len() >= most {
                more += 1;
                return Ok(ControlFlow::Continue(()));
            }
            let mut cells = vec![line.row.to_string()];
            if several_shops {
                cells.push(line.shop.clone());
            }
            cells.extend([
                line.item.clone(),
                line.target.clone().unwrap_or_default(),
                if line.target.is_some() { line.name.clone() } else { line.filter.clone() },
                line.status.code().to_owned(),
                line.detail.as_ref().map(|detail| detail.say(self.lang).to_owned()).unwrap_or_default(),
            ]);
            table.row(cells);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((table, more))
    }
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}
