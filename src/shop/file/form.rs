//! The shop file's own form, apart from the types in memory: the one place where secrets are written.

use serde::{Deserialize, Serialize};

use super::super::{
    Credentials, Secret, Shop, SignMethod, TaobaoCredentials, TemuCall, TemuCredentials, WechatCredentials,
    WechatPublicKey,
};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taobao: Option<TaobaoForm>,
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaobaoForm {
    app_key: String,
    app_secret: String,
    session: String,
    base_url: String,
    sign_method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seller: Option<String>,
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
        let (name, added_at) = (shop.name.clone(), shop.added_at);
        let mut form = Self { name, added_at, temu: None, taobao: None, wechat: None };
        match &shop.credentials {
            Credentials::Temu(temu) => form.temu = Some(TemuForm::new(temu)),
            Credentials::Taobao(taobao) => form.taobao = Some(TaobaoForm::new(taobao)),
            Credentials::Wechat(wechat) => form.wechat = Some(WechatForm::new(wechat)),
        }
        form
    }

    /// The shop; `None` where it has no platform, or more than one.
    fn into_shop(self) -> Option<Shop> {
        let temu = self.temu.map(|temu| Some(Credentials::Temu(temu.into_credentials())));
        let taobao = self.taobao.map(|taobao| taobao.into_credentials().map(Credentials::Taobao));
        let wechat = self.wechat.map(|wechat| Some(Credentials::Wechat(wechat.into_credentials())));
        let mut all = [temu, taobao, wechat].into_iter().flatten();
        let credentials = all.next()??;
        if all.next().is_some() {
            return None;
        }
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

impl TaobaoForm {
    fn new(taobao: &TaobaoCredentials) -> Self {
        Self {
            app_key: taobao.app_key.clone(),
            app_secret: taobao.app_secret.expose().to_owned(),
            session: taobao.session.expose().to_owned(),
            base_url: taobao.base_url.clone(),
            sign_method: taobao.sign_method.name().to_owned(),
            seller: taobao.seller.clone(),
        }
    }

    /// The credentials; `None` where the sign method is none that exists.
    fn into_credentials(self) -> Option<TaobaoCredentials> {
        Some(TaobaoCredentials {
            sign_method: SignMethod::from_name(&self.sign_method)?,
            app_key: self.app_key,
            app_secret: Secret::new(self.app_secret),
            session: Secret::new(self.session),
            base_url: self.base_url,
            seller: self.seller,
        })
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
