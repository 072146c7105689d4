//! What can go wrong.

use crate::text::Text;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::sandbox) enum Kind {
    Throttle429,
    Code4000004,
    Words,
    Forbidden403,
    Code400020037,
    Expired40001,
    Http401,
    Redirect,
    LoginHtml,
    Error5xx,
    Refused,
    Already,
    Reset,
    Close,
    Hang,
    Slow,
    Truncated,
    Garbage,
    WrongTypes,
    Flawed,
    Endless,
    Bomb,
    Stale,
    Compressed,
    Unsigned,
    WrongSignature,
    OldSignature,
    WrongSerial,
}

/// JSON that is not of the platform's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Shape {
    /// `result` is a string.
    Result,
    /// The list of a result is a number.
    List,
    /// An id in the list is an object.
    Id,
    /// `success` is a string.
    Success,
    /// An array at the top.
    Top,
    /// `null` at the top.
    Null,
    /// An empty object.
    Empty,
}

impl Shape {
    pub const ALL: [(&'static str, Self); 7] = [
        ("result", Self::Result),
        ("list", Self::List),
        ("id", Self::Id),
        ("success", Self::Success),
        ("top", Self::Top),
        ("null", Self::Null),
        ("empty", Self::Empty),
    ];
}

/// The one thing that is wrong with an answer of the platform's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Flaw {
    /// It is for another account.
    OtherShop,
    /// It names no account.
    NoShop,
    /// It is about another item.
    OtherItem,
    /// Its list is missing.
    NoList,
    /// Its list is `null`.
    NullList,
    /// The entries of its list have none of their own.
    NoEntries,
    /// The entries of its list have `null` in the place of their own.
    NullEntries,
    /// One of the entries is `null`.
    NullEntry,
    /// An id in the list is 0.
    ZeroId,
    /// Each id in the list is given twice, once as text with a zero before it.
    TextId,
    /// It says that there is more.
    HasMore,
    /// It tells a total above the length of its list.
    Total,
    /// `result` is `null`.
    NullResult,
    /// A code beside its success says that the login is lost.
    LoginLost,
    /// A code beside its success says that it was refused.
    Code,
    /// Words beside its success say that it failed.
    Words,
    /// An error stands beside the answer.
    Error,
    /// The state is not the one that was asked for, or missing in a look-up.
    State,
    /// It was done under another request number.
    OtherNumber,
}

impl Flaw {
    pub const ALL: [(&'static str, Self); 19] = [
        ("other_shop", Self::OtherShop),
        ("no_shop", Self::NoShop),
        ("other_item", Self::OtherItem),
        ("no_list", Self::NoList),
        ("null_list", Self::NullList),
        ("no_entries", Self::NoEntries),
        ("null_entries", Self::NullEntries),
        ("null_entry", Self::NullEntry),
        ("zero_id", Self::ZeroId),
        ("text_id", Self::TextId),
        ("has_more", Self::HasMore),
        ("total", Self::Total),
        ("null_result", Self::NullResult),
        ("login_lost", Self::LoginLost),
        ("code", Self::Code),
        ("words", Self::Words),
        ("error", Self::Error),
        ("state", Self::State),
        ("other_number", Self::OtherNumber),
    ];
}

/// A kind with its name, its own keys, and what it does.
pub(in crate::sandbox) struct About {
    pub kind: Kind,
    pub name: &'static str,
    pub keys: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
}

impl About {
    /// What it does, in a few words.
    pub fn says(&self) -> Text {
        Text { zh: self.zh.to_owned(), en: self.en.to_owned() }
    }
}

impl Kind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|about| about.kind == self).map_or("", |about| about.name)
    }

    /// Whether the request is carried out and answered as ever, with something odd about it.
    pub const fn is_transparent(self) -> bool {
        matches!(self, Self::Slow | Self::Stale | Self::Compressed)
    }
}

const fn about(
    kind: Kind,
    name: &'static str,
    keys: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
) -> About {
    About { kind, name, keys, zh, en }
}

/// What a fault in the platform's own form takes. `status` and `seal` (how the answer is signed: `good`, `none`,
/// `wrong`, `old`, `other`) stand in the place of the platform's usual ones; `spelling` is for Temu alone, and
/// `as` for Temu and Taobao; a `code` of Taobao may be a number, a sub-code, or `NUMBER/SUB-CODE`.
const SPEECH: &[&str] = &["code", "words", "spelling", "as", "status", "seal"];

/// Every kind, in the order in which help lists them.
pub(in crate::sandbox) static KINDS: &[About] = &[
    about(Kind::Throttle429, "throttle429", &["retry_after"], "HTTP 429", "HTTP 429"),
    about(Kind::Code4000004, "code4000004", SPEECH, "代码 4000004", "code 4000004"),
    about(Kind::Words, "words", SPEECH, "访问过于频繁等字样,别的代码", "words that mean throttled, another code"),
    about(Kind::Forbidden403, "forbidden403", &[], "HTTP 403", "HTTP 403"),
    about(Kind::Code400020037, "code400020037", SPEECH, "代码 400020037:无权限", "code 400020037: no right"),
    about(Kind::Expired40001, "expired40001", SPEECH, "代码 40001:登录过期", "code 40001: login expired"),
    about(Kind::Http401, "http401", &[], "HTTP 401", "HTTP 401"),
    about(Kind::Redirect, "redirect", &["status", "location"], "跳转到登录页", "a redirect to a login page"),
    about(Kind::LoginHtml, "login_html", &[], "200,但内容是登录页", "200 with a login page"),
    about(Kind::Error5xx, "error5xx", &["status", "body"], "HTTP 5xx", "HTTP 5xx"),
    about(Kind::Refused, "refused", SPEECH, "success:false,任意代码", "success:false with any code"),
    about(Kind::Already, "already", SPEECH, "success:false:已提交过", "success:false: already submitted"),
    about(Kind::Reset, "reset", &[], "连接被重置,没有答复", "the connection is reset, no answer"),
    about(Kind::Close, "close", &[], "连接被关闭,没有答复", "the connection is closed, no answer"),
    about(Kind::Hang, "hang", &[], "永不答复", "never answers"),
    about(Kind::Slow, "slow", &[], "答复很慢", "answers late"),
    about(Kind::Truncated, "truncated", &["framing"], "内容没发完就断开", "stops short of the promised length"),
    about(Kind::Garbage, "garbage", &[], "内容不是 JSON", "not JSON"),
    about(Kind::WrongTypes, "wrong_types", &["shape"], "JSON 类型不对", "JSON of wrong types"),
    about(
        Kind::Flawed,
        "flawed",
        &["flaw"],
        "平台自己的成功答复，但有一处不对",
        "a success of the platform's own with one thing wrong in it",
    ),
    about(Kind::Endless, "endless", &[], "内容没有尽头", "a body that never ends"),
    about(Kind::Bomb, "bomb", &["size_mb"], "解压后极大的内容", "a small body that expands to a huge one"),
    about(
        Kind::Stale,
        "stale",
        &["idle_ms", "how"],
        "答复后,下一个请求到来时断开",
        "answers, then drops the connection as the next request comes",
    ),
    about(Kind::Compressed, "compressed", &["encoding"], "压缩的答复", "a compressed answer"),
    about(Kind::Unsigned, "unsigned", &[], "答复没有签名", "an answer without its signature"),
    about(Kind::WrongSignature, "wrong_signature", &[], "答复的签名不对", "an answer with a signature of another text"),
    about(
        Kind::OldSignature,
        "old_signature",
        &[],
        "答复签名的时间是 5 分钟以前",
        "an answer signed more than 5 minutes ago",
    ),
    about(
        Kind::WrongSerial,
        "wrong_serial",
        &[],
        "答复由不认识的密钥签名",
        "an answer signed by a key that nobody knows",
    ),
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn every_kind_has_one_name() {
        for about in KINDS {
            assert_eq!(about.kind.name(), about.name);
            assert_eq!(KINDS.iter().filter(|other| other.name == about.name).count(), 1);
        }
    }
}
