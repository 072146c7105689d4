use std::collections::BTreeSet;

use clap::{Command, CommandFactory};

use super::{args, commands, translated};
use crate::cli::Cli;

/// Visits every visible command but the copies that clap hangs under `help`.
fn walk(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
    visit(command, path);
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        let path = format!("{path} {}", inner.get_name());
        if inner.get_name() != "help" {
            walk(inner, path.trim_start(), visit);
        }
    }
}

fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

#[test]
fn every_command_and_argument_has_chinese_words_and_no_words_are_left_over() {
    let (mut missing, mut used_commands, mut used_args) = (Vec::new(), BTreeSet::from(["help"]), BTreeSet::new());
    let (mut used_headings, mut used_values) = (BTreeSet::new(), BTreeSet::from(["COMMAND"]));
    walk(&built(), "", &mut |command, path| {
        match commands::COMMANDS.iter().find(|words| words.path == path) {
            Some(words) => {
                used_commands.insert(words.path);
                let wants = (command.get_long_about().is_some(), command.get_after_help().is_some());
                if wants != (!words.long.is_empty(), !words.after.is_empty()) {
                    missing.push(format!("long or after of `{path}`: English has {wants:?}"));
                }
            }
            None => missing.push(format!("command `{path}`")),
        }
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let id = arg.get_id().as_str();
            let own = format!("{path} {id}");
            match args::ARGS
                .iter()
                .find(|(key, ..)| *key == own)
                .or_else(|| args::ARGS.iter().find(|(key, ..)| *key == id))
            {
                Some((key, _, long)) => {
                    used_args.insert(*key);
                    if !["help", "version", "color"].contains(&id) && arg.get_long_help().is_some() == long.is_empty() {
                        missing.push(format!("long help of `{own}`"));
                    }
                }
                None => missing.push(format!("argument `{own}`")),
            }
            if let Some(heading) = arg.get_help_heading() {
                match args::HEADINGS.iter().find(|(key, _)| *key == heading) {
                    Some((key, _)) => drop(used_headings.insert(*key)),
                    None => missing.push(format!("heading `{heading}`")),
                }
            }
            for name in arg.get_value_names().unwrap_or_default().iter().filter(|_| arg.get_action().takes_values()) {
                match args::VALUES.iter().find(|(key, _)| *key == name.as_str()) {
                    Some((key, _)) => drop(used_values.insert(*key)),
                    None => missing.push(format!("value name `{name}` of `{own}`")),
                }
            }
        }
    });
    assert_eq!(missing, Vec::<String>::new(), "no Chinese for these");

    let left = |table: Vec<&'static str>, used: &BTreeSet<&str>| -> Vec<&str> {
        table.into_iter().filter(|key| !used.contains(key)).collect()
    };
    let none = Vec::<&str>::new();
    assert_eq!(left(commands::COMMANDS.iter().map(|words| words.path).collect(), &used_commands), none);
    assert_eq!(left(args::ARGS.iter().map(|(key, ..)| *key).collect(), &used_args), ["help subcommand"]);
    assert_eq!(left(args::HEADINGS.iter().map(|(key, _)| *key).collect(), &used_headings), none);
    assert_eq!(left(args::VALUES.iter().map(|(key, _)| *key).collect(), &used_values), none);
}

#[test]
fn a_chinese_help_page_has_none_of_claps_english_words() {
    let mut tree = translated(Cli::command());
    let mut pages = vec![tree.render_long_help(), tree.render_help()];
    for inner in tree.get_subcommands_mut() {
        pages.push(inner.render_long_help());
        pages.push(inner.render_help());
        pages.extend(inner.get_subcommands_mut().map(Command::render_long_help));
    }
    for page in pages {
        let page = super::page(&page).to_string();
        for word in
            ["Usage", "Options", "OPTIONS", "Commands", "COMMAND", "Arguments", "default:", "possible values", "Print"]
        {
            assert!(!page.contains(word), "{word} in:\n{page}");
        }
    }
}

#[test]
fn both_trees_are_sound() {
    Cli::command().debug_assert();
    translated(Cli::command()).debug_assert();
}
