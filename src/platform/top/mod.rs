//! The Taobao Open Platform (TOP): one gateway for all of its calls, signed by the app, acting for a shop.

mod gateway;
mod gift;
mod pool;
mod refusal;
mod sign;

pub(super) use gift::GiftItem;
pub(super) use pool::ItemPool;
