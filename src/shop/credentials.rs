//! What proves a shop's identity, for each platform.

use std::fmt;

use super::{Secret, TaobaoCredentials, TemuCallKind, WechatCredentials, place};
use crate::error::{Error, Result};
use crate::model::canonical_id;
use crate::text;
use crate::text::Text;

/// The first of the shops that any login at the sandbox owns, and how many there are.
const SANDBOX_MALL: u64 = 634_418_224_869_329;
const SANDBOX_MALLS: u64 = 10;

/// What proves a shop's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A logged-in browser session at the Temu seller centre.
    Temu(TemuCredentials),
    /// A merchant at WeChat Pay, with its keys.
    Wechat(WechatCredentials),
    /// An app at the Taobao Open Platform, with a shop's consent.
    Taobao(TaobaoCredentials),
}

impl Credentials {
    /// Made-up credentials that a sandbox takes, for one of its accounts.
    ///
    /// # Errors
    /// When the platform is not known.
    pub fn of_sandbox(platform: &str, base: &str, number: usize) -> Result<Self> {
        match platform {
            "temu" => Ok(Self::Temu(TemuCredentials::of_sandbox(base, number))),
            "wechat-pay" => Ok(Self::Wechat(WechatCredentials::of_sandbox(base, number))),
            "taobao" => Ok(Self::Taobao(TaobaoCredentials::of_sandbox(base, number))),
            _ => Err(Error::usage(text!("沙盒没有平台 {platform}", "the sandbox has no platform {platform}"))),
        }
    }

    /// The platform's name, as `shop list` shows it.
    #[must_use]
    pub const fn platform(&self) -> &'static str {
        match self {
            Self::Temu(_) => "temu",
            Self::Taobao(_) => "taobao",
            Self::Wechat(_) => "wechat-pay",
        }
    }

    /// What people call such an account.
    #[must_use]
    pub fn title(&self) -> Text {
        match self {
            Self::Temu(_) => text!("Temu 店铺", "Temu shop"),
            Self::Taobao(_) => text!("淘宝开放平台应用", "Taobao app"),
            Self::Wechat(_) => text!("微信支付商户", "WeChat Pay merchant"),
        }
    }

    /// The stable identity of the account. A loopback host marks it, so that what was tried on a
    /// sandbox never stands in the way of the real thing. Leading zeros make no other account.
    #[must_use]
    pub fn account(&self) -> String {
        let place = if self.is_loopback() { "@loopback" } else { "" };
        format!("{}/{}{place}", self.platform(), canonical_id(self.account_id()))
    }

    /// The account's number at the platform.
    #[must_use]
    pub fn account_id(&self) -> &str {
        match self {
            Self::Temu(temu) => &temu.mall_id,
            Self::Wechat(wechat) => &wechat.mchid,
            Self::Taobao(taobao) => &taobao.app_key,
        }
    }

    /// The account's name at the platform, where it is known.
    #[must_use]
    pub fn account_name(&self) -> Option<&str> {
        match self {
            Self::Temu(temu) => temu.mall_name.as_deref(),
            Self::Wechat(_) => None,
            Self::Taobao(taobao) => taobao.seller.as_deref(),
        }
    }

    /// Keeps the account's name, as a login check told it.
    pub fn set_account_name(&mut self, name: String) {
        match self {
            Self::Temu(temu) => temu.mall_name = Some(name),
            // The platform does not tell one.
            Self::Wechat(_) => {}
            Self::Taobao(taobao) => taobao.seller = Some(name),
        }
    }

    /// What in the credentials belongs to another account than they say themselves; `None` where all agrees.
    #[must_use]
    pub fn disagreement(&self) -> Option<Text> {
        match self {
            Self::Temu(temu) => temu.disagreement(),
            // Each call is signed in the name of the one account that is there.
            Self::Wechat(_) | Self::Taobao(_) => None,
        }
    }

    /// The host that is called, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        match self {
            Self::Temu(temu) => temu.look_up.host(),
            Self::Wechat(wechat) => wechat.host(),
            Self::Taobao(taobao) => taobao.host(),
        }
    }

    /// Whether the calls go to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Temu(temu) => temu.look_up.is_loopback(),
            Self::Wechat(wechat) => wechat.is_loopback(),
            Self::Taobao(taobao) => place::is_loopback(&taobao.base_url),
        }
    }

    /// The port of a platform on this machine, where it is one: what tells one sandbox from another.
    #[must_use]
    pub fn loopback_port(&self) -> Option<&str> {
        let url = match self {
            Self::Temu(temu) => &temu.look_up.url,
            Self::Wechat(wechat) => &wechat.base_url,
            Self::Taobao(taobao) => &taobao.base_url,
        };
        let host = Some(place::host(url)).filter(|_| self.is_loopback())?;
        Some(host.rsplit_once(':').map_or("", |(_, port)| port))
    }

    /// Whether all calls are protected on their way.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        match self {
            Self::Temu(temu) => temu.look_up.is_protected() && temu.submission.is_protected(),
            Self::Wechat(wechat) => wechat.is_protected(),
            Self::Taobao(taobao) => place::is_protected(&taobao.base_url),
        }
    }

    /// How long such credentials are good for, in hours, where they run out by themselves.
    #[must_use]
    pub const fn lifetime_hours(&self) -> Option<u32> {
        match self {
            Self::Temu(_) => Some(24),
            // A session lasts as long as the shop gave its consent for, which it does not tell itself; keys last.
            Self::Taobao(_) | Self::Wechat(_) => None,
        }
    }

    /// Whether calls of one account may go with either's credentials. One Taobao app acts for several
    /// shops, each with a session of its own.
    #[must_use]
    pub fn stand_in_for(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Taobao(one), Self::Taobao(two)) => one.session == two.session,
            _ => true,
        }
    }
}

/// The two copied requests of the Temu seller centre, each with its own headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemuCredentials {
    /// The shop's number at Temu, from the header `mallid`.
    pub mall_id: String,
    /// The shop's name at Temu, where the login check told it.
    pub mall_name: Option<String>,
    /// The look-up request.
    pub look_up: TemuCall,
    /// The submission request.
    pub submission: TemuCall,
}

impl TemuCredentials {
    /// The header `mallid` of a request is whom it is sent for.
    fn disagreement(&self) -> Option<Text> {
        let mall_id = &self.mall_id;
        for (call, kind) in [(&self.look_up, TemuCallKind::LookUp), (&self.submission, TemuCallKind::Submission)] {
            let title = kind.title();
            let (zh, en) = (&title.zh, &title.en);
            let mut headers = call.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("mallid")).peekable();
            if headers.peek().is_none() {
                return Some(text!("{zh}没有 mallid 请求头", "{en} has no header mallid"));
            }
            let is_other = |id: &str| canonical_id(id.trim()) != canonical_id(mall_id);
            if headers.any(|(_, value)| is_other(value.expose())) {
                return Some(text!(
                    "{zh}的 mallid 请求头与 mall_id（{mall_id}）不一致",
                    "the header mallid of {en} is not the shop's mall_id, {mall_id}"
                ));
            }
        }
        None
    }

    fn of_sandbox(base: &str, number: usize) -> Self {
        let mall_id = (SANDBOX_MALL + (number as u64) % SANDBOX_MALLS).to_string();
        let headers = [
            ("mallid", mall_id.as_str()),
            ("cookie", "SUB_PASS_ID=sandbox"),
            ("user-agent", concat!("unpromo/", env!("CARGO_PKG_VERSION"))),
        ];
        let call = |kind: TemuCallKind| TemuCall {
            url: format!("{base}{}", kind.known_path()),
            headers: headers.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec(),
        };
        let (look_up, submission) = (call(TemuCallKind::LookUp), call(TemuCallKind::Submission));
        Self { mall_id, mall_name: None, look_up, submission }
    }
}

/// Where a copied request goes, and with which headers.
#[derive(Clone, PartialEq, Eq)]
pub struct TemuCall {
    /// The whole address, `https` unless it is on loopback. A query in it may be private: show the
    /// [`host`](Self::host) instead.
    pub url: String,
    /// The headers as they were copied (lower-case names, in the copy's order), the cookie among them.
    pub headers: Vec<(String, Secret)>,
}

impl TemuCall {
    /// The host of the address, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        place::host(&self.url)
    }

    /// Whether the address is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        place::is_loopback(&self.url)
    }

    /// Whether nobody can read along: `https`, or plain `http` that does not leave this machine.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        place::is_protected(&self.url)
    }

    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Secret> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value)
    }
}

impl fmt::Debug for TemuCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemuCall")
            .field("host", &self.host())
            .field("headers", &self.headers.len())
            .finish_non_exhaustive()
    }
}
