//! The platforms on loopback, for trying the program and for its tests.
//!
//! An independent witness: it shares no code with the rooms that it judges, is stricter than the real
//! platforms, writes down every request, and fails in every known way on demand. Each platform is a file
//! (or folder); ledger, faults, gates and control paths are shared.

mod answer;
mod broken;
mod clock;
mod compress;
mod control;
mod exchange;
mod fault;
mod gates;
mod header;
mod id;
mod ledger;
mod line;
mod platform;
mod running;
mod server;
pub mod temu;
pub mod top;
pub mod wechat;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

pub use fault::{Fault, When};
pub use id::Id;
pub use ledger::{Entry, Ledger, Outcome};
pub use platform::Call;
pub use running::{Running, Sandbox};

use crate::text::Text;

/// How a sandbox is to be.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0: any that is free.
    pub port: u16,
    /// What goes wrong, from the start.
    pub faults: Vec<Fault>,
    /// A file that keeps the ledger, and with it every effect, over a restart.
    pub ledger: Option<PathBuf>,
    /// What becomes of a target in later look-ups once its submission was taken.
    pub listed: Listed,
    /// What becomes of a second submission for one target.
    pub second: Second,
    /// TLS in front of everything, with the certificate and the ALPN names that this holds; `None`: plain text.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// What becomes of a target in later look-ups once its submission was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// So many more look-ups list it.
    For(u32),
    /// It is listed for ever: accepted is not withdrawn.
    Always,
}

impl Default for Listed {
    fn default() -> Self {
        Self::For(0)
    }
}

/// What becomes of a second submission for one target. The ledger marks it in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Second {
    /// It is refused, in words that say so.
    #[default]
    Refuse,
    /// It is taken, and counts as carried out once more.
    Accept,
}

/// Every kind of fault with its own keys and what it does, in the order in which help lists them.
#[must_use]
pub fn fault_kinds() -> Vec<(&'static str, &'static [&'static str], Text)> {
    fault::KINDS.iter().map(|about| (about.name, about.keys, about.says())).collect()
}

/// Spreads a number over all 64 bits, one to one (`splitmix64`).
const fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
