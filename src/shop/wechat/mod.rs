//! The credentials of a merchant at WeChat Pay.

mod content;
mod der;
mod key;
mod pem;

use reqwest::Url;

pub use key::{MerchantKey, PlatformKey};

use super::{Secret, place};
use crate::error::{Error, Kind, Result};
use crate::text;
use crate::text::Text;

/// What the ids of the platform's public keys begin with.
pub(super) const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_";
/// Where the platform is, unless the user says otherwise.
const USUAL_BASE: &str = "https://api.mch.weixin.qq.com";

/// What proves a merchant's identity, and the platform's to the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WechatCredentials {
    /// The merchant's number.
    pub mchid: String,
    /// The serial number of the merchant's API certificate: upper-case hex.
    pub serial_no: String,
    /// The merchant's private key, as PEM.
    pub private_key: Secret,
    /// The platform's public key, if the merchant has one.
    pub public_key: Option<WechatPublicKey>,
    /// Platform certificates, as PEM.
    pub certificates: Vec<String>,
    /// Where the platform is: scheme, host and port, without a slash at the end.
    pub base_url: String,
}

/// The platform's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WechatPublicKey {
    /// Its id: `PUB_KEY_ID_…`.
    pub id: String,
    /// The key, as PEM.
    pub pem: String,
}

/// What a user gives to make credentials of. Keys are the files' contents.
#[derive(Debug)]
pub struct WechatGiven<'a> {
    /// The merchant's number.
    pub mchid: &'a str,
    /// The serial number of the merchant's API certificate.
    pub serial_no: &'a str,
    /// The merchant's private key: where it came from, and its content.
    pub private_key: (&'a str, &'a str),
    /// The platform's public key: its id, where it came from, and its content.
    pub public_key: Option<(&'a str, &'a str, &'a str)>,
    /// Platform certificates: where each came from, and its content.
    pub certificates: &'a [(String, String)],
    /// Another address of the platform.
    pub base_url: Option<&'a str>,
}

impl WechatCredentials {
    /// Checks what a user gave, keys and all, without asking anybody.
    ///
    /// # Errors
    /// Names the first thing that will not do, and never a key's content.
    pub fn check(given: &WechatGiven<'_>) -> Result<Self> {
        let mchid = given.mchid.trim();
        if mchid.is_empty() || mchid.len() > 32 || !mchid.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::usage(text!(
                "商户号 {mchid} 应为数字",
                "the merchant's number {mchid} should be digits"
            )));
        }
        let serial_no = serial(given.serial_no)?;
        let (place, pem) = given.private_key;
        let merchant = MerchantKey::from_pem(pem).map_err(|why| in_file(place, &why))?;
        let public_key = given.public_key.map(|(id, place, pem)| {
            let id = public_key_id(id)?;
            let key = PlatformKey::from_public_key(&id, pem).map_err(|why| in_file(place, &why))?;
            if key.is_half_of(&merchant) {
                return Err(own_public_key(place));
            }
            Ok(WechatPublicKey { id, pem: pem.trim().to_owned() })
        });
        let public_key = public_key.transpose()?;
        for (place, pem) in given.certificates {
            let key = PlatformKey::from_certificate(pem).map_err(|why| in_file(place, &why))?;
            if key.is_half_of(&merchant) || key.is_called(&serial_no) {
                return Err(own_certificate(place));
            }
        }
        if public_key.is_none() && given.certificates.is_empty() {
            return Err(Error::usage(text!(
                "没有用来验证答复的微信支付公钥或平台证书",
                "neither a public key nor a certificate of the platform is given to verify answers with"
            ))
            .next(text!(
                "请加上 --public-key-id ID --public-key 文件(或 --certificate 文件)",
                "add --public-key-id ID --public-key FILE (or --certificate FILE)"
            )));
        }
        Ok(Self {
            mchid: mchid.to_owned(),
            serial_no,
            private_key: Secret::new(pem.trim()),
            public_key,
            certificates: given.certificates.iter().map(|(_, pem)| pem.trim().to_owned()).collect(),
            base_url: given.base_url.map_or_else(|| Ok(USUAL_BASE.to_owned()), base)?,
        })
    }

    /// The made-up login of one of the sandbox's merchants.
    pub(super) fn of_sandbox(base: &str, number: usize) -> Self {
        let login = crate::sandbox::wechat::Login::of(number);
        Self {
            mchid: login.mchid,
            serial_no: login.serial_no,
            private_key: Secret::new(login.private_key),
            public_key: Some(WechatPublicKey { id: login.public_key_id.to_owned(), pem: login.public_key }),
            certificates: Vec::new(),
            base_url: base.to_owned(),
        }
    }

    /// The key that signs requests.
    ///
    /// # Errors
    /// When the shop file has been changed by hand into something else.
    pub fn merchant_key(&self) -> Result<MerchantKey> {
        MerchantKey::from_pem(self.private_key.expose()).map_err(|why| spoilt(&why))
    }

    /// The keys that verify answers.
    ///
    /// # Errors
    /// When the shop file has been changed by hand into something else.
    pub fn platform_keys(&self) -> Result<Vec<PlatformKey>> {
        let public = self.public_key.iter().map(|key| PlatformKey::from_public_key(&key.id, &key.pem));
        let certified = self.certificates.iter().map(|pem| PlatformKey::from_certificate(pem));
        public.chain(certified).collect::<std::result::Result<_, _>>().map_err(|why| spoilt(&why))
    }

    /// The host that is called, with its port where it has one.
    pub(super) fn host(&self) -> &str {
        place::host(&self.base_url)
    }

    pub(super) fn is_loopback(&self) -> bool {
        place::is_loopback(&self.base_url)
    }

    pub(super) fn is_protected(&self) -> bool {
        place::is_protected(&self.base_url)
    }
}

/// A serial number as the platform shows it, or as `openssl x509 -serial` prints it.
fn serial(given: &str) -> Result<String> {
    let hex = given.trim();
    let hex = hex.strip_prefix("serial=").unwrap_or(hex).replace(':', "").to_ascii_uppercase();
    if (1..=64).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(hex);
    }
    Err(Error::usage(text!(
        "证书序列号 {given} 应为十六进制数字",
        "the serial number {given} should be hexadecimal digits"
    ))
    .next(text!(
        "在商户平台的“API安全”里可以看到,或运行 openssl x509 -in apiclient_cert.pem -noout -serial",
        "the merchant's page shows it under API security; or run: openssl x509 -in apiclient_cert.pem -noout -serial"
    )))
}

fn public_key_id(given: &str) -> Result<String> {
    let id = given.trim();
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if id.starts_with(PUBLIC_KEY_ID) && id.len() > PUBLIC_KEY_ID.len() && id.len() <= 128 && is_plain {
        return Ok(id.to_owned());
    }
    Err(Error::usage(text!(
        "微信支付公钥ID {given} 应以 {PUBLIC_KEY_ID} 开头",
        "the id of the platform's public key, {given}, should begin with {PUBLIC_KEY_ID}"
    )))
}

/// The address without a slash at its end. Paths are signed, so there is none in it.
fn base(given: &str) -> Result<String> {
    let refuse = |what: Text| Err(Error::usage(what));
    let Ok(url) = Url::parse(given.trim()) else {
        return refuse(text!("网址 {given} 无效", "the address {given} is not valid"));
    };
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !is_bare || !url.username().is_empty() || url.password().is_some() {
        return refuse(text!(
            "网址 {given} 只能写到主机和端口为止",
            "the address {given} should end after host and port"
        ));
    }
    let url = url.as_str().trim_end_matches('/');
    if !place::is_protected(url) {
        return refuse(text!(
            "网址 {given} 不是 https:只有本机可以用 http",
            "the address {given} is not https: plain http is for this machine only"
        ));
    }
    Ok(url.to_owned())
}

fn own_public_key(place: &str) -> Error {
    Error::usage(text!(
        "{place}：这是商户自己的公钥（与私钥是一对），不能用来验证微信支付的答复",
        "{place}: this is the merchant's own public key (the other half of the private key), which verifies no answer of the platform"
    ))
    .next(text!(
        "请在商户平台的“API安全”里下载微信支付公钥（pub_key.pem）",
        "download the platform's public key (pub_key.pem) on the merchant's page under API security"
    ))
}

fn own_certificate(place: &str) -> Error {
    Error::usage(text!(
        "{place}：这是商户自己的 API 证书（apiclient_cert.pem），不能用来验证微信支付的答复",
        "{place}: this is the merchant's own API certificate (apiclient_cert.pem), which verifies no answer of the platform"
    ))
    .next(text!(
        "请使用微信支付平台证书，或改用微信支付公钥：--public-key-id ID --public-key 文件",
        "give a certificate of the platform, or its public key: --public-key-id ID --public-key FILE"
    ))
}

fn in_file(place: &str, why: &Text) -> Error {
    Error::usage(text!("{place}:", "{place}:").then(why))
}

fn spoilt(why: &Text) -> Error {
    Error::new(Kind::Credentials, text!("店铺文件里的密钥不能用:", "a key in the shop file is of no use:").then(why))
        .next(text!("请重新运行 unpromo shop add(同一个店铺名)", "run unpromo shop add again with the same name"))
}
