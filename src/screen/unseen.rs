//! A line that is typed at the terminal and not shown, such as a password.

use std::io;

use console::Term;
use zeroize::Zeroizing;

use crate::signal::EndAtSignal;

/// Asks for a line that is not shown as it is typed; empty where nothing was typed. Ctrl-C ends the program
/// (exit 130), and leaves a terminal that shows again what is typed.
///
/// # Errors
/// When standard input or standard error is no terminal, or cannot be used.
pub fn unseen(prompt: &str) -> io::Result<Zeroizing<String>> {
    let screen = Term::stderr();
    if !screen.is_term() {
        return Err(io::Error::other("standard error is no terminal"));
    }
    // A program that is ended while the terminal shows nothing would leave it so.
    EndAtSignal::watch()?.until_the_end();
    screen.write_str(&format!("{prompt}: "))?;
    screen.flush()?;
    screen.read_secure_line().map(Zeroizing::new)
}
