//! The words of the trade, as values: row, item, target, status. Everything above speaks in these.

mod column;
mod filter;
mod id;
mod line;
mod mode;
mod row;
mod status;
mod target;

pub use column::{Choice, Column, FactColumn, GroupSheet, Kind, Need, Role, index_of};
pub use filter::{Filter, fold_width};
pub use id::canonical_id;
pub use line::{Line, Tally};
pub use mode::Mode;
pub use row::{Item, Row};
pub use status::Status;
pub use target::Target;
