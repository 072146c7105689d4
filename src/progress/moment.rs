//! Now, on both clocks: the one that only goes forward, and the one on the wall.

use std::time::{Duration, Instant};

use jiff::Zoned;

/// One moment.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// For spans.
    pub at: Instant,
    /// For people.
    pub wall: Zoned,
}

impl Moment {
    /// This moment.
    pub(super) fn now() -> Self {
        Self { at: Instant::now(), wall: Zoned::now() }
    }

    /// An earlier moment, by the clock that only goes forward.
    pub(super) fn back_at(&self, at: Instant) -> Self {
        let span = jiff::SignedDuration::try_from(self.at.saturating_duration_since(at)).ok();
        let wall = span.and_then(|span| self.wall.checked_sub(span).ok());
        Self { at: at.min(self.at), wall: wall.unwrap_or_else(|| self.wall.clone()) }
    }

    /// A moment later by a span; as far as the clocks reach.
    pub(super) fn later(&self, span: Duration) -> Self {
        let wall = jiff::SignedDuration::try_from(span).ok().and_then(|span| self.wall.checked_add(span).ok());
        Self { at: self.at.checked_add(span).unwrap_or(self.at), wall: wall.unwrap_or_else(|| self.wall.clone()) }
    }
}
