//! `shops.toml`: the shops and their credentials, the one place where a secret is written.

mod disk;
mod form;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::form::{AnyVersion, FileForm, VERSION};
use super::name::{nearest, shop_name};
use super::{Credentials, Shop};
use crate::error::{Error, Kind, Result};
use crate::home::Home;
use crate::text;

const HEAD: &str = "\
# The shops of unpromo and their logins. Who has this file can act as these shops: do not pass it on.
# Better than by hand it is changed with: unpromo shop add, unpromo shop remove
";

/// The shops of a home folder, in the order in which they were added.
#[derive(Debug)]
pub struct ShopFile {
    home: Home,
    shops: Vec<Shop>,
}

/// What adding a shop came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// The name is new.
    New,
    /// A fresh login for the account that the name had already.
    Renewed,
    /// The name belonged to another account, which is gone from the file.
    Replaced {
        /// The number of the account that was replaced.
        account_id: String,
    },
}

impl ShopFile {
    /// Reads the shops of a home folder; none where there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be read, others can read it, or it is not what this version wrote. The
    /// message has places in it, and never content.
    pub fn load(home: &Home) -> Result<Self> {
        Ok(Self { home: home.clone(), shops: read(&home.shops())? })
    }

    /// Where the file is, or will be.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.home.shops()
    }

    /// All shops, in the order in which they were added.
    #[must_use]
    pub fn list(&self) -> &[Shop] {
        &self.shops
    }

    /// The shop with this name, exactly.
    ///
    /// # Errors
    /// When there is none; names the one that was probably meant.
    pub fn get(&self, name: &str) -> Result<&Shop> {
        let name = name.trim();
        self.shops.iter().find(|shop| shop.name == name).ok_or_else(|| self.unknown(name))
    }

    /// The shop of a platform that a job is for: the named one, or the only one.
    ///
    /// # Errors
    /// When there is none, it is of another platform, or there are several and none is named.
    pub fn choose(&self, name: Option<&str>, platform: &str) -> Result<&Shop> {
        if let Some(name) = name {
            let shop = self.get(name)?;
            let actual = shop.credentials.platform();
            if actual == platform {
                return Ok(shop);
            }
            let name = &shop.name;
            return Err(Error::usage(text!(
                "店铺“{name}”属于 {actual} 平台,而这里需要 {platform} 平台的店铺",
                "the shop '{name}' is of the platform {actual}, and one of {platform} is needed here"
            ))
            .next(text!("运行 unpromo shop list 查看所有店铺", "see all shops with: unpromo shop list")));
        }
        let of_platform: Vec<&Shop> =
            self.shops.iter().filter(|shop| shop.credentials.platform() == platform).collect();
        match of_platform.as_slice() {
            [shop] => Ok(shop),
            [] => Err(none_of(platform)),
            several => {
                let count = several.len();
                let names = names_of(several.iter().map(|shop| shop.name.as_str()));
                Err(Error::usage(text!(
                    "有 {count} 个 {platform} 店铺,需要指明用哪一个:{names}",
                    "there are {count} shops of the platform {platform}, and one must be named: {names}"
                ))
                .next(text!(
                    "请加上 --shop 名称,或在表格的“店铺”列填写",
                    "add --shop NAME, or fill the sheet's column 店铺 (shop)"
                )))
            }
        }
    }

    /// Adds a shop, or gives a known one its fresh login. A name that belongs to another account is
    /// taken over only with `replace`.
    ///
    /// # Errors
    /// When the name will not do, belongs to another account, or the file cannot be written.
    pub fn add(&mut self, mut shop: Shop, replace: bool) -> Result<Added> {
        shop.name = shop_name(&shop.name)?;
        self.change(|shops| {
            let Some(known) = shops.iter_mut().find(|known| known.name == shop.name) else {
                shops.push(shop);
                return Ok(Added::New);
            };
            let added = if known.account() == shop.account() {
                if let (None, Some(name)) = (shop.credentials.account_name(), known.credentials.account_name()) {
                    shop.credentials.set_account_name(name.to_owned());
                }
                Added::Renewed
            } else if replace {
                Added::Replaced { account_id: known.credentials.account_id().to_owned() }
            } else {
                return Err(other_account(&shop.name, &known.credentials, &shop.credentials));
            };
            *known = shop;
            Ok(added)
        })
    }

    /// Takes a shop out of the file.
    ///
    /// # Errors
    /// When there is none with this name, or the file cannot be written.
    pub fn remove(&mut self, name: &str) -> Result<Shop> {
        let name = self.get(name)?.name.clone();
        self.change(|shops| match shops.iter().position(|shop| shop.name == name) {
            Some(at) => Ok(shops.remove(at)),
            None => Err(gone(&name)),
        })
    }

    /// Keeps the account's name at the platform, as a login check told it.
    ///
    /// # Errors
    /// When the shop is gone, or the file cannot be written.
    pub fn keep_account_name(&mut self, shop: &Shop, account_name: &str) -> Result<()> {
        if shop.credentials.account_name() == Some(account_name) {
            return Ok(());
        }
        self.change(|shops| {
            let is_same = |known: &&mut Shop| known.name == shop.name && known.account() == shop.account();
            let known = shops.iter_mut().find(is_same).ok_or_else(|| gone(&shop.name))?;
            known.credentials.set_account_name(account_name.to_owned());
            Ok(())
        })
    }

    /// The other names under which an account is in the file.
    pub fn also_named<'a>(&'a self, shop: &'a Shop) -> impl Iterator<Item = &'a str> {
        let account = shop.account();
        let others = self.shops.iter().filter(move |other| {
            other.name != shop.name && other.account() == account && other.credentials.stand_in_for(&shop.credentials)
        });
        others.map(|other| other.name.as_str())
    }

    /// Changes the file as it is now, not as it was when it was read, so that two changes at a time
    /// both last.
    fn change<T>(&mut self, change: impl FnOnce(&mut Vec<Shop>) -> Result<T>) -> Result<T> {
        let _lock = disk::lock(&self.home.make_locks()?)?;
        let path = self.path();
        let mut shops = read(&path)?;
        let done = change(&mut shops)?;
        disk::replace(&path, &write(&path, &shops)?)?;
        self.shops = shops;
        Ok(done)
    }

    fn unknown(&self, name: &str) -> Error {
        if self.shops.is_empty() {
            return Error::new(
                Kind::Credentials,
                text!("还没有添加任何店铺,也就没有“{name}”", "no shop has been added yet, so there is no '{name}'"),
            )
            .next(how_to_add());
        }
        let error = Error::usage(text!("没有名为“{name}”的店铺", "there is no shop named '{name}'"));
        let names = || self.shops.iter().map(|shop| shop.name.as_str());
        error.next(nearest(name, names()).map_or_else(
            || {
                let names = names_of(names());
                text!("已有的店铺:{names}", "the shops are: {names}")
            },
            |meant| text!("是不是“{meant}”?", "did you mean '{meant}'?"),
        ))
    }
}

fn names_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn gone(name: &str) -> Error {
    Error::usage(text!("店铺“{name}”已不在文件中", "the shop '{name}' is no longer in the file"))
}

fn how_to_add() -> text::Text {
    text!(
        "请先添加店铺:unpromo shop add 名称(各平台的参数见 unpromo shop add --help)",
        "add one with: unpromo shop add NAME (for each platform's flags see unpromo shop add --help)"
    )
}

fn none_of(platform: &str) -> Error {
    Error::new(
        Kind::Credentials,
        text!("还没有添加 {platform} 店铺", "no shop of the platform {platform} has been added yet"),
    )
    .next(how_to_add())
}

fn other_account(name: &str, known: &Credentials, given: &Credentials) -> Error {
    let (old, new) = (known.account(), given.account());
    Error::usage(text!(
        "名称“{name}”已属于另一个账号({old}),而新的登录信息属于 {new}",
        "the name '{name}' belongs to another account ({old}), and the new login is of {new}"
    ))
    .next(text!(
        "请换一个名称;确实要换掉旧账号时加上 --replace",
        "choose another name, or add --replace to put the new account in the old one's place"
    ))
}

fn write(path: &Path, shops: &[Shop]) -> Result<Zeroizing<String>> {
    let body = toml::to_string_pretty(&FileForm::new(shops)).map(Zeroizing::new).map_err(|_| {
        // The message of the writer is not shown: it could quote what it could not write.
        let path = path.display();
        Error::internal(text!("无法生成 {path} 的内容", "cannot put the content of {path} together"))
    })?;
    Ok(Zeroizing::new(format!("{HEAD}{}", *body)))
}

fn read(path: &Path) -> Result<Vec<Shop>> {
    let Some(text) = disk::read(path)? else { return Ok(Vec::new()) };
    let version = toml::from_str::<AnyVersion>(&text).map_err(|error| broken(path, &text, &error))?.version;
    let shown = path.display();
    match version {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(Error::new(
                Kind::Credentials,
                text!(
                    "{shown} 由更新版本的 unpromo 写成(格式 {newer},本程序只认识到 {VERSION})",
                    "{shown} was written by a newer unpromo (format {newer}; this one knows up to {VERSION})"
                ),
            )
            .next(text!("请升级 unpromo", "use a newer unpromo")));
        }
        _ => {
            return Err(Error::new(
                Kind::Credentials,
                text!("{shown} 里没有有效的 version", "{shown} has no valid version in it"),
            )
            .next(start_anew(path)));
        }
    }
    let form: FileForm = toml::from_str(&text).map_err(|error| broken(path, &text, &error))?;
    let shops = form.into_shops().ok_or_else(|| {
        Error::new(
            Kind::Credentials,
            text!("{shown} 里有一个店铺没有平台信息", "a shop in {shown} has no platform that this version knows"),
        )
        .next(start_anew(path))
    })?;
    if let Some(shop) = shops.iter().find(|shop| !shop.credentials.is_protected()) {
        let name = &shop.name;
        return Err(Error::new(
            Kind::Credentials,
            text!(
                "{shown} 里店铺“{name}”的网址不是 https,登录信息会被旁人看到",
                "an address of the shop '{name}' in {shown} is not https: others could read the login on its way"
            ),
        )
        .next(start_anew(path)));
    }
    if let Some((shop, why)) = shops.iter().find_map(|shop| Some((shop, shop.credentials.disagreement()?))) {
        let name = &shop.name;
        let what = text!("{shown} 里的店铺“{name}”前后不一致：", "the shop '{name}' in {shown} contradicts itself:");
        return Err(Error::new(Kind::Credentials, what.then(&why)).next(start_anew(path)));
    }
    Ok(shops)
}

/// Only the place is taken from the parser's error: its message quotes the file.
fn broken(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let path_shown = path.display();
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    let what = if error.message().starts_with("unknown field") {
        text!(
            "{path_shown} 第 {line} 行第 {column} 列有本版本不认识的键",
            "{path_shown}, line {line}, column {column}: a key that this version does not know"
        )
    } else {
        text!(
            "{path_shown} 第 {line} 行第 {column} 列有错",
            "{path_shown}, line {line}, column {column}: this cannot be read"
        )
    };
    Error::new(Kind::Credentials, what).next(start_anew(path))
}

fn start_anew(path: &Path) -> text::Text {
    let path = path.display();
    text!(
        "请改正 {path},或把它移走后用 unpromo shop add 重新添加店铺",
        "mend {path}, or move it away and add the shops again with: unpromo shop add"
    )
}
