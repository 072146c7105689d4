//! A terminal on which the echo of Ctrl-C leaves no trace.

use std::io;
use std::sync::{Mutex, PoisonError};

use indicatif::TermLike;

/// The width of `^C`, as terminals echo it.
const ECHO: usize = 2;

/// A terminal whose cursor rests a little left of the last column. indicatif fills each line with blanks
/// to its end, and rests there; the echo of Ctrl-C would wrap to the next line, and a part of the bar
/// would stay on the screen for good.
#[derive(Debug)]
pub(super) struct Narrow<T> {
    term: T,
    /// Blanks at the end of a line that are not written yet: whether they are the last shows later.
    blanks: Mutex<usize>,
}

impl<T: TermLike> Narrow<T> {
    pub const fn new(term: T) -> Self {
        Self { term, blanks: Mutex::new(0) }
    }

    /// Writes the blanks that were kept, but for so many.
    fn fill(&self, but: usize) -> io::Result<()> {
        let blanks = std::mem::take(&mut *self.blanks.lock().unwrap_or_else(PoisonError::into_inner));
        self.term.write_str(&" ".repeat(blanks.saturating_sub(but)))
    }
}

impl<T: TermLike> TermLike for Narrow<T> {
    fn width(&self) -> u16 {
        self.term.width()
    }

    fn height(&self) -> u16 {
        self.term.height()
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.move_cursor_left(n)
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.fill(0)?;
        self.term.write_line(s)
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.fill(0)?;
        if s.bytes().all(|byte| byte == b' ') {
            *self.blanks.lock().unwrap_or_else(PoisonError::into_inner) = s.len();
            return Ok(());
        }
        self.term.write_str(s)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.fill(ECHO)?;
        self.term.flush()
    }
}
