//! What the sandbox asks of each platform it plays. Ledger, faults and control paths are shared.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::fault::{Flaw, Shape};
use super::id::Id;
use super::ledger::Entry;

/// What a request asks of a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Which targets an item has.
    Lookup,
    /// Withdraw a target.
    Submission,
    /// Whether the credentials live.
    Login,
    /// A path that no platform knows, or that nobody should have followed.
    Unknown,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 4] = [Self::Lookup, Self::Submission, Self::Login, Self::Unknown];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Submission => "submission",
            Self::Login => "login",
            Self::Unknown => "unknown",
        }
    }

    /// The call with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }
}

/// Whom and what a request is about, as far as it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ids {
    /// The account: at Temu the mall.
    pub shop: Id,
    /// What is looked up: at Temu the SPU.
    pub item: Id,
    /// What is withdrawn: at Temu the enrollment.
    pub target: Id,
}

/// A request as a platform reads it.
pub(super) struct Reading<'a> {
    /// What it is about.
    pub ids: Ids,
    /// The words that go with a submission.
    pub reason: Option<Cow<'a, str>>,
    /// The number under which a repeated submission is one and the same.
    pub request_no: Option<Cow<'a, str>>,
    /// Why the platform will not have it, if so.
    pub refusal: Option<Refusal>,
}

/// A platform's no.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The platform's code.
    pub code: Id,
    /// The platform's words.
    pub words: String,
    /// Whether no careful client would ever send such a request.
    pub improper: bool,
}

/// What became of a request that was carried out, or not.
pub(super) struct Done {
    /// The answer, unless a fault takes its place.
    pub answer: Answer,
    /// Whether something was withdrawn.
    pub effect: bool,
    /// Whether the target had been withdrawn before.
    pub second: bool,
    /// The code and words of a refusal.
    pub refusal: Option<Refusal>,
}

impl Done {
    /// An answer without any effect.
    pub const fn answered(answer: Answer) -> Self {
        Self { answer, effect: false, second: false, refusal: None }
    }
}

/// How an answer is signed, by a platform that signs its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// As it should be.
    Good,
    /// Not at all.
    None,
    /// With a signature of another text.
    Wrong,
    /// With a time long past.
    Old,
    /// In the name of a key that nobody knows.
    OtherKey,
}

impl Seal {
    pub const ALL: [(&'static str, Self); 5] = [
        ("good", Self::Good),
        ("none", Self::None),
        ("wrong", Self::Wrong),
        ("old", Self::Old),
        ("other", Self::OtherKey),
    ];
}

/// What a fault makes a platform say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A code that means throttled.
    Throttled,
    /// Another code, with words that mean throttled.
    ThrottledInWords,
    /// The login has expired.
    Expired,
    /// No right to this shop.
    NoRight,
    /// Any other refusal.
    Refused,
    /// This target was submitted before.
    Already,
}

/// How a fault makes a platform say it.
#[derive(Default)]
pub(super) struct Wording<'a> {
    /// Another code than the platform's usual one.
    pub code: Option<&'a str>,
    /// Other words than the platform's usual ones.
    pub words: Option<&'a str>,
    /// `error_code` where `errorCode` is usual.
    pub snake: bool,
    /// The code as text where a number is usual.
    pub quoted: bool,
}

/// One platform on loopback.
pub(super) trait Platform: Send + Sync {
    /// The stable name, as the ledger has it.
    fn name(&self) -> &'static str;
    /// Which call a path is; `None` where it is none of this platform's.
    fn route(&self, path: &str) -> Option<Call>;
    /// Which call a request is, where its path alone does not tell.
    fn told(&self, call: Call, _body: &[u8]) -> Call {
        call
    }
    /// Reads a request strictly. Changes nothing.
    fn read<'a>(&self, call: Call, head: &'a Parts, body: &'a [u8]) -> Reading<'a>;
    /// Carries a request out that was read without a refusal.
    fn carry_out(&self, call: Call, ids: &Ids, body: &Bytes) -> Done;
    /// A refusal in the platform's own form.
    fn refuse(&self, refusal: &Refusal) -> Answer;
    /// A fault in the platform's own form.
    fn complain(&self, trouble: Trouble, wording: &Wording<'_>) -> Answer;
    /// The platform's own way of failing (HTTP 5xx), where it has one.
    fn fail(&self, _status: Option<StatusCode>) -> Option<Answer> {
        None
    }
    /// An answer that looks like success although nothing was done: what somebody else could send.
    fn pretend(&self, _call: Call, _ids: &Ids) -> Answer {
        self.complain(Trouble::Refused, &Wording::default())
    }
    /// Signs an answer, where the platform signs its answers.
    fn seal(&self, _request: &HeaderMap, answer: Answer, _how: Seal) -> Answer {
        answer
    }
    /// An answer that is JSON, but not of the platform's form.
    fn misshape(&self, call: Call, shape: Shape) -> Bytes;
    /// Spoils an answer in one place. A flaw that the platform's answers cannot have leaves it as it is.
    fn spoil(&self, call: Call, flaw: Flaw, answer: &mut Value);
    /// Takes up an effect that an earlier process carried out.
    fn restore(&self, entry: &Entry);
    /// Forgets every effect.
    fn reset(&self);
}
