//! Who works on what: one process a job, and one process an account. Both are OS locks that go when the process does,
//! however it ends.

mod account;
mod job;

pub(super) use account::{AccountLocks, Accounts};
pub(super) use job::JobLock;

/// How often a lock that another process holds is tried again: none of the systems tells when it is free.
pub(super) const POLL: std::time::Duration = std::time::Duration::from_millis(200);
