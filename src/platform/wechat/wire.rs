//! The bodies of the calls. Enums drift, so what is only shown is read openly; ids and the state, on which
//! more than a sentence hangs, are read strictly.

use serde::{Deserialize, Serialize};

use super::super::Failure;
use super::super::lenient::{lenient, object, objects};
use crate::model::Item;
use crate::text;

/// The state of a coupon that has been deactivated.
pub(super) const DEACTIVATED: &str = "DEACTIVATED";

/// A coupon, as look-up and submission both answer it. The journal keeps it for the result.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Coupon {
    pub product_coupon_id: String,
    pub state: String,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub brand_id: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub usage_mode: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub single_usage_info: Option<SingleUsage>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub sequential_usage_info: Option<SeveralUses>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub progressive_bundle_usage_info: Option<SeveralUses>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub display_info: Option<Display>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub out_product_no: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub deactivate_request_no: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub deactivate_time: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub deactivate_reason: Option<String>,
}

/// The rule of a coupon that is used once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct SingleUsage {
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub normal_coupon: Option<Rule>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub discount_coupon: Option<Rule>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub exchange_coupon: Option<Rule>,
}

/// From when on a coupon helps, and how much.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Rule {
    /// Fen.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u64>,
    /// Fen.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub discount_amount: Option<u64>,
    /// So many percent are taken off.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u64>,
    /// Fen.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub exchange_price: Option<u64>,
}

/// How a coupon is used several times.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct SeveralUses {
    #[serde(default, rename = "type", deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub available_days: Option<u64>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub interval_days: Option<u64>,
}

/// What users see of a coupon.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Display {
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fen.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub original_price: Option<u64>,
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub combo_package_list: Vec<Combo>,
}

/// A set of things of which some are chosen.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Combo {
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub pick_count: Option<u64>,
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    pub choice_list: Vec<Choice>,
}

/// One thing of a set.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fen.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub price: Option<u64>,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// The body of a submission.
#[derive(Serialize)]
pub(super) struct Deactivation<'a> {
    pub brand_id: &'a str,
    pub out_request_no: &'a str,
    pub deactivate_reason: &'a str,
}

/// What the platform says where it does not do what it was asked.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default, deserialize_with = "lenient")]
    pub code: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub message: Option<String>,
}

/// Reads a coupon out of a verified answer; it must be the one that was asked for.
pub(super) fn coupon(body: &[u8], item: &Item) -> Result<Coupon, Failure> {
    let unreadable = || Failure::Unclear(text!("答复的内容看不懂", "the answer's content cannot be understood"));
    let coupon: Coupon = object(body).ok_or_else(unreadable)?;
    let other_brand = coupon.brand_id.as_deref().filter(|brand| *brand != item.get("brand_id"));
    if coupon.product_coupon_id == item.get("product_coupon_id") && other_brand.is_none() {
        return Ok(coupon);
    }
    let (id, brand) = (&coupon.product_coupon_id, coupon.brand_id.as_deref().unwrap_or_default());
    Err(Failure::Unclear(text!(
        "答复是另一张券 {id}(品牌 {brand})的",
        "the answer is about another coupon, {id} (brand {brand})"
    )))
}
