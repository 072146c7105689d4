//! The signature of an answer, right or wrong on demand.

use hyper::header::{HeaderMap, HeaderName};

use super::keys;
use super::login::{PLATFORM_SERIAL, PUBLIC_KEY_ID};
use crate::sandbox::answer::Answer;
use crate::sandbox::clock::epoch_ms;
use crate::sandbox::platform::Seal;

/// An answer that is older than this is no answer, for a careful client.
const STALE_SECONDS: u64 = 301;

/// Signs an answer as the request wants it: with the public key's id where it names it, else with the
/// certificate's serial number.
pub(super) fn seal(request: &HeaderMap, answer: Answer, seal: Seal) -> Answer {
    if seal == Seal::None {
        return answer;
    }
    let by_public_key = request.get("wechatpay-serial").is_some_and(|serial| serial == PUBLIC_KEY_ID);
    let serial = match (seal, by_public_key) {
        (Seal::OtherKey, _) => "PUB_KEY_ID_0000000000000000000000000000000000",
        (_, true) => PUBLIC_KEY_ID,
        (_, false) => PLATFORM_SERIAL,
    };
    let now = epoch_ms() / 1000;
    let timestamp = if seal == Seal::Old { now.saturating_sub(STALE_SECONDS) } else { now };
    let nonce = format!("{:016x}", crate::sandbox::mix(epoch_ms() ^ answer.body.len() as u64));
    let text = [format!("{timestamp}\n{nonce}\n").as_bytes(), &answer.body, b"\n"].concat();
    let signature = if seal == Seal::Wrong {
        keys::platform().signed(&[&text[..], b" "].concat())
    } else {
        keys::platform().signed(&text)
    };
    answer
        .header(HeaderName::from_static("wechatpay-timestamp"), &timestamp.to_string())
        .header(HeaderName::from_static("wechatpay-nonce"), &nonce)
        .header(HeaderName::from_static("wechatpay-signature"), &signature)
        .header(HeaderName::from_static("wechatpay-signature-type"), "WECHATPAY2-SHA256-RSA2048")
        .header(HeaderName::from_static("wechatpay-serial"), serial)
}
