//! The signature, worked out anew from its definition (RFC 2104), so that no mistake is shared.

use md5::{Digest as _, Md5};
use ring::digest::{SHA256, digest};

/// The block of MD5 and SHA-256 alike, in bytes.
const BLOCK: usize = 64;

/// The signature of a request; `None`: no such method.
pub(super) fn expected(method: &str, secret: &str, pairs: &[(String, String)]) -> Option<String> {
    let mut sorted: Vec<&(String, String)> =
        pairs.iter().filter(|(key, value)| key != "sign" && !value.is_empty()).collect();
    sorted.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
    let mut text = String::new();
    for (key, value) in sorted {
        text.push_str(key);
        text.push_str(value);
    }
    let bytes = match method {
        "md5" => md5([secret, &text, secret].concat().as_bytes()),
        "hmac" => keyed(md5, secret.as_bytes(), text.as_bytes()),
        "hmac-sha256" => keyed(sha256, secret.as_bytes(), text.as_bytes()),
        _ => return None,
    };
    Some(bytes.iter().map(|byte| format!("{byte:02X}")).collect())
}

fn keyed(hash: fn(&[u8]) -> Vec<u8>, key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > BLOCK { hash(key) } else { key.to_vec() };
    block.resize(BLOCK, 0);
    let padded = |pad: u8| block.iter().map(move |byte| byte ^ pad);
    let inner: Vec<u8> = padded(0x36).chain(text.iter().copied()).collect();
    let outer: Vec<u8> = padded(0x5c).chain(hash(&inner)).collect();
    hash(&outer)
}

fn md5(bytes: &[u8]) -> Vec<u8> {
    Md5::digest(bytes).to_vec()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn the_published_example() {
        let pairs = |method: &str| {
            [
                ("app_key", "12345678"),
                ("fields", "num_iid,title,nick,price,num"),
                ("format", "json"),
                ("method", "taobao.item.seller.get"),
                ("num_iid", "11223344"),
                ("session", "test"),
                ("sign_method", method),
                ("timestamp", "2016-01-01 12:00:00"),
                ("v", "2.0"),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
        };
        for (method, signature) in [
            ("md5", "66987CB115214E59E6EC978214934FB8"),
            ("hmac", "D56D7858309C31B6251083A874D48273"),
            ("hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"),
        ] {
            assert_eq!(expected(method, "helloworld", &pairs(method)).as_deref(), Some(signature));
        }
        assert_eq!(expected("sha1", "helloworld", &pairs("sha1")), None);
    }
}
