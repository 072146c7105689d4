//! What `taobao-gift-item` reads from a sheet.

use crate::model::{Column, Kind, Need, Role};

pub(super) const TRADE: &str = "trade_id";
pub(super) const OWNER: &str = "ownUserId";
pub(super) const SHOP: &str = "userId";
pub(super) const STATUS: &str = "status";
pub(super) const ITEM: &str = "itemId";
pub(super) const CODE: &str = "itemCode";
pub(super) const LINE_STATUS: &str = "orderItem.status";
pub(super) const LINE_TRADE: &str = "orderItem.trade_id";
pub(super) const SOURCE: &str = "sourceOrderCode";
pub(super) const SUB_TRADE: &str = "sub_trade_id";

/// A column of the row's own line. All of them together are the item: each row is one call.
const fn column(
    key: &'static str,
    heading: &'static str,
    kind: Kind,
    need: Need,
    note: (&'static str, &'static str),
    example: &'static str,
) -> Column {
    Column { key, heading, aliases: &[], role: Role::Item, kind, need, note, example }
}

/// The trade comes first: it is what people know a row by.
pub(super) static COLUMNS: &[Column] = &[
    column(TRADE, "交易号", Kind::Code, Need::Required, ("主交易号", "the main trade"), "123"),
    column(OWNER, "货主ID", Kind::Digits, Need::Required, ("货主的用户 ID", "the goods owner's user id"), "415670368"),
    column(SHOP, "店铺ID", Kind::Digits, Need::Required, ("店铺的用户 ID", "the shop's user id"), "415670368"),
    column(STATUS, "状态", STATE, Need::Required, ("整单的状态,如 00", "the order's status, such as 00"), "00"),
    column(
        ITEM,
        "菜鸟货品ID",
        Kind::Digits,
        Need::Required,
        ("赠品行的菜鸟货品 ID", "the gift line's Cainiao item id"),
        "526332459429",
    ),
    column(
        CODE,
        "货品编码",
        Kind::Code,
        Need::Required,
        ("货主给货品的编码", "the owner's code of the item"),
        "69889900002",
    ),
    column(
        LINE_STATUS,
        "行状态",
        STATE,
        Need::Required,
        ("赠品行的状态,如 00", "the gift line's status, such as 00"),
        "00",
    ),
    column(
        LINE_TRADE,
        "行交易号",
        Kind::Code,
        Need::Optional,
        ("可不填:与交易号相同", "optional: the same as the trade"),
        "",
    ),
    column(
        SOURCE,
        "平台订单编码",
        Kind::Code,
        Need::Optional,
        ("可不填", "optional: the platform's order code"),
        "123",
    ),
    column(
        SUB_TRADE,
        "平台子订单编码",
        Kind::Code,
        Need::Optional,
        ("可不填", "optional: the platform's sub-order code"),
        "123",
    ),
    Column::SHOP,
];

/// A state of two digits, of which Excel likes to make one.
const STATE: Kind = Kind::Padded { digits: 2 };
