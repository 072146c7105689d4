//! Ctrl-C and Ctrl-Break, a closed window, a logout, a shutdown. Windows ends the program about five seconds after
//! the last three, whatever it does: what is in flight by then is in doubt, and the journal says so.

use std::io;

use console::Term;
use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown,
};

use super::Signal;

/// The signals that ask to stop.
pub(super) struct Sources {
    c: CtrlC,
    pause: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Sources {
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            c: ctrl_c()?,
            pause: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.c.recv() => Signal::Key,
            _ = self.pause.recv() => Signal::Key,
            _ = self.close.recv() => Signal::System,
            _ = self.logoff.recv() => Signal::System,
            _ = self.shutdown.recv() => Signal::System,
        }
    }
}

/// The console reads key by key and changes nothing that lasts but the cursor.
pub(super) struct Terminal;

impl Terminal {
    pub fn as_it_is() -> Self {
        Self
    }

    pub fn restore(&self) {
        let _ = Term::stderr().show_cursor();
    }
}
