//! From a row's shop to the account that it is run for.

use crate::error::{Error, Kind, Result};
use crate::home::Home;
use crate::journal::Lane;
use crate::platform::{Failure, Operation};
use crate::sandbox::{Running, Sandbox};
use crate::shop::{Credentials, Shop, ShopFile};
use crate::text;

/// Where a job's shops come from.
pub(super) enum Source {
    /// The user's shop file.
    File(ShopFile),
    /// The embedded sandbox, which knows any name.
    Sandbox(Running),
}

impl Source {
    pub fn open(home: &Home, sandbox: bool) -> Result<Self> {
        if sandbox {
            return Sandbox::start(&crate::sandbox::Options::default()).map(Self::Sandbox);
        }
        ShopFile::load(home).map(Self::File)
    }

    /// The shop with this name; without a name, the only one.
    fn shop(&self, operation: &dyn Operation, name: Option<&str>, number: usize) -> Result<Shop> {
        match self {
            Self::File(file) => file.choose(name, operation.platform()).cloned(),
            Self::Sandbox(sandbox) => Ok(Shop {
                name: name.unwrap_or("sandbox").to_owned(),
                credentials: Credentials::of_sandbox(operation.platform(), &sandbox.url(), number)?,
                added_at: 0,
            }),
        }
    }
}

/// The shops of a job, found as its rows name them. One account is one lane, whatever its names.
pub(super) struct Shops<'a> {
    source: &'a Source,
    operation: &'static dyn Operation,
    default: Option<&'a str>,
    known: Vec<(Option<String>, std::result::Result<u32, Error>)>,
    pub lanes: Vec<(Lane, Shop)>,
}

impl<'a> Shops<'a> {
    pub const fn new(source: &'a Source, operation: &'static dyn Operation, default: Option<&'a str>) -> Self {
        Self { source, operation, default, known: Vec::new(), lanes: Vec::new() }
    }

    /// The lane of a row by its shop cell; an empty cell takes the default.
    pub fn lane(&mut self, cell: &str) -> std::result::Result<u32, Error> {
        let name = Some(cell).filter(|cell| !cell.is_empty()).or(self.default);
        if let Some((_, lane)) = self.known.iter().find(|(known, _)| known.as_deref() == name) {
            return lane.clone();
        }
        let lane = self.find(name);
        self.known.push((name.map(str::to_owned), lane.clone()));
        lane
    }

    fn find(&mut self, name: Option<&str>) -> std::result::Result<u32, Error> {
        let shop = self.source.shop(self.operation, name, self.lanes.len())?;
        let account = shop.account();
        let is_same = |(lane, known): &&(Lane, Shop)| {
            lane.account == account && known.credentials.stand_in_for(&shop.credentials)
        };
        if let Some((lane, _)) = self.lanes.iter().find(is_same) {
            return Ok(lane.lane);
        }
        let number = u32::try_from(self.lanes.len()).unwrap_or(u32::MAX);
        self.lanes.push((Lane { lane: number, shop: shop.name.clone(), account }, shop));
        Ok(number)
    }

    /// The shops of a job that is resumed: the same names must still be the same accounts.
    pub fn again(source: &Source, operation: &dyn Operation, lanes: Vec<Lane>) -> Result<Vec<(Lane, Shop)>> {
        let shop_of = |lane: Lane| {
            let shop = source.shop(operation, Some(&lane.shop), lane.lane as usize)?;
            if shop.account() == lane.account {
                return Ok((lane, shop));
            }
            let (name, was, is, typed) = (&lane.shop, &lane.account, shop.account(), crate::shell::quote(&lane.shop));
            Err(Error::new(
                Kind::Credentials,
                text!(
                    "店铺 {name} 现在是 {is},而任务是为 {was} 做的",
                    "the shop {name} is {is} now, and the job is for {was}"
                ),
            )
            .next(text!(
                "请重新添加原来的账号：unpromo shop add {typed}",
                "add the account it was for again: unpromo shop add {typed}"
            )))
        };
        lanes.into_iter().map(shop_of).collect()
    }
}

/// What a single call, outside of any job, came to.
pub(super) fn refusal(what: &str, failure: &Failure) -> Error {
    let why = text!("{what}:", "{what}:").then(&failure.sentence());
    match failure {
        Failure::Credentials { .. } | Failure::OtherAccount { .. } => Error::new(Kind::Credentials, why).next(text!(
            "请用 unpromo shop add 更新登录信息(同一个店铺名;Temu 要先在浏览器里重新登录、重新复制请求)",
            "renew the login with unpromo shop add and the same name (for Temu, log in again in the browser and copy the requests again)"
        )),
        Failure::NotSent(_) | Failure::NoAnswer(_) => {
            Error::new(Kind::Unreachable, why).next(text!("请检查网络后再试", "check the network and try again"))
        }
        Failure::Throttled { .. } => {
            Error::new(Kind::Unreachable, why).next(text!("请过一会儿再试", "try again in a while"))
        }
        _ => Error::new(Kind::Incomplete, why),
    }
}
