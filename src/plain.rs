//! Text of others made visible: what a screen or a workbook would obey, and what hides from the eye, is spelled
//! out. Every room that shows or writes such text does it here; they differ in what stays as it is.

use std::borrow::Cow;
use std::fmt::Write;

/// For one line of a screen: line breaks and tabs become spaces, all else that acts or hides becomes `<1B>`.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    on_screen(text, false)
}

/// The same for text of several lines, whose line breaks stay.
#[must_use]
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    on_screen(text, true)
}

fn on_screen(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let stays = |c: char| !is_unseen(c) || (keep_lines && c == '\n');
    replaced(text, stays, |c, next, out| match c {
        '\r' if next == Some('\n') => {}
        '\n' | '\t' => out.push(' '),
        c => spell(out, format_args!("<{:02X}>", u32::from(c))),
    })
}

/// For what a message quotes: line breaks and tabs are spelled out as well (`\n`, `\t`), all else as `\u{1b}`.
#[must_use]
pub fn quoted(text: &str) -> Cow<'_, str> {
    replaced(text, |c| !is_unseen(c), |c, _, out| out.extend(c.escape_default()))
}

/// For a cell of a result: lines and tabs stay, each line end as `\n`. What acts is spelled out as `\x1b` or
/// `\u{202e}`, and so is what cannot stand in XML. What only hides stays: an emoji of several is held together
/// by it.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    let stays = |c: char| c != '\r' && !is_hidden(c);
    replaced(text, stays, |c, next, out| match c {
        '\r' if next == Some('\n') => {}
        '\r' => out.push('\n'),
        c if u32::from(c) < 0x100 => spell(out, format_args!("\\x{:02x}", u32::from(c))),
        c => spell(out, format_args!("\\u{{{:x}}}", u32::from(c))),
    })
}

/// The text with `replace` written in place of each character that does not stay; it is told the next one.
fn replaced(
    text: &str,
    stays: impl Fn(char) -> bool,
    replace: impl Fn(char, Option<char>, &mut String),
) -> Cow<'_, str> {
    if text.chars().all(&stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if stays(c) {
            out.push(c);
        } else {
            replace(c, chars.peek().copied(), &mut out);
        }
    }
    Cow::Owned(out)
}

fn spell(out: &mut String, spelled: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(spelled);
}

/// Whether a character acts or hides instead of being seen.
#[must_use]
pub const fn is_unseen(c: char) -> bool {
    is_control(c) || is_obeyed(c) || is_invisible(c) || matches!(c, '\u{206a}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a result spells a character out: it acts on a screen, or is none at all for XML. Tabs and line ends stay.
pub(crate) const fn is_hidden(c: char) -> bool {
    let is_no_character = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
    is_no_character || is_obeyed(c) || (is_control(c) && !matches!(c, '\t' | '\n' | '\r'))
}

/// Characters without width, which come along when people copy from chats and web pages. Nothing but their
/// presence tells `限时秒杀` with one from `限时秒杀` without.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
}

/// U+009B, among the later controls, is a terminal's "escape [" in one.
const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

/// Direction marks, embeddings, overrides and isolates, which can show `fdp.exe` as `exe.pdf`.
pub(crate) const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Direction marks, line and paragraph separators, the marks of annotations and of byte order.
const fn is_obeyed(c: char) -> bool {
    is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The most characters (as UTF-16 counts them) that a workbook's cell can hold.
pub(crate) const CELL_MAX: usize = 32_767;

/// The text, ended with `…` where it is longer than `max` UTF-16 units.
pub(crate) fn cut(text: &str, max: usize) -> Cow<'_, str> {
    // A character has never fewer bytes than UTF-16 units.
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let mut end = None;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units >= max && end.is_none() {
            end = Some(at);
        }
        if units > max {
            return Cow::Owned(format!("{}…", &text[..end.unwrap_or(at)]));
        }
    }
    Cow::Borrowed(text)
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
    fn a_quoted_cell_can_neither_move_the_cursor_nor_turn_the_line() {
        assert_eq!(quoted("\u{1b}[2J\r\nab\u{202e}c"), "\\u{1b}[2J\\r\\nab\\u{202e}c");
        assert_eq!(quoted("限时秒杀 🎉"), "限时秒杀 🎉");
    }

    #[test]
    fn what_a_result_spells_out() {
        assert_eq!(shown("\u{1b}[2J清屏"), "\\x1b[2J清屏");
        assert_eq!(shown("a\u{9b}31mb\u{7f}\0"), "a\\x9b31mb\\x7f\\x00");
        assert_eq!(shown("\u{202e}fdp.exe"), "\\u{202e}fdp.exe");
        assert_eq!(shown("\u{ffff}\u{1fffe}"), "\\u{ffff}\\u{1fffe}");
    }

    #[test]
    fn what_people_write_stays_in_a_result() {
        for text in ["清仓甩卖", "👨‍👩‍👧 家庭装", "a\tb\nc", "﷽ مرحبا", "é ＡＢＣ\u{3000}", "=1+1"]
        {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("a\r\nb\rc\n\r"), "a\nb\nc\n\n");
    }

    #[test]
    fn a_long_text_is_cut_where_excel_counts_and_says_so() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("中中中", 3), "中中中");
        assert_eq!(cut("😀😀😀", 6), "😀😀😀");
        assert_eq!(cut("😀😀😀😀", 6), "😀😀…");
        assert_eq!(cut("a😀😀😀", 6), "a😀😀…");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>()) {
            prop_assert!(!plain(&text).contains(is_unseen) && !quoted(&text).contains(is_unseen));
            prop_assert!(!plain_lines(&text).contains(|c| c != '\n' && is_unseen(c)));
            let cell = shown(&text);
            prop_assert!(!cell.contains(is_hidden) && !cell.contains('\r'));
            prop_assert_eq!(shown(&cell), cell.as_ref());
        }

        #[test]
        fn only_tabs_line_ends_and_joiners_are_spelled_by_a_screen_and_not_by_a_result(c in any::<char>()) {
            let is_left = matches!(c, '\t' | '\n' | '\r') || is_invisible(c) || ('\u{206a}'..='\u{206f}').contains(&c)
                || ('\u{e0000}'..='\u{e0fff}').contains(&c);
            prop_assert!(!is_unseen(c) || is_hidden(c) || is_left);
        }

        #[test]
        fn a_cut_text_fits(text in any::<String>(), max in 1_usize..40) {
            let out = cut(&text, max);
            prop_assert!(out.encode_utf16().count() <= max);
            prop_assert_eq!(out.as_ref() == text, text.encode_utf16().count() <= max);
        }
    }
}
