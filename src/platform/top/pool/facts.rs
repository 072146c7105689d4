//! What a result tells about an activity: in plain words first, then the platform's own fields.

use serde_json::{Map, Value};

use super::columns::RAW;
use super::rule;
use super::value::{number, object, text, texts};
use super::when;
use crate::text::{Lang, Text};

type Object = Map<String, Value>;

/// One text for each of the fact columns.
pub(super) fn describe(activity: &Object, lang: Lang) -> Vec<String> {
    let mut facts = vec![
        text(activity.get("activity_name")),
        rule::rule(activity, lang),
        rule::kind(activity, lang),
        when::period(activity, lang),
        when::hours(activity, lang),
        terminals(activity, lang),
        crowds(activity, lang),
        stores(activity, lang),
        limits(activity, lang),
        text(activity.get("description")),
        text(activity.get("creator_name")),
    ];
    facts.extend(RAW.iter().map(|path| raw(activity, path)));
    facts
}

/// The whole activity in one sentence.
pub(super) fn sentence(activity: &Object) -> Text {
    let say = |lang: Lang| {
        let parts = [
            rule::rule(activity, lang),
            when::hours(activity, lang),
            terminals(activity, lang),
            crowds(activity, lang),
            limits(activity, lang),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(lang.pick(";", "; "))
    };
    Text { zh: say(Lang::Zh), en: say(Lang::En) }
}

fn terminals(activity: &Object, lang: Lang) -> String {
    let name = |code: &String| match code.as_str() {
        "1" => "APP".to_owned(),
        "2" => "POS".to_owned(),
        other => other.to_owned(),
    };
    texts(activity.get("terminals")).iter().map(name).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn crowds(activity: &Object, lang: Lang) -> String {
    let name = |code: &String| match code.as_str() {
        "NEW_USER" => lang.pick("新客", "new customers").to_owned(),
        "OLD_USER" => lang.pick("老客", "returning customers").to_owned(),
        "LIGHT_NEW_USER" => lang.pick("轻新客", "nearly new customers").to_owned(),
        other => other.to_owned(),
    };
    texts(activity.get("member_crowd_codes")).iter().map(name).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn stores(activity: &Object, lang: Lang) -> String {
    let (own, outer) = (texts(activity.get("store_ids")), texts(activity.get("outer_store_ids")));
    let list = |ids: &[String]| ids.join(lang.pick("、", ", "));
    match (own.is_empty(), outer.is_empty()) {
        (_, true) => list(&own),
        (true, false) => format!("{}{}", lang.pick("外部门店 ", "outer stores "), list(&outer)),
        (false, false) => {
            format!("{}{}{}", list(&own), lang.pick(";外部门店 ", "; outer stores "), list(&outer))
        }
    }
}

fn limits(activity: &Object, lang: Lang) -> String {
    let limit = object(activity, "limit");
    let said = [
        ("total_limit_cnt", "活动一共限", "in all"),
        ("daily_total_limit_cnt", "每天一共限", "a day in all"),
        ("user_total_limit_cnt", "每人限", "a customer"),
        ("user_daily_limit_cnt", "每人每天限", "a customer a day"),
        ("order_limit_cnt", "每单限", "an order"),
    ]
    .into_iter()
    .filter_map(|(key, zh, en)| {
        let most = number(limit.get(key)).filter(|most| *most > 0)?;
        Some(match lang {
            Lang::Zh => format!("{zh}{most}次"),
            Lang::En => format!("at most {most} {en}"),
        })
    });
    said.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// A field as the platform has it; `limit.total_limit_cnt` is a field within one. Lists stand without
/// their wrappers.
fn raw(activity: &Object, path: &str) -> String {
    let value = match path.split_once('.') {
        Some((outer, inner)) => object(activity, outer).get(inner),
        None => activity.get(path),
    };
    let is_list = value.is_some_and(|value| value.is_array() || value.is_object());
    let list = super::super::gateway::list(value);
    if is_list && !list.is_empty() {
        return Value::from(list.to_vec()).to_string();
    }
    text(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::top::pool::columns::FACTS;
    use serde_json::json;

    #[test]
    fn an_activity_is_one_sentence_and_one_text_a_column() {
        let activity = json!({
            "act_id": 23_678_171, "activity_name": "周末满减", "item_pool_discount_type": "amount_decrease",
            "stair_groups": [{"condition": {"amount": 10000}, "action": {"decrease_money": 100}}], "enable_multiple": true,
            "weekdays": {"string": ["1", "2", "3", "4"]}, "every_day_periods": {"string": ["03:00:00_05:00:00"]},
            "terminals": {"string": ["1", "2"]}, "member_crowd_codes": {"string": ["NEW_USER", "VIP"]},
            "store_ids": {"number": [11, 12]}, "outer_store_ids": ["S1"],
            "limit": {"user_daily_limit_cnt": 1, "total_limit_cnt": 0, "order_limit_cnt": "2"},
        });
        let activity = activity.as_object().expect("an object");
        let sentence = sentence(activity);
        assert_eq!(
            sentence.zh,
            "满100元减1元,上不封顶;周一至周四 03:00-05:00;APP、POS;新客、VIP;每人每天限1次、每单限2次"
        );
        assert!(sentence.en.ends_with("APP, POS; new customers, VIP; at most 1 a customer a day, at most 2 an order"));
        let facts = describe(activity, Lang::Zh);
        assert_eq!(facts.len(), FACTS.len());
        assert_eq!(facts[7], "11、12;外部门店 S1");
        let at = |heading: &str| FACTS.iter().position(|fact| fact.zh == heading).expect("a column");
        assert_eq!(facts[at("data.act_id")], "23678171");
        assert_eq!(facts[at("data.weekdays")], r#"["1","2","3","4"]"#);
        assert_eq!(facts[at("data.limit.order_limit_cnt")], "2");
        assert_eq!(facts[at("data.creator_id")], "");
    }
}
