//! What proves an app and a shop at the Taobao Open Platform (TOP).

use std::fmt;

use super::{Secret, place};

/// Where the platform's gateway is, unless the user says otherwise.
pub const GATEWAY: &str = "https://eco.taobao.com/router/rest";

/// An app at the Taobao Open Platform, and the session with which a shop lets it act.
#[derive(Clone, PartialEq, Eq)]
pub struct TaobaoCredentials {
    /// The app's key: a number, and no secret.
    pub app_key: String,
    /// What requests are signed with.
    pub app_secret: Secret,
    /// The shop's consent.
    pub session: Secret,
    /// The gateway's whole address, `https` unless it is on loopback.
    pub base_url: String,
    /// How requests are signed.
    pub sign_method: SignMethod,
    /// The seller's name, where a check told it.
    pub seller: Option<String>,
}

/// The platform's ways to sign a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignMethod {
    /// MD5 with the secret before and behind.
    Md5,
    /// HMAC-MD5.
    Hmac,
    /// HMAC-SHA256.
    #[default]
    HmacSha256,
}

impl SignMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::Md5, Self::Hmac, Self::HmacSha256];

    /// The name that the platform has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Hmac => "hmac",
            Self::HmacSha256 => "hmac-sha256",
        }
    }

    /// The method with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl TaobaoCredentials {
    /// One of the sandbox's made-up apps: its secret and sessions can be told from its key.
    pub(super) fn of_sandbox(base: &str, number: usize) -> Self {
        const APPS: usize = 10;
        let app_key = (12_345_670 + number % APPS).to_string();
        Self {
            app_secret: Secret::new(format!("sandbox-secret-{app_key}")),
            session: Secret::new(format!("sandbox-session-{app_key}")),
            app_key,
            base_url: format!("{base}/router/rest"),
            sign_method: SignMethod::default(),
            seller: None,
        }
    }

    /// The host of the gateway, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        place::host(&self.base_url)
    }
}

impl fmt::Debug for TaobaoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaobaoCredentials")
            .field("app_key", &self.app_key)
            .field("host", &self.host())
            .finish_non_exhaustive()
    }
}
