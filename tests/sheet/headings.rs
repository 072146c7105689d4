//! Headings as forms and back offices write them, and cells that have none.

use std::path::PathBuf;

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use unpromo::sheet::NoteKind;

use crate::support::{Folder, bad, good, notes, open, refused};

fn saved(folder: &Folder, fill: impl FnOnce(&mut Worksheet)) -> PathBuf {
    let (mut workbook, path) = (Workbook::new(), folder.path("week.xlsx"));
    fill(workbook.add_worksheet());
    workbook.save(&path).expect("saved");
    path
}

fn write(worksheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
        worksheet.write_string(row, column, *text).expect("a cell");
    }
}

fn merge(worksheet: &mut Worksheet, [first_row, last_row]: [u32; 2], [first, last]: [u16; 2], text: &str) {
    worksheet.merge_range(first_row, first, last_row, last, text, &Format::new()).expect("merged");
}

#[test]
fn what_forms_put_around_a_heading_does_not_matter() {
    let folder = Folder::new();
    for head in
        ["SPU*,*活动名称,理由（必填）", "SPU：,★活动名称,【必填】理由", "* SPU (text),活动名称*（全名）,[选填] 理由:"]
    {
        let text = format!("{head}\n4975750079,清仓甩卖,缺货\n");
        assert_eq!(good(&folder.file("week.csv", text.as_bytes()))[0].cells[..3], ["4975750079", "清仓甩卖", "缺货"]);
        let cells: Vec<&str> = head.split(',').collect();
        let book = folder.workbook("week.xlsx", &[("Sheet1", &[&cells, &["4975750079", "清仓甩卖", "缺货"]])]);
        assert_eq!(good(&book)[0].cells[..3], ["4975750079", "清仓甩卖", "缺货"], "{head}");
    }
}

#[test]
fn the_heading_itself_comes_before_one_with_marks() {
    let folder = Folder::new();
    let text = "SPU（旧）,SPU,活动名称,理由\n1111111111,4975750079,清仓甩卖,缺货\n";
    let sheet = folder.file("week.csv", text.as_bytes());
    let row = &good(&sheet)[0];
    assert_eq!((row.cells[0].as_str(), row.extra[0].as_str()), ("4975750079", "1111111111"));
    // Which of two is meant cannot be told.
    let text = "SPU（旧）,SPU（新）,活动名称,理由\n1111111111,4975750079,清仓甩卖,缺货\n";
    let error = refused(&folder.file("week.csv", text.as_bytes()));
    assert!(error.what.en.contains("more than once") && error.what.en.contains("week.csv!B1"), "{error}");
}

#[test]
fn headings_merged_over_two_rows_are_headings_and_no_instruction() {
    let folder = Folder::new();
    let below_others = saved(&folder, |sheet| {
        for (column, heading) in (0..).zip(["SPU", "活动名称", "理由"]) {
            merge(sheet, [0, 1], [column, column], heading);
        }
        merge(sheet, [0, 0], [3, 4], "其他");
        write(sheet, 1, &["", "", "", "负责人", "日期"]);
        write(sheet, 2, &["4975750079", "清仓甩卖", "缺货"]);
    });
    let rows = good(&below_others);
    assert_eq!((rows.len(), rows[0].number, rows[0].cells[1].as_str()), (1, 3, "清仓甩卖"));

    let in_groups = saved(&folder, |sheet| {
        merge(sheet, [0, 1], [0, 0], "SPU");
        merge(sheet, [0, 0], [1, 2], "退出活动");
        write(sheet, 1, &["", "活动名称", "理由"]);
        write(sheet, 2, &["4975750079", "清仓甩卖", "缺货"]);
    });
    let rows = good(&in_groups);
    assert_eq!((rows.len(), rows[0].cells[0].as_str(), rows[0].cells[2].as_str()), (1, "4975750079", "缺货"));
}

#[test]
fn a_cell_past_the_headings_is_refused_in_text_and_said_in_a_workbook() {
    let folder = Folder::new();
    for (name, delimiter) in [("week.csv", ","), ("week.tsv", "\t"), ("week.xlsx", ",")] {
        let text = "SPU,活动名称,理由\n4975750079,清仓甩卖,缺货,请退出\n5000000021,官方大促,改价,\n";
        let faults = bad(&folder.file(name, text.replace(',', delimiter).as_bytes()));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].place.ends_with("!D2") && faults[0].found == "请退出", "{faults:?}");
    }
    // A number before each row, without a heading, is what some programs write.
    let text = ",SPU,活动名称,理由\n0,4975750079,清仓甩卖,缺货\n";
    let numbered = folder.file("week.csv", text.as_bytes());
    assert_eq!(good(&numbered)[0].cells[0], "4975750079");
    assert_eq!(notes(&numbered)[0].0, NoteKind::CellsWithoutHeading);
    let stray = saved(&folder, |sheet| {
        write(sheet, 0, &["SPU", "活动名称", "理由"]);
        write(sheet, 1, &["4975750079", "清仓甩卖", "缺货", "", "问过老板"]);
    });
    assert_eq!(good(&stray).len(), 1);
    let said = notes(&stray);
    assert!(said[0].0 == NoteKind::CellsWithoutHeading && said[0].1.contains("Sheet1!E2"), "{said:?}");
}

#[test]
fn text_under_a_workbooks_name_is_read_and_said() {
    let folder = Folder::new();
    let text = "SPU,活动名称,理由\n4975750079,清仓甩卖,缺货\n";
    for name in ["week.xlsx", "week.xls", "week.ods"] {
        let sheet = folder.file(name, text.as_bytes());
        assert_eq!(notes(&sheet)[0].0, NoteKind::OtherFormat, "{name}");
    }
    assert!(open(&folder.file("week.csv", text.as_bytes())).expect("opens").notes.is_empty());
}
