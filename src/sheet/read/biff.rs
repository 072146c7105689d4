//! What an `.xls` workbook stream would ask of the library that loads it: its records are walked
//! once, and only their places are looked at.

use super::compound::{u16_at, u32_at};

/// Excel 97's own limits.
const ROWS: u64 = 65_536;
const COLUMNS: u64 = 256;

const BOUND_SHEET: u16 = 0x0085;
const FILE_PASS: u16 = 0x002f;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const SEVERAL_NUMBERS: u16 = 0x00bd;
/// Records of one cell, which begin with its row and column: number, label, rich text, boolean or
/// error, packed number, shared text.
const SINGLE: [u16; 6] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd];

/// What the stream would ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// This many cells once every worksheet is laid out whole.
    Cells(u64),
    /// A password.
    Password,
    /// It contradicts itself.
    Nonsense(&'static str),
}

/// Counts what the stream would ask for.
pub(super) fn count(stream: &[u8]) -> Asked {
    let mut sheets = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            FILE_PASS if u16_at(data, 0) != Some(0) => return Asked::Password,
            BOUND_SHEET => match u32_at(data, 0).and_then(|at| stream.get(usize::try_from(at).ok()?..)) {
                Some(sheet) => sheets.push(sheet),
                None => return Asked::Nonsense("a worksheet outside of the file"),
            },
            END => break,
            _ => (),
        }
    }
    let (mut cells, mut walked) = (0_u64, 0);
    for sheet in sheets {
        let Some((asked, bytes)) = count_sheet(sheet) else {
            return Asked::Nonsense("impossible dimensions of a worksheet");
        };
        cells = cells.saturating_add(asked);
        walked += bytes;
        if walked > stream.len() {
            return Asked::Nonsense("worksheets that overlap");
        }
    }
    Asked::Cells(cells)
}

/// The cells of the rectangle around a worksheet's values, and of the one around its formulas; and
/// how many bytes the worksheet takes.
fn count_sheet(sheet: &[u8]) -> Option<(u64, usize)> {
    let (mut values, mut formulas) = (Extent::default(), Extent::default());
    let (mut begun, mut nested) = (false, 0_u32);
    let mut records = Records(sheet);
    for (kind, data) in records.by_ref() {
        match kind {
            BEGIN if begun => nested += 1,
            BEGIN => begun = true,
            END if nested > 0 => nested -= 1,
            END => break,
            _ if nested > 0 => (),
            DIMENSIONS => check_dimensions(data)?,
            FORMULA => {
                values.add(data, 2);
                formulas.add(data, 2);
            }
            SEVERAL_NUMBERS => {
                values.add(data, 2);
                values.add(data, data.len().saturating_sub(2));
            }
            kind if SINGLE.contains(&kind) => values.add(data, 2),
            _ => (),
        }
    }
    Some((values.cells() + formulas.cells(), sheet.len() - records.0.len()))
}

/// The library reserves room for what a worksheet declares; `None` where that is more than the
/// format allows.
fn check_dimensions(data: &[u8]) -> Option<()> {
    let (first_row, end_row, first, end) = match data.len() {
        10 => (u64::from(u16_at(data, 0)?), u64::from(u16_at(data, 2)?), u16_at(data, 4)?, u16_at(data, 6)?),
        _ => (u64::from(u32_at(data, 0)?), u64::from(u32_at(data, 4)?), u16_at(data, 8)?, u16_at(data, 10)?),
    };
    let is_empty = end_row == 0 || end == 0;
    let is_possible = end_row <= ROWS && u64::from(end) <= COLUMNS && first_row < end_row && first <= end;
    (is_empty || is_possible).then_some(())
}

/// The rectangle around cells.
#[derive(Default)]
struct Extent {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Extent {
    /// Takes in the cell whose row is at the record's beginning and whose column is at `column`.
    fn add(&mut self, data: &[u8], column: usize) {
        let wider = |known: Option<(u16, u16)>, at: u16| Some(known.map_or((at, at), |(a, b)| (a.min(at), b.max(at))));
        if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, column)) {
            self.rows = wider(self.rows, row);
            self.columns = wider(self.columns, column);
        }
    }

    fn cells(&self) -> u64 {
        let span = |known: Option<(u16, u16)>| known.map_or(0, |(first, last)| u64::from(last - first) + 1);
        span(self.rows) * span(self.columns)
    }
}

/// The records of a stream: kind and data. A cut record ends them; the library says so itself.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, len) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let data = self.0.get(4..4 + len)?;
        self.0 = &self.0[4 + len..];
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, BEGIN, BOUND_SHEET, DIMENSIONS, END, FILE_PASS, SEVERAL_NUMBERS, count};

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let len = u16::try_from(data.len()).expect("short");
        [&kind.to_le_bytes()[..], &len.to_le_bytes(), data].concat()
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    fn workbook(sheet: &[Vec<u8>]) -> Vec<u8> {
        let globals =
            |at: u32| [record(BEGIN, &[0; 4]), record(BOUND_SHEET, &at.to_le_bytes()), record(END, &[])].concat();
        let at = u32::try_from(globals(0).len()).expect("short");
        [globals(at), record(BEGIN, &[0; 4]), sheet.concat(), record(END, &[])].concat()
    }

    #[test]
    fn a_far_cell_asks_for_all_between() {
        assert_eq!(count(&workbook(&[number(0, 0), number(9, 4)])), Asked::Cells(50));
        assert_eq!(count(&workbook(&[number(0, 0), number(65_535, 255)])), Asked::Cells(65_536 * 256));
        let several = record(SEVERAL_NUMBERS, &[3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
        assert_eq!(count(&workbook(&[several])), Asked::Cells(4));
    }

    #[test]
    fn passwords_and_impossible_claims_are_seen() {
        assert_eq!(count(&record(FILE_PASS, &[1, 0])), Asked::Password);
        let vast = [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 255, 255, 0, 0]].concat();
        assert!(matches!(count(&workbook(&[record(DIMENSIONS, &vast)])), Asked::Nonsense(_)));
        assert!(matches!(count(&record(BOUND_SHEET, &[255; 8])), Asked::Nonsense(_)));
    }
}
