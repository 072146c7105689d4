//! What the engine tells the outside world while it works. Screens, logs and JSON lines are all
//! readers of these; the engine knows none of them.

use std::time::Duration;

use crate::model::{Mode, Status, Tally};
use crate::text::Text;

/// Which half of a job is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Looking items up and matching.
    Plan,
    /// Submitting what was planned.
    Submit,
    /// Looking up again what is in doubt.
    Settle,
    /// Looking up again what was submitted (`--verify`).
    Verify,
}

impl Phase {
    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Submit => "submit",
            Self::Settle => "settle",
            Self::Verify => "verify",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The job is known and starts, or goes on.
    JobStarted {
        /// The job's number.
        job: i64,
        /// What it does at most.
        mode: Mode,
        /// Whether it runs against the embedded sandbox.
        sandbox: bool,
        /// The operation's stable name.
        operation: &'static str,
        /// Each shop with its limit in requests a second (`None`: no limit).
        shops: Vec<(String, Option<f64>)>,
        /// The rows of the sheet.
        rows: u64,
        /// Whether an earlier start of the job was interrupted.
        resumed: bool,
    },
    /// Something that should be known of the sheet before anything is sent: hidden rows, struck-through text.
    SheetNote {
        /// What it is about: a stable code.
        kind: &'static str,
        /// How many rows, columns, cells or worksheets it is about.
        count: u64,
        /// The sentence.
        text: Text,
    },
    /// A phase begins.
    PhaseStarted {
        /// Which.
        phase: Phase,
        /// How many requests it takes if all goes well: items to look up, or targets to submit.
        total: u64,
    },
    /// One of the phase's total is done (whatever its outcome).
    Advanced {
        /// The phase.
        phase: Phase,
        /// How many more are done.
        by: u64,
    },
    /// A line of the result got its status.
    Outcome {
        /// The row number as Excel shows it.
        row: u64,
        /// The shop.
        shop: String,
        /// The item's id.
        item: String,
        /// The target's id, where there is one.
        target: Option<String>,
        /// The target's name; empty without one.
        name: String,
        /// The status it had, where it had one.
        before: Option<Status>,
        /// The status it has now.
        status: Status,
        /// The sentence beside it.
        detail: Option<Text>,
    },
    /// A shop's lane waits.
    Waiting {
        /// The shop.
        shop: String,
        /// Why.
        why: Text,
        /// How long from now.
        wait: Duration,
    },
    /// Another process works for a shop's account: the job waits until it ends.
    AccountBusy {
        /// The shop.
        shop: String,
        /// The other process, where it is known.
        pid: Option<u32>,
        /// The other process's job, where it is known.
        job: Option<i64>,
        /// Who it is, in words.
        why: Text,
    },
    /// The account that was waited for is free.
    AccountFree {
        /// The shop.
        shop: String,
    },
    /// A shop's limit changed, after throttling or after a quiet while.
    RateChanged {
        /// The shop.
        shop: String,
        /// The limit now: requests a second.
        per_second: f64,
    },
    /// A call went wrong and will be tried again (shown with `-v`).
    Retrying {
        /// The shop.
        shop: String,
        /// The item's or target's id.
        id: String,
        /// What went wrong.
        why: Text,
    },
    /// A shop's lane ended early; the rest of its rows stay pending.
    LaneStopped {
        /// The shop.
        shop: String,
        /// Why.
        why: Text,
    },
    /// The user asked to stop: nothing new is sent, what is in flight is waited for.
    Stopping {
        /// How many calls are in flight.
        in_flight: usize,
    },
    /// A phase ended.
    PhaseEnded {
        /// Which.
        phase: Phase,
    },
    /// The job ended, or stopped; the result is written after this.
    JobEnded {
        /// The job's number.
        job: i64,
        /// Counts of all its lines by status.
        tally: Tally,
    },
}

/// Where events go. Cheap to call: a reader that has much to do keeps it for later.
pub type Listener<'a> = &'a (dyn Fn(Event) + Send + Sync);
