//! Text measured and cut for a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes on a terminal; colour codes take none.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.contains('\x1b') { console::strip_ansi_codes(text).width() } else { text.width() }
}

/// At most `columns` wide; what was cut off is shown as `..`. For text without colour codes.
#[must_use]
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(2);
    let mut used = 0;
    let fits = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > room
    });
    let cut = fits.map_or(text.len(), |(at, _)| at);
    let dots = &".."[..columns.min(2)];
    Cow::Owned(format!("{}{dots}", &text[..cut]))
}

/// Filled with spaces to `columns`, on the right or, for numbers, on the left.
#[must_use]
pub fn pad(text: &str, columns: usize, to_the_right: bool) -> String {
    let gap = " ".repeat(columns.saturating_sub(width(text)));
    if to_the_right { format!("{gap}{text}") } else { format!("{text}{gap}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_takes_two_columns_and_is_never_cut_in_half() {
        assert_eq!(width("清仓a"), 5);
        assert_eq!(width("\x1b[31m清仓\x1b[0m"), 4);
        assert_eq!(truncate("官方大促活动", 12), "官方大促活动");
        assert_eq!(truncate("官方大促活动", 11), "官方大促..");
        assert_eq!(truncate("官方大促活动", 3), "..");
        assert_eq!(truncate("官方大促活动", 1), ".");
        assert_eq!(pad("清仓", 6, false), "清仓  ");
        assert_eq!(pad("12", 5, true), "   12");
    }

    proptest! {
        #[test]
        fn no_cut_is_too_wide(text in "\\PC{0,30}|[\\x00-\\x20清\u{202e}]{0,20}", columns in 0usize..40) {
            prop_assert!(truncate(&crate::plain::plain(&text), columns).width() <= columns);
        }
    }
}
