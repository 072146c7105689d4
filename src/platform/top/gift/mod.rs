//! `taobao-gift-item`: hand back that a gift line, added by BMS, was cancelled.
//!
//! There is no look-up: a row is its own target, and what became of a submission without a clear answer
//! stays unknown.

mod columns;

use serde::Serialize;
use serde_json::Value;

use super::gateway::{self, Gateway};
use crate::error::Result;
use crate::model::{Column, FactColumn, Item, Target, canonical_id};
use crate::platform::wording::tells_failure;
use crate::platform::{
    Accepted, Call, Failure, Find, Identity, Limits, Operation, Promises, Sample, Submission, Submit,
};
use crate::shop::Shop;
use crate::text;
use crate::text::{Lang, Text};
use columns::{CODE, COLUMNS, ITEM, LINE_STATUS, LINE_TRADE, OWNER, SHOP, SOURCE, STATUS, SUB_TRADE, TRADE};

const METHOD: &str = "taobao.qimen.auto.entryorder.giftitemcancel";
/// The code of a success.
const DONE: &str = "S01";

/// Cancel gift lines.
pub(in crate::platform) struct GiftItem;

impl Operation for GiftItem {
    fn name(&self) -> &'static str {
        "taobao-gift-item"
    }

    fn title(&self) -> Text {
        text!("淘宝赠品取消回告", "Taobao gift line cancellation")
    }

    fn platform(&self) -> &'static str {
        "taobao"
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn facts(&self) -> &'static [FactColumn] {
        &[]
    }

    fn describe(&self, _target: &Target, _lang: Lang) -> Vec<String> {
        Vec::new()
    }

    fn sample(&self) -> Sample {
        Sample { name: "gift-items.xlsx", workbook: include_bytes!("../../../../samples/gift-items.xlsx") }
    }

    fn promises(&self) -> Promises {
        Promises { submits: true, looks_up: false, settles: false, repeats: false }
    }

    fn default_rate(&self) -> f64 {
        2.0
    }

    fn warning(&self) -> Option<Text> {
        Some(text!(
            "每一条都是告诉平台:这个赠品行已经取消。平台没有查询接口,提交之后无法复查",
            "each one tells the platform that this gift line is cancelled. There is no look-up: nothing can be checked afterwards"
        ))
    }

    fn finder(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Find>> {
        // Made to be sure that the shop will do, before anything is planned.
        Gateway::new(shop, limits)?;
        Ok(Box::new(Rows))
    }

    fn submitter(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Submit>> {
        Ok(Box::new(Cancellation(Gateway::new(shop, limits)?)))
    }

    fn identify<'a>(&'a self, shop: &'a Shop, limits: Limits) -> Result<Call<'a, Identity>> {
        gateway::identify(shop, limits)
    }
}

/// The rows themselves are the plan.
struct Rows;

impl Find for Rows {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        let (trade, line) = (item.get(TRADE), canonical_id(item.get(ITEM)));
        let target = Target {
            id: format!("{trade}/{line}"),
            name: item.get(CODE).to_owned(),
            ended: false,
            done: None,
            // One main trade's calls go one after another.
            group: trade.to_owned(),
            data: String::new(),
        };
        Box::pin(std::future::ready(Ok(vec![target])))
    }
}

/// Tells the platform of cancelled lines.
struct Cancellation(Gateway);

impl Submit for Cancellation {
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted> {
        Box::pin(async move {
            let request = serde_json::to_string(&Order::of(&submission.item)).map_err(|why| Failure::Refused {
                code: String::new(),
                words: format!("the request cannot be written: {why}"),
            })?;
            self.0.submit(METHOD, ("request", &request), |answer| read(answer, &submission.item)).await
        })
    }
}

/// The call's one parameter.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    own_user_id: &'a str,
    user_id: &'a str,
    #[serde(rename = "trade_id")]
    trade: &'a str,
    status: &'a str,
    order_items: Lines<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lines<'a> {
    order_item: OrderLine<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLine<'a> {
    #[serde(rename = "trade_id")]
    trade: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source_order_code: &'a str,
    #[serde(rename = "sub_trade_id", skip_serializing_if = "str::is_empty")]
    sub_trade: &'a str,
    item_id: &'a str,
    item_code: &'a str,
    status: &'a str,
}

impl<'a> Order<'a> {
    fn of(item: &'a Item) -> Self {
        let trade = item.get(TRADE);
        let own_trade = item.get(LINE_TRADE);
        Self {
            own_user_id: item.get(OWNER),
            user_id: item.get(SHOP),
            trade,
            status: item.get(STATUS),
            order_items: Lines {
                order_item: OrderLine {
                    trade: if own_trade.is_empty() { trade } else { own_trade },
                    source_order_code: item.get(SOURCE),
                    sub_trade: item.get(SUB_TRADE),
                    item_id: item.get(ITEM),
                    item_code: item.get(CODE),
                    status: item.get(LINE_STATUS),
                },
            },
        }
    }
}

/// What a submission's answer says.
#[cfg(feature = "fuzzing")]
pub(in crate::platform) fn accepted(
    answer: &crate::platform::client::Answer,
    item: &Item,
) -> std::result::Result<Accepted, Failure> {
    gateway::open(answer, METHOD).and_then(|answer| read(&answer, item))
}

/// Only `flag: success` is a success, with nothing beside it that says otherwise. It stands in the method's
/// envelope, inside `response`, or bare.
fn read(answer: &Value, item: &Item) -> std::result::Result<Accepted, Failure> {
    let answer = answer.get("response").filter(|_| answer.get("flag").is_none()).unwrap_or(answer);
    let text = |key: &str| gateway::text(answer.get(key));
    for (key, column) in [("trade_id", TRADE), ("itemId", ITEM), ("ownUserId", OWNER), ("userId", SHOP)] {
        let (theirs, ours) = (text(key), item.get(column));
        if !theirs.is_empty() && canonical_id(&theirs) != canonical_id(ours) {
            return Err(Failure::Unclear(text!(
                "答复是另一个赠品行的：{key} 是 {theirs}，不是 {ours}",
                "the answer is about another line: {key} is {theirs}, not {ours}"
            )));
        }
    }
    let (code, message) = (text("code"), text("message"));
    let other_code = ["error_code", "sub_code", "err_number"].map(text).into_iter().find(|code| !code.is_empty());
    let says_no = ["success", "succeed"].iter().any(|key| answer.get(*key) == Some(&Value::Bool(false)));
    let has_failure = !matches!(code.as_str(), "" | DONE) || other_code.is_some() || says_no || tells_failure(&message);
    let refused = |code| Failure::Refused { code, words: message.clone() };
    match text("flag").as_str() {
        "success" if has_failure => Err(refused(other_code.unwrap_or(code)).beside_success()),
        "success" => Ok(Accepted { words: Some(message).filter(|message| !message.is_empty()) }),
        "failure" if code == DONE => Err(refused(code).beside_success()),
        "failure" => Err(refused(code)),
        _ => Err(Failure::Unclear(text!(
            "答复里没有 flag=success 或 failure",
            "the answer says neither flag=success nor failure"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(cells: &[(&str, &str)]) -> Item {
        Item { cells: cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect() }
    }

    #[test]
    fn the_request_is_the_documented_one() {
        let item = item(&[
            (TRADE, "123"),
            (OWNER, "415670368"),
            (SHOP, "415670368"),
            (STATUS, "00"),
            (ITEM, "526332459429"),
            (CODE, "69889900002"),
            (LINE_STATUS, "00"),
            (LINE_TRADE, ""),
            (SOURCE, "123"),
            (SUB_TRADE, "123"),
        ]);
        assert_eq!(
            serde_json::to_string(&Order::of(&item)).expect("JSON"),
            r#"{"ownUserId":"415670368","userId":"415670368","trade_id":"123","status":"00","orderItems":{"orderItem":{"trade_id":"123","sourceOrderCode":"123","sub_trade_id":"123","itemId":"526332459429","itemCode":"69889900002","status":"00"}}}"#
        );
    }

    #[test]
    fn only_the_flag_makes_a_success_wherever_it_stands() {
        let line = item(&[(TRADE, "123"), (ITEM, "0526"), (OWNER, "4"), (SHOP, "5")]);
        let read = |answer: &Value| super::read(answer, &line);
        for answer in [
            json!({"flag": "success", "code": "S01", "message": null}),
            json!({"response": {"flag": "success", "code": "S01", "message": "", "trade_id": "123", "itemId": 526}}),
        ] {
            assert_eq!(read(&answer), Ok(Accepted { words: None }), "{answer}");
        }
        let told = read(&json!({"flag": "success", "code": "S01", "message": "已取消"}));
        assert_eq!(told, Ok(Accepted { words: Some("已取消".into()) }));
        let failed = read(&json!({"response": {"flag": "failure", "code": "F01", "message": "订单不存在"}}));
        assert_eq!(failed, Err(Failure::Refused { code: "F01".into(), words: "订单不存在".into() }));
        for answer in [
            json!({}),
            json!({"flag": true}),
            json!({"flag": "Success!"}),
            json!({"code": "S01"}),
            json!(null),
            // Both at once.
            json!({"flag": "success", "code": "F01"}),
            json!({"flag": "success", "code": "S01", "message": "取消失败"}),
            json!({"flag": "success", "code": "S01", "err_number": 7}),
            json!({"flag": "success", "success": false}),
            json!({"flag": "failure", "code": "S01"}),
            // Another line's.
            json!({"flag": "success", "code": "S01", "trade_id": "124"}),
            json!({"flag": "success", "code": "S01", "ownUserId": "9"}),
        ] {
            assert!(matches!(read(&answer), Err(Failure::Unclear(_))), "{answer}");
        }
    }

    #[test]
    fn no_two_columns_share_a_heading() {
        let mut seen = std::collections::HashSet::new();
        for column in COLUMNS {
            assert!(seen.insert(column.key) && seen.insert(column.heading), "{}", column.key);
        }
    }
}
