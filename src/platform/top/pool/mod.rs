//! `retail-item-pool`: look up an item pool's marketing activity and say in plain words what it does.
//!
//! It only looks up: nothing is ever submitted.

mod columns;
mod express;
mod facts;
mod groups;
mod rule;
mod value;
mod when;

use serde_json::{Map, Value};

use super::gateway::{self, Gateway};
use crate::error::{Error, Result};
use crate::model::{Column, FactColumn, GroupSheet, Item, Target, canonical_id};
use crate::platform::paging::says_more;
use crate::platform::wording::tells_no_error;
use crate::platform::{Call, Failure, Find, Identity, Limits, Operation, Promises, Sample, Submit};
use crate::shop::Shop;
use crate::text;
use crate::text::{Lang, Text};

const METHOD: &str = "alibaba.retail.marketing.itempool.activity.query";
const OWN_ID: &str = "act_id";
const OUTER_ID: &str = "out_act_id";

/// Look up item-pool activities.
pub(in crate::platform) struct ItemPool;

impl Operation for ItemPool {
    fn name(&self) -> &'static str {
        "retail-item-pool"
    }

    fn title(&self) -> Text {
        text!("零售商品池活动查询", "retail item-pool look-up")
    }

    fn platform(&self) -> &'static str {
        "taobao"
    }

    fn columns(&self) -> &'static [Column] {
        columns::COLUMNS
    }

    fn facts(&self) -> &'static [FactColumn] {
        columns::FACTS
    }

    fn describe(&self, target: &Target, lang: Lang) -> Vec<String> {
        facts::describe(&activity(target), lang)
    }

    fn groups(&self) -> Option<&'static GroupSheet> {
        Some(&columns::GROUPS)
    }

    fn describe_groups(&self, target: &Target, lang: Lang) -> Vec<Vec<String>> {
        groups::describe(&activity(target), lang)
    }

    fn sentence(&self, target: &Target) -> Option<Text> {
        Some(facts::sentence(&activity(target))).filter(|said| !said.en.is_empty())
    }

    fn sample(&self) -> Sample {
        Sample { name: "item-pool.xlsx", workbook: include_bytes!("../../../../samples/item-pool.xlsx") }
    }

    fn promises(&self) -> Promises {
        Promises { submits: false, looks_up: true, settles: false, repeats: false }
    }

    fn default_rate(&self) -> f64 {
        2.0
    }

    fn finder(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Find>> {
        Ok(Box::new(Query(Gateway::new(shop, limits)?)))
    }

    fn submitter(&self, _shop: &Shop, _limits: Limits) -> Result<Box<dyn Submit>> {
        Err(Error::usage(text!(
            "这个操作只查询,没有可提交的",
            "this operation only looks up: there is nothing to submit"
        )))
    }

    fn identify<'a>(&'a self, shop: &'a Shop, limits: Limits) -> Result<Call<'a, Identity>> {
        gateway::identify(shop, limits)
    }
}

/// The activity as the look-up kept it.
fn activity(target: &Target) -> Map<String, Value> {
    serde_json::from_str(&target.data).unwrap_or_default()
}

struct Query(Gateway);

impl Find for Query {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(async move {
            let parameter = parameter(item)?;
            let answer = self.0.call(METHOD, ("param0", &parameter)).await?;
            read(answer, item)
        })
    }
}

/// What is asked for: the activity's own id where the row has it, else the outer one.
fn parameter(item: &Item) -> std::result::Result<String, Failure> {
    let asked = match item.get(OWN_ID) {
        "" => serde_json::json!({ OUTER_ID: item.get(OUTER_ID) }),
        own => match own.parse::<u64>() {
            Ok(own) => serde_json::json!({ OWN_ID: own }),
            Err(_) => return Err(Failure::Refused { code: String::new(), words: format!("{OWN_ID} {own}: > 2^64") }),
        },
    };
    Ok(asked.to_string())
}

/// What a look-up's answer tells of an activity.
#[cfg(feature = "fuzzing")]
pub(in crate::platform) fn listing(
    answer: &crate::platform::client::Answer,
    item: &Item,
) -> std::result::Result<Vec<Target>, Failure> {
    gateway::open(answer, METHOD).and_then(|answer| read(answer, item))
}

/// The activity that an answer tells; none where the platform knows none. It leaves out what is empty, so a success
/// without `data` says that; `data` that is there with nothing in it says nothing.
fn read(answer: Value, item: &Item) -> std::result::Result<Vec<Target>, Failure> {
    let unclear = |why: Text| Err(Failure::Unclear(why));
    let unreadable = || text!("答复的内容看不懂", "the answer's content cannot be understood");
    if says_more(&answer) {
        return Err(Failure::has_more());
    }
    let Value::Object(mut answer) = answer else { return unclear(unreadable()) };
    // Some of these services have one more wrapper.
    if let Some(Value::Object(inner)) = answer.get_mut("result").filter(|inner| inner.get("succeed").is_some()) {
        answer = std::mem::take(inner);
    }
    let data = answer.remove("data");
    let (code, words) = (value::text(answer.get("err_number")), value::text(answer.get("err_message")));
    let has_failure = !matches!(code.as_str(), "" | "0") || !tells_no_error(&words);
    let refused = Failure::Refused { code, words };
    match (answer.get("succeed").and_then(value::truth), data) {
        (Some(false), Some(Value::Object(data))) if !data.is_empty() => Err(refused.beside_success()),
        (Some(false), _) => Err(refused),
        (Some(true), _) if has_failure => Err(refused.beside_success()),
        (Some(true), Some(Value::Object(data))) if !data.is_empty() => target(data, item).map(|target| vec![target]),
        (Some(true), None) => Ok(Vec::new()),
        (Some(true), Some(Value::Null | Value::Object(_))) => {
            Err(Failure::incomplete(&text!("没有活动内容（data）", "it has no activity in it (data)")))
        }
        _ => unclear(unreadable()),
    }
}

fn target(data: Map<String, Value>, item: &Item) -> std::result::Result<Target, Failure> {
    let (own, outer) = (value::text(data.get(OWN_ID)), value::text(data.get(OUTER_ID)));
    let own = canonical_id(&own).to_owned();
    let is_asked_for = match item.get(OWN_ID) {
        "" => outer == item.get(OUTER_ID),
        asked => own == canonical_id(asked),
    };
    if !is_asked_for || own == "0" {
        let other = if own.is_empty() { outer } else { own };
        return Err(Failure::Unclear(text!(
            "答复是另一个活动 {other} 的",
            "the answer is about another activity, {other}"
        )));
    }
    Ok(Target {
        id: if own.is_empty() { outer } else { own },
        name: value::text(data.get("activity_name")),
        ended: false,
        done: None,
        group: String::new(),
        data: Value::Object(data).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(own: &str, outer: &str) -> Item {
        Item { cells: vec![(OWN_ID.to_owned(), own.to_owned()), (OUTER_ID.to_owned(), outer.to_owned())] }
    }

    #[test]
    fn the_own_id_is_asked_for_where_both_are_there() {
        let asked = |own, outer| parameter(&item(own, outer)).expect("a parameter");
        assert_eq!(asked("23678171", ""), r#"{"act_id":23678171}"#);
        assert_eq!(asked("", "erpActId001"), r#"{"out_act_id":"erpActId001"}"#);
        assert_eq!(asked("23678171", "erpActId001"), r#"{"act_id":23678171}"#);
        assert!(parameter(&item("99999999999999999999", "")).is_err());
    }

    #[test]
    fn an_answer_is_believed_only_for_the_activity_that_was_asked_for() {
        let data = json!({"act_id": 7, "out_act_id": "erp7", "activity_name": "满减"});
        let found = read(json!({"succeed": true, "data": data}), &item("7", "")).expect("found");
        assert_eq!((found[0].id.as_str(), found[0].name.as_str()), ("7", "满减"));
        assert_eq!(read(json!({"succeed": true, "data": data}), &item("007", "erp7")).expect("found")[0].id, "7");
        let wrapped = read(json!({"result": {"succeed": "true", "data": data}}), &item("", "erp7"));
        assert_eq!(wrapped.expect("found")[0].id, "7");
        for other in [item("8", ""), item("", "erp8"), item("8", "erp7")] {
            assert!(matches!(read(json!({"succeed": true, "data": data}), &other), Err(Failure::Unclear(_))));
        }
    }

    #[test]
    fn a_refusal_and_an_answer_that_is_not_whole_are_told_apart() {
        let seven = item("7", "");
        let refused = read(json!({"succeed": false, "err_number": 404, "err_message": "活动不存在"}), &seven);
        assert_eq!(refused, Err(Failure::Refused { code: "404".into(), words: "活动不存在".into() }));
        assert_eq!(read(json!({"succeed": true}), &seven), Ok(Vec::new()));
        let data = json!({"act_id": 7});
        for nonsense in [
            json!({}),
            json!([]),
            json!({"succeed": true, "data": "x"}),
            json!({"data": null}),
            // Nothing, and nothing said about it: the activity may be there all the same.
            json!({"succeed": true, "data": null}),
            json!({"succeed": true, "data": {}}),
            json!({"data": data}),
            json!({"succeed": true, "data": data, "hasMore": true}),
            // A success and a failure at once.
            json!({"succeed": true, "data": data, "err_number": 404}),
            json!({"succeed": true, "data": data, "err_message": "活动不存在"}),
            json!({"succeed": false, "data": data, "err_number": 404}),
        ] {
            assert!(matches!(read(nonsense.clone(), &seven), Err(Failure::Unclear(_))), "{nonsense}");
        }
    }
}
