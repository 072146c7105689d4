//! `unpromo shop`: add, list, check and remove shops. Each gives the text for the screen.

mod given;
mod list;
mod secret;
mod taobao;
mod temu;
mod wechat;

use std::path::Path;

use clap::ValueEnum;

pub use list::{list, list_json};
pub use temu::{Add, add};

use super::Context;
use crate::cli::{Network, Platform, ShopAction, ShopAdd};
use crate::error::{Error, Result};
use crate::home::Home;
use crate::plain::plain;
use crate::platform::{Limits, OPERATIONS};
use crate::shop::{Added, Shop, ShopFile};
use crate::text;
use crate::text::Text;

/// More than any HAR of a working day.
const MOST_BYTES: u64 = 512 << 20;

/// `unpromo shop`.
pub(super) fn shop(context: &Context, action: Option<ShopAction>) -> Result<u8> {
    let home = Home::find()?;
    let now = jiff::Timestamp::now().as_millisecond();
    let screen = context.screen();
    match action.unwrap_or(ShopAction::List) {
        ShopAction::List if context.global.json => {
            let list = list_json(&home, now)?;
            list.lines().for_each(|line| screen.line(line));
        }
        ShopAction::List => screen.line(list(&home, context.lang, now)?.trim_end()),
        ShopAction::Remove { name } => screen.say(&remove(&home, &name)?),
        ShopAction::Check { name, network } => screen.say(&check_login(&home, &name, network)?),
        ShopAction::Add(args) => {
            agreed(&args)?;
            let added = match args.told() {
                Platform::Temu => temu::add_copied(context, &home, &args, now)?,
                Platform::Taobao => taobao::add(&home, &args, context.lang, now)?,
                Platform::WechatPay => wechat::add(&home, &args, now)?,
            };
            screen.say(&added);
        }
    }
    Ok(0)
}

/// The flags of one platform do not make a shop on another.
fn agreed(args: &ShopAdd) -> Result<()> {
    let told = args.told();
    if args.platform.is_none_or(|platform| platform == told) {
        return Ok(());
    }
    let name =
        |platform: Platform| platform.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let (given, told) = (args.platform.map(name).unwrap_or_default(), name(told));
    Err(Error::usage(text!(
        "--platform 是 {given},而其他参数是 {told} 的",
        "--platform says {given}, and the other flags are for {told}"
    ))
    .next(text!("请看 unpromo shop add --help", "see: unpromo shop add --help")))
}

/// Asks the platform who the login is.
fn check_login(home: &Home, name: &str, network: Network) -> Result<Text> {
    let limits = Limits { connect: network.connect_timeout, request: network.timeout, ..Limits::default() };
    let runtime = super::runtime()?;
    runtime.block_on(check(home, name, async |shop: &Shop| {
        let operation = OPERATIONS.iter().find(|known| known.platform() == shop.credentials.platform());
        let Some(operation) = operation else { return Ok(LoginCheck::default()) };
        let asked = operation.identify(shop, limits)?.await;
        asked
            .map(|identity| LoginCheck { account_name: identity.name })
            .map_err(|failure| super::shops::refusal(&shop.name, &failure))
    }))
}

fn headline(added: &Added, shop: &Shop) -> Text {
    let name = &shop.name;
    let id = shop.credentials.account_id();
    let host = shop.credentials.host();
    let title = shop.credentials.title();
    let (zh, en) = (format!("{} {id},网站 {host}", title.zh), format!("{} {id} at {host}", title.en));
    match added {
        Added::New => text!("已添加店铺“{name}”:{zh}", "added the shop '{name}': {en}"),
        Added::Renewed => text!("已更新店铺“{name}”的登录信息:{zh}", "renewed the login of the shop '{name}': {en}"),
        Added::Replaced { account_id } => text!(
            "店铺“{name}”已从账号 {account_id} 换为:{zh}",
            "the shop '{name}' was account {account_id} and is now: {en}"
        ),
    }
}

fn also_named(file: &ShopFile, shop: &Shop) -> Option<Text> {
    let names = file.also_named(shop).collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| {
        text!(
            "  注意:同一账号还有别的名称:{names}",
            "  note: the same account is there under another name too: {names}"
        )
    })
}

/// Keeps the shop, and tells what came of it: what was recognised, and at the end where its login is kept.
fn keep(
    home: &Home,
    shop: &Shop,
    replace: bool,
    recognised: impl IntoIterator<Item = Text>,
    kept_in: impl FnOnce(&Path) -> Text,
) -> Result<Text> {
    let mut file = ShopFile::load(home)?;
    let added = file.add(shop.clone(), replace)?;
    let told = [headline(&added, shop)].into_iter().chain(recognised).chain(also_named(&file, shop));
    Ok(lines(told.chain([kept_in(&file.path())])))
}

/// What to do after a shop was added.
fn check_next(shop: &Shop) -> Text {
    let name = &shop.name;
    text!("检查是否有效:unpromo shop check {name}", "see whether it is good: unpromo shop check {name}")
}

fn lines(all: impl IntoIterator<Item = Text>) -> Text {
    let (zh, en): (Vec<_>, Vec<_>) = all.into_iter().map(|line| (line.zh, line.en)).unzip();
    Text { zh: zh.join("\n"), en: en.join("\n") }
}

/// Takes a shop out of the shop file.
///
/// # Errors
/// When there is no shop with this name, or the shop file cannot be written.
pub fn remove(home: &Home, name: &str) -> Result<Text> {
    let mut file = ShopFile::load(home)?;
    let shop = file.remove(name)?;
    let (name, id) = (&shop.name, shop.credentials.account_id());
    Ok(text!(
        "已删除店铺“{name}”({id})的登录信息。任务记录保留;要让登录立即失效,请在浏览器中退出登录",
        "removed the shop '{name}' ({id}) and its login; the records of its jobs stay. To end the login itself, log out in the browser"
    ))
}

/// What a platform says of a login that lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginCheck {
    /// The account's name at the platform, where it tells it.
    pub account_name: Option<String>,
}

/// Checks a shop's login with its platform, and keeps the account's name.
///
/// # Errors
/// When there is no shop with this name, `check` says that the login does not do, or the shop file
/// cannot be read or written.
pub async fn check(home: &Home, name: &str, check: impl AsyncFnOnce(&Shop) -> Result<LoginCheck>) -> Result<Text> {
    let mut file = ShopFile::load(home)?;
    let shop = file.get(name)?.clone();
    let checked = check(&shop).await?;
    let account_name = checked.account_name.map(|name| plain(name.trim()).into_owned()).filter(|name| !name.is_empty());
    if let Some(account_name) = &account_name {
        file.keep_account_name(&shop, account_name)?;
    }
    let (name, id) = (&shop.name, shop.credentials.account_id());
    let called = account_name.map(|called| format!(" {called}")).unwrap_or_default();
    Ok(text!("店铺“{name}”({id}{called})的登录有效", "the login of the shop '{name}' ({id}{called}) is good"))
}
