//! The submit phase: each planned target is submitted, at most once unless it certainly was not carried
//! out. The attempt is on the disk before anything leaves.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::matching::blocked;
use super::work::Work;
use super::{Event, Listener, Options, Phase, Verdict};
use crate::error::Result;
use crate::failpoint::failpoint;
use crate::journal::{Answered, AttemptState, Intended, Intent, JobInfo, Journal, Lane, LineKey, Planned};
use crate::model::{Role, Row, Status, canonical_id};
use crate::platform::{Accepted, Failure, Operation, Submission, Submit};
use crate::text;
use crate::text::Text;

/// So many targets are taken from the journal at once.
const CHUNK: u32 = 256;

/// Submits a lane's planned targets.
pub(super) struct Submitting<'a> {
    pub journal: &'a Journal,
    pub job: &'a JobInfo,
    pub lane: &'a Lane,
    pub operation: &'static dyn Operation,
    pub options: &'a Options,
    pub submitter: &'a dyn Submit,
    pub listener: Listener<'a>,
    /// The status of the lines to submit: planned ones, or those in doubt (`--resend-in-doubt`).
    pub status: Status,
    /// The lines in doubt that a look-up of this run still listed: no others are sent once more. `None`
    /// where no look-up tells, or what is to be submitted is not in doubt.
    pub listed: Option<&'a RefCell<HashSet<LineKey>>>,
    /// The last line that was taken from the journal.
    pub taken: Cell<LineKey>,
}

/// One target to submit.
pub(super) struct ToSubmit {
    key: LineKey,
    submission: Submission,
    /// The attempt that is on the disk for the next try.
    attempt: Option<i64>,
    /// Whether an earlier try may have been carried out.
    is_doubtful: bool,
}

impl Work for Submitting<'_> {
    type Task = ToSubmit;
    type Value = Accepted;

    fn phase(&self) -> Phase {
        Phase::Submit
    }

    fn more(&self) -> Result<Vec<ToSubmit>> {
        loop {
            let planned =
                self.journal.next_planned(self.job.id, self.lane.lane, self.status, self.taken.get(), CHUNK)?;
            let Some(last) = planned.last() else { return Ok(Vec::new()) };
            self.taken.set(last.key);
            let listed = self.listed.map(RefCell::borrow);
            let may_go = |line: &Planned| listed.as_ref().is_none_or(|listed| listed.contains(&line.key));
            let tasks: Vec<ToSubmit> = planned.into_iter().filter(may_go).map(|line| self.task(line)).collect();
            if !tasks.is_empty() {
                return Ok(tasks);
            }
        }
    }

    fn id<'a>(&self, task: &'a ToSubmit) -> &'a str {
        &task.submission.target.id
    }

    fn tie<'a>(&self, task: &'a ToSubmit) -> &'a str {
        &task.submission.target.group
    }

    fn is_doubtful(&self, task: &ToSubmit) -> bool {
        task.is_doubtful
    }

    async fn prepare(&self, task: &mut ToSubmit) -> Result<bool> {
        let target = &task.submission.target;
        let intent = Intent {
            operation: self.operation.name(),
            account: self.lane.account.clone(),
            item: canonical_id(task.submission.item.id()).to_owned(),
            target: target.id.clone(),
            name: target.name.clone(),
            job: self.job.id,
            key: task.key,
            request_no: task.submission.request_no.clone(),
            // Whatever else the journal holds: without a promise or the user's word nothing that may have been
            // carried out is sent again.
            replaces_own: task.is_doubtful && (self.operation.promises().repeats || self.status == Status::InDoubt),
            again: self.options.again,
        };
        failpoint!("submit.before_intend");
        let intended = self.journal.intend(intent).await?;
        failpoint!("submit.after_intend");
        match intended {
            Intended::Go(attempt) => {
                task.attempt = Some(attempt);
                Ok(true)
            }
            Intended::Blocked(earlier) => {
                let (status, detail) = blocked(&earlier);
                self.journal.set_outcome(self.job.id, task.key, status, Some(detail.clone())).await?;
                self.tell(task, status, Some(detail));
                Ok(false)
            }
        }
    }

    fn check(&self) -> Result<()> {
        self.journal.check_files()
    }

    async fn retreat(&self, task: &mut ToSubmit) -> Result<()> {
        failpoint!("submit.before_retreat");
        match task.attempt.take() {
            // What stands in for a doubtful try keeps standing in the way of others.
            Some(attempt) if task.is_doubtful => self.answer(attempt, None, AttemptState::Unclear, None, None).await?,
            Some(attempt) => self.journal.take_back(attempt).await?,
            None => {}
        }
        failpoint!("submit.after_retreat");
        Ok(())
    }

    async fn call(&self, task: &ToSubmit) -> std::result::Result<Accepted, Failure> {
        failpoint!("submit.before_send");
        let answer = self.submitter.submit(&task.submission).await;
        failpoint!("submit.after_answer");
        answer
    }

    async fn succeeded(&self, task: &mut ToSubmit, accepted: Accepted, sent_at: i64) -> Result<u64> {
        let detail = accepted.words.map(Text::verbatim);
        self.settle(task, sent_at, AttemptState::Accepted, Status::Submitted, detail).await
    }

    async fn failed(&self, task: &mut ToSubmit, failure: &Failure, verdict: Verdict, sent_at: i64) -> Result<u64> {
        let proven = match failure {
            failure if failure.leaves_doubt() => AttemptState::Unclear,
            Failure::NotSent(_) | Failure::Throttled { .. } | Failure::Credentials { .. } => {
                AttemptState::NotCarriedOut
            }
            Failure::Refused { .. } | Failure::NoSuchItem { .. } => AttemptState::Refused,
            Failure::AlreadySubmitted { .. } => AttemptState::Accepted,
            Failure::NoAnswer(_) | Failure::Unclear(_) | Failure::OtherAccount { .. } => AttemptState::Unclear,
        };
        // What an earlier try may have done, this one's failure does not undo.
        let state = if task.is_doubtful && !proven.blocks() { AttemptState::Unclear } else { proven };
        task.is_doubtful = state == AttemptState::Unclear;
        match verdict {
            Verdict::Settle(status) | Verdict::StopLane(_, Some(status)) => {
                let detail = self.unsettled(status, failure.sentence());
                self.settle(task, sent_at, state, status, Some(detail)).await
            }
            Verdict::Retry(_) | Verdict::SlowDown | Verdict::StopLane(_, None) => {
                if let Some(attempt) = task.attempt.take() {
                    self.answer(attempt, Some(sent_at), state, Some(failure.sentence()), None).await?;
                }
                Ok(0)
            }
        }
    }
}

/// What stands behind a doubt where the platform has no look-up.
pub(super) fn never_settled() -> Text {
    text!(
        "(平台没有查询接口,无法核实,请到平台后台确认)",
        "(there is no look-up to settle it with: check on the platform's own page)"
    )
}

impl Submitting<'_> {
    fn task(&self, planned: Planned) -> ToSubmit {
        let row = Row { number: planned.key.row, cells: planned.cells, ..Row::default() };
        let reason = row.cell(self.operation.columns(), Role::Reason).to_owned();
        ToSubmit {
            key: planned.key,
            submission: Submission {
                item: planned.item,
                target: planned.target,
                reason,
                request_no: planned.request_no,
            },
            attempt: None,
            is_doubtful: planned.was_attempted,
        }
    }

    /// A doubt that no look-up will ever settle says so.
    fn unsettled(&self, status: Status, why: Text) -> Text {
        if status == Status::InDoubt && !self.operation.promises().settles { why.then(&never_settled()) } else { why }
    }

    async fn settle(
        &self,
        task: &mut ToSubmit,
        sent_at: i64,
        state: AttemptState,
        status: Status,
        detail: Option<Text>,
    ) -> Result<u64> {
        if let Some(attempt) = task.attempt.take() {
            let outcome = Some((self.job.id, task.key, status, detail.clone()));
            self.answer(attempt, Some(sent_at), state, detail.clone(), outcome).await?;
        }
        self.tell(task, status, detail);
        Ok(u64::from(status.is_trouble()))
    }

    async fn answer(
        &self,
        attempt: i64,
        sent_at: Option<i64>,
        state: AttemptState,
        words: Option<Text>,
        outcome: Option<(i64, LineKey, Status, Option<Text>)>,
    ) -> Result<()> {
        failpoint!("submit.before_record");
        self.journal.answer(Answered { attempt, sent_at, state, words, outcome }).await?;
        failpoint!("submit.after_record");
        Ok(())
    }

    fn tell(&self, task: &ToSubmit, status: Status, detail: Option<Text>) {
        let target = &task.submission.target;
        (self.listener)(Event::Outcome {
            row: task.key.row,
            shop: self.lane.shop.clone(),
            item: task.submission.item.id().to_owned(),
            target: Some(target.id.clone()),
            name: target.name.clone(),
            before: Some(if self.status == Status::InDoubt { Status::InDoubt } else { Status::Pending }),
            status,
            detail,
        });
    }
}
