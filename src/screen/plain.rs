//! Text from sheets and platforms made harmless, measured and cut.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Shows what would act on a terminal or hide from the eye instead of printing it: control characters
/// (terminal escapes begin with one), marks that turn the reading direction, characters of no width.
/// A line break becomes a space: the text is one line.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// The same for text of several lines, whose line breaks stay.
#[must_use]
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    escape(text, true)
}

fn escape(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let stays = |c: char| !is_unseen(c) || (keep_lines && c == '\n');
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' if !keep_lines => out.push(' '),
            '\t' => out.push(' '),
            c if stays(c) => out.push(c),
            // Writing to a string cannot fail.
            c => drop(write!(out, "<{:02X}>", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// Whether a character acts or hides instead of being seen.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

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
    fn what_acts_on_a_terminal_is_shown_not_done() {
        for (text, shown) in [
            ("清仓甩卖", "清仓甩卖"),
            ("a\x1b[31mred", "a<1B>[31mred"),
            ("\x1b]0;title\x07", "<1B>]0;title<07>"),
            ("\u{9b}31m", "<9B>31m"),
            ("abc\u{202e}fdp.exe", "abc<202E>fdp.exe"),
            ("zero\u{200b}width", "zero<200B>width"),
            ("two\r\nlines\tand a tab", "two lines and a tab"),
            ("back\rover", "back<0D>over"),
        ] {
            assert_eq!(plain(text), shown);
        }
        assert_eq!(plain_lines("a\nb\x07"), "a\nb<07>");
    }

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
        fn nothing_that_acts_is_left_and_no_cut_is_too_wide(text in "\\PC{0,30}|[\\x00-\\x20清\u{202e}]{0,20}", columns in 0usize..40) {
            let shown = plain(&text);
            prop_assert!(!shown.chars().any(is_unseen));
            prop_assert!(truncate(&shown, columns).width() <= columns);
        }
    }
}
