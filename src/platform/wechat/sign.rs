//! The two signatures: ours on each request, the platform's on each answer.

use reqwest::Url;
use reqwest::header::HeaderMap;
use ring::rand::{SecureRandom, SystemRandom};

use crate::shop::{MerchantKey, PlatformKey, WechatCredentials};
use crate::text;
use crate::text::Text;

/// An answer whose time is further from this machine's clock is refused.
const MOST_SECONDS: i64 = 300;

/// Who signs requests.
pub(super) struct Signer {
    key: MerchantKey,
    mchid: String,
    serial_no: String,
}

/// What the signature of an answer proves.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The platform wrote it, within the last minutes.
    Good,
    /// There is no signature.
    Absent,
    /// There is one, and it proves nothing, for this reason.
    Bad(Text),
}

impl Signer {
    pub fn new(credentials: &WechatCredentials) -> crate::error::Result<Self> {
        let (mchid, serial_no) = (credentials.mchid.clone(), credentials.serial_no.clone());
        Ok(Self { key: credentials.merchant_key()?, mchid, serial_no })
    }

    /// The value of `Authorization`; `None` where the machine has no random numbers or the key does not sign.
    pub fn authorization(&self, method: &str, url: &Url, body: &[u8], seconds: i64) -> Option<String> {
        let mut bytes = [0; 16];
        SystemRandom::new().fill(&mut bytes).ok()?;
        let nonce: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        self.authorization_with(method, url, body, seconds, &nonce)
    }

    fn authorization_with(&self, method: &str, url: &Url, body: &[u8], seconds: i64, nonce: &str) -> Option<String> {
        let signature = self.key.sign(&request_text(method, url, seconds, nonce, body))?;
        let Self { mchid, serial_no, .. } = self;
        Some(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
             timestamp=\"{seconds}\",serial_no=\"{serial_no}\""
        ))
    }
}

/// What is signed of a request: path and query exactly as they are sent.
fn request_text(method: &str, url: &Url, seconds: i64, nonce: &str, body: &[u8]) -> Vec<u8> {
    let path = url.path();
    let head = match url.query() {
        Some(query) => format!("{method}\n{path}?{query}\n{seconds}\n{nonce}\n"),
        None => format!("{method}\n{path}\n{seconds}\n{nonce}\n"),
    };
    [head.as_bytes(), body, b"\n"].concat()
}

/// Holds an answer against its signature. The body is the one that the platform wrote: decompressed, and
/// otherwise as it came.
pub(super) fn verify(keys: &[PlatformKey], headers: &HeaderMap, body: &[u8], now: i64) -> Proof {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let [timestamp, nonce, signature, serial] =
        ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial"].map(header);
    if [timestamp, nonce, signature, serial].iter().all(Option::is_none) {
        return Proof::Absent;
    }
    let (Some(timestamp), Some(nonce), Some(signature), Some(serial)) = (timestamp, nonce, signature, serial) else {
        return Proof::Bad(text!("答复的签名不完整", "the answer's signature is not whole"));
    };
    let Some(key) = keys.iter().find(|key| key.is_called(serial)) else {
        let serial: String = serial.chars().take(64).collect();
        return Proof::Bad(text!(
            "答复由没有添加的密钥 {serial} 签名",
            "the answer is signed by a key that was not added: {serial}"
        ));
    };
    let text = [format!("{timestamp}\n{nonce}\n").as_bytes(), body, b"\n"].concat();
    if !key.verifies(&text, signature) {
        return Proof::Bad(text!("答复的签名不对", "the answer's signature is wrong"));
    }
    match timestamp.parse::<i64>().map(|then| then.abs_diff(now)) {
        Ok(seconds) if seconds <= MOST_SECONDS.unsigned_abs() => Proof::Good,
        Ok(seconds) => {
            let minutes = seconds / 60;
            Proof::Bad(text!(
                "答复的时间与本机时钟相差 {minutes} 分钟(最多 5 分钟);请校准本机的时钟",
                "the answer's time is {minutes} minutes off this machine's clock (5 at most): set the clock right"
            ))
        }
        Err(_) => Proof::Bad(text!("答复签名的时间看不懂", "the time of the answer's signature cannot be read")),
    }
}

#[cfg(test)]
mod tests;
