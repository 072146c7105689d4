//! What `retail-item-pool` reads from a sheet, and what it tells in a result.

use super::{OUTER_ID, OWN_ID};
use crate::model::{Column, FactColumn, GroupSheet, Kind, Need, Role};

pub(super) static COLUMNS: &[Column] = &[
    Column {
        key: OWN_ID,
        heading: "活动ID",
        aliases: &["actId", "活动 ID"],
        role: Role::Item,
        kind: Kind::Digits,
        need: Need::OneOf,
        note: ("平台的活动 ID;两个都填时按这个查", "the platform's id; where both are there, this one is asked for"),
        example: "23678171",
    },
    Column {
        key: OUTER_ID,
        heading: "外部活动ID",
        aliases: &["outActId", "外部活动 ID"],
        role: Role::Item,
        kind: Kind::Code,
        need: Need::OneOf,
        note: ("自己系统里的活动编号", "the activity's id in your own system"),
        example: "",
    },
    Column::SHOP,
];

const fn fact(zh: &'static str, en: &'static str, width: u16) -> FactColumn {
    FactColumn { zh, en, width }
}

/// A field of the platform's own, by its path.
const fn field(path: &'static str) -> FactColumn {
    fact(path, path, 18)
}

/// The platform's own fields, in the order of the last fact columns.
pub(super) static RAW: &[&str] = &[
    "act_id",
    "out_act_id",
    "item_pool_discount_type",
    "start_time",
    "end_time",
    "weekdays",
    "every_day_periods",
    "terminals",
    "store_ids",
    "outer_store_ids",
    "member_crowd_codes",
    "creator_id",
    "enable_multiple",
    "limit.total_limit_cnt",
    "limit.daily_total_limit_cnt",
    "limit.user_total_limit_cnt",
    "limit.user_daily_limit_cnt",
    "limit.order_limit_cnt",
    "logic_groups",
    "stair_groups",
];

/// The headings of raw fields begin with `data.`, so that none is taken for a column that is read.
pub(super) static FACTS: &[FactColumn] = &[
    fact("活动名", "Activity", 22),
    fact("规则", "Rule", 44),
    fact("优惠类型", "Discount type", 16),
    fact("活动时间(北京时间)", "Period (Beijing time)", 40),
    fact("生效时段", "Hours", 26),
    fact("终端", "Terminals", 12),
    fact("人群", "Crowds", 16),
    fact("门店", "Stores", 24),
    fact("限制", "Limits", 26),
    fact("活动描述", "Description", 30),
    fact("创建人", "Creator", 12),
    field("data.act_id"),
    field("data.out_act_id"),
    field("data.item_pool_discount_type"),
    field("data.start_time"),
    field("data.end_time"),
    field("data.weekdays"),
    field("data.every_day_periods"),
    field("data.terminals"),
    field("data.store_ids"),
    field("data.outer_store_ids"),
    field("data.member_crowd_codes"),
    field("data.creator_id"),
    field("data.enable_multiple"),
    field("data.limit.total_limit_cnt"),
    field("data.limit.daily_total_limit_cnt"),
    field("data.limit.user_total_limit_cnt"),
    field("data.limit.user_daily_limit_cnt"),
    field("data.limit.order_limit_cnt"),
    field("data.logic_groups"),
    field("data.stair_groups"),
];

/// A group's own fields, in the order of the last columns of the groups' worksheet.
pub(super) static GROUP_RAW: &[&str] =
    &["effective_group", "condition_express", "action_express", "condition", "action", "exchange", "exchange_rule"];

/// None of these headings is one that the operation reads, so that the worksheet is not taken for a sheet.
pub(super) static GROUPS: GroupSheet = GroupSheet {
    zh: "分组",
    en: "Groups",
    columns: &[
        fact("所属活动", "Of activity", 16),
        fact("活动名", "Activity", 22),
        fact("层级", "Level", 10),
        fact("序号", "Number", 8),
        fact("名称", "Name", 20),
        fact("类型", "Type", 10),
        fact("条件", "Condition", 22),
        fact("优惠", "Given", 26),
        fact("换购限制", "Add-on limits", 20),
        field("effective_group"),
        field("condition_express"),
        field("action_express"),
        field("condition"),
        field("action"),
        field("exchange"),
        field("exchange_rule"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_fields_and_their_headings_are_in_step() {
        let headings: Vec<&str> = FACTS.iter().rev().take(RAW.len()).rev().map(|fact| fact.zh).collect();
        assert_eq!(headings, RAW.iter().map(|path| format!("data.{path}")).collect::<Vec<_>>());
        let own: Vec<&str> = GROUPS.columns.iter().rev().take(GROUP_RAW.len()).rev().map(|fact| fact.zh).collect();
        assert_eq!(own, GROUP_RAW);
    }
}
