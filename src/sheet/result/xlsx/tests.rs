use calamine::{DataType, Reader, Xlsx, open_workbook};
use jiff::tz::TimeZone;

use super::Workbook;
use crate::model::{Column, Kind, Line, Need, Role, Status};
use crate::sheet::result::reserve::Place;
use crate::sheet::result::{ResultHead, ResultWriter, Summary};
use crate::text::Lang;

static COLUMNS: &[Column] = &[Column {
    key: "id",
    heading: "编号",
    aliases: &[],
    role: Role::Item,
    kind: Kind::Digits,
    need: Need::Required,
    note: ("", ""),
    example: "",
}];

fn line(row: u64) -> Line {
    Line {
        row,
        shop: String::new(),
        item: row.to_string(),
        cells: vec![row.to_string()],
        extra: Vec::new(),
        filter: String::new(),
        reason: String::new(),
        target: None,
        name: String::new(),
        facts: Vec::new(),
        groups: Vec::new(),
        status: Status::Pending,
        detail: None,
        attempts: 0,
        sent_at: None,
    }
}

fn head(extra: usize) -> ResultHead {
    let extra = (0..extra).map(|n| n.to_string()).collect();
    ResultHead { operation: "try", columns: COLUMNS, facts: &[], groups: None, extra, lang: Lang::Zh }
}

#[test]
fn rows_beyond_a_worksheet_go_on_on_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.xlsx");
    for (count, sheets) in [(3, vec![3]), (4, vec![3, 1]), (8, vec![3, 3, 2])] {
        let place = Place::find(&path).expect("a place");
        let mut workbook = Workbook::start(place, &head(0), TimeZone::UTC).expect("begun");
        workbook.rows_a_sheet = 3;
        for row in 2..count + 2 {
            workbook.line(&line(row)).expect("a line");
        }
        Box::new(workbook).finish(&Summary::default()).expect("finished");
        let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
        let mut next = 2;
        for (name, rows) in ["明细", "明细2", "明细3"].into_iter().zip(&sheets) {
            let range = book.worksheet_range(name).expect(name);
            assert_eq!(range.get((0, 1)).and_then(DataType::as_string).as_deref(), Some("编号"));
            for at in 1..=*rows {
                assert_eq!(range.get((at, 1)).and_then(DataType::as_string), Some(next.to_string()));
                next += 1;
            }
        }
        assert_eq!(book.sheet_names().len(), sheets.len() + 1);
    }
}

#[test]
fn columns_beyond_a_worksheet_are_left_out_and_the_summary_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.xlsx");
    let workbook = Workbook::start(Place::find(&path).expect("a place"), &head(17_000), TimeZone::UTC).expect("begun");
    Box::new(workbook).finish(&Summary::default()).expect("finished");
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    assert_eq!(book.worksheet_range("明细").expect("rows").width(), 16_384);
    let told = book.worksheet_range("汇总").expect("summary");
    let text: Vec<String> = told.used_cells().filter_map(|(_, _, cell)| cell.as_string()).collect();
    // Row, id, outcome, detail, attempts, sent at, and 17 000 more.
    assert!(text.iter().any(|cell| cell.contains("最后 622 列")), "{text:?}");
}
