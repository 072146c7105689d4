//! A cell that cannot be used: where it is, what it holds, and what it should hold.

use crate::text;
use crate::text::Text;

use super::show::excerpt;

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `Sheet1!C12`, or `week.csv!C12`.
    pub place: String,
    /// The column's heading as the sheet has it; the operation's own where the sheet has none.
    pub heading: String,
    /// What the cell holds, harmless for a screen and cut to a readable length; empty for a blank cell.
    pub found: String,
    /// What it should hold instead, and what to do.
    pub expected: Text,
}

impl Fault {
    /// The whole sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let Self { place, heading, found, expected } = self;
        let (zh, en) = (&expected.zh, &expected.en);
        // A cell with no heading above it has its place alone.
        let named = match excerpt(heading) {
            heading if heading.is_empty() => place.clone(),
            heading => format!("{place} ({heading})"),
        };
        if found.is_empty() {
            text!("{named}：空单元格；{zh}", "{named}: the cell is empty; {en}")
        } else {
            text!("{named}：现在是“{found}”；{zh}", "{named}: found \"{found}\"; {en}")
        }
    }
}
