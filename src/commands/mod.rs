//! One file a command, thin: build the parts, start the work, print the end.

mod check;
pub mod completions;
mod drive;
mod earlier;
mod input;
mod intake;
mod jobs;
mod lock;
pub mod man;
mod pick;
mod result;
mod resume;
mod run;
mod sandbox;
pub mod shop;
mod shops;
mod template;

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::cli::{self, Cli, Command, Global};
use crate::error::{Error, Result};
use crate::home::Home;
use crate::job::Options;
use crate::journal::Journal;
use crate::platform::Operation;
use crate::progress::{self, Progress};
use crate::screen::Screen;
use crate::text;
use crate::text::Lang;

/// What every command knows.
struct Context {
    lang: Lang,
    global: Global,
}

impl Context {
    /// The screen for a command's own output.
    fn screen(&self) -> Screen {
        Screen::stdout(self.lang, self.global.color)
    }

    fn progress(&self) -> Progress {
        progress::choose(progress::Options::new(&self.global, self.lang))
    }
}

/// Runs one command and gives its exit code.
#[must_use]
pub fn execute(cli: Cli, lang: Lang) -> u8 {
    let context = Context { lang, global: cli.global };
    let ended = match cli.command {
        Command::Run(args) => run::run(&context, &args),
        Command::Check(args) => check::check(&context, &args),
        Command::Resume(args) => resume::resume(&context, &args),
        Command::Jobs(args) => jobs::jobs(&context, args.action),
        Command::Shop(args) => shop::shop(&context, args.action),
        Command::Pick(args) => pick::pick(&context, &args),
        Command::Template(args) => template::template(&context, &args),
        Command::Sandbox(args) => sandbox::sandbox(&context, &args),
        Command::Completions(args) => completions::run(&args, lang).map(|()| 0),
        Command::Man(args) => man::run(&args, lang).map(|()| 0),
    };
    ended.unwrap_or_else(|why| {
        progress::report_error(&why, context.global.json, &Screen::stderr(lang, context.global.color));
        why.kind.exit_code()
    })
}

/// How a job is to be run, from the flags that `run`, `resume` and `pick` share.
fn options(operation: &dyn Operation, pacing: cli::Pacing, network: cli::Network) -> Options {
    let usual = Options::default();
    Options {
        rate: pacing.rate.map_or_else(|| Some(operation.default_rate()), |rate| rate.per_second),
        max_in_flight: pacing.max_in_flight.map_or(usual.max_in_flight, usize::from),
        wait_scale: pacing.wait_scale.unwrap_or(usual.wait_scale),
        connect_timeout: milliseconds(network.connect_timeout),
        request_timeout: milliseconds(network.timeout),
        ..usual
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn open_journal(home: &Home) -> Result<Journal> {
    Journal::open(&home.journal()).map_err(|mut why| {
        // Where another process is in the way, it is most likely one of these.
        for (job, pid) in lock::JobLock::held(home) {
            let pid = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
            why.what =
                why.what.then(&text!(";任务 {job} 正由进程 {pid} 执行", "; process {pid} is working on job {job}"));
        }
        why
    })
}

/// What a command's requests run on: all of them on this thread.
fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|why| cannot_start(&why))
}

fn cannot_start(why: &std::io::Error) -> Error {
    Error::internal(text!("无法启动：{why}", "cannot start: {why}"))
}

/// The operation of a job in the journal.
fn operation_of(name: &str) -> Result<&'static dyn Operation> {
    crate::platform::operation(name).ok_or_else(|| {
        Error::usage(text!("这个版本不认识操作 {name}", "this version does not know the operation {name}"))
            .next(text!("请升级 unpromo", "upgrade unpromo"))
    })
}
