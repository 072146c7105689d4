//! The signals that ask the program to stop: Ctrl-C, and what a closed terminal, a service manager, a logout or a
//! shutdown sends.
//!
//! [`Signals`] is for a job that is under way: the first signal asks it to stop, the second ends the wait.
//! [`EndAtSignal`] is for everything before: nothing was sent yet, so the first signal ends the program.

use std::io;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::Kind;
use crate::job::Stop;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::{Sources, Terminal};
#[cfg(windows)]
use windows::{Sources, Terminal};

/// A closed terminal sends SIGHUP twice, `timeout` sends SIGTERM twice, a service manager SIGTERM and SIGHUP: what
/// comes within this time of the first is the same wish. Ctrl-C is a key, and each press counts.
const ONE_WISH: Duration = Duration::from_secs(1);

/// Who asks to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// A person at the keyboard.
    Key,
    /// The system, or another program.
    System,
}

/// The signals from now on.
pub(crate) struct Signals(Sources);

impl Signals {
    /// Starts to listen. From now on the system does not end the program by itself any more.
    ///
    /// Needs a runtime. It fails where the system has no room for a handler.
    pub fn listen() -> io::Result<Self> {
        Sources::listen().map(Self)
    }

    /// Waits for a signal.
    pub async fn first(&mut self) {
        self.0.next().await;
    }

    /// Asks to stop at the first signal, and returns at the second.
    pub async fn ask_to_stop(&mut self, stop: &Stop) {
        self.first().await;
        let first = Instant::now();
        stop.request();
        while !is_second(self.0.next().await, first.elapsed()) {}
    }
}

/// Whether a signal says more than the first one, so long after it.
fn is_second(signal: Signal, after: Duration) -> bool {
    signal == Signal::Key || after >= ONE_WISH
}

/// While this is held, the first signal ends the program with the exit code of an interruption, and leaves the
/// terminal as it was.
pub(crate) struct EndAtSignal {
    /// Dropped, it ends the wait.
    _held: oneshot::Sender<()>,
}

impl EndAtSignal {
    /// Starts to listen, on a thread of its own.
    pub fn watch() -> io::Result<Self> {
        let terminal = Terminal::as_it_is();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::listen()?
        };
        let (held, released) = oneshot::channel::<()>();
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let is_signal = runtime.block_on(async {
                tokio::select! {
                    biased;
                    _ = released => false,
                    () = signals.first() => true,
                }
            });
            if is_signal {
                terminal.restore();
                std::process::exit(Kind::Interrupted.exit_code().into());
            }
        })?;
        Ok(Self { _held: held })
    }

    /// Holds it until the program ends.
    pub fn until_the_end(self) {
        std::mem::forget(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_press_of_a_key_counts_and_what_the_system_sends_at_once_is_one_wish() {
        assert!(is_second(Signal::Key, Duration::ZERO));
        assert!(!is_second(Signal::System, Duration::from_millis(20)));
        assert!(is_second(Signal::System, ONE_WISH));
    }
}
