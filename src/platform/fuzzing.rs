//! What is made of a platform's answer, without a connection around it.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::client::Answer;
use super::{Accepted, Failure, temu, top, wechat};
use crate::model::{Item, Target};

/// What a Temu look-up's answer lists for a product of a shop.
///
/// # Errors
/// As [`Find::find`](super::Find::find), of an answer that came.
pub fn temu_listing(product: &str, mall: &str, status: u16, body: &[u8]) -> Result<Vec<Target>, Failure> {
    temu::listing(&answer(status, body), product, mall, temu::Unnamed::ProvesNothing)
}

/// What a Temu submission's answer says.
///
/// # Errors
/// As [`Submit::submit`](super::Submit::submit), of an answer that came.
pub fn temu_accepted(status: u16, body: &[u8]) -> Result<Accepted, Failure> {
    temu::accepted(&answer(status, body))
}

/// What the answer to a look-up of a pool activity tells.
///
/// # Errors
/// As [`Find::find`](super::Find::find), of an answer that came.
pub fn pool_listing(item: &Item, status: u16, body: &[u8]) -> Result<Vec<Target>, Failure> {
    top::pool_listing(&answer(status, body), item)
}

/// What the answer to a cancelled gift line says.
///
/// # Errors
/// As [`Submit::submit`](super::Submit::submit), of an answer that came.
pub fn gift_accepted(item: &Item, status: u16, body: &[u8]) -> Result<Accepted, Failure> {
    top::gift_accepted(&answer(status, body), item)
}

/// What a verified answer about a coupon tells.
///
/// # Errors
/// As [`Find::find`](super::Find::find), of an answer that came.
pub fn coupon_listing(item: &Item, body: &[u8]) -> Result<Vec<Target>, Failure> {
    wechat::listing(body, item)
}

fn answer(status: u16, body: &[u8]) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Answer { status, headers: HeaderMap::new(), body: Ok(body.to_vec()) }
}
