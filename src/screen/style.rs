//! Where text goes, and whether it has colours.

use std::io::Write;

use clap::ValueEnum;
use console::Term;

use super::{SummaryView, Table, plain_lines, summary};
use crate::error::Error;
use crate::model::Status;
use crate::text::{Lang, Text};

/// When there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal that shows them, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Whether text for this stream has colours: `--color`, then `NO_COLOR`, then what the terminal can do.
#[must_use]
pub fn colors(when: When, term: &Term) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !refused && term.features().is_attended() && term.features().colors_supported()
        }
    }
}

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Colours where `on`.
    #[must_use]
    pub const fn new(on: bool) -> Self {
        Self { on }
    }

    /// No colours.
    #[must_use]
    pub const fn none() -> Self {
        Self::new(false)
    }

    /// What matters most.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    /// What is beside the point.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.code("2", text)
    }

    /// What went wrong.
    #[must_use]
    pub fn red(self, text: &str) -> String {
        self.code("31", text)
    }

    /// What went well.
    #[must_use]
    pub fn green(self, text: &str) -> String {
        self.code("32", text)
    }

    /// What needs a look.
    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.code("33", text)
    }

    /// The colour of a status.
    #[must_use]
    pub fn status(self, status: Status, text: &str) -> String {
        match status {
            Status::Submitted | Status::Verified => self.green(text),
            Status::Rejected | Status::LookupFailed | Status::Failed | Status::Invalid => self.red(text),
            Status::InDoubt => self.yellow(text),
            Status::Matched => text.to_owned(),
            Status::Unmatched | Status::Duplicate | Status::Skipped | Status::Pending => self.dim(text),
        }
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// One of the two output streams, as a person sees it.
#[derive(Clone, Debug)]
pub struct Screen {
    term: Term,
    /// The language.
    pub lang: Lang,
    /// The colours.
    pub paint: Paint,
}

impl Screen {
    /// Standard error: what is said while and after working.
    #[must_use]
    pub fn stderr(lang: Lang, when: When) -> Self {
        Self::on(Term::stderr(), lang, when)
    }

    /// Standard output: what was asked for (lists, tables).
    #[must_use]
    pub fn stdout(lang: Lang, when: When) -> Self {
        Self::on(Term::stdout(), lang, when)
    }

    fn on(term: Term, lang: Lang, when: When) -> Self {
        let paint = Paint::new(colors(when, &term));
        Self { term, lang, paint }
    }

    /// Whether a person is there to see it.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.term.features().is_attended()
    }

    /// The columns of the terminal. A file or a pipe has as many as a text needs.
    #[must_use]
    pub fn width(&self) -> usize {
        if self.is_terminal() { usize::from(self.term.size().1).max(20) } else { usize::MAX }
    }

    /// Prints text as it is, with a line break behind it. Text from elsewhere goes through
    /// [`plain`](super::plain) first.
    pub fn line(&self, text: &str) {
        // A closed pipe (`| head`) is no fault of the work, and there is nowhere left to complain.
        let mut term = &self.term;
        let _ = term.write_all(format!("{text}\n").as_bytes());
        let _ = term.flush();
    }

    /// Prints a sentence.
    pub fn say(&self, text: &Text) {
        self.line(&plain_lines(text.say(self.lang)));
    }

    /// Prints a table, fitted to the terminal.
    pub fn table(&self, table: &Table) {
        self.line(&table.render(self.lang, self.width(), self.paint));
    }

    /// Prints what stopped a command, and what to do next.
    pub fn error(&self, error: &Error) {
        self.line(&error_text(error, self.lang, self.paint));
    }

    /// Prints the end of a run.
    pub fn summary(&self, view: &SummaryView) {
        self.line(&summary::render(view, self.lang, self.paint));
    }
}

/// `error: …`, and below it what to do next.
#[must_use]
pub fn error_text(error: &Error, lang: Lang, paint: Paint) -> String {
    let head = paint.bold(&paint.red(lang.pick("错误:", "error:")));
    let what = plain_lines(error.what.say(lang)).replace('\n', "\n  ");
    let gap = lang.pick("", " ");
    let Some(next) = &error.next else {
        return format!("{head}{gap}{what}");
    };
    let then = paint.bold(lang.pick("怎么办:", "next:"));
    let next = plain_lines(next.say(lang)).replace('\n', "\n  ");
    format!("{head}{gap}{what}\n{then}{gap}{next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_happened_and_what_to_do() {
        let error = Error::usage(crate::text!("Sheet1!C12: 单元格为空\nSheet1!C13: \x1b[2J", "two cells are bad"))
            .next(crate::text!("改好再运行", "mend them and run it again"));
        assert_eq!(
            error_text(&error, Lang::Zh, Paint::none()),
            "错误:Sheet1!C12: 单元格为空\n  Sheet1!C13: <1B>[2J\n怎么办:改好再运行"
        );
        assert_eq!(
            error_text(&error, Lang::En, Paint::none()),
            "error: two cells are bad\nnext: mend them and run it again"
        );
        assert!(error_text(&error, Lang::En, Paint::new(true)).starts_with("\x1b[1m\x1b[31merror:"));
    }

    #[test]
    fn the_color_flag_overrides_the_terminal() {
        let term = Term::stderr();
        assert!(colors(When::Always, &term) && !colors(When::Never, &term));
    }
}
