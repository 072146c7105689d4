//! A lane: one shop's calls, many at once, in one order and at one pace. Every phase is driven by the
//! same loop; what a phase does is its [`Work`].

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;

use super::pace::{Pace, Turn};
use super::queue::{Job, Queue, Step};
use super::retry::SILENCES;
use super::work::Work;
use super::{Event, LaneEnd, Listener, Phase, Situation, Stop, Verdict, judge};
use crate::error::Result;
use crate::model::Status;
use crate::platform::{Failure, Promises};

/// An attempt is committed so long before its turn: long enough for the disk, short enough that a
/// process that is killed leaves few intended ones that were never sent.
const LEAD: Duration = Duration::from_millis(20);
/// Whoever finds its turn further away than this gives its place back.
const PATIENCE: Duration = Duration::from_millis(500);
/// So many tasks that send nothing are under way at once: what the journal writes in one go.
const LOCAL: usize = 64;

/// One shop's lane, through all phases of a run.
pub(super) struct Lane<'a> {
    pub shop: &'a str,
    promises: Promises,
    listener: Listener<'a>,
    stop: &'a Stop,
    /// The failures that are still allowed, over all lanes.
    allowance: &'a Cell<Option<u64>>,
    max_in_flight: usize,
    pace: RefCell<Pace>,
    order: Mutex<()>,
    permits: Semaphore,
    flying: Cell<usize>,
    /// Set once the lane starts nothing new.
    closed: watch::Sender<Option<LaneEnd>>,
    heard_at: Cell<Option<Instant>>,
    silences: Cell<u32>,
    doubts: Cell<u32>,
    /// The answers that were not throttled.
    taken: Cell<u64>,
}

/// Where a lane's turn went.
enum Go<'p> {
    Now(SemaphorePermit<'p>),
    Later,
}

/// What a lane needs to know at its start.
#[derive(Clone, Copy)]
pub(super) struct Setup<'a> {
    pub shop: &'a str,
    pub promises: Promises,
    pub listener: Listener<'a>,
    pub stop: &'a Stop,
    pub allowance: &'a Cell<Option<u64>>,
    pub max_in_flight: usize,
    pub rate: Option<f64>,
    pub seed: u64,
    pub wait_scale: f64,
}

impl<'a> Lane<'a> {
    pub fn new(setup: Setup<'a>) -> Self {
        Self {
            shop: setup.shop,
            promises: setup.promises,
            listener: setup.listener,
            stop: setup.stop,
            allowance: setup.allowance,
            max_in_flight: setup.max_in_flight,
            pace: RefCell::new(Pace::new(setup.rate, setup.seed).scaled(setup.wait_scale)),
            order: Mutex::new(()),
            permits: Semaphore::new(setup.max_in_flight),
            flying: Cell::new(0),
            closed: watch::Sender::new(None),
            heard_at: Cell::new(None),
            silences: Cell::new(0),
            doubts: Cell::new(0),
            taken: Cell::new(0),
        }
    }

    /// Why the lane starts nothing new; `None` while it does.
    pub fn end(&self) -> Option<LaneEnd> {
        let end = *self.closed.borrow();
        end.or_else(|| self.stop.is_requested().then_some(LaneEnd::Stopped))
    }

    fn close(&self, end: LaneEnd) {
        self.closed.send_if_modified(|closed| {
            let is_first = closed.is_none();
            closed.get_or_insert(end);
            is_first
        });
    }

    async fn closing(&self) {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            _ = closed.wait_for(Option::is_some) => {}
            () = self.stop.requested() => {}
        }
    }

    /// Does all of a phase's work, as far as the lane goes.
    pub async fn drive<W: Work>(&self, work: &W) -> Result<LaneEnd> {
        let mut queue = Queue::new();
        let mut running = FuturesUnordered::new();
        loop {
            while self.end().is_none() && running.len() < self.wanted(work) {
                let Some(job) = queue.next(work)? else { break };
                running.push(self.step(work, job));
            }
            if self.end().is_some() && running.is_empty() {
                return Ok(self.end().unwrap_or(LaneEnd::Done));
            }
            if running.is_empty() && queue.is_empty() {
                return Ok(LaneEnd::Done);
            }
            let due = queue.next_due();
            tokio::select! {
                Some(stepped) = running.next() => {
                    let (job, step) = stepped?;
                    queue.put_back(work, job, step);
                }
                () = until(due), if due.is_some() && self.end().is_none() => queue.wake(),
                () = self.closing(), if self.end().is_none() => {
                    if self.stop.is_requested() {
                        (self.listener)(Event::Stopping { in_flight: self.flying.get() });
                    }
                }
            }
        }
    }

    /// How many tasks may be anywhere between "made ready" and "answered".
    fn wanted<W: Work>(&self, work: &W) -> usize {
        if work.is_local() {
            return LOCAL;
        }
        let ahead = self.pace.borrow().turns_within(LEAD).min(self.max_in_flight);
        self.flying.get() + ahead
    }

    /// One try of one task.
    async fn step<W: Work>(&self, work: &W, mut job: Job<W::Task>) -> Result<(Job<W::Task>, Step)> {
        if work.is_local() {
            return self.local_step(work, job).await;
        }
        self.turn_is_near().await;
        if self.end().is_some() {
            return Ok((job, Step::NotStarted));
        }
        if !work.prepare(&mut job.task).await? {
            (self.listener)(Event::Advanced { phase: work.phase(), by: 1 });
            return Ok((job, Step::Done));
        }
        let permit = match self.turn().await {
            Go::Now(permit) => permit,
            Go::Later => {
                work.retreat(&mut job.task).await?;
                return Ok((job, Step::NotStarted));
            }
        };
        work.check()?;
        let sent = Instant::now();
        let sent_at = jiff::Timestamp::now().as_millisecond();
        job.tries += 1;
        let first_try = *job.first_try.get_or_insert(sent);
        self.flying.update(|flying| flying + 1);
        let answer = work.call(&job.task).await;
        self.flying.update(|flying| flying - 1);
        drop(permit);
        self.hear(work.phase(), answer.as_ref().err());
        let step = match answer {
            Ok(value) => {
                self.answered(sent);
                let trouble = work.succeeded(&mut job.task, value, sent_at).await?;
                self.count(trouble);
                Step::Done
            }
            Err(failure) => {
                let tries = self.tries(&mut job, &failure, sent);
                let situation = Situation {
                    phase: work.phase(),
                    promises: self.promises,
                    tries,
                    is_doubtful: work.is_doubtful(&job.task),
                    // An outage that began meanwhile is no fault of this call's.
                    platform_is_there: self.heard_at.get().is_some_and(|at| at >= first_try)
                        && self.silences.get() < SILENCES,
                    silences: self.silences.get(),
                    doubts: self.doubts.get(),
                };
                let verdict = judge(&failure, situation);
                let trouble = work.failed(&mut job.task, &failure, verdict, sent_at).await?;
                self.count(trouble);
                self.follow(verdict, &failure, work.id(&job.task))
            }
        };
        if matches!(step, Step::Done) {
            (self.listener)(Event::Advanced { phase: work.phase(), by: 1 });
        }
        Ok((job, step))
    }

    /// The same where nothing is sent.
    async fn local_step<W: Work>(&self, work: &W, mut job: Job<W::Task>) -> Result<(Job<W::Task>, Step)> {
        let now = jiff::Timestamp::now().as_millisecond();
        let trouble = match work.call(&job.task).await {
            Ok(value) => work.succeeded(&mut job.task, value, now).await?,
            Err(failure) => work.failed(&mut job.task, &failure, Verdict::Settle(Status::LookupFailed), now).await?,
        };
        self.count(trouble);
        Ok((job, Step::Done))
    }

    /// Notes whether the platform is there at all.
    fn hear(&self, phase: Phase, failure: Option<&Failure>) {
        if failure.is_none_or(Failure::is_answer) {
            self.heard_at.set(Some(Instant::now()));
            self.silences.set(0);
        } else {
            self.silences.set(self.silences.get().saturating_add(1));
        }
        if phase == Phase::Submit {
            let is_doubtful = failure.is_some_and(Failure::leaves_doubt);
            self.doubts.set(if is_doubtful { self.doubts.get().saturating_add(1) } else { 0 });
        }
    }

    fn count(&self, trouble: u64) {
        let left = self.allowance.get().map(|left| left.saturating_sub(trouble));
        self.allowance.set(left);
        if left == Some(0) {
            self.close(LaneEnd::TooManyFailures);
        }
    }

    /// Carries out for the lane what the verdict says.
    fn follow(&self, verdict: Verdict, failure: &Failure, id: &str) -> Step {
        let retrying = || {
            (self.listener)(Event::Retrying { shop: self.shop.to_owned(), id: id.to_owned(), why: failure.sentence() });
        };
        match verdict {
            Verdict::Settle(_) => Step::Done,
            Verdict::StopLane(end, status) => {
                self.close(end);
                (self.listener)(Event::LaneStopped { shop: self.shop.to_owned(), why: failure.sentence() });
                if status.is_some() { Step::Done } else { Step::NotStarted }
            }
            Verdict::Retry(wait) => {
                retrying();
                Step::Again(Instant::now() + self.pace.borrow_mut().jittered(wait))
            }
            Verdict::SlowDown => {
                retrying();
                Step::NotStarted
            }
        }
    }

    /// Any answer but a throttled one tells the pace that the platform takes requests.
    fn answered(&self, sent: Instant) {
        self.taken.update(|taken| taken + 1);
        let rate = self.pace.borrow_mut().answered(sent);
        self.tell_rate(rate);
    }

    fn tell_rate(&self, rate: Option<f64>) {
        if let Some(per_second) = rate {
            (self.listener)(Event::RateChanged { shop: self.shop.to_owned(), per_second });
        }
    }

    /// How many of the job's tries count. A throttled one does only where more on end were throttled than chance
    /// explains, and no other request got through since.
    fn tries<T>(&self, job: &mut Job<T>, failure: &Failure, sent: Instant) -> u32 {
        let Failure::Throttled { wait, .. } = failure else {
            if failure.is_answer() {
                self.answered(sent);
            }
            return job.tries - job.throttled.all;
        };
        let change = self.pace.borrow_mut().throttled(sent, *wait);
        if let Some(wait) = change.pause {
            (self.listener)(Event::Waiting { shop: self.shop.to_owned(), why: failure.sentence(), wait });
        }
        self.tell_rate(change.rate);
        let throttled = &mut job.throttled;
        throttled.all += 1;
        if throttled.taken != self.taken.get() {
            (throttled.taken, throttled.alone) = (self.taken.get(), 0);
        }
        throttled.alone += u32::from(change.is_barred);
        throttled.alone
    }

    /// Waits until the next turn is so near that it is time to get ready for it.
    async fn turn_is_near(&self) {
        loop {
            let near = self.pace.borrow().next_turn().and_then(|at| at.checked_sub(LEAD));
            match near.filter(|near| *near > Instant::now()) {
                None => return,
                Some(near) => tokio::select! {
                    () = tokio::time::sleep_until(near) => {}
                    () = self.closing() => return,
                },
            }
        }
    }

    /// Takes the next turn, first come first served, together with a place among those in flight.
    async fn turn(&self) -> Go<'_> {
        let take = async {
            let _order = self.order.lock().await;
            // One waits with the permit in hand; the others wait behind the lock without.
            let Ok(permit) = self.permits.acquire().await else { return Go::Later };
            loop {
                if self.end().is_some() {
                    return Go::Later;
                }
                let turn = self.pace.borrow_mut().take();
                match turn {
                    Turn::Now => return Go::Now(permit),
                    Turn::At(at) if at > Instant::now() + PATIENCE => return Go::Later,
                    Turn::At(at) => tokio::time::sleep_until(at).await,
                }
            }
        };
        tokio::select! {
            biased;
            go = take => go,
            () = self.closing() => Go::Later,
        }
    }
}

async fn until(due: Option<Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due).await;
    }
}
