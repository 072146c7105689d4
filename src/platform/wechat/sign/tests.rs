use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Proof, Signer, request_text, verify};
use crate::sandbox::wechat::Login;
use crate::shop::{MerchantKey, PlatformKey, Secret, WechatCredentials};

const NOW: i64 = 1_763_776_800;

#[test]
fn a_request_is_signed_as_it_is_sent() {
    let url = Url::parse("https://api.example/v3/coupons/1?brand_id=120344").expect("a url");
    let text = request_text("GET", &url, NOW, "ABC", b"");
    assert_eq!(text, b"GET\n/v3/coupons/1?brand_id=120344\n1763776800\nABC\n\n");
    let url = Url::parse("https://api.example/v3/coupons/1/deactivate").expect("a url");
    let text = request_text("POST", &url, NOW, "ABC", br#"{"a":1}"#);
    assert_eq!(text, b"POST\n/v3/coupons/1/deactivate\n1763776800\nABC\n{\"a\":1}\n");
}

#[test]
fn the_header_names_all_that_the_platform_needs() {
    let login = Login::of(0);
    let credentials = WechatCredentials {
        mchid: "1900000001".into(),
        serial_no: "5157".into(),
        private_key: Secret::new(login.private_key.clone()),
        public_key: None,
        certificates: Vec::new(),
        base_url: "https://api.example".into(),
    };
    let signer = Signer::new(&credentials).expect("a signer");
    let url = Url::parse("https://api.example/x").expect("a url");
    let header = signer.authorization_with("GET", &url, b"", NOW, "ABC").expect("signed");
    let key = MerchantKey::from_pem(&login.private_key).expect("a key");
    let signature = key.sign(b"GET\n/x\n1763776800\nABC\n\n").expect("signed");
    assert_eq!(
        header,
        format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"ABC\",signature=\"{signature}\",\
             timestamp=\"1763776800\",serial_no=\"5157\""
        )
    );
    let (one, two) = (signer.authorization("GET", &url, b"", NOW), signer.authorization("GET", &url, b"", NOW));
    assert!(one.is_some() && one != two, "each request has a nonce of its own");
}

/// The merchant's made-up key in the platform's place: a key that a test can sign with.
struct Platform {
    key: MerchantKey,
    keys: Vec<PlatformKey>,
}

impl Platform {
    fn new() -> Self {
        let login = Login::of(0);
        let key = MerchantKey::from_pem(&login.private_key).expect("a key");
        let keys =
            vec![PlatformKey::from_public_key("PUB_KEY_ID_7", &login.merchant_public_key).expect("a public key")];
        Self { key, keys }
    }

    fn headers(&self, seconds: &str, body: &str) -> HeaderMap {
        let signature = self.key.sign(format!("{seconds}\nN\n{body}\n").as_bytes()).expect("signed");
        [("timestamp", seconds), ("nonce", "N"), ("signature", &signature), ("serial", "PUB_KEY_ID_7")]
            .map(|(name, value)| {
                let name = HeaderName::try_from(format!("wechatpay-{name}")).expect("a name");
                (name, HeaderValue::from_str(value).expect("a value"))
            })
            .into_iter()
            .collect()
    }

    fn proof(&self, headers: &HeaderMap, body: &str) -> Proof {
        verify(&self.keys, headers, body.as_bytes(), NOW)
    }
}

fn why(proof: Proof) -> String {
    match proof {
        Proof::Bad(why) => why.en,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_is_the_platforms_only_with_its_signature_over_every_byte() {
    let platform = Platform::new();
    let body = r#"{"state":"DEACTIVATED"}"#;
    let headers = platform.headers(&NOW.to_string(), body);
    assert_eq!(platform.proof(&headers, body), Proof::Good);
    assert!(why(platform.proof(&headers, r#"{"state":"DEACTIVATED" }"#)).contains("signature is wrong"));
    assert_eq!(platform.proof(&platform.headers(&NOW.to_string(), ""), ""), Proof::Good);
    assert_eq!(platform.proof(&HeaderMap::new(), body), Proof::Absent);
    for name in ["timestamp", "nonce", "signature", "serial"] {
        let mut headers = headers.clone();
        headers.remove(format!("wechatpay-{name}"));
        assert!(why(platform.proof(&headers, body)).contains("not whole"), "{name}");
    }
}

#[test]
fn an_answer_by_an_unknown_key_is_not_the_platforms() {
    let platform = Platform::new();
    let mut headers = platform.headers(&NOW.to_string(), "{}");
    headers.insert("wechatpay-serial", HeaderValue::from_static("PUB_KEY_ID_8"));
    assert!(why(platform.proof(&headers, "{}")).contains("not added: PUB_KEY_ID_8"));
}

#[test]
fn an_answer_is_good_for_five_minutes_either_way() {
    let platform = Platform::new();
    for (seconds, good) in [(NOW - 300, true), (NOW + 300, true), (NOW - 301, false), (NOW + 301, false)] {
        let proof = platform.proof(&platform.headers(&seconds.to_string(), "{}"), "{}");
        if good {
            assert_eq!(proof, Proof::Good, "{seconds}");
        } else {
            assert!(why(proof).contains("set the clock right"), "{seconds}");
        }
    }
    for odd in ["", "soon", "-9223372036854775808", "99999999999999999999"] {
        assert_ne!(platform.proof(&platform.headers(odd, "{}"), "{}"), Proof::Good, "{odd}");
    }
}
