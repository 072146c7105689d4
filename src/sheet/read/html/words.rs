//! The text of a cell as a browser lays it out: runs of blanks are one, and only tags begin a new line.

use crate::sheet::read::xml::KEPT;

/// Gathers the text of a cell.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    gap: Gap,
}

/// What comes before the next word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Words {
    /// Adds text between tags.
    pub(super) fn push(&mut self, text: &str, keeps_blanks: bool) {
        for c in text.chars() {
            if self.text.len() >= KEPT {
                return;
            }
            if c.is_ascii_whitespace() && !keeps_blanks {
                if self.gap == Gap::None {
                    self.gap = Gap::Space;
                }
                continue;
            }
            self.close_gap();
            self.text.push(c);
        }
    }

    /// A `br`.
    pub(super) fn break_line(&mut self) {
        if self.text.len() < KEPT {
            self.gap = Gap::None;
            self.text.push('\n');
        }
    }

    /// What follows stands on a line of its own, as paragraphs do.
    pub(super) fn begin_block(&mut self) {
        self.gap = Gap::Line;
    }

    /// The text, and whether it has any words.
    pub(super) fn as_str(&self) -> &str {
        self.text.trim_matches(|c: char| c.is_ascii_whitespace())
    }

    fn close_gap(&mut self) {
        let is_at_start = self.text.is_empty() || self.text.ends_with('\n');
        match std::mem::take(&mut self.gap) {
            Gap::Space if !is_at_start => self.text.push(' '),
            Gap::Line if !is_at_start => self.text.push('\n'),
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn blanks_are_one_and_tags_begin_lines() {
        let mut words = Words::default();
        words.push("\n  限时\n\t秒杀 ", false);
        words.break_line();
        words.push("  清仓 ", false);
        words.push(" 甩卖", false);
        words.begin_block();
        words.push("\n", false);
        words.begin_block();
        words.push("a  b", true);
        words.break_line();
        assert_eq!(words.as_str(), "限时 秒杀\n清仓 甩卖\na  b");
    }
}
