//! `wechat-coupon` with the real program: against the sandbox, and against an implementation of others.

mod answers;
mod coupons;
mod numbers;
mod peers;
mod sample;
mod shop;
mod stage;
#[path = "../shared/wait.rs"]
mod wait;
