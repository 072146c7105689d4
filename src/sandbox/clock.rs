//! The ledger's time: it never goes back, and goes on over a restart.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Epoch ms now.
pub(super) fn epoch_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Counts ns since the ledger began.
pub(super) struct Clock {
    start: Instant,
    start_ns: u64,
    began_ms: u64,
}

impl Clock {
    /// A clock for a ledger that began at an epoch ms, and whose last entry stands at some ns.
    pub fn going_on(began_ms: u64, last_ns: u64) -> Self {
        let passed = epoch_ms().saturating_sub(began_ms).saturating_mul(1_000_000);
        Self { start: Instant::now(), start_ns: passed.max(last_ns), began_ms }
    }

    /// Ns since the ledger began.
    pub fn now(&self) -> u64 {
        let here = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.start_ns.saturating_add(here)
    }

    /// The epoch ms of an instant of this clock.
    pub const fn epoch_ms_of(&self, ns: u64) -> u64 {
        self.began_ms.saturating_add(ns / 1_000_000)
    }
}
