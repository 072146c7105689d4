//! One request as the ledger has it, and what can be asked of many.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sandbox::fault::When;
use crate::sandbox::{Call, Id};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing yet: it is held, or waits.
    Pending,
    /// A look-up or login check was answered with success.
    Answered,
    /// A submission was taken.
    Accepted,
    /// The platform said no, as it does to careful clients too.
    Refused,
    /// The platform said no to what no careful client would send.
    Improper,
    /// A fault came first.
    Fault,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts requests in the order in which they were read.
    pub seq: u64,
    /// When its head had arrived: ns since the ledger began, on a clock that never goes back.
    pub at_ns: u64,
    /// The same as epoch ms.
    pub at_ms: u64,
    /// The platform: `temu`, `wechat-pay`.
    pub platform: Cow<'static, str>,
    /// What it asked for.
    pub kind: Call,
    /// The account: at Temu the mall.
    pub shop: Id,
    /// What was looked up or submitted for: at Temu the SPU.
    pub item: Id,
    /// What was to be withdrawn: at Temu the enrollment.
    pub target: Id,
    /// The words that came with a submission.
    pub reason: Option<Box<str>>,
    /// The number under which a repeated submission is one and the same.
    #[serde(default)]
    pub request_no: Option<Box<str>>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether something was withdrawn by it.
    pub effect: bool,
    /// Whether its target had been withdrawn before.
    pub second: bool,
    /// The fault that met it.
    pub fault: Option<Cow<'static, str>>,
    /// Whether the fault came before or after the effect.
    pub when: Option<When>,
    /// The code of a refusal.
    pub code: Id,
    /// The words of a refusal.
    pub why: Option<Box<str>>,
}

/// A copy of the ledger at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Every request since the ledger began, in the order of their numbers.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// The requests of one kind.
    pub fn of(&self, call: Call) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == call)
    }

    /// The submissions that withdrew something.
    pub fn effects(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.effect)
    }

    /// How often each (shop, target) was withdrawn. Anything above one is what must never happen.
    #[must_use]
    pub fn effects_by_target(&self) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for entry in self.effects() {
            *counts.entry((entry.shop.to_string(), entry.target.to_string())).or_insert(0) += 1;
        }
        counts
    }

    /// The submissions for a target that had been withdrawn before.
    pub fn second_attempts(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.second)
    }

    /// The requests that no careful client would have sent.
    pub fn improper(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.outcome == Outcome::Improper)
    }

    /// When the platform requests of each shop arrived: ns since the ledger began, in order.
    #[must_use]
    pub fn arrivals(&self) -> BTreeMap<String, Vec<u64>> {
        let mut arrivals: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for entry in &self.entries {
            arrivals.entry(entry.shop.to_string()).or_default().push(entry.at_ns);
        }
        for times in arrivals.values_mut() {
            times.sort_unstable();
        }
        arrivals
    }
}
