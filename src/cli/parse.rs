//! From arguments to a [`Cli`], in the user's language.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::{Cli, meant, redact, refusal, start, zh};
use crate::screen::{self, Paint, When};
use crate::text::Lang;

/// An end before any command began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Early {
    /// What was asked for: help, the version, the start page. For standard output; exit code 0.
    Page(String),
    /// Why the command line was refused. For standard error; exit code 2.
    Refused(String),
    /// The same for a file that was dropped on the program: its window closes when the program ends, so that it waits
    /// for a key first.
    Dropped(String),
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
            Self::Dropped(text) => {
                let _ = std::io::stderr().lock().write_all(text.as_bytes());
                let _ = std::io::stdin().lock().read_line(&mut String::new());
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
        .map_err(|error| match redact::shown(&args) {
            Cow::Borrowed(args) => explain(&error, args, lang),
            Cow::Owned(shown) => explain_shown(&shown, lang),
        })
}

/// Refuses a command line by what may be shown of it.
fn explain_shown(shown: &[OsString], lang: Lang) -> Early {
    if let Err(error) = Cli::command().try_get_matches_from(shown) {
        return explain(&error, shown, lang);
    }
    let paint = Paint::new(screen::colors(when(shown), &console::Term::stderr()));
    Early::Refused(format!("{}\n", screen::error_text(&redact::refusal(), lang, paint)))
}

fn when(args: &[OsString]) -> When {
    match peek(args, "--color") {
        Some("always") => When::Always,
        Some("never") => When::Never,
        _ => When::Auto,
    }
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
    let when = when(args);
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
        _ if let Some(meant) = meant::find(args) => {
            let paint = Paint::new(screen::colors(when, &console::Term::stderr()));
            let text = screen::error_text(&meant.refusal(), lang, paint);
            // From a shell people rarely name a file by its whole path and nothing else.
            let is_dropped = cfg!(windows) && meant.is_one_whole_path(args) && std::io::stdin().is_terminal();
            if is_dropped {
                let close = lang.pick("按回车键关闭窗口。", "Press Enter to close this window.");
                return Early::Dropped(format!("{text}\n\n{close}\n"));
            }
            Early::Refused(format!("{text}\n"))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::{Command, JobsAction, Platform, ShopAction};

    fn typed(line: &str, system: Lang) -> Result<(Cli, Lang), Early> {
        parse(std::iter::once("unpromo").chain(line.split_whitespace()).map(OsString::from), system)
    }

    fn accepted(line: &str) -> Cli {
        typed(line, Lang::En).unwrap_or_else(|early| panic!("{line}: {early:?}")).0
    }

    /// Each refusal's page in a language; nothing else is acceptable.
    fn refused(line: &str, lang: Lang) -> String {
        match typed(line, lang) {
            Err(Early::Refused(page)) => page,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn flags_of_every_command_stand_before_or_after_its_name() {
        for line in [
            "--lang zh -v --json --color never jobs",
            "jobs --json -v --color never --lang=zh",
            "jobs list -v --json --color=never --lang zh",
        ] {
            let (cli, lang) = typed(line, Lang::En).expect("a command line");
            assert!(cli.global.json && cli.global.verbose == 1 && cli.global.color == When::Never, "{line}");
            assert_eq!(lang, Lang::Zh, "{line}");
        }
    }

    #[test]
    fn a_run_has_the_defaults_of_the_contract() {
        let Command::Run(run) = accepted("run week.xlsx").command else { panic!("a run") };
        assert_eq!((run.dry_run, run.yes, run.verify, run.pacing.max_in_flight), (false, false, false, None));
        assert_eq!(run.pacing.rate, None, "each platform has a rate of its own");
        assert_eq!(run.network.connect_timeout, Duration::from_secs(10));
        assert_eq!((run.network.timeout, run.verify_wait), (Duration::from_secs(30), Duration::from_secs(10)));
    }

    #[test]
    fn every_form_of_the_contract_is_understood() {
        for line in [
            "run S --dry-run -o R --shop N --yes --rate 2/s --max-in-flight 256 --verify --skip-invalid --again --new --max-failures 3 --sheet-name X --operation temu-activity --reason T --skip-ended",
            "run S --sandbox -y --rate off --verify-wait 0s --connect-timeout 1s --timeout 2m --max-decompressed 2G --max-cells 1000000",
            "check S --sheet-name X --reason T",
            "resume",
            "resume 12 -o R --yes --rate 30/m --max-in-flight 1 --resend-in-doubt --verify",
            "jobs show 12",
            "jobs export 12 -o R",
            "shop list",
            "shop check N",
            "shop remove N",
            "shop add N --from-curl A --from-curl B",
            "shop add N --platform temu --from-har F",
            "shop add N --from-curl -",
            "shop add N --platform taobao --app-key 1 --app-secret-file F --session-file F --base-url http://127.0.0.1:1",
            "shop add N --app-key 1 --sign-method md5",
            "shop add N --platform wechat-pay --mchid 1 --serial-no S --private-key F --public-key-id I --public-key F",
            "shop add N --mchid 1 --serial-no S --private-key F --certificate A --certificate B --base-url U",
            "pick 4975750079 --shop N --rate 1/s",
            "template temu-activity -o F",
            "sandbox --port 0 --fault a --fault b --ledger F",
            "completions powershell",
            "man --dir D",
        ] {
            accepted(line);
        }
        assert!(matches!(accepted("jobs").command, Command::Jobs(jobs) if jobs.action.is_none()));
        assert!(
            matches!(accepted("jobs show 7").command, Command::Jobs(jobs) if matches!(jobs.action, Some(JobsAction::Show { job: 7 })))
        );
        let Command::Shop(shop) = accepted("shop add N --from-curl A --from-curl B").command else { panic!("a shop") };
        let Some(ShopAction::Add(add)) = shop.action else { panic!("an addition") };
        assert_eq!(add.told(), Platform::Temu);
        assert_eq!((add.platform, add.from_curl.len()), (None, 2));
    }

    #[test]
    fn a_refusal_says_in_the_users_language_what_is_accepted() {
        for (line, zh, en) in [
            ("run", "还缺少参数:<表格>", "<SHEET>"),
            ("run S --dryrun", "是不是 '--dry-run'?", "'--dry-run'"),
            ("rum S", "没有命令 'rum'", "there is no command 'rum'"),
            ("run S --rate 2", "请写 2/s", "write 2/s"),
            ("run S --rate 0/s", "1/h", "1/h"),
            ("run S --max-in-flight 257", "1 到 256", "from 1 to 256"),
            ("run S --max-in-flight 0", "1 到 256", "from 1 to 256"),
            ("run S --timeout 30", "500ms", "500ms"),
            ("run S --max-decompressed 2X", "512M", "512M"),
            ("run S --shop N --sandbox", "'--shop <名称>' 不能和 '--sandbox' 同时使用", "cannot be used with"),
            ("shop add N", "--from-curl <文件>|--from-har <文件>", "--from-curl <FILE>|--from-har <FILE>"),
            ("shop add N --app-key 1 --mchid 2", "同时使用", "cannot be used with"),
            ("shop add N --mchid 1", "--private-key", "--private-key"),
            ("shop add N --from-curl A --from-har B", "同时使用", "cannot be used with"),
            ("template foo -o F", "可以写:'temu-activity'", "temu-activity"),
            ("jobs show twelve", "整数", "whole number"),
            ("resume 0", "整数", "whole number"),
            ("jobs -q -v", "同时使用", "cannot be used with"),
        ] {
            let (chinese, english) = (refused(line, Lang::Zh), refused(line, Lang::En));
            assert!(chinese.starts_with("错误:") && chinese.contains(zh), "{line}: {chinese}");
            assert!(!chinese.contains("Usage") && !chinese.contains("OPTIONS"), "{line}: {chinese}");
            assert!(english.starts_with("error:") && english.contains(en), "{line}: {english}");
        }
    }

    #[test]
    fn the_language_flag_overrides_the_system_even_for_what_cannot_be_parsed() {
        assert!(refused("run --lang zh", Lang::En).starts_with("错误:"));
        assert!(refused("run --lang=en", Lang::Zh).starts_with("error:"));
        assert!(refused("--lang fr jobs", Lang::En).contains("zh, en"));
        assert!(refused("run S --reason --lang zh", Lang::En).contains("--reason"));
    }

    #[test]
    fn the_program_alone_shows_where_to_begin() {
        for (line, lang, words) in
            [("", Lang::En, "Begin here"), ("", Lang::Zh, "从这三条命令开始"), ("--lang zh", Lang::En, "从这三条")]
        {
            let Err(Early::Page(page)) = typed(line, lang) else { panic!("a page") };
            assert!(page.contains(words) && page.contains("--sandbox --dry-run"), "{page}");
            assert!(!page.contains('*'), "{page}");
        }
    }

    #[test]
    fn help_is_a_page_in_both_languages_and_at_every_depth() {
        for line in
            ["--help", "-h", "help", "run --help", "help run", "shop add -h", "jobs export --help", "help shop add"]
        {
            let Err(Early::Page(zh)) = typed(line, Lang::Zh) else { panic!("{line}") };
            let Err(Early::Page(en)) = typed(line, Lang::En) else { panic!("{line}") };
            assert!(zh.contains("用法: unpromo") && !zh.contains("Usage"), "{line}: {zh}");
            assert!(en.contains("Usage: unpromo"), "{line}: {en}");
        }
        assert!(matches!(typed("--version", Lang::Zh), Err(Early::Page(page)) if page.starts_with("unpromo ")));
    }
}
