//! What people hand in and get back: reading, encodings, columns, writing, templates.
//!
//! [`open`] tells what a sheet is (its format, its worksheet, its operation, its headings) and
//! [`Sheet::read`] hands its rows over one by one, checked, without ever holding the whole of it.

mod bounds;
mod check;
mod choose;
mod columns;
mod fault;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
pub mod guarded;
pub mod headings;
mod ids;
mod layout;
mod misfit;
mod notes;
mod number;
mod opened;
mod place;
mod read;
pub mod result;
mod rows;
mod show;
mod template;
mod unreadable;

pub use bounds::Bounds;
pub use fault::Fault;
pub use layout::{Layout, ReadOptions};
pub use notes::{Note, NoteKind};
pub use opened::{Sheet, open};
pub use place::{cell_place, column_letters};
pub use rows::Checked;
pub use template::{write_sample, write_template};
