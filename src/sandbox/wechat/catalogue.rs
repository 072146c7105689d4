//! The coupons of the sandbox: a pure function of the id. Its last digit tells what people want to try.

use serde_json::{Value, json};

use crate::sandbox::mix;

/// The brand of nearly every coupon.
pub const BRAND: u64 = 120_344;
/// The brand of the coupons that end in 7.
pub const OTHER_BRAND: u64 = 120_345;

/// How a coupon stands before anybody does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Effective,
    Auditing,
    Deactivated,
}

/// One coupon.
pub(super) struct Coupon {
    pub id: u64,
    pub brand: u64,
    pub state: State,
}

/// The coupon with this id; `None` for an unknown one. An id that ends in 3 is unknown, in 6 still being
/// audited, in 7 of another brand, in 8 deactivated; all others are effective.
pub(super) fn find(id: u64) -> Option<Coupon> {
    if id < 100_000 || id % 10 == 3 {
        return None;
    }
    let state = match id % 10 {
        6 => State::Auditing,
        8 => State::Deactivated,
        _ => State::Effective,
    };
    let brand = if id % 10 == 7 { OTHER_BRAND } else { BRAND };
    Some(Coupon { id, brand, state })
}

/// The kinds of coupons in turn, by the digit before the last.
const KINDS: u64 = 10;

impl Coupon {
    /// The coupon as the platform writes it, apart from its state.
    pub fn write(&self) -> Value {
        let dice = mix(self.id);
        let (name, kind, mode) = self.kind();
        let mut out = json!({
            "product_coupon_id": self.id.to_string(),
            "scope": if dice.is_multiple_of(3) { "SINGLE" } else { "ALL" },
            "type": kind,
            "usage_mode": mode,
            "display_info": {
                "name": format!("{name}{:04}", self.id % 10_000),
                "image_url": "https://wxpaylogo.example/coupon.png",
                "background_url": "https://wxpaylogo.example/back.png",
                "detail_image_url_list": ["https://wxpaylogo.example/detail.png"],
            },
            "out_product_no": format!("Product_{}", self.id),
            "brand_id": self.brand.to_string(),
        });
        for (key, value) in self.usage() {
            out[key] = value;
        }
        if kind == "EXCHANGE" || dice.is_multiple_of(3) {
            out["display_info"]["original_price"] = json!(1_000 + dice % 50_000);
        }
        if self.index() == 6 {
            out["display_info"]["combo_package_list"] = json!([{
            "name": "饮品任选", "pick_count": 1, "choice_list": [
                {"name": "美式", "price": 1800, "count": 1, "image_url": "https://wxpaylogo.example/a.png",
                 "mini_program_appid": "wx0000000000000001", "mini_program_path": "/pages/index"},
                {"name": "拿铁", "price": 2200, "count": 1},
            ]}]);
        }
        out
    }

    const fn index(&self) -> u64 {
        (self.id / 10) % KINDS
    }

    /// The beginning of the name, the type and the usage mode.
    const fn kind(&self) -> (&'static str, &'static str, &'static str) {
        match self.index() {
            0 => ("满减券", "NORMAL", "SINGLE"),
            1 => ("立减券", "NORMAL", "SINGLE"),
            2 => ("折扣券", "DISCOUNT", "SINGLE"),
            3 => ("满折券", "DISCOUNT", "SINGLE"),
            4 => ("兑换券", "EXCHANGE", "SINGLE"),
            5 => ("连续券", "NORMAL", "SEQUENTIAL"),
            6 => ("套餐兑换券", "EXCHANGE", "SINGLE"),
            7 => ("组合券", "DISCOUNT", "PROGRESSIVE_BUNDLE"),
            8 => ("等额连续券", "NORMAL", "SEQUENTIAL"),
            // A type and a mode that nobody has told of yet.
            _ => ("新型券", "SURPRISE", "LOTTERY"),
        }
    }

    fn usage(&self) -> Vec<(&'static str, Value)> {
        let single = |rule: Value| vec![("single_usage_info", rule)];
        match self.index() {
            0 => single(json!({"normal_coupon": {"threshold": 10_000, "discount_amount": 1_000}})),
            1 => single(json!({"normal_coupon": {"threshold": 0, "discount_amount": 500}})),
            2 => single(json!({"discount_coupon": {"threshold": 0, "percent_off": 15}})),
            3 => single(json!({"discount_coupon": {"threshold": 20_000, "percent_off": 30}})),
            5 => vec![(
                "sequential_usage_info",
                json!({"type": "INCREMENTAL", "count": 5, "available_days": 7, "interval_days": 1}),
            )],
            7 => vec![("progressive_bundle_usage_info", json!({"count": 3, "interval_days": 2}))],
            8 => vec![(
                "sequential_usage_info",
                json!({"type": "EQUAL", "count": 4, "available_days": 30, "interval_days": 0}),
            )],
            _ => Vec::new(),
        }
    }
}
