//! One seed: a sheet, a platform, and starts of the engine that are ended anywhere, until the job is done.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use unpromo::failpoint;
use unpromo::job::{Course, Ended, Engine, LaneEnd, Options, Parts, Shop, Stop, ToDo, still_to_do};
use unpromo::journal::{JobInfo, Journal, Lane, NewJob, NewRow, State};
use unpromo::model::{Item, Role, Row, Target, index_of};
use unpromo::platform::{Find, Operation, Submit};

use crate::chance::Chance;
use crate::oracle;
use crate::platform::{OPERATIONS, Shared, Simulated, Way, World, lock};

/// What came of a seed.
#[derive(Default)]
pub struct Played {
    pub starts: u32,
    pub crashes: u32,
    pub sent: usize,
}

/// Thrown at a point where the program is to end. Nothing of it may be noticed but by its absence.
struct Crash;

/// No job needs more starts than this.
const STARTS: u32 = 40;

/// How a job of the seed is made and run.
pub struct Plan {
    pub operation: &'static Simulated,
    pub rows: Vec<(u64, u32, String, String)>,
    pub lanes: Vec<Lane>,
    pub options: Options,
}

/// Plays a seed; `Err` says what went wrong.
pub fn play(seed: u64, folder: &Path) -> Result<Played, String> {
    let mut chance = Chance::of(seed);
    let operation = &OPERATIONS[usize::try_from(chance.below(3)).expect("small")];
    let targets = targets(&mut chance);
    let lanes: Vec<Lane> = (0..=u32::from(chance.percent(25)))
        .map(|lane| Lane { lane, shop: format!("shop {lane}"), account: format!("account {lane}") })
        .collect();
    let path = folder.join(format!("{seed}.db"));
    let world = Arc::new(Mutex::new(World::new(Chance::of(chance.next()), operation.0, targets)));
    let mut played = Played::default();
    let jobs = 1 + chance.below(2);
    for number in 0..jobs {
        let plan = Plan {
            operation,
            rows: rows(&mut chance, &lock(&world).targets, lanes.len() as u64),
            lanes: lanes.clone(),
            options: options(&mut chance, number > 0),
        };
        // The first job of two is sometimes left where it stopped.
        let patience = if number + 1 < jobs && chance.percent(40) { 2 } else { STARTS };
        run_job(&mut chance, &world, &plan, &path, patience, number == 0, &mut played)?;
    }
    played.sent = lock(&world).sent.len();
    Ok(played)
}

fn targets(chance: &mut Chance) -> BTreeMap<String, Vec<Target>> {
    const NAMES: &[&str] = &["清仓甩卖", "官方大促", "限时秒杀"];
    let mut all = BTreeMap::new();
    for item in 0..=chance.below(6) {
        let count = chance.below(4);
        let target = |chance: &mut Chance, number| Target {
            id: format!("{item}-{number}"),
            name: (*chance.pick(NAMES)).to_owned(),
            ended: false,
            done: None,
            group: if chance.percent(15) { format!("tie {}", chance.below(2)) } else { String::new() },
            data: String::new(),
        };
        let targets = (0..count).map(|number| target(chance, number)).collect();
        all.insert(item.to_string(), targets);
    }
    all
}

/// Rows: number, lane, item, filter. An item belongs to one lane, as a product to its shop.
fn rows(chance: &mut Chance, targets: &BTreeMap<String, Vec<Target>>, lanes: u64) -> Vec<(u64, u32, String, String)> {
    let items: Vec<&String> = targets.keys().collect();
    let count = 1 + chance.below(9);
    let row = |number| {
        let item = (*chance.pick(&items)).clone();
        let filter = *chance.pick(&["*", "*", "清仓甩卖", "官方大促", "清仓甩卖|限时秒杀", "没有"]);
        let lane = item.parse::<u64>().expect("a number") % lanes;
        (number + 2, u32::try_from(lane).expect("small"), item, filter.to_owned())
    };
    (0..count).map(row).collect()
}

fn options(chance: &mut Chance, may_again: bool) -> Options {
    Options {
        rate: *chance.pick(&[None, Some(2.0), Some(5.0), Some(20.0)]),
        max_in_flight: usize::try_from(1 + chance.below(4)).expect("small"),
        again: may_again && chance.percent(30),
        verify: chance.percent(15).then_some(1000),
        max_failures: chance.percent(10).then(|| 1 + chance.below(3)),
        ..Options::default()
    }
}

/// Starts a job again and again, until it is done or patience ends.
fn run_job(
    chance: &mut Chance,
    world: &Shared,
    plan: &Plan,
    path: &Path,
    patience: u32,
    is_first: bool,
    played: &mut Played,
) -> Result<(), String> {
    let before = last_job(path)?;
    for start in 0..patience {
        played.starts += 1;
        let left_alone = start >= 5;
        let crash_at = (!left_alone && chance.percent(65)).then(|| 1 + chance.below(if start == 0 { 90 } else { 40 }));
        let stop_after = (!left_alone && chance.percent(10)).then(|| Duration::from_millis(chance.below(4000)));
        let resend = start > 0 && chance.percent(10);
        {
            let mut world = lock(world);
            world.storm = if left_alone { 0 } else { *chance.pick(&[0, 10, 30, 60]) };
            (world.again, world.resend) = (plan.options.again, resend);
            world.new_start(plan.options.max_in_flight);
        }
        let passes = Rc::new(Cell::new(crash_at));
        let counting = passes.clone();
        let hook = Box::new(move |_: &'static str| {
            if let Some(left) = counting.get() {
                counting.set(Some(left - 1));
                if left == 1 {
                    resume_unwind(Box::new(Crash));
                }
            }
        });
        let started = Start { world, plan, path, before, stop_after, resend, is_left_alone: left_alone };
        let ended = failpoint::with_hook(hook, || catch_unwind(AssertUnwindSafe(|| started.go())));
        let is_done = match ended {
            Ok(ended) => ended?,
            Err(thrown) if thrown.is::<Crash>() => {
                played.crashes += 1;
                false
            }
            Err(thrown) => resume_unwind(thrown),
        };
        if let Some(broken) = lock(world).broken.first() {
            return Err(broken.clone());
        }
        oracle::pace(&lock(world), plan.options.rate)?;
        if is_done {
            let journal = open(path)?;
            let job = job_of(&journal, before)?.ok_or("the job is gone")?;
            return oracle::end(&journal, &job, &lock(world), plan, is_first);
        }
    }
    if patience == STARTS { Err(format!("not done after {STARTS} starts")) } else { Ok(()) }
}

fn open(path: &Path) -> Result<Journal, String> {
    Journal::open_for_simulation(path).map_err(|why| format!("the journal does not open: {why}"))
}

fn last_job(path: &Path) -> Result<i64, String> {
    if !path.exists() {
        return Ok(0);
    }
    let jobs = open(path)?.jobs(1).map_err(|why| why.to_string())?;
    Ok(jobs.first().map_or(0, |job| job.id))
}

/// The job that came after another.
fn job_of(journal: &Journal, before: i64) -> Result<Option<JobInfo>, String> {
    let jobs = journal.jobs(1).map_err(|why| why.to_string())?;
    Ok(jobs.into_iter().find(|job| job.id > before))
}

/// One start of the program.
struct Start<'a> {
    world: &'a Shared,
    plan: &'a Plan,
    path: &'a Path,
    /// The job before this one.
    before: i64,
    stop_after: Option<Duration>,
    resend: bool,
    is_left_alone: bool,
}

impl Start<'_> {
    /// Does what the commands do. Says whether the job is done.
    fn go(&self) -> Result<bool, String> {
        let journal = open(self.path)?;
        lock(self.world).watch(self.path);
        let (job, resumed) = match job_of(&journal, self.before)? {
            Some(job) => (job, true),
            None => (self.make(&journal).map_err(|why| why.to_string())?, false),
        };
        if job.state == State::Done {
            return Ok(true);
        }
        lock(self.world).job = job.id;
        let promises = self.plan.operation.promises();
        let expected = Expected::of(&journal, &job, promises)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .map_err(|why| why.to_string())?;
        let ended = runtime.block_on(self.work(&journal, &job, resumed)).map_err(|why| why.to_string())?;
        let intended = journal.unanswered(job.id).map_err(|why| why.to_string())?;
        if !intended.is_empty() {
            return Err(format!("an end without a crash ({ended:?}) left {intended:?}"));
        }
        if ended == Ended::Lanes(LaneEnd::Done) {
            expected.check(&lock(self.world), self.resend)?;
        } else if self.is_left_alone && ended != Ended::Lanes(LaneEnd::TooManyFailures) {
            return Err(format!("in calm weather it ended with {ended:?}"));
        }
        let has_ended = job_of(&journal, self.before)?.is_some_and(|job| job.ended_at.is_some());
        if has_ended {
            journal.close(job.id).map_err(|why| why.to_string())?;
        }
        Ok(has_ended)
    }

    /// Makes the job, as `run` does.
    fn make(&self, journal: &Journal) -> unpromo::error::Result<JobInfo> {
        let plan = self.plan;
        let job = journal.create_job(NewJob {
            operation: plan.operation.name().to_owned(),
            sheet: "sheet".to_owned(),
            dry_run: false,
            sandbox: false,
            options: String::new(),
            extra: Vec::new(),
            result: String::new(),
        })?;
        let columns = plan.operation.columns();
        let rows = plan.rows.iter().map(|(number, lane, item, filter)| {
            let mut cells = vec![String::new(); columns.len()];
            for (role, cell) in [(Role::Item, item), (Role::Filter, filter), (Role::Reason, &"reason".to_owned())] {
                cells[index_of(columns, role).expect("a column")].clone_from(cell);
            }
            let row = Row { number: *number, cells, ..Row::default() };
            let item = Item { cells: vec![("spu".to_owned(), item.clone())] };
            NewRow { row, lane: Some(*lane), item: Some(item), outcome: None }
        });
        journal.add_rows(job, rows.collect())?;
        journal.rows_are_read(job, format!("content {job}"), plan.lanes.clone(), String::new())?;
        Ok(journal.job(job)?.expect("the job that was just made"))
    }

    async fn work(&self, journal: &Journal, job: &JobInfo, resumed: bool) -> unpromo::error::Result<Ended> {
        let (stop, allowance) = (Stop::default(), Cell::new(self.plan.options.max_failures));
        let parts = Parts {
            journal,
            job,
            operation: self.plan.operation,
            options: &self.plan.options,
            listener: &|_| {},
            stop: &stop,
            allowance: &allowance,
        };
        let began = Instant::now();
        let way = |lane: &Lane| Way { world: self.world.clone(), shop: lane.shop.clone(), began };
        let lanes = journal.lanes(job.id)?;
        let with_finder = |lane| Shop { lane, finder: Box::new(way(lane)) as Box<dyn Find> };
        let engine = Engine::new(parts, lanes.iter().map(with_finder).collect());
        let submitters = || Ok(lanes.iter().map(|lane| Box::new(way(lane)) as Box<dyn Submit>).collect());
        let course = Course { submitters: &submitters, resumed, resend_in_doubt: self.resend };
        let stopping = async {
            match self.stop_after {
                Some(after) => tokio::time::sleep(after).await,
                None => std::future::pending().await,
            }
            stop.request();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            ended = engine.go(&course, async |_| Ok(true)) => ended,
            () = stopping => unreachable!("it waits for the engine"),
        }
    }
}

/// What the pure function says is to be done, from the journal alone, before a start.
struct Expected {
    to_submit: BTreeSet<String>,
    not_to_submit: BTreeSet<String>,
    to_look_up: BTreeSet<String>,
}

impl Expected {
    fn of(journal: &Journal, job: &JobInfo, promises: unpromo::platform::Promises) -> Result<Self, String> {
        let held: BTreeMap<_, _> = journal.held(job.id).map_err(|why| why.to_string())?.into_iter().collect();
        let mut expected =
            Self { to_submit: BTreeSet::new(), not_to_submit: BTreeSet::new(), to_look_up: BTreeSet::new() };
        let columns = OPERATIONS[0].columns();
        let read = journal.each_line(job.id, |line| {
            let row = Row { number: line.key.row, cells: line.cells, ..Row::default() };
            let (item, target) = (row.item(columns).id().to_owned(), line.target.map(|target| target.id));
            let held = &held[&line.key];
            match (still_to_do(held, promises, job.dry_run), target) {
                (ToDo::LookUp | ToDo::LookAgain, _) => {
                    expected.to_look_up.insert(item);
                }
                (ToDo::Submit, Some(target)) => {
                    expected.to_submit.insert(target);
                }
                // One that another job's attempt stands in the way of may come free.
                (ToDo::Nothing, Some(target)) if held.attempt.is_some() => {
                    expected.not_to_submit.insert(target);
                }
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        });
        read.map_err(|why| why.to_string())?;
        // Until the plan is whole a target may stand in several rows, of which the first will have it.
        Ok(expected)
    }

    /// Holds what a whole start did against it.
    fn check(&self, world: &World, resend: bool) -> Result<(), String> {
        let sent = |target: &String| world.sent.iter().any(|sent| sent.start == world.start && sent.target == *target);
        let blocked = |target: &String| {
            world.sent.iter().any(|sent| sent.target == *target && sent.job != world.job) || world.again
        };
        if let Some(target) = self.to_submit.iter().find(|target| !sent(target) && !blocked(target)) {
            return Err(format!("{target} was still to be submitted, and was not"));
        }
        if let Some(target) = self.not_to_submit.iter().find(|target| sent(target) && !resend) {
            return Err(format!("nothing was to be done about {target}, and it was sent"));
        }
        let looked = |item: &String| {
            world.listed.iter().chain(&world.unlisted).any(|(start, looked)| *start == world.start && looked == item)
        };
        if let Some(item) = self.to_look_up.iter().find(|item| !looked(item)) {
            return Err(format!("{item} was still to be looked up, and was not"));
        }
        Ok(())
    }
}
