//! Cancelled gift lines: one main trade a call, one line in it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::form::Form;
use super::request::improper;
use super::{Method, wrapped};
use crate::sandbox::Id;
use crate::sandbox::platform::{Ids, Refusal};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    own_user_id: String,
    user_id: String,
    #[serde(rename = "trade_id")]
    trade: String,
    status: String,
    order_items: Lines,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Lines {
    order_item: Line,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    #[serde(rename = "trade_id")]
    trade: String,
    source_order_code: Option<String>,
    #[serde(rename = "sub_trade_id")]
    sub_trade: Option<String>,
    item_id: String,
    item_code: String,
    status: String,
}

fn order(form: &Form) -> Result<Order, serde_json::Error> {
    serde_json::from_str(form.get("request"))
}

/// The main trade.
pub(super) fn trade(form: &Form) -> String {
    order(form).map(|order| order.trade).unwrap_or_default()
}

/// Notes what a request is about.
pub(super) fn note(form: &Form, ids: &mut Ids) {
    if let Ok(order) = order(form) {
        ids.item = Id::new(&order.trade);
        ids.target = Id::new(&format!("{}/{}", order.trade, order.order_items.order_item.item_id));
    }
}

/// Checks the call's one parameter.
pub(super) fn check(form: &Form) -> Result<(), Refusal> {
    if form.get("request").is_empty() {
        return Err(improper("isv.missing-parameter", "request"));
    }
    let order = order(form).map_err(|why| improper("isv.invalid-parameter", &format!("request:{why}")))?;
    let line = &order.order_items.order_item;
    for (name, value) in [
        ("ownUserId", &order.own_user_id),
        ("userId", &order.user_id),
        ("trade_id", &order.trade),
        ("status", &order.status),
        ("orderItem.trade_id", &line.trade),
        ("orderItem.itemId", &line.item_id),
        ("orderItem.itemCode", &line.item_code),
        ("orderItem.status", &line.status),
    ] {
        if value.trim().is_empty() {
            return Err(improper("isv.missing-parameter", name));
        }
    }
    let optional = [&line.source_order_code, &line.sub_trade];
    if optional.into_iter().flatten().any(String::is_empty) {
        return Err(improper("isv.invalid-parameter", "可选的字段不填就不要写"));
    }
    for (name, value) in [("ownUserId", &order.own_user_id), ("userId", &order.user_id), ("itemId", &line.item_id)] {
        if !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(improper("isv.invalid-parameter", &format!("{name} 应为数字")));
        }
    }
    Ok(())
}

/// Why a trade's lines cannot be cancelled: a trade that ends in 404 does not exist.
pub(super) fn refusal(trade: &str) -> Option<(&'static str, &'static str)> {
    trade.ends_with("404").then_some(("F01", "订单不存在"))
}

/// An answer. The platform writes it in its envelope, in `response`, or bare; the trade tells which.
pub(super) fn answer(trade: &str, flag: &str, code: &str, message: &str) -> Value {
    let message = (!message.is_empty()).then_some(message);
    let inner = json!({"flag": flag, "code": code, "message": message});
    match trade.bytes().map(usize::from).sum::<usize>() % 4 {
        0 => json!({ "response": inner }),
        1 => inner,
        2 => wrapped(Method::CancelGift, &json!({ "response": inner })),
        _ => wrapped(Method::CancelGift, &inner),
    }
}
