//! The engine: a job's phases over all of its lanes.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::try_join_all;

use super::lane::{Lane, Setup};
use super::matching::blocked;
use super::plan::Planning;
use super::settle::LookingAgain;
use super::submit::{Submitting, never_settled};
use super::work::Work;
use super::{Event, LaneEnd, Listener, Options, Phase, Stop, after_crash};
use crate::error::Result;
use crate::failpoint::failpoint;
use crate::journal::{self, JobInfo, Journal, LineKey};
use crate::model::Status;
use crate::platform::{Find, Operation, Submit};
use crate::text;
use crate::text::Text;

/// What a job works with.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The journal that holds the job.
    pub journal: &'a Journal,
    /// The job.
    pub job: &'a JobInfo,
    /// Its operation.
    pub operation: &'static dyn Operation,
    /// How it is to be run.
    pub options: &'a Options,
    /// Who is told what happens.
    pub listener: Listener<'a>,
    /// The user's wish to stop.
    pub stop: &'a Stop,
    /// The failures that are still allowed.
    pub allowance: &'a Cell<Option<u64>>,
}

/// One shop of the job, with what looks items up for it.
pub struct Shop<'a> {
    /// As the journal knows it.
    pub lane: &'a journal::Lane,
    /// What looks items up for it.
    pub finder: Box<dyn Find>,
}

/// A job's engine. It looks up; submitting needs submitters, which a dry run never makes.
pub struct Engine<'a> {
    parts: Parts<'a>,
    shops: Vec<Shop<'a>>,
    lanes: Vec<Lane<'a>>,
    /// The lines that a look-up of this run still listed.
    listed: RefCell<HashSet<LineKey>>,
}

impl<'a> Engine<'a> {
    /// An engine for a job's shops.
    #[must_use]
    pub fn new(parts: Parts<'a>, shops: Vec<Shop<'a>>) -> Self {
        let lanes = shops.iter().map(|shop| {
            Lane::new(Setup {
                shop: &shop.lane.shop,
                promises: parts.operation.promises(),
                listener: parts.listener,
                stop: parts.stop,
                allowance: parts.allowance,
                max_in_flight: parts.options.max_in_flight,
                rate: parts.options.rate,
                seed: parts.job.id.unsigned_abs().wrapping_mul(0x9e37_79b9) ^ u64::from(shop.lane.lane),
                wait_scale: parts.options.wait_scale,
            })
        });
        let lanes = lanes.collect();
        Self { parts, shops, lanes, listed: RefCell::default() }
    }

    /// What it works with.
    pub(super) const fn parts(&self) -> &Parts<'a> {
        &self.parts
    }

    /// Looks up what is not looked up yet, and matches. Says why it ended.
    ///
    /// # Errors
    /// When the journal breaks.
    pub async fn plan(&self) -> Result<LaneEnd> {
        let Parts { journal, job, operation, options, listener, .. } = self.parts;
        let works = self.shops.iter().map(|shop| Planning {
            journal,
            job,
            lane: shop.lane,
            operation,
            options,
            finder: shop.finder.as_ref(),
            listener,
            taken: Cell::new(0),
        });
        let works: Vec<_> = works.collect();
        let total = self.sum(|lane| journal.items_left(job.id, lane))?;
        let end = self.drive(Phase::Plan, total, &works).await?;
        if end == LaneEnd::Done {
            failpoint!("plan.before_duplicates");
            journal.resolve_duplicates(job.id).await?;
            failpoint!("plan.after_duplicates");
        }
        Ok(end)
    }

    /// How many targets wait to be submitted.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn to_submit(&self) -> Result<u64> {
        self.sum(|lane| self.parts.journal.lines_with(self.parts.job.id, lane, Status::Matched))
    }

    /// What a process that ended in between left without an answer becomes in doubt, or goes back to
    /// what is to be submitted where a repeat is harmless. Returns how many there were.
    ///
    /// # Errors
    /// When the journal breaks.
    pub async fn recover(&self) -> Result<usize> {
        let Parts { journal, job, operation, .. } = self.parts;
        let unanswered = journal.unanswered(job.id)?;
        for left in &unanswered {
            let Some(before) = left.held.status else { continue };
            let status = after_crash(before, left.held.attempt, operation.promises());
            let interrupted = text!("提交时程序中断,不知结果", "the program ended while it was being submitted");
            let detail = (status == Status::InDoubt)
                .then(|| if operation.promises().settles { interrupted } else { interrupted.then(&never_settled()) });
            failpoint!("recover.before_record");
            journal.forget_answer(left.attempt, job.id, left.key, status, detail).await?;
            failpoint!("recover.after_record");
        }
        journal.sync().await?;
        Ok(unanswered.len())
    }

    /// Looks again at the lines that another job's attempt stood in the way of: what that job has submitted
    /// since is skipped, and what it certainly has not is to be submitted again. Returns how many of those
    /// there are.
    ///
    /// # Errors
    /// When the journal breaks.
    pub async fn review(&self) -> Result<usize> {
        let Parts { journal, job, operation, .. } = self.parts;
        let mut freed = 0;
        for (key, earlier) in journal.blocked(job.id, operation.name())? {
            let (status, detail) = match &earlier {
                None => (Status::Matched, None),
                Some(earlier) => {
                    let (status, detail) = blocked(earlier);
                    (status, Some(detail))
                }
            };
            freed += usize::from(status == Status::Matched);
            journal.set_outcome(job.id, key, status, detail).await?;
        }
        Ok(freed)
    }

    /// Submits what was planned (or, with [`Status::InDoubt`], what is in doubt), with one submitter for
    /// each shop.
    ///
    /// # Errors
    /// When the journal breaks: then nothing more was sent.
    pub async fn submit(&self, submitters: &[Box<dyn Submit>], status: Status) -> Result<LaneEnd> {
        let Parts { journal, job, operation, options, listener, .. } = self.parts;
        let works = self.shops.iter().zip(submitters).map(|(shop, submitter)| Submitting {
            journal,
            job,
            lane: shop.lane,
            operation,
            options,
            submitter: submitter.as_ref(),
            listener,
            status,
            listed: (status == Status::InDoubt && operation.promises().settles).then_some(&self.listed),
            taken: Cell::new(LineKey::default()),
        });
        let works: Vec<_> = works.collect();
        let total = match works.first().and_then(|work| work.listed) {
            Some(listed) => listed.borrow().len() as u64,
            None => self.sum(|lane| journal.lines_with(job.id, lane, status))?,
        };
        self.drive(Phase::Submit, total, &works).await
    }

    /// Looks up again what is in doubt ([`Phase::Settle`]) or what was submitted ([`Phase::Verify`]).
    ///
    /// # Errors
    /// When the journal breaks.
    pub async fn look_again(&self, phase: Phase) -> Result<LaneEnd> {
        let Parts { journal, job, operation, listener, .. } = self.parts;
        if !operation.promises().settles {
            return Ok(LaneEnd::Done);
        }
        let works = self.shops.iter().map(|shop| LookingAgain {
            journal,
            job,
            lane: shop.lane,
            operation,
            finder: shop.finder.as_ref(),
            listener,
            phase,
            taken: Cell::new(LineKey::default()),
            listed: &self.listed,
            met: RefCell::new(HashSet::new()),
        });
        let works: Vec<_> = works.collect();
        let total = self.sum(|lane| journal.items_with(job.id, lane, LookingAgain::status(phase)))?;
        self.drive(phase, total, &works).await
    }

    /// Waits, unless the user asks to stop.
    pub async fn wait(&self, wait: Duration, why: &Text) {
        for lane in self.lanes.iter().filter(|lane| lane.end().is_none()) {
            (self.parts.listener)(Event::Waiting { shop: lane.shop.to_owned(), why: why.clone(), wait });
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.parts.stop.requested() => {}
        }
    }

    /// Drives one work in each lane, side by side.
    async fn drive<W: Work>(&self, phase: Phase, total: u64, works: &[W]) -> Result<LaneEnd> {
        if total == 0 {
            return Ok(LaneEnd::Done);
        }
        // What sends nothing is over at once, and nobody is told of a phase.
        let is_told = !works.iter().all(Work::is_local);
        if is_told {
            (self.parts.listener)(Event::PhaseStarted { phase, total });
        }
        let ends = try_join_all(self.lanes.iter().zip(works).map(|(lane, work)| lane.drive(work))).await?;
        if is_told {
            (self.parts.listener)(Event::PhaseEnded { phase });
        }
        Ok(ends.into_iter().max().unwrap_or(LaneEnd::Done))
    }

    fn sum(&self, count: impl Fn(u32) -> Result<u64>) -> Result<u64> {
        self.shops.iter().map(|shop| count(shop.lane.lane)).sum()
    }
}
