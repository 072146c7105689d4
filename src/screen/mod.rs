//! What people see in a terminal: plain text, tables, questions, the end of a run.

mod number;
mod style;

pub use number::rate;
pub use style::colors;
