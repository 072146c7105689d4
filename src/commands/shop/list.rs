//! `unpromo shop list`: which shops there are, and how old their logins.

use serde_json::json;

use crate::error::Result;
use crate::home::Home;
use crate::plain::plain;
use crate::screen::{pad, width};
use crate::shop::{Credentials, Shop, ShopFile};
use crate::text;
use crate::text::{Lang, Text};

/// From which age a login is said to be old, as a part of its lifetime: 20 of 24 hours.
const OLD: (i64, i64) = (5, 6);

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
