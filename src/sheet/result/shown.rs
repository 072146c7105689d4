//! Text of others, made visible: what a screen or a spreadsheet would obey is spelled out instead.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with every control character, direction mark and other character that acts rather than shows
/// spelled out: an escape becomes `\x1b`, a right-to-left override `\u{202e}`. Line ends become `\n`; tabs stay.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\r' || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            c if is_hidden(c) => spell(c, &mut out),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a character acts on a screen, or cannot stand in XML, instead of being seen.
pub(super) const fn is_hidden(c: char) -> bool {
    let is_no_character = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
    is_no_character || is_control(c) || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A control other than tab and line ends. U+009B, among the later ones, is a terminal's "escape [" in one.
const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}') && !matches!(c, '\t' | '\n' | '\r')
}

/// Direction marks, embeddings, overrides and isolates, which can show `fdp.exe` as `exe.pdf`.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn spell(c: char, out: &mut String) {
    let code = u32::from(c);
    // Writing to a string cannot fail.
    let _ = if code < 0x100 { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{{{code:x}}}") };
}

/// The most characters (as UTF-16 counts them) that a workbook's cell can hold.
pub(super) const CELL_MAX: usize = 32_767;

/// The text, ended with `…` where it is longer than `max` UTF-16 units.
pub(super) fn cut(text: &str, max: usize) -> Cow<'_, str> {
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
    use super::{cut, is_hidden, shown};
    use proptest::prelude::*;

    #[test]
    fn what_a_screen_obeys_is_spelled_out() {
        assert_eq!(shown("\u{1b}[2J清屏"), "\\x1b[2J清屏");
        assert_eq!(shown("a\u{9b}31mb\u{7f}\0"), "a\\x9b31mb\\x7f\\x00");
        assert_eq!(shown("\u{202e}fdp.exe"), "\\u{202e}fdp.exe");
        assert_eq!(shown("\u{ffff}\u{1fffe}"), "\\u{ffff}\\u{1fffe}");
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["清仓甩卖", "👨‍👩‍👧 家庭装", "a\tb\nc", "﷽ مرحبا", "é ＡＢＣ\u{3000}", "=1+1"]
        {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn line_ends_become_one_kind() {
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
        fn nothing_hidden_is_left(text in any::<String>()) {
            let out = shown(&text);
            prop_assert!(!out.contains(is_hidden) && !out.contains('\r'));
            prop_assert_eq!(shown(&out), out.as_ref());
        }

        #[test]
        fn a_cut_text_fits(text in any::<String>(), max in 1_usize..40) {
            let out = cut(&text, max);
            prop_assert!(out.encode_utf16().count() <= max);
            prop_assert_eq!(out.as_ref() == text, text.encode_utf16().count() <= max);
        }
    }
}
