//! Signatures: what proves that a request is the app's own and was not changed on its way.

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};

use crate::shop::SignMethod;

/// Signs a request: its parameters without `sign` and empty values, sorted by key in byte order, key and
/// value after one another. The signature is in upper-case hex.
pub(super) fn sign<'a>(
    method: SignMethod,
    secret: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut signed: Vec<_> =
        parameters.into_iter().filter(|(key, value)| *key != "sign" && !key.is_empty() && !value.is_empty()).collect();
    signed.sort_unstable();
    let text: String = signed.into_iter().flat_map(|(key, value)| [key, value]).collect();
    match method {
        SignMethod::Md5 => {
            let digest = Md5::new().chain_update(secret).chain_update(&text).chain_update(secret);
            hex(&digest.finalize())
        }
        SignMethod::Hmac => {
            // An HMAC takes a key of any length, so there is no other arm to come to.
            let Ok(mac) = Hmac::<Md5>::new_from_slice(secret.as_bytes()) else { return String::new() };
            hex(&mac.chain_update(&text).finalize().into_bytes())
        }
        SignMethod::HmacSha256 => {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
            hex(ring::hmac::sign(&key, text.as_bytes()).as_ref())
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;

    use super::sign;
    use crate::shop::SignMethod;

    fn example(method: SignMethod) -> String {
        let parameters = [
            ("method", "taobao.item.seller.get"),
            ("app_key", "12345678"),
            ("session", "test"),
            ("timestamp", "2016-01-01 12:00:00"),
            ("format", "json"),
            ("v", "2.0"),
            ("sign_method", method.name()),
            ("fields", "num_iid,title,nick,price,num"),
            ("num_iid", "11223344"),
        ];
        sign(method, "helloworld", parameters)
    }

    #[test]
    fn the_platforms_published_example_and_its_two_sisters() {
        assert_eq!(example(SignMethod::Md5), "66987CB115214E59E6EC978214934FB8");
        assert_eq!(example(SignMethod::Hmac), "D56D7858309C31B6251083A874D48273");
        assert_eq!(example(SignMethod::HmacSha256), "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8");
    }

    #[test]
    fn empty_values_and_the_signature_itself_are_left_out() {
        for method in SignMethod::ALL {
            let plain = sign(method, "s", [("b", "2"), ("a", "1")]);
            assert_eq!(sign(method, "s", [("a", "1"), ("b", "2"), ("c", ""), ("sign", "x")]), plain);
            assert_ne!(sign(method, "s", [("a", "1"), ("b", "2"), ("c", " ")]), plain);
        }
    }

    #[test]
    fn keys_are_in_the_order_of_their_bytes() {
        let sorted = sign(SignMethod::Md5, "s", [("B", "1"), ("_", "2"), ("a", "3"), ("店", "4")]);
        assert_eq!(sign(SignMethod::Md5, "s", [("店", "4"), ("a", "3"), ("_", "2"), ("B", "1")]), sorted);
    }

    /// Parameter sets as hard as real ones can be: Chinese, characters that forms escape, empty values.
    fn sets() -> impl Iterator<Item = (String, BTreeMap<String, String>)> {
        let pieces = ["a", "Z", "0", "_", "店铺", "货品", "&", "=", "+", " ", "%", "\"", "{", "\u{1f600}", "é", "\n"];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut chance = move |of: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % of as u64).unwrap_or_default()
        };
        (0..300).map(move |_| {
            let mut text = |least: usize, most: usize| -> String {
                (0..least + chance(most)).map(|_| pieces[chance(pieces.len())]).collect()
            };
            let secret = text(1, 40);
            let count = 1 + text(0, 12).chars().count();
            let parameters = (0..count).map(|place| (format!("{}{place}", text(1, 4)), text(0, 12))).collect();
            (secret, parameters)
        })
    }

    /// Set where the peers must be there: without it, a machine that lacks them skips the comparison.
    const REQUIRED: &str = "UNPROMO_PEERS";

    #[test]
    fn other_peoples_clients_sign_the_same() {
        let python = std::env::var("UNPROMO_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/top_sign.py");
        let sets: Vec<_> = sets().collect();
        // The peers sign empty values too, which the platform leaves out: they are not shown any.
        let asked = sets.iter().map(|(secret, parameters)| {
            let filled: BTreeMap<_, _> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
            serde_json::json!({ "secret": secret, "parameters": filled }).to_string() + "\n"
        });
        let asked: String = asked.filter(|line| !line.contains(r#""parameters":{}"#)).collect();
        let input = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(input.path(), &asked).expect("written");
        let stdin = std::fs::File::open(input.path()).expect("opened");
        let told = Command::new(python).arg(script).env("PYTHONIOENCODING", "utf-8").stdin(stdin).output();
        let told = match told {
            Ok(told) if told.status.success() => told.stdout,
            other => {
                let why = other.map_or_else(|why| why.to_string(), |told| String::from_utf8_lossy(&told.stderr).into());
                assert!(std::env::var_os(REQUIRED).is_none(), "the peers are required: {why}");
                println!("skipped: pip install -r tests/peers/requirements.txt ({})", why.lines().last().unwrap_or(""));
                return;
            }
        };
        let told = String::from_utf8(told).expect("text");
        let sets = sets.iter().filter(|(_, parameters)| parameters.values().any(|value| !value.is_empty()));
        let mut compared = 0;
        for ((secret, parameters), line) in sets.zip(told.lines()) {
            let peer: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let own = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            assert_eq!(peer["md5"], sign(SignMethod::Md5, secret, own), "{parameters:?}");
            let signed = peer["hmac_parameters"].as_object().expect("an object");
            let signed = signed.iter().map(|(key, value)| (key.as_str(), value.as_str().expect("text")));
            assert_eq!(peer["hmac"], sign(SignMethod::Hmac, secret, signed), "{parameters:?}");
            compared += 1;
        }
        assert_eq!(compared, asked.lines().count());
        assert!(compared > 250, "{compared} sets were compared");
    }
}
