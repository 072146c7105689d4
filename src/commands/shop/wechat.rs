//! `unpromo shop add` for a merchant at WeChat Pay.

use std::io::IsTerminal;
use std::path::Path;

use zeroize::Zeroizing;

use super::given::GivenFile;
use crate::cli::ShopAdd;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::shop::{Credentials, Shop, WechatCredentials, WechatGiven, import, shop_name};
use crate::text;
use crate::text::Text;

/// Far more than a key or a chain of certificates needs.
const MOST_BYTES: u64 = 1 << 20;

/// Reads the keys once, checks them, and adds the shop.
pub(super) fn add(home: &Home, args: &ShopAdd, now: i64) -> Result<Text> {
    let name = shop_name(&args.name)?;
    let given = &args.wechat;
    let (Some(mchid), Some(serial_no), Some(private_key)) = (&given.mchid, &given.serial_no, &given.private_key) else {
        return Err(Error::usage(text!(
            "微信支付商户需要 --mchid、--serial-no 和 --private-key",
            "a WeChat Pay merchant needs --mchid, --serial-no and --private-key"
        )));
    };
    if private_key == Path::new("-") && std::io::stdin().is_terminal() {
        return Err(Error::usage(text!(
            "私钥有很多行,不能在终端里输入:会显示在屏幕上",
            "a private key has many lines and is not typed at a terminal, where everybody would see it"
        ))
        .next(text!(
            "请写出它的文件:--private-key apiclient_key.pem(或用 < 从文件输入)",
            "name its file: --private-key apiclient_key.pem (or feed it in with <)"
        )));
    }
    let (place, private_key) = pem("--private-key", private_key)?;
    let public_key = given.public_key.as_deref().map(|file| pem("--public-key", file)).transpose()?;
    let public_key_id = given.public_key_id.as_deref().unwrap_or_default();
    let certificates = given.certificate.iter().map(|file| {
        let (place, pem) = pem("--certificate", file)?;
        Ok((place, pem.to_string()))
    });
    let certificates = certificates.collect::<Result<Vec<_>>>()?;
    let credentials = WechatCredentials::check(&WechatGiven {
        mchid,
        serial_no,
        private_key: (&place, &private_key),
        public_key: public_key.as_ref().map(|(place, pem)| (public_key_id, place.as_str(), pem.as_str())),
        certificates: &certificates,
        base_url: args.base_url.as_deref(),
    })?;
    let recognised = recognised(&credentials);
    let shop = Shop { name, credentials: Credentials::Wechat(credentials), added_at: now };
    let kept = super::keep(home, &shop, args.replace, [recognised], kept_in)?;
    Ok(super::lines([kept, super::check_next(&shop)]))
}

/// A file's name for messages, and its text. What is no text is told later, by what it lacks.
fn pem(flag: &'static str, path: &Path) -> Result<(String, Zeroizing<String>)> {
    let (place, content) = GivenFile { flag, path }.read(&mut std::io::stdin(), MOST_BYTES + 1)?;
    if content.len() as u64 > MOST_BYTES {
        return Err(Error::usage(text!(
            "{place}：这个文件太大，不会是密钥或证书",
            "{place}: this file is too large to be a key or a certificate"
        )));
    }
    Ok((
        place,
        import::saved_text(&content).unwrap_or_else(|| Zeroizing::new(String::from_utf8_lossy(&content).into_owned())),
    ))
}

/// What the answers of the platform will be held against.
fn recognised(credentials: &WechatCredentials) -> Text {
    let serial = &credentials.serial_no;
    let certificates = credentials.certificates.len();
    match &credentials.public_key {
        Some(key) => {
            let id = &key.id;
            text!(
                "  私钥可用(证书序列号 {serial});用微信支付公钥 {id} 验证答复",
                "  the private key works (certificate serial {serial}); answers are verified with the public key {id}"
            )
        }
        None => text!(
            "  私钥可用(证书序列号 {serial});用 {certificates} 个平台证书验证答复",
            "  the private key works (certificate serial {serial}); answers are verified with {certificates} platform certificate(s)"
        ),
    }
}

fn kept_in(path: &Path) -> Text {
    let path = path.display();
    text!(
        "密钥保存在 {path},只有您能读取;私钥文件不再需要,请妥善保管或删除",
        "the keys are kept in {path}, for you alone; the private key's file is not needed any more: keep it safe or delete it"
    )
}
