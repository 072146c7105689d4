//! Expressions over groups: `1&2` is both, `1|2` is either.

use crate::text::Lang;

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Group(&'a str),
    Both,
    Either,
    Open,
    Close,
}

/// An expression in words; each group as `group` says it. What is no expression stands as it was written.
pub(super) fn words(expression: &str, lang: Lang, group: impl Fn(&str) -> String) -> String {
    let Some(pieces) = pieces(expression) else { return expression.to_owned() };
    let say = |piece: &Piece<'_>| match piece {
        Piece::Group(number) => group(number),
        Piece::Both => lang.pick(" 且 ", " and ").to_owned(),
        Piece::Either => lang.pick(" 或 ", " or ").to_owned(),
        Piece::Open => "(".to_owned(),
        Piece::Close => ")".to_owned(),
    };
    pieces.iter().map(say).collect()
}

/// The numbers of the groups that an expression names, each once.
pub(super) fn numbers(expression: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    for piece in pieces(expression).unwrap_or_default() {
        if let Piece::Group(number) = piece
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
    }
    numbers
}

/// The pieces of a sound expression: groups with a sign between each two, brackets in pairs.
fn pieces(expression: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let (mut depth, mut wants_group) = (0_u32, true);
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (piece, length) = match first {
            '&' if !wants_group => (Piece::Both, 1),
            '|' if !wants_group => (Piece::Either, 1),
            '(' if wants_group => (Piece::Open, 1),
            ')' if !wants_group && depth > 0 => (Piece::Close, 1),
            _ if digits > 0 && wants_group => (Piece::Group(&rest[..digits]), digits),
            _ => return None,
        };
        match piece {
            Piece::Open => depth += 1,
            Piece::Close => depth -= 1,
            Piece::Group(_) => wants_group = false,
            Piece::Both | Piece::Either => wants_group = true,
        }
        rest = &rest[length..];
        // `&&` and `||` mean what one of them does.
        rest = match piece {
            Piece::Both => rest.strip_prefix('&').unwrap_or(rest),
            Piece::Either => rest.strip_prefix('|').unwrap_or(rest),
            _ => rest,
        };
        rest = rest.trim_start();
        pieces.push(piece);
    }
    (!wants_group && depth == 0).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(expression: &str, lang: Lang) -> String {
        words(expression, lang, |number| match lang {
            Lang::Zh => format!("组{number}"),
            Lang::En => format!("group {number}"),
        })
    }

    #[test]
    fn both_and_either_are_said() {
        assert_eq!(said("1&2", Lang::Zh), "组1 且 组2");
        assert_eq!(said("1|2", Lang::En), "group 1 or group 2");
        assert_eq!(said(" 1 & (2 | 13) ", Lang::Zh), "组1 且 (组2 或 组13)");
        assert_eq!(said("1&&2||3", Lang::En), "group 1 and group 2 or group 3");
        assert_eq!(numbers("1&(2|1)"), ["1", "2"]);
    }

    #[test]
    fn what_is_no_expression_stands_as_it_was_written() {
        for other in ["", "1&", "&1", "1 2", "(1", "1)", "()", "a", "1&b", "1,2"] {
            assert_eq!(said(other, Lang::Zh), other);
            assert!(numbers(other).is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_said_somehow(text in "[0-9&|() a组]{0,20}") {
            prop_assert!(text.is_empty() || !said(&text, Lang::Zh).is_empty() || text.trim().is_empty());
            numbers(&text);
        }
    }
}
