//! SIGINT, SIGTERM and SIGHUP.

use std::io;

use console::Term;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use super::Signal;

/// The signals that ask to stop.
pub(super) struct Sources {
    interrupt: Stream,
    terminate: Stream,
    /// `None` where whoever started the program wants it to outlive the terminal (`nohup`).
    hang_up: Option<Stream>,
}

impl Sources {
    pub fn listen() -> io::Result<Self> {
        let is_ignored = is_hang_up_ignored();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if is_ignored { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    pub async fn next(&mut self) -> Signal {
        let hang_up = async {
            match &mut self.hang_up {
                Some(stream) => stream.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Key,
            _ = self.terminate.recv() => Signal::System,
            _ = hang_up => Signal::System,
        }
    }
}

/// Whether SIGHUP was ignored before the program listened to it. Only Linux tells without asking in C; elsewhere a
/// program under `nohup` stops when the terminal closes, and can be resumed.
fn is_hang_up_ignored() -> bool {
    static IGNORED: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {
        std::fs::read_to_string("/proc/self/status").is_ok_and(|status| has_hang_up(&status, "SigIgn:"))
    });
    *IGNORED
}

/// Whether a set of signals in `/proc/PID/status` has SIGHUP, which is the first.
fn has_hang_up(status: &str, set: &str) -> bool {
    let bits = status.lines().find_map(|line| line.strip_prefix(set));
    bits.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).is_some_and(|bits| bits & 1 == 1)
}

/// How the terminal was, where there is one.
pub(super) struct Terminal(Option<Termios>);

impl Terminal {
    pub fn as_it_is() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }

    /// A program that is ended while it asks would leave a terminal that shows neither cursor nor what is typed.
    pub fn restore(&self) {
        if let Some(before) = &self.0 {
            // What cannot be set right cannot be helped: the program ends in either case.
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, before);
            let _ = Term::stderr().show_cursor();
            let _ = Term::stderr().write_line("");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::has_hang_up;

    #[test]
    fn a_program_under_nohup_ignores_the_hang_up() {
        let status = "Name:\tunpromo\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000004002\n";
        assert!(has_hang_up(status, "SigIgn:") && !has_hang_up(status, "SigCgt:"));
        assert!(!has_hang_up("", "SigIgn:"));
    }
}
