//! What a sheet shows for a number: the formats that people use are followed, all others are said to be unknown.

#[cfg(test)]
mod code;
#[cfg(test)]
mod date;
mod decimal;
#[cfg(test)]
mod format;

pub(super) use decimal::general;
