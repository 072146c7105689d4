//! What people see in a terminal: plain text, tables, questions, errors, the end of a run.
//!
//! Everything here becomes a string first, so that it can be tested; [`Screen`] knows where it goes.

mod count;
mod question;
mod style;
mod summary;
mod table;
mod time;
mod unseen;
mod width;

pub use crate::plain::{plain, plain_lines};
pub use count::{counts, rate, status_word};
pub use question::{confirm, is_yes, nobody_there};
pub use style::{Paint, Screen, When, colors, error_text};
pub use summary::SummaryView;
pub use table::{Column, Table};
pub use time::{clock, lasting};
pub use unseen::unseen;
pub use width::{pad, truncate, width};
