//! Entries of private parts for the fuzz targets; compiled for them alone.

pub use crate::platform::fuzzing::{coupon_listing, gift_accepted, pool_listing, temu_accepted, temu_listing};
pub use crate::sheet::fuzzing::{Raw, RawRow, is_readable, rows};
