//! The same story told to each reader, and what each of them shows.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::InMemoryTerm;
use jiff::Zoned;

use super::bar::Bar;
use super::json::JsonLines;
use super::log::Log;
use super::moment::Moment;
use super::{Progress, Reader};
use crate::error::Error;
use crate::job::{Event, Phase};
use crate::model::{Mode, Status, Tally};
use crate::screen::When;
use crate::screen::{Paint, Screen, SummaryView};
use crate::text::Lang;

/// What was written, kept.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn read(&self) -> String {
        String::from_utf8(self.0.lock().expect("paper").clone()).expect("text")
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("paper").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A pipe whose reader went away.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

/// Noon in Shanghai, and any time after it.
fn clock() -> impl Fn(f64) -> Moment {
    let wall: Zoned = "2026-11-22T12:00:00+08:00[Asia/Shanghai]".parse().expect("a moment");
    let noon = Moment { at: Instant::now(), wall };
    move |seconds| noon.later(Duration::from_secs_f64(seconds))
}

fn started() -> Event {
    Event::JobStarted {
        job: 12,
        mode: Mode::Live,
        sandbox: false,
        operation: "temu-activity",
        shops: vec![("旗舰店".to_owned(), Some(2.0))],
        rows: 40,
        resumed: false,
    }
}

fn outcome(row: u64, before: Option<Status>, status: Status) -> Event {
    Event::Outcome {
        row,
        shop: "旗舰店".to_owned(),
        item: "4975750079".to_owned(),
        target: Some("2509090813203861".to_owned()),
        name: "清仓\x1b[2J甩卖".to_owned(),
        before,
        status,
        detail: Some(crate::text!("平台说\u{202e}不行", "the platform said\u{202e}no")),
    }
}

fn throttled() -> Event {
    let why = crate::text!("平台限流:访问过于频繁", "throttled: 访问过于频繁");
    Event::Waiting { shop: "旗舰店".to_owned(), why, wait: Duration::from_secs(12) }
}

/// Half of a submit phase: 20 of 40 in ten seconds, then a wait.
fn tell(reader: &mut dyn Reader, at: &impl Fn(f64) -> Moment) {
    reader.on(&started(), &at(0.0));
    reader.on(&Event::PhaseStarted { phase: Phase::Submit, total: 40 }, &at(0.0));
    for done in 1_u32..=20 {
        let now = at(f64::from(done) * 0.5);
        let status = if done == 7 { Status::Rejected } else { Status::Submitted };
        reader.on(&outcome(u64::from(done), None, status), &now);
        reader.on(&Event::Advanced { phase: Phase::Submit, by: 1 }, &now);
        reader.tick(&now);
    }
    reader.on(&throttled(), &at(10.0));
    reader.on(&Event::RateChanged { shop: "旗舰店".to_owned(), per_second: 1.0 }, &at(10.0));
    reader.tick(&at(10.0));
}

/// The rest of it: the lane ends, the user stops, the job ends.
fn tell_the_end(reader: &mut dyn Reader, at: &impl Fn(f64) -> Moment) {
    let why = crate::text!("登录已失效", "the login has expired");
    reader.on(&Event::Retrying { shop: "旗舰店".to_owned(), id: "77".to_owned(), why: why.clone() }, &at(11.0));
    reader.on(&Event::LaneStopped { shop: "旗舰店".to_owned(), why }, &at(12.0));
    reader.on(&Event::Stopping { in_flight: 3 }, &at(13.0));
    reader.on(&Event::PhaseEnded { phase: Phase::Submit }, &at(14.0));
    let mut tally = Tally::default();
    tally.add_many(Status::Submitted, 19);
    tally.add_many(Status::Rejected, 1);
    tally.add_many(Status::Pending, 20);
    reader.on(&Event::JobEnded { job: 12, tally }, &at(14.0));
    reader.finish(&at(14.0));
}

fn bar(columns: u16, lang: Lang, verbose: bool) -> (Bar, InMemoryTerm) {
    let term = InMemoryTerm::new(30, columns);
    (Bar::new(Box::new(term.clone()), lang, Paint::none(), verbose), term)
}

#[test]
fn the_bar_shows_how_far_how_fast_how_long_and_who_waits() {
    let at = clock();
    let (mut bar, term) = bar(80, Lang::Zh, false);
    tell(&mut bar, &at);
    assert_eq!(
        term.contents(),
        "正式提交 LIVE · 店铺 旗舰店 · 2/s\n\
         任务 12 · temu-activity · 40 行\n\
         提交  [###############---------------]  20/40  50%  2.0/s  约剩 10 秒\n\
         已受理 19 · 被拒绝 1\n\
         旗舰店 等到 12:00:22(还有 12 秒):平台限流:访问过于频繁"
    );
    // The wait is over; the limit stays low.
    bar.tick(&at(23.0));
    assert!(term.contents().ends_with("旗舰店 限速现为 1/s"), "{}", term.contents());
}

#[test]
fn the_bar_gives_way_on_a_narrow_terminal() {
    let at = clock();
    for columns in [24, 40, 60, 120] {
        for lang in [Lang::Zh, Lang::En] {
            let (mut bar, term) = bar(columns, lang, true);
            tell(&mut bar, &at);
            let screen = term.contents();
            assert!(screen.contains("20/40"), "{columns}: {screen}");
            let lines = super::face::lines(&bar_board(&at), &at(10.0), lang, Paint::none(), usize::from(columns) - 1);
            for line in lines {
                assert!(crate::screen::width(&line) < usize::from(columns), "{columns}: {line}");
            }
        }
    }
    let (mut bar, term) = bar(40, Lang::En, false);
    tell(&mut bar, &at);
    let moving: Vec<String> = term.contents().lines().skip(2).map(str::to_owned).collect();
    assert_eq!(
        moving,
        ["submit  20/40  50%  2.0/s  10s left", "submitted 19 · rejected 1", "旗舰店 waits until 12:00:22 (12s): th.."]
    );
}

fn bar_board(at: &impl Fn(f64) -> Moment) -> super::board::Board {
    let mut board = super::board::Board::default();
    board.on(&started(), &at(0.0));
    board.on(&Event::PhaseStarted { phase: Phase::Submit, total: 40 }, &at(0.0));
    board.on(&throttled(), &at(10.0));
    board
}

#[test]
fn the_end_leaves_only_what_stays() {
    let at = clock();
    let (mut bar, term) = bar(80, Lang::En, false);
    tell(&mut bar, &at);
    tell_the_end(&mut bar, &at);
    assert_eq!(
        term.contents(),
        "LIVE · shop 旗舰店 · 2/s\n\
         job 12 · temu-activity · 40 rows\n\
         旗舰店 stopped, the rest of its rows stay pending: the login has expired\n\
         stopping: nothing new is sent, waiting for 3 in flight; Ctrl-C again stops at on\n\
         ce\n\
         submit: stopped at 20/40 after 14s"
    );
    bar.tick(&at(20.0));
    assert!(!term.contents().contains("20/40  "), "nothing moves after the end");
}

#[test]
fn a_question_stands_on_a_clean_screen_and_the_bar_comes_back_below() {
    let at = clock();
    let (mut bar, term) = bar(60, Lang::En, false);
    tell(&mut bar, &at);
    bar.pause(&at(10.0));
    assert_eq!(term.contents(), "LIVE · shop 旗舰店 · 2/s\njob 12 · temu-activity · 40 rows");
    bar.tick(&at(10.5));
    assert!(!term.contents().contains("20/40"), "a tick must not draw over the question");
    bar.resume(&at(11.0));
    assert!(term.contents().contains("20/40"), "{}", term.contents());
}

#[test]
fn with_v_each_outcome_is_a_line_and_none_can_act_on_the_terminal() {
    let at = clock();
    let (mut bar, term) = bar(120, Lang::En, true);
    tell(&mut bar, &at);
    let screen = term.contents();
    let line = "row 7 4975750079 2509090813203861 清仓<1B>[2J甩卖 · rejected · the platform said<202E>no";
    assert!(screen.lines().any(|shown| shown == line), "{screen}");
    assert_eq!(screen.matches("submitted · ").count(), 19);
}

#[test]
fn without_a_terminal_there_is_a_line_every_ten_seconds_and_at_each_turn() {
    let at = clock();
    let paper = Paper::default();
    let mut log = Log::new(Box::new(paper.clone()), Lang::Zh, Paint::none(), false);
    tell(&mut log, &at);
    tell_the_end(&mut log, &at);
    assert_eq!(
        paper.read(),
        "[12:00:00] 正式提交 LIVE · 店铺 旗舰店 · 2/s\n\
         [12:00:00] 任务 12 · temu-activity · 40 行\n\
         [12:00:00] 提交开始:共 40 个\n\
         [12:00:10] 提交 20/40 · 50% · 2.0/s · 约剩 10 秒 · 已受理 19 · 被拒绝 1\n\
         [12:00:10] 旗舰店 等到 12:00:22(还有 12 秒):平台限流:访问过于频繁\n\
         [12:00:10] 旗舰店 限速现为 1/s\n\
         [12:00:12] 旗舰店 停下,其余的行保持未处理:登录已失效\n\
         [12:00:13] 正在停下:不再发新的请求,等 3 个在路上的;再按一次 Ctrl-C 立即停止\n\
         [12:00:14] 提交停下:20/40,用时 14 秒\n"
    );
}

#[test]
fn programs_get_one_object_a_line_with_stable_names() {
    let at = clock();
    let paper = Paper::default();
    let mut json = JsonLines::new(Box::new(paper.clone()), Lang::En);
    tell(&mut json, &at);
    tell_the_end(&mut json, &at);
    let text = paper.read();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "outcome").count(), 20);
    let mut once = names.clone();
    once.retain(|name| !["outcome", "advanced"].contains(name));
    assert_eq!(
        once,
        [
            "job_started",
            "phase_started",
            "waiting",
            "rate_changed",
            "retrying",
            "lane_stopped",
            "stopping",
            "phase_ended",
            "job_ended"
        ]
    );
    let first = text.lines().next().expect("a line");
    assert_eq!(
        first,
        r#"{"event":"job_started","at":"2026-11-22T04:00:00.000Z","job":12,"mode":"live","sandbox":false,"operation":"temu-activity","shops":[{"name":"旗舰店","rate":2.0}],"rows":40,"resumed":false}"#
    );
    let outcome = lines.iter().find(|line| line["row"] == 7).expect("row 7");
    assert_eq!(outcome["target"], "2509090813203861");
    assert_eq!(outcome["status"], "rejected");
    assert_eq!(outcome["name"], "清仓\x1b[2J甩卖");
    assert!(
        !text.contains('\u{202e}') && text.contains(r"said\u202eno"),
        "what turns the reading direction is escaped"
    );
    let advanced: Vec<_> = lines.iter().filter(|line| line["event"] == "advanced").map(|line| &line["done"]).collect();
    assert_eq!(advanced.last().map(|done| done.as_u64()), Some(Some(20)));
    let waiting = lines.iter().find(|line| line["event"] == "waiting").expect("a wait");
    assert_eq!((&waiting["seconds"], &waiting["until"]), (&12.0.into(), &"2026-11-22T04:00:22.000Z".into()));
    let ended = lines.last().expect("the end");
    assert_eq!(ended["counts"], serde_json::json!({"submitted": 19, "rejected": 1, "pending": 20}));
}

#[test]
fn many_advances_are_one_line_a_tick() {
    let at = clock();
    let paper = Paper::default();
    let mut json = JsonLines::new(Box::new(paper.clone()), Lang::En);
    json.on(&Event::PhaseStarted { phase: Phase::Plan, total: 5000 }, &at(0.0));
    for _ in 0..5000 {
        json.on(&Event::Advanced { phase: Phase::Plan, by: 1 }, &at(0.05));
    }
    json.on(&Event::PhaseEnded { phase: Phase::Plan }, &at(0.06));
    json.finish(&at(0.1));
    let text = paper.read();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains(r#""done":5000,"total":5000"#));
}

#[test]
fn the_summary_and_errors_are_lines_for_programs_too() {
    let at = clock();
    let paper = Paper::default();
    let mut json = JsonLines::new(Box::new(paper.clone()), Lang::Zh);
    let mut tally = Tally::default();
    tally.add(Status::InDoubt);
    let view = SummaryView {
        job: 12,
        mode: Mode::Live,
        sandbox: true,
        tally: &tally,
        took: Duration::from_millis(1500),
        result: Some(Path::new("week.result.xlsx")),
        result_note: None,
        exit_code: 4,
        advice: vec![crate::text!("再查一次", "look again")],
    };
    assert!(json.summary(&view, &at(0.0)), "people's words are not wanted beside JSON");
    json.error(&Error::usage(crate::text!("表格有误", "a bad sheet")), &at(0.0));
    assert_eq!(
        paper.read(),
        concat!(
            r#"{"event":"summary","at":"2026-11-22T04:00:00.000Z","job":12,"mode":"live","sandbox":true,"total":1,"counts":{"in_doubt":1},"seconds":1.5,"result":"week.result.xlsx","result_note":null,"exit_code":4,"advice":["再查一次"]}"#,
            "\n",
            r#"{"event":"error","at":"2026-11-22T04:00:00.000Z","kind":"usage","exit_code":2,"what":"表格有误","next":null}"#,
            "\n"
        )
    );
}

#[test]
fn a_reader_that_went_away_does_not_stop_the_job() {
    let at = clock();
    let mut readers: [Box<dyn Reader>; 2] = [
        Box::new(JsonLines::new(Box::new(Closed), Lang::En)),
        Box::new(Log::new(Box::new(Closed), Lang::En, Paint::none(), true)),
    ];
    for reader in &mut readers {
        tell(reader.as_mut(), &at);
        tell_the_end(reader.as_mut(), &at);
    }
}

#[test]
fn the_whole_of_it_is_a_listener_that_a_thread_draws() {
    let paper = Paper::default();
    let log = Log::new(Box::new(paper.clone()), Lang::En, Paint::none(), false);
    let progress = Progress::new(Box::new(log), Screen::stderr(Lang::En, When::Never));
    let listener = |event| progress.on(event);
    let listener: crate::job::Listener = &listener;
    listener(started());
    assert_eq!(progress.suspend(|| 7), 7);
    assert!(paper.read().contains("LIVE · shop 旗舰店 · 2/s"), "a question comes after what was said before it");
    listener(Event::Stopping { in_flight: 1 });
    // Even while a question is open on another thread, an end comes through.
    progress.suspend(|| progress.finish());
    assert!(paper.read().contains("stopping"));
}
