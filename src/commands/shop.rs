//! `unpromo shop`: add, list, check and remove shops. Each gives the text for the screen.

mod secret;
mod taobao;
mod wechat;

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;
use zeroize::Zeroizing;

use super::Context;
use crate::cli::{Network, Platform, ShopAction, ShopAdd};
use crate::error::{Error, Result};
use crate::home::Home;
use crate::plain::plain;
use crate::platform::{Limits, OPERATIONS};
use crate::screen::{Screen, pad, width};
use crate::shop::{
    Added, Credentials, Shop, ShopFile, TemuCall, TemuCallKind, TemuCredentials, TemuImport, import, shop_name,
};
use crate::text;
use crate::text::{Lang, Text};

/// More than any HAR of a working day.
const MOST_BYTES: u64 = 512 << 20;

/// From which age a login is said to be old, as a part of its lifetime: 20 of 24 hours.
const OLD: (i64, i64) = (5, 6);

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
                Platform::Temu => add_copied(context, &home, &args, now)?,
                Platform::Taobao => taobao::add(&home, &args, context.lang, now)?,
                Platform::WechatPay => wechat::add(&home, &args, now)?,
            };
            screen.say(&added);
        }
    }
    Ok(0)
}

/// Adds a shop from the requests that were copied for it.
fn add_copied(context: &Context, home: &Home, args: &ShopAdd, now: i64) -> Result<Text> {
    let files: Vec<PathBuf> = args.from_curl.iter().chain(&args.from_har).cloned().collect();
    if files.iter().any(|file| file == Path::new("-")) && std::io::stdin().is_terminal() {
        Screen::stderr(context.lang, context.global.color).say(&text!(
            "请粘贴复制的请求,然后按 Ctrl-D(Windows 上是 Ctrl-Z 和回车)",
            "paste the copied requests, then press Ctrl-D (on Windows Ctrl-Z and Enter)"
        ));
    }
    let adding = Add { name: &args.name, files: &files, replace: args.replace, now };
    add(home, &adding, &mut std::io::stdin())
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Error::internal(text!("无法启动:{why}", "cannot start: {why}")))?;
    runtime.block_on(check(home, name, async |shop: &Shop| {
        let operation = OPERATIONS.iter().find(|known| known.platform() == shop.credentials.platform());
        let Some(operation) = operation else { return Ok(LoginCheck::default()) };
        let asked = operation.identify(shop, limits)?.await;
        asked
            .map(|identity| LoginCheck { account_name: identity.name })
            .map_err(|failure| super::shops::refusal(&shop.name, &failure))
    }))
}

/// What `shop add` is told.
#[derive(Debug)]
pub struct Add<'a> {
    /// The name for the shop.
    pub name: &'a str,
    /// The files with copied requests or a HAR; `-` is standard input.
    pub files: &'a [PathBuf],
    /// Whether a name may go over to another account.
    pub replace: bool,
    /// Now: epoch ms.
    pub now: i64,
}

/// Adds a Temu shop from copied requests, and tells what was recognised in them.
///
/// # Errors
/// When a file cannot be read, has no copied request in it, or lacks something the shop needs; when the
/// name will not do or belongs to another account; when the shop file cannot be written.
pub fn add(home: &Home, add: &Add<'_>, stdin: &mut dyn Read) -> Result<Text> {
    let name = shop_name(add.name)?;
    if add.files.is_empty() {
        return Err(Error::usage(text!("没有给出复制的请求", "no copied request was given")).next(text!(
            "请用 --from-curl 文件 或 --from-har 文件 指定(- 表示标准输入)",
            "name one with --from-curl FILE or --from-har FILE (- is standard input)"
        )));
    }
    let mut copies = Vec::new();
    for file in add.files {
        let (place, content) = content_of(file, stdin)?;
        copies.extend(import::read(&place, &content)?);
    }
    let import = TemuImport::recognise(copies)?;
    let recognised = recognised(&import);
    let mut file = ShopFile::load(home)?;
    let shop = Shop { name, credentials: import.into_credentials(), added_at: add.now };
    let added = file.add(shop.clone(), add.replace)?;
    Ok(lines(
        [headline(&added, &shop)].into_iter().chain(recognised).chain(also_named(&file, &shop)).chain([kept_in(&file)]),
    ))
}

/// The name for messages, and the bytes.
fn content_of(file: &Path, stdin: &mut dyn Read) -> Result<(String, Zeroizing<Vec<u8>>)> {
    let mut content = Zeroizing::new(Vec::new());
    let (place, read) = if file == Path::new("-") {
        ("-".to_owned(), stdin.take(MOST_BYTES).read_to_end(&mut content))
    } else {
        let read = File::open(file).and_then(|opened| opened.take(MOST_BYTES).read_to_end(&mut content));
        (file.display().to_string(), read)
    };
    match read {
        Ok(_) => Ok((place, content)),
        Err(error) => Err(Error::usage(text!("无法读取 {place}:{error}", "cannot read {place}: {error}"))
            .next(text!("请检查路径与权限", "check the path and its rights"))),
    }
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

/// One line for each of the two calls, without a value of any header.
fn recognised(import: &TemuImport) -> Vec<Text> {
    let TemuCredentials { look_up, submission, .. } = &import.credentials;
    let calls = [(TemuCallKind::LookUp, look_up), (TemuCallKind::Submission, submission)];
    let mut lines: Vec<Text> =
        calls.into_iter().map(|(kind, call)| recognised_call(kind, call, import.missing)).collect();
    if let Some(missing) = import.missing {
        let end = missing.path_end();
        lines.push(text!(
            "  如果之后平台不接受,请再复制路径以 {end} 结尾的请求,两个请求一起添加",
            "  if the platform refuses it later, copy the request whose path ends in {end} as well, and add the two together"
        ));
    }
    lines
}

fn recognised_call(kind: TemuCallKind, call: &TemuCall, missing: Option<TemuCallKind>) -> Text {
    let title = kind.title();
    let (zh, en) = (title.zh, title.en);
    if missing == Some(kind) {
        return text!(
            "  {zh}:没有复制,按已知地址和另一个请求的请求头推定",
            "  {en}: not among the copies, so its known address and the other's headers are taken"
        );
    }
    let count = call.headers.len();
    let token = match call.header("anti-content") {
        Some(_) => text!("有 anti-content", "anti-content is there"),
        None => text!("没有 anti-content", "no anti-content"),
    };
    let (token_zh, token_en) = (token.zh, token.en);
    text!("  {zh}:{count} 个请求头,{token_zh}", "  {en}: {count} headers, {token_en}")
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

fn kept_in(file: &ShopFile) -> Text {
    let path = file.path();
    let path = path.display();
    text!(
        "登录信息保存在 {path},只有您能读取;复制用的文件里也有登录信息,用完请删除",
        "the login is kept in {path}, for you alone; the copied file has the login in it too, so delete it now"
    )
}

/// What to do after a shop was added.
fn check_next(shop: &Shop) -> Text {
    let name = &shop.name;
    text!("检查是否有效:unpromo shop check {name}", "see whether it is good: unpromo shop check {name}")
}

fn lines(all: impl Iterator<Item = Text>) -> Text {
    let (zh, en): (Vec<_>, Vec<_>) = all.map(|line| (line.zh, line.en)).unzip();
    Text { zh: zh.join("\n"), en: en.join("\n") }
}

/// Lists the shops as an aligned table, oldest first, and says which logins are old.
///
/// # Errors
/// When the shop file cannot be read.
pub fn list(home: &Home, lang: Lang, now: i64) -> Result<String> {
    let file = ShopFile::load(home)?;
    if file.list().is_empty() {
        let none = text!(
            "还没有店铺。添加:unpromo shop add 名称 --from-curl 文件(其他平台见 unpromo shop add --help)",
            "no shops yet; add one with: unpromo shop add NAME --from-curl FILE (other platforms: unpromo shop add --help)"
        );
        return Ok(none.say(lang).to_owned());
    }
    let headings = match lang {
        Lang::Zh => ["名称", "平台", "账号", "账号名称", "网站", "登录信息"],
        Lang::En => ["name", "platform", "account", "account name", "host", "login"],
    };
    let mut table = vec![headings.map(str::to_owned)];
    table.extend(file.list().iter().map(|shop| cells(shop, lang, now)));
    let mut out = aligned(&table);
    if let Some(hint) = old_logins(file.list(), now) {
        out.push_str("\n\n");
        out.push_str(hint.say(lang));
    }
    Ok(out)
}

fn cells(shop: &Shop, lang: Lang, now: i64) -> [String; 6] {
    let credentials = &shop.credentials;
    let others = [&shop.name, credentials.account_id(), credentials.account_name().unwrap_or("-"), credentials.host()];
    let [name, id, account_name, host] = others.map(|text| plain(text).into_owned());
    [name, credentials.platform().to_owned(), id, account_name, host, age(now - shop.added_at).say(lang).to_owned()]
}

/// Columns side by side, by their width on the screen; nothing behind the last.
fn aligned(table: &[[String; 6]]) -> String {
    let widths: [usize; 6] =
        std::array::from_fn(|column| table.iter().map(|row| width(&row[column])).max().unwrap_or_default());
    let lines = table.iter().map(|row| {
        let line: String = row.iter().zip(widths).map(|(cell, width)| pad(cell, width + 2, false)).collect();
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How long ago something was, from milliseconds.
fn age(ms: i64) -> Text {
    let minutes = ms / 60_000;
    match (minutes, minutes / 60) {
        (..1, _) => text!("刚刚", "just now"),
        (minutes @ 1..60, _) => text!("{minutes} 分钟前", "{minutes} min ago"),
        (_, hours @ ..48) => text!("{hours} 小时前", "{hours} h ago"),
        (_, hours) => {
            let days = hours / 24;
            text!("{days} 天前", "{days} days ago")
        }
    }
}

fn is_old(shop: &Shop, now: i64) -> bool {
    let lifetime = shop.credentials.lifetime_hours().map(|hours| i64::from(hours) * 3_600_000);
    lifetime.is_some_and(|lifetime| now - shop.added_at >= lifetime * OLD.0 / OLD.1)
}

fn old_logins(shops: &[Shop], now: i64) -> Option<Text> {
    let names: Vec<String> =
        shops.iter().filter(|shop| is_old(shop, now)).map(|shop| plain(&shop.name).into_owned()).collect();
    let names = names.join(", ");
    (!names.is_empty()).then(|| {
        text!(
            "Temu 的登录信息大约一天后失效,这些可能需要重新添加:{names}\n更新:unpromo shop add 名称 --from-curl 文件",
            "a login at Temu lives about a day; these may be due for a fresh one: {names}\nrenew with: unpromo shop add NAME --from-curl FILE"
        )
    })
}

/// Lists the shops as JSON, one object a line: `name, platform, account, account_name, host, added_at`
/// (epoch ms), `old` (whether the login is near or past the end of its life).
///
/// # Errors
/// When the shop file cannot be read.
pub fn list_json(home: &Home, now: i64) -> Result<String> {
    let file = ShopFile::load(home)?;
    let lines = file.list().iter().map(|shop| {
        let credentials: &Credentials = &shop.credentials;
        json!({
            "name": shop.name,
            "platform": credentials.platform(),
            "account": credentials.account_id(),
            "account_name": credentials.account_name(),
            "host": credentials.host(),
            "added_at": shop.added_at,
            "old": is_old(shop, now),
        })
        .to_string()
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
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
