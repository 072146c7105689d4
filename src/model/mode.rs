//! What a run does at most.

use super::Status;
use crate::text;
use crate::text::Text;

/// What a run does at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It submits.
    #[default]
    Live,
    /// It could submit, and does not: a rehearsal.
    DryRun,
    /// There is nothing to submit: the operation looks things up.
    LookUp,
}

impl Mode {
    /// The mode of a job: a rehearsal of something that only looks up is no rehearsal.
    #[must_use]
    pub const fn of(submits: bool, dry_run: bool) -> Self {
        match (submits, dry_run) {
            (false, _) => Self::LookUp,
            (true, true) => Self::DryRun,
            (true, false) => Self::Live,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::DryRun => "dry_run",
            Self::LookUp => "look_up",
        }
    }

    /// What a status means for it, in a short sentence.
    #[must_use]
    pub fn sentence(self, status: Status) -> Text {
        match (self, status) {
            (Self::LookUp, Status::Matched) => text!("查到", "found"),
            (Self::LookUp, Status::Unmatched) => {
                text!("平台没有这个编号的内容", "the platform knows nothing under this id")
            }
            _ => status.sentence(),
        }
    }

    /// How the first line of a run begins.
    #[must_use]
    pub fn headline(self) -> Text {
        match self {
            Self::Live => text!("正式提交 LIVE", "LIVE"),
            Self::DryRun => text!("试运行 DRY RUN", "DRY RUN"),
            Self::LookUp => text!("只查询 LOOK-UP ONLY", "LOOK-UP ONLY"),
        }
    }
}
