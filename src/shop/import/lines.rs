//! How a command of bash or cmd goes on over lines, those included that chat programs and Word have torn apart.

use super::cursor::{Cursor, is_blank};
use super::start;
use super::trouble::Trouble;

/// The words of one command, and the line on which it ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub words: Vec<String>,
    /// The sign that carries a line on: the shell's own.
    pub escape: char,
    pub line: usize,
}

/// Steps to the next word of a command that began at `began`; `escape` at a line's end carries it on. `false`: the
/// command ends here.
pub(super) fn next_word(cursor: &mut Cursor<'_>, began: &Cursor<'_>, escape: char) -> Result<bool, Trouble> {
    let mut continued = None;
    let goes_on = loop {
        cursor.skip_while(is_blank);
        let place = *cursor;
        if cursor.eat_continuation(escape) {
            continued = Some(place);
            continue;
        }
        match cursor.peek() {
            Some('\n') if is_torn(cursor.rest(), escape) => cursor.skip_while(char::is_whitespace),
            None | Some('\n') => break false,
            Some(_) => break cursor.since(began).is_empty() || !start::is_command(cursor.rest()),
        }
    };
    match continued {
        Some(place) if !goes_on => Err(Trouble::CutAfter { line: place.line() }),
        _ => Ok(goes_on),
    }
}

/// Whether what follows line ends can only be a further part of the same command: an option, a quoted value, or a
/// sign that the line goes on.
fn is_torn(rest: &str, escape: char) -> bool {
    let next = rest.trim_start();
    let is_option =
        next.strip_prefix('-').is_some_and(|name| name.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
    let is_sign = next.strip_prefix(escape).is_some_and(|rest| rest.trim_start_matches(is_blank).starts_with('\n'));
    is_option || is_sign || ["'", "\"", "$'", "^\""].iter().any(|quote| next.starts_with(quote))
}

/// Whether a quotation that is closed here has swallowed the beginning of another command: the one in which it was
/// opened is cut off.
pub(super) fn has_swallowed(opened: &Cursor<'_>, closed: &Cursor<'_>) -> bool {
    let inside = closed.since(opened).trim_end_matches(['\'', '"', '^', '$']);
    let is_before_address = ["curl ", "curl.exe ", "--url "].iter().any(|end| inside.ends_with(end));
    is_before_address && closed.rest().starts_with("http")
}

/// The trouble with a character outside of quotes, if it is one that no shell reads as it was meant.
pub(super) fn misread(cursor: &Cursor<'_>) -> Option<Trouble> {
    let line = cursor.line();
    match cursor.peek()? {
        c if start::is_autocorrected(c) => Some(Trouble::Autocorrected { line }),
        '&' if start::is_entity(cursor.rest()) => Some(Trouble::Html { line }),
        _ => None,
    }
}
