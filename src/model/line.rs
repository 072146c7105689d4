//! One line of a result: a row and one target of it, or a row without a target.

use super::Status;
use crate::ahead::Ahead;
use crate::text::Text;

/// One line of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The row number as Excel shows it.
    pub row: u64,
    /// The shop's name.
    pub shop: String,
    /// The item's id.
    pub item: String,
    /// The row's cells, one for each column of the operation.
    pub cells: Vec<String>,
    /// The sheet's own further columns.
    pub extra: Vec<String>,
    /// The filter as it was given.
    pub filter: String,
    /// The reason that was, or would be, submitted.
    pub reason: String,
    /// The target's id; `None` for a row without one.
    pub target: Option<String>,
    /// The target's name; empty for a row without one.
    pub name: String,
    /// What the operation tells of the target: one text for each of its fact columns.
    pub facts: Vec<String>,
    /// What the target is made of: one text for each column of the operation's further worksheet.
    pub groups: Vec<Vec<String>>,
    /// What became of it.
    pub status: Status,
    /// The sentence beside the status; `None`: the status's own.
    pub detail: Option<Text>,
    /// How many submissions were intended for it.
    pub attempts: u32,
    /// When the last one was sent: epoch ms.
    pub sent_at: Option<i64>,
}

impl Line {
    /// The sentence beside the status.
    #[must_use]
    pub fn sentence(&self) -> Text {
        self.detail.clone().unwrap_or_else(|| self.status.sentence())
    }
}

/// `None` is the room for one.
impl Ahead for Option<Line> {
    fn bytes(&self) -> usize {
        let Some(line) = self else { return 0 };
        let texts = line.cells.iter().chain(&line.extra).chain(&line.facts).chain(line.groups.iter().flatten());
        texts.map(String::len).sum()
    }
}

/// How many lines have each status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; Status::ALL.len()]);

impl Tally {
    /// Counts one line.
    pub fn add(&mut self, status: Status) {
        self.add_many(status, 1);
    }

    /// Counts several lines.
    pub fn add_many(&mut self, status: Status, lines: u64) {
        self.0[status as usize] += lines;
    }

    /// Moves one line from a status to another.
    pub fn shift(&mut self, from: Status, to: Status) {
        self.0[from as usize] = self.0[from as usize].saturating_sub(1);
        self.0[to as usize] += 1;
    }

    /// The lines with a status.
    #[must_use]
    pub const fn of(&self, status: Status) -> u64 {
        self.0[status as usize]
    }

    /// Every status that occurs, in the order of [`Status::ALL`], with its count.
    pub fn present(&self) -> impl Iterator<Item = (Status, u64)> + '_ {
        Status::ALL.into_iter().map(|status| (status, self.of(status))).filter(|(_, count)| *count > 0)
    }

    /// All lines.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The lines that make a finished job end with exit code 4.
    #[must_use]
    pub fn trouble(&self) -> u64 {
        self.present().filter(|(status, _)| status.is_trouble()).map(|(_, count)| count).sum()
    }
}
