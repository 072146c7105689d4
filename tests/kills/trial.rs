//! One trial: a job that is killed, started again, and at last left alone; then its end is held against
//! the ledger.

use std::fmt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use unpromo::journal::{JobInfo, Journal, State};

use crate::bench::{Desk, Sandbox};
use crate::chance::Chance;
use crate::judge::{Lines, lines_of};
use crate::subject::Subject;

/// How one start of the program ends.
#[derive(Clone, Debug)]
pub enum End {
    /// By itself.
    Left,
    /// At the n-th pass of a point.
    Point(&'static str, u32),
    /// By SIGKILL, so long after its start.
    After(Duration),
    /// By SIGKILL, once so many submissions are held by the sandbox, before their effect or after it.
    Held { count: u32, effect: bool },
}

/// What happens to the sandbox during one start.
#[derive(Clone, Copy, Debug)]
pub enum Outage {
    None,
    /// Killed so long after the program's start, and started again when the program has ended.
    UntilTheEnd(Duration),
    /// Killed so long after the program's start, and started again at once.
    Short(Duration),
}

/// One trial.
#[derive(Clone, Debug)]
pub struct Trial {
    pub seed: u64,
    pub subject: &'static Subject,
    pub in_flight: u32,
    pub faults: Vec<String>,
    /// How the first starts end; the later ones are left alone.
    pub starts: Vec<(End, Outage)>,
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, subject, in_flight, faults, starts } = self;
        write!(f, "{} seed {seed}, {in_flight} in flight, faults {faults:?}, starts {starts:?}", subject.operation)
    }
}

/// What came of a trial.
pub struct Played {
    /// How often the program was killed.
    pub kills: u32,
    /// How often the sandbox was.
    pub outages: u32,
    /// The points at which it ended.
    pub ended_at: Vec<&'static str>,
    /// The lines at the end.
    pub lines: Lines,
    /// The lines after `--resend-in-doubt`, where anything was in doubt.
    pub resent: Option<Lines>,
    pub took: Duration,
}

/// No trial needs more starts than this to be done.
const STARTS: usize = 12;

impl Trial {
    /// A trial that is left alone.
    pub fn unbroken(subject: &'static Subject) -> Self {
        Self { seed: 0, subject, in_flight: 4, faults: Vec::new(), starts: Vec::new() }
    }

    /// Plays it, and gives what it came to; `Err` says what went wrong on the way.
    pub fn play(&self, sandbox: &mut Sandbox, desk: &Desk) -> Result<Played, String> {
        let began = Instant::now();
        sandbox.reset(&self.faults);
        let (mut kills, mut outages, mut ended_at) = (0, 0, Vec::new());
        let mut ends = self.starts.iter().cloned();
        for _ in 0..STARTS {
            let (end, outage) = ends.next().unwrap_or((End::Left, Outage::None));
            let job = last_job(desk)?;
            if job.as_ref().is_some_and(|job| job.state == State::Done) {
                break;
            }
            if let End::Held { effect, .. } = end {
                let when = if effect { "after" } else { "before" };
                sandbox.ask("POST", &format!("hold?call=submission&when={when}"), "");
            }
            let mut started = self.start(desk, job.is_some(), &end);
            let survived = Self::end(&mut started, sandbox, &end, outage, &mut outages)?;
            match survived {
                None => {
                    kills += 1;
                    if let End::Point(name, _) = end {
                        ended_at.push(name);
                    }
                }
                Some(status) => self.check_exit(started, status, outages > 0)?,
            }
        }
        let job = last_job(desk)?.filter(|job| job.state == State::Done);
        let Some(job) = job else { return Err(format!("not done after {STARTS} starts")) };
        let lines = lines_of(desk, job.id)?;
        let resent = self.resend(sandbox, desk, &job, &lines)?;
        Ok(Played { kills, outages, ended_at, lines, resent, took: began.elapsed() })
    }

    fn start(&self, desk: &Desk, is_known: bool, end: &End) -> Child {
        let in_flight = self.in_flight.to_string();
        // With throttling the rate is halved from a limit, not from nothing.
        let rate = if self.faults.is_empty() { "off" } else { "1000/s" };
        let pace = ["--yes", "--max-in-flight", &in_flight, "--rate", rate, "--wait-scale", "0.001"];
        let what: &[&str] = if is_known { &["resume"] } else { &["run", "sheet.csv", "-o", "result.jsonl"] };
        let mut command = desk.program(&[what, &pace].concat());
        if let End::Point(name, pass) = end {
            command.env("UNPROMO_FAILPOINT", format!("{name}:{pass}"));
        }
        command.spawn().expect("the program")
    }

    /// Waits for the end of a start, or brings it about. `None`: it was killed.
    fn end(
        child: &mut Child,
        sandbox: &mut Sandbox,
        end: &End,
        outage: Outage,
        outages: &mut u32,
    ) -> Result<Option<ExitStatus>, String> {
        let began = Instant::now();
        if let Outage::UntilTheEnd(after) | Outage::Short(after) = outage {
            std::thread::sleep(after.saturating_sub(began.elapsed()));
            sandbox.kill();
            *outages += 1;
            if matches!(outage, Outage::Short(_)) {
                sandbox.start_again();
            }
        }
        match end {
            End::Left | End::Point(..) => {}
            End::After(instant) => {
                std::thread::sleep(instant.saturating_sub(began.elapsed()));
                child.kill().map_err(|why| format!("SIGKILL: {why}"))?;
            }
            End::Held { count, .. } => {
                sandbox.ask("GET", &format!("wait?kind=submission&state=held&count={count}"), "");
                child.kill().map_err(|why| format!("SIGKILL: {why}"))?;
                child.wait().map_err(|why| format!("no end: {why}"))?;
                sandbox.ask("POST", "release?call=submission", "");
                let arrived = sandbox.submissions().len();
                sandbox.ask("GET", &format!("wait?kind=submission&state=finished&count={arrived}"), "");
            }
        }
        let status = child.wait().map_err(|why| format!("no end: {why}"))?;
        if !sandbox.is_up() {
            sandbox.start_again();
        }
        Ok(if was_killed(status) { None } else { Some(status) })
    }

    /// A start that was not killed ended in one of the known ways.
    fn check_exit(&self, child: Child, status: ExitStatus, was_out: bool) -> Result<(), String> {
        let expires = self.faults.iter().any(|rule| rule.contains("expired"));
        match status.code() {
            Some(0 | 4) => return Ok(()),
            Some(5) if was_out => return Ok(()),
            Some(3) if expires => return Ok(()),
            _ => {}
        }
        let output = child.wait_with_output().map_err(|why| format!("no output: {why}"))?;
        Err(format!("ended with {status}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Sends once more what is in doubt, as a person would who has looked at the platform's own page.
    fn resend(&self, sandbox: &Sandbox, desk: &Desk, job: &JobInfo, lines: &Lines) -> Result<Option<Lines>, String> {
        // Where no look-up tells, a person would have to; there is nobody here to ask.
        if lines.in_doubt().count() == 0 || !self.subject.operation().promises().settles {
            return Ok(None);
        }
        sandbox.ask("PUT", "faults", "[]");
        let number = job.id.to_string();
        let arguments = ["resume", &number, "--resend-in-doubt", "--yes", "--rate", "off"];
        let child = desk.program(&arguments).spawn().expect("the program");
        let output = child.wait_with_output().map_err(|why| format!("no end: {why}"))?;
        if !matches!(output.status.code(), Some(0 | 4)) {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("--resend-in-doubt ended with {}: {said}", output.status));
        }
        lines_of(desk, job.id).map(Some)
    }
}

/// Some instant within a time.
pub fn instant(chance: &mut Chance, within: Duration) -> Duration {
    Duration::from_micros(chance.below(u64::try_from(within.as_micros()).unwrap_or(u64::MAX)))
}

/// The job at a desk, where there is one yet.
fn last_job(desk: &Desk) -> Result<Option<JobInfo>, String> {
    if !desk.journal().exists() {
        return Ok(None);
    }
    let journal = Journal::open(&desk.journal()).map_err(|why| format!("the journal does not open: {why}"))?;
    let jobs = journal.jobs(2).map_err(|why| format!("the journal cannot be read: {why}"))?;
    if jobs.len() > 1 {
        return Err("a second job on the same sheet".to_owned());
    }
    Ok(jobs.into_iter().next())
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status).is_some()
}

/// Windows has no signals: a process that ended itself at a point, or was ended, has a code of its own.
#[cfg(not(unix))]
fn was_killed(status: ExitStatus) -> bool {
    !matches!(status.code(), Some(0..=5 | 130))
}
