//! What the tests of sheets share: operations, folders, and short ways to read.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;
use unpromo::error::{Error, Result};
use unpromo::model::{Choice, Column, FactColumn, Kind, Need, Role, Row};
use unpromo::sheet::{self, Checked, Fault, Layout, NoteKind, ReadOptions, Sheet};

const fn column(
    (key, heading): (&'static str, &'static str),
    role: Role,
    kind: Kind,
    need: Need,
    example: &'static str,
) -> Column {
    Column { key, heading, aliases: &[], role, kind, need, note: ("怎么填", "how to fill it in"), example }
}

static ACTIVITY_COLUMNS: [Column; 5] = [
    Column { aliases: &["商品ID"], ..column(("spu", "SPU"), Role::Item, Kind::Digits, Need::Required, "4975750079") },
    column(("activityName", "活动名称"), Role::Filter, Kind::Filter, Need::Required, "清仓甩卖"),
    column(("reason", "理由"), Role::Reason, Kind::Text { max: None }, Need::Defaulted, "申请退出"),
    column(("shop", "店铺"), Role::Shop, Kind::Text { max: Some(64) }, Need::Optional, ""),
    column(("enrollId", "报名ID"), Role::Pin, Kind::Digits, Need::Optional, ""),
];

static POOL_COLUMNS: [Column; 3] = [
    column(("act_id", "活动ID"), Role::Item, Kind::Digits, Need::OneOf, "23678171"),
    column(("out_act_id", "外部活动ID"), Role::Item, Kind::Code, Need::OneOf, ""),
    column(("state", "状态"), Role::Detail, Kind::Choice(&STATES), Need::Optional, "00"),
];

static STATES: [Choice; 2] = [Choice { value: "00", label: "取消" }, Choice { value: "10", label: "完成" }];

/// Withdrawing from activities.
pub static ACTIVITY: [Layout; 1] = [Layout {
    operation: "temu-activity",
    columns: &ACTIVITY_COLUMNS,
    facts: &[FactColumn { zh: "价格", en: "Price", width: 8 }],
}];

/// Looking pool activities up.
pub static POOL: [Layout; 1] = [Layout { operation: "retail-item-pool", columns: &POOL_COLUMNS, facts: &[] }];

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A folder that goes when the test ends.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// A workbook whose cells are all text; empty ones are left out.
    pub fn workbook(&self, name: &str, worksheets: &[(&str, &[&[&str]])]) -> PathBuf {
        let mut workbook = Workbook::new();
        for (name, rows) in worksheets {
            let worksheet = workbook.add_worksheet();
            worksheet.set_name(*name).expect("a name");
            for (row, cells) in (0..).zip(*rows) {
                for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
                    worksheet.write_string(row, column, *text).expect("a cell");
                }
            }
        }
        let path = self.path(name);
        workbook.save(&path).expect("saved");
        path
    }
}

pub fn open(path: &Path) -> Result<Sheet> {
    sheet::open(path, &ReadOptions::new(&ACTIVITY))
}

pub fn refused(path: &Path) -> Error {
    let error = open(path).expect_err("refused");
    assert!(error.next.is_some(), "it says what to do: {error}");
    error
}

pub fn read_with(path: &Path, options: &ReadOptions<'_>) -> Result<Vec<Checked>> {
    let mut rows = Vec::new();
    sheet::open(path, options)?.read(&mut |checked| {
        rows.push(checked);
        Ok(())
    })?;
    Ok(rows)
}

pub fn read(path: &Path) -> Vec<Checked> {
    read_with(path, &ReadOptions::new(&ACTIVITY)).expect("read")
}

pub fn faults(rows: &[Checked]) -> Vec<Fault> {
    let all = rows.iter().filter_map(|checked| match checked {
        Checked::Good(_) | Checked::Hidden(_) => None,
        Checked::Bad { faults, .. } => Some(faults.clone()),
    });
    all.flatten().collect()
}

/// All rows, none of them bad.
pub fn good(path: &Path) -> Vec<Row> {
    let rows = read(path);
    assert_eq!(faults(&rows), [], "{}", path.display());
    rows.iter().map(|checked| checked.row().clone()).collect()
}

/// All faults.
pub fn bad(path: &Path) -> Vec<Fault> {
    faults(&read(path))
}

/// The kinds of notes of a sheet that is read to its end.
pub fn notes(path: &Path) -> Vec<(NoteKind, String)> {
    let sheet = open(path).expect("opens");
    let notes = sheet.read(&mut |_| Ok(())).expect("read");
    notes.into_iter().map(|note| (note.kind, note.text.en)).collect()
}

/// One part of a workbook, as text.
pub fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).expect("opens")).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}
