//! "Copy as fetch", which is known and not read: it is a program, and leaves out what only the browser adds.

/// Whether a call of `fetch` begins here.
pub(super) fn begins(text: &str) -> bool {
    text.strip_prefix("fetch(").is_some_and(|rest| rest.trim_start().starts_with(['"', '\'', '`']))
}
