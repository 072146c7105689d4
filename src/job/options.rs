//! How a job is to be run. Kept in the journal, so that a resumed job runs as it was started.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a job is to be run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The limit for each shop in requests a second; `None`: no limit.
    pub rate: Option<f64>,
    /// The most requests under way at once for each shop.
    pub max_in_flight: usize,
    /// Whether targets whose sessions are all over are left out.
    pub skip_ended: bool,
    /// Whether what an earlier job submitted is submitted again.
    pub again: bool,
    /// Whether submitted targets are looked up again at the end, and after which wait (ms).
    pub verify: Option<u64>,
    /// The failures after which a run stops.
    pub max_failures: Option<u64>,
    /// For making a connection: ms.
    pub connect_timeout: u64,
    /// For a whole request: ms.
    pub request_timeout: u64,
    /// What the engine's own waits are multiplied by, 0.001 to 1. For tests alone, which have no
    /// minutes to spare; what a platform names (`Retry-After`) is waited for in full.
    pub wait_scale: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rate: Some(2.0),
            max_in_flight: 8,
            skip_ended: false,
            again: false,
            verify: None,
            max_failures: None,
            connect_timeout: 10_000,
            request_timeout: 30_000,
            wait_scale: 1.0,
        }
    }
}

impl Options {
    /// The client's limits.
    #[must_use]
    pub fn limits(&self) -> crate::platform::Limits {
        crate::platform::Limits {
            connect: Duration::from_millis(self.connect_timeout),
            request: Duration::from_millis(self.request_timeout),
            ..crate::platform::Limits::default()
        }
    }
}
