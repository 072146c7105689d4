//! A small operation, lines of it, and a folder to write results in.

use std::path::{Path, PathBuf};

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use unpromo::model::{Column, FactColumn, Kind, Line, Need, Role, Status, Tally};
use unpromo::sheet::result::{Reservation, ResultHead, Summary};
use unpromo::text;
use unpromo::text::Lang;

const fn column(key: &'static str, heading: &'static str, role: Role, kind: Kind) -> Column {
    Column { key, heading, aliases: &[], role, kind, need: Need::Optional, note: ("", ""), example: "" }
}

pub static COLUMNS: &[Column] = &[
    column("spu", "SPU", Role::Item, Kind::Digits),
    column("activityName", "活动名称", Role::Filter, Kind::Filter),
    column("reason", "理由", Role::Reason, Kind::Text { max: None }),
    column("shop", "店铺", Role::Shop, Kind::Text { max: Some(64) }),
    column("enrollId", "报名ID", Role::Pin, Kind::Digits),
    column("site", "站点", Role::Detail, Kind::Text { max: Some(200) }),
];

pub static FACTS: &[FactColumn] =
    &[FactColumn { zh: "活动价", en: "Price", width: 10 }, FactColumn { zh: "场次", en: "Sessions", width: 38 }];

/// 2025-09-09 09:09:12.112 UTC.
pub const SENT_AT: i64 = 1_757_408_952_112;

pub fn head(lang: Lang) -> ResultHead {
    ResultHead {
        operation: "temu-activity",
        columns: COLUMNS,
        facts: FACTS,
        groups: None,
        extra: vec!["负责人".to_owned(), "备注".to_owned()],
        lang,
    }
}

/// The line of row `row`, which submitted 清仓甩卖 of the well-known product.
pub fn line(row: u64, status: Status) -> Line {
    let owned = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
    Line {
        row,
        shop: "旗舰店".to_owned(),
        item: "4975750079".to_owned(),
        cells: owned(&["4975750079", "清仓*", "", "", "", "巴西站"]),
        extra: owned(&["张三", "第 36 周"]),
        filter: "清仓*".to_owned(),
        reason: "申请退出".to_owned(),
        target: Some("2509090813203861".to_owned()),
        name: "清仓甩卖".to_owned(),
        facts: owned(&["37.24", "巴西站 2025-09-07 至 2025-09-20 进行中"]),
        groups: Vec::new(),
        status,
        detail: None,
        attempts: 1,
        sent_at: Some(SENT_AT),
    }
}

/// A line for each status, as they come in a real week.
pub fn every_status() -> Vec<Line> {
    let with = |row, status, detail| Line { detail, ..line(row, status) };
    let untargeted =
        |line: Line| Line { target: None, name: String::new(), facts: Vec::new(), attempts: 0, sent_at: None, ..line };
    let unsent = |line: Line| Line { attempts: 0, sent_at: None, ..line };
    Status::ALL
        .into_iter()
        .zip(2..)
        .map(|(status, row)| match status {
            Status::Matched | Status::Pending => unsent(with(row, status, None)),
            Status::Rejected => {
                with(row, status, Some(text!("平台拒绝:40005 活动已锁定", "the platform refused: 40005 活动已锁定")))
            }
            Status::Unmatched => untargeted(with(
                row,
                status,
                Some(text!(
                    "没有名称匹配的报名;现有:限时秒杀、官方大促、清仓甩卖二期",
                    "no target fits; there are: 限时秒杀, 官方大促, 清仓甩卖二期"
                )),
            )),
            Status::Duplicate => unsent(with(row, status, Some(text!("与第 3 行重复", "the same target as row 3")))),
            Status::Skipped => unsent(with(
                row,
                status,
                Some(text!("任务 11 已在 2025-09-08 10:00 提交过", "already submitted on 2025-09-08 10:00 in job 11")),
            )),
            Status::LookupFailed | Status::Invalid => untargeted(with(row, status, None)),
            _ => with(row, status, None),
        })
        .collect()
}

pub fn summary(lines: &[Line]) -> Summary {
    let mut tally = Tally::default();
    let mut by_activity: Vec<(String, Tally)> = Vec::new();
    for line in lines {
        tally.add(line.status);
        let at = by_activity.iter().position(|(name, _)| *name == line.name).unwrap_or(by_activity.len());
        if at == by_activity.len() {
            by_activity.push((line.name.clone(), Tally::default()));
        }
        by_activity[at].1.add(line.status);
    }
    Summary {
        job: 12,
        token: "job-12@0f3c".to_owned(),
        operation: text!("Temu 活动退出", "Temu activity withdrawal"),
        sheet: "weekly.xlsx".to_owned(),
        shops: vec!["旗舰店".to_owned()],
        finished: true,
        started_at: SENT_AT - 200_000,
        ended_at: Some(SENT_AT),
        rows: lines.len() as u64,
        tally,
        by_activity,
        ..Summary::default()
    }
}

/// Writes a whole result.
pub fn write(path: &Path, lang: Lang, lines: &[Line]) {
    write_with(path, &head(lang), lines, &summary(lines));
}

pub fn write_with(path: &Path, head: &ResultHead, lines: &[Line], summary: &Summary) {
    let reservation = Reservation::open(path, lines.len() as u64).expect("a place for the result");
    let mut writer = reservation.writer(head).expect("a writer");
    for line in lines {
        writer.line(line).expect("a line");
    }
    writer.finish(summary).expect("a result");
}

/// A folder that is gone after the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The names of what is in it.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// A worksheet as rows of cells.
pub fn sheet(path: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect(name);
    range.rows().map(<[Data]>::to_vec).collect()
}

/// The same, as text.
pub fn sheet_text(path: &Path, name: &str) -> Vec<Vec<String>> {
    let text = |cell: &Data| cell.as_string().unwrap_or_default();
    sheet(path, name).iter().map(|row| row.iter().map(text).collect()).collect()
}

/// One part of the file, as it is.
pub fn part(path: &Path, name: &str) -> String {
    let file = std::fs::File::open(path).expect("a file");
    let mut archive = zip::ZipArchive::new(file).expect("a zip");
    std::io::read_to_string(archive.by_name(name).expect(name)).expect("text")
}
