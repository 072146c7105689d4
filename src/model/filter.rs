//! Which of an item's targets a row means, by full name.

use std::borrow::Cow;

/// Folds full-width ASCII (`４９７`, `ＳＰＵ`, `｜`) and the ideographic space to their plain forms.
#[must_use]
pub fn fold_width(text: &str) -> Cow<'_, str> {
    const fn is_wide(c: char) -> bool {
        matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}')
    }
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let fold = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    Cow::Owned(text.chars().map(fold).collect())
}

/// A name filter: full names, one a line or separated by `|`, in which `*` is any run of characters.
///
/// Names are compared whole, after trimming and width folding. A filter cannot be empty, so that
/// nobody withdraws everything by leaving a cell blank: every activity is `*`, on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    patterns: Vec<String>,
}

impl Filter {
    /// Reads a filter cell; `None` where it names nothing.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let patterns: Vec<String> = fold_width(cell)
            .split(['|', '\n', '\r'])
            .map(str::trim)
            .filter(|pattern| !pattern.is_empty())
            .map(str::to_owned)
            .collect();
        (!patterns.is_empty()).then_some(Self { patterns })
    }

    /// The names and patterns, as written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }

    /// Whether any of the patterns is this name.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.patterns.iter().any(|pattern| Self::is_name(pattern, name))
    }

    /// Whether one pattern is this name, whole.
    #[must_use]
    pub fn is_name(pattern: &str, name: &str) -> bool {
        let name = fold_width(name);
        fits(pattern.trim(), name.trim())
    }
}

/// Glob match with `*` alone, in time linear in the name for each `*`.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or("");
    for part in parts {
        // The leftmost place leaves the most for what follows, so no other place need be tried.
        let Some(at) = name.find(part) else {
            return false;
        };
        name = &name[at + part.len()..];
    }
    name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::{Filter, fold_width};
    use proptest::prelude::*;

    fn matches(filter: &str, name: &str) -> bool {
        Filter::parse(filter).expect("a filter").matches(name)
    }

    #[test]
    fn a_name_is_compared_whole() {
        assert!(matches("清仓甩卖", "清仓甩卖"));
        assert!(!matches("清仓", "清仓甩卖"));
        assert!(!matches("清仓甩卖", "清仓甩卖二期"));
    }

    #[test]
    fn space_around_and_width_do_not_count() {
        assert!(matches(" ＡＢＣ活动 ", "ABC活动"));
        assert!(matches("ABC活动", "\u{3000}ＡＢＣ活动"));
    }

    #[test]
    fn several_names_stand_on_lines_or_between_bars() {
        for filter in ["秒杀|清仓", "秒杀\n清仓", "秒杀｜清仓", "秒杀\r\n\r\n清仓|"] {
            assert!(matches(filter, "秒杀") && matches(filter, "清仓"), "{filter:?}");
            assert!(!matches(filter, "秒杀清仓"), "{filter:?}");
        }
    }

    #[test]
    fn a_star_is_any_run_and_only_where_it_is_written() {
        assert!(matches("*", "anything") && matches("*", ""));
        assert!(matches("官方大促*", "官方大促-巴西") && matches("官方大促*", "官方大促"));
        assert!(!matches("官方大促*", "2025官方大促"));
        assert!(matches("*大促*巴西", "官方大促-巴西") && !matches("*大促*巴西", "官方大促-巴西站"));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn a_blank_filter_is_none() {
        for blank in ["", "  ", "|", "\n | \n", "\u{3000}"] {
            assert_eq!(Filter::parse(blank), None, "{blank:?}");
        }
    }

    /// The definition, slow and plain, for the fast one to be held against.
    fn fits_by_definition(pattern: &[char], name: &[char]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some(('*', rest)) => (0..=name.len()).any(|skip| fits_by_definition(rest, &name[skip..])),
            Some((first, rest)) => name.first() == Some(first) && fits_by_definition(rest, &name[1..]),
        }
    }

    proptest! {
        #[test]
        fn globs_agree_with_their_definition(pattern in "[ab*]{0,6}", name in "[ab]{0,8}") {
            let (p, n): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
            prop_assert_eq!(super::fits(&pattern, &name), fits_by_definition(&p, &n));
        }

        #[test]
        fn a_name_without_stars_or_bars_matches_itself(name in "[^*|\r\n＊｜]{1,20}") {
            prop_assume!(!fold_width(&name).trim().is_empty());
            prop_assert!(matches(&name, &name));
        }
    }
}
