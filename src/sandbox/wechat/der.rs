//! DER and PEM, written.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;

pub(super) const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: &[u8] = &[0x05, 0];
const UTC_TIME: u8 = 0x17;
const UTF8: u8 = 0x0c;
/// 1.2.840.113549.1.1.1, RSA
const RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.113549.1.1.11, RSA with SHA-256
const RSA_SHA256: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
/// 2.5.4.3, common name
const COMMON_NAME: &[u8] = &[0x06, 3, 0x55, 4, 3];

/// A value with its tag and length.
pub(super) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(u8::try_from(length).unwrap_or(0x7f));
    } else {
        let bytes = length.to_be_bytes();
        let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
        out.push(0x80 | u8::try_from(bytes.len() - first).unwrap_or(0));
        out.extend_from_slice(&bytes[first..]);
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of values.
pub(super) fn sequence(values: &[&[u8]]) -> Vec<u8> {
    value(SEQUENCE, &values.concat())
}

/// A number.
pub(super) fn integer(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_none_or(|first| first & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    value(INTEGER, &bytes)
}

fn bit_string(content: &[u8]) -> Vec<u8> {
    value(BIT_STRING, &[&[0], content].concat())
}

/// `PrivateKeyInfo` of an `RSAPrivateKey`: PKCS#8.
pub(super) fn private_key_info(rsa: &[u8]) -> Vec<u8> {
    let version = integer(&BigUint::ZERO);
    sequence(&[&version, &sequence(&[RSA, NULL]), &value(OCTET_STRING, rsa)])
}

/// `SubjectPublicKeyInfo` of an `RSAPublicKey`.
pub(super) fn public_key_info(rsa: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[RSA, NULL]), &bit_string(rsa)])
}

/// A certificate that its own key signs.
pub(super) fn certificate(serial: &BigUint, name: &str, rsa: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let version = value(0xa0, &integer(&BigUint::from(2_u8)));
    let algorithm = sequence(&[RSA_SHA256, NULL]);
    let name = sequence(&[&value(SET, &sequence(&[COMMON_NAME, &value(UTF8, name.as_bytes())]))]);
    let validity = sequence(&[&value(UTC_TIME, b"250101000000Z"), &value(UTC_TIME, b"491231235959Z")]);
    let signed = sequence(&[&version, &integer(serial), &algorithm, &name, &validity, &name, &public_key_info(rsa)]);
    let signature = bit_string(&sign(&signed));
    sequence(&[&signed, &algorithm, &signature])
}

/// PEM, in lines of 64 characters.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let packed = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = packed.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}
