//! The item pool's activities: any id has one, the same at every look-up. From 23678171 on, nine ids in a row
//! have the nine discount types in their order.

use serde_json::{Value, json};

use crate::sandbox::mix;

/// Noon of 2025-09-07 at GMT+8, in ms: where the activities begin.
const START: i64 = 1_757_217_600_000;
const DAY: i64 = 86_400_000;

const TYPES: [&str; 9] = [
    "amount_decrease",
    "amount_discount",
    "count_decrease",
    "count_discount",
    "count_n_fixed_price",
    "count_n_discount",
    "amount_exchange",
    "count_exchange",
    "count_all_fixed_price",
];

/// The platform's id of an activity that is asked for by the seller's own.
pub(super) fn of_outer(outer: &str) -> u64 {
    let spread = outer.bytes().fold(7, |spread, byte| mix(spread ^ u64::from(byte)));
    30_000_000 + spread % 1_000_000 * 1_000 + 1
}

/// Whether there is no such activity, and the platform says so.
pub(super) const fn is_unknown(id: u64) -> bool {
    id.is_multiple_of(1_000)
}

/// Whether there is no such activity, and the platform says nothing.
pub(super) const fn is_empty(id: u64) -> bool {
    id % 1_000 == 999
}

/// An activity. Lists come with their wrapper or without, or not at all, as they do on the platform.
pub(super) fn activity(id: u64, outer: Option<&str>) -> Value {
    let kind = usize::try_from((id + 1) % 9).unwrap_or_default();
    let chance = mix(id);
    let wrap = |name: &str, list: Value| if id.is_multiple_of(2) { list } else { json!({ name: list }) };
    let mut activity = json!({
        "act_id": id,
        "out_act_id": outer.map_or_else(|| format!("erp{id}"), str::to_owned),
        "activity_name": format!("{}活动{id}", NAMES[kind]),
        "description": "沙盒里的活动",
        "start_time": START + i64::try_from(chance % 60).unwrap_or_default() * DAY,
        "end_time": START + i64::try_from(60 + chance % 30).unwrap_or_default() * DAY - 1_000,
        "item_pool_discount_type": TYPES[kind],
        "terminals": wrap("string", json!(if chance.is_multiple_of(3) { vec!["1"] } else { vec!["1", "2"] })),
        "creator_id": "2208000000001",
        "creator_name": "沙盒运营",
        "enable_multiple": kind == 0 || kind == 2,
        "limit": {"total_limit_cnt": 1000, "user_daily_limit_cnt": 1 + chance % 3, "order_limit_cnt": 1},
        "logic_groups": wrap("logic_group_d_t_o", goods(kind)),
        "stair_groups": wrap("stair_group_d_t_o", stairs(kind)),
    });
    let lists = [
        ("weekdays", "string", json!(["1", "2", "3", "4"]), 2),
        ("every_day_periods", "string", json!(["03:00:00_05:00:00", "18:00:00_21:30:00"]), 3),
        ("store_ids", "number", json!([100_001, 100_002]), 2),
        ("outer_store_ids", "string", json!(["S001"]), 4),
        ("member_crowd_codes", "string", json!(["NEW_USER", "LIGHT_NEW_USER"]), 2),
    ];
    for (place, (key, name, list, often)) in (1_u64..).zip(lists) {
        // The first of the nine has all of them.
        if id == 23_678_171 || mix(id ^ place).is_multiple_of(often) {
            activity[key] = wrap(name, list);
        }
    }
    activity
}

const NAMES: [&str; 9] =
    ["满元减", "满元折", "满件减", "满件折", "第N件一口价", "第N件折", "满元换购", "满件换购", "X元Y件"];

/// The groups of goods: exchanges have a second one.
fn goods(kind: usize) -> Value {
    let main = json!({"number": 1, "type": 1, "name": "主商品", "effective_group": true});
    if kind != 6 && kind != 7 {
        return json!([main]);
    }
    let main = json!({"number": 1, "type": 1, "name": "主商品", "effective_group": true,
        "condition": {"amount_at": false, "count_at": true, "count": 1}});
    json!([main, {"number": 2, "type": 2, "name": "换购商品", "effective_group": false, "exchange": true,
        "exchange_rule": {"max_buy_num": 2, "order_num": 1}}])
}

/// The stairs, in the way of each type.
fn stairs(kind: usize) -> Value {
    let amount = |fen: u64| json!({"amount_at": true, "amount": fen, "count_at": false, "count": 0});
    let count =
        |count: u64| json!({"amount_at": false, "amount": 0, "count_at": true, "count": count, "count_begin": count});
    let less = |fen: u64| json!({"decrease": true, "decrease_money": fen, "discount": false, "fix_price": false});
    let rate = |rate: u64| json!({"decrease": false, "discount": true, "discount_rate": rate, "fix_price": false});
    let price = |fen: u64, kind: u64| json!({"decrease": false, "discount": false, "fix_price": true, "fix_price_money": fen, "fix_price_type": kind});
    let stair = |number: u64, condition: Value, action: Value| json!({"number": number, "condition": condition, "action": action, "condition_express": "1", "action_express": "1"});
    let exchange = |condition: Value| json!([{"number": 1, "condition": condition, "action": price(990, 0), "condition_express": "1&2", "action_express": "2"}]);
    match kind {
        0 => json!([stair(1, amount(10_000), less(100)), stair(2, amount(20_000), less(350))]),
        1 => json!([stair(1, amount(10_000), rate(968))]),
        2 => json!([stair(1, count(3), less(500))]),
        3 => json!([stair(1, count(2), rate(900)), stair(2, count(3), rate(850))]),
        4 => json!([stair(1, count(2), price(990, 1))]),
        5 => json!([stair(1, count(2), rate(500))]),
        6 => exchange(amount(9_900)),
        7 => exchange(count(2)),
        _ => json!([stair(1, count(3), price(9_900, 2))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_ids_in_a_row_have_the_nine_types() {
        let kinds: Vec<Value> =
            (23_678_171..=23_678_179).map(|id| activity(id, None)["item_pool_discount_type"].clone()).collect();
        assert_eq!(kinds, TYPES);
        assert!((23_678_171..=23_678_179).all(|id| !is_unknown(id) && !is_empty(id)));
    }

    #[test]
    fn an_activity_is_the_same_at_every_look_up() {
        assert_eq!(activity(7, Some("erp")), activity(7, Some("erp")));
        assert!(!is_unknown(of_outer("erpActId001")) && !is_empty(of_outer("erpActId001")));
    }
}
