//! `unpromo shop add` for an app at the Taobao Open Platform.

use std::path::Path;

use super::secret::Wanted;
use crate::cli::{self, ShopAdd};
use crate::error::{Error, Result};
use crate::home::Home;
use crate::shop::{Credentials, GATEWAY, Shop, SignMethod, TaobaoCredentials, shop_name};
use crate::text;
use crate::text::{Lang, Text};

/// Adds the shop, and tells where its login is kept.
pub(super) fn add(home: &Home, args: &ShopAdd, lang: Lang, now: i64) -> Result<Text> {
    let name = shop_name(&args.name)?;
    let app_key = args.taobao.app_key.as_deref().unwrap_or_default();
    if !app_key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::usage(text!(
            "--app-key {app_key} 不对:应是控制台里的 App Key,只有数字和字母",
            "--app-key {app_key} will not do: it is the App Key of the console, digits and letters alone"
        )));
    }
    let base_url = gateway(args.base_url.as_deref())?;
    let app_secret = Wanted {
        name: text!("应用密钥(app secret)", "the app's secret"),
        flag: "--app-secret-file",
        variable: "UNPROMO_APP_SECRET",
        file: args.taobao.app_secret_file.as_deref(),
    };
    let session = Wanted {
        name: text!("店铺授权(session)", "the shop's session"),
        flag: "--session-file",
        variable: "UNPROMO_SESSION",
        file: args.taobao.session_file.as_deref(),
    };
    let credentials = Credentials::Taobao(TaobaoCredentials {
        app_key: app_key.to_owned(),
        app_secret: app_secret.get(lang)?,
        session: session.get(lang)?,
        base_url,
        sign_method: method(args.taobao.sign_method),
        seller: None,
    });
    let shop = Shop { name, credentials, added_at: now };
    let is_of_files = [&args.taobao.app_secret_file, &args.taobao.session_file]
        .into_iter()
        .flatten()
        .any(|file| file != Path::new("-"));
    let kept = super::keep(home, &shop, args.replace, [], |path| kept_in(path, is_of_files))?;
    Ok(super::lines([kept, super::check_next(&shop)]))
}

fn kept_in(path: &Path, is_of_files: bool) -> Text {
    let path = path.display();
    if !is_of_files {
        return text!("登录信息保存在 {path},只有您能读取", "the login is kept in {path}, for you alone");
    }
    text!(
        "登录信息保存在 {path},只有您能读取;密钥和授权的文件不再需要,请妥善保管或删除",
        "the login is kept in {path}, for you alone; the secrets' own files are not needed any more: keep them safe or delete them"
    )
}

/// The gateway's address; a host alone has the gateway at its known path.
fn gateway(given: Option<&str>) -> Result<String> {
    let Some(given) = given else { return Ok(GATEWAY.to_owned()) };
    let wrong = |why: Text| {
        Error::usage(text!("--base-url {given}:", "--base-url {given}:").then(&why))
            .next(text!("例如 {GATEWAY}", "for example {GATEWAY}"))
    };
    let mut url =
        reqwest::Url::parse(given).map_err(|why| wrong(text!("不是网址({why})", "it is no address ({why})")))?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(text!("只能有主机和路径", "it should be a host and a path alone")));
    }
    if url.path() == "/" {
        url.set_path("/router/rest");
    }
    let is_loopback = crate::shop::is_loopback(url.as_str());
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(wrong(text!(
            "不是 https:登录信息只能走加密连接",
            "it is not https: credentials only travel encrypted"
        )));
    }
    Ok(url.into())
}

const fn method(given: cli::SignMethod) -> SignMethod {
    match given {
        cli::SignMethod::HmacSha256 => SignMethod::HmacSha256,
        cli::SignMethod::Hmac => SignMethod::Hmac,
        cli::SignMethod::Md5 => SignMethod::Md5,
    }
}

#[cfg(test)]
mod tests {
    use super::{GATEWAY, gateway};

    #[test]
    fn the_gateway_is_known_and_another_one_is_https_or_on_this_machine() {
        assert_eq!(gateway(None).as_deref(), Ok(GATEWAY));
        let at_path = gateway(Some("https://gw.api.taobao.com"));
        assert_eq!(at_path.as_deref(), Ok("https://gw.api.taobao.com/router/rest"));
        let own = gateway(Some("http://127.0.0.1:8750/router/rest"));
        assert_eq!(own.as_deref(), Ok("http://127.0.0.1:8750/router/rest"));
        for wrong in
            ["eco.taobao.com", "http://eco.taobao.com/router/rest", "https://a:b@c/", "https://c/?x=1", "file:///x"]
        {
            assert!(gateway(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
