//! What the styles of a page say that decides what a person sees: hidden, struck through.

use std::collections::HashMap;

use super::tokens::Tag;

/// The rules that are kept: far more than any page has.
const MOST: usize = 100_000;

/// How an element looks, as far as somebody says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) hides: Option<bool>,
    pub(super) strikes: Option<bool>,
}

impl Look {
    pub(super) fn is_hidden(self) -> bool {
        self.hides == Some(true)
    }

    pub(super) fn is_struck(self) -> bool {
        self.strikes == Some(true)
    }

    /// What the other says comes first.
    fn overridden_by(self, other: Self) -> Self {
        Self { hides: other.hides.or(self.hides), strikes: other.strikes.or(self.strikes) }
    }

    /// The look that declarations make: `display:none; text-decoration:line-through`.
    fn of(declarations: &str) -> Self {
        let mut look = Self::default();
        for declaration in declarations.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "display" => look.hides = Some(value.starts_with("none")),
                "visibility" if value.starts_with("hidden") || value.starts_with("collapse") => {
                    look.hides = Some(true);
                }
                "text-decoration" | "text-decoration-line" => {
                    look.strikes = Some(value.contains("line-through"));
                }
                _ => (),
            }
        }
        look
    }
}

/// The rules of a page's styles for elements and classes. Rules that depend on where an element is are not followed.
#[derive(Debug, Default)]
pub(super) struct Looks {
    rules: HashMap<String, Look>,
}

impl Looks {
    /// Takes the text of a `style`.
    pub(super) fn add(&mut self, style: &str) {
        let style = without_comments(style);
        let mut rest = style.as_str();
        while let Some((selectors, after)) = rest.split_once('{') {
            let selectors = selectors.rsplit([';', '}']).next().unwrap_or_default();
            // A rule inside of another (`@media`) holds now and then only.
            let is_nested = selectors.trim_start().starts_with('@');
            let end = if is_nested { block_end(after) } else { after.find('}').unwrap_or(after.len()) };
            let look = Look::of(&after[..end]);
            if !is_nested && look != Look::default() {
                selectors.split(',').for_each(|selector| self.add_rule(selector, look));
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }

    fn add_rule(&mut self, selector: &str, look: Look) {
        // Excel writes its styles inside of a comment: `<!--table`.
        let selector = selector.trim().trim_start_matches("<!--").trim();
        let is_simple = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if selector.is_empty() || !selector.chars().all(is_simple) || self.rules.len() >= MOST {
            return;
        }
        let (element, class) = selector.split_once('.').map_or((selector, None), |(name, class)| (name, Some(class)));
        let element = element.to_ascii_lowercase();
        let name = class.map_or_else(|| element.clone(), |class| format!("{element}.{class}"));
        let known = self.rules.entry(name).or_default();
        *known = known.overridden_by(look);
    }

    /// How an element looks by its name, its classes, and what it says itself.
    pub(super) fn of(&self, tag: &Tag) -> Look {
        let named = Look {
            hides: matches!(tag.name.as_str(), "script" | "style" | "title" | "template" | "noscript").then_some(true),
            strikes: matches!(tag.name.as_str(), "s" | "strike" | "del").then_some(true),
        };
        let own = Look { hides: tag.is_hidden.then_some(true), ..Look::default() };
        let rule = |name: &str| self.rules.get(name).copied().unwrap_or_default();
        let mut look = named.overridden_by(own);
        if !self.rules.is_empty() {
            look = look.overridden_by(rule(&tag.name));
            for class in tag.class.split_ascii_whitespace() {
                look = look.overridden_by(rule(&format!(".{class}")));
                look = look.overridden_by(rule(&format!("{}.{class}", tag.name)));
            }
        }
        if tag.style.is_empty() { look } else { look.overridden_by(Look::of(&tag.style)) }
    }
}

fn without_comments(style: &str) -> String {
    let mut pieces = style.split("/*");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |kept, piece| kept + piece.split_once("*/").map_or("", |(_, after)| after))
}

/// Where a block with blocks inside ends.
fn block_end(text: &str) -> usize {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Look, Looks};
    use crate::sheet::read::html::tokens::Tag;

    fn look(style: &str, name: &str, class: &str, own: &str) -> (bool, bool) {
        let mut looks = Looks::default();
        looks.add(style);
        let tag = Tag { name: name.to_owned(), class: class.to_owned(), style: own.to_owned(), ..Tag::default() };
        let look = looks.of(&tag);
        (look.is_hidden(), look.is_struck())
    }

    #[test]
    fn rules_for_elements_and_classes_are_followed() {
        let excel = "<!--table\n\t{mso-displayed-decimal-separator:\"\\.\";}\n@page\n\t{margin:1in;}\n.font5\n\t{color:red;\n\ttext-decoration:line-through;}\ntd.gone, tr.gone {DISPLAY : none !important}\n-->";
        assert_eq!(look(excel, "font", "xl1 font5", ""), (false, true));
        assert_eq!(look(excel, "tr", "gone", ""), (true, false));
        assert_eq!(look(excel, "div", "gone", ""), (false, false));
        assert_eq!(look("@media print { .a {display:none} } .b{display:none}", "td", "a", ""), (false, false));
        assert_eq!(look("@media print { .a {display:none} } .b{display:none}", "td", "b", ""), (true, false));
        assert_eq!(look(".a{display:none}", "td", "a", "display:table-cell"), (false, false));
        assert_eq!(look("@import url(x.css); /* a{ */ .a{display:none}", "tr", "a", ""), (true, false));
        assert_eq!(look("", "td", "", "Text-Decoration: underline LINE-THROUGH"), (false, true));
        assert_eq!(look("", "del", "", ""), (false, true));
        assert_eq!(look("{{}}{", "td", "", "x;:;"), (false, false));
        assert_eq!(Look::of("visibility:collapse").hides, Some(true));
    }
}
