//! Text from a sheet, made harmless for a screen.

/// The characters of a cell that a message shows.
const SHOWN_CHARS: usize = 60;

/// The text with control characters, line ends and direction marks written as escapes, so that it
/// can neither move a cursor nor turn a line around.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// [`plain`], cut to what a message has room for.
pub(super) fn excerpt(text: &str) -> String {
    let mut shown = plain(&text.chars().take(SHOWN_CHARS).collect::<String>());
    if text.chars().nth(SHOWN_CHARS).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Control characters, zero-width characters, line and paragraph separators, and direction marks.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{excerpt, plain};

    #[test]
    fn nothing_can_move_the_cursor_or_turn_the_line() {
        assert_eq!(plain("\u{1b}[2J\r\nab\u{202e}c"), "\\u{1b}[2J\\r\\nab\\u{202e}c");
        assert_eq!(plain("限时秒杀 🎉"), "限时秒杀 🎉");
    }

    #[test]
    fn a_long_cell_is_cut_at_a_whole_character() {
        assert_eq!(excerpt(&"名".repeat(60)), "名".repeat(60));
        assert_eq!(excerpt(&"名".repeat(61)), format!("{}...", "名".repeat(60)));
    }
}
