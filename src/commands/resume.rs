//! `unpromo resume`: go on with a stopped job, wherever it stopped.

use std::path::PathBuf;

use super::drive::Drive;
use super::lock::{Accounts, JobLock};
use super::run::{absolute, can_be_verified, job_info, options_json, someone_is_there};
use super::shops::{Shops, Source};
use super::{Context, milliseconds, open_journal, operation_of};
use crate::cli;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::job::Options;
use crate::journal::{JobInfo, Journal, State};
use crate::model::Status;
use crate::sheet::result::Reservation;
use crate::signal::EndAtSignal;
use crate::text;

pub(super) fn resume(context: &Context, args: &cli::Resume) -> Result<u8> {
    let early = EndAtSignal::watch().ok();
    let home = Home::find()?;
    let journal = open_journal(&home)?;
    let job = the_job(&journal, args.job)?;
    let lock = JobLock::take(&home, job.id, Some(&job))?;
    // Read again under the lock: whoever held it may have moved the job on.
    let job = job_info(&journal, job.id)?;
    something_is_left(&journal, &job)?;
    let operation = operation_of(&job.operation)?;
    if args.verify {
        can_be_verified(operation)?;
    }
    let asks = operation.promises().submits && !job.dry_run && job.confirmed_at.is_none();
    if asks && !args.yes {
        someone_is_there()?;
    }
    let source = Source::open(&home, job.sandbox)?;
    let shops = Shops::again(&source, operation, journal.lanes(job.id)?)?;
    let accounts = Accounts::of(&home, &shops, job.sandbox)?;
    let account_locks = accounts.take_without_waiting(args.pacing.no_wait, Some(job.id))?;
    let reservation = reserve(&journal, &job, args.output.as_ref())?;
    let options = options_of(&job, args);
    let result = reservation.as_ref().map(|reservation| absolute(reservation.path())).unwrap_or_default();
    journal.take_job(job.id, options_json(&options), result)?;
    let job = job_info(&journal, job.id)?;
    let drive = Drive {
        context,
        journal: &journal,
        job,
        operation,
        options,
        shops,
        yes: args.yes,
        resend_in_doubt: args.resend_in_doubt,
        resumed: true,
        notes: Vec::new(),
        reservation,
        lock,
        accounts,
        account_locks,
        early,
    };
    drive.run()
}

fn the_job(journal: &Journal, named: Option<i64>) -> Result<JobInfo> {
    match named {
        Some(job) => job_info(journal, job),
        None => journal.latest_unfinished()?.ok_or_else(|| {
            Error::usage(text!("没有可以继续的任务", "there is no job to go on with"))
                .next(text!("看看都有哪些:unpromo jobs list", "see which there are: unpromo jobs list"))
        }),
    }
}

/// A job that is done can be gone on with only where something of it is in doubt.
fn something_is_left(journal: &Journal, job: &JobInfo) -> Result<()> {
    if job.state != State::Done || (!job.dry_run && journal.tally(job.id)?.of(Status::InDoubt) > 0) {
        return Ok(());
    }
    let id = job.id;
    Err(Error::usage(text!("任务 {id} 已经做完,没有什么可继续", "job {id} is done; there is nothing to go on with"))
        .next(text!(
            "再写一次结果:unpromo jobs export {id} -o 结果.xlsx",
            "to write its result again: unpromo jobs export {id} -o result.xlsx"
        )))
}

fn reserve(journal: &Journal, job: &JobInfo, output: Option<&PathBuf>) -> Result<Option<Reservation>> {
    let place = match output {
        Some(place) => place.clone(),
        // A job by hand has no sheet, and no result unless it is asked for.
        None if job.result.is_empty() => return Ok(None),
        None => PathBuf::from(&job.result),
    };
    let rows = journal.tally(job.id)?.total();
    Reservation::open(&place, rows).map(Some)
}

/// The job's own options, with what was said now.
fn options_of(job: &JobInfo, args: &cli::Resume) -> Options {
    let mut options: Options = serde_json::from_str(&job.options).unwrap_or_default();
    if let Some(rate) = args.pacing.rate {
        options.rate = rate.per_second;
    }
    if let Some(max_in_flight) = args.pacing.max_in_flight {
        options.max_in_flight = usize::from(max_in_flight);
    }
    if let Some(scale) = args.pacing.wait_scale {
        options.wait_scale = scale;
    }
    if args.verify {
        options.verify = Some(milliseconds(args.verify_wait));
    }
    options.max_failures = args.max_failures;
    options.connect_timeout = milliseconds(args.network.connect_timeout);
    options.request_timeout = milliseconds(args.network.timeout);
    options
}
