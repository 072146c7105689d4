//! The parts of a run, each on its own: `cargo bench`. Whole runs are measured by `benches/run.py`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use futures_util::{StreamExt, stream};
use unpromo::job;
use unpromo::journal::{Answered, AttemptState, Intended, Intent, Journal, Lane, LineKey, NewJob, NewRow, Outcome};
use unpromo::model::{Filter, Line, Row, Status, Target};
use unpromo::platform::{self, Operation};
use unpromo::sheet::result::{Reservation, ResultHead, Summary};
use unpromo::sheet::{self, Layout, ReadOptions};
use unpromo::text::Lang;

fn main() {
    divan::main();
}

fn temu() -> &'static dyn Operation {
    platform::operation("temu-activity").expect("the operation")
}

/// A folder that goes away with the process's value of it; on the disk, not in memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

const NAMES: [&str; 4] = ["限时秒杀", "清仓甩卖", "官方大促-巴西站", "黑色星期五全球大促主会场第一阶段-北美"];

fn target(number: u64) -> Target {
    Target {
        id: number.to_string(),
        name: NAMES[usize::try_from(number % 4).unwrap_or(0)].to_owned(),
        ended: false,
        done: None,
        group: String::new(),
        data: ENROLLMENT.to_owned(),
    }
}

const ENROLLMENT: &str = r#"{"enrollTime":1757408952112,"currency":"CNY","stock":30,"minActivityPrice":3724,
    "maxActivityPrice":3724,"activityType":27,"enrollSessions":[{"sessionName":"巴西站-2025-09-07~2025-09-20",
    "sessionStatus":2,"siteId":132,"siteName":"巴西站","startDateStr":"2025-09-07","endDateStr":"2025-09-20"}]}"#;

/// An answer to a look-up with so many enrollments.
fn answer(enrollments: u64) -> Vec<u8> {
    let enrollment = |number: u64| format!(r#"{{"enrollId":{},{}"#, 2_509_090_813_000_000 + number, &ENROLLMENT[1..]);
    let activity = |number: u64| {
        let name = NAMES[usize::try_from(number % 4).unwrap_or(0)];
        let list = enrollment(number);
        format!(r#"{{"activityName":"{name}","activityType":27,"feedbackEnrollInfoList":[{list}]}}"#)
    };
    let list: Vec<String> = (0..enrollments).map(activity).collect();
    let list = list.join(",");
    format!(
        r#"{{"result":{{"productId":4975750079,"mallId":634418224869329,"productName":"x","activityList":[{list}]}},
        "success":true,"errorCode":1000000,"errorMsg":null}}"#
    )
    .into_bytes()
}

/// Reading a look-up's answer, as the platform wrote it.
#[divan::bench(args = [1, 3, 20])]
fn temu_answer(bencher: Bencher<'_, '_>, enrollments: u64) {
    let body = answer(enrollments);
    bencher
        .counter(BytesCount::new(body.len()))
        .bench_local(|| platform::read_temu_listing(black_box(&body)).expect("targets"));
}

/// One name held against a filter.
#[divan::bench(args = ["清仓甩卖", "*", "官方大促*", "限时秒杀|*大促*巴西*|清仓*"])]
fn filter(bencher: Bencher<'_, '_>, cell: &str) {
    let filter = Filter::parse(cell).expect("a filter");
    bencher
        .counter(ItemsCount::new(NAMES.len()))
        .bench_local(|| NAMES.iter().filter(|name| filter.matches(black_box(name))).count());
}

/// A row matched with what a look-up listed.
#[divan::bench(args = [3, 20])]
fn plan_matching(bencher: Bencher<'_, '_>, listed: u64) {
    let listed: Vec<Target> = (0..listed).map(target).collect();
    let options = job::Options::default();
    let listing = job::Listing { operation: temu(), options: &options, listed: &listed, earlier: &[] };
    let row = row(2, "清仓*|限时秒杀");
    bencher.counter(ItemsCount::new(1_u8)).bench_local(|| listing.lines(black_box(&row), ""));
}

fn row(number: u64, filter: &str) -> Row {
    let cells = temu().columns().iter().map(|column| match column.key {
        "spu" => (5_000_000_001 + number).to_string(),
        "activityName" => filter.to_owned(),
        "reason" => "申请退出".to_owned(),
        _ => String::new(),
    });
    Row { number, cells: cells.collect(), ..Row::default() }
}

/// A journal with a job that has planned so many targets, each in a row of its own.
fn planned_job(place: &Path, rows: u64) -> (Journal, i64) {
    let journal = Journal::open(&place.join("journal.db")).expect("a journal");
    let job = journal
        .create_job(NewJob {
            operation: temu().name().to_owned(),
            sheet: "week.xlsx".to_owned(),
            dry_run: false,
            sandbox: false,
            options: String::new(),
            extra: Vec::new(),
            result: String::new(),
        })
        .expect("a job");
    let new = |number| {
        let row = row(number, "*");
        NewRow { item: Some(row.item(temu().columns())), row, lane: Some(0), outcome: None }
    };
    journal.add_rows(job, (0..rows).map(new).collect()).expect("rows");
    let lane = Lane { lane: 0, shop: "shop".to_owned(), account: "temu:1".to_owned() };
    journal.rows_are_read(job, String::new(), vec![lane], String::new()).expect("a sheet");
    let plan = async {
        for number in 0..rows {
            let outcome = Outcome {
                key: LineKey { row: number, seq: 0 },
                target: Some(target(number)),
                request_no: String::new(),
                status: Status::Matched,
                detail: None,
            };
            let item = i64::try_from(number).unwrap_or(0) + 1;
            journal.record_plan(job, 0, item, vec![outcome]).await.expect("a plan");
        }
    };
    runtime().block_on(plan);
    (journal, job)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

const ATTEMPTS: u64 = 2_048;

/// Attempts intended (durably) and answered, so many in flight. `/dev/shm` is a disk on which a sync is nothing:
/// the difference is what durability costs.
#[divan::bench(args = [("disk", 1), ("disk", 8), ("disk", 64), ("/dev/shm", 1), ("/dev/shm", 8), ("/dev/shm", 64)], sample_count = 20, sample_size = 1)]
fn journal_group_commit(bencher: Bencher<'_, '_>, (place, in_flight): (&str, usize)) {
    let shm = PathBuf::from(place);
    let folder = match place {
        "disk" => folder(),
        _ if shm.is_dir() => tempfile::tempdir_in(shm).expect("a folder"),
        _ => return,
    };
    let attempts = if in_flight == 1 { ATTEMPTS / 8 } else { ATTEMPTS };
    let (journal, job) = planned_job(folder.path(), attempts);
    let (next, before) = (AtomicU64::new(0), journal.commits());
    let runtime = runtime();
    bencher.counter(ItemsCount::new(attempts)).bench_local(|| {
        runtime.block_on(stream::iter(0..attempts).for_each_concurrent(in_flight, |row| {
            let target = next.fetch_add(1, Ordering::Relaxed);
            attempt(&journal, job, row, target)
        }));
    });
    let after = journal.commits();
    let (writes, groups) = (after.writes - before.writes, after.groups - before.groups);
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
    let share = writes as f64 / groups as f64;
    println!("{place}, {in_flight} in flight: {share:.1} writes a commit");
}

async fn attempt(journal: &Journal, job: i64, row: u64, target: u64) {
    let key = LineKey { row, seq: 0 };
    let intent = Intent {
        operation: temu().name(),
        account: "temu:1".to_owned(),
        item: row.to_string(),
        target: target.to_string(),
        name: "清仓甩卖".to_owned(),
        job,
        key,
        request_no: String::new(),
        replaces_own: false,
        again: false,
    };
    let Intended::Go(attempt) = journal.intend(intent).await.expect("an attempt") else { panic!("a target twice") };
    let outcome = Some((job, key, Status::Submitted, None));
    let answered = Answered { attempt, sent_at: Some(0), state: AttemptState::Accepted, words: None, outcome };
    journal.answer(answered).await.expect("an answer");
}

const ROWS: u64 = 20_000;

/// Reading and checking a sheet.
#[divan::bench(args = ["csv", "xlsx"], sample_count = 10)]
fn sheet_reading(bencher: Bencher<'_, '_>, ending: &str) {
    let folder = folder();
    let place = folder.path().join(format!("week.{ending}"));
    match ending {
        "csv" => write_csv(&place),
        _ => write_xlsx(&place),
    }
    let layouts = [Layout { operation: temu().name(), columns: temu().columns(), facts: temu().facts() }];
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut rows = 0_u64;
        let sheet = sheet::open(&place, &ReadOptions::new(&layouts)).expect("a sheet");
        sheet
            .read(&mut |checked| {
                black_box(&checked);
                rows += 1;
                Ok(())
            })
            .expect("rows");
        assert_eq!(rows, ROWS);
    });
}

fn write_csv(place: &Path) {
    let lines: String = (0..ROWS).map(|row| format!("{},*,申请退出\n", 5_000_000_001 + row)).collect();
    std::fs::write(place, format!("SPU,活动名称,理由\n{lines}")).expect("a sheet");
}

fn write_xlsx(place: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(["SPU", "活动名称", "理由"]) {
        sheet.write_string(0, column, heading).expect("a heading");
    }
    for row in 0..u32::try_from(ROWS).unwrap_or(0) {
        sheet.write_string(row + 1, 0, (5_000_000_001 + u64::from(row)).to_string()).expect("a cell");
        sheet.write_string(row + 1, 1, "*").expect("a cell");
        sheet.write_string(row + 1, 2, "申请退出").expect("a cell");
    }
    book.save(place).expect("a sheet");
}

/// Writing a result.
#[divan::bench(args = ["xlsx", "csv", "jsonl"], sample_count = 10)]
fn result_writing(bencher: Bencher<'_, '_>, ending: &str) {
    let folder = folder();
    let place = folder.path().join(format!("result.{ending}"));
    let lines: Vec<Line> = (0..1_000).map(line).collect();
    let head = ResultHead {
        operation: temu().name(),
        columns: temu().columns(),
        facts: temu().facts(),
        extra: Vec::new(),
        groups: None,
        lang: Lang::Zh,
    };
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let reservation = Reservation::open(&place, ROWS).expect("a place");
        let mut writer = reservation.writer(&head).expect("a writer");
        for line in lines.iter().cycle().take(usize::try_from(ROWS).unwrap_or(0)) {
            writer.line(line).expect("a line");
        }
        writer.finish(&Summary::default()).expect("a result");
    });
}

fn line(number: u64) -> Line {
    let (row, target) = (row(number + 2, "*"), target(2_509_090_813_000_000 + number));
    Line {
        row: row.number,
        shop: "shop".to_owned(),
        item: row.cells[0].clone(),
        filter: "*".to_owned(),
        reason: "申请退出".to_owned(),
        facts: temu().describe(&target, Lang::Zh),
        name: target.name,
        target: Some(target.id),
        status: Status::Submitted,
        detail: None,
        attempts: 1,
        sent_at: Some(1_757_408_952_112),
        cells: row.cells,
        extra: Vec::new(),
        groups: Vec::new(),
    }
}
