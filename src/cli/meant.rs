//! What a command line that was refused most likely meant: a sheet without a command, an option before its command, a
//! command that is misspelt or has another name elsewhere.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};

use super::Cli;
use crate::error::Error;
use crate::model::fold_width;
use crate::shell::{quote, quote_path};
use crate::text;
use crate::text::Text;

/// The endings of the files that are sheets.
const SHEETS: [&str; 7] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv"];

/// What other programs call these commands.
const OTHER_NAMES: [(&str, &str); 18] = [
    ("launch", "run"),
    ("start", "run"),
    ("execute", "run"),
    ("submit", "run"),
    ("withdraw", "run"),
    ("validate", "check"),
    ("lint", "check"),
    ("continue", "resume"),
    ("history", "jobs"),
    ("status", "jobs"),
    ("login", "shop"),
    ("account", "shop"),
    ("new", "template"),
    ("sample", "template"),
    ("blank", "template"),
    ("manual", "man"),
    ("delete", "remove"),
    ("test", "check"),
];

/// What was most likely meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// A sheet stands where a command should, and this is to be typed.
    Sheet { sheet: OsString, typed: String },
    /// An option stands before its command. What is to be typed, where it can be repeated.
    OptionFirst { option: String, command: String, typed: String },
    /// A command is misspelt, or has another name here.
    Misspelt { word: String, typed: String },
}

impl Meant {
    /// Why the command line was refused, and what to type.
    pub fn refusal(&self) -> Error {
        match self {
            Self::Sheet { sheet, typed } => {
                let sheet = sheet.to_string_lossy();
                let sheet = crate::plain::quoted(&sheet);
                Error::usage(text!("{sheet} 前面没有写命令", "there is no command before {sheet}")).next(text!(
                    "在终端里输入下面这一行，看看它会撤回什么（不提交任何内容）：\n{typed}",
                    "type this in a terminal to see what it would withdraw (nothing is sent):\n{typed}"
                ))
            }
            Self::OptionFirst { option, command, typed } => {
                Error::usage(text!("{option} 要写在 {command} 后面", "{option} goes after {command}"))
                    .next(Text::verbatim(typed))
            }
            Self::Misspelt { word, typed } => Error::usage(text!("没有命令 '{word}'", "there is no command '{word}'"))
                .next(text!("是不是：{typed}", "did you mean: {typed}")),
        }
    }

    /// Whether the command line is one file by its whole path, as a file manager hands over what was dropped.
    pub fn is_one_whole_path(&self, args: &[OsString]) -> bool {
        let is_whole = |sheet: &OsStr| Path::new(sheet).is_absolute() && Path::new(sheet).is_file();
        matches!(self, Self::Sheet { sheet, .. } if is_whole(sheet)) && args.len() == 2
    }
}

/// What was most likely meant by a command line that was refused, the program's own name first.
pub(super) fn find(args: &[OsString]) -> Option<Meant> {
    let mut root = Cli::command();
    root.build();
    let (mut command, mut path, mut at) = (&root, Vec::new(), 1);
    // As far as the command line is right.
    loop {
        let arg = args.get(at)?;
        let text = arg.to_str().unwrap_or_default();
        if let Some(width) = option_width(&root, text) {
            at += width;
        } else if let Some(inner) = command.find_subcommand(text) {
            (command, at) = (inner, at + 1);
            path.push(text.to_owned());
        } else {
            break;
        }
    }
    let (before, culprit, after) = (&args[1..at], &args[at], &args[at + 1..]);
    let is_first = path.is_empty();
    match culprit.to_str() {
        Some(word) if word.starts_with('-') && is_first => option_first(&root, word, before, after),
        _ if is_first && is_sheet(culprit) => sheet(culprit, before, after),
        Some(word) if command.has_subcommands() && !word.starts_with('-') => {
            misspelt(command, word, &args[1..at], after)
        }
        _ => None,
    }
}

/// How many arguments an option that holds everywhere takes, itself included; `None` where it is none.
fn option_width(root: &Command, text: &str) -> Option<usize> {
    let (name, has_value) = match text.strip_prefix("--") {
        Some(long) => (long.split('=').next().unwrap_or_default(), long.contains('=')),
        None => (text.strip_prefix('-')?, false),
    };
    let is_named = |arg: &&clap::Arg| {
        arg.get_long() == Some(name) || (!text.starts_with("--") && name.chars().all(|c| arg.get_short() == Some(c)))
    };
    let option = root.get_arguments().find(|arg| !arg.is_positional() && !name.is_empty() && is_named(arg))?;
    Some(1 + usize::from(option.get_action().takes_values() && !has_value))
}

/// An option before its command: all that stands before the command goes behind it.
fn option_first(root: &Command, option: &str, before: &[OsString], after: &[OsString]) -> Option<Meant> {
    let at = after.iter().position(|arg| arg.to_str().is_some_and(|word| root.find_subcommand(word).is_some()));
    let own = OsString::from(option);
    let (command, line) = match at {
        Some(at) => {
            let moved = before.iter().chain([&own]).chain(&after[..at]);
            (after[at].clone(), after[at..].iter().chain(moved).cloned().collect())
        }
        // A sheet is run.
        None if after.iter().any(|arg| is_sheet(arg)) => {
            let (mut sheets, rest): (Vec<_>, Vec<_>) = after.iter().cloned().partition(|arg| is_sheet(arg));
            sheets.extend(before.iter().cloned().chain([own]).chain(rest));
            (OsString::from("run"), [vec![OsString::from("run")], sheets].concat())
        }
        None => return None,
    };
    let option = option.split('=').next().unwrap_or(option).to_owned();
    let command = command.to_string_lossy().into_owned();
    is_known(&line).then(|| Meant::OptionFirst { option, command, typed: typed(&line) })
}

/// A sheet where a command should stand: it is run, and only to look.
fn sheet(sheet: &OsStr, before: &[OsString], after: &[OsString]) -> Option<Meant> {
    let run = |rest: &[OsString]| {
        let mut line = [&[OsString::from("run"), sheet.to_owned()], rest, before].concat();
        if !rest.iter().any(|arg| ["--dry-run", "--yes", "-y"].iter().any(|flag| arg == flag)) {
            line.push(OsString::from("--dry-run"));
        }
        line
    };
    // One sheet at a time, where several were given.
    let line = [run(after), run(&[])].into_iter().find(|line| is_known(line))?;
    Some(Meant::Sheet { sheet: sheet.to_owned(), typed: typed(&line) })
}

/// The nearest command.
fn misspelt(command: &Command, word: &str, before: &[OsString], after: &[OsString]) -> Option<Meant> {
    let folded = fold_width(word).to_lowercase();
    let own = command.get_subcommands().map(Command::get_name).map(|name| (name, name));
    let others = OTHER_NAMES.into_iter().filter(|(_, name)| command.find_subcommand(name).is_some());
    let near = own.chain(others).filter_map(|(spelled, name)| {
        // Shorter words are near to everything.
        let most = 1 + folded.chars().count() / 5;
        let distance = strsim::osa_distance(&folded, spelled);
        let is_begun = folded.len() >= 3 && spelled.starts_with(&folded);
        (is_begun || distance <= most).then_some((if is_begun { 0 } else { distance }, name))
    });
    let (_, name) = near.min_by_key(|(distance, _)| *distance)?;
    let line = [before, &[OsString::from(name)], after].concat();
    Some(Meant::Misspelt { word: crate::plain::quoted(word).into_owned(), typed: typed(&line) })
}

/// An existing file, or a name with a sheet's ending.
fn is_sheet(arg: &OsStr) -> bool {
    let path = Path::new(arg);
    let has_ending = |ending: &OsStr| SHEETS.iter().any(|sheet| ending.eq_ignore_ascii_case(sheet));
    let is_option = arg.to_string_lossy().starts_with('-');
    !is_option && (path.extension().is_some_and(has_ending) || path.is_file())
}

/// Whether every option and command of a line is known; its values may still be wrong.
fn is_known(line: &[OsString]) -> bool {
    let program = OsString::from("unpromo");
    match Cli::command().try_get_matches_from([&program].into_iter().chain(line)) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand),
    }
}

/// The line to type. What follows `shop` may hold secrets, and is not repeated.
fn typed(line: &[OsString]) -> String {
    let at = line.iter().position(|arg| arg == "shop");
    let shown = at.map_or(line, |at| &line[..=at]);
    let word = |arg: &OsString| match arg.to_str() {
        Some(text) if text.starts_with('-') => quote(text),
        _ => quote_path(Path::new(arg)),
    };
    let mut words = vec!["unpromo".to_owned()];
    words.extend(shown.iter().map(word));
    if shown.len() < line.len() {
        words.push("…".to_owned());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed_for(line: &str) -> Option<String> {
        let args: Vec<OsString> = std::iter::once("unpromo").chain(line.split(' ')).map(OsString::from).collect();
        find(&args).map(|meant| match meant {
            Meant::Sheet { typed, .. } | Meant::Misspelt { typed, .. } => typed,
            Meant::OptionFirst { option, command, typed } => format!("{option} after {command}: {typed}"),
        })
    }

    #[test]
    fn each_mistake_has_its_line_to_type() {
        for (line, meant) in [
            ("week.xlsx", "unpromo run week.xlsx --dry-run"),
            ("周报.CSV --rate 2/s", "unpromo run 周报.CSV --rate 2/s --dry-run"),
            ("week.xlsx --yes", "unpromo run week.xlsx --yes"),
            ("--lang zh week.xlsx", "unpromo run week.xlsx --lang zh --dry-run"),
            ("week.xlsx other.xlsx", "unpromo run week.xlsx --dry-run"),
            ("--dry-run run nums.xlsx", "--dry-run after run: unpromo run nums.xlsx --dry-run"),
            ("-v --rate 2/s run nums.xlsx --yes", "--rate after run: unpromo run nums.xlsx --yes -v --rate 2/s"),
            ("--rate=2/s run nums.xlsx", "--rate after run: unpromo run nums.xlsx --rate=2/s"),
            ("--dry-run nums.xlsx", "--dry-run after run: unpromo run nums.xlsx --dry-run"),
            ("-o r.xlsx jobs export 3", "-o after jobs: unpromo jobs export 3 -o r.xlsx"),
            ("rnu week.xlsx", "unpromo run week.xlsx"),
            ("lanch week.xlsx", "unpromo run week.xlsx"),
            ("RUN week.xlsx", "unpromo run week.xlsx"),
            ("chekc week.xlsx", "unpromo check week.xlsx"),
            ("temp -o a.xlsx", "unpromo template -o a.xlsx"),
            ("jobs shwo 3", "unpromo jobs show 3"),
            ("job list", "unpromo jobs list"),
            ("--app-key SECRET shop add x", "--app-key after shop: unpromo shop …"),
            ("shpo add x --app-key SECRET", "unpromo shop …"),
        ] {
            assert_eq!(typed_for(line).as_deref(), Some(meant), "{line}");
        }
    }

    #[test]
    fn what_is_like_nothing_is_not_guessed() {
        for line in ["frobnicate", "x", "--frobnicate run week.xlsx", "run --frobnicate", "run", "jobs frobnicate", "-"]
        {
            assert_eq!(typed_for(line), None, "{line}");
        }
    }
}
