//! What became of a target: the stable status codes.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// The outcome of a row or target. The codes are a contract: scripts read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Dry run: would be submitted. Look-up-only operations: found.
    Matched,
    /// The platform took the request.
    Submitted,
    /// A later look-up no longer lists it.
    Verified,
    /// The platform refused; its code and words are beside it.
    Rejected,
    /// Looked up; no target fits.
    Unmatched,
    /// The look-up did not succeed.
    LookupFailed,
    /// Certainly not carried out; the retries are used up.
    Failed,
    /// Sent, and no clear answer came.
    InDoubt,
    /// The same target as an earlier row's.
    Duplicate,
    /// Left out, with the reason beside it.
    Skipped,
    /// A bad row, with `--skip-invalid`.
    Invalid,
    /// Not reached.
    Pending,
}

impl Status {
    /// Every status, in the order in which summaries list them.
    pub const ALL: [Self; 12] = [
        Self::Matched,
        Self::Submitted,
        Self::Verified,
        Self::Rejected,
        Self::Unmatched,
        Self::LookupFailed,
        Self::Failed,
        Self::InDoubt,
        Self::Duplicate,
        Self::Skipped,
        Self::Invalid,
        Self::Pending,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Submitted => "submitted",
            Self::Verified => "verified",
            Self::Rejected => "rejected",
            Self::Unmatched => "unmatched",
            Self::LookupFailed => "lookup_failed",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Duplicate => "duplicate",
            Self::Skipped => "skipped",
            Self::Invalid => "invalid",
            Self::Pending => "pending",
        }
    }

    /// The status with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// A short sentence for people.
    #[must_use]
    pub fn sentence(self) -> Text {
        match self {
            Self::Matched => crate::text!("匹配到,尚未提交", "matched; nothing was submitted"),
            Self::Submitted => crate::text!("平台已受理申请", "the platform took the request"),
            Self::Verified => crate::text!("已复查:平台不再列出该报名", "checked afterwards: no longer listed"),
            Self::Rejected => crate::text!("平台拒绝", "the platform refused"),
            Self::Unmatched => crate::text!("没有匹配的报名", "no target fits"),
            Self::LookupFailed => crate::text!("查询失败", "the look-up failed"),
            Self::Failed => {
                crate::text!("确定没有提交成功,重试已用完", "certainly not carried out; retries are used up")
            }
            Self::InDoubt => {
                crate::text!("结果不明:已发出,没有得到明确答复", "in doubt: sent, and no clear answer came")
            }
            Self::Duplicate => crate::text!("与前面的行重复", "the same target as an earlier row"),
            Self::Skipped => crate::text!("跳过", "skipped"),
            Self::Invalid => crate::text!("此行有错,未执行", "a bad row; left out"),
            Self::Pending => crate::text!("还没轮到", "not reached"),
        }
    }

    /// Whether a finished job that holds this status ends with exit code 4.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Rejected | Self::LookupFailed | Self::Failed | Self::InDoubt | Self::Invalid)
    }

    /// Whether a result sheet that is handed in again leaves this line alone.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Verified | Self::Rejected | Self::Unmatched | Self::Duplicate | Self::Skipped
        )
    }
}
