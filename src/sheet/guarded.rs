//! What a CSV result puts before cells that Excel would carry out or round, taken off again: an
//! apostrophe before a formula, a tab before a long number.

use super::ids::is_unseen;

/// The cell as it was before the result was written; any other cell as it is.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\t') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => return rest,
        _ => (),
    }
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// Whether a program might take the cell for a formula. More apostrophes in front change nothing, so
/// that one more or one less of them is exact.
fn is_formula(cell: &str) -> bool {
    if cell.trim_start_matches('\'').starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let is_skipped = |c: char| c.is_whitespace() || matches!(c, '\'' | '"') || is_unseen(c);
    cell.trim_start_matches(is_skipped).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::unguarded;

    #[test]
    fn what_keeps_cells_from_being_formulas_or_numbers_comes_off() {
        for (written, cell) in
            [("'=1+1", "=1+1"), ("'-5折*", "-5折*"), ("''=1", "'=1"), ("' =1", " =1"), ("'＠某人", "＠某人")]
        {
            assert_eq!(unguarded(written), cell);
        }
        assert_eq!(unguarded("\t2509090813203861"), "2509090813203861");
        for cell in ["'quoted'", "O'Brien", "限时秒杀", "\t限时", ""] {
            assert_eq!(unguarded(cell), cell);
        }
    }
}
