//! What a PEM block holds, by its structure. Its label may say something else: tools convert one and leave the other.

use super::der::{BIT_STRING, INTEGER, OBJECT_ID, OCTET_STRING, Reader, SEQUENCE, VERSION};
use crate::text;
use crate::text::Text;

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// Integers of a PKCS#1 private key: version, modulus, two exponents, two primes, and three more.
const LEAST_INTEGERS: usize = 9;

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    /// An RSA private key, as PKCS#8.
    Pkcs8,
    /// An RSA private key, as PKCS#1.
    Pkcs1,
    /// A private key of another kind.
    OtherPrivateKey,
    /// A private key that a password protects.
    EncryptedKey,
    /// A public RSA key: the `RSAPublicKey` in it.
    PublicKey(&'a [u8]),
    /// A certificate with an RSA key: its serial number, and the `RSAPublicKey` in it.
    Certificate(&'a [u8], &'a [u8]),
    /// None of these.
    Other,
}

impl<'a> Content<'a> {
    pub fn of(der: &'a [u8]) -> Self {
        if let Some((serial, rsa)) = certificate(der) {
            return Self::Certificate(serial, rsa);
        }
        let Some(sequence) = Reader::new(der).enter(SEQUENCE) else { return Self::Other };
        if let Some(rsa) = subject_public_key(&mut Reader::new(der)) {
            return Self::PublicKey(rsa);
        }
        let integers = count_integers(sequence);
        match integers {
            Some(2) => Self::PublicKey(der),
            Some(LEAST_INTEGERS..) => Self::Pkcs1,
            _ => private_key(sequence),
        }
    }

    /// What people call it.
    pub fn title(self) -> Text {
        match self {
            Self::Pkcs8 | Self::Pkcs1 => text!("私钥", "a private key"),
            Self::OtherPrivateKey => {
                text!("不是 RSA 的私钥（例如 EC 私钥）", "a private key that is not RSA (an EC key, for example)")
            }
            Self::EncryptedKey => text!("加了密码的私钥", "a private key with a password"),
            Self::PublicKey(_) => text!("公钥", "a public key"),
            Self::Certificate(..) => text!("证书", "a certificate"),
            Self::Other => text!("别的内容", "something else"),
        }
    }
}

/// How many integers a sequence has, if it has nothing else.
fn count_integers(mut sequence: Reader<'_>) -> Option<usize> {
    let mut count = 0;
    while !sequence.is_empty() {
        sequence.take(INTEGER)?;
        count += 1;
    }
    Some(count)
}

fn private_key(mut sequence: Reader<'_>) -> Content<'_> {
    if sequence.tag() == Some(SEQUENCE) {
        // An algorithm, and what was made by it.
        let is_encrypted = sequence.take(SEQUENCE).is_some() && sequence.tag() == Some(OCTET_STRING);
        return if is_encrypted { Content::EncryptedKey } else { Content::Other };
    }
    if sequence.take(INTEGER).is_none() {
        return Content::Other;
    }
    match sequence.enter(SEQUENCE).and_then(|mut algorithm| algorithm.take(OBJECT_ID)) {
        Some(RSA) => Content::Pkcs8,
        Some(_) => Content::OtherPrivateKey,
        // SEC 1: the key itself follows.
        None if sequence.tag() == Some(OCTET_STRING) => Content::OtherPrivateKey,
        None => Content::Other,
    }
}

/// `SubjectPublicKeyInfo`: the `RSAPublicKey` inside it, if that is what it is.
fn subject_public_key<'a>(der: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut info = der.enter(SEQUENCE)?;
    if info.enter(SEQUENCE)?.take(OBJECT_ID)? != RSA {
        return None;
    }
    // The first byte of a bit string counts its unused bits.
    info.take(BIT_STRING)?.strip_prefix(&[0])
}

/// The serial number and the `RSAPublicKey` of an X.509 certificate. Nobody's word is taken for it but
/// that of the user, who got it over a channel that proves it.
fn certificate(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut signed = Reader::new(der).enter(SEQUENCE)?.enter(SEQUENCE)?;
    if signed.tag() == Some(VERSION) {
        signed.take(VERSION)?;
    }
    let serial = signed.natural()?;
    // Signature algorithm, issuer, validity, subject.
    for _ in 0..4 {
        signed.take(SEQUENCE)?;
    }
    Some((serial, subject_public_key(&mut signed)?))
}
