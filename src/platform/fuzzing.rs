//! What is made of a Temu answer, without a connection around it.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::client::Answer;
use super::{Accepted, Failure, temu};
use crate::model::Target;

/// What a look-up's answer lists for an item.
///
/// # Errors
/// As [`Find::find`](super::Find::find), of an answer that came.
pub fn temu_listing(item: &str, status: u16, body: &[u8]) -> Result<Vec<Target>, Failure> {
    temu::listing(&answer(status, body), item)
}

/// What a submission's answer says.
///
/// # Errors
/// As [`Submit::submit`](super::Submit::submit), of an answer that came.
pub fn temu_accepted(status: u16, body: &[u8]) -> Result<Accepted, Failure> {
    temu::accepted(&answer(status, body))
}

fn answer(status: u16, body: &[u8]) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Answer { status, headers: HeaderMap::new(), body: Ok(body.to_vec()) }
}
