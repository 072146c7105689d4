//! The CSV file.

use unpromo::model::{Line, Status};
use unpromo::sheet::guarded::unguarded;
use unpromo::text::Lang;

use crate::support::{Folder, every_status, line, write};

fn read(path: &std::path::Path) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).expect("a file");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte-order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn it_has_the_columns_of_the_workbook_and_a_record_for_each_line() {
    let folder = Folder::new();
    let path = folder.file("a.csv");
    write(&path, Lang::En, &every_status());
    let rows = read(&path);
    let headings = ["Row", "spu", "activityName", "reason", "shop", "enrollId", "Matched name", "site", "Outcome"];
    assert_eq!(rows[0][..9], headings);
    assert_eq!(rows[0][9..], ["Detail", "Price", "Sessions", "Attempts", "Sent at", "负责人", "备注"]);
    let codes: Vec<&str> = rows[1..].iter().map(|row| row[8].as_str()).collect();
    assert_eq!(codes, Status::ALL.map(Status::code));
}

#[test]
fn every_record_ends_as_excel_ends_them() {
    let folder = Folder::new();
    let path = folder.file("a.csv");
    write(&path, Lang::Zh, &every_status());
    let text = std::fs::read_to_string(&path).expect("text");
    assert_eq!(text.matches("\r\n").count(), 13);
    assert_eq!(text.matches('\n').count(), 13);
}

#[test]
fn no_cell_is_a_formula_and_each_can_be_taken_back() {
    let folder = Folder::new();
    let path = folder.file("a.csv");
    let hostile = ["=1+1", "=cmd|' /C calc'!A0", "+86", "-5", "@a", "＝1", "\t=1", "' =1", "a,b\"c", "x\r\ny"];
    let lines: Vec<Line> =
        hostile.iter().map(|&text| Line { reason: text.to_owned(), ..line(2, Status::Submitted) }).collect();
    write(&path, Lang::Zh, &lines);
    for (row, text) in read(&path)[1..].iter().zip(hostile) {
        assert!(!row[3].trim_start().starts_with(['=', '+', '-', '@', '＝']), "{:?}", row[3]);
        assert_eq!(unguarded(&row[3]), text.replace("\r\n", "\n"));
    }
}

#[test]
fn an_id_that_excel_would_round_stays_whole_and_a_trim_reads_it() {
    let folder = Folder::new();
    let path = folder.file("a.csv");
    write(&path, Lang::Zh, &[line(2, Status::Submitted)]);
    let rows = read(&path);
    assert_eq!(rows[1][5], "\t2509090813203861");
    assert_eq!(rows[1][5].trim(), "2509090813203861");
    assert_eq!(rows[1][1], "4975750079");
}

#[test]
fn what_a_screen_would_obey_is_spelled_out() {
    let folder = Folder::new();
    let path = folder.file("a.csv");
    write(&path, Lang::Zh, &[Line { name: "\u{1b}[2J\u{202e}x".to_owned(), ..line(2, Status::Submitted) }]);
    assert_eq!(read(&path)[1][6], "\\x1b[2J\\u{202e}x");
}
