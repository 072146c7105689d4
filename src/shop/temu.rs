//! From copied requests to the credentials of a Temu shop.

use reqwest::Url;

use super::headers::{self, Broken};
use super::import::{CopiedRequest, how_to_copy, how_to_save_har};
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
        let (mut look_up, mut submission) = (None, None);
        for copy in copies.into_iter().filter(|copy| copy.method == "POST") {
            match kind_of(&copy.url) {
                Some(TemuCallKind::LookUp) => look_up = Some(copy),
                Some(TemuCallKind::Submission) => submission = Some(copy),
                None => {}
            }
        }
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

/// A copy that can be used.
struct Given {
    url: Url,
    mall_id: String,
    call: TemuCall,
}

impl Given {
    fn check(kind: TemuCallKind, copy: CopiedRequest) -> Result<Self> {
        let url = address(kind, &copy.url)?;
        let call = TemuCall { url: url.to_string(), headers: headers::kept(copy.headers) };
        if let Some((place, broken)) = headers::first_broken(&call.headers) {
            return Err(broken_header(kind, place, broken));
        }
        if call.header("cookie").is_none_or(|cookie| cookie.expose().is_empty()) {
            return Err(no_cookie(kind));
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

/// The address, if a request with credentials may go there.
fn address(kind: TemuCallKind, url: &str) -> Result<Url> {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    let refuse = |what: Text| Err(Error::usage(what).next(how_to_copy()));
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

fn no_cookie(kind: TemuCallKind) -> Error {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    Error::usage(text!("{zh}里没有 Cookie,也就没有登录信息", "{en} has no cookie, so there is no login in it"))
        .next(how_to_copy().then(&how_to_save_har()))
}

fn broken_header(kind: TemuCallKind, place: usize, broken: Broken) -> Error {
    let title = kind.title();
    let (zh, en) = (&title.zh, &title.en);
    match broken {
        Broken::Lossy => Error::usage(text!(
            "{zh}的第 {place} 个请求头在复制时丢失了字符",
            "header {place} of {en} lost characters when it was copied"
        ))
        .next(text!(
            "请改用“以 cURL (bash) 格式复制”,并把文件存为 UTF-8",
            "use \"Copy as cURL (bash)\" and save the file as UTF-8"
        )),
        Broken::NotAHeader => Error::usage(text!(
            "{zh}的第 {place} 个请求头不是有效的请求头",
            "header {place} of {en} is no valid header"
        ))
        .next(text!("请重新复制并原样粘贴", "copy the request again and paste it as it is")),
    }
}

/// What was among the copies, for the case that neither call was.
struct Seen {
    copies: usize,
    /// A call with another method than POST: the browser's own question before it.
    preflights: usize,
    /// A host of Temu that is called by a copy.
    host: Option<String>,
}

impl Seen {
    fn of(copies: &[CopiedRequest]) -> Self {
        let hosts = copies.iter().filter_map(|copy| Some(Url::parse(&copy.url).ok()?.host_str()?.to_owned()));
        Self {
            copies: copies.len(),
            preflights: copies.iter().filter(|copy| copy.method != "POST" && kind_of(&copy.url).is_some()).count(),
            host: hosts.into_iter().find(|host| host.ends_with(".temu.com") || host.ends_with(".kuajingmaihuo.com")),
        }
    }

    fn explain(&self) -> Error {
        let copies = self.copies;
        let [look_up, submission] = TemuCallKind::ALL.map(TemuCallKind::path_end);
        let what = if self.preflights > 0 {
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
        Error::usage(what).next(which.then(&how_to_copy()))
    }
}
