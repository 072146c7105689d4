//! The sample sheet of coupons. It is made here, and run here as a user would.
//!
//! `cargo test --test wechat -- --ignored` makes it again.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::stage::{Stage, story};

const HEADINGS: [&str; 6] = ["负责人", "商品券ID", "品牌ID", "失效原因", "失效请求单号", "备注"];

/// Every kind of coupon and of trouble, in the sandbox's ids.
const ROWS: &[[&str; 6]] = &[
    ["王芳", "1000000001", "120344", "批次信息有误,重新创建", "34657_20261122_000001", "满减券"],
    ["王芳", "1000000011", "120344", "批次信息有误,重新创建", "", "立减券"],
    ["王芳", "1000000021", "120344", "折扣写错", "", "折扣券"],
    ["李强", "1000000031", "120344", "折扣写错", "", "满折券"],
    ["李强", "1000000041", "120344", "商品下架", "", "兑换券"],
    ["李强", "1000000051", "120344", "活动提前结束", "", "连续券"],
    ["李强", "1000000061", "120344", "商品下架", "", "套餐"],
    ["张敏", "1000000077", "120345", "活动提前结束", "", "另一个品牌"],
    ["张敏", "1000000086", "120344", "活动提前结束", "", "还在审核"],
    ["张敏", "1000000098", "120344", "活动提前结束", "", "已经失效"],
    ["张敏", "1000000103", "120344", "活动提前结束", "", "不存在的券"],
    ["张敏", "1000000001", "120344", "又写了一遍", "", "和第二行是同一张"],
];

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/wechat-coupon.xlsx")
}

fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 11, 22)?));
    let worksheet = workbook.add_worksheet().set_name("商品券")?;
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format_index(49));
    worksheet.write_row_with_format(0, 0, HEADINGS, &bold)?;
    for (row, cells) in (1..).zip(ROWS) {
        worksheet.write_row_with_format(row, 0, *cells, &text)?;
    }
    for (column, width) in [(0, 10), (1, 16), (2, 12), (3, 26), (4, 26), (5, 18)] {
        worksheet.set_column_width(column, width)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    Ok(workbook)
}

#[test]
#[ignore = "writes the sample again"]
fn regenerate_sample() {
    workbook().and_then(|mut workbook| workbook.save(sample())).expect("the workbook");
}

#[test]
fn the_sample_runs_dry_and_live() {
    let stage = Stage::new();
    let sheet = sample().display().to_string();
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "off", "-o", "plan.jsonl"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(stage.submissions().len(), 0);
    assert_eq!(stage.lines("plan.jsonl").len(), ROWS.len());
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let statuses: Vec<_> = story(&lines).iter().map(|line| line.split(' ').nth(1).unwrap_or("?").to_owned()).collect();
    let mut expected = vec!["submitted"; 9];
    expected.extend(["skipped", "lookup_failed", "duplicate"]);
    assert_eq!(statuses, expected);
    assert_eq!(stage.effects(), 9);
}

#[test]
fn the_template_has_the_operations_headings_and_nothing_that_could_be_run_by_mistake() {
    let stage = Stage::new();
    let ended = stage.unpromo(&["template", "wechat-coupon", "-o", "blank.xlsx"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ended = stage.unpromo(&["check", "blank.xlsx"]);
    assert!(ended.code == 0 && ended.stdout.contains("no rows below them yet"), "{ended:?}");
    let ended = stage.unpromo(&["run", "blank.xlsx", "--dry-run", "--rate", "off", "-o", "plan.jsonl"]);
    assert!(ended.code == 2 && ended.stderr.contains("has no rows"), "{ended:?}");
}
