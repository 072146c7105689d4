//! What an `.ods` file's styles say that a person sees and the values do not tell: hidden worksheets, struck-through
//! text.

use std::collections::{HashMap, HashSet};

use quick_xml::events::BytesStart;

/// The styles that are kept: far more than any sheet has.
const MOST: usize = 200_000;
/// How many parents a style may have above it.
const DEEPEST: usize = 32;

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// The style that is being read.
    current: String,
    parents: HashMap<String, String>,
    /// Whether a style's text is struck through, where it says so.
    struck: HashMap<String, bool>,
    hidden_tables: HashSet<String>,
}

impl Styles {
    /// Takes a tag of the styles.
    pub(super) fn take(&mut self, tag: &BytesStart<'_>) {
        match tag.name().as_ref() {
            "style:style" => {
                self.current = attribute(tag, "style:name");
                if let Some(parent) = find_attribute(tag, "style:parent-style-name")
                    && self.parents.len() < MOST
                {
                    self.parents.insert(self.current.clone(), parent);
                }
            }
            "style:text-properties" if self.struck.len() < MOST => {
                let lines = ["style:text-line-through-style", "style:text-line-through-type"];
                let said = lines.iter().filter_map(|name| find_attribute(tag, name)).collect::<Vec<_>>();
                if !said.is_empty() {
                    self.struck.insert(self.current.clone(), said.iter().all(|line| line != "none"));
                }
            }
            "style:table-properties"
                if attribute(tag, "table:display") == "false" && self.hidden_tables.len() < MOST =>
            {
                self.hidden_tables.insert(self.current.clone());
            }
            _ => (),
        }
    }

    /// Whether text of this style, or of one above it, is struck through.
    pub(super) fn is_struck(&self, style: &str) -> bool {
        let chain = std::iter::successors(Some(style), |style| self.parents.get(*style).map(String::as_str));
        chain.take(DEEPEST).find_map(|style| self.struck.get(style).copied()).unwrap_or(false)
    }

    /// Whether a worksheet of this style is not shown.
    pub(super) fn is_hidden_table(&self, style: &str) -> bool {
        self.hidden_tables.contains(style)
    }
}

/// An attribute's value; empty where there is none.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    find_attribute(tag, name).unwrap_or_default()
}

/// An attribute's value.
pub(super) fn find_attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}
