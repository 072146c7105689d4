//! Faults by rule: what goes wrong, for which requests, before or after the effect.

mod armed;
mod kind;
mod parse;
mod react;
mod schedule;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(super) use armed::{Faults, read};
pub(super) use kind::{Flaw, KINDS, Kind, Shape};
pub(super) use react::{LOGIN_PAGE, Met, Reaction, react};

use super::compress::Encoding;
use super::platform::{Ids, Seal};
use super::{Call, Id};
use crate::error::Error;
use schedule::Schedule;

/// Whether a fault comes before or after the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Nothing is carried out.
    Before,
    /// It is carried out; only the answer goes wrong.
    After,
}

/// One rule: `CALL:KIND[:before|after][:key=value,…]`, such as
/// `submission:throttle429:first=3,retry_after=2` or `lookup:expired40001:nth=300`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The rule as it was written.
    text: String,
    /// `None`: any call.
    call: Option<Call>,
    kind: Kind,
    when: When,
    schedule: Schedule,
    shop: Option<Id>,
    item: Option<Id>,
    target: Option<Id>,
    /// How often it may happen at most.
    times: Option<u64>,
    /// How long it waits first.
    delay: Duration,
    details: Details,
}

/// What further marks a fault.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of a rule with two values of its own")]
#[derive(Clone, Debug, Default, PartialEq)]
struct Details {
    status: Option<u16>,
    retry_after: Option<RetryAfter>,
    code: Option<String>,
    words: Option<String>,
    location: Option<String>,
    snake: bool,
    quoted: bool,
    page: bool,
    chunked: bool,
    resets: bool,
    mebibytes: Option<u64>,
    idle: Option<Duration>,
    encoding: Option<Encoding>,
    shape: Option<Shape>,
    flaw: Option<Flaw>,
    seal: Option<Seal>,
}

/// The two forms of the header `retry-after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RetryAfter {
    Seconds(u64),
    /// The HTTP date of so many seconds from now.
    DateIn(u64),
}

impl Fault {
    /// The stable name of what goes wrong.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether it comes before or after the effect.
    #[must_use]
    pub const fn when(&self) -> When {
        self.when
    }

    /// Whether the request is carried out although the fault meets it.
    fn carries_out(&self, call: Call) -> bool {
        let is_looked_at = self.kind == Kind::Flawed && call == Call::Lookup;
        self.when == When::After || self.kind.is_transparent() || is_looked_at
    }

    /// How long it waits at its place.
    pub(super) fn delay(&self, when: When) -> Option<Duration> {
        (self.when == when && !self.delay.is_zero()).then_some(self.delay)
    }

    /// Whether the effect is left out.
    pub(super) fn prevents(&self, call: Call) -> bool {
        !self.carries_out(call)
    }

    fn concerns(&self, call: Call, ids: &Ids) -> bool {
        let fits = |wanted: &Option<Id>, id: &Id| wanted.as_ref().is_none_or(|wanted| wanted == id);
        self.call.is_none_or(|wanted| wanted == call)
            && fits(&self.shop, &ids.shop)
            && fits(&self.item, &ids.item)
            && fits(&self.target, &ids.target)
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse::text(text)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
