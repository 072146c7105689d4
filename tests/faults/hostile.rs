//! Hostile words, from a sheet or from the platform, through a whole run: the screen, JSON, and each result.

use std::fs;
use std::io::Read;

use unpromo::sandbox::Call;

use crate::bench::{Bench, CLEARANCE, SPU, live, read_lines};
use crate::frames::Front;
use crate::tls::Trust;

/// What people, machines and enemies put into cells.
fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "=HYPERLINK(\"http://evil.example\",\"click\")",
        "=cmd|'/c calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "\t=1+1",
        "\u{1b}[2J\u{1b}]0;owned\u{7}red \u{1b}[31malert",
        "\u{9b}2J\u{90}q",
        "\u{202e}gnp.exe\u{202c}\u{2066}x\u{2069}\u{200f}",
        "😀👩‍👩‍👧‍👦🇧🇷é",
        "<b>&amp;</b>]]>",
        "a\u{0}b\u{1}c\u{8}d\u{b}e\u{7f}f",
        "line\u{2028}sep\u{85}nel",
        "_x0041__x000D_",
        "\u{fffe}\u{ffff}\u{feff}",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("长".repeat(32_767));
    all.push(format!("={}", "9".repeat(32_766)));
    all
}

/// Nothing on a screen moves the cursor, changes colours or turns the line around.
fn assert_tame(said: &str, place: &str) {
    for (at, line) in said.lines().enumerate() {
        let wild = line.chars().find(|c| {
            c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        let shown: String = line.chars().take(300).collect();
        assert_eq!(wild, None, "{place}, line {}: {shown:?}", at + 1);
    }
}

/// The parts of a workbook by their names.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let (name, mut text) = (part.name().expect("a name").into_owned(), String::new());
            part.read_to_string(&mut text).expect("text");
            (name, text)
        })
        .collect()
}

fn assert_no_formula(bench: &Bench, result: &str) {
    for (name, text) in parts(&fs::read(bench.desk().join(result)).expect("the workbook")) {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name} has a formula");
        assert!(!text.contains("<hyperlink"), "{name} has a link");
        let wild = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        assert_eq!(wild, None, "{name} has a control character");
    }
    // And a reader other than the one that wrote it takes it.
    let mut book = calamine::open_workbook_auto(bench.desk().join(result)).expect("it opens");
    for sheet in calamine::Reader::sheet_names(&book) {
        let range = calamine::Reader::worksheet_range(&mut book, &sheet).expect("a sheet");
        for cell in range.used_cells() {
            assert!(cell.2.to_string().encode_utf16().count() <= 32_767, "{sheet}: a cell is too long");
        }
    }
}

fn assert_no_formula_in_csv(bench: &Bench, result: &str) {
    let bytes = fs::read(bench.desk().join(result)).expect("the table");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[3..]);
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.expect("a line") {
            cells += 1;
            // A tab before digits keeps an id from becoming a number.
            let is_id = cell.strip_prefix('\t').is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
            let is_wild = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_id;
            assert!(!is_wild, "{:?}", cell.chars().take(40).collect::<String>());
        }
    }
    assert!(cells > 10);
}

/// A sheet with a hostile cell in each place, one a row: the filter, the reason, a column of its own.
fn hostile_csv() -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(["SPU", "活动名称", "理由", "=备注"]).expect("written");
    // A text file with a zero byte is no text file, and refused as a whole.
    for words in hostile().into_iter().filter(|words| !words.contains('\0')) {
        writer.write_record([SPU, &words, "申请退出", "plain"]).expect("written");
        writer.write_record([SPU, CLEARANCE, &words, "plain"]).expect("written");
        writer.write_record([SPU, "限时秒杀", "申请退出", &words]).expect("written");
    }
    writer.into_inner().expect("written")
}

fn hostile_xlsx(place: &std::path::Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0_u16..).zip(["SPU", "活动名称", "理由", "备注"]) {
        sheet.write_string(0, column, heading).expect("written");
    }
    let mut row = 0;
    for words in hostile() {
        for cells in [[SPU, &words, "申请退出", ""], [SPU, CLEARANCE, &words, ""], [SPU, "限时秒杀", "退", &words]]
        {
            row += 1;
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, cell).expect("written");
            }
        }
    }
    book.save(place).expect("a workbook");
}

#[test]
fn hostile_cells_go_through_a_whole_run_as_words() {
    for ending in ["csv", "xlsx"] {
        let bench = Bench::new(&[]);
        bench.add_shop();
        let name = format!("wild.{ending}");
        if ending == "csv" {
            fs::write(bench.desk().join(&name), hostile_csv()).expect("a sheet");
        } else {
            hostile_xlsx(&bench.desk().join(&name));
        }
        let run = |result: &str, more: &[&str]| {
            let mut args = live(&["--new", "--skip-invalid", "-o", result]);
            args[1] = &name;
            bench.unpromo(&[&args[..], more].concat())
        };
        for (result, more) in [
            ("result.xlsx", &["-vvv"][..]),
            ("result.csv", &["-vvv", "--dry-run"]),
            ("result.jsonl", &["--json", "-vvv"]),
        ] {
            let ran = run(result, more);
            assert!([0, 4].contains(&ran.code), "{ending} {result}: {}", ran.err);
            assert_tame(&ran.err, result);
            if more.contains(&"--json") {
                ran.out.lines().for_each(|line| drop(serde_json::from_str::<serde_json::Value>(line).expect("JSON")));
            } else {
                assert_tame(&ran.out, result);
            }
        }
        assert_no_formula(&bench, "result.xlsx");
        assert_no_formula_in_csv(&bench, "result.csv");
        let lines = read_lines(&bench.desk().join("result.jsonl"));
        assert!(lines.len() >= 3 * (hostile().len() - 1), "{}", lines.len());
        let checked = bench.unpromo(&["check", &name]);
        assert_tame(&checked.said(), "check");
        let shown = bench.unpromo(&["jobs", "show", "1"]);
        assert_tame(&shown.said(), "jobs show");
        bench.assert_never_twice(ending);
        assert_eq!(bench.arrived(Call::Submission), 2, "the two targets that the rows name");
        // The reason went out as it stands in the sheet, a formula as its text.
        let ledger = bench.sandbox.ledger();
        let reasons: Vec<_> = ledger.of(Call::Submission).filter_map(|entry| entry.reason.clone()).collect();
        assert!(reasons.iter().any(|reason| reason.starts_with("=HYPERLINK(")), "{reasons:?}");
    }
}

#[test]
fn hostile_words_of_the_platform_are_words() {
    for words in hostile().into_iter().filter(|words| !words.contains(',') && words.len() < 1000) {
        for call in ["lookup", "submission"] {
            let bench = Bench::ready(&[&format!("{call}:refused:words={words}")]);
            for (result, more) in [("result.xlsx", "-vvv"), ("result.csv", "-v"), ("result.jsonl", "--json")] {
                let ran = bench.run(&["--new", "-o", result, more]);
                assert_eq!(ran.code, 4, "{words:?}: {}", ran.err);
                assert_tame(&ran.err, &words);
                if more != "--json" {
                    assert_tame(&ran.out, &words);
                }
            }
            assert_no_formula(&bench, "result.xlsx");
            assert_no_formula_in_csv(&bench, "result.csv");
        }
    }
}

#[test]
fn hostile_names_of_the_platform_are_names() {
    for name in hostile().into_iter().filter(|name| !name.is_empty()) {
        let trust = Trust::new(&["127.0.0.1"], &["h2"]);
        let front = Front::named(trust.server, Vec::new(), &name);
        let mut bench = Bench::new(&[]);
        bench.trust(&trust.authority);
        bench.add_shop();
        front.takes_over(&bench);
        bench.sheet(&[(SPU, "*")]);
        for (result, more) in [("result.xlsx", "-vvv"), ("result.csv", "-v"), ("result.jsonl", "--json")] {
            let ran = bench.run(&["--new", "--dry-run", "-o", result, more]);
            let shown: String = name.chars().take(40).collect();
            assert_eq!(ran.code, 0, "{shown:?}: {}", ran.err);
            assert_tame(&ran.err, &shown);
            if more != "--json" {
                assert_tame(&ran.out, &shown);
            }
        }
        assert_no_formula(&bench, "result.xlsx");
        assert_no_formula_in_csv(&bench, "result.csv");
        let ran = bench.run(&["--new"]);
        assert_eq!((ran.code, front.taken()), (0, 1), "{}", ran.err);
    }
}
