//! `unpromo run`: from a sheet to its result.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::drive::Drive;
use super::earlier::NewResult;
use super::input::Input;
use super::intake::{self, Intake};
use super::lock::{Accounts, JobLock};
use super::shops::{Shops, Source};
use super::{Context, milliseconds, open_journal, operation_of, options};
use crate::cli;
use crate::error::{Error, Result};
use crate::failpoint::failpoint;
use crate::home::Home;
use crate::job::Options;
use crate::journal::{JobInfo, Journal, NewJob};
use crate::platform::Operation;
use crate::screen::Screen;
use crate::sheet::result::Reservation;
use crate::sheet::{self, Bounds, ReadOptions, Sheet};
use crate::signal::EndAtSignal;
use crate::text;

pub(super) fn run(context: &Context, args: &cli::Run) -> Result<u8> {
    let early = EndAtSignal::watch().ok();
    let input = Input::of(args.sheet.as_deref(), args.reading.operation.as_deref())?;
    if let Some(note) = input.note().filter(|_| !context.global.quiet) {
        Screen::stderr(context.lang, context.global.color).say(&note);
    }
    let sheet = input.open(&args.reading)?;
    let operation = operation_of(sheet.operation)?;
    if operation.promises().submits && !args.dry_run && !args.yes {
        someone_is_there()?;
    }
    if args.verify {
        can_be_verified(operation)?;
    }
    let home = Home::find()?;
    let journal = open_journal(&home)?;
    let source = Source::open(&home, args.sandbox)?;
    let mut shops = Shops::new(&source, operation, args.shop.as_deref());
    if args.shop.is_some() {
        // A mistyped --shop is one error, not one for each row.
        shops.lane("")?;
    }
    let options = run_options(args, operation);
    forget_half_read(&home, &journal)?;
    let new = NewJob {
        operation: operation.name().to_owned(),
        sheet: input.remembered.clone(),
        dry_run: args.dry_run,
        sandbox: args.sandbox,
        options: options_json(&options),
        extra: sheet.extra.clone(),
        result: String::new(),
    };
    let (job, lock, mut intake) = take_in(&home, &journal, new, sheet, operation, &mut shops, args.skip_invalid)?;
    let notes = std::mem::take(&mut intake.notes);
    failpoint!("run.rows_read");
    let submits = operation.promises().submits && !args.dry_run;
    let accounts = Accounts::of(&home, &shops.lanes, args.sandbox)?;
    let counts = may_count(&home, &journal, args, &input, intake, submits);
    let counts = counts.and_then(|counts| Ok((counts, accounts.take_without_waiting(args.pacing.no_wait, Some(job))?)));
    let ((reservation, hash), account_locks) = match counts {
        Ok(counts) => counts,
        Err(why) => {
            journal.discard_job(job)?;
            return Err(why);
        }
    };
    let lanes = shops.lanes.iter().map(|(lane, _)| lane.clone()).collect();
    journal.rows_are_read(job, hash, lanes, absolute(reservation.path()))?;
    failpoint!("run.job_counts");
    let job = job_info(&journal, job)?;
    let drive = Drive {
        context,
        journal: &journal,
        job,
        operation,
        options,
        shops: shops.lanes,
        yes: args.yes,
        resend_in_doubt: false,
        resumed: false,
        notes,
        reservation: Some(reservation),
        lock,
        accounts,
        account_locks,
        early,
    };
    drive.run()
}

/// Opens a sheet as the flags say.
pub(super) fn open(path: &Path, reading: &cli::Reading) -> Result<Sheet> {
    let layouts = intake::layouts(reading.operation.as_deref());
    let mut bounds = Bounds::default();
    if let Some(bytes) = reading.max_decompressed {
        bounds.decompressed_bytes = bytes;
    }
    if let Some(cells) = reading.max_cells {
        bounds.cells = cells;
    }
    let options = ReadOptions {
        sheet_name: reading.sheet_name.as_deref(),
        default_reason: reading.reason.as_deref(),
        skip_hidden: reading.skip_hidden,
        bounds,
        ..ReadOptions::new(&layouts)
    };
    sheet::open(path, &options)
}

fn run_options(args: &cli::Run, operation: &dyn Operation) -> Options {
    Options {
        skip_ended: args.skip_ended,
        again: args.again,
        verify: args.verify.then(|| milliseconds(args.verify_wait)),
        max_failures: args.max_failures,
        ..options(operation, args.pacing, args.network)
    }
}

/// Reads the sheet into a job that does not count yet.
fn take_in(
    home: &Home,
    journal: &Journal,
    new: NewJob,
    sheet: Sheet,
    operation: &'static dyn Operation,
    shops: &mut Shops<'_>,
    skip_invalid: bool,
) -> Result<(i64, JobLock, Intake)> {
    let job = journal.create_job(new)?;
    failpoint!("run.job_made");
    // Held from here on, so that nobody takes the job for one that was left behind.
    let lock = JobLock::take(home, job, None)?;
    let taken = intake::read_into(journal, job, sheet, operation, shops, skip_invalid);
    match taken {
        Ok(intake) => Ok((job, lock, intake)),
        Err(why) => {
            journal.discard_job(job)?;
            Err(why)
        }
    }
}

/// Whether the job may count: its rows are good, none like it is on its way, and its result has a place, which is
/// taken. Gives that, and the hash of the rows.
fn may_count(
    home: &Home,
    journal: &Journal,
    args: &cli::Run,
    input: &Input,
    intake: Intake,
    submits: bool,
) -> Result<(Reservation, String)> {
    let Intake { rows, faults, content, .. } = intake;
    if faults.count > 0 && !args.skip_invalid {
        return Err(faults.into_error(&input.place));
    }
    if rows == 0 {
        let place = input.place.display();
        return Err(Error::usage(text!("{place} 里没有一行内容", "{place} has no rows"))
            .next(text!("请在标题行下面填写", "fill in rows below the headings")));
    }
    if !args.dry_run && !args.new {
        no_unfinished_twin(home, journal, &content)?;
    }
    let reservation = match &args.output {
        Some(place) if input.is_at(place) => return Err(result_over_sheet(place)),
        Some(place) => Reservation::open(place, rows)?,
        None => {
            let (place, sheet) = (input.place.as_path(), input.remembered.as_str());
            Reservation::open_default(NewResult { journal, place, sheet, submits }.default_place(), rows)?
        }
    };
    Ok((reservation, content))
}

fn result_over_sheet(place: &Path) -> Error {
    let place = place.display();
    Error::usage(text!("结果不能写到表格自己上:{place}", "the result cannot go over the sheet itself: {place}"))
        .next(text!("请用 -o 指定另一个文件", "name another file with -o"))
}

/// Forgets the rows of sheets whose process ended while it was reading them. Those jobs never counted.
fn forget_half_read(home: &Home, journal: &Journal) -> Result<()> {
    let an_hour_ago = jiff::Timestamp::now().as_millisecond() - 3_600_000;
    for job in journal.half_read(an_hour_ago)? {
        if let Ok(_lock) = JobLock::take(home, job, None) {
            journal.discard_job(job)?;
        }
    }
    Ok(())
}

/// Refuses a sheet whose earlier job is still on its way: going on with that one is what is meant.
fn no_unfinished_twin(home: &Home, journal: &Journal, content: &str) -> Result<()> {
    let Some(twin) = journal.unfinished_twin(content)? else { return Ok(()) };
    let (job, state) = (twin.id, twin.state.code());
    if JobLock::is_taken(home, job) {
        return JobLock::take(home, job, Some(&twin)).map(drop);
    }
    Err(Error::usage(text!(
        "这张表的任务 {job} 还没有做完(停在 {state})",
        "job {job} on this sheet is unfinished (it stopped at: {state})"
    ))
    .next(text!(
        "继续它:unpromo resume {job};确要另起一个新任务:加上 --new",
        "go on with it: unpromo resume {job}; to start a new job all the same, add --new"
    )))
}

/// Looking again needs something to look at.
pub(super) fn can_be_verified(operation: &dyn Operation) -> Result<()> {
    if operation.promises().settles {
        return Ok(());
    }
    let name = operation.name();
    Err(Error::usage(text!("操作 {name} 提交之后无法复查", "what {name} submits cannot be looked up afterwards"))
        .next(text!("请去掉 --verify", "leave --verify out")))
}

/// A live run asks first; where nobody can answer it is refused before its first request.
pub(super) fn someone_is_there() -> Result<()> {
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        return Ok(());
    }
    Err(crate::screen::nobody_there())
}

pub(super) fn job_info(journal: &Journal, job: i64) -> Result<JobInfo> {
    journal.job(job)?.ok_or_else(|| {
        Error::usage(text!("没有任务 {job}", "there is no job {job}"))
            .next(text!("看看有哪些:unpromo jobs list", "see which there are: unpromo jobs list"))
    })
}

pub(super) fn options_json(options: &Options) -> String {
    serde_json::to_string(options).unwrap_or_default()
}

pub(super) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}
