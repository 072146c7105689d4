//! Sheets as people hand them in, read through the library's public face.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use unpromo::model::Status;
use unpromo::sheet::{self, ReadOptions};
use unpromo::text::Lang;

use crate::support::{ACTIVITY, Folder, POOL, bad, faults, fixture, good, open, part, read, read_with, refused};

const HEADINGS: [&str; 3] = ["SPU", "活动名称", "理由"];

#[test]
fn a_workbook_is_read_with_the_row_numbers_that_excel_shows() {
    let folder = Folder::new();
    let path = folder.workbook(
        "week.xlsx",
        &[
            (
                "本周",
                &[
                    &["十一月第三周 活动退出", "", "", ""],
                    &[],
                    &["SPU", "活动名称", "理由", "负责人"],
                    &["4975750079", "限时秒杀", "申请退出", "张三"],
                    &[],
                    &["４９７５７５００７９", " 官方大促*\u{200b}", "改价", ""],
                ],
            ),
            ("说明", &[&["先看这里", "不是表格"]]),
        ],
    );
    let opened = open(&path).expect("a sheet");
    assert_eq!((opened.operation, opened.worksheet.as_str(), opened.heading_row), ("temu-activity", "本周", 3));
    assert_eq!((opened.extra.as_slice(), opened.is_result), (&["负责人".to_owned()][..], false));
    let rows = good(&path);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 6]);
    assert_eq!(rows[0].cells, ["4975750079", "限时秒杀", "申请退出", "", ""]);
    assert_eq!(rows[1].cells, ["4975750079", "官方大促*", "改价", "", ""]);
    assert_eq!(rows[0].extra, ["张三"]);
}

#[test]
fn every_workbook_format_says_the_same() {
    let expected = good(&fixture("week.xlsx"));
    assert_eq!(expected.len(), 4);
    for name in ["week.xls", "week.ods", "week.xlsb"] {
        assert_eq!(good(&fixture(name)), expected, "{name}");
    }
}

#[test]
fn content_decides_and_not_the_name() {
    let folder = Folder::new();
    let expected = good(&fixture("week.xlsx"));
    for (from, to) in [("week.xls", "a.xlsx"), ("week.ods", "b.csv"), ("week.xlsx", "c.xls"), ("week.xlsb", "d")] {
        let path = folder.path(to);
        std::fs::copy(fixture(from), &path).expect("a copy");
        assert_eq!(good(&path), expected, "{from} named {to}");
    }
}

#[test]
fn a_csv_of_any_encoding_and_delimiter_is_read() {
    let folder = Folder::new();
    let text = "SPU,活动名称,理由,备注\r\n4975750079,限时秒杀,申请退出,\"一, 二\"\r\n";
    let tabbed = "SPU\t活动名称\t理由\t备注\n4975750079\t限时秒杀\t申请退出\t一, 二\n";
    let semicolons = "SPU;活动名称;理由;备注\r4975750079;限时秒杀;申请退出;一, 二\r";
    let utf_16: Vec<u8> = "\u{feff}".encode_utf16().chain(tabbed.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf_16_be: Vec<u8> =
        "\u{feff}".encode_utf16().chain(tabbed.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [
        ("plain.csv", text.as_bytes().to_vec()),
        ("marked.csv", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("chinese.csv", encoding_rs::GB18030.encode(text).0.into_owned()),
        ("tabbed.tsv", tabbed.as_bytes().to_vec()),
        ("tabbed.csv", tabbed.as_bytes().to_vec()),
        ("tabbed.xls", encoding_rs::GB18030.encode(tabbed).0.into_owned()),
        ("semicolons.csv", semicolons.as_bytes().to_vec()),
        ("instructed.csv", ["sep=;\r\n", semicolons].concat().into_bytes()),
        ("unicode.txt", utf_16),
        ("unicode-be.txt", utf_16_be),
    ] {
        let path = folder.file(name, &bytes);
        let rows = good(&path);
        assert_eq!(rows[0].cells[..3], ["4975750079", "限时秒杀", "申请退出"], "{name}");
        assert_eq!((rows[0].number, rows[0].extra[0].as_str()), (2, "一, 二"), "{name}");
        assert_eq!(open(&path).expect("a sheet").worksheet, name);
    }
}

#[test]
fn csv_rows_are_counted_as_excel_counts_them() {
    let folder = Folder::new();
    let text = "周报\n\nSPU,活动名称,理由\n1,\"限时秒杀\n清仓甩卖\",a\n\n\n2,*,\"b\n\nc\"\n3,*,d";
    let rows = good(&folder.file("week.csv", text.as_bytes()));
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 7, 8]);
    assert_eq!(rows[0].cells[1], "限时秒杀\n清仓甩卖");
    let windows = text.replace('\n', "\r\n");
    assert_eq!(good(&folder.file("windows.csv", windows.as_bytes())), rows);
}

#[test]
fn all_bad_cells_are_reported_together_with_their_places() {
    let folder = Folder::new();
    let path = folder.file(
        "week.csv",
        "SPU,活动名称,理由,报名ID\n,限时秒杀,a,\n1.23E+15,,,9\n12,*,b,2.5091E+15\n13,*,c,\n".as_bytes(),
    );
    let faults = bad(&path);
    let said: Vec<_> =
        faults.iter().map(|fault| (fault.place.as_str(), fault.heading.as_str(), fault.found.as_str())).collect();
    assert_eq!(
        said,
        [
            ("week.csv!A2", "SPU", ""),
            ("week.csv!A3", "SPU", "1.23E+15"),
            ("week.csv!B3", "活动名称", ""),
            ("week.csv!C3", "理由", ""),
            ("week.csv!D4", "报名ID", "2.5091E+15"),
        ]
    );
    assert!(faults[1].expected.en.contains("already lost") && faults[3].expected.en.contains("--reason"));
    assert!(faults[1].sentence().zh.starts_with("week.csv!A3 (SPU)：现在是“1.23E+15”"));
    assert_eq!(read(&path).iter().filter(|checked| matches!(checked, sheet::Checked::Good(_))).count(), 1);
}

#[test]
fn cells_that_excel_made_something_else_of_are_faults() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    worksheet.write_row(0, 0, ["SPU", "活动名称", "理由", "日期", "报名ID"]).expect("headings");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let day = ExcelDateTime::from_ymd(2026, 11, 22).expect("a day");
    worksheet.write_number(1, 0, 2_509_090_813_205_382.0).expect("a cell");
    worksheet.write_with_format(1, 1, &day, &date).expect("a cell");
    worksheet.write_boolean(2, 0, true).expect("a cell");
    worksheet.write_string(2, 1, "*").expect("a cell");
    worksheet.write_formula(3, 0, Formula::new("=B99").set_result("#REF!")).expect("a cell");
    worksheet.write_string(3, 1, "*").expect("a cell");
    worksheet.write_number(4, 0, 4_975_750_079.0).expect("a cell");
    worksheet.write_number(4, 1, 618.0).expect("a cell");
    worksheet.write_with_format(4, 3, &day, &date).expect("a cell");
    worksheet.write_number(4, 4, 12.5).expect("a cell");
    worksheet.write_number(5, 0, 4_975_750_079.0).expect("a cell");
    worksheet.write_formula(5, 1, Formula::new("=\"清仓\"&\"甩卖\"").set_result("清仓甩卖")).expect("a cell");
    worksheet.write_with_format(5, 3, &day, &date).expect("a cell");
    let path = folder.path("week.xlsx");
    workbook.save(&path).expect("saved");

    let options = ReadOptions { default_reason: Some("统一理由"), ..ReadOptions::new(&ACTIVITY) };
    let checked = read_with(&path, &options).expect("read");
    let places: Vec<_> = faults(&checked).iter().map(|fault| fault.place.clone()).collect();
    assert_eq!(places, ["Sheet1!A2", "Sheet1!B2", "Sheet1!A3", "Sheet1!A4", "Sheet1!E5"]);
    let last = checked.last().expect("a row").row();
    assert_eq!(last.cells, ["4975750079", "清仓甩卖", "统一理由", "", ""]);
    assert_eq!(last.extra, ["2026-11-22"]);
}

#[test]
fn a_misspelt_heading_is_named_with_what_was_meant() {
    let folder = Folder::new();
    let path = folder.workbook("week.xlsx", &[("Sheet1", &[&["SPU", "活动名程", "理由"], &["1", "*", "a"]])]);
    let error = refused(&path);
    assert!(error.say(Lang::Zh).contains("Sheet1!B1 的 \"活动名程\" 是不是 \"活动名称\"?"), "{}", error.say(Lang::Zh));
    assert_eq!(error.kind.exit_code(), 2);
}

#[test]
fn worksheets_are_chosen_by_their_headings_or_by_name() {
    let folder = Folder::new();
    let table: &[&[&str]] = &[&HEADINGS, &["1", "*", "a"]];
    let path = folder.workbook("week.xlsx", &[("上周", table), ("说明", &[&["x"]]), ("本周", table)]);
    let error = refused(&path);
    assert!(error.what.en.contains("2 worksheets with fitting headings: 上周, 本周"), "{error}");
    let named = |name| sheet::open(&path, &ReadOptions { sheet_name: Some(name), ..ReadOptions::new(&ACTIVITY) });
    assert_eq!(named("本周").expect("a sheet").worksheet, "本周");
    let error = named("本州").expect_err("no such worksheet");
    assert!(error.say(Lang::En).contains("did you mean 本周?"), "{error}");
    assert!(named("说明").expect_err("no headings").what.en.contains("no known headings"));
}

#[test]
fn hidden_worksheets_are_read_only_when_named() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    for (name, hidden) in [("本周", false), ("旧表", true)] {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(name).expect("a name").set_hidden(hidden);
        worksheet.write_row(0, 0, HEADINGS).expect("headings");
    }
    let path = folder.path("week.xlsx");
    workbook.save(&path).expect("saved");
    assert_eq!(open(&path).expect("a sheet").worksheet, "本周");
    let options = ReadOptions { sheet_name: Some("旧表"), ..ReadOptions::new(&ACTIVITY) };
    assert_eq!(sheet::open(&path, &options).expect("a sheet").worksheet, "旧表");
}

#[test]
fn the_operation_is_told_by_the_headings() {
    let folder = Folder::new();
    let both = [ACTIVITY[0], POOL[0]];
    let pool = folder.file("pool.csv", "备注,外部活动ID\nx,erpActId001\n".as_bytes());
    let opened = sheet::open(&pool, &ReadOptions::new(&both)).expect("a sheet");
    assert_eq!((opened.operation, opened.extra.as_slice()), ("retail-item-pool", &["备注".to_owned()][..]));
    let mixed = folder.file("mixed.csv", "SPU,活动名称,理由,活动ID\n1,*,a,2\n".as_bytes());
    let error = sheet::open(&mixed, &ReadOptions::new(&both)).expect_err("two operations");
    assert!(error.what.en.contains("fit several operations: temu-activity, retail-item-pool"), "{error}");
    assert_eq!(sheet::open(&mixed, &ReadOptions::new(&both[1..])).expect("a sheet").operation, "retail-item-pool");
    let neither = folder.file("pool2.csv", "活动ID,外部活动ID\n,\n,a\n".as_bytes());
    let rows = read_with(&neither, &ReadOptions::new(&POOL)).expect("read");
    assert_eq!(rows.len(), 1);
    let half = folder.file("pool3.csv", "活动ID,外部活动ID,备注\n,,x\n".as_bytes());
    let rows = read_with(&half, &ReadOptions::new(&POOL)).expect("read");
    assert_eq!(faults(&rows)[0].place, "pool3.csv!A2");
}

#[test]
fn a_column_that_is_there_twice_is_refused_with_both_places() {
    let folder = Folder::new();
    let error = refused(&folder.file("week.csv", "SPU,活动名称,理由,商品ID\n1,*,a,2\n".as_bytes()));
    assert!(error.what.en.contains("week.csv!A1 \"SPU\", week.csv!D1 \"商品ID\""), "{error}");
}

#[test]
fn a_result_can_be_handed_in_again() {
    let folder = Folder::new();
    let path = folder.workbook(
        "week.result.xlsx",
        &[
            ("汇总", &[&["结果", "数量"], &["submitted", "1"]]),
            (
                "明细",
                &[
                    &[
                        "行",
                        "SPU",
                        "活动名称",
                        "理由",
                        "报名ID",
                        "匹配活动",
                        "价格",
                        "结果",
                        "说明",
                        "提交次数",
                        "提交时间",
                        "负责人",
                    ],
                    &[
                        "4",
                        "4975750079",
                        "*",
                        "a",
                        "2509090813205382",
                        "限时秒杀",
                        "45.22",
                        "matched",
                        "匹配到",
                        "",
                        "",
                        "张三",
                    ],
                    &[
                        "4",
                        "4975750079",
                        "*",
                        "a",
                        "2509090813203861",
                        "清仓甩卖",
                        "37.24",
                        "submitted",
                        "",
                        "1",
                        "2026",
                        "张三",
                    ],
                    &["5", "5000000003", "*", "a", "", "", "", "", "", "", "", ""],
                    &["6", "5000000003", "*", "a", "", "", "", "done", "", "", "", ""],
                ],
            ),
        ],
    );
    let opened = open(&path).expect("a sheet");
    assert_eq!(
        (opened.worksheet.as_str(), opened.is_result, opened.extra.as_slice()),
        ("明细", true, &["负责人".to_owned()][..])
    );
    let checked = read(&path);
    let rows: Vec<_> = checked.iter().map(sheet::Checked::row).collect();
    assert_eq!(rows[0].cells[4], "2509090813205382");
    assert_eq!((rows[0].pinned_name.as_deref(), rows[0].earlier), (Some("限时秒杀"), Some(Status::Matched)));
    assert_eq!((rows[1].number, rows[1].earlier), (3, Some(Status::Submitted)));
    assert_eq!((rows[2].pinned_name.as_deref(), rows[2].earlier), (None, None));
    assert_eq!(faults(&checked).iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["明细!H5"]);
}

#[test]
fn a_csv_result_takes_its_apostrophes_off_again() {
    let folder = Folder::new();
    let text = "SPU,活动名称,理由,报名ID,Outcome,备注\n1,'-5折*,'=退出,\t2509090813205382,matched,'@某人\n";
    let rows = good(&folder.file("week.result.csv", text.as_bytes()));
    assert_eq!(
        (rows[0].cells[1].as_str(), rows[0].cells[2].as_str(), rows[0].extra[0].as_str()),
        ("-5折*", "=退出", "@某人")
    );
    assert_eq!(rows[0].cells[4], "2509090813205382");
    let own = "SPU,活动名称,理由\n1,'-5折*,a\n";
    assert_eq!(good(&folder.file("week.csv", own.as_bytes()))[0].cells[1], "'-5折*");
}

#[test]
fn a_template_has_no_row_that_could_be_carried_out_by_mistake() {
    let folder = Folder::new();
    for (layout, lang) in [(ACTIVITY[0], Lang::Zh), (ACTIVITY[0], Lang::En), (POOL[0], Lang::Zh)] {
        let path = folder.path("blank.xlsx");
        sheet::write_template(&path, &layout, lang).expect("written");
        let rows = read_with(&path, &ReadOptions::new(&[layout])).expect("read");
        assert_eq!(faults(&rows), []);
        assert_eq!(rows.len(), 0, "nothing but headings");
        let notes = part(&path, "xl/comments1.xml");
        assert!(notes.contains(layout.columns[0].example), "the example stands in the heading's note");
    }
    let error = sheet::write_template(&folder.path("blank.csv"), &ACTIVITY[0], Lang::En).expect_err("no workbook");
    assert!(error.what.en.contains("should end in .xlsx"), "{error}");
}

#[test]
fn a_template_keeps_ids_as_text_and_offers_choices() {
    let folder = Folder::new();
    let path = folder.path("blank.xlsx");
    sheet::write_template(&path, &POOL[0], Lang::Zh).expect("written");
    let part = |name| part(&path, name);
    assert!(part("xl/styles.xml").contains("numFmtId=\"49\""), "a text format");
    let worksheet = part("xl/worksheets/sheet1.xml");
    assert!(
        worksheet.contains("<dataValidation type=\"list\"") && worksheet.contains("00 取消,10 完成"),
        "{worksheet}"
    );
    assert!(worksheet.contains("state=\"frozen\""), "{worksheet}");
    assert!(part("xl/comments1.xml").contains("这几列至少填一个"));
}

#[test]
fn cells_that_the_library_would_drop_are_refused() {
    let error = refused(&fixture("short-cells.xlsb"));
    assert!(error.what.en.contains("short cell records"), "{error}");
}
