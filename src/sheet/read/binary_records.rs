//! The records of a binary worksheet (`.xlsb`), walked while the part is unpacked.

/// The longest record. Excel's longest cell takes a fiftieth of it.
const LONGEST: usize = 4 << 20;
/// Cells that leave their column out because they follow another one. Excel itself never writes
/// them, and the workbook library passes over them without a word.
const SHORT_CELLS: std::ops::RangeInclusive<u16> = 0x000c..=0x0012;
/// The record that ends the cells.
const END_OF_CELLS: u16 = 0x0092;

/// What makes a worksheet unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It has cells that the library would drop.
    ShortCells,
    /// A record is longer than any cell can be.
    LongRecord,
}

/// Walks the records of a worksheet, piece by piece.
#[derive(Debug, Default)]
pub(super) struct Walk {
    kind: u16,
    kind_bytes: u8,
    len: usize,
    len_bytes: u8,
    /// Whether kind and length are known and the rest is data.
    in_data: bool,
    ended: bool,
}

impl Walk {
    /// Takes the next piece of the part.
    pub(super) fn take(&mut self, mut piece: &[u8]) -> Result<(), Unreadable> {
        while let [byte, rest @ ..] = piece {
            if self.ended {
                return Ok(());
            }
            if self.in_data {
                let skipped = self.len.min(piece.len());
                piece = &piece[skipped..];
                self.len -= skipped;
                if self.len == 0 {
                    *self = Self::default();
                }
                continue;
            }
            piece = rest;
            self.step(*byte)?;
        }
        Ok(())
    }

    /// Takes a byte of a record's kind (one or two) or length (one to four), seven bits each.
    fn step(&mut self, byte: u8) -> Result<(), Unreadable> {
        let (bits, goes_on) = (byte & 0x7f, byte & 0x80 != 0);
        let kind_is_whole = self.kind_bytes == 2 || (self.kind_bytes == 1 && self.kind & 0x8000 == 0);
        if !kind_is_whole {
            // The top bit remembers that a second byte follows.
            let shift = 7 * u32::from(self.kind_bytes);
            self.kind = (self.kind & 0x7fff) | u16::from(bits) << shift;
            self.kind_bytes += 1;
            if self.kind_bytes == 1 && goes_on {
                self.kind |= 0x8000;
            }
            return Ok(());
        }
        self.len |= usize::from(bits) << (7 * u32::from(self.len_bytes));
        self.len_bytes += 1;
        if goes_on && self.len_bytes < 4 {
            return Ok(());
        }
        if SHORT_CELLS.contains(&self.kind) {
            return Err(Unreadable::ShortCells);
        }
        if self.len > LONGEST {
            return Err(Unreadable::LongRecord);
        }
        self.ended = self.kind == END_OF_CELLS;
        self.in_data = self.len > 0;
        if !self.in_data && !self.ended {
            *self = Self::default();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, Walk};

    /// A one-byte kind, a two-byte kind with a long body, and what the test adds.
    fn part(last: &[u8]) -> Vec<u8> {
        [&[0x00, 0x02, 9, 9][..], &[0x91, 0x01, 0x80, 0x02], &[0x0c; 256], &[0x25, 0x00], last].concat()
    }

    fn walked(part: &[u8], piece: usize) -> Result<(), Unreadable> {
        let mut walk = Walk::default();
        part.chunks(piece).try_for_each(|piece| walk.take(piece))
    }

    #[test]
    fn short_cells_are_seen_wherever_the_pieces_are_cut() {
        for piece in [1, 2, 3, 7, 1000] {
            assert_eq!(walked(&part(&[0x02, 0x01, 5]), piece), Ok(()));
            assert_eq!(walked(&part(&[0x12, 0x01, 5]), piece), Err(Unreadable::ShortCells));
            assert_eq!(walked(&part(&[0x92, 0x01, 0x00, 0x12, 0x01, 5]), piece), Ok(()), "after the cells");
            assert_eq!(walked(&part(&[0x06, 0xff, 0xff, 0xff, 0x7f]), piece), Err(Unreadable::LongRecord));
        }
    }
}
