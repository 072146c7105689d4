//! Made-up RSA keys. They are made when they are first wanted, and every time the same: a sandbox that is
//! started again, or in another process, still knows the logins that were made for it. No key is kept
//! anywhere, and none is worth keeping: whoever has this program can make them.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};

use super::der;

const EXPONENT: u32 = 65_537;

/// One RSA key of 2048 bits.
pub(super) struct Key {
    /// `RSAPrivateKey`
    private: Vec<u8>,
    /// `RSAPublicKey`
    public: Vec<u8>,
    /// The same, ready to sign; `None` only if the numbers below were wrong.
    pair: Option<KeyPair>,
}

/// The merchant's key, with which clients sign.
pub(super) fn merchant() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key::make("merchant", [1005, 22]))
}

/// The platform's key, with which answers are signed.
pub(super) fn platform() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key::make("platform", [33, 64]))
}

/// A prime of 1024 bits: the hash of a name, and from there so many odd numbers on. Counting them once
/// spares every start the search (which takes seconds where the program is not optimised).
fn prime(name: &str, steps: u32) -> BigUint {
    let hash = |part: u8| digest(&SHA256, format!("unpromo sandbox {name} {part}").as_bytes());
    let bytes: Vec<u8> = (0..4).flat_map(|part| hash(part).as_ref().to_vec()).collect();
    let mut start = BigUint::from_bytes_be(&bytes);
    for bit in [1023, 1022, 0] {
        start.set_bit(bit, true);
    }
    start + 2 * steps
}

/// The inverse of the exponent.
fn inverse(modulus: &BigUint) -> BigUint {
    BigUint::from(EXPONENT).modinv(modulus).unwrap_or_default()
}

impl Key {
    fn make(name: &str, [p, q]: [u32; 2]) -> Self {
        let (p, q) = (prime(&format!("{name} p"), p), prime(&format!("{name} q"), q));
        // The greater one comes first (RFC 8017 leaves it open, many readers do not).
        let (p, q) = if p > q { (p, q) } else { (q, p) };
        let (modulus, exponent) = (&p * &q, BigUint::from(EXPONENT));
        let (p1, q1) = (&p - 1_u8, &q - 1_u8);
        let coefficient = q.modinv(&p).unwrap_or_default();
        let numbers = [
            BigUint::ZERO,
            modulus.clone(),
            exponent.clone(),
            inverse(&(&p1 * &q1)),
            p,
            q,
            inverse(&p1),
            inverse(&q1),
            coefficient,
        ];
        let private = der::value(der::SEQUENCE, &numbers.iter().flat_map(der::integer).collect::<Vec<u8>>());
        let public = der::sequence(&[&der::integer(&modulus), &der::integer(&exponent)]);
        let pair = KeyPair::from_der(&private).ok();
        Self { private, public, pair }
    }

    /// The signature of a text: RSA PKCS#1 v1.5, SHA-256.
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        let Some(pair) = &self.pair else { return Vec::new() };
        let mut signature = vec![0; pair.public().modulus_len()];
        match pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature) {
            Ok(()) => signature,
            Err(_) => Vec::new(),
        }
    }

    /// The signature in base64.
    pub fn signed(&self, text: &[u8]) -> String {
        STANDARD.encode(self.sign(text))
    }

    /// Whether a signature (base64) is this key's under a text.
    pub fn verifies(&self, text: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public).verify(text, &signature).is_ok()
    }

    /// The private key as PEM (PKCS#8).
    pub fn private_pem(&self) -> String {
        der::pem("PRIVATE KEY", &der::private_key_info(&self.private))
    }

    /// The private key as PEM in the older form (PKCS#1).
    pub fn private_pem_pkcs1(&self) -> String {
        der::pem("RSA PRIVATE KEY", &self.private)
    }

    /// The public key as PEM.
    pub fn public_pem(&self) -> String {
        der::pem("PUBLIC KEY", &der::public_key_info(&self.public))
    }

    /// A certificate of the key, signed by itself, as PEM. The serial number is hexadecimal.
    pub fn certificate_pem(&self, serial: &str, name: &str) -> String {
        let serial = BigUint::parse_bytes(serial.as_bytes(), 16).unwrap_or_default();
        der::pem("CERTIFICATE", &der::certificate(&serial, name, &self.public, |text| self.sign(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::{merchant, platform, prime};
    use num_bigint::BigUint;

    #[test]
    fn what_a_key_signs_it_verifies_and_nothing_else() {
        for (key, other) in [(merchant(), platform()), (platform(), merchant())] {
            let signature = key.signed("批次信息有误".as_bytes());
            assert!(key.verifies("批次信息有误".as_bytes(), &signature));
            assert!(!key.verifies("批次信息无误".as_bytes(), &signature));
            assert!(!other.verifies("批次信息有误".as_bytes(), &signature));
            assert!(!key.verifies(b"", ""));
        }
    }

    #[test]
    fn the_numbers_are_primes() {
        let one = BigUint::from(1_u8);
        for (name, steps) in [("merchant p", 1005), ("merchant q", 22), ("platform p", 33), ("platform q", 64)] {
            let number = prime(name, steps);
            // Fermat, on a number that nobody chose to deceive.
            assert_eq!(BigUint::from(2_u8).modpow(&(&number - 1_u8), &number), one, "{name}");
        }
    }
}
