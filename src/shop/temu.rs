//! From copied requests to the credentials of a Temu shop.

use reqwest::Url;

use super::headers::{self, Broken, BrokenHeader};
use super::import::{CopiedRequest, CopyForm, copy_into_notepad, how_to_copy, how_to_save_har};
use super::{Credentials, TemuCall, TemuCredentials};
use crate::error::{Error, Result};
use crate::model::canonical_id;
use crate::text;
use crate::text::Text;

/// One of the two calls. It is told by the last part of its path, so a moved service is still known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemuCallKind {
    /// The look-up of a product's enrollments.
    LookUp,
    /// The submission of a withdrawal.
    Submission,
}

impl TemuCallKind {
    const ALL: [Self; 2] = [Self::LookUp, Self::Submission];

    /// The last part of the path.
    #[must_use]
    pub const fn path_end(self) -> &'static str {
        match self {
            Self::LookUp => "queryValidActivity4FeedBackOffline",
            Self::Submission => "submitFeedback",
        }
    }

    /// The path where the call was last known to be.
    #[must_use]
    pub const fn known_path(self) -> &'static str {
        match self {
            Self::LookUp => {
                "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline"
            }
            Self::Submission => "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::LookUp => text!("查询请求", "the look-up"),
            Self::Submission => text!("提交请求", "the submission"),
        }
    }
}

/// What was made of copied requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemuImport {
    /// The credentials, good for [`Credentials::Temu`].
    pub credentials: TemuCredentials,
    /// The call that was not among the copies. It has its known path on the other's host, and the other's headers.
    pub missing: Option<TemuCallKind>,
}

impl TemuImport {
    /// Recognises the two calls among copied requests; of several copies of one, the last counts.
    ///
    /// # Errors
    /// When neither is there, the two do not belong together, or one cannot be used; no message has a
    /// header's value in it.
    pub fn recognise(copies: Vec<CopiedRequest>) -> Result<Self> {
        let seen = Seen::of(&copies);
        let (mut look_ups, mut submissions) = (Vec::new(), Vec::new());
        // A browser's own question before a request is never what was meant, and never in the way.
        for copy in copies.into_iter().filter(|copy| copy.method != "OPTIONS") {
            match kind_of(&copy.url) {
                Some(TemuCallKind::LookUp) => look_ups.push(copy),
                Some(TemuCallKind::Submission) => submissions.push(copy),
                None => {}
            }
        }
        let (look_up, submission) = (latest(look_ups), latest(submissions));
        let look_up = look_up.map(|copy| Given::check(TemuCallKind::LookUp, copy)).transpose()?;
        let submission = submission.map(|copy| Given::check(TemuCallKind::Submission, copy)).transpose()?;
        let (missing, mall_id, look_up, submission) = match (look_up, submission) {
            (Some(look_up), Some(submission)) => {
                look_up.belongs_to(&submission)?;
                (None, look_up.mall_id, look_up.call, submission.call)
            }
            (Some(given), None) => {
                let assumed = given.assume(TemuCallKind::Submission);
                (Some(TemuCallKind::Submission), given.mall_id, given.call, assumed)
            }
            (None, Some(given)) => {
                let assumed = given.assume(TemuCallKind::LookUp);
                (Some(TemuCallKind::LookUp), given.mall_id, assumed, given.call)
            }
            (None, None) => return Err(seen.explain()),
        };
        Ok(Self { credentials: TemuCredentials { mall_id, mall_name: None, look_up, submission }, missing })
    }

    /// The credentials of the shop.
    #[must_use]
    pub fn into_credentials(self) -> Credentials {
        Credentials::Temu(self.credentials)
    }
}

fn kind_of(url: &str) -> Option<TemuCallKind> {
    let url = Url::parse(url).ok()?;
    let end = url.path().trim_end_matches('/').rsplit('/').next()?;
    TemuCallKind::ALL.into_iter().find(|kind| kind.path_end() == end)
}

/// The copy that counts of several of one call: the last. In a HAR, which nobody has put together by hand, the browser
/// may not have finished with the last one; then it is the last one of the same shop that has a login.
fn latest(mut copies: Vec<CopiedRequest>) -> Option<CopiedRequest> {
    let last = copies.last()?;
    let value = |copy: &CopiedRequest, name: &str| {
        let header = copy.headers.iter().find(|(header, _)| header == name);
        header.map(|(_, value)| value.clone()).filter(|value| !value.expose().is_empty())
    };
    let mall_id = value(last, "mallid");
    let is_whole = |copy: &CopiedRequest| {
        let is_same = mall_id.is_none() || value(copy, "mallid") == mall_id;
        copy.form == CopyForm::Har && copy.method == "POST" && value(copy, "cookie").is_some() && is_same
    };
    match copies.iter().rposition(is_whole) {
        Some(at) => Some(copies.swap_remove(at)),
        None => copies.pop(),
    }
}

/// A copy that can be used.
struct Given {
    url: Url,
    mall_id: String,
    call: TemuCall,
}

impl Given {
    fn check(kind: TemuCallKind, copy: CopiedRequest) -> Result<Self> {
        let form = copy.form;
        is_whole(kind, &copy)?;
        let url = address(kind, &copy.url)?;
        if let Some(broken) = headers::first_broken(&copy.headers) {
            return Err(broken_header(kind, broken));
        }
        let call = TemuCall { url: url.to_string(), headers: headers::kept(copy.headers) };
        if call.header("cookie").is_none_or(|cookie| cookie.expose().is_empty()) {
            return Err(no_cookie(kind, form));
        }
        let mall_id = mall_id(kind, &call)?;
        Ok(Self { url, mall_id, call })
    }

    /// The other call, where it was last known to be, with the headers of this one.
    fn assume(&self, other: TemuCallKind) -> TemuCall {
        let mut url = self.url.clone();
        url.set_path(other.known_path());
        url.set_query(None);
        TemuCall { url: url.to_string(), headers: self.call.headers.clone() }
    }

    fn belongs_to(&self, other: &Self) -> Result<()> {
        let (one, two) = (&self.mall_id, &other.mall_id);
        if canonical_id(one) != canonical_id(two) {
            return Err(Error::usage(text!(
                "两个请求来自不同的店铺:查询请求的 mallid 是 {one},提交请求的是 {two}",
                "the two requests are of different shops: mallid {one} in the look-up, {two} in the submission"
            ))
            .next(text!("请在同一店铺下重新复制这两个请求", "copy both again in one and the same shop")));
        }
        let (one, two) = (self.call.host(), other.call.host());
        if self.url.origin() != other.url.origin() {
            return Err(Error::usage(text!(
                "两个请求来自不同的网站:查询请求是 {one},提交请求是 {two}",
                "the two requests go to different sites: {one} for the look-up, {two} for the submission"
            ))
            .next(text!("请在同一网站上重新复制这两个请求", "copy both again on one and the same site")));
        }
        Ok(())
    }
}

/// Refuses a copy whose end is missing. Both calls are POST requests with a body, which stands last in a command; where
/// a command names no method, the body makes it one.
fn is_whole(kind: TemuCallKind, copy: &CopiedRequest) -> Result<()> {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    let is_command = copy.form == CopyForm::Command;
    if is_command && copy.body.is_none() && matches!(copy.method.as_str(), "POST" | "GET") {
        return Err(Error::usage(text!(
            "{zh}没有复制完整：后面的请求内容（--data-raw 或 -Body）不见了",
            "the copy of {en} is cut off: its body (--data-raw or -Body) is missing"
        ))
        .next(text!("请重新复制，并完整粘贴后再试", "copy the request again and paste all of it")));
    }
    if copy.method != "POST" {
        return Err(Error::usage(text!(
            "{zh}复制到的不是 POST 请求",
            "what was copied for {en} is not its POST request"
        ))
        .next(how_to_copy()));
    }
    Ok(())
}

/// The address, if a request with credentials may go there.
fn address(kind: TemuCallKind, url: &str) -> Result<Url> {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    let refuse = |what: Text| Err(Error::usage(what).next(how_to_copy()));
    if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
        let torn = text!("{zh}的网址里有换行或空白", "the address of {en} has a line break or a blank in it");
        return Err(Error::usage(torn).next(copy_into_notepad()));
    }
    let Ok(mut url) = Url::parse(url) else {
        return refuse(text!("{zh}的网址无效", "the address of {en} is not valid"));
    };
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(text!("{zh}的网址里带有用户名或密码", "the address of {en} has a user name or password in it"));
    }
    if (TemuCall { url: url.to_string(), headers: Vec::new() }).is_protected() {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or_default();
    refuse(text!(
        "{zh}的网址({host})不是 https,登录信息会被旁人看到,不能使用",
        "the address of {en} ({host}) is not https: others could read the login on its way"
    ))
}

fn mall_id(kind: TemuCallKind, call: &TemuCall) -> Result<String> {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    let mut ids: Vec<&str> =
        call.headers.iter().filter(|(name, _)| name == "mallid").map(|(_, value)| value.expose()).collect();
    ids.dedup();
    let what = match ids.as_slice() {
        [id] if (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Ok((*id).to_owned());
        }
        [] => text!("{zh}里没有 mallid 请求头,无法知道是哪个店铺", "{en} has no header mallid, which names the shop"),
        _ => text!("{zh}的 mallid 请求头不是一个数字编号", "the header mallid of {en} is not a number"),
    };
    Err(Error::usage(what).next(text!(
        "请登录卖家中心、选好店铺,再重新复制这个请求",
        "log in at the seller centre, choose the shop, and copy the request again"
    )))
}

fn no_cookie(kind: TemuCallKind, form: CopyForm) -> Error {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    match form {
        CopyForm::Har => {
            Error::usage(text!("{zh}里没有 Cookie，也就没有登录信息", "{en} has no cookie, so there is no login in it"))
                .next(how_to_save_har())
        }
        CopyForm::Command => Error::usage(text!(
            "{zh}里没有 Cookie，也就没有登录信息：复制时这个请求可能还没有完成（浏览器会标明“显示的是预配标头”）",
            "{en} has no cookie, so there is no login in it: it may not have been finished when it was copied (the browser says \"provisional headers are shown\")"
        ))
        .next(text!(
            "请等这个请求有了响应，再在那一行上重新复制；仍没有时，请先登录卖家中心，再操作一次",
            "wait until the request is answered and copy that line again; if the cookie is still missing, log in at the seller centre and do it once more"
        )),
    }
}

fn broken_header(kind: TemuCallKind, broken: BrokenHeader) -> Error {
    let title = kind.title();
    let place = broken.place;
    let (named_zh, named_en) =
        broken.name.map_or_else(Default::default, |name| (format!("（{name}）"), format!(" ({name})")));
    let (zh, en) =
        (format!("{}的第 {place} 个请求头{named_zh}", title.zh), format!("header {place}{named_en} of {}", title.en));
    match broken.why {
        Broken::Lossy => Error::usage(text!("{zh}在复制时丢失了字符", "{en} lost characters when it was copied")).next(text!(
            "请改用“以 cURL (bash) 格式复制”，并把文件存为 UTF-8",
            "use \"Copy as cURL (bash)\" and save the file as UTF-8"
        )),
        Broken::Torn => {
            Error::usage(text!("{zh}被断成了几行", "{en} was torn into several lines")).next(copy_into_notepad())
        }
        Broken::Unsendable => Error::usage(text!(
            "{zh}里有浏览器不会发送的字符（看不见的字符、特殊空格，或被替换的引号、横线）",
            "{en} has a character in it that no browser sends (an invisible one, a special blank, or a changed quote or dash)"
        ))
        .next(copy_into_notepad()),
        Broken::Html => Error::usage(text!(
            "{zh}里的符号被换成了 HTML 写法（&quot; 之类）",
            "the signs in {en} were changed into HTML (&quot; or the like)"
        ))
        .next(copy_into_notepad()),
        Broken::NotAHeader => Error::usage(text!("{zh}不是有效的请求头", "{en} is no valid header"))
            .next(text!("请重新复制并原样粘贴", "copy the request again and paste it as it is")),
    }
}

/// What was among the copies, for the case that neither call was.
struct Seen {
    copies: usize,
    /// Whether there is a call with the method OPTIONS: the browser's own question before it.
    has_preflight: bool,
    /// What the copies are.
    form: Option<CopyForm>,
    /// A host of Temu that is called by a copy.
    host: Option<String>,
}

impl Seen {
    fn of(copies: &[CopiedRequest]) -> Self {
        let hosts = copies.iter().filter_map(|copy| Some(Url::parse(&copy.url).ok()?.host_str()?.to_owned()));
        Self {
            copies: copies.len(),
            has_preflight: copies.iter().any(|copy| copy.method == "OPTIONS" && kind_of(&copy.url).is_some()),
            form: copies.first().map(|copy| copy.form),
            host: hosts.into_iter().find(|host| host.ends_with(".temu.com") || host.ends_with(".kuajingmaihuo.com")),
        }
    }

    fn explain(&self) -> Error {
        let copies = self.copies;
        let [look_up, submission] = TemuCallKind::ALL.map(TemuCallKind::path_end);
        let what = if self.has_preflight {
            text!(
                "复制到的是浏览器的预检请求(OPTIONS),不是 POST 请求本身",
                "what was copied is the browser's preflight (OPTIONS), not the POST request itself"
            )
        } else if let Some(host) = &self.host {
            text!(
                "有 {copies} 个发往 {host} 等网站的请求,但其中没有退出活动要用的两个请求",
                "{copies} copied request(s), to {host} among others, but neither of the two that are needed"
            )
        } else {
            text!(
                "复制的 {copies} 个请求都不是 Temu 退出活动要用的请求",
                "none of the {copies} copied request(s) is one that Temu needs for a withdrawal"
            )
        };
        let which = text!(
            "请复制路径以 {look_up}(查询)和 {submission}(提交)结尾的 POST 请求。",
            "copy the POST requests whose paths end in {look_up} (the look-up) and {submission} (the submission);"
        );
        let how = if self.form == Some(CopyForm::Har) { how_to_save_har() } else { how_to_copy() };
        Error::usage(what).next(which.then(&how))
    }
}
