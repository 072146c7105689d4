//! A line that is typed at the terminal and not shown, such as a password.

use std::io;

use console::Term;
use zeroize::Zeroizing;

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
    shown_again_after_ctrl_c()?;
    screen.write_str(&format!("{prompt}: "))?;
    screen.flush()?;
    screen.read_secure_line().map(Zeroizing::new)
}

/// A program that is ended while the terminal shows nothing would leave it so.
#[cfg(unix)]
fn shown_again_after_ctrl_c() -> io::Result<()> {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use tokio::signal::unix::{SignalKind, signal};

    use crate::error::Kind;

    let before = tcgetattr(io::stdin())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupted, mut ended) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = ended.recv() => {}
            }
        });
        // What cannot be set right cannot be helped: the program ends in either case.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &before);
        let _ = Term::stderr().write_line("");
        std::process::exit(Kind::Interrupted.exit_code().into());
    })?;
    Ok(())
}

/// The console reads key by key and changes nothing that lasts.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "its twin can fail")]
fn shown_again_after_ctrl_c() -> io::Result<()> {
    Ok(())
}
