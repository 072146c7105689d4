//! `wechat-coupon`: deactivate product coupons at WeChat Pay (`APIv3`).
//!
//! Facts are from the platform's documentation of `product-coupons` for partners.

mod api;
mod columns;
mod facts;
mod sign;
mod wire;

use super::{Accepted, Call, Failure, Find, Identity, Limits, Operation, Promises, Sample, Submission, Submit};
use crate::error::Result;
use crate::model::{Column, FactColumn, Item, Target};
use crate::shop::{Credentials, Secrets, Shop};
use crate::text;
use crate::text::{Lang, Text};
use api::Api;
use wire::{Coupon, DEACTIVATED};

const COUPONS: &str = "/v3/marketing/partner/product-coupon/product-coupons";
/// A coupon that cannot exist, of a brand that cannot exist.
const NO_COUPON: (&str, &str) = ("1", "brand_id=1");

/// Deactivate product coupons.
pub(super) struct WechatCoupon;

impl Operation for WechatCoupon {
    fn name(&self) -> &'static str {
        "wechat-coupon"
    }

    fn title(&self) -> Text {
        text!("微信商品券失效", "WeChat product coupon deactivation")
    }

    fn platform(&self) -> &'static str {
        "wechat-pay"
    }

    fn columns(&self) -> &'static [Column] {
        columns::COLUMNS
    }

    fn facts(&self) -> &'static [FactColumn] {
        columns::FACTS
    }

    fn describe(&self, target: &Target, lang: Lang) -> Vec<String> {
        facts::describe(target, lang)
    }

    fn sample(&self) -> Sample {
        Sample { name: "wechat-coupon.xlsx", workbook: include_bytes!("../../../samples/wechat-coupon.xlsx") }
    }

    fn promises(&self) -> Promises {
        Promises { submits: true, settles: true, repeats: true, looks_up: true }
    }

    /// The documented limit is 20 a second for all brands together; half of it leaves room for others.
    fn default_rate(&self) -> f64 {
        10.0
    }

    fn sentence(&self, target: &Target) -> Option<Text> {
        facts::sentence(target)
    }

    fn is_done_by(&self, target: &Target, request_no: &str) -> bool {
        let coupon: Coupon = serde_json::from_str(&target.data).unwrap_or_default();
        coupon.deactivate_request_no.is_none_or(|number| number == request_no)
    }

    fn warning(&self) -> Option<Text> {
        Some(text!(
            "注意:一张商品券失效后,它的所有批次、投放渠道和活动都会终止;用户已经领到的券仍然有效。",
            "Note: when a coupon is deactivated, all its stocks, channels and activities end; coupons that users already hold stay valid."
        ))
    }

    fn finder(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Find>> {
        Ok(Box::new(api(shop, limits)?))
    }

    fn submitter(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Submit>> {
        Ok(Box::new(api(shop, limits)?))
    }

    fn identify<'a>(&'a self, shop: &'a Shop, limits: Limits) -> Result<Call<'a, Identity>> {
        let api = api(shop, limits)?;
        Ok(Box::pin(async move {
            let (id, query) = NO_COUPON;
            api.probe(&format!("{COUPONS}/{id}"), query).await.map(|()| Identity::default())
        }))
    }
}

fn api(shop: &Shop, limits: Limits) -> Result<Api> {
    match &shop.credentials {
        Credentials::Wechat(credentials) => Api::new(credentials, Secrets::of(&shop.credentials), limits),
        _ => Err(super::of_another_platform(shop)),
    }
}

/// The path of a coupon. Ids are digits, so nothing in them needs an escape.
fn path(item: &Item) -> String {
    format!("{COUPONS}/{}", item.get("product_coupon_id"))
}

impl Find for Api {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(async move {
            let body = self.get(&path(item), &format!("brand_id={}", item.get("brand_id"))).await?;
            Ok(vec![target(&wire::coupon(&body, item, self.mchid())?)])
        })
    }
}

impl Submit for Api {
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted> {
        Box::pin(async move {
            let item = &submission.item;
            let body = serde_json::to_vec(&wire::Deactivation {
                brand_id: item.get("brand_id"),
                out_request_no: &submission.request_no,
                deactivate_reason: &submission.reason,
            });
            let body = body.map_err(|why| Failure::Refused {
                code: String::new(),
                words: format!("the request cannot be written: {why}"),
            })?;
            let read = |answer: &[u8]| {
                let coupon = wire::coupon(answer, item, self.mchid())?;
                deactivated(&coupon, &submission.request_no)
            };
            self.post(&format!("{}/deactivate", path(item)), body, read).await
        })
    }
}

/// Whether the coupon in a submission's answer is deactivated, and by this submission.
fn deactivated(coupon: &Coupon, request_no: &str) -> std::result::Result<Accepted, Failure> {
    let state = &coupon.state;
    if state != DEACTIVATED {
        return Err(Failure::Unclear(text!(
            "答复说成功，但券的状态是 {state}",
            "the answer says success, but the coupon is {state}"
        )));
    }
    match coupon.deactivate_request_no.as_deref().filter(|number| *number != request_no) {
        None => Ok(Accepted::default()),
        Some(other) => Err(Failure::Unclear(text!(
            "答复说券已失效，但失效请求单号是 {other}，不是 {request_no}",
            "the coupon is deactivated under the request number {other}, not {request_no}"
        ))),
    }
}

/// What a verified answer lists.
#[cfg(feature = "fuzzing")]
pub(super) fn listing(body: &[u8], item: &Item) -> std::result::Result<Vec<Target>, Failure> {
    Ok(vec![target(&wire::coupon(body, item, "1900000001")?)])
}

fn target(coupon: &Coupon) -> Target {
    let name = coupon.display_info.as_ref().and_then(|display| display.name.clone());
    Target {
        id: coupon.product_coupon_id.clone(),
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| coupon.product_coupon_id.clone()),
        ended: false,
        done: facts::done(coupon),
        group: String::new(),
        data: serde_json::to_string(coupon).unwrap_or_default(),
    }
}
