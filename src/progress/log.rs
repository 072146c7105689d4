//! Log lines where there is no terminal: what happens at once, and every ten seconds how far it is.

use std::fmt::Write as _;
use std::io::Write;
use std::time::{Duration, Instant};

use super::board::Board;
use super::moment::Moment;
use super::words::{self, Taste};
use super::{Reader, face};
use crate::job::Event;
use crate::screen::Paint;
use crate::text::Lang;

const PERIOD: Duration = Duration::from_secs(10);

/// Writes lines that begin with the time of day.
pub(super) struct Log {
    out: Box<dyn Write + Send>,
    taste: Taste,
    board: Board,
    said: String,
    /// When a line last told how far it is, or the phase began.
    told: Option<Instant>,
}

impl Log {
    pub(super) fn new(out: Box<dyn Write + Send>, lang: Lang, paint: Paint, verbose: bool) -> Self {
        let taste = Taste { lang, paint, verbose, steady: true };
        Self { out, taste, board: Board::default(), said: String::new(), told: None }
    }

    fn note(&mut self, line: &str, now: &Moment) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.said, "[{}] {line}", now.wall.strftime("%H:%M:%S"));
    }

    fn write(&mut self) {
        if self.said.is_empty() {
            return;
        }
        // Nobody reads the log any more (a closed pipe): the job goes on all the same.
        let _ = self.out.write_all(self.said.as_bytes());
        let _ = self.out.flush();
        self.said.clear();
    }
}

impl Reader for Log {
    fn on(&mut self, event: &Event, now: &Moment) {
        for line in words::lines(event, &self.board, now, self.taste) {
            self.note(&line, now);
        }
        self.board.on(event, now);
        match event {
            Event::PhaseStarted { .. } => self.told = Some(now.at),
            Event::PhaseEnded { .. } | Event::JobEnded { .. } => self.told = None,
            _ => {}
        }
    }

    fn tick(&mut self, now: &Moment) {
        let due = self.told.is_some_and(|told| now.at.saturating_duration_since(told) >= PERIOD);
        if due {
            self.told = Some(now.at);
            if let Some(line) = face::log_line(&self.board, now, self.taste.lang) {
                self.note(&line, now);
            }
        }
        self.write();
    }

    fn pause(&mut self, _now: &Moment) {
        self.write();
    }

    fn resume(&mut self, _now: &Moment) {}

    fn finish(&mut self, _now: &Moment) {
        self.told = None;
        self.write();
    }
}
