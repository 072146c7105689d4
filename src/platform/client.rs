//! The one HTTP client.

use std::time::Duration;

/// How long and how much a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For making the connection.
    pub connect: Duration,
    /// For the whole request, from the first byte out to the last byte in.
    pub request: Duration,
    /// The most bytes of an answer, after decompression.
    pub answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(30), answer_bytes: 8 << 20 }
    }
}

/// What every operation sends its requests over.
#[derive(Clone, Debug)]
pub struct Link {
    limits: Limits,
}
