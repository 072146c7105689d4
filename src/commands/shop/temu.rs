//! `unpromo shop add` for a shop at Temu, from requests copied in the browser.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::given::GivenFile;
use super::{MOST_BYTES, keep};
use crate::cli::ShopAdd;
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::screen::Screen;
use crate::shop::{Shop, TemuCall, TemuCallKind, TemuCredentials, TemuImport, import, shop_name};
use crate::text;
use crate::text::Text;

/// Adds a shop from the requests that were copied for it.
pub(super) fn add_copied(context: &Context, home: &Home, args: &ShopAdd, now: i64) -> Result<Text> {
    let files: Vec<PathBuf> = args.from_curl.iter().chain(&args.from_har).cloned().collect();
    if files.iter().any(|file| file == Path::new("-")) && std::io::stdin().is_terminal() {
        Screen::stderr(context.lang, context.global.color).say(&text!(
            "请粘贴复制的请求,然后按 Ctrl-D(Windows 上是 Ctrl-Z 和回车)",
            "paste the copied requests, then press Ctrl-D (on Windows Ctrl-Z and Enter)"
        ));
    }
    let flag = if args.from_har.is_some() { "--from-har" } else { "--from-curl" };
    let adding = Add { name: &args.name, flag, files: &files, replace: args.replace, now };
    add(home, &adding, &mut std::io::stdin())
}

/// What `shop add` is told.
#[derive(Debug)]
pub struct Add<'a> {
    /// The name for the shop.
    pub name: &'a str,
    /// The flag that named the files.
    pub flag: &'static str,
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
        let (place, content) = GivenFile { flag: add.flag, path: file }.read(stdin, MOST_BYTES)?;
        copies.extend(import::read(&place, &content)?);
    }
    let import = TemuImport::recognise(copies)?;
    let recognised = recognised(&import);
    let shop = Shop { name, credentials: import.into_credentials(), added_at: add.now };
    keep(home, &shop, add.replace, recognised, kept_in)
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

fn kept_in(path: &Path) -> Text {
    let path = path.display();
    text!(
        "登录信息保存在 {path},只有您能读取;复制用的文件里也有登录信息,用完请删除",
        "the login is kept in {path}, for you alone; the copied file has the login in it too, so delete it now"
    )
}
