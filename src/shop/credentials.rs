//! What proves a shop's identity, for each platform.

use serde::{Deserialize, Serialize};

use super::Secret;

/// What proves a shop's identity. The tag `platform` is what `shops.toml` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", rename_all = "kebab-case")]
pub enum Credentials {
    /// A logged-in browser session at the Temu seller centre.
    Temu(TemuCredentials),
}

impl Credentials {
    /// The platform's name, as `shop list` shows it.
    #[must_use]
    pub const fn platform(&self) -> &'static str {
        match self {
            Self::Temu(_) => "temu",
        }
    }

    /// The stable identity of the account. A loopback host marks it, so that what was tried on a
    /// sandbox never stands in the way of the real thing.
    #[must_use]
    pub fn account(&self) -> String {
        match self {
            Self::Temu(temu) => {
                let place = if temu.look_up.is_loopback() { "@loopback" } else { "" };
                format!("temu/{}{place}", temu.mall_id)
            }
        }
    }
}

/// The two copied requests of the Temu seller centre, each with its own headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemuCredentials {
    /// The shop's number at Temu, from the header `mallid`.
    pub mall_id: String,
    /// The shop's name at Temu, where the login check told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mall_name: Option<String>,
    /// The look-up request.
    pub look_up: TemuCall,
    /// The submission request.
    pub submission: TemuCall,
}

/// Where a copied request goes, and with which headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemuCall {
    /// The whole address, `https` unless it is on loopback.
    pub url: String,
    /// The headers as they were copied (lower-case names, in the copy's order), the cookie among them.
    pub headers: Vec<(String, Secret)>,
}

impl TemuCall {
    /// The host of the address, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or(rest)
    }

    /// Whether the address is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
        let name = name.trim_start_matches('[').trim_end_matches(']');
        name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}
