//! The plan phase: each distinct item is looked up once, and its rows are matched.

use std::cell::Cell;

use super::matching::Listing;
use super::work::Work;
use super::{Event, Listener, Options, Phase, Verdict};
use crate::error::Result;
use crate::failpoint::failpoint;
use crate::journal::{JobInfo, Journal, Lane, LineKey, Outcome, ToFind};
use crate::model::{Role, Row, Status, Target, canonical_id};
use crate::platform::{Failure, Find, Operation};

/// So many items are taken from the journal at once.
const CHUNK: u32 = 256;

/// Looks a lane's items up.
pub(super) struct Planning<'a> {
    pub journal: &'a Journal,
    pub job: &'a JobInfo,
    pub lane: &'a Lane,
    pub operation: &'static dyn Operation,
    pub options: &'a Options,
    pub finder: &'a dyn Find,
    pub listener: Listener<'a>,
    /// The last item that was taken from the journal.
    pub taken: Cell<i64>,
}

impl Work for Planning<'_> {
    type Task = ToFind;
    type Value = Vec<Target>;

    fn phase(&self) -> Phase {
        Phase::Plan
    }

    fn is_local(&self) -> bool {
        !self.operation.promises().looks_up
    }

    fn more(&self) -> Result<Vec<ToFind>> {
        let items = self.journal.next_items(self.job.id, self.lane.lane, self.taken.get(), CHUNK)?;
        if let Some(last) = items.last() {
            self.taken.set(last.number);
        }
        Ok(items)
    }

    fn id<'a>(&self, task: &'a ToFind) -> &'a str {
        task.item.id()
    }

    async fn call(&self, task: &ToFind) -> std::result::Result<Vec<Target>, Failure> {
        failpoint!("plan.before_send");
        let answer = self.finder.find(&task.item).await;
        failpoint!("plan.after_answer");
        answer
    }

    async fn succeeded(&self, task: &mut ToFind, listed: Vec<Target>, _sent_at: i64) -> Result<u64> {
        // Read now and not with the rows: another process may have submitted meanwhile what is not listed any more.
        let (operation, account) = (self.operation.name(), &self.lane.account);
        let item = canonical_id(task.item.id());
        let earlier = self.journal.earlier_attempts(operation, account, item, self.job.id)?;
        let listing = Listing { operation: self.operation, options: self.options, listed: &listed, earlier: &earlier };
        let outcomes = task.rows.iter().flat_map(|row| listing.lines(row, &self.request_no(row))).collect();
        self.record(task, outcomes).await
    }

    async fn failed(&self, task: &mut ToFind, failure: &Failure, verdict: Verdict, _sent_at: i64) -> Result<u64> {
        let Verdict::Settle(status) = verdict else { return Ok(0) };
        let outcomes = task.rows.iter().map(|row| Outcome {
            key: LineKey { row: row.number, seq: 0 },
            target: None,
            request_no: String::new(),
            status,
            detail: Some(failure.sentence()),
        });
        self.record(task, outcomes.collect()).await
    }
}

impl Planning<'_> {
    /// The number under which the row's submission may be repeated: its own, or one made from the job
    /// and the row, the same at every retry.
    fn request_no(&self, row: &Row) -> String {
        if !self.operation.promises().repeats {
            return String::new();
        }
        match row.cell(self.operation.columns(), Role::RequestNo) {
            "" => format!("{}_{}_{}", self.job.token, self.job.id, row.number),
            own => own.to_owned(),
        }
    }

    async fn record(&self, task: &ToFind, outcomes: Vec<Outcome>) -> Result<u64> {
        let told: Vec<Event> = outcomes.iter().map(|outcome| self.event(task, outcome)).collect();
        let trouble = outcomes.iter().filter(|outcome| outcome.status.is_trouble()).count();
        failpoint!("plan.before_record");
        self.journal.record_plan(self.job.id, self.lane.lane, task.number, outcomes).await?;
        failpoint!("plan.after_record");
        told.into_iter().for_each(self.listener);
        Ok(trouble as u64)
    }

    fn event(&self, task: &ToFind, outcome: &Outcome) -> Event {
        let target = outcome.target.as_ref();
        Event::Outcome {
            row: outcome.key.row,
            shop: self.lane.shop.clone(),
            item: task.item.id().to_owned(),
            target: target.map(|target| target.id.clone()),
            name: target.map(|target| target.name.clone()).unwrap_or_default(),
            before: None,
            status: match outcome.status {
                // A live job has not reached it yet; only a dry run ends with it.
                Status::Matched if self.operation.promises().submits && !self.job.dry_run => Status::Pending,
                status => status,
            },
            detail: outcome.detail.clone(),
        }
    }
}
