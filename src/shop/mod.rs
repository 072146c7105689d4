//! Who we are when we call a platform: credentials, where they come from and where they are kept.

mod credentials;
mod file;
mod headers;
pub mod import;
mod name;
mod place;
mod secret;
mod secrets;
mod taobao;
mod temu;
mod wechat;

pub use credentials::{Credentials, TemuCall, TemuCredentials};
pub use file::{Added, ShopFile};
pub use name::shop_name;
pub use place::is_loopback;
pub use secret::Secret;
pub use secrets::Secrets;
pub use taobao::{GATEWAY, SignMethod, TaobaoCredentials};
pub use temu::{TemuCallKind, TemuImport};
pub use wechat::{MerchantKey, PlatformKey, WechatCredentials, WechatGiven, WechatPublicKey};

/// One account on one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// The name the user gave it.
    pub name: String,
    /// What proves its identity.
    pub credentials: Credentials,
    /// When the credentials were added: epoch ms.
    pub added_at: i64,
}

impl Shop {
    /// The stable identity of the account, under which the journal remembers what was sent: another
    /// name or a fresh login for the same account is the same account.
    #[must_use]
    pub fn account(&self) -> String {
        self.credentials.account()
    }
}
