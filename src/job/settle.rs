//! Looking again: what is in doubt is settled, and what was submitted is verified, by what the platform
//! lists now.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::matching::local_time;
use super::work::Work;
use super::{Event, Listener, Phase, Verdict};
use crate::error::Result;
use crate::failpoint::failpoint;
use crate::journal::{JobInfo, Journal, Lane, LineKey, Tried};
use crate::model::{Item, Status, Target};
use crate::platform::{Failure, Find, Operation};
use crate::text;
use crate::text::Text;

/// So many lines are taken from the journal at once.
const CHUNK: u32 = 256;

/// Looks a lane's submitted targets up again.
pub(super) struct LookingAgain<'a> {
    pub journal: &'a Journal,
    pub job: &'a JobInfo,
    pub lane: &'a Lane,
    pub operation: &'static dyn Operation,
    pub finder: &'a dyn Find,
    pub listener: Listener<'a>,
    /// [`Phase::Settle`] or [`Phase::Verify`].
    pub phase: Phase,
    /// The last line that was taken from the journal.
    pub taken: Cell<LineKey>,
    /// Where the lines are noted that are in doubt and still listed.
    pub listed: &'a RefCell<HashSet<LineKey>>,
    /// The items that were met: several lines of one item are one look-up.
    pub met: RefCell<HashSet<i64>>,
}

/// One item to look up again.
pub(super) struct ToFind {
    number: i64,
    item: Item,
}

/// What a look-up shows of an item.
pub(super) struct Shown {
    listed: Vec<Target>,
    /// Why nothing is listed, where the platform says that there is no such item any more.
    no_such_item: Option<Text>,
}

/// What a look-up shows of a target that was submitted.
enum Found {
    /// It is listed as before.
    Listed,
    /// It is not listed any more, or it is listed as done, in these words.
    Gone(Option<Text>),
    /// It is listed as done, but by another submission.
    DoneByOther(Text),
}

impl LookingAgain<'_> {
    /// The status of the lines that a phase looks at.
    pub const fn status(phase: Phase) -> Status {
        if matches!(phase, Phase::Verify) { Status::Submitted } else { Status::InDoubt }
    }

    /// What a look-up shows of a line's target.
    fn found(&self, shown: &Shown, line: &Tried) -> Found {
        match shown.listed.iter().find(|listed| listed.id == line.target) {
            None => Found::Gone(shown.no_such_item.clone()),
            Some(Target { done: None, .. }) => Found::Listed,
            Some(target) if self.phase == Phase::Settle && !self.operation.is_done_by(target, &line.request_no) => {
                Found::DoneByOther(target.done.clone().unwrap_or_default())
            }
            Some(target) => Found::Gone(target.done.clone()),
        }
    }

    async fn conclude(&self, task: &ToFind, line: &Tried, found: Found) -> Result<u64> {
        let (job, key) = (self.job.id, line.key);
        if matches!(found, Found::Listed) {
            self.listed.borrow_mut().insert(key);
        }
        let was_by_other = matches!(found, Found::DoneByOther(_));
        let at = local_time(jiff::Timestamp::now().as_millisecond());
        let (status, detail) = match self.phase {
            Phase::Verify => verified(&at, found),
            _ => self.settled(&at, found),
        };
        failpoint!("settle.before_record");
        if status == Self::status(self.phase) {
            self.journal.set_outcome(job, key, status, Some(detail.clone())).await?;
        } else {
            self.journal.settle(job, key, status, Some(detail.clone()), !was_by_other).await?;
        }
        failpoint!("settle.after_record");
        self.tell(task, key, &line.target, status, Some(detail));
        Ok(0)
    }

    /// What became of a submission that had no clear answer.
    fn settled(&self, at: &str, found: Found) -> (Status, Text) {
        let job = self.job.id;
        match found {
            Found::DoneByOther(done) => {
                let known = text!(
                    "没有得到明确答复,但 {at} 查询得知不是这次提交所为:",
                    "no clear answer came, but a look-up at {at} shows that it was not by this submission:"
                );
                (Status::Skipped, known.then(&done))
            }
            Found::Gone(Some(done)) => {
                let known = text!(
                    "没有得到明确答复,但 {at} 查询得知已提交:",
                    "no clear answer came, but a look-up at {at} shows that it was submitted:"
                );
                (Status::Submitted, known.then(&done))
            }
            Found::Gone(None) => (
                Status::Submitted,
                text!(
                    "没有得到明确答复,但 {at} 查询时平台已不再列出:算已提交",
                    "no clear answer came, but a look-up at {at} no longer lists it: it was submitted"
                ),
            ),
            Found::Listed => (
                Status::InDoubt,
                text!(
                    "没有得到明确答复,{at} 查询时仍在列;确要再提交一次:unpromo resume {job} --resend-in-doubt",
                    "no clear answer came, and a look-up at {at} still lists it; to send it once more: unpromo resume {job} --resend-in-doubt"
                ),
            ),
        }
    }

    fn tell(&self, task: &ToFind, key: LineKey, target: &str, status: Status, detail: Option<Text>) {
        (self.listener)(Event::Outcome {
            row: key.row,
            shop: self.lane.shop.clone(),
            item: task.item.id().to_owned(),
            target: Some(target.to_owned()),
            name: String::new(),
            before: Some(Self::status(self.phase)),
            status,
            detail,
        });
    }
}

/// What became of a submission that the platform took.
fn verified(at: &str, found: Found) -> (Status, Text) {
    match found {
        Found::Gone(None) => {
            (Status::Verified, text!("{at} 复查:平台不再列出该报名", "a look-up at {at} no longer lists it"))
        }
        Found::Gone(Some(done)) | Found::DoneByOther(done) => {
            (Status::Verified, text!("{at} 复查:", "a look-up at {at}:").then(&done))
        }
        Found::Listed => (
            Status::Submitted,
            text!("平台已受理;{at} 复查时仍在列", "taken by the platform; a look-up at {at} still lists it"),
        ),
    }
}

impl Work for LookingAgain<'_> {
    type Task = ToFind;
    type Value = Shown;

    fn phase(&self) -> Phase {
        self.phase
    }

    fn more(&self) -> Result<Vec<ToFind>> {
        let (job, lane, status) = (self.job.id, self.lane.lane, Self::status(self.phase));
        loop {
            let lines = self.journal.next_planned(job, lane, status, self.taken.get(), CHUNK)?;
            let Some(last) = lines.last() else { return Ok(Vec::new()) };
            self.taken.set(last.key);
            let mut met = self.met.borrow_mut();
            let fresh: Vec<ToFind> = lines
                .into_iter()
                .filter(|line| line.was_attempted && met.insert(line.item_number))
                .map(|line| ToFind { number: line.item_number, item: line.item })
                .collect();
            if !fresh.is_empty() {
                return Ok(fresh);
            }
        }
    }

    fn id<'a>(&self, task: &'a ToFind) -> &'a str {
        task.item.id()
    }

    async fn call(&self, task: &ToFind) -> std::result::Result<Shown, Failure> {
        match self.finder.find_again(&task.item).await {
            Ok(listed) => Ok(Shown { listed, no_such_item: None }),
            // The platform's own word that nothing is there is as good as an empty list.
            Err(failure @ Failure::NoSuchItem { .. }) => {
                Ok(Shown { listed: Vec::new(), no_such_item: Some(failure.sentence()) })
            }
            Err(failure) => Err(failure),
        }
    }

    async fn succeeded(&self, task: &mut ToFind, shown: Shown, _sent_at: i64) -> Result<u64> {
        let status = Self::status(self.phase);
        for line in self.journal.lines_of_item(self.job.id, self.lane.lane, task.number, status)? {
            let found = self.found(&shown, &line);
            self.conclude(task, &line, found).await?;
        }
        Ok(0)
    }

    async fn failed(&self, task: &mut ToFind, failure: &Failure, verdict: Verdict, _sent_at: i64) -> Result<u64> {
        // A lane that stops says at least of this item why nothing was settled.
        let (Verdict::Settle(_) | Verdict::StopLane(..)) = verdict else { return Ok(0) };
        let why = failure.sentence();
        let status = Self::status(self.phase);
        for Tried { key, target, .. } in self.journal.lines_of_item(self.job.id, self.lane.lane, task.number, status)? {
            let detail = match self.phase {
                Phase::Verify => text!("平台已受理;复查没有成功:", "taken by the platform; looking again failed:"),
                _ => text!("没有得到明确答复,再查询也没有成功:", "no clear answer came, and looking again failed:"),
            };
            let detail = detail.then(&why);
            self.journal.set_outcome(self.job.id, key, status, Some(detail.clone())).await?;
            self.tell(task, key, &target, status, Some(detail));
        }
        Ok(0)
    }
}
