//! The shop file's own form, apart from the types in memory: the one place where secrets are written.

use serde::{Deserialize, Serialize};

use super::super::{Credentials, Secret, Shop, TemuCall, TemuCredentials, WechatCredentials, WechatPublicKey};

/// The version that this program writes.
pub(super) const VERSION: i64 = 1;

/// Any file, as far as its version goes.
#[derive(Deserialize)]
pub(super) struct AnyVersion {
    pub(super) version: Option<i64>,
}

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileForm {
    version: i64,
    #[serde(default, rename = "shop")]
    shops: Vec<ShopForm>,
}

/// A shop: what every shop has, and one table with its platform's name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopForm {
    name: String,
    added_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    temu: Option<TemuForm>,
    #[serde(default, rename = "wechat-pay", skip_serializing_if = "Option::is_none")]
    wechat: Option<WechatForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TemuForm {
    mall_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mall_name: Option<String>,
    look_up: CallForm,
    submission: CallForm,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WechatForm {
    mchid: String,
    serial_no: String,
    base_url: String,
    private_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallForm {
    url: String,
    headers: Vec<(String, String)>,
}

impl FileForm {
    pub(super) fn new(shops: &[Shop]) -> Self {
        Self { version: VERSION, shops: shops.iter().map(ShopForm::new).collect() }
    }

    /// The shops; `None` where one has no platform.
    pub(super) fn into_shops(self) -> Option<Vec<Shop>> {
        self.shops.into_iter().map(ShopForm::into_shop).collect()
    }
}

impl ShopForm {
    fn new(shop: &Shop) -> Self {
        let (mut temu, mut wechat) = (None, None);
        match &shop.credentials {
            Credentials::Temu(credentials) => temu = Some(TemuForm::new(credentials)),
            Credentials::Wechat(credentials) => wechat = Some(WechatForm::new(credentials)),
        }
        Self { name: shop.name.clone(), added_at: shop.added_at, temu, wechat }
    }

    fn into_shop(self) -> Option<Shop> {
        let credentials = match (self.temu, self.wechat) {
            (Some(temu), None) => Credentials::Temu(temu.into_credentials()),
            (None, Some(wechat)) => Credentials::Wechat(wechat.into_credentials()),
            _ => return None,
        };
        Some(Shop { name: self.name, credentials, added_at: self.added_at })
    }
}

impl TemuForm {
    fn new(temu: &TemuCredentials) -> Self {
        Self {
            mall_id: temu.mall_id.clone(),
            mall_name: temu.mall_name.clone(),
            look_up: CallForm::new(&temu.look_up),
            submission: CallForm::new(&temu.submission),
        }
    }

    fn into_credentials(self) -> TemuCredentials {
        TemuCredentials {
            mall_id: self.mall_id,
            mall_name: self.mall_name,
            look_up: self.look_up.into_call(),
            submission: self.submission.into_call(),
        }
    }
}

impl WechatForm {
    fn new(wechat: &WechatCredentials) -> Self {
        let public_key = wechat.public_key.as_ref();
        Self {
            mchid: wechat.mchid.clone(),
            serial_no: wechat.serial_no.clone(),
            base_url: wechat.base_url.clone(),
            private_key: wechat.private_key.expose().to_owned(),
            public_key_id: public_key.map(|key| key.id.clone()),
            public_key: public_key.map(|key| key.pem.clone()),
            certificates: wechat.certificates.clone(),
        }
    }

    fn into_credentials(self) -> WechatCredentials {
        let public_key = self.public_key_id.zip(self.public_key);
        WechatCredentials {
            mchid: self.mchid,
            serial_no: self.serial_no,
            private_key: Secret::new(self.private_key),
            public_key: public_key.map(|(id, pem)| WechatPublicKey { id, pem }),
            certificates: self.certificates,
            base_url: self.base_url,
        }
    }
}

impl CallForm {
    fn new(call: &TemuCall) -> Self {
        let headers = call.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned()));
        Self { url: call.url.clone(), headers: headers.collect() }
    }

    fn into_call(self) -> TemuCall {
        let headers = self.headers.into_iter().map(|(name, value)| (name, Secret::new(value)));
        TemuCall { url: self.url, headers: headers.collect() }
    }
}
