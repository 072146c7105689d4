//! `unpromo jobs`: what the journal remembers.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::lock::JobLock;
use super::result::Shown;
use super::run::job_info;
use super::{Context, open_journal, operation_of};
use crate::cli::JobsAction;
use crate::error::Result;
use crate::home::Home;
use crate::journal::{JobInfo, Journal, State};
use crate::model::Tally;
use crate::screen::{Column, Table, clock, counts, pad, plain, width};
use crate::sheet::result::Reservation;
use crate::text;
use crate::text::Text;

/// So many of the latest jobs are listed.
const LISTED: u32 = 50;

pub(super) fn jobs(context: &Context, action: Option<JobsAction>) -> Result<u8> {
    let home = Home::find()?;
    let journal = open_journal(&home)?;
    // Asked first: a job that ends meanwhile is then shown as done.
    let running = Running(JobLock::held(&home));
    match action.unwrap_or(JobsAction::List) {
        JobsAction::List => list(context, &journal, &running)?,
        JobsAction::Show { job } => show(context, &journal, job, &running)?,
        JobsAction::Export { job, output } => {
            let job = job_info(&journal, job)?;
            let reservation = Reservation::open(&output, journal.tally(job.id)?.total())?;
            let written = shown(context, &journal, &job)?.write(&reservation, Vec::new())?;
            let (id, place) = (job.id, written.path.display());
            let said = text!("任务 {id} 的结果已写到 {place}", "the result of job {id} is in {place}");
            context.screen().say(&written.moved.unwrap_or(said));
            if running.has(&job) {
                context.screen().say(&text!(
                    "这个任务还在执行，这是到目前为止的结果",
                    "the job is still being worked on; this is the result so far"
                ));
            }
        }
    }
    Ok(0)
}

fn shown<'a>(context: &Context, journal: &'a Journal, job: &'a JobInfo) -> Result<Shown<'a>> {
    Ok(Shown { journal, job, operation: operation_of(&job.operation)?, lang: context.lang })
}

/// The jobs that processes work on now, each with its process as far as known.
struct Running(Vec<(i64, Option<u32>)>);

impl Running {
    /// Whether a job is worked on. One that is done is not, though its process may be about to end.
    fn has(&self, job: &JobInfo) -> bool {
        job.state != State::Done && self.0.iter().any(|(running, _)| *running == job.id)
    }

    fn process(&self, job: &JobInfo) -> Option<u32> {
        self.0.iter().find(|(running, _)| *running == job.id).and_then(|(_, process)| *process)
    }
}

fn list(context: &Context, journal: &Journal, running: &Running) -> Result<()> {
    let jobs = journal.jobs(LISTED)?;
    let screen = context.screen();
    if context.global.json {
        for job in &jobs {
            let line = json(job, &shown(context, journal, job)?.tally()?, running);
            screen.line(&line.to_string());
        }
        return Ok(());
    }
    if jobs.is_empty() {
        screen.say(&text!("还没有任务", "there are no jobs yet"));
        return Ok(());
    }
    let mut table = Table::new(vec![
        Column::number(text!("任务", "job")),
        Column::whole(text!("时间", "when")),
        Column::whole(text!("操作", "operation")),
        Column::whole(text!("方式", "mode")),
        Column::whole(text!("状态", "state")),
        Column::number(text!("行数", "rows")),
        Column::text(text!("表格", "sheet"), 12, 1),
    ]);
    for job in &jobs {
        table.row([
            job.id.to_string(),
            when(job.created_at),
            job.operation.clone(),
            mode(job).say(context.lang).to_owned(),
            state(job, running).say(context.lang).to_owned(),
            job.rows.to_string(),
            job.sheet.clone(),
        ]);
    }
    screen.table(&table);
    Ok(())
}

fn show(context: &Context, journal: &Journal, job: i64, running: &Running) -> Result<()> {
    let job = job_info(journal, job)?;
    let tally = shown(context, journal, &job)?.tally()?;
    let screen = context.screen();
    if context.global.json {
        screen.line(&json(&job, &tally, running).to_string());
        return Ok(());
    }
    let shops = journal.lanes(job.id)?.into_iter().map(|lane| lane.shop).collect::<Vec<_>>().join(", ");
    let words = |text: Text| text.say(context.lang).to_owned();
    let facts = [
        (text!("任务", "job"), job.id.to_string()),
        (text!("操作", "operation"), job.operation.clone()),
        (text!("方式", "mode"), words(mode(&job))),
        (text!("状态", "state"), words(state(&job, running))),
        (text!("表格", "sheet"), job.sheet.clone()),
        (text!("店铺", "shops"), shops),
        (text!("开始", "started"), when(job.created_at)),
        (text!("确认", "confirmed"), job.confirmed_at.map(when).unwrap_or_default()),
        (text!("结束", "ended"), job.ended_at.map(when).unwrap_or_default()),
        (text!("结果", "result"), job.result.clone()),
    ];
    let facts: Vec<(String, String)> =
        facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| (words(label), value)).collect();
    let widest = facts.iter().map(|(label, _)| width(label)).max().unwrap_or_default();
    for (label, value) in &facts {
        screen.line(&format!("{}  {}", pad(label, widest, false), plain(value)));
    }
    screen.line(&counts(&tally, context.lang, screen.paint));
    let id = job.id;
    if running.has(&job) {
        let process = running.process(&job).unwrap_or(job.pid);
        screen.say(&text!("正由进程 {process} 执行", "process {process} is working on it"));
    } else if job.state != State::Done {
        screen.say(&text!("还没有做完;继续:unpromo resume {id}", "unfinished; to go on: unpromo resume {id}"));
    }
    Ok(())
}

fn json(job: &JobInfo, tally: &Tally, running: &Running) -> serde_json::Value {
    let counts: serde_json::Map<_, _> =
        tally.present().map(|(status, count)| (status.code().to_owned(), count.into())).collect();
    serde_json::json!({
        "job": job.id,
        "operation": job.operation,
        "dry_run": job.dry_run,
        "sandbox": job.sandbox,
        "state": job.state.code(),
        "running": running.has(job),
        "sheet": job.sheet,
        "result": job.result,
        "rows": job.rows,
        "created_at": rfc3339(job.created_at),
        "confirmed_at": job.confirmed_at.map(rfc3339),
        "ended_at": job.ended_at.map(rfc3339),
        "counts": counts,
    })
}

fn mode(job: &JobInfo) -> Text {
    let mode = if job.dry_run { text!("试运行", "dry run") } else { text!("正式", "live") };
    if job.sandbox { mode.then(&text!("·沙盒", "(sandbox)")) } else { mode }
}

fn state(job: &JobInfo, running: &Running) -> Text {
    match job.state {
        _ if running.has(job) => text!("执行中", "running"),
        State::Planning | State::Planned | State::Submitting if job.ended_at.is_some() => {
            text!("结果未写出", "result not written")
        }
        State::Reading => text!("读表", "reading"),
        State::Planning => text!("查询中断", "stopped while looking up"),
        State::Planned => text!("等待确认", "not confirmed"),
        State::Submitting => text!("提交中断", "stopped while submitting"),
        State::Done => text!("已完成", "done"),
    }
}

fn zoned(ms: i64) -> Option<Zoned> {
    Timestamp::from_millisecond(ms).ok().map(|time| time.to_zoned(TimeZone::system()))
}

fn when(ms: i64) -> String {
    zoned(ms).map(|time| clock(&time, &Zoned::now())).unwrap_or_default()
}

fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map(|time| time.to_string()).unwrap_or_default()
}
