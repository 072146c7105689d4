//! What people see in a terminal: plain text, tables, questions, errors, the end of a run.
//!
//! Everything here becomes a string first, so that it can be tested; [`Screen`] knows where it goes.

mod count;
mod plain;
mod question;
mod style;
mod summary;
mod table;
mod time;

pub use count::{counts, rate, status_word};
pub(crate) use plain::is_unseen;
pub use plain::{pad, plain, plain_lines, truncate, width};
pub use question::{confirm, is_yes, nobody_there};
pub use style::{Paint, Screen, When, colors};
pub use summary::SummaryView;
pub use table::{Column, Table};
pub use time::{clock, lasting};
