//! The bodies of the calls. Enums drift, so what is only shown is read openly; ids and the state, on which
//! more than a sentence hangs, are read strictly.

use serde::{Deserialize, Serialize};

use super::super::lenient::{lenient, object, objects};
use super::super::wording::tells_no_error;
use super::super::{CredentialsTrouble, Failure};
use crate::model::Item;
use crate::text;

/// The state of a coupon that has been deactivated.
pub(super) const DEACTIVATED: &str = "DEACTIVATED";

/// A coupon, as look-up and submission both answer it. The journal keeps it for the result.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Coupon {
    pub product_coupon_id: String,
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand_id: Option<String>,
    /// Whose coupon it is, where the platform tells it.
    #[serde(default, skip_serializing)]
    pub mchid: Option<String>,
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

/// Reads a coupon out of a verified answer of a merchant; it must be whole, and the one that was asked for.
pub(super) fn coupon(body: &[u8], item: &Item, mchid: &str) -> Result<Coupon, Failure> {
    let unreadable = || Failure::Unclear(text!("答复的内容看不懂", "the answer's content cannot be understood"));
    if let Some(failure) = object(body).and_then(failure_in_success) {
        return Err(failure);
    }
    let coupon: Coupon = object(body).ok_or_else(unreadable)?;
    if let Some(theirs) = coupon.mchid.as_deref().filter(|theirs| *theirs != mchid) {
        return Err(Failure::OtherAccount { theirs: theirs.to_owned(), ours: mchid.to_owned() });
    }
    if coupon.state.is_empty() {
        return Err(Failure::incomplete(&text!("没有状态（state）", "it has no state")));
    }
    let Some(brand) = coupon.brand_id.as_deref() else {
        return Err(Failure::incomplete(&text!("没有品牌（brand_id）", "it names no brand (brand_id)")));
    };
    if coupon.product_coupon_id == item.get("product_coupon_id") && brand == item.get("brand_id") {
        return Ok(coupon);
    }
    let id = &coupon.product_coupon_id;
    Err(Failure::Unclear(text!(
        "答复是另一张券 {id}（品牌 {brand}）的",
        "the answer is about another coupon, {id} (brand {brand})"
    )))
}

/// A refusal's code or words in an answer whose status says success.
fn failure_in_success(said: Refusal) -> Option<Failure> {
    let (code, words) = (said.code.unwrap_or_default(), said.message.unwrap_or_default());
    if code.is_empty() && tells_no_error(&words) {
        return None;
    }
    let failure = match code.as_str() {
        "NO_AUTH" | "SIGN_ERROR" => {
            let words = if words.is_empty() { code } else { format!("{words} ({code})") };
            Failure::Credentials { trouble: CredentialsTrouble::Forbidden, words }
        }
        _ => Failure::Refused { code, words },
    };
    Some(failure.beside_success())
}
