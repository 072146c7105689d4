//! Lines that move below lines that stay, on a real terminal.
//!
//! The cursor rests on the empty line below what moves. So what the terminal itself echoes (`^C`) stands
//! on a line of its own, and is cleared with the rest, instead of pushing a line out of place.

use std::io;

use console::Term;

use crate::screen::width;

/// What drawing needs of a terminal. The rest of the program has it from [`Term`].
pub(super) trait Terminal: Send {
    /// Rows and columns.
    fn size(&self) -> (usize, usize);
    /// Moves the cursor up, to the first column, and clears what is below.
    fn clear_up(&mut self, rows: usize) -> io::Result<()>;
    /// Writes all at once.
    fn write(&mut self, text: &str) -> io::Result<()>;
}

impl Terminal for Term {
    fn size(&self) -> (usize, usize) {
        let (rows, columns) = Self::size(self);
        (usize::from(rows), usize::from(columns))
    }

    fn clear_up(&mut self, rows: usize) -> io::Result<()> {
        self.clear_line()?;
        if rows > 0 {
            self.move_cursor_up(rows)?;
        }
        self.clear_to_end_of_screen()
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.flush()
    }
}

/// A terminal, and what moves on it now.
pub(super) struct Canvas {
    terminal: Box<dyn Terminal>,
    moving: Vec<String>,
}

impl Canvas {
    pub(super) fn new(terminal: Box<dyn Terminal>) -> Self {
        Self { terminal, moving: Vec::new() }
    }

    /// The columns that a line may take. One is left free: a full last column makes some terminals wrap.
    pub(super) fn room(&self) -> usize {
        self.terminal.size().1.saturating_sub(1).max(10)
    }

    /// Adds lines that stay, and replaces those that move, each at most [`room`](Self::room) wide.
    pub(super) fn draw(&mut self, staying: &[String], mut moving: Vec<String>) {
        moving.truncate(self.terminal.size().0.saturating_sub(2).max(1));
        if staying.is_empty() && moving == self.moving {
            return;
        }
        // A terminal that cannot be written to is no reason to stop the work.
        let _ = self.try_draw(staying, moving);
    }

    fn try_draw(&mut self, staying: &[String], moving: Vec<String>) -> io::Result<()> {
        let rows = self.rows();
        if rows > 0 {
            self.terminal.clear_up(rows)?;
        }
        let lines = staying.iter().chain(&moving);
        let text: String = lines.flat_map(|line| [line.as_str(), "\n"]).collect();
        self.moving = moving;
        self.terminal.write(&text)
    }

    /// The rows that what moves takes now: lines drawn before the window became narrower are wrapped in it.
    fn rows(&self) -> usize {
        let columns = self.terminal.size().1.max(1);
        self.moving.iter().map(|line| width(line).div_ceil(columns).max(1)).sum()
    }
}
