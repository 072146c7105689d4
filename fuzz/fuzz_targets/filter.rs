//! Any filter on any name, against a matcher too plain to be wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unpromo::model::{Filter, fold_width};
use unpromo::plain::{is_unseen, plain, plain_lines, quoted, shown};

fuzz_target!(|input: (&str, &str)| {
    let (cell, name) = input;
    if cell.len() > 400 || name.len() > 400 {
        return;
    }
    let filter = Filter::parse(cell);
    let folded = fold_width(cell);
    let patterns: Vec<&str> =
        folded.split(['|', '\n', '\r']).map(str::trim).filter(|pattern| !pattern.is_empty()).collect();
    assert_eq!(filter.is_none(), patterns.is_empty());
    if let Some(filter) = filter {
        assert_eq!(filter.patterns().collect::<Vec<_>>(), patterns);
        let expected = patterns.iter().any(|pattern| is(pattern, fold_width(name).trim()));
        assert_eq!(filter.matches(name), expected, "{patterns:?} {name:?}");
    }
    let whole = fold_width(name);
    let (whole, special) = (whole.trim(), ['|', '\n', '\r', '*']);
    if !whole.is_empty() && !whole.contains(special) {
        assert!(Filter::parse(name).is_some_and(|filter| filter.matches(name)), "{name:?}");
        let longer = format!("{name}x");
        assert!(!Filter::parse(name).is_some_and(|filter| filter.matches(&longer)), "{name:?}");
    }
    assert!(Filter::parse("*").is_some_and(|filter| filter.matches(name)));
    assert!(!plain(name).contains(is_unseen) && !quoted(name).contains(is_unseen));
    assert!(!plain_lines(name).contains(|c| c != '\n' && is_unseen(c)));
    assert_eq!(shown(&shown(name)), shown(name));
});

/// Glob match by trying everything, one table row for each character of the pattern.
fn is(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for c in pattern.chars() {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            next[at] =
                if c == '*' { reached[..=at].contains(&true) } else { at > 0 && reached[at - 1] && name[at - 1] == c };
        }
        reached = next;
    }
    reached[name.len()]
}
