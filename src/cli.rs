//! What a user may type. Types and their English help, nothing else: the reading of values is in
//! `value`, the Chinese help in `zh`, and [`parse`] ties them together.

mod examples;
mod group;
mod meant;
mod parse;
mod redact;
mod refusal;
mod shop;
mod start;
mod value;
mod zh;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};

pub use group::{Global, Network, Pacing, Reading};
pub use parse::{Early, command, parse, system_lang};
pub(crate) use redact::looks_like_a_file;
pub use shop::{Platform, Shop, ShopAction, ShopAdd, SignMethod, TaobaoLogin, WechatLogin};
pub use value::{Rate, Wrong};

/// Withdraws products from marketing activities in bulk, driven by a spreadsheet
///
/// Each row of the sheet is one instruction: a product, the activity's name, a reason. unpromo works in
/// two phases. First it looks every product up and plans; nothing is sent, and `--dry-run` ends here.
/// Then, after you have typed yes, it submits what was planned, at a pace that is polite to the
/// platform. A submission cannot be undone: look at a dry run first.
#[derive(Debug, Parser)]
#[command(
    name = "unpromo",
    version,
    after_help = examples::MAIN,
    max_term_width = 110,
    subcommand_help_heading = "Commands",
    subcommand_value_name = "COMMAND"
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten, next_help_heading = "Everywhere")]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Do what a sheet says: look up, show, ask, submit, write the result
    ///
    /// The sheet is read and checked whole before anything else; a bad cell is reported with its place.
    /// Then every product is looked up and its enrollments are matched by activity name. With --dry-run
    /// it ends there, and the result lists what would be withdrawn; that result is a sheet itself:
    /// delete the rows you do not want and run it. Without --dry-run you are asked to type yes, and the
    /// submissions go out one by one under the limit.
    ///
    /// Ctrl-C stops politely: nothing new is sent, what is in flight is waited for, the partial result is
    /// written, `unpromo resume` goes on. A closed terminal, a logout and SIGTERM do the same. Ctrl-C again
    /// stops at once.
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Read and check a sheet; no request is sent
    ///
    /// Every bad cell is listed with its place, what was found, and what was expected. No shop is needed.
    #[command(after_help = examples::CHECK)]
    Check(Check),
    /// Go on with a stopped job
    ///
    /// Takes the latest unfinished job, unless one is named, and goes on wherever it stopped. What was
    /// submitted is not submitted again. What is in doubt is looked up again. You are asked again only if
    /// the job was never confirmed.
    #[command(after_help = examples::RESUME)]
    Resume(Resume),
    /// List, show and export the jobs that the journal remembers
    #[command(after_help = examples::JOBS)]
    Jobs(Jobs),
    /// Add, list, check and remove shops
    ///
    /// A shop is one account on one platform. Its login is kept in shops.toml, readable by you alone, and
    /// is never shown or logged.
    #[command(after_help = examples::SHOP)]
    Shop(Shop),
    /// By hand: look one product up, tick enrollments, give a reason, submit
    #[command(after_help = examples::PICK)]
    Pick(Pick),
    /// Write a blank sheet, or a sample: headings, notes with examples, drop-downs
    #[command(after_help = examples::TEMPLATE)]
    Template(Template),
    /// Play the platforms on this machine, for trying things out
    ///
    /// Everything that a platform would do happens here, on loopback, and nothing outside changes. Stop
    /// it with Ctrl-C. `unpromo run --sandbox` starts one of its own and needs no account.
    #[command(after_help = examples::SANDBOX)]
    Sandbox(Sandbox),
    /// Print the completions for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// Print the manual
    #[command(after_help = examples::MAN)]
    Man(Man),
}

/// `unpromo run`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Run {
    /// The sheet: .xlsx, .xls, .xlsb, .ods, .csv or .tsv; with --sandbox, none is the built-in sample
    #[arg(value_name = "SHEET", value_hint = ValueHint::FilePath, required_unless_present = "sandbox")]
    pub sheet: Option<PathBuf>,
    /// Only look up and show what would be withdrawn; nothing is sent
    #[arg(long, help_heading = "What is sent")]
    pub dry_run: bool,
    /// Submit without asking
    ///
    /// For when nobody is there to type yes. Without a terminal and without this, a live run is refused
    /// before its first request.
    #[arg(short = 'y', long, help_heading = "What is sent")]
    pub yes: bool,
    /// Afterwards, look again whether each submitted enrollment is gone
    ///
    /// "Accepted" is not "withdrawn": the platform first takes the request and works on it later.
    #[arg(long, help_heading = "What is sent")]
    pub verify: bool,
    /// How long --verify waits before it looks again: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = value::pause, help_heading = "What is sent")]
    pub verify_wait: Duration,
    /// Leave enrollments out whose sessions are all over
    #[arg(long, help_heading = "What is sent")]
    pub skip_ended: bool,
    /// Submit even what an earlier job has submitted
    #[arg(long, help_heading = "What is sent")]
    pub again: bool,
    /// Start a new job although an earlier one on this sheet is unfinished
    #[arg(long, help_heading = "What is sent")]
    pub new: bool,
    /// Stop after so many rejected or failed submissions; the rest stays pending
    #[arg(long, value_name = "N", value_parser = value::count, help_heading = "What is sent")]
    pub max_failures: Option<u64>,
    /// Where the result goes: .xlsx, .csv or .jsonl; may overwrite
    ///
    /// Without it, SHEET.result.xlsx beside the sheet, with a number where another job's result stands.
    #[arg(short = 'o', long = "output", value_name = "RESULT", value_hint = ValueHint::FilePath, help_heading = "Result")]
    pub output: Option<PathBuf>,
    /// The shop for rows that name none; not needed when there is only one
    #[arg(long, value_name = "NAME", value_parser = value::filled, help_heading = "Shop")]
    pub shop: Option<String>,
    /// Run against the built-in sandbox: no account, nothing real changes
    #[arg(long, conflicts_with = "shop", help_heading = "Shop")]
    pub sandbox: bool,
    /// How the sheet is read.
    #[command(flatten, next_help_heading = "Sheet")]
    pub reading: Reading,
    /// Run the good rows although some are bad; the bad ones are listed as invalid
    #[arg(long, help_heading = "Sheet")]
    pub skip_invalid: bool,
    /// How fast.
    #[command(flatten, next_help_heading = "Pace")]
    pub pacing: Pacing,
    /// How long to wait for the platform.
    #[command(flatten, next_help_heading = "Pace")]
    pub network: Network,
}

/// `unpromo check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The sheet: .xlsx, .xls, .xlsb, .ods, .csv or .tsv
    #[arg(value_name = "SHEET", value_hint = ValueHint::FilePath)]
    pub sheet: PathBuf,
    /// How the sheet is read.
    #[command(flatten, next_help_heading = "Sheet")]
    pub reading: Reading,
}

/// `unpromo resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// The job's number; without it, the latest unfinished job
    #[arg(value_name = "JOB", value_parser = value::job)]
    pub job: Option<i64>,
    /// Submit without asking, if the job was never confirmed
    #[arg(short = 'y', long, help_heading = "What is sent")]
    pub yes: bool,
    /// Send again what is in doubt and still listed
    ///
    /// Such a submission was sent and never clearly answered: it may have been taken, and then this sends
    /// it a second time.
    #[arg(long, help_heading = "What is sent")]
    pub resend_in_doubt: bool,
    /// Afterwards, look again whether each submitted enrollment is gone
    ///
    /// "Accepted" is not "withdrawn": the platform first takes the request and works on it later.
    #[arg(long, help_heading = "What is sent")]
    pub verify: bool,
    /// How long --verify waits before it looks again: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = value::pause, help_heading = "What is sent")]
    pub verify_wait: Duration,
    /// Stop after so many rejected or failed submissions; the rest stays pending
    #[arg(long, value_name = "N", value_parser = value::count, help_heading = "What is sent")]
    pub max_failures: Option<u64>,
    /// Where the result goes: .xlsx, .csv or .jsonl; may overwrite
    #[arg(short = 'o', long = "output", value_name = "RESULT", value_hint = ValueHint::FilePath, help_heading = "Result")]
    pub output: Option<PathBuf>,
    /// How fast.
    #[command(flatten, next_help_heading = "Pace")]
    pub pacing: Pacing,
    /// How long to wait for the platform.
    #[command(flatten, next_help_heading = "Pace")]
    pub network: Network,
}

/// `unpromo jobs`. Bare, it lists.
#[derive(Debug, Args)]
pub struct Jobs {
    /// What to do with them.
    #[command(subcommand)]
    pub action: Option<JobsAction>,
}

/// What to do with jobs.
#[derive(Debug, Subcommand)]
#[command(subcommand_help_heading = "Commands")]
pub enum JobsAction {
    /// List the jobs, the latest first
    List,
    /// Show one job: its sheet, shop, counts, and what is unfinished
    Show {
        /// The job's number
        #[arg(value_name = "JOB", value_parser = value::job)]
        job: i64,
    },
    /// Write a job's result again
    Export {
        /// The job's number
        #[arg(value_name = "JOB", value_parser = value::job)]
        job: i64,
        /// Where the result goes: .xlsx, .csv or .jsonl; may overwrite
        #[arg(short = 'o', long = "output", value_name = "RESULT", value_hint = ValueHint::FilePath)]
        output: PathBuf,
    },
}

/// `unpromo pick`.
#[derive(Debug, Args)]
pub struct Pick {
    /// The product's id (SPU)
    #[arg(value_name = "ITEM", value_parser = value::filled)]
    pub item: String,
    /// The shop; not needed when there is only one
    #[arg(long, value_name = "NAME", value_parser = value::filled, help_heading = "Shop")]
    pub shop: Option<String>,
    /// Run against the built-in sandbox: no account, nothing real changes
    #[arg(long, conflicts_with = "shop", help_heading = "Shop")]
    pub sandbox: bool,
    /// How fast.
    #[command(flatten, next_help_heading = "Pace")]
    pub pacing: Pacing,
    /// How long to wait for the platform.
    #[command(flatten, next_help_heading = "Pace")]
    pub network: Network,
}

/// `unpromo template`.
#[derive(Debug, Args)]
pub struct Template {
    /// The operation that the sheet is for
    #[arg(value_name = "OPERATION", default_value = "temu-activity", value_parser = value::operation())]
    pub operation: String,
    /// Where the sheet goes: .xlsx; may not overwrite
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// Write the operation's sample instead: filled in, for the sandbox
    #[arg(long)]
    pub sample: bool,
}

/// `unpromo sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 8750, value_parser = value::port)]
    pub port: u16,
    /// Answer wrongly by a rule; may be given several times
    ///
    /// A rule is `CALL:KIND[:before|after][:key=value,…]`: which call (lookup, submission, login, any), what
    /// goes wrong, before or after the effect, and when (first=3, nth=5, every=10). A rule that is wrong
    /// gets the list of all kinds.
    #[arg(long, value_name = "RULE")]
    pub fault: Vec<String>,
    /// Keep what was accepted in this file, one JSON line for each; read again at the next start
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
}

/// `unpromo completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// `unpromo man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Write one page for each command into this folder instead
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
