//! How much a sheet may ask for before it is refused.

/// What a sheet may ask of this machine. Beyond it a sheet is refused with a sentence, not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The bytes of the whole sheet once it is decompressed. What a reader has to hold in memory
    /// (shared strings, styles) may take a quarter of it.
    pub decompressed_bytes: u64,
    /// The cells of one worksheet that hold something.
    pub cells: u64,
    /// The cells of a format that can only be loaded whole (`.xls`), the empty ones between included.
    pub dense_cells: u64,
}

impl Default for Bounds {
    /// Room for a worksheet of a million rows and a dozen columns.
    fn default() -> Self {
        Self { decompressed_bytes: 1 << 30, cells: 20_000_000, dense_cells: 8_000_000 }
    }
}

impl Bounds {
    /// The bytes that one part held in memory may have.
    pub(super) const fn held_bytes(&self) -> u64 {
        self.decompressed_bytes / 4
    }
}

/// The characters that Excel lets a cell hold. A longer one is refused.
pub(super) const CELL_CHARS: usize = 32_767;
/// The columns that Excel lets a worksheet have.
pub(super) const COLUMNS: u32 = 16_384;
/// The rows that Excel lets a worksheet have.
pub(super) const ROWS: u64 = 1_048_576;
/// The merged ranges that a worksheet may have: more than any that people make by hand or by a report.
pub(super) const MERGED: usize = 1_000_000;
