//! What is put to the test: one operation with a small sheet. Adding an operation to the sweep is adding
//! one line here.

use unpromo::platform::{Operation, operation};

/// One operation and its sheet.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub operation: &'static str,
    pub sheet: &'static str,
    /// How thoroughly it is swept: a half of the trials will do where the engine is the same.
    pub share: usize,
}

/// Every operation.
pub static SUBJECTS: &[Subject] = &[
    Subject {
        operation: "temu-activity",
        // The seed product whole and once more by name, products with several enrollments of one activity,
        // one that the platform does not know, a name that fits nothing, and a row that names another's target.
        sheet: "SPU,活动名称,理由\n\
                4975750079,*,换季下架\n\
                4975750079,清仓甩卖,重复的一行\n\
                5000000001,*,换季下架\n\
                5000000011,*,换季下架\n\
                5000000003,*,没有的商品\n\
                5000000021,*,换季下架\n\
                5000000031,没有这个活动,换季下架\n\
                5000000041,*,换季下架\n\
                5000000051,*,换季下架\n\
                5000000001,*,又一次\n\
                5000000061,*,换季下架\n\
                5000000071,*,换季下架\n",
        share: 1,
    },
    Subject {
        operation: "taobao-gift-item",
        // Lines of one trade go one after another; one line stands there twice.
        sheet: "货主ID,店铺ID,交易号,状态,菜鸟货品ID,货品编码,行状态\n\
                415670368,415670368,T1,00,11,69889900011,00\n\
                415670368,415670368,T1,00,12,69889900012,00\n\
                415670368,415670368,T2,00,11,69889900011,00\n\
                415670368,415670368,T3,00,13,69889900013,00\n\
                415670368,415670368,T1,00,11,69889900011,00\n\
                415670368,415670368,T4,00,11,69889900011,00\n\
                415670368,415670368,T4,00,12,69889900012,00\n\
                415670368,415670368,T5,00,14,69889900014,00\n\
                415670368,415670368,T6,00,15,69889900015,00\n\
                415670368,415670368,T7,00,16,69889900016,00\n",
        share: 2,
    },
    Subject {
        operation: "wechat-coupon",
        // One with a request number of its own, one that is deactivated already, one that does not exist, and
        // one twice.
        sheet: "商品券ID,品牌ID,失效原因,失效请求单号\n\
                1000000001,120344,批次信息有误,34657_20261122_000001\n\
                1000000011,120344,批次信息有误,\n\
                1000000021,120344,折扣写错,\n\
                1000000031,120344,折扣写错,\n\
                1000000041,120344,商品下架,\n\
                1000000098,120344,已经失效,\n\
                1000000051,120344,商品下架,\n\
                1000000103,120344,不存在的券,\n\
                1000000001,120344,又写了一遍,\n\
                1000000061,120344,商品下架,\n\
                1000000071,120344,商品下架,\n\
                1000000081,120344,商品下架,\n",
        share: 2,
    },
    Subject {
        operation: "retail-item-pool",
        // It only looks up. One is asked for by its other id, one twice, and one does not exist.
        sheet: "活动ID,外部活动ID\n\
                23678171,\n\
                23678172,\n\
                23678173,\n\
                23678174,\n\
                23678175,\n\
                23678176,\n\
                23678177,\n\
                23678178,\n\
                23678179,\n\
                ,erpActId001\n\
                23678171,\n\
                23678999,\n",
        share: 3,
    },
];

impl Subject {
    pub fn operation(&self) -> &'static dyn Operation {
        operation(self.operation).expect("a known operation")
    }

    /// Whether it has anything to submit.
    pub fn submits(&self) -> bool {
        self.operation().promises().submits
    }
}
