//! What `wechat-coupon` reads from a sheet, and what it tells in a result.

use crate::model::{Column, FactColumn, Kind, Need, Role};

pub(super) static COLUMNS: &[Column] = &[
    Column {
        key: "product_coupon_id",
        heading: "商品券ID",
        aliases: &["商品券 ID", "商品券编号"],
        role: Role::Item,
        kind: Kind::Digits,
        need: Need::Required,
        note: ("微信支付生成的商品券编号,按文本填写", "the coupon's id, kept as text"),
        example: "1000000011",
    },
    Column {
        key: "brand_id",
        heading: "品牌ID",
        aliases: &["品牌 ID", "品牌编号"],
        role: Role::Item,
        kind: Kind::Digits,
        need: Need::Required,
        note: ("商品券所属的品牌编号", "the id of the brand that the coupon belongs to"),
        example: "120344",
    },
    Column {
        key: "deactivate_reason",
        heading: "失效原因",
        aliases: &["理由", "原因", "reason"],
        role: Role::Reason,
        kind: Kind::BasicText { max: 150 },
        need: Need::Defaulted,
        note: (
            "提交给平台的失效原因,最多 150 个字符,不能有表情",
            "the words that go to the platform: at most 150 characters, no emoji",
        ),
        example: "批次信息有误,重新创建",
    },
    Column {
        key: "out_request_no",
        heading: "失效请求单号",
        aliases: &["请求单号"],
        role: Role::RequestNo,
        kind: Kind::RequestNo { min: 6, max: 40 },
        need: Need::Optional,
        note: (
            "可不填,会自动生成:6 到 40 个数字、字母、_ 或 -;同一单号重复提交只算一次",
            "optional, made if empty: 6 to 40 digits, letters, _ or -; repeats under one number count once",
        ),
        example: "",
    },
    Column::SHOP,
];

pub(super) static FACTS: &[FactColumn] = &[
    FactColumn { zh: "券名称", en: "Coupon", width: 22 },
    FactColumn { zh: "查询时状态", en: "State when looked up", width: 12 },
    FactColumn { zh: "优惠", en: "Kind", width: 22 },
    FactColumn { zh: "使用方式", en: "Usage", width: 26 },
    FactColumn { zh: "适用范围", en: "Scope", width: 10 },
    FactColumn { zh: "原价(元)", en: "Original price (yuan)", width: 10 },
    FactColumn { zh: "套餐", en: "Combos", width: 30 },
    FactColumn { zh: "外部商品编号", en: "Out product number", width: 20 },
    FactColumn { zh: "平台记录的失效时间", en: "Deactivated at", width: 20 },
    FactColumn { zh: "平台记录的失效单号", en: "Deactivated under", width: 24 },
    FactColumn { zh: "平台记录的失效原因", en: "Deactivated for", width: 24 },
];
