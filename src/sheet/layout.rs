//! What a reader must know of an operation, and what its caller may choose.

use crate::model::{Column, FactColumn, Role};

use super::Bounds;

/// One operation as a sheet shows it.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The operation's stable name: `temu-activity`.
    pub operation: &'static str,
    /// The columns that it reads.
    pub columns: &'static [Column],
    /// What its results tell about a target. In a result that is handed in again these are no columns of the user's own.
    pub facts: &'static [FactColumn],
}

impl Layout {
    /// Where the pin column stands.
    pub(super) fn pin(&self) -> Option<usize> {
        crate::model::index_of(self.columns, Role::Pin)
    }
}

/// What the caller chooses.
#[derive(Clone, Debug)]
pub struct ReadOptions<'a> {
    /// The operations that the sheet may be for; one alone where the user named it.
    pub layouts: &'a [Layout],
    /// The worksheet that the user named.
    pub sheet_name: Option<&'a str>,
    /// What an empty reason takes; without it an empty reason is a fault.
    pub default_reason: Option<&'a str>,
    /// Whether hidden rows are left out.
    pub skip_hidden: bool,
    /// What the sheet may ask of this machine.
    pub bounds: Bounds,
}

impl<'a> ReadOptions<'a> {
    /// Reads for these operations, with nothing else chosen.
    #[must_use]
    pub fn new(layouts: &'a [Layout]) -> Self {
        Self { layouts, sheet_name: None, default_reason: None, skip_hidden: false, bounds: Bounds::default() }
    }
}
