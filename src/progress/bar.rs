//! The bar on a terminal.

use super::board::Board;
use super::canvas::{Canvas, Terminal};
use super::moment::Moment;
use super::words::{self, Taste};
use super::{Reader, face};
use crate::job::Event;
use crate::screen::Paint;
use crate::text::Lang;

/// Draws the board on a terminal.
pub(super) struct Bar {
    canvas: Canvas,
    taste: Taste,
    board: Board,
    /// Lines that stay, not yet shown.
    said: Vec<String>,
    paused: bool,
}

impl Bar {
    pub(super) fn new(terminal: Box<dyn Terminal>, lang: Lang, paint: Paint, verbose: bool) -> Self {
        Self {
            canvas: Canvas::new(terminal),
            taste: Taste { lang, paint, verbose, steady: false },
            board: Board::default(),
            said: Vec::new(),
            paused: false,
        }
    }

    fn draw(&mut self, now: &Moment) {
        let (lang, paint, room) = (self.taste.lang, self.taste.paint, self.canvas.room());
        let moving = face::lines(&self.board, now, lang, paint, room);
        self.canvas.draw(&std::mem::take(&mut self.said), moving);
    }

    /// Shows what stays and clears what moves.
    fn rest(&mut self) {
        self.canvas.draw(&std::mem::take(&mut self.said), Vec::new());
        self.paused = true;
    }
}

impl Reader for Bar {
    fn on(&mut self, event: &Event, now: &Moment) {
        let lines = words::lines(event, &self.board, now, self.taste);
        if matches!(event, Event::Outcome { .. } | Event::Retrying { .. }) {
            // One line each, however long a name is; what matters once (the limit, an end) is shown whole.
            let room = self.canvas.room();
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
        self.rest();
    }

    fn resume(&mut self, now: &Moment) {
        self.paused = false;
        self.draw(now);
    }

    fn finish(&mut self, _now: &Moment) {
        self.rest();
    }
}
