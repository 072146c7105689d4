//! The bar on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::board::Board;
use super::moment::Moment;
use super::narrow::Narrow;
use super::words::{self, Taste};
use super::{Reader, face};
use crate::job::Event;
use crate::screen::Paint;
use crate::text::Lang;

/// Lines that move below lines that stay.
pub(super) struct Bar {
    drawn: ProgressBar,
    /// The terminal itself: its width is asked at each drawing, since people resize windows, and lines
    /// that stay go straight to it while nothing moves.
    term: Box<dyn TermLike>,
    taste: Taste,
    board: Board,
    /// Lines that stay, not yet shown.
    said: Vec<String>,
    shown: bool,
    paused: bool,
}

impl Bar {
    pub(super) fn new<T: TermLike + Clone + 'static>(term: Box<T>, lang: Lang, paint: Paint, verbose: bool) -> Self {
        // The ticker keeps the pace, so indicatif need not.
        let target = ProgressDrawTarget::term_like(Box::new(Narrow::new((*term).clone())));
        let drawn = ProgressBar::with_draw_target(None, target);
        drawn.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            drawn,
            term,
            taste: Taste { lang, paint, verbose, steady: false },
            board: Board::default(),
            said: Vec::new(),
            shown: false,
            paused: false,
        }
    }

    /// One column is left free: a full last column makes some terminals wrap.
    fn room(&self) -> usize {
        usize::from(self.term.width()).saturating_sub(1).max(10)
    }

    fn say(&mut self) {
        if self.said.is_empty() {
            return;
        }
        if self.shown {
            self.drawn.println(self.said.join("\n"));
        } else {
            // A terminal that is gone is no fault of the work.
            let _ = self.said.iter().try_for_each(|line| self.term.write_line(line));
            let _ = self.term.flush();
        }
        self.said.clear();
    }

    fn draw(&mut self, now: &Moment) {
        self.say();
        let lines = face::lines(&self.board, now, self.taste.lang, self.taste.paint, self.room());
        if lines.is_empty() {
            self.clear();
            return;
        }
        if !self.shown {
            self.drawn.reset();
            self.shown = true;
        }
        self.drawn.set_message(lines.join("\n"));
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            self.drawn.finish_and_clear();
        }
    }
}

impl Reader for Bar {
    fn on(&mut self, event: &Event, now: &Moment) {
        let lines = words::lines(event, &self.board, now, self.taste);
        if matches!(event, Event::Outcome { .. } | Event::Retrying { .. }) {
            // One line each, however long a name is; what matters once (the limit, an end) is shown whole.
            let room = self.room();
            self.said.extend(lines.iter().map(|line| console::truncate_str(line, room, "..").into_owned()));
        } else {
            self.said.extend(lines);
        }
        self.board.on(event, now);
    }

    fn tick(&mut self, now: &Moment) {
        if !self.paused {
            self.draw(now);
        }
    }

    fn pause(&mut self, _now: &Moment) {
        self.say();
        self.clear();
        self.paused = true;
    }

    fn resume(&mut self, now: &Moment) {
        self.paused = false;
        self.draw(now);
    }

    fn finish(&mut self, _now: &Moment) {
        self.say();
        self.clear();
        self.paused = true;
    }
}
