//! The two kinds of keys of WeChat Pay: the merchant's own, which signs requests, and the platform's,
//! which verifies answers.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};

use super::content::Content;
use super::der::{Reader, SEQUENCE};
use super::pem::{self, Block};
use crate::text;
use crate::text::Text;

/// The least bytes of a modulus: 2048 bits.
const LEAST_MODULUS: usize = 256;
/// What `ring` takes to verify with: 8192 bits.
const MOST_MODULUS: usize = 1024;

/// The merchant's private key.
pub struct MerchantKey(KeyPair);

impl fmt::Debug for MerchantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MerchantKey(***)")
    }
}

impl MerchantKey {
    /// Reads `apiclient_key.pem`: PKCS#8, or PKCS#1 as older tools write it.
    ///
    /// # Errors
    /// Says what the file is instead.
    pub fn from_pem(pem: &str) -> Result<Self, Text> {
        let blocks = pem::blocks(pem);
        if is_encrypted(pem) {
            return Err(encrypted());
        }
        let is_key = |block: &&Block| matches!(block.content(), Content::Pkcs8 | Content::Pkcs1);
        let is_labelled = |block: &&Block| matches!(block.label.as_str(), "PRIVATE KEY" | "RSA PRIVATE KEY");
        let Some(block) = blocks.iter().find(is_key).or_else(|| blocks.iter().find(is_labelled)) else {
            return Err(no_private_key(pem, &blocks));
        };
        let der = block.der.as_ref().ok_or_else(cut)?;
        let key = match block.content() {
            Content::Pkcs1 => KeyPair::from_der(der),
            Content::Pkcs8 | Content::Other => KeyPair::from_pkcs8(der),
            Content::EncryptedKey => return Err(encrypted()),
            content => {
                return Err(mislabelled(
                    "应为商户 API 私钥（apiclient_key.pem）",
                    "expected the merchant's private key (apiclient_key.pem)",
                    content,
                ));
            }
        };
        let key = key.map_err(|why| {
            text!(
                "私钥不能用（{why}）；应为 2048 位以上的 RSA 私钥",
                "the private key is of no use ({why}); expected an RSA key of 2048 bits or more"
            )
        })?;
        let key = Self(key);
        key.agrees_with_itself()?;
        Ok(key)
    }

    /// The signature of a text (RSA PKCS#1 v1.5, SHA-256) in base64; `None` where the key does not sign.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> Option<String> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }

    /// A key whose parts do not belong together is found out here, not at the first request.
    fn agrees_with_itself(&self) -> Result<(), Text> {
        const TEXT: &[u8] = b"unpromo";
        let verifies = || {
            let signature = STANDARD.decode(self.sign(TEXT)?).ok()?;
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.0.public().as_ref()).verify(TEXT, &signature).ok()
        };
        verifies().ok_or_else(|| {
            text!(
                "私钥签出的名验证不了,文件可能已损坏",
                "what the private key signs does not verify: the file may be damaged"
            )
        })
    }
}

/// A key of the platform, under the name by which answers call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformKey {
    /// `PUB_KEY_ID_…`, or the serial number of a certificate (upper-case hex, no leading zeros).
    pub id: String,
    /// `RSAPublicKey` in DER, as `ring` wants it.
    rsa: Vec<u8>,
}

impl PlatformKey {
    /// Reads `pub_key.pem`, the platform's public key.
    ///
    /// # Errors
    /// Says what the file is instead.
    pub fn from_public_key(id: &str, pem: &str) -> Result<Self, Text> {
        let blocks = pem::blocks(pem);
        let is_key = |block: &&Block| matches!(block.content(), Content::PublicKey(_));
        let is_labelled = |block: &&Block| matches!(block.label.as_str(), "PUBLIC KEY" | "RSA PUBLIC KEY");
        let Some(block) = blocks.iter().find(is_key).or_else(|| blocks.iter().find(is_labelled)) else {
            return Err(no_public_key(pem, &blocks));
        };
        block.der.as_ref().ok_or_else(cut)?;
        let rsa = match block.content() {
            Content::PublicKey(rsa) => usable(rsa).ok_or_else(not_rsa)?,
            Content::Other => return Err(not_rsa()),
            content => {
                return Err(mislabelled(
                    "应为微信支付公钥（pub_key.pem）",
                    "expected the platform's public key (pub_key.pem)",
                    content,
                ));
            }
        };
        Ok(Self { id: id.to_owned(), rsa: rsa.to_vec() })
    }

    /// Reads a platform certificate. Its serial number is the key's id.
    ///
    /// # Errors
    /// Says what the file is instead.
    pub fn from_certificate(pem: &str) -> Result<Self, Text> {
        let blocks = pem::blocks(pem);
        let is_certificate = |block: &&Block| matches!(block.content(), Content::Certificate(..));
        let is_labelled = |block: &&Block| block.label == "CERTIFICATE";
        let Some(block) = blocks.iter().find(is_certificate).or_else(|| blocks.iter().find(is_labelled)) else {
            return Err(no_certificate(pem, &blocks));
        };
        block.der.as_ref().ok_or_else(cut)?;
        let (serial, rsa) = match block.content() {
            Content::Certificate(serial, rsa) => (serial, usable(rsa).ok_or_else(not_rsa)?),
            Content::Other => return Err(not_rsa()),
            content => {
                return Err(mislabelled("应为微信支付平台证书", "expected a certificate of the platform", content));
            }
        };
        let hex: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Self { id: plain_serial(&hex), rsa: rsa.to_vec() })
    }

    /// Whether this is the public half of a merchant's own key.
    #[must_use]
    pub fn is_half_of(&self, merchant: &MerchantKey) -> bool {
        modulus(&self.rsa).is_some_and(|own| modulus(merchant.0.public().as_ref()) == Some(own))
    }

    /// Whether an answer that names this key means this one.
    #[must_use]
    pub fn is_called(&self, serial: &str) -> bool {
        self.id == serial || (!self.id.starts_with(super::PUBLIC_KEY_ID) && self.id == plain_serial(serial))
    }

    /// Whether the signature (base64) is the platform's under this text.
    #[must_use]
    pub fn verifies(&self, text: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.rsa).verify(text, &signature).is_ok()
    }
}

/// A serial number in one spelling: upper case, without leading zeros.
fn plain_serial(hex: &str) -> String {
    hex.trim_start_matches('0').to_ascii_uppercase()
}

/// An `RSAPublicKey`, if answers can be verified with it.
fn usable(rsa: &[u8]) -> Option<&[u8]> {
    let mut key = Reader::new(rsa).enter(SEQUENCE)?;
    let (modulus, exponent) = (key.natural()?, key.natural()?);
    let is_usable = (LEAST_MODULUS..=MOST_MODULUS).contains(&modulus.len()) && !exponent.is_empty() && key.is_empty();
    is_usable.then_some(rsa)
}

fn modulus(rsa: &[u8]) -> Option<&[u8]> {
    Reader::new(rsa).enter(SEQUENCE)?.natural()
}

/// For a block whose label says what was wanted, and whose content is something else.
fn mislabelled(zh: &str, en: &str, content: Content<'_>) -> Text {
    text!("{zh}；标记虽然如此，里面却是", "{en}; the label says so, but the content is").then(&content.title())
}

fn is_encrypted(pem: &str) -> bool {
    pem.contains("ENCRYPTED")
}

fn encrypted() -> Text {
    text!(
        "这是加了密码的私钥;请先去掉密码:openssl rsa -in 文件 -out 新文件",
        "this private key has a password; take it off first: openssl rsa -in FILE -out NEWFILE"
    )
}

fn cut() -> Text {
    text!("PEM 内容不完整", "the PEM text is not whole")
}

fn not_rsa() -> Text {
    text!("里面的公钥不是 2048 位以上的 RSA 公钥", "the public key in it is no RSA key of 2048 bits or more")
}

fn no_private_key(pem: &str, blocks: &[Block]) -> Text {
    let what = what_it_is(pem, blocks);
    if is_encrypted(pem) {
        return encrypted();
    }
    text!(
        "应为商户 API 私钥(apiclient_key.pem),而这是",
        "expected the merchant's private key (apiclient_key.pem), but this is"
    )
    .then(&what)
}

fn no_public_key(pem: &str, blocks: &[Block]) -> Text {
    let what = what_it_is(pem, blocks);
    text!("应为微信支付公钥(pub_key.pem),而这是", "expected the platform's public key (pub_key.pem), but this is")
        .then(&what)
}

fn no_certificate(pem: &str, blocks: &[Block]) -> Text {
    let what = what_it_is(pem, blocks);
    text!("应为微信支付平台证书,而这是", "expected a certificate of the platform, but this is").then(&what)
}

/// What a file is that is not what it should be. Nothing of its content is quoted.
fn what_it_is(pem: &str, blocks: &[Block]) -> Text {
    let Some(block) = blocks.first() else {
        if pem.trim().is_empty() {
            return text!("空文件", "an empty file");
        }
        return text!(
            "没有 -----BEGIN …----- 的内容(二进制的 .p12 或 DER 文件请先转成 PEM)",
            "without -----BEGIN …----- (turn a binary .p12 or DER file into PEM first)"
        );
    };
    match block.label.as_str() {
        "CERTIFICATE" => text!("证书", "a certificate"),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => text!("公钥", "a public key"),
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => text!("私钥", "a private key"),
        "EC PRIVATE KEY" => text!("EC 私钥,不是 RSA 私钥", "an EC key, not an RSA key"),
        "CERTIFICATE REQUEST" => text!("证书请求(CSR)", "a certificate request (CSR)"),
        _ => text!("别的内容", "something else"),
    }
}

#[cfg(test)]
mod tests;
