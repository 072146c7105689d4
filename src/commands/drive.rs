//! A job on its way: plan, ask, submit, look again, write the result, say how it ended.

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use super::Context;
use super::lock::{AccountLocks, Accounts, JobLock, POLL};
use super::result::Shown;
use super::run::absolute;
use crate::error::{Error, Kind, Result};
use crate::failpoint::failpoint;
use crate::job::{Course, Ended, Engine, Event, LaneEnd, Options, Parts, Stop};
use crate::journal::{Commits, JobInfo, Journal, Lane};
use crate::model::{Mode, Status, Tally};
use crate::platform::Operation;
use crate::progress::Progress;
use crate::screen::{SummaryView, confirm, counts};
use crate::sheet::Note;
use crate::sheet::result::{Format, Reservation};
use crate::shop::Shop;
use crate::signal::{EndAtSignal, Signals};
use crate::text;
use crate::text::Text;

/// So many lines of the plan are shown before the question, and after a dry run on a terminal.
const LINES_ASKED: usize = 40;
const LINES_ON_TERMINAL: usize = 500;

/// A job that is ready to go.
pub(super) struct Drive<'a> {
    pub context: &'a Context,
    pub journal: &'a Journal,
    pub job: JobInfo,
    pub operation: &'static dyn Operation,
    pub options: Options,
    pub shops: Vec<(Lane, Shop)>,
    pub yes: bool,
    pub resend_in_doubt: bool,
    pub resumed: bool,
    /// What should be said of the sheet before anything is sent.
    pub notes: Vec<Note>,
    /// Where the result goes; `None` where there is to be none.
    pub reservation: Option<Reservation>,
    /// Held until the end.
    pub lock: JobLock,
    /// The accounts that it works for.
    pub accounts: Accounts,
    /// The same, where they are held already: nothing is waited for then.
    pub account_locks: Option<AccountLocks>,
    /// What ends the program at a signal until the job itself listens.
    pub early: Option<EndAtSignal>,
}

impl Drive<'_> {
    /// Does all of it, and gives the exit code.
    pub fn run(mut self) -> Result<u8> {
        let began = Instant::now();
        let progress = self.context.progress();
        let runtime = super::runtime()?;
        let (early, locks) = (self.early.take(), self.account_locks.take());
        let worked = runtime.block_on(self.work(&progress, early, locks));
        // A question that nobody answered any more must not keep the program.
        runtime.shutdown_background();
        let ended = match worked {
            Ok(ended) => ended,
            Err(why) if self.journal.is_lost() => return Err(self.lost(why, &progress)),
            Err(why) => return Err(self.broken_off(why, &progress)),
        };
        if let Some(job) = self.journal.job(self.job.id)? {
            self.job = job;
        }
        let shown = self.shown();
        let tally = shown.tally()?;
        progress.on(Event::JobEnded { job: self.job.id, tally: tally.clone() });
        // The workbook does not name itself: it may be renamed, or have to go to another name.
        let notes = self.advice(ended, &tally, None);
        let code = exit_code(ended, &tally);
        progress.finish();
        failpoint!("run.before_result");
        let written = self.reservation.as_ref().map(|place| shown.write(place, notes)).transpose();
        if let Ok(Some(written)) = &written {
            let sha256 = (self.mode() != Mode::Live).then(|| written.sha256.clone());
            self.journal.remember_result(self.job.id, absolute(&written.path), sha256)?;
        }
        if written.is_ok() && self.job.ended_at.is_some() {
            failpoint!("run.before_done");
            // Only now: a job whose result was never written can still be resumed, and then has one.
            self.journal.close(self.job.id)?;
            failpoint!("run.done");
        }
        if self.mode() != Mode::Live && !self.context.global.json && !self.context.global.quiet {
            self.show_lines(if self.context.screen().is_terminal() { LINES_ON_TERMINAL } else { usize::MAX })?;
        }
        let result = written.as_ref().ok().and_then(Option::as_ref);
        let path = result.map(|written| written.path.as_path());
        let place_note = self.reservation.as_ref().and_then(Reservation::note);
        progress.summary(&SummaryView {
            job: self.job.id,
            mode: self.mode(),
            sandbox: self.job.sandbox,
            tally: &tally,
            took: began.elapsed(),
            result: path,
            result_note: result.and_then(|written| written.moved.as_ref().or(place_note)).cloned(),
            exit_code: code,
            advice: self.advice(ended, &tally, path),
        });
        if self.context.global.verbose > 0 {
            eprintln!("{}", self.commits(began).say(self.context.lang));
        }
        drop(self.lock);
        written.map(|_| code).map_err(|mut why| {
            let job = self.job.id;
            // "Usage" says that nothing was sent.
            if why.kind == Kind::Usage {
                why.kind = Kind::Internal;
            }
            why.next(text!(
                "任务的记录是完整的,随时可以再写:unpromo jobs export {job} -o 结果.xlsx",
                "the journal has everything; write it again any time: unpromo jobs export {job} -o result.xlsx"
            ))
        })
    }

    /// What the journal did for the run.
    fn commits(&self, began: Instant) -> Text {
        let Commits { groups, synced, writes } = self.journal.commits();
        #[expect(clippy::cast_precision_loss, reason = "rates for people")]
        let (a_second, each) = (groups as f64 / began.elapsed().as_secs_f64(), writes as f64 / groups.max(1) as f64);
        text!(
            "记录文件:{groups} 次提交(其中 {synced} 次同步到磁盘),每秒 {a_second:.0} 次,每次 {each:.1} 条",
            "journal: {groups} commits, {synced} of them synced, {a_second:.0} a second, {each:.1} writes each"
        )
    }

    /// The journal or the machine broke. What broke first is what is told, whatever else does not work now.
    fn broken_off(&self, why: Error, progress: &Progress) -> Error {
        if let Ok(tally) = self.shown().tally() {
            progress.on(Event::JobEnded { job: self.job.id, tally });
        }
        progress.finish();
        let job = self.job.id;
        match why.next {
            Some(_) => why,
            None => why.next(text!("处理后运行 unpromo resume {job}", "mend that, then run unpromo resume {job}")),
        }
    }

    /// The journal's files are gone or are others. What is known is in memory still: it goes into the result, the only
    /// place that will tell.
    fn lost(&self, why: Error, progress: &Progress) -> Error {
        let why = self.broken_off(why, progress);
        let Some(place) = &self.reservation else { return why };
        let note = why.what.clone();
        let job = self.job.id;
        match self.shown().write(place, vec![note]) {
            Ok(written) => {
                let path = written.path.display();
                why.next(text!(
                    "已知的结果写在 {path}，请保留：没有原来的记录文件，unpromo 就不知道提交过什么。\
                     找回原来的文件后放回原处，再运行 unpromo resume {job}；找不回来时，先到平台后台核对结果不明的行",
                    "what is known is in {path}; keep it: without the journal unpromo does not know what was sent. \
                     If you can put the file back where it was, then run unpromo resume {job}; if not, check the rows in doubt on the platform's own page"
                ))
            }
            Err(unwritten) => {
                let unwritten = unwritten.what;
                why.next(text!("结果也没能写出：", "the result could not be written either: ").then(&unwritten))
            }
        }
    }

    fn mode(&self) -> Mode {
        Mode::of(self.operation.promises().submits, self.job.dry_run)
    }

    fn shown(&self) -> Shown<'_> {
        Shown { journal: self.journal, job: &self.job, operation: self.operation, lang: self.context.lang }
    }

    async fn work(
        &self,
        progress: &Progress,
        early: Option<EndAtSignal>,
        locks: Option<AccountLocks>,
    ) -> Result<Ended> {
        let stop = Stop::default();
        let listener = |event| progress.on(event);
        let allowance = Cell::new(self.options.max_failures);
        let finders = self.shops.iter().map(|(lane, shop)| {
            let finder = self.operation.finder(shop, self.options.limits())?;
            Ok(crate::job::Shop { lane, finder })
        });
        let finders = finders.collect::<Result<Vec<_>>>()?;
        let parts = Parts {
            journal: self.journal,
            job: &self.job,
            operation: self.operation,
            options: &self.options,
            listener: &listener,
            stop: &stop,
            allowance: &allowance,
        };
        listener(Event::JobStarted {
            job: self.job.id,
            mode: self.mode(),
            sandbox: self.job.sandbox,
            operation: self.operation.name(),
            shops: self.shops.iter().map(|(lane, _)| (lane.shop.clone(), self.options.rate)).collect(),
            rows: self.job.rows,
            resumed: self.resumed,
        });
        for Note { kind, count, text } in &self.notes {
            listener(Event::SheetNote { kind: kind.code(), count: *count, text: text.clone() });
        }
        let engine = Engine::new(parts, finders);
        tokio::select! {
            ended = self.phases(&engine, &stop, progress, locks) => ended,
            () = stop_signals(&stop, early) => {
                // Asked twice: what is in flight is in doubt, and the journal says so at the next start.
                progress.finish();
                std::process::exit(i32::from(Kind::Interrupted.exit_code()))
            }
        }
    }

    async fn phases(
        &self,
        engine: &Engine<'_>,
        stop: &Stop,
        progress: &Progress,
        locks: Option<AccountLocks>,
    ) -> Result<Ended> {
        // Held until the last request is answered.
        let Some(_locks) = self.take_accounts(engine, stop, progress, locks).await? else {
            return Ok(Ended::Lanes(LaneEnd::Stopped));
        };
        let limits = self.options.limits();
        let submitters =
            || self.shops.iter().map(|(_, shop)| self.operation.submitter(shop, limits)).collect::<Result<Vec<_>>>();
        let course = Course { submitters: &submitters, resumed: self.resumed, resend_in_doubt: self.resend_in_doubt };
        engine
            .go(&course, async |to_submit| if self.yes { Ok(true) } else { self.ask(to_submit, stop, progress).await })
            .await
    }

    /// Waits until no other process works for the job's accounts. `None`: the user asked to stop.
    async fn take_accounts(
        &self,
        engine: &Engine<'_>,
        stop: &Stop,
        progress: &Progress,
        locks: Option<AccountLocks>,
    ) -> Result<Option<AccountLocks>> {
        let mut locks = locks;
        let mut told = None;
        while locks.is_none() {
            match self.accounts.try_take(Some(self.job.id))? {
                Ok(taken) => locks = Some(taken),
                Err(busy) => {
                    if told.as_ref() != Some(&busy) {
                        if let Some(before) = told.replace(busy.clone()).filter(|before| before.shop != busy.shop) {
                            progress.on(Event::AccountFree { shop: before.shop });
                        }
                        progress.on(busy.event());
                    }
                    if !wait(POLL, stop).await {
                        progress.on(Event::Stopping { in_flight: 0 });
                        return Ok(None);
                    }
                }
            }
        }
        if let Some(busy) = told {
            progress.on(Event::AccountFree { shop: busy.shop });
        }
        let pause = locks.as_ref().map_or(Duration::ZERO, |locks| locks.pause(self.options.rate));
        if !pause.is_zero() {
            let why = text!("另一个进程刚用过这个账号", "another process used this account just now");
            engine.wait(pause, &why).await;
        }
        Ok(locks)
    }

    /// Shows the plan and asks for a typed yes.
    async fn ask(&self, to_submit: u64, stop: &Stop, progress: &Progress) -> Result<bool> {
        let lang = self.context.lang;
        let shops = self.shops.iter().map(|(lane, _)| lane.shop.as_str()).collect::<Vec<_>>().join(", ");
        let mut question = text!(
            "将为店铺 {shops} 提交 {to_submit} 个退出申请,提交后不能撤回。确定吗?",
            "{to_submit} withdrawals will be submitted for {shops}. This cannot be undone. Go on?"
        );
        if let Some(warning) = self.operation.warning() {
            question = warning.then(&text!("\n", "\n")).then(&question);
        }
        for note in self.notes.iter().rev() {
            question = note.text.clone().then(&text!("\n", "\n")).then(&question);
        }
        progress.suspend(|| {
            self.show_lines(LINES_ASKED)?;
            let tally = self.shown().tally()?;
            progress.screen().line(&counts(&tally, lang, progress.screen().paint));
            Ok(())
        })?;
        let asked = tokio::task::spawn_blocking(move || confirm(lang, &question));
        tokio::select! {
            answer = asked => answer.unwrap_or(Ok(false)),
            () = stop.requested() => Ok(false),
        }
    }

    fn show_lines(&self, most: usize) -> Result<()> {
        let (table, more) = self.shown().table(most)?;
        let screen = self.context.screen();
        screen.table(&table);
        if more > 0 {
            screen
                .say(&text!("…… 还有 {more} 行,都在结果文件里", "… and {more} more lines, all of them in the result"));
        }
        Ok(())
    }

    fn what_follows_a_dry_run(&self, result: Option<&Path>) -> Text {
        // JSON lines are for programs: they are no sheet.
        if self.reservation.as_ref().is_none_or(|reservation| reservation.format() == Format::Jsonl) {
            return text!("去掉 --dry-run 即正式提交", "without --dry-run it is submitted");
        }
        let Some(result) = result else {
            return text!(
                "看过结果，删掉不要退的行，再用 unpromo run 运行这个文件",
                "look at the result, delete the rows you do not want, then give this file to unpromo run"
            );
        };
        let place = crate::shell::quote_path(result);
        let place = if self.job.sandbox { format!("{place} --sandbox") } else { place };
        text!(
            "看过结果，删掉不要退的行，然后运行：unpromo run {place}",
            "look at the result, delete the rows you do not want, then: unpromo run {place}"
        )
    }

    /// What the user can do next, the most urgent first.
    fn advice(&self, ended: Ended, tally: &Tally, result: Option<&Path>) -> Vec<Text> {
        let job = self.job.id;
        let mut advice = Vec::new();
        let resume = || text!("继续:unpromo resume {job}", "go on: unpromo resume {job}");
        match ended {
            Ended::Declined => advice.push(text!(
                "什么也没有提交;改主意的话:unpromo resume {job}",
                "nothing was sent; if you change your mind: unpromo resume {job}"
            )),
            Ended::Lanes(LaneEnd::Stopped) => advice.push(resume()),
            Ended::Lanes(LaneEnd::Credentials) => advice.push(text!(
                "登录已失效或无权限:用 unpromo shop add 更新登录信息(同一个店铺名),再 unpromo resume {job}",
                "the login is expired or has no right: renew it with unpromo shop add and the same name, then unpromo resume {job}"
            )),
            Ended::Lanes(LaneEnd::OutOfReach) => advice.push(text!(
                "平台连不上或要求等很久;稍后继续:unpromo resume {job}",
                "the platform is out of reach or asks for a long wait; go on later: unpromo resume {job}"
            )),
            Ended::Lanes(LaneEnd::TooManyFailures) => advice.push(text!(
                "失败数到了 --max-failures,已停下;看过结果后可以继续:unpromo resume {job}",
                "stopped at --max-failures; look at the result, then go on: unpromo resume {job}"
            )),
            Ended::Lanes(LaneEnd::Done) => {}
        }
        if tally.of(Status::InDoubt) > 0 && self.operation.promises().submits {
            advice.push(text!(
                "有结果不明的:先到平台后台看一眼;确要再提交一次:unpromo resume {job} --resend-in-doubt",
                "some are in doubt: look at the platform's own page first; to send them once more: unpromo resume {job} --resend-in-doubt"
            ));
        }
        if tally.of(Status::LookupFailed) + tally.of(Status::Failed) > 0 && matches!(ended, Ended::Lanes(LaneEnd::Done))
        {
            advice.push(text!(
                "查询失败或没有提交成功的行:把结果文件再交给 unpromo run,只会做没做完的",
                "for the rows that failed: hand the result file to unpromo run; only what is unfinished is done"
            ));
        }
        if self.job.dry_run && tally.of(Status::Matched) > 0 {
            advice.insert(0, self.what_follows_a_dry_run(result));
        }
        advice
    }
}

/// Waits, unless the user asks to stop.
async fn wait(wait: Duration, stop: &Stop) -> bool {
    tokio::select! {
        () = tokio::time::sleep(wait) => true,
        () = stop.requested() => false,
    }
}

/// The first signal asks to stop; the second ends the wait.
async fn stop_signals(stop: &Stop, early: Option<EndAtSignal>) {
    let listening = Signals::listen();
    // Only now, so that no signal is missed in between.
    drop(early);
    match listening {
        Ok(mut signals) => signals.ask_to_stop(stop).await,
        // Without a handler the system ends the program itself.
        Err(_) => std::future::pending().await,
    }
}

fn exit_code(ended: Ended, tally: &Tally) -> u8 {
    let kind = match ended {
        Ended::Declined | Ended::Lanes(LaneEnd::Stopped) => Kind::Interrupted,
        Ended::Lanes(LaneEnd::Credentials) => Kind::Credentials,
        Ended::Lanes(LaneEnd::OutOfReach) => Kind::Unreachable,
        Ended::Lanes(LaneEnd::TooManyFailures) => Kind::Incomplete,
        Ended::Lanes(LaneEnd::Done) if tally.trouble() > 0 => Kind::Incomplete,
        Ended::Lanes(LaneEnd::Done) => return 0,
    };
    kind.exit_code()
}
