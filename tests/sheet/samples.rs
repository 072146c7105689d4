//! The samples: a real week, as a workbook and as a text file in GB18030. They are made here, and
//! read here as a user's would be.
//!
//! `cargo test --test sheet -- --ignored` makes them again.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use unpromo::model::{Filter, Role, Row};
use unpromo::platform;
use unpromo::sheet::{self, Checked, Layout, ReadOptions};

const TITLE: &str = "第47周 活动退出清单(2026-11-16 至 2026-11-22)";
const HEADINGS: [&str; 5] = ["负责人", "SPU", "活动名称", "理由", "备注"];

/// Who, product, filter, reason, note. A row without a product is a blank line between two blocks.
const WEEK: &[[&str; 5]] = &[
    ["王芳", "4975750079", "限时秒杀", "活动价低于成本", "先退这个"],
    ["王芳", "4975750079", "清仓甩卖", "库存不足", ""],
    ["王芳", "4975750079", "官方大促", "申请退出", ""],
    ["", "", "", "", ""],
    ["李强", "5000000011", "限时秒杀|清仓甩卖", "库存不足", "两个活动一起退"],
    ["李强", "5000000021", "官方大促*", "改价", "所有大促场次"],
    ["李强", "5000000031", "*", "商品下架", "全部退出"],
    ["李强", "5000000041", "官方大促*|限时秒杀", "改价", ""],
    ["李强", "5000000051", "清仓甩卖", "质检未通过", ""],
    ["", "", "", "", ""],
    ["张敏", "４９７５７５００７９", "限时秒杀", "重复提交的行", "和第一行是同一个"],
    ["张敏", "5000000061", "双十二预热", "申请退出", "这个活动还没有开始报名"],
    ["张敏", "5000000003", "*", "商品下架", "这个商品已经删除"],
    ["张敏", "5000000071", "限时秒杀\n官方大促", "缺货", "一格里写了两行"],
    ["张敏", "5000000081", "*秒杀*", "价格填错", ""],
    ["张敏", "5000000091", "*", "供应商停产", "急"],
    ["", "", "", "", ""],
    ["", "", "", "", ""],
    ["陈静", "5000000101", "官方大促", "申请退出", ""],
    ["陈静", "5000000112", "*", "申请退出", ""],
    ["陈静", "5000000124", "*", "申请退出", ""],
    ["陈静", "5000000135", "*", "申请退出", ""],
    ["陈静", "5000000146", "清仓*", "申请退出", ""],
    ["陈静", "5000000157", "限时秒杀", "申请退出", ""],
    ["陈静", "5000000168", "官方大促*", "申请退出", "含 \"加场\""],
    ["陈静", "5000000179", "*", "换季, 不再销售", ""],
    ["陈静", "5000000101", "官方大促", "申请退出", "又写了一遍"],
];

const NOTES: [&str; 4] = [
    "填写说明",
    "每行一个商品; 活动名称写全名, 多个用 | 或换行分开, * 代表任意字符",
    "理由会提交给平台",
    "这个工作表不是清单, 程序会跳过它",
];

/// The other operations' sheets: headings, then rows. All cells are text.
const OTHERS: &[(&str, &[&[&str]])] = &[("gift-items.xlsx", GIFT_ITEMS), ("item-pool.xlsx", ITEM_POOL)];

const GIFT_ITEMS: &[&[&str]] = &[
    &["货主ID", "店铺ID", "交易号", "状态", "菜鸟货品ID", "货品编码", "行状态", "平台子订单编码", "备注"],
    &["415670368", "415670368", "3826410000000001", "00", "526332459429", "69889900002", "00", "3826410000000011", ""],
    &[
        "415670368",
        "415670368",
        "3826410000000001",
        "00",
        "526332459430",
        "69889900003",
        "00",
        "3826410000000012",
        "同一笔交易",
    ],
    &["415670368", "415670368", "3826410000000002", "00", "526332459429", "69889900002", "00", "", ""],
    &["415670368", "415670368", "3826410000000002", "00", "526332459429", "69889900002", "00", "", "重复提交的行"],
    &["415670368", "415670368", "3826410000000404", "00", "526332459429", "69889900002", "00", "", "这笔交易不存在"],
    &["415670368", "415670368", "3826410000000003", "00", "526332459431", "0069889900004", "00", "", ""],
];

const ITEM_POOL: &[&[&str]] = &[
    &["活动ID", "外部活动ID", "备注"],
    &["23678171", "", "满元减"],
    &["23678172", "", "满元折"],
    &["23678173", "", "满件减"],
    &["23678174", "", "满件折"],
    &["23678175", "", "第二件一口价"],
    &["23678176", "", "第二件半价"],
    &["23678177", "", "满元换购"],
    &["23678178", "", "满件换购"],
    &["23678179", "", "99元3件"],
    &["", "erpActId001", "自己系统里的编号"],
    &["23678999", "", "这个活动已经没有了"],
];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

#[test]
#[ignore = "writes the samples again"]
fn regenerate_samples() {
    workbook().and_then(|mut workbook| workbook.save(sample("weekly.xlsx"))).expect("the workbook");
    for (name, rows) in OTHERS {
        plain(rows).and_then(|mut workbook| workbook.save(sample(name))).expect("the workbook");
    }
    let mut text = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    text.write_record([TITLE, "", "", "", ""]).expect("a line");
    for line in [["", "", "", "", ""], HEADINGS].iter().chain(WEEK) {
        text.write_record(line).expect("a line");
    }
    let text = String::from_utf8(text.into_inner().expect("written")).expect("text");
    let (bytes, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost, "GB18030 has every character");
    std::fs::write(sample("weekly.gb18030.csv"), bytes).expect("the text file");
}

fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 11, 22)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&day));
    week(workbook.add_worksheet().set_name("退出清单")?)?;
    let notes = workbook.add_worksheet().set_name("说明")?;
    for (row, note) in (0..).zip(NOTES) {
        notes.write_string(row, 0, note)?;
    }
    notes.set_column_width(0, 70)?;
    Ok(workbook)
}

/// A workbook of text cells under bold headings.
fn plain(rows: &[&[&str]]) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 11, 22)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&day));
    let worksheet = workbook.add_worksheet();
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format_index(49));
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            worksheet.write_string_with_format(row, column, *cell, if row == 0 { &bold } else { &text })?;
            worksheet.set_column_width(column, 20)?;
        }
    }
    worksheet.set_freeze_panes(1, 0)?;
    Ok(workbook)
}

fn week(worksheet: &mut Worksheet) -> Result<(), XlsxError> {
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format_index(49));
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    worksheet.write_string_with_format(0, 0, TITLE, &Format::new().set_bold().set_font_size(14))?;
    worksheet.write_row_with_format(2, 0, HEADINGS, &bold)?;
    for (row, [who, product, filter, reason, note]) in (3..).zip(WEEK) {
        if product.is_empty() {
            continue;
        }
        worksheet.write_string(row, 0, *who)?;
        // People type ids into cells of either kind; ten digits are safe in both.
        match product.parse::<u32>() {
            Ok(number) if row % 3 == 0 => worksheet.write_number(row, 1, number)?,
            _ => worksheet.write_string_with_format(row, 1, *product, &text)?,
        };
        worksheet.write_string_with_format(row, 2, *filter, &wrapped)?;
        worksheet.write_string(row, 3, *reason)?;
        if !note.is_empty() {
            worksheet.write_string(row, 4, *note)?;
        }
    }
    for (column, width) in [(0, 10), (1, 16), (2, 26), (3, 22), (4, 26)] {
        worksheet.set_column_width(column, width)?;
    }
    worksheet.set_freeze_panes(3, 0)?;
    Ok(())
}

/// A sample as it was read.
#[derive(Debug, PartialEq)]
struct Sample {
    operation: &'static str,
    heading_row: u64,
    extra: Vec<String>,
    rows: Vec<Row>,
}

/// Reads a sample, every row of which has to be good.
fn read(name: &str) -> Sample {
    let layouts = platform::OPERATIONS.iter().map(|operation| Layout {
        operation: operation.name(),
        columns: operation.columns(),
        facts: operation.facts(),
    });
    let layouts: Vec<_> = layouts.collect();
    let opened = sheet::open(&sample(name), &ReadOptions::new(&layouts)).expect("a sheet");
    assert!(!opened.is_result, "{name}");
    let (operation, heading_row, extra) = (opened.operation, opened.heading_row, opened.extra.clone());
    let mut rows = Vec::new();
    let read = opened.read(&mut |checked| {
        match checked {
            Checked::Good(row) => rows.push(row),
            Checked::Hidden(row) => panic!("{name}: row {} is hidden", row.number),
            Checked::Bad { faults, .. } => panic!("{name}: {:?}", faults[0].sentence().en),
        }
        Ok(())
    });
    read.expect("read to its end");
    Sample { operation, heading_row, extra, rows }
}

#[test]
fn both_samples_are_the_same_good_week() {
    let week = read("weekly.xlsx");
    assert_eq!((week.operation, week.heading_row), ("temu-activity", 3));
    assert_eq!(week.extra, ["负责人", "备注"]);
    assert_eq!(read("weekly.gb18030.csv"), week);
    let filled = (4..).zip(WEEK).filter(|(_, line)| !line[1].is_empty()).map(|(number, _)| number);
    assert_eq!(week.rows.iter().map(|row| row.number).collect::<Vec<_>>(), filled.collect::<Vec<u64>>());
}

#[test]
fn the_week_has_every_kind_of_row() {
    let columns = platform::operation("temu-activity").expect("the operation").columns();
    let rows = read("weekly.xlsx").rows;
    let filters: Vec<_> = rows.iter().map(|row| row.cell(columns, Role::Filter)).collect();
    assert!(filters.contains(&"*") && filters.contains(&"官方大促*"));
    assert!(filters.iter().any(|filter| Filter::parse(filter).is_some_and(|filter| filter.patterns().count() > 1)));
    let seed = rows.iter().filter(|row| row.item(columns).id() == "4975750079").count();
    assert_eq!(seed, 4, "three names, and one of them twice, once in full-width digits");
    assert!(rows.iter().any(|row| row.item(columns).id() == "5000000003"), "an unknown product");
}

#[test]
fn the_other_samples_tell_their_operations_by_their_headings() {
    for ((name, rows), operation) in OTHERS.iter().zip(["taobao-gift-item", "retail-item-pool"]) {
        let sample = read(name);
        assert_eq!((sample.operation, sample.rows.len()), (operation, rows.len() - 1), "{name}");
    }
}
