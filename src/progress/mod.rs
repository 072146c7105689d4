//! Events become a bar, log lines, or JSON lines. One place decides which: [`choose`].
//!
//! An event is only put on a queue when it comes; a thread of its own reads the queue and draws, ten times
//! a second at most, so that the engine does not wait for a terminal (a Windows console stands still while
//! text is marked in it).

mod bar;
mod board;
mod face;
mod json;
mod log;
mod moment;
mod narrow;
mod queue;
mod ticker;
mod words;

use std::sync::Arc;

use console::Term;

use crate::error::Error;
use crate::job::Event;
use crate::screen::When;
use crate::screen::{Paint, Screen, SummaryView, colors};
use crate::text::Lang;
use moment::Moment;
use queue::Queue;
use ticker::Ticker;

/// What the user said about the screen, and what the screen is.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `--json`.
    pub json: bool,
    /// `-q`.
    pub quiet: bool,
    /// How often `-v`.
    pub verbose: u8,
    /// The language.
    pub lang: Lang,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// `--color`.
    pub color: When,
}

impl Options {
    /// What the flags of every command say, on the standard error that there is.
    #[must_use]
    pub fn new(global: &crate::cli::Global, lang: Lang) -> Self {
        Self {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            lang,
            stderr_is_terminal: Term::stderr().features().is_attended(),
            color: global.color,
        }
    }
}

/// Chooses the reader: JSON lines on demand, nothing when quiet, a bar on a terminal, log lines elsewhere.
#[must_use]
pub fn choose(options: Options) -> Progress {
    let Options { json, quiet, verbose, lang, stderr_is_terminal, color } = options;
    let paint = Paint::new(colors(color, &Term::stderr()));
    let verbose = verbose > 0;
    let reader: Box<dyn Reader> = if json {
        Box::new(json::JsonLines::new(Box::new(std::io::stdout()), lang))
    } else if quiet {
        Box::new(Silence)
    } else if stderr_is_terminal {
        Box::new(bar::Bar::new(Box::new(Term::buffered_stderr()), lang, paint, verbose))
    } else {
        Box::new(log::Log::new(Box::new(std::io::stderr()), lang, paint, verbose))
    };
    Progress::new(reader, Screen::stderr(lang, color))
}

/// Shows how a job goes. Cheap to tell; it leaves the terminal clean when it is dropped.
///
/// ```ignore
/// let progress = progress::choose(Options::new(&cli.global, lang));
/// let listener = |event| progress.on(event);
/// engine.run(&listener);
/// progress.finish();
/// ```
pub struct Progress {
    queue: Arc<Queue>,
    ticker: Option<Ticker>,
    screen: Screen,
}

impl Progress {
    fn new(reader: Box<dyn Reader>, screen: Screen) -> Self {
        let queue = Arc::new(Queue::new(reader));
        // Without a thread to draw, all is still shown at the end.
        let ticker = Ticker::start(Arc::clone(&queue)).ok();
        Self { queue, ticker, screen }
    }

    /// Takes note of an event.
    pub fn on(&self, event: Event) {
        self.queue.push(event);
    }

    /// Clears the screen of what moves, does something else with it (ask a question, print a table), and
    /// goes on. Events that come meanwhile are kept.
    pub fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.queue.read(|reader, now| reader.pause(now));
        // Not under the lock: whoever stops the program meanwhile must be able to finish.
        let done = work();
        self.queue.read(|reader, now| reader.resume(now));
        done
    }

    /// Shows what is left to show and clears what moves. Nothing is drawn afterwards. Call it before
    /// `std::process::exit`, which drops nothing.
    pub fn finish(&self) {
        if let Some(ticker) = &self.ticker {
            ticker.stop();
        }
        self.queue.read(|reader, now| reader.finish(now));
    }

    /// The end of a run: the summary for people, or its line for programs. Finishes first.
    pub fn summary(&self, view: &SummaryView) {
        self.finish();
        if !self.queue.read(|reader, now| reader.summary(view, now)) {
            self.screen.summary(view);
        }
    }

    /// What stopped the command: always in words on standard error, and with `--json` as a line too.
    /// Finishes first.
    pub fn error(&self, error: &Error) {
        self.finish();
        self.queue.read(|reader, now| reader.error(error, now));
        self.screen.error(error);
    }

    /// The screen that people's text goes to.
    #[must_use]
    pub const fn screen(&self) -> &Screen {
        &self.screen
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

/// What stopped a command that has no [`Progress`]: in words on standard error, and with `--json` as a
/// line on standard output.
pub fn report_error(error: &Error, json: bool, screen: &Screen) {
    if json {
        json::JsonLines::new(Box::new(std::io::stdout()), screen.lang).error(error, &Moment::now());
    }
    screen.error(error);
}

/// One way of showing events.
trait Reader: Send {
    /// Takes note of an event.
    fn on(&mut self, event: &Event, now: &Moment);
    /// Draws what is new. Called about ten times a second.
    fn tick(&mut self, now: &Moment);
    /// Clears what moves, until [`resume`](Self::resume).
    fn pause(&mut self, now: &Moment);
    /// Goes on drawing.
    fn resume(&mut self, now: &Moment);
    /// Draws what is left and clears what moves.
    fn finish(&mut self, now: &Moment);
    /// Tells the end of a run; false where people's words are wanted.
    fn summary(&mut self, _view: &SummaryView, _now: &Moment) -> bool {
        false
    }
    /// Tells what stopped the command, for programs.
    fn error(&mut self, _error: &Error, _now: &Moment) {}
}

/// Says nothing.
struct Silence;

impl Reader for Silence {
    fn on(&mut self, _event: &Event, _now: &Moment) {}
    fn tick(&mut self, _now: &Moment) {}
    fn pause(&mut self, _now: &Moment) {}
    fn resume(&mut self, _now: &Moment) {}
    fn finish(&mut self, _now: &Moment) {}
}

#[cfg(test)]
mod tests;
