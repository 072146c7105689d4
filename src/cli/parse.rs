//! From arguments to a [`Cli`], in the user's language.

use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::{Cli, When, refusal, start, zh};
use crate::screen;
use crate::text::Lang;

/// An end before any command began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Early {
    /// What was asked for: help, the version, the start page. For standard output; exit code 0.
    Page(String),
    /// Why the command line was refused. For standard error; exit code 2.
    Refused(String),
}

impl Early {
    /// Prints it where it belongs, and gives the exit code.
    #[must_use]
    pub fn print(&self) -> u8 {
        // A closed pipe (`unpromo --help | head`) is no fault, and there is nowhere left to complain.
        match self {
            Self::Page(text) => {
                let _ = std::io::stdout().lock().write_all(text.as_bytes());
                0
            }
            Self::Refused(text) => {
                let _ = std::io::stderr().lock().write_all(text.as_bytes());
                2
            }
        }
    }
}

/// Reads the command line, the program's own name first. Returns what was typed, and the language of the
/// screen: `--lang`, or else `system`.
///
/// # Errors
/// Help and version pages and refusals, already in the right language.
pub fn parse(args: impl IntoIterator<Item = OsString>, system: Lang) -> Result<(Cli, Lang), Early> {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = peek(&args, "--lang")
        .and_then(|typed| ["zh", "en"].contains(&typed).then(|| Lang::from_locale(typed)))
        .unwrap_or(system);
    // The Chinese tree is built only to explain itself: a command line without faults never needs it.
    Cli::command()
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map(|cli| (cli, lang))
        .map_err(|error| explain(&error, &args, lang))
}

/// The whole command tree with its help in a language.
#[must_use]
pub fn command(lang: Lang) -> clap::Command {
    match lang {
        Lang::En => Cli::command(),
        Lang::Zh => zh::translated(Cli::command()),
    }
}

fn explain(error: &clap::Error, args: &[OsString], lang: Lang) -> Early {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion, MissingSubcommand};
    let when = match peek(args, "--color") {
        Some("always") => When::Always,
        Some("never") => When::Never,
        _ => When::Auto,
    };
    match error.kind() {
        DisplayHelpOnMissingArgumentOrSubcommand | MissingSubcommand => {
            Early::Page(start::page(lang, screen::colors(when, &console::Term::stdout())))
        }
        DisplayHelp | DisplayVersion => {
            let page = match lang {
                Lang::En => error.render(),
                Lang::Zh => again_in_chinese(args).map_or_else(|| error.render(), |again| zh::page(&again.render())),
            };
            Early::Page(styled(&page, screen::colors(when, &console::Term::stdout())))
        }
        _ => {
            let page = match lang {
                Lang::En => error.render(),
                Lang::Zh => again_in_chinese(args).map_or_else(|| error.render(), |again| refusal::chinese(&again)),
            };
            Early::Refused(styled(&page, screen::colors(when, &console::Term::stderr())))
        }
    }
}

fn again_in_chinese(args: &[OsString]) -> Option<clap::Error> {
    command(Lang::Zh).try_get_matches_from(args).err()
}

fn styled(page: &clap::builder::StyledStr, colors: bool) -> String {
    if colors { page.ansi().to_string() } else { page.to_string() }
}

/// The value of a flag, before anything is parsed: the last one, as clap takes it too.
fn peek<'a>(args: &'a [OsString], flag: &str) -> Option<&'a str> {
    let typed: Vec<&str> = args.iter().skip(1).take_while(|arg| *arg != "--").filter_map(|arg| arg.to_str()).collect();
    let joined = |arg: &&'a str| arg.strip_prefix(flag).and_then(|rest| rest.strip_prefix('='));
    typed.iter().enumerate().rev().find_map(|(at, arg)| match joined(arg) {
        Some(value) => Some(value),
        None if *arg == flag => typed.get(at + 1).copied(),
        None => None,
    })
}

/// The language that the system is set to: the locale variables in their order, else what the desktop says.
#[must_use]
pub fn system_lang() -> Lang {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty())
        .map(|value| Lang::from_locale(&value.as_os_str().to_string_lossy()));
    named.unwrap_or_else(|| sys_locale::get_locale().map_or(Lang::En, |locale| Lang::from_locale(&locale)))
}
