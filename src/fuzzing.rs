//! Entries of private parts for the fuzz targets; compiled for them alone.

pub use crate::platform::fuzzing::{temu_accepted, temu_listing};
pub use crate::sheet::fuzzing::{Raw, RawRow, rows};
