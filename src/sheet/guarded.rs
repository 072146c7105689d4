//! Cells of a CSV file that Excel would carry out or spoil: how they are written, and read again.
//!
//! CSV has no types, so a program that opens it guesses. Two guesses hurt:
//!
//! - A cell that begins with `=`, `+`, `-` or `@` (or its full-width form) can be a formula. Such a cell gets a
//!   leading apostrophe, as people write it in Excel themselves. Space, apostrophes and invisible characters
//!   before the sign do not hide it.
//! - A cell that looks like a number is kept to 15 digits: `2509090813203861` becomes `2.50909E+15`, saved again
//!   its last digits are gone; `0012` loses its zeros and `3-4` becomes a date. Such a cell gets a leading tab,
//!   as the exports of the big shops do: Excel then keeps it as text, and it looks like what it is.
//!   An apostrophe would be seen in the cell, and `="2509…"` would be a formula.
//!
//! Both can be taken back exactly: readers that trim space have the ids already, and [`unguarded`] takes back either.

use std::borrow::Cow;

use crate::plain::is_invisible;

/// The cell as a CSV file holds it.
#[must_use]
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) {
        Cow::Owned(format!("'{cell}"))
    } else if is_spoilt_by_excel(cell) {
        Cow::Owned(format!("\t{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell as it was before [`guarded`]; any other cell as it is.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\t') {
        Some(rest) if is_spoilt_by_excel(rest) => return rest,
        _ => {}
    }
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// Whether a program might take the cell for a formula. An apostrophe in front changes nothing here, which is
/// what makes one more or one less of them exact.
fn is_formula(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    // Some programs drop a leading tab or line end; and a leading tab of our own must be told from the cell's.
    if bare.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let seen = bare.trim_start_matches(|c: char| c.is_whitespace() || c == '\'' || c == '"' || is_invisible(c));
    seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Whether Excel would read the cell as a number or date and not keep each of its characters.
fn is_spoilt_by_excel(cell: &str) -> bool {
    let looks_like_a_number = cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'/' | b':'));
    looks_like_a_number && !is_harmless_number(cell)
}

/// A whole number or decimal that Excel shows as it is: at most 11 digits before the point, no leading zero.
fn is_harmless_number(cell: &str) -> bool {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && whole.len() <= 11 && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};
    use proptest::prelude::*;

    #[test]
    fn a_formula_gets_an_apostrophe() {
        let cells = ["=1+1", "+86 138", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠a"];
        let hidden = [" =1", "\u{200b}=1", "'=1", "\t=1", "\n=1", "\"=1", "\u{3000}=1"];
        for cell in cells.into_iter().chain(hidden) {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
    }

    #[test]
    fn what_excel_would_round_gets_a_tab() {
        for cell in ["2509090813203861", "123456789012", "0012", "1E5", "3-4", "2025-09-07", "1/2", "8:30"] {
            assert_eq!(guarded(cell), format!("\t{cell}"));
        }
    }

    #[test]
    fn plain_words_and_numbers_stay() {
        for cell in ["", "4975750079", "12", "0", "37.24", "0.5", "清仓甩卖", "a=b", "O'Brien", "'quoted'", "123/abc"]
        {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
        assert_eq!(guarded("2025-09-10 11:04:05"), "2025-09-10 11:04:05");
    }

    #[test]
    fn a_reader_that_trims_has_the_id() {
        assert_eq!(guarded("2509090813203861").trim(), "2509090813203861");
    }

    proptest! {
        #[test]
        fn what_is_guarded_comes_back(cell in "['\t =+@0-9eE./:\u{200b}a＝\"-]{0,12}") {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), &cell);
        }

        #[test]
        fn any_text_comes_back(cell in any::<String>()) {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), &cell);
        }

        #[test]
        fn no_written_cell_begins_as_a_formula(cell in "['\t =+@0-9a＝\"-]{0,8}") {
            let written = guarded(&cell);
            let first = written.trim_start_matches(|c: char| c.is_whitespace()).chars().next();
            prop_assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '＝')), "{:?}", written);
        }
    }
}
