//! The workbook.

use calamine::{Data, Reader, Xlsx, open_workbook};
use unpromo::model::{Line, Mode, Status, Tally};
use unpromo::sheet::result::{Summary, job_of};
use unpromo::text::Lang;

use crate::support::{Folder, every_status, head, line, part, sheet, sheet_text, summary, write, write_with};

fn column(rows: &[Vec<String>], heading: &str) -> Vec<String> {
    let at = rows[0].iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("a column {heading}"));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn every_line_stands_in_its_row_with_its_status_in_both_languages() {
    let folder = Folder::new();
    let lines = every_status();
    for (lang, name, outcome, detail) in [(Lang::Zh, "明细", "结果", "说明"), (Lang::En, "Rows", "Outcome", "Detail")]
    {
        let path = folder.file("weekly.result.xlsx");
        write(&path, lang, &lines);
        let rows = sheet_text(&path, name);
        let codes: Vec<&str> = Status::ALL.iter().map(|status| status.code()).collect();
        assert_eq!(column(&rows, outcome), codes);
        let sentences: Vec<String> = lines.iter().map(|line| line.sentence().say(lang).to_owned()).collect();
        assert_eq!(column(&rows, detail), sentences);
    }
}

#[test]
fn ids_are_text_and_whole_and_counts_are_numbers() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    write(&path, Lang::Zh, &[line(2, Status::Submitted)]);
    let rows = sheet(&path, "明细");
    assert_eq!(rows[1][0], Data::Float(2.0));
    assert_eq!(rows[1][1], Data::String("4975750079".to_owned()));
    assert_eq!(rows[1][5], Data::String("2509090813203861".to_owned()));
    // The columns of ids are text columns, so that an id typed in below stays whole as well.
    let styles = part(&path, "xl/styles.xml");
    assert!(styles.contains(r#"numFmtId="49""#), "{styles}");
}

#[test]
fn the_result_holds_all_that_handing_it_in_again_needs() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    write(&path, Lang::Zh, &[line(2, Status::Matched)]);
    let rows = sheet_text(&path, "明细");
    let headings = ["行", "SPU", "活动名称", "理由", "店铺", "报名ID", "匹配活动", "站点", "结果", "说明"];
    assert_eq!(rows[0][..10], headings);
    assert_eq!(rows[0][10..], ["活动价", "场次", "提交次数", "提交时间", "负责人", "备注"]);
    assert_eq!(rows[1][3..7], ["申请退出", "旗舰店", "2509090813203861", "清仓甩卖"]);
    assert_eq!(rows[1][14..], ["张三", "第 36 周"]);
}

const HOSTILE: &[&str] = &[
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+86 138",
    "-5",
    "@SUM(A1)",
    "{=A1}",
    "https://example.invalid/?a=1&b=2",
    "mailto:a@example.invalid",
    "<r><t>x</t></r>",
    "<b>&amp;</b>]]>\"'",
    "_x000D_ _x005F_x000D_",
    "😀👨‍👩‍👧 家庭装",
    "مرحبا بالعالم",
    "  space kept  ",
    "two\nlines\tand a tab",
    "1.23E+15",
    "TRUE",
    "2025-09-07",
];

#[test]
fn text_of_others_comes_back_as_text_and_as_it_was() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let hostile = |(row, &text): (u64, &&str)| Line {
        name: text.to_owned(),
        reason: text.to_owned(),
        extra: vec![text.to_owned(), String::new()],
        ..line(row, Status::Submitted)
    };
    let lines: Vec<Line> = (2..).zip(HOSTILE).map(hostile).collect();
    write(&path, Lang::Zh, &lines);
    let rows = sheet(&path, "明细");
    for (row, &text) in rows[1..].iter().zip(HOSTILE) {
        for at in [3, 6, 14] {
            assert_eq!(row[at], Data::String(text.to_owned()));
        }
    }
    // The summary names the same activities.
    let named = sheet_text(&path, "汇总");
    for &text in HOSTILE {
        assert!(named.iter().any(|row| row[0] == text), "{text}");
    }
    for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        let xml = part(&path, sheet);
        assert!(!xml.contains("<f>") && !xml.contains("<f ") && !xml.contains("hyperlink"), "{sheet}");
    }
}

#[test]
fn what_a_screen_would_obey_is_spelled_out() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let name = "\u{1b}]0;owned\u{7}\u{202e}fdp.exe\0\u{9b}2J\u{ffff}".to_owned();
    write(&path, Lang::Zh, &[Line { name, ..line(2, Status::Submitted) }]);
    let seen = "\\x1b]0;owned\\x07\\u{202e}fdp.exe\\x00\\x9b2J\\u{ffff}";
    assert_eq!(sheet_text(&path, "明细")[1][6], seen);
    assert!(sheet_text(&path, "汇总").iter().any(|row| row[0] == seen));
}

#[test]
fn a_cell_longer_than_excel_can_hold_is_cut_and_says_so() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let long = Line { reason: "字".repeat(40_000), name: "😀".repeat(20_000), ..line(2, Status::Submitted) };
    write(&path, Lang::Zh, &[long]);
    let rows = sheet_text(&path, "明细");
    assert_eq!(rows[1][3], "字".repeat(32_766) + "…");
    assert_eq!(rows[1][6], "😀".repeat(16_383) + "…");
}

#[test]
fn the_summary_adds_up_and_says_what_it_was() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let lines = every_status();
    let told =
        Summary { notes: vec![unpromo::text!("先处理 in_doubt", "see to in_doubt first")], ..summary(&lines) };
    write_with(&path, &head(Lang::Zh), &lines, &told);
    let rows = sheet_text(&path, "汇总");
    let all: String = rows.concat().join("\n");
    for words in ["Temu 活动退出 · 任务 12", "实际执行 LIVE", "weekly.xlsx", "旗舰店", "3 分 20 秒", "先处理 in_doubt"]
    {
        assert!(all.contains(words), "{words} in {all}");
    }
    assert!(!all.contains("DRY RUN") && !all.contains("沙盒"));
    let count = |code: &str| {
        let row = rows.iter().find(|row| row[0] == code).unwrap_or_else(|| panic!("{code}"));
        row[1].parse::<u64>().expect("a number")
    };
    let counted: u64 = Status::ALL.iter().map(|status| count(status.code())).sum();
    assert_eq!(counted, 12);
    assert_eq!(count("合计"), 12);
    let clearance = rows.iter().rfind(|row| row[0] == "清仓甩卖").expect("its activities");
    assert_eq!(clearance[1], "9");
}

#[test]
fn a_rehearsal_and_the_sandbox_cannot_be_missed() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let lines = [line(2, Status::Matched)];
    for (lang, sheet, words) in [
        (Lang::Zh, "汇总", ["试运行 DRY RUN", "沙盒 SANDBOX"]),
        (Lang::En, "Summary", ["DRY RUN: nothing", "SANDBOX: a"]),
    ] {
        let told = Summary { mode: Mode::DryRun, sandbox: true, ..summary(&lines) };
        write_with(&path, &head(lang), &lines, &told);
        let second = &sheet_text(&path, sheet)[1][0];
        assert!(words.iter().all(|word| second.contains(word)), "{second}");
        assert!(!second.contains("LIVE"), "{second}");
    }
}

#[test]
fn an_unfinished_job_names_the_command_that_goes_on() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let lines = [line(2, Status::Submitted), line(3, Status::Pending), line(4, Status::InDoubt)];
    write_with(&path, &head(Lang::En), &lines, &Summary { finished: false, ended_at: None, ..summary(&lines) });
    let third = &sheet_text(&path, "Summary")[2][0];
    for words in ["Not finished: 1 not reached", "unpromo resume 12", "1 need attention", "in doubt"] {
        assert!(third.contains(words), "{third}");
    }
}

#[test]
fn more_activities_than_a_page_holds_are_counted_together() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let by_activity = (1..=300)
        .map(|n| {
            let mut tally = Tally::default();
            tally.add_many(Status::Submitted, n);
            (format!("活动{n}"), tally)
        })
        .collect();
    write_with(&path, &head(Lang::Zh), &[], &Summary { by_activity, ..summary(&[]) });
    let rows = sheet_text(&path, "汇总");
    let others = rows.last().expect("rows");
    assert_eq!((others[0].as_str(), others[1].as_str()), ("其他 100 个活动", "5050"));
}

#[test]
fn a_workbook_says_whose_it_is() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    let lines = [line(2, Status::Submitted)];
    let token = "a<b>&\"c\" 中".to_owned();
    write_with(&path, &head(Lang::Zh), &lines, &Summary { token: token.clone(), ..summary(&lines) });
    assert_eq!(job_of(&path), Some(token));
    let other = folder.file("a.csv");
    write(&other, Lang::Zh, &lines);
    assert_eq!(job_of(&other), None);
    assert_eq!(job_of(&folder.file("none.xlsx")), None);
}

#[test]
fn a_result_without_lines_is_a_workbook_too() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    write(&path, Lang::En, &[]);
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Summary", "Rows"]);
    assert_eq!(book.worksheet_range("Rows").expect("rows").height(), 1);
}

#[test]
fn the_rows_are_ready_to_read_filter_and_print() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    write(&path, Lang::Zh, &every_status());
    let rows = part(&path, "xl/worksheets/sheet2.xml");
    for tag in [
        r#"<pane xSplit="2" ySplit="1""#,
        r#"<autoFilter ref="A1:P13"/>"#,
        r#"<ignoredError sqref="A2:P13" numberStoredAsText="1"/>"#,
        r#"orientation="landscape""#,
        r#"fitToHeight="0""#,
    ] {
        assert!(rows.contains(tag), "{tag}");
    }
    assert!(part(&path, "xl/workbook.xml").contains("_xlnm.Print_Titles"));
}
