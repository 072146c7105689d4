//! The order of a lane's tasks: the sheet's, except for those that wait.

use std::collections::{BTreeMap, HashSet, VecDeque};

use tokio::time::Instant;

use super::work::Work;
use crate::error::Result;

/// A task on its way through the lane.
pub(super) struct Job<T> {
    /// Its place in the sheet's order.
    place: u64,
    /// How often it was sent.
    pub tries: u32,
    /// How often it was throttled.
    pub throttled: Throttled,
    /// When it was sent first.
    pub first_try: Option<Instant>,
    /// What is to be sent.
    pub task: T,
}

/// A task's throttled tries.
#[derive(Clone, Copy, Default)]
pub(super) struct Throttled {
    /// All of them.
    pub all: u32,
    /// Those on end, beyond what chance explains, while nothing else got through either.
    pub alone: u32,
    /// The lane's answers when it was throttled last.
    pub taken: u64,
}

/// How a step ended.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// The task is done.
    Done,
    /// It is to be tried again, not before this.
    Again(Instant),
    /// It was not sent; it keeps its place.
    NotStarted,
}

/// The lane's tasks that are not under way: in the sheet's order, except those that wait before being
/// tried again, and those that wait for another of their tie.
pub(super) struct Queue<T> {
    places: u64,
    is_drained: bool,
    ready: BTreeMap<u64, Job<T>>,
    waiting: BTreeMap<(Instant, u64), Job<T>>,
    busy: HashSet<String>,
    tied: BTreeMap<String, VecDeque<Job<T>>>,
}

impl<T> Queue<T> {
    pub fn new() -> Self {
        Self {
            places: 0,
            is_drained: false,
            ready: BTreeMap::new(),
            waiting: BTreeMap::new(),
            busy: HashSet::new(),
            tied: BTreeMap::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.is_drained && self.ready.is_empty() && self.waiting.is_empty() && self.tied.is_empty()
    }

    /// The next task that may start now.
    pub fn next<W: Work<Task = T>>(&mut self, work: &W) -> Result<Option<Job<T>>> {
        loop {
            if self.ready.is_empty() && !self.is_drained {
                let more = work.more()?;
                self.is_drained = more.is_empty();
                for task in more {
                    self.places += 1;
                    let place = self.places;
                    self.ready
                        .insert(place, Job { place, tries: 0, throttled: Throttled::default(), first_try: None, task });
                }
            }
            let Some((_, job)) = self.ready.pop_first() else { return Ok(None) };
            let tie = work.tie(&job.task);
            // A task that was tried before already holds its tie.
            if tie.is_empty() || job.tries > 0 || self.busy.insert(tie.to_owned()) {
                return Ok(Some(job));
            }
            self.tied.entry(tie.to_owned()).or_default().push_back(job);
        }
    }

    pub fn put_back<W: Work<Task = T>>(&mut self, work: &W, job: Job<T>, step: Step) {
        match step {
            Step::Done => self.release(work.tie(&job.task)),
            Step::Again(at) => {
                self.waiting.insert((at, job.place), job);
            }
            Step::NotStarted => {
                if job.tries == 0 {
                    self.busy.remove(work.tie(&job.task));
                }
                self.ready.insert(job.place, job);
            }
        }
    }

    /// Lets the next task of a tie go.
    fn release(&mut self, tie: &str) {
        if tie.is_empty() || !self.busy.remove(tie) {
            return;
        }
        let next = self.tied.get_mut(tie).and_then(VecDeque::pop_front);
        if self.tied.get(tie).is_some_and(VecDeque::is_empty) {
            self.tied.remove(tie);
        }
        if let Some(job) = next {
            self.ready.insert(job.place, job);
        }
    }

    pub fn next_due(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    pub fn wake(&mut self) {
        let now = Instant::now();
        while let Some(entry) = self.waiting.first_entry().filter(|entry| entry.key().0 <= now) {
            let job = entry.remove();
            self.ready.insert(job.place, job);
        }
    }
}
