//! What `temu-activity` reads from a sheet, and what it tells in a result.

use crate::model::{Column, FactColumn, Kind, Need, Role};

pub(super) static COLUMNS: &[Column] = &[
    Column {
        key: "spu",
        heading: "SPU",
        aliases: &["商品SPU", "SPU ID", "productId", "商品ID"],
        role: Role::Item,
        kind: Kind::Digits,
        need: Need::Required,
        note: ("商品的 SPU 编号,按文本填写", "the product's SPU, kept as text"),
        example: "4975750079",
    },
    Column {
        key: "activityName",
        heading: "活动名称",
        aliases: &["活动", "活动名"],
        role: Role::Filter,
        kind: Kind::Filter,
        need: Need::Required,
        note: (
            "活动全名;多个用 | 或换行分开;* 代表任意字符,单独一个 * 表示全部活动",
            "the full name; several on lines or between |; * is any run of characters, a lone * every activity",
        ),
        example: "清仓甩卖",
    },
    Column {
        key: "reason",
        heading: "理由",
        aliases: &["退出理由", "原因", "remark"],
        role: Role::Reason,
        kind: Kind::Text { max: None },
        need: Need::Defaulted,
        note: ("随申请提交给平台的理由", "the words that go to the platform with the request"),
        example: "申请退出",
    },
    Column::SHOP,
    Column {
        key: "enrollId",
        heading: "报名ID",
        aliases: &["报名 ID"],
        role: Role::Pin,
        kind: Kind::Digits,
        need: Need::Optional,
        note: ("可不填:只退这一个报名", "optional: withdraw this one enrollment only"),
        example: "",
    },
    Column {
        key: "site",
        heading: "站点",
        aliases: &[],
        role: Role::Detail,
        kind: Kind::Text { max: Some(200) },
        need: Need::Optional,
        note: (
            "可不填:只匹配站点都在其中的报名,多个用 | 分开",
            "optional: only enrollments whose sites are all among these, several between |",
        ),
        example: "",
    },
];

pub(super) static FACTS: &[FactColumn] = &[
    FactColumn { zh: "活动类型", en: "Activity type", width: 14 },
    FactColumn { zh: "活动价", en: "Activity price", width: 14 },
    FactColumn { zh: "币种", en: "Currency", width: 8 },
    FactColumn { zh: "活动库存", en: "Activity stock", width: 10 },
    FactColumn { zh: "报名站点", en: "Sites", width: 20 },
    FactColumn { zh: "场次", en: "Sessions", width: 44 },
    FactColumn { zh: "报名时间", en: "Enrolled at", width: 20 },
];
