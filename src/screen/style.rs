//! Whether there are colours.

use console::Term;

use crate::cli::When;

/// Whether text for this stream has colours: `--color`, then `NO_COLOR`, then what the terminal can do.
#[must_use]
pub fn colors(when: When, term: &Term) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !refused && term.features().is_attended() && term.features().colors_supported()
        }
    }
}
