//! The Chinese help: one table for the whole command tree, laid over clap's English.
//!
//! A test walks the tree and fails where a command, a flag, a heading or a value's name has no Chinese,
//! and where the table speaks of something that does not exist.

mod args;
mod commands;

use clap::builder::StyledStr;
use clap::{Arg, Command};

use super::refusal::usage_words;

/// What stands for a command: its path, one line, the long explanation, and what stands under its help.
struct CommandWords {
    path: &'static str,
    about: &'static str,
    long: &'static str,
    after: &'static str,
}

/// The help template: clap's default one with its own words in Chinese.
const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法: {usage}\n\n{all-args}{after-help}";

/// Lays the Chinese words over the tree.
pub(super) fn translated(mut command: Command) -> Command {
    // Built first, so that clap's own `--help`, `--version` and `help` are there to be translated too.
    command.build();
    translate(command, "")
}

fn translate(command: Command, path: &str) -> Command {
    let spelled = words_of(path);
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(|arg| translate_arg(arg, path));
    if let Some(words) = spelled {
        command = command.about(breathe(words.about));
        if !words.long.is_empty() {
            command = command.long_about(breathe(&format!("{}\n\n{}", words.about, words.long)));
        }
        if !words.after.is_empty() {
            command = command.after_help(words.after);
        }
    }
    command.mut_subcommands(|inner| {
        let path = format!("{path} {}", inner.get_name());
        translate(inner, path.trim_start())
    })
}

/// The words for a command. `help run` is about `run`.
fn words_of(path: &str) -> Option<&'static CommandWords> {
    let path = path.strip_prefix("help ").unwrap_or(path);
    let is_help = path == "help" || path.ends_with(" help");
    let path = if is_help { "help" } else { path };
    commands::COMMANDS.iter().find(|words| words.path == path)
}

fn translate_arg(arg: Arg, path: &str) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(heading) => find(args::HEADINGS, heading).unwrap_or("选项"),
        // Clap's own two stand with ours that hold everywhere.
        None if ["help", "version"].contains(&arg.get_id().as_str()) => "通用",
        None if arg.is_positional() => "参数",
        None => "选项",
    };
    let names: Vec<&'static str> =
        arg.get_value_names().unwrap_or_default().iter().filter_map(|name| find(args::VALUES, name)).collect();
    let words = arg_words(path, arg.get_id().as_str());
    let notes = notes(&arg);
    let mut arg = arg.help_heading(heading).hide_default_value(true).hide_possible_values(true);
    if !names.is_empty() && arg.get_action().takes_values() {
        arg = arg.value_names(names);
    }
    if let Some((help, long)) = words {
        arg = arg.help(breathe(&format!("{help}{notes}")));
        arg = if long.is_empty() {
            arg.long_help(None::<&str>)
        } else {
            arg.long_help(breathe(&format!("{help}{notes}\n\n{long}")))
        };
    }
    arg
}

/// The words for an argument: those of this command, or else those of every command that has it.
fn arg_words(path: &str, id: &str) -> Option<(&'static str, &'static str)> {
    let own = format!("{path} {id}");
    let found = |key: &str| args::ARGS.iter().find(|(name, ..)| *name == key).map(|(_, help, long)| (*help, *long));
    found(&own).or_else(|| found(id))
}

/// What clap would say in English behind an argument's help.
fn notes(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let choices: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let choices = if choices.is_empty() { String::new() } else { format!(" [可选: {}]", choices.join(", ")) };
    let defaults = if defaults.is_empty() { String::new() } else { format!(" [默认: {}]", defaults.join(" ")) };
    choices + &defaults
}

fn find(table: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    table.iter().find(|(english, _)| *english == key).map(|(_, chinese)| *chinese)
}

/// Puts a space behind punctuation between Chinese words: clap breaks lines at spaces alone.
fn breathe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let breaks = matches!(c, ',' | ';' | ':');
        if breaks && chars.peek().is_some_and(|next| !next.is_ascii()) {
            out.push(' ');
        }
    }
    out
}

/// Puts what clap itself writes on a help page into Chinese.
pub(super) fn page(page: &StyledStr) -> StyledStr {
    StyledStr::from(usage_words(&page.ansi().to_string()))
}

#[cfg(test)]
mod tests;
