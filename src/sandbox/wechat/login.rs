//! The logins that the sandbox takes.

use super::keys;

/// The merchants that the sandbox knows: this one and the nine after it.
pub const FIRST_MERCHANT: u64 = 1_900_000_001;
/// How many merchants the sandbox knows.
pub const MERCHANTS: u64 = 10;
/// The id of the platform's public key.
pub const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012026112200000000000001";
/// The serial number of the platform's certificate.
pub const PLATFORM_SERIAL: &str = "7132D72A03E93CDDF8C03BBD1F37EEDF00000001";

/// A made-up login of a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The merchant's number.
    pub mchid: String,
    /// The serial number of the merchant's certificate.
    pub serial_no: String,
    /// The merchant's private key (PKCS#8 in PEM).
    pub private_key: String,
    /// The same in the older form (PKCS#1 in PEM).
    pub private_key_pkcs1: String,
    /// The merchant's public key (PEM).
    pub merchant_public_key: String,
    /// The id of the platform's public key.
    pub public_key_id: &'static str,
    /// The platform's public key (PEM).
    pub public_key: String,
    /// A certificate of the platform's key (PEM).
    pub certificate: String,
}

impl Login {
    /// The login of one of the merchants, counted from 0 and around.
    #[must_use]
    pub fn of(number: usize) -> Self {
        let mchid = FIRST_MERCHANT + number as u64 % MERCHANTS;
        let (merchant, platform) = (keys::merchant(), keys::platform());
        Self {
            mchid: mchid.to_string(),
            serial_no: serial_of(mchid),
            private_key: merchant.private_pem(),
            private_key_pkcs1: merchant.private_pem_pkcs1(),
            merchant_public_key: merchant.public_pem(),
            public_key_id: PUBLIC_KEY_ID,
            public_key: platform.public_pem(),
            certificate: platform.certificate_pem(PLATFORM_SERIAL, "unpromo sandbox"),
        }
    }
}

/// The serial number of a merchant's certificate.
pub(super) fn serial_of(mchid: u64) -> String {
    format!("5157F09EFDC096DE15EBE81A{mchid:016}")
}
