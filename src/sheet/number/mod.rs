//! What a sheet shows for a number: the formats that people use are followed, all others are said to be unknown.

mod code;
mod date;
mod decimal;
mod format;

pub(super) use date::iso;
pub(super) use decimal::general;
pub(super) use format::{NumberFormat, Shown};
