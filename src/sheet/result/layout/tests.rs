use jiff::tz::TimeZone;

use super::{Cell, Layout};
use crate::model::{Column, FactColumn, Kind, Line, Need, Role, Status};
use crate::sheet::result::ResultHead;
use crate::text::Lang;

const fn column(key: &'static str, heading: &'static str, role: Role) -> Column {
    Column { key, heading, aliases: &[], role, kind: Kind::Code, need: Need::Optional, note: ("", ""), example: "" }
}

static PINNED: &[Column] = &[
    column("spu", "SPU", Role::Item),
    column("activityName", "活动名称", Role::Filter),
    column("reason", "理由", Role::Reason),
    column("shop", "店铺", Role::Shop),
    column("enrollId", "报名ID", Role::Pin),
    column("site", "站点", Role::Detail),
];
static COUPON: &[Column] =
    &[column("product_coupon_id", "商品券ID", Role::Item), column("reason", "失效原因", Role::Reason)];
static FACTS: &[FactColumn] = &[FactColumn { zh: "活动价", en: "Price", width: 10 }];

fn layout(columns: &'static [Column], extra: &[&str], lang: Lang) -> Layout {
    let extra = extra.iter().map(|&heading| heading.to_owned()).collect();
    Layout::new(&ResultHead { operation: "try", columns, facts: FACTS, groups: None, extra, lang }, TimeZone::UTC)
}

fn headings(layout: &Layout) -> Vec<&str> {
    layout.fields.iter().map(|field| field.heading.as_str()).collect()
}

fn line() -> Line {
    Line {
        row: 7,
        shop: "旗舰店".to_owned(),
        item: "4975750079".to_owned(),
        cells: ["4975750079", "清仓*", "", "", "", "巴西站"].map(str::to_owned).to_vec(),
        extra: vec!["张三".to_owned()],
        filter: "清仓*".to_owned(),
        reason: "申请退出".to_owned(),
        target: Some("2509090813203861".to_owned()),
        name: "清仓甩卖".to_owned(),
        facts: vec!["37.24".to_owned()],
        groups: Vec::new(),
        status: Status::Submitted,
        detail: None,
        attempts: 1,
        sent_at: Some(1_757_408_952_112),
    }
}

fn texts(layout: &Layout, line: &Line) -> Vec<String> {
    let text = |cell| match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Status(status) => status.code().to_owned(),
        Cell::Text(text) => text.into_owned(),
    };
    layout.fields.iter().map(|field| text(layout.cell(field, line))).collect()
}

#[test]
fn the_columns_stand_in_their_order_in_both_languages() {
    let zh = layout(PINNED, &["负责人"], Lang::Zh);
    let expected = ["行", "SPU", "活动名称", "理由", "店铺", "报名ID", "匹配活动", "站点", "结果", "说明", "活动价"];
    assert_eq!(headings(&zh)[..11], expected);
    assert_eq!(headings(&zh)[11..], ["提交次数", "提交时间", "负责人"]);
    let en = layout(PINNED, &["负责人"], Lang::En);
    let expected =
        ["Row", "spu", "activityName", "reason", "shop", "enrollId", "Matched name", "site", "Outcome", "Detail"];
    assert_eq!(headings(&en)[..10], expected);
    assert_eq!(headings(&en)[10..], ["Price", "Attempts", "Sent at", "负责人"]);
}

#[test]
fn a_line_says_what_the_row_came_to_mean() {
    let told = texts(&layout(PINNED, &["负责人"], Lang::Zh), &line());
    let expected =
        ["7", "4975750079", "清仓*", "申请退出", "旗舰店", "2509090813203861", "清仓甩卖", "巴西站", "submitted"];
    assert_eq!(told[..9], expected);
    assert_eq!(told[9..], ["平台已受理申请", "37.24", "1", "2025-09-09 09:09:12", "张三"]);
}

#[test]
fn a_row_without_a_target_keeps_the_pin_it_was_given() {
    let mut line = Line { target: None, name: String::new(), status: Status::Skipped, sent_at: None, ..line() };
    line.cells[4] = "2509090813204458".to_owned();
    let told = texts(&layout(PINNED, &[], Lang::En), &line);
    assert_eq!(told[5..7], ["2509090813204458", ""]);
    assert_eq!(told[12], "");
}

#[test]
fn without_a_pin_the_name_stands_after_the_filter_and_without_either_nowhere() {
    static FILTERED: &[Column] = &[column("id", "编号", Role::Item), column("name", "名称", Role::Filter)];
    assert_eq!(headings(&layout(FILTERED, &[], Lang::Zh))[..4], ["行", "编号", "名称", "匹配活动"]);
    assert!(!headings(&layout(COUPON, &[], Lang::Zh)).contains(&"匹配活动"));
}

#[test]
fn no_two_columns_say_the_same() {
    let zh = layout(PINNED, &["结果", " 结果", "ＳＰＵ", "spu", "", "", "备注\u{1b}[0m"], Lang::Zh);
    assert_eq!(headings(&zh)[13..], ["结果 (2)", "结果 (3)", "ＳＰＵ (2)", "spu (3)", "", "", "备注\\x1b[0m"]);
}

#[test]
fn a_line_shorter_than_its_columns_leaves_cells_empty() {
    let line = Line { cells: Vec::new(), extra: Vec::new(), facts: Vec::new(), ..line() };
    let told = texts(&layout(PINNED, &["负责人"], Lang::Zh), &line);
    assert_eq!((told[1].as_str(), told[10].as_str(), told[13].as_str()), ("", "", ""));
}
