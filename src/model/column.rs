//! What an operation reads from a sheet: its columns, known by name in Chinese and English.

use crate::text::Text;

/// A column that an operation reads.
#[derive(Debug)]
pub struct Column {
    /// The stable name, which is also the English heading: the platform's own name where it has one.
    pub key: &'static str,
    /// The Chinese heading, as templates and results write it.
    pub heading: &'static str,
    /// Other headings that mean the same. Case and width do not count.
    pub aliases: &'static [&'static str],
    /// What the column is for.
    pub role: Role,
    /// What a cell of it may hold.
    pub kind: Kind,
    /// Whether a row can do without it.
    pub need: Need,
    /// What stands in the template's heading note: `(Chinese, English)`.
    pub note: (&'static str, &'static str),
    /// An example of a cell, for the heading's note in a template.
    pub example: &'static str,
}

impl Column {
    /// The shop of a row, the same for every operation.
    pub const SHOP: Self = Self {
        key: "shop",
        heading: "店铺",
        aliases: &["店铺名称"],
        role: Role::Shop,
        kind: Kind::Text { max: Some(64) },
        need: Need::Optional,
        note: ("可不填:用 shop add 添加时起的名字", "optional: the name given at `shop add`"),
        example: "",
    };

    /// The heading in the sheet's language.
    #[must_use]
    pub const fn heading(&self, lang: crate::text::Lang) -> &'static str {
        lang.pick(self.heading, self.key)
    }

    /// The note of the heading.
    #[must_use]
    pub fn note(&self) -> Text {
        Text { zh: self.note.0.to_owned(), en: self.note.1.to_owned() }
    }
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Part of what is looked up: rows that agree in all item columns are looked up once.
    Item,
    /// Which of the item's targets the row means.
    Filter,
    /// The words that go with a submission. An empty cell takes `--reason`.
    Reason,
    /// The shop that the row belongs to.
    Shop,
    /// The id of the one target that was reviewed in a dry run.
    Pin,
    /// The number that makes a repeated request harmless.
    RequestNo,
    /// Anything else that the operation wants to know of a row.
    Detail,
}

/// What a cell may hold. Cells arrive trimmed; ids arrive with full-width digits folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id of digits alone: text, or a whole number below 10^15.
    Digits,
    /// An id of any characters, kept as text.
    Code,
    /// A code whose leading zeros count (`00`), and which Excel takes for a number: digits alone are filled
    /// up with zeros again.
    Padded {
        /// The digits that it has at least.
        digits: usize,
    },
    /// A number that makes a request repeatable: `min` to `max` of `[0-9A-Za-z_-]`.
    RequestNo {
        /// The least characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Free text of at most so many characters.
    Text {
        /// The most characters; `None` where the platform has not said.
        max: Option<usize>,
    },
    /// Free text of at most so many characters, none of them above U+FFFF (emoji and rare characters).
    BasicText {
        /// The most characters.
        max: usize,
    },
    /// An activity-name filter.
    Filter,
    /// One of a few words.
    Choice(&'static [Choice]),
}

impl Kind {
    /// Whether it is free text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text { .. } | Self::BasicText { .. })
    }
}

/// One of the words a choice column takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the platform wants.
    pub value: &'static str,
    /// What a template's drop-down shows beside it.
    pub label: &'static str,
}

/// Whether a row can do without a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The heading must be there, and each row's cell filled.
    Required,
    /// The heading must be there; an empty cell takes a default (`--reason`).
    Defaulted,
    /// At least one of the columns so marked must be there, and filled in each row.
    OneOf,
    /// May be absent or empty.
    Optional,
}

/// The heading of one thing that an operation tells about a target.
#[derive(Debug)]
pub struct FactColumn {
    /// The Chinese heading.
    pub zh: &'static str,
    /// The English heading.
    pub en: &'static str,
    /// The width in a workbook, in characters.
    pub width: u16,
}

impl FactColumn {
    /// Whether it is a field of the platform's own, under the platform's name for it: it is written on one line.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.zh == self.en
    }
}

/// A further worksheet of a result: what a target is made of, one line for each part.
#[derive(Debug)]
pub struct GroupSheet {
    /// Its Chinese name.
    pub zh: &'static str,
    /// Its English name.
    pub en: &'static str,
    /// Its headings, behind the row's number. None of them may be one that an operation reads.
    pub columns: &'static [FactColumn],
}

/// Where the first column with a role stands.
#[must_use]
pub fn index_of(columns: &[Column], role: Role) -> Option<usize> {
    columns.iter().position(|column| column.role == role)
}
