//! What has been submitted, and what that does to later look-ups.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::catalogue::Enrollment;
use crate::sandbox::{Listed, Second};

/// The tickets of all malls. Each mall is a world of its own.
pub(super) struct Tickets {
    listed: Listed,
    second: Second,
    /// By mall and enrollment: how many more look-ups list it.
    taken: Mutex<HashMap<(u64, u64), u32>>,
}

/// What became of one ticket.
pub(super) struct Ticket {
    /// It was taken: the enrollment is withdrawn by it.
    pub taken: bool,
    /// The enrollment had been withdrawn before.
    pub second: bool,
}

impl Tickets {
    pub fn new(listed: Listed, second: Second) -> Self {
        Self { listed, second, taken: Mutex::default() }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<(u64, u64), u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a ticket, or refuses it.
    pub fn hand_in(&self, mall: u64, enrollment: u64) -> Ticket {
        let second = self.taken().contains_key(&(mall, enrollment));
        if !second {
            self.restore(mall, enrollment);
        }
        Ticket { taken: !second || self.second == Second::Accept, second }
    }

    /// Marks an enrollment as withdrawn.
    pub fn restore(&self, mall: u64, enrollment: u64) {
        let look_ups = match self.listed {
            Listed::For(look_ups) => look_ups,
            Listed::Always => u32::MAX,
        };
        self.taken().insert((mall, enrollment), look_ups);
    }

    /// Takes out of a look-up what is no longer listed.
    pub fn leave_listed(&self, mall: u64, enrollments: &mut Vec<Enrollment>) {
        let mut taken = self.taken();
        if taken.is_empty() || self.listed == Listed::Always {
            return;
        }
        enrollments.retain(|enrollment| match taken.get_mut(&(mall, enrollment.id)) {
            None => true,
            Some(0) => false,
            Some(look_ups) => {
                *look_ups -= 1;
                true
            }
        });
    }

    /// Forgets every ticket.
    pub fn forget(&self) {
        self.taken().clear();
    }
}
