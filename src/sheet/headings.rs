//! The headings that a result adds to an operation's own columns. Writing and reading share these words.

use crate::text::Lang;

/// One heading in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Heading {
    /// The Chinese heading.
    pub zh: &'static str,
    /// The English heading.
    pub en: &'static str,
}

impl Heading {
    /// The heading in a language.
    #[must_use]
    pub const fn say(self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }
}

/// The row's number in the sheet that was handed in.
pub const ROW: Heading = Heading { zh: "行", en: "Row" };
/// The name of the target that the row matched.
pub const NAME: Heading = Heading { zh: "匹配活动", en: "Matched name" };
/// The stable status code.
pub const OUTCOME: Heading = Heading { zh: "结果", en: "Outcome" };
/// The sentence beside the status.
pub const DETAIL: Heading = Heading { zh: "说明", en: "Detail" };
/// How many submissions were intended.
pub const ATTEMPTS: Heading = Heading { zh: "提交次数", en: "Attempts" };
/// When the last submission was sent.
pub const SENT_AT: Heading = Heading { zh: "提交时间", en: "Sent at" };

/// Every heading that a result adds, in no particular order.
pub const ALL: [Heading; 6] = [ROW, NAME, OUTCOME, DETAIL, ATTEMPTS, SENT_AT];
