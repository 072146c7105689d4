//! One file a command, thin: build the parts, start the work, print the end.

pub mod completions;
pub mod man;
