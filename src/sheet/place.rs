//! Where a cell stands, as people say it: `Sheet1!C12`.

use crate::plain::quoted;

/// The letters of a column, counted from 0: `A`, `Z`, `AA`, `XFD`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// A cell's place: the worksheet (or the file, where it has none), the column counted from 0, and
/// the row as Excel shows it. A name that is more than one word is quoted, as formulas quote it.
#[must_use]
pub fn cell_place(worksheet: &str, column: u32, row: u64) -> String {
    let letters = column_letters(column);
    let name = quoted(worksheet);
    if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) {
        format!("{name}!{letters}{row}")
    } else {
        format!("'{}'!{letters}{row}", name.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{cell_place, column_letters};
    use proptest::prelude::*;

    #[test]
    fn columns_have_letters_as_in_excel() {
        for (column, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
        assert_eq!(column_letters(u32::MAX), "MWLQKWV");
    }

    #[test]
    fn a_place_is_said_as_in_a_formula() {
        assert_eq!(cell_place("Sheet1", 2, 12), "Sheet1!C12");
        assert_eq!(cell_place("本周", 0, 1), "本周!A1");
        assert_eq!(cell_place("week.csv", 2, 12), "week.csv!C12");
        assert_eq!(cell_place("Bob's week", 2, 12), "'Bob''s week'!C12");
        assert_eq!(cell_place("a\u{1b}[31m", 0, 1), "'a\\u{1b}[31m'!A1");
    }

    proptest! {
        #[test]
        fn letters_count_in_base_26(column in 0_u32..10_000_000) {
            let back = column_letters(column).bytes().fold(0_u32, |n, letter| n * 26 + u32::from(letter - b'A') + 1);
            prop_assert_eq!(back, column + 1);
        }
    }
}
