//! A cell as a message shows it.

use crate::plain::quoted;

/// The characters of a cell that a message shows.
const SHOWN_CHARS: usize = 60;

/// The text harmless for a screen, cut to what a message has room for.
pub(super) fn excerpt(text: &str) -> String {
    let end = text.char_indices().nth(SHOWN_CHARS).map(|(at, _)| at);
    let dots = if end.is_some() { "..." } else { "" };
    format!("{}{dots}", quoted(&text[..end.unwrap_or(text.len())]))
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_long_cell_is_cut_at_a_whole_character() {
        assert_eq!(excerpt(&"名".repeat(60)), "名".repeat(60));
        assert_eq!(excerpt(&"名".repeat(61)), format!("{}...", "名".repeat(60)));
        assert_eq!(excerpt(&"\u{1b}".repeat(61)), format!("{}...", "\\u{1b}".repeat(60)));
    }
}
