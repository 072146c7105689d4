//! The ledger: what arrived, when, and what became of it. The witness against which results are held.

mod book;
mod entry;
mod file;

pub(super) use book::{Book, Milestone, Said, Verdict};
pub use entry::{Entry, Ledger, Outcome};
