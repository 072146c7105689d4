//! The ledger while it is being written.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::file::{LedgerFile, Opened};
use super::{Entry, Ledger, Outcome};
use crate::error::Result;
use crate::sandbox::clock::{Clock, epoch_ms};
use crate::sandbox::fault::When;
use crate::sandbox::platform::Ids;
use crate::sandbox::{Call, Id};

/// The ledger while it is being written.
pub(in crate::sandbox) struct Book {
    pages: Mutex<Pages>,
    turned: Notify,
    pub clock: Clock,
}

#[derive(Default)]
struct Pages {
    entries: Vec<Entry>,
    /// The number of the first entry that this process wrote, and where it stands.
    first: u64,
    offset: usize,
    next: u64,
    arrived: [u64; Call::ALL.len()],
    finished: [u64; Call::ALL.len()],
    effects: u64,
    file: Option<LedgerFile>,
}

/// Something that tests wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Milestone {
    /// Requests of a kind arrived.
    Arrived(Call),
    /// Requests of a kind met their outcome (the answer may still be held).
    Finished(Call),
    /// Submissions withdrew something.
    Effects,
}

/// What a request said, apart from whom and what it is about.
#[derive(Clone, Copy, Default)]
pub(in crate::sandbox) struct Said<'a> {
    pub reason: Option<&'a str>,
    pub request_no: Option<&'a str>,
}

/// What became of a request, to be written behind it.
pub(in crate::sandbox) struct Verdict {
    pub outcome: Outcome,
    pub effect: bool,
    pub second: bool,
    pub fault: Option<(&'static str, When)>,
    pub code: Id,
    pub why: Option<Box<str>>,
}

impl Verdict {
    /// An outcome without more to say.
    pub const fn of(outcome: Outcome) -> Self {
        Self { outcome, effect: false, second: false, fault: None, code: Id::Unknown, why: None }
    }
}

impl Book {
    /// Opens a ledger: in memory alone, or with its file.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        let mut pages = Pages { next: 1, first: 1, ..Pages::default() };
        let mut began_ms = epoch_ms();
        if let Some(path) = path {
            let Opened { file, entries, began_ms: then } = LedgerFile::open(path)?;
            pages.next = entries.last().map_or(1, |last| last.seq + 1);
            (pages.first, pages.offset) = (pages.next, entries.len());
            for entry in &entries {
                pages.arrived[entry.kind as usize] += 1;
                pages.finished[entry.kind as usize] += 1;
                pages.effects += u64::from(entry.effect);
            }
            (pages.entries, pages.file, began_ms) = (entries, Some(file), then);
        }
        let last_ns = pages.entries.iter().map(|entry| entry.at_ns).max().unwrap_or(0);
        let clock = Clock::going_on(began_ms, last_ns);
        Ok(Self { pages: Mutex::new(pages), turned: Notify::new(), clock })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request down as it arrives; its number is for [`finish`](Self::finish).
    pub fn arrive(&self, at_ns: u64, platform: &'static str, kind: Call, ids: &Ids, said: Said<'_>) -> u64 {
        let mut pages = self.pages();
        let seq = pages.next;
        pages.next += 1;
        pages.arrived[kind as usize] += 1;
        pages.entries.push(Entry {
            seq,
            at_ns,
            at_ms: self.clock.epoch_ms_of(at_ns),
            platform: Cow::Borrowed(platform),
            kind,
            shop: ids.shop.clone(),
            item: ids.item.clone(),
            target: ids.target.clone(),
            reason: said.reason.map(Into::into),
            request_no: said.request_no.map(Into::into),
            outcome: Outcome::Pending,
            effect: false,
            second: false,
            fault: None,
            when: None,
            code: Id::Unknown,
            why: None,
        });
        drop(pages);
        self.turned.notify_waiters();
        seq
    }

    /// Writes down what became of a request, and hands the line to the file before it returns.
    ///
    /// # Errors
    /// When the file cannot be written: then nobody may be told of an effect.
    pub fn finish(&self, seq: u64, verdict: Verdict) -> io::Result<()> {
        let mut pages = self.pages();
        // A request that was under way when the ledger was reset is in it no more.
        let Some(index) = seq.checked_sub(pages.first).and_then(|since| usize::try_from(since).ok()) else {
            return Ok(());
        };
        let index = index + pages.offset;
        let Pages { entries, finished, effects, file, .. } = &mut *pages;
        let Some(entry) = entries.get_mut(index) else {
            return Ok(());
        };
        entry.outcome = verdict.outcome;
        entry.effect = verdict.effect;
        entry.second = verdict.second;
        entry.code = verdict.code;
        entry.why = verdict.why;
        if let Some((fault, when)) = verdict.fault {
            entry.fault = Some(Cow::Borrowed(fault));
            entry.when = Some(when);
        }
        finished[entry.kind as usize] += 1;
        *effects += u64::from(entry.effect);
        let written = file.as_mut().map_or(Ok(()), |file| file.append(entry));
        drop(pages);
        self.turned.notify_waiters();
        written
    }

    /// A copy of all that is written.
    pub fn copy(&self) -> Ledger {
        Ledger { entries: self.pages().entries.clone() }
    }

    /// Looks at what is written without copying it.
    pub fn look<T>(&self, reader: impl FnOnce(&[Entry]) -> T) -> T {
        reader(&self.pages().entries)
    }

    /// How far a milestone has been reached.
    pub fn count(&self, milestone: Milestone) -> u64 {
        let pages = self.pages();
        match milestone {
            Milestone::Arrived(call) => pages.arrived[call as usize],
            Milestone::Finished(call) => pages.finished[call as usize],
            Milestone::Effects => pages.effects,
        }
    }

    /// Returns as soon as a milestone has been reached so many times.
    pub async fn reached(&self, milestone: Milestone, count: u64) {
        loop {
            // Listening starts before counting, so that nothing slips between the two.
            let turned = self.turned.notified();
            if self.count(milestone) >= count {
                return;
            }
            turned.await;
        }
    }

    /// Forgets all that is written, in the file too.
    pub fn clear(&self) -> io::Result<()> {
        let mut pages = self.pages();
        let Pages { next, file, .. } = std::mem::take(&mut *pages);
        (pages.next, pages.first) = (next, next);
        pages.file = file;
        pages.file.as_mut().map_or(Ok(()), LedgerFile::clear)
    }
}
