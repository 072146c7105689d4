//! The groups of an activity, one line each, for a worksheet of their own.

use serde_json::{Map, Value};

use super::rule;
use super::value::{number, object, objects, text};
use crate::text::Lang;

/// One line for each group of goods, and for each stair.
pub(super) fn describe(activity: &Map<String, Value>, lang: Lang) -> Vec<Vec<String>> {
    let id = text(activity.get("act_id"));
    let name = text(activity.get("activity_name"));
    let kind = text(activity.get("item_pool_discount_type"));
    let line = |group: &Map<String, Value>, level: &'static str, role: String| {
        let (condition, action) = (object(group, "condition"), object(group, "action"));
        let count = number(condition.get("count"));
        let mut line = vec![
            id.clone(),
            name.clone(),
            level.to_owned(),
            text(group.get("number")),
            text(group.get("name")),
            role,
            rule::condition(condition, lang),
            rule::action(action, &kind, count, lang),
            rule::exchange(group, lang).unwrap_or_default(),
        ];
        line.extend(super::columns::GROUP_RAW.iter().map(|key| text(group.get(*key))));
        line
    };
    let goods = objects(activity.get("logic_groups"))
        .map(|group| line(group, lang.pick("商品组", "goods"), role(&text(group.get("type")), lang)));
    let stairs =
        objects(activity.get("stair_groups")).map(|stair| line(stair, lang.pick("阶梯", "stair"), String::new()));
    goods.chain(stairs).collect()
}

/// What a group of goods is there for; an unknown code stands as it is.
fn role(code: &str, lang: Lang) -> String {
    match code {
        "1" => lang.pick("普通", "ordinary").to_owned(),
        "2" => lang.pick("换购", "add-on").to_owned(),
        "3" => lang.pick("买赠", "gift").to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::top::pool::columns::GROUPS;
    use serde_json::json;

    #[test]
    fn each_group_and_each_stair_is_one_line() {
        let activity = json!({
            "act_id": 7, "activity_name": "换购", "item_pool_discount_type": "count_exchange",
            "logic_groups": {"logic_group_d_t_o": [
                {"number": 1, "type": 1, "name": "主商品", "condition": {"count_at": true, "count": 2}, "effective_group": true},
                {"number": 2, "type": 2, "action": {"fix_price": true, "fix_price_money": 500}}]},
            "stair_groups": {"stair_group_d_t_o": [{"number": 1, "condition_express": "1", "action_express": "2"}]},
        });
        let lines = describe(activity.as_object().expect("an object"), Lang::Zh);
        assert!(lines.iter().all(|line| line.len() == GROUPS.columns.len()));
        assert_eq!(lines[0][..8], ["7", "换购", "商品组", "1", "主商品", "普通", "满2件", ""]);
        assert_eq!(lines[1][2..8], ["商品组", "2", "", "换购", "", "加5元换购"]);
        assert_eq!(lines[2][2..4], ["阶梯", "1"]);
        assert!(lines[0].contains(&r#"{"count_at":true,"count":2}"#.to_owned()));
    }
}
