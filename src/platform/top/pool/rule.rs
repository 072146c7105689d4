//! What an activity does, in plain words: `满100元减1元,上不封顶`.

use serde_json::{Map, Value};

use super::express;
use super::value::{counts, hundredths, number, object, objects, tenths, text, truth};
use crate::text::Lang;

type Object = Map<String, Value>;

/// The name of a discount type; an unknown one stands as it is.
pub(super) fn kind(activity: &Object, lang: Lang) -> String {
    let code = text(activity.get("item_pool_discount_type"));
    let (zh, en) = match code.as_str() {
        "amount_decrease" => ("满元减", "amount off by amount"),
        "amount_discount" => ("满元折", "percent off by amount"),
        "count_decrease" => ("满件减", "amount off by pieces"),
        "count_discount" => ("满件折", "percent off by pieces"),
        "count_n_fixed_price" => ("满N件第N件一口价", "the Nth piece at a fixed price"),
        "count_n_discount" => ("满N件第N件Y折", "the Nth piece at a discount"),
        "amount_exchange" => ("满元换购", "add-on purchase by amount"),
        "count_exchange" => ("满件换购", "add-on purchase by pieces"),
        "count_all_fixed_price" => ("X元Y件", "Y pieces for X yuan"),
        _ => return code,
    };
    lang.pick(zh, en).to_owned()
}

/// The rule: one line for each stair; without stairs, for each group.
pub(super) fn rule(activity: &Object, lang: Lang) -> String {
    let groups: Vec<&Object> = objects(activity.get("logic_groups")).collect();
    let stairs: Vec<&Object> = objects(activity.get("stair_groups")).collect();
    let rules = Rules { kind: text(activity.get("item_pool_discount_type")), groups, lang };
    let mut lines: Vec<String> = if stairs.is_empty() {
        rules.groups.iter().map(|group| rules.of_group(group)).collect()
    } else {
        stairs.iter().map(|stair| rules.of_stair(stair)).collect()
    };
    lines.retain(|line| !line.is_empty());
    let mut rule = lines.join(lang.pick(";", "; "));
    if !rule.is_empty() && activity.get("enable_multiple").and_then(truth) == Some(true) {
        rule.push_str(lang.pick(",上不封顶", ", again and again without a cap"));
    }
    let add_ons = rules.groups.iter().filter_map(|group| exchange(group, lang));
    for add_on in add_ons {
        rule.push_str(lang.pick(",", ", "));
        rule.push_str(&add_on);
    }
    rule
}

/// The groups of an activity, to be spoken of.
struct Rules<'a> {
    kind: String,
    groups: Vec<&'a Object>,
    lang: Lang,
}

impl Rules<'_> {
    fn of_stair(&self, stair: &Object) -> String {
        let lang = self.lang;
        let (when, on) = (text(stair.get("condition_express")), text(stair.get("action_express")));
        let own = object(stair, "action");
        let is_empty = action(own, &self.kind, None, lang).is_empty();
        // Where the stair itself gives nothing, the groups do that it names.
        let acting = express::numbers(&on).into_iter().find_map(|number| self.group(number));
        let given = acting.filter(|_| is_empty).map_or(own, |group| object(group, "action"));
        let mut line = self.line(object(stair, "condition"), given);
        if self.groups.len() < 2 {
            return line;
        }
        if !when.is_empty() {
            let when = express::words(&when, lang, |number| self.name(number));
            line = if line.is_empty() { when } else { format!("{when}{}{line}", lang.pick(":", ": ")) };
        }
        if !on.is_empty() {
            let on = express::words(&on, lang, |number| self.short_name(number));
            line = match lang {
                Lang::Zh => format!("{line}(优惠用于 {on})"),
                Lang::En => format!("{line} (on {on})"),
            };
        }
        line
    }

    fn of_group(&self, group: &Object) -> String {
        let line = self.line(object(group, "condition"), object(group, "action"));
        if line.is_empty() || self.groups.len() < 2 {
            return line;
        }
        format!("{}{}{line}", self.short_name(&text(group.get("number"))), self.lang.pick(":", ": "))
    }

    /// Condition and action in one breath.
    fn line(&self, when: &Object, given: &Object) -> String {
        let lang = self.lang;
        let count = pieces(when);
        if let ("count_all_fixed_price", Some(count), Some(price)) = (self.kind.as_str(), count, fixed_price(given)) {
            return match lang {
                Lang::Zh => format!("{price}元{count}件"),
                Lang::En => format!("{count} pieces for {price} yuan"),
            };
        }
        let (when, given) = (condition(when, lang), action(given, &self.kind, count, lang));
        match (when.as_str(), given.as_str()) {
            ("", given) => given.to_owned(),
            (when, "") => when.to_owned(),
            // A short pair reads as one word: 满100元减1元.
            (when, given) if lang == Lang::Zh && given.starts_with(['减', '打']) => format!("{when}{given}"),
            (when, given) => format!("{when}{}{given}", lang.pick(",", ": ")),
        }
    }

    fn group(&self, number: &str) -> Option<&Object> {
        self.groups.iter().find(|group| text(group.get("number")) == number).copied()
    }

    /// `组1“主商品”`.
    fn short_name(&self, number: &str) -> String {
        let name = self.group(number).map(|group| text(group.get("name"))).unwrap_or_default();
        match (self.lang, name.as_str()) {
            (Lang::Zh, "") => format!("组{number}"),
            (Lang::Zh, name) => format!("组{number}“{name}”"),
            (Lang::En, "") => format!("group {number}"),
            (Lang::En, name) => format!("group {number} \"{name}\""),
        }
    }

    /// The same, with the group's own condition.
    fn name(&self, number: &str) -> String {
        let own = self.group(number).map(|group| condition(object(group, "condition"), self.lang));
        match own.filter(|own| !own.is_empty()) {
            Some(own) => format!("{}({own})", self.short_name(number)),
            None => self.short_name(number),
        }
    }
}

/// What has to be bought: `满100元`, `满3件`.
pub(super) fn condition(condition: &Object, lang: Lang) -> String {
    let mut parts = Vec::new();
    let amount = number(condition.get("amount")).filter(|amount| *amount > 0 && counts(condition, "amount_at"));
    if let Some(amount) = amount.map(hundredths) {
        parts.push(match lang {
            Lang::Zh => format!("满{amount}元"),
            Lang::En => format!("spend {amount} yuan"),
        });
    }
    if let Some(count) = pieces(condition) {
        parts.push(match lang {
            Lang::Zh => format!("满{count}件"),
            Lang::En => format!("buy {count}"),
        });
    }
    parts.join(lang.pick("且", " and "))
}

/// How many pieces a condition wants.
fn pieces(condition: &Object) -> Option<i64> {
    number(condition.get("count")).filter(|count| *count > 0 && counts(condition, "count_at"))
}

/// What is given for it: `减1元`, `打9.68折`, `第2件9.9元`. `count`: the pieces that the condition wants.
pub(super) fn action(action: &Object, kind: &str, count: Option<i64>, lang: Lang) -> String {
    let is_nth = kind.starts_with("count_n_");
    let is_exchange = kind.ends_with("_exchange");
    let mut parts = Vec::new();
    let given = |key: &str, flag: &str| number(action.get(key)).filter(|given| *given > 0 && counts(action, flag));
    if let Some(money) = given("decrease_money", "decrease").map(hundredths) {
        parts.push(match lang {
            Lang::Zh => format!("减{money}元"),
            Lang::En => format!("{money} yuan off"),
        });
    }
    if let Some(rate) = given("discount_rate", "discount") {
        let (tenth, percent) = (hundredths(rate), tenths(rate));
        parts.push(match (lang, count.filter(|_| is_nth)) {
            (Lang::Zh, Some(count)) => format!("第{count}件{tenth}折"),
            (Lang::En, Some(count)) => format!("piece {count} at {percent}% of its price"),
            (Lang::Zh, None) => format!("打{tenth}折"),
            (Lang::En, None) => format!("pay {percent}%"),
        });
    }
    if let Some(price) = fixed_price(action) {
        let of_each = number(action.get("fix_price_type"));
        parts.push(match (lang, count.filter(|_| is_nth)) {
            (Lang::Zh, _) if is_exchange => format!("加{price}元换购"),
            (Lang::En, _) if is_exchange => format!("add {price} yuan for an add-on"),
            (Lang::Zh, Some(count)) => format!("第{count}件{price}元"),
            (Lang::En, Some(count)) => format!("piece {count} for {price} yuan"),
            (Lang::Zh, None) if of_each == Some(1) => format!("每件{price}元"),
            (Lang::En, None) if of_each == Some(1) => format!("{price} yuan each"),
            (Lang::Zh, None) if of_each == Some(2) => format!("一共{price}元"),
            (Lang::En, None) if of_each == Some(2) => format!("{price} yuan for all"),
            (Lang::Zh, None) => format!("一口价{price}元"),
            (Lang::En, None) => format!("for {price} yuan"),
        });
    }
    parts.join(lang.pick("、", ", "))
}

/// The fixed price in yuan. A price of nothing is one too.
fn fixed_price(action: &Object) -> Option<String> {
    let is_priced = action.get("fix_price").and_then(truth);
    let price = number(action.get("fix_price_money"))?;
    match is_priced {
        Some(true) => Some(hundredths(price)),
        Some(false) => None,
        None => (price > 0).then(|| hundredths(price)),
    }
}

/// How much of a group may be bought as an add-on.
pub(super) fn exchange(group: &Object, lang: Lang) -> Option<String> {
    let rule = object(group, "exchange_rule");
    let limit = |key: &str| number(rule.get(key)).filter(|limit| *limit > 0);
    let most = limit("max_buy_num").map(|most| match lang {
        Lang::Zh => format!("换购最多{most}件"),
        Lang::En => format!("at most {most} add-ons"),
    });
    let order = limit("order_num").map(|order| match lang {
        Lang::Zh => format!("每单{order}件"),
        Lang::En => format!("{order} an order"),
    });
    let parts: Vec<String> = most.into_iter().chain(order).collect();
    (!parts.is_empty()).then(|| parts.join(lang.pick("、", ", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(kind: &str, condition: &Value, action: &Value, more: Value) -> [String; 2] {
        let mut activity = json!({
            "item_pool_discount_type": kind,
            "logic_groups": {"logic_group_d_t_o": [{"number": 1, "type": 1, "name": "主商品"}]},
            "stair_groups": {"stair_group_d_t_o": [{"number": 1, "condition": condition, "action": action, "condition_express": "1"}]},
        });
        if let (Value::Object(activity), Value::Object(more)) = (&mut activity, more) {
            activity.extend(more);
        }
        let activity = activity.as_object().expect("an object");
        [Lang::Zh, Lang::En].map(|lang| rule(activity, lang))
    }

    #[test]
    fn all_nine_types_are_said_as_people_say_them() {
        let amount = json!({"amount_at": true, "amount": 10000});
        let three = json!({"count_at": true, "count": 3});
        let less = json!({"decrease": true, "decrease_money": 100});
        let rate = json!({"discount": true, "discount_rate": 968});
        let price = json!({"fix_price": true, "fix_price_money": 990, "fix_price_type": 1});
        for (kind, condition, action, zh, en) in [
            ("amount_decrease", &amount, &less, "满100元减1元", "spend 100 yuan: 1 yuan off"),
            ("amount_discount", &amount, &rate, "满100元打9.68折", "spend 100 yuan: pay 96.8%"),
            ("count_decrease", &three, &less, "满3件减1元", "buy 3: 1 yuan off"),
            ("count_discount", &three, &rate, "满3件打9.68折", "buy 3: pay 96.8%"),
            ("count_n_fixed_price", &three, &price, "满3件,第3件9.9元", "buy 3: piece 3 for 9.9 yuan"),
            ("count_n_discount", &three, &rate, "满3件,第3件9.68折", "buy 3: piece 3 at 96.8% of its price"),
            ("amount_exchange", &amount, &price, "满100元,加9.9元换购", "spend 100 yuan: add 9.9 yuan for an add-on"),
            ("count_exchange", &three, &price, "满3件,加9.9元换购", "buy 3: add 9.9 yuan for an add-on"),
            ("count_all_fixed_price", &three, &price, "9.9元3件", "3 pieces for 9.9 yuan"),
        ] {
            assert_eq!(said(kind, condition, action, json!({})), [zh, en], "{kind}");
        }
    }

    #[test]
    fn several_stairs_and_no_cap() {
        let stairs = json!([
            {"number": 1, "condition": {"amount": 10000}, "action": {"decrease_money": 100}},
            {"number": 2, "condition": {"amount": "20000"}, "action": {"decrease_money": 350}},
        ]);
        let more = json!({"stair_groups": stairs, "enable_multiple": true});
        let [zh, en] = said("amount_decrease", &json!({}), &json!({}), more);
        assert_eq!(zh, "满100元减1元;满200元减3.5元,上不封顶");
        assert_eq!(en, "spend 100 yuan: 1 yuan off; spend 200 yuan: 3.5 yuan off, again and again without a cap");
    }

    #[test]
    fn groups_are_named_where_there_are_several() {
        let groups = json!([
            {"number": 1, "type": 1, "name": "主商品", "condition": {"count_at": true, "count": 2}},
            {"number": 2, "type": 2, "name": "换购商品", "action": {"fix_price": true, "fix_price_money": 500},
             "exchange_rule": {"max_buy_num": 3, "order_num": 1}},
        ]);
        let stairs = json!([{"number": 1, "condition": {"amount_at": false, "amount": 5}, "condition_express": "1&2", "action_express": "2"}]);
        let more = json!({"logic_groups": groups, "stair_groups": stairs});
        let [zh, en] = said("count_exchange", &json!({}), &json!({}), more);
        assert_eq!(zh, "组1“主商品”(满2件) 且 组2“换购商品”:加5元换购(优惠用于 组2“换购商品”),换购最多3件、每单1件");
        assert_eq!(
            en,
            "group 1 \"主商品\"(buy 2) and group 2 \"换购商品\": add 5 yuan for an add-on (on group 2 \"换购商品\"), at most 3 add-ons, 1 an order"
        );
    }

    #[test]
    fn what_is_new_to_this_program_is_shown_and_harms_nothing() {
        let [zh, _] = said("brand_new", &json!({"amount": 100}), &json!({"decrease_money": 10}), json!({}));
        assert_eq!(zh, "满1元减0.1元");
        assert_eq!(
            kind(json!({"item_pool_discount_type": "brand_new"}).as_object().expect("an object"), Lang::Zh),
            "brand_new"
        );
        assert_eq!(rule(&Map::new(), Lang::En), "");
        let odd = json!({"stair_groups": "?", "logic_groups": 3, "enable_multiple": "maybe"});
        assert_eq!(rule(odd.as_object().expect("an object"), Lang::En), "");
    }
}
