//! One seed: a sheet or two, a platform, and starts of the engine that are ended anywhere, until the jobs are
//! done: one after another, or both at once on one journal.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep};
use unpromo::job::{Course, Ended, Engine, LaneEnd, Options, Parts, Shop, Stop};
use unpromo::journal::{JobInfo, Journal, Lane, NewJob, NewRow, State};
use unpromo::model::{Item, Role, Row, Target, index_of};
use unpromo::platform::{Find, Operation, Submit};

use crate::chance::Chance;
use crate::expected::Expected;
use crate::operation::{OPERATIONS, Simulated};
use crate::oracle;
use crate::platform::Way;
use crate::process::{Process, with_points};
use crate::world::{Shared, Start, World, lock};

/// What came of a seed.
#[derive(Default)]
pub struct Played {
    pub crashes: u32,
    pub starts: usize,
    pub sent: usize,
    /// All that happened, in order.
    pub trace: Vec<String>,
}

/// No job needs more starts than this.
const STARTS: u32 = 40;
/// After so many starts a job is left alone: nothing ends it, and the weather is calm.
const STORMY_STARTS: u32 = 5;

/// How a job of the seed is made and run.
pub struct Plan {
    /// The sheet, by which the job is known.
    pub sheet: String,
    pub operation: &'static Simulated,
    pub rows: Vec<(u64, u32, String, String)>,
    pub lanes: Vec<Lane>,
    pub options: Options,
    /// Whether no other job came before it, or runs beside it.
    pub is_alone: bool,
    /// The items that a job beside it names too.
    pub shared: BTreeSet<String>,
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
    let (jobs, at_once) = *chance.pick(&[(1, false), (2, false), (2, true), (2, true)]);
    let mut plans: Vec<Plan> = (0..jobs)
        .map(|number| Plan {
            sheet: format!("sheet {number}"),
            operation,
            rows: rows(&mut chance, &targets, lanes.len() as u64),
            lanes: lanes.clone(),
            options: options(&mut chance, number > 0),
            is_alone: number == 0 && !at_once,
            shared: BTreeSet::new(),
        })
        .collect();
    if at_once {
        let named = |plan: &Plan| plan.rows.iter().map(|(_, _, item, _)| item.clone()).collect::<BTreeSet<_>>();
        let shared: BTreeSet<String> = named(&plans[0]).intersection(&named(&plans[1])).cloned().collect();
        for plan in &mut plans {
            plan.shared.clone_from(&shared);
        }
    }
    let world = Arc::new(Mutex::new(World::new(Chance::of(chance.next()), operation.0, targets)));
    let lives = plans.iter().enumerate().map(|(number, plan)| Life {
        world: &world,
        plan,
        path: &path,
        // The first job of two in turn is sometimes left where it stopped.
        patience: if !at_once && number + 1 < jobs && chance.percent(40) { 2 } else { STARTS },
        crashes: Cell::new(0),
    });
    let lives: Vec<Life<'_>> = lives.collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|why| why.to_string())?;
    with_points(|| {
        runtime.block_on(async {
            if at_once {
                let lives = lives.iter().map(|life| life.live(Chance::of(chance.next())));
                return try_join_all(lives).await.map(drop);
            }
            for life in &lives {
                life.live(Chance::of(chance.next())).await?;
            }
            Ok(())
        })
    })?;
    let crashes = lives.iter().map(|life| life.crashes.get()).sum();
    let mut world = lock(&world);
    oracle::once(&world)?;
    let (starts, sent) = (world.starts.len(), world.sent.len());
    Ok(Played { crashes, starts, sent, trace: std::mem::take(&mut world.trace) })
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

/// A job from its sheet to its end, through all its processes.
struct Life<'a> {
    world: &'a Shared,
    plan: &'a Plan,
    path: &'a Path,
    patience: u32,
    crashes: Cell<u32>,
}

impl Life<'_> {
    /// Starts the job again and again, until it is done or patience ends.
    async fn live(&self, mut chance: Chance) -> Result<(), String> {
        for number in 0..self.patience {
            // So that jobs side by side meet at ever other points of their ways.
            let most = *chance.pick(&[50, 3000]);
            sleep(Duration::from_millis(chance.below(most))).await;
            if self.start(&mut chance, number).await? {
                return Ok(());
            }
        }
        if self.patience == STARTS { Err(format!("not done after {STARTS} starts")) } else { Ok(()) }
    }

    /// Starts the program once, and holds what it did against the promise. Says whether the job is done.
    async fn start(&self, chance: &mut Chance, number: u32) -> Result<bool, String> {
        let Self { world, plan, path, .. } = *self;
        let is_calm = number >= STORMY_STARTS;
        let dies_at = (!is_calm && chance.percent(65)).then(|| 1 + chance.below(if number == 0 { 90 } else { 40 }));
        let stop_after = (!is_calm && chance.percent(10)).then(|| Duration::from_millis(chance.below(4000)));
        let resend = number > 0 && chance.percent(10);
        let start = lock(world).start(Start {
            again: plan.options.again,
            resend,
            storm: if is_calm { 0 } else { *chance.pick(&[0, 10, 30, 60]) },
            most_in_flight: plan.options.max_in_flight,
            ..Start::default()
        });
        let running = Running { world, plan, path, start, stop_after, resend, is_calm };
        let ended = Process::new(dies_at, running.go()).await;
        if ended.is_none() {
            self.crashes.update(|crashes| crashes + 1);
        }
        let world = lock(world);
        if let Some(broken) = world.broken.first() {
            return Err(broken.clone());
        }
        oracle::pace(&world.starts[start], plan.options.rate)?;
        let is_done = ended.unwrap_or(Ok(false))?;
        if is_done {
            let journal = open(path)?;
            let job = job_of(&journal, plan)?.ok_or("the job is gone")?;
            oracle::end(&journal, &job, &world, plan)?;
        }
        Ok(is_done)
    }
}

fn open(path: &Path) -> Result<Journal, String> {
    Journal::open_for_simulation(path).map_err(|why| format!("the journal does not open: {why}"))
}

/// The job of a plan, once it counts.
fn job_of(journal: &Journal, plan: &Plan) -> Result<Option<JobInfo>, String> {
    let jobs = journal.jobs(10).map_err(|why| why.to_string())?;
    Ok(jobs.into_iter().find(|job| job.sheet == plan.sheet))
}

/// One start of the program.
struct Running<'a> {
    world: &'a Shared,
    plan: &'a Plan,
    path: &'a Path,
    start: usize,
    stop_after: Option<Duration>,
    resend: bool,
    is_calm: bool,
}

impl Running<'_> {
    /// Does what the commands do. Says whether the job is done.
    async fn go(&self) -> Result<bool, String> {
        let journal = open(self.path)?;
        lock(self.world).watch(self.path);
        let (job, resumed) = match job_of(&journal, self.plan)? {
            Some(job) => (job, true),
            None => (self.make(&journal).map_err(|why| why.to_string())?, false),
        };
        if job.state == State::Done {
            return Ok(true);
        }
        lock(self.world).starts[self.start].job = job.id;
        let expected = Expected::of(&journal, &job, self.plan.operation.promises())?;
        let ended = self.work(&journal, &job, resumed).await.map_err(|why| why.to_string())?;
        let intended = journal.unanswered(job.id).map_err(|why| why.to_string())?;
        if !intended.is_empty() {
            return Err(format!("an end without a crash ({ended:?}) left {intended:?}"));
        }
        if ended == Ended::Lanes(LaneEnd::Done) {
            expected.check(&lock(self.world), self.start, self.plan)?;
        } else if self.is_calm && ended != Ended::Lanes(LaneEnd::TooManyFailures) {
            return Err(format!("in calm weather it ended with {ended:?}"));
        }
        let has_ended = job_of(&journal, self.plan)?.is_some_and(|job| job.ended_at.is_some());
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
            sheet: plan.sheet.clone(),
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
        let way = |lane: &Lane| Way { world: self.world.clone(), start: self.start, shop: lane.shop.clone(), began };
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
