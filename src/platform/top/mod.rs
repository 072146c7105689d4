//! The Taobao Open Platform (TOP): one gateway for all of its calls, signed by the app, acting for a shop.

mod gateway;
mod gift;
mod pool;
mod refusal;
mod sign;

pub(super) use gift::GiftItem;
pub(super) use pool::ItemPool;
#[cfg(feature = "fuzzing")]
pub(super) use {gift::accepted as gift_accepted, pool::listing as pool_listing};
