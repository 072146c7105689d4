//! Every way in which a call can end without success, sorted by what it proves.

use std::time::Duration;

use crate::shop::Secrets;
use crate::text::Text;

/// Why a call had no success. What follows from each is decided in `job::retry`, nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection was made, so nothing was sent.
    NotSent(Text),
    /// The platform said "slow down": not carried out.
    Throttled {
        /// How long the platform said to wait.
        wait: Option<Duration>,
        /// Its code and words.
        words: String,
    },
    /// The credentials were not taken: nothing else will be carried out, nor was this
    /// (except where the trouble is [`Moved`](CredentialsTrouble::Moved) or
    /// [`Contradictory`](CredentialsTrouble::Contradictory), which do not say).
    Credentials {
        /// What is wrong with them.
        trouble: CredentialsTrouble,
        /// The platform's words.
        words: String,
    },
    /// The answer is for another account. Nothing in it is ours, and every further one would go wrong in the same
    /// way; what became of a submission, it does not say.
    OtherAccount {
        /// Whom the answer names.
        theirs: String,
        /// Who we are.
        ours: String,
    },
    /// The platform said that this was submitted before.
    AlreadySubmitted {
        /// Its code and words.
        words: String,
    },
    /// The platform refused: not carried out, and asking again will not help.
    Refused {
        /// Its code, as text; empty where it gave none.
        code: String,
        /// Its words.
        words: String,
    },
    /// The platform says that there is no such item, or none any more.
    NoSuchItem {
        /// Its code, as text; empty where it gave none.
        code: String,
        /// Its words.
        words: String,
    },
    /// Sent, and no answer came: it may have been carried out or not.
    NoAnswer(Text),
    /// An answer that cannot be understood: it may have been carried out or not.
    Unclear(Text),
}

/// What is wrong with credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsTrouble {
    /// The login ran out.
    Expired,
    /// The login has no right to this shop or call.
    Forbidden,
    /// The platform sends requests elsewhere, and not to a login page. Whether it carried this one out
    /// first, as pages that redirect after a form do, nobody knows.
    Moved,
    /// The answer says that the login was not taken, and success as well: what was sent may have been carried out.
    Contradictory,
    /// The signature is not the platform's own: most likely the secret is not the app's.
    Signature,
    /// The time of the request is not the platform's: this machine's clock is off.
    Clock,
}

impl Failure {
    /// An answer that is not whole: what it does not list may be there all the same.
    pub(super) fn incomplete(why: &Text) -> Self {
        Self::Unclear(crate::text!("答复不完整：", "the answer is not whole:").then(why))
    }

    /// What is made of a failure in an answer that says success as well. That the login is lost counts; whether the
    /// request was carried out nobody knows.
    pub(super) fn beside_success(self) -> Self {
        match self {
            Self::Credentials { words, .. } => Self::Credentials { trouble: CredentialsTrouble::Contradictory, words },
            failure => {
                let said = failure.sentence();
                let (zh, en) = (&said.zh, &said.en);
                Self::Unclear(crate::text!(
                    "答复说成功，却同时带着失败信息：{zh}",
                    "the answer says success, with a failure beside it: {en}"
                ))
            }
        }
    }

    /// The same as [`incomplete`](Self::incomplete), of an answer that says so itself.
    pub(super) fn has_more() -> Self {
        Self::incomplete(&crate::text!("平台说后面还有", "it says that there is more than it holds"))
    }

    /// Whether the platform answered at all.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        !matches!(self, Self::NotSent(_) | Self::NoAnswer(_))
    }

    /// Whether what was sent may have been carried out all the same.
    #[must_use]
    pub const fn leaves_doubt(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::Unclear(_) | Self::OtherAccount { .. } => true,
            Self::Credentials { trouble, .. } => {
                matches!(trouble, CredentialsTrouble::Moved | CredentialsTrouble::Contradictory)
            }
            _ => false,
        }
    }

    /// The same without what proves a login: some platforms repeat what they were sent.
    #[must_use]
    pub(super) fn without(mut self, secrets: &Secrets) -> Self {
        match &mut self {
            Self::NotSent(why) | Self::NoAnswer(why) | Self::Unclear(why) => {
                (why.zh, why.en) = (secrets.hide(&why.zh), secrets.hide(&why.en));
            }
            Self::Throttled { words, .. } | Self::Credentials { words, .. } | Self::AlreadySubmitted { words } => {
                *words = secrets.hide(words);
            }
            Self::Refused { code, words } | Self::NoSuchItem { code, words } => {
                (*code, *words) = (secrets.hide(code), secrets.hide(words));
            }
            Self::OtherAccount { theirs, .. } => *theirs = secrets.hide(theirs),
        }
        self
    }

    /// The sentence for the row.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match self {
            Self::NotSent(why) | Self::NoAnswer(why) | Self::Unclear(why) => why.clone(),
            Self::Throttled { words, .. } => crate::text!("平台限流:{words}", "throttled: {words}"),
            Self::Credentials { trouble: CredentialsTrouble::Expired, words } => {
                crate::text!("登录已失效:{words}", "the login has expired: {words}")
            }
            Self::Credentials { trouble: CredentialsTrouble::Forbidden, words } => {
                crate::text!("没有权限:{words}", "no right to this shop: {words}")
            }
            Self::Credentials { trouble: CredentialsTrouble::Moved, words } => {
                crate::text!("平台把请求转到了别处:{words}", "the platform sends the request elsewhere: {words}")
            }
            Self::Credentials { trouble: CredentialsTrouble::Contradictory, words } => crate::text!(
                "答复说登录已失效或没有权限，却同时说成功：{words}",
                "the answer refuses the login and says success at once: {words}"
            ),
            Self::OtherAccount { theirs, ours } => crate::text!(
                "平台是按另一个账号 {theirs} 答复的，不是 {ours}；请以 {ours} 重新登录",
                "the platform answered for another account, {theirs}, not for {ours}: log in as {ours} again"
            ),
            Self::Credentials { trouble: CredentialsTrouble::Signature, words } => crate::text!(
                "平台不认签名,多半是密钥与账号不符:{words}",
                "the platform does not take the signature; most likely the key is not this account's: {words}"
            ),
            Self::Credentials { trouble: CredentialsTrouble::Clock, words } => crate::text!(
                "平台不接受请求的时间,请先校准本机的时钟:{words}",
                "the platform does not accept the time of the request; set this machine's clock first: {words}"
            ),
            Self::AlreadySubmitted { words } => {
                crate::text!("平台说此前已提交:{words}", "the platform says it was submitted before: {words}")
            }
            Self::Refused { code, words } | Self::NoSuchItem { code, words } => match (words.as_str(), code.as_str()) {
                ("", "") => crate::text!("平台拒绝,没有说明原因", "the platform refused without saying why"),
                ("", said) | (said, "") => Text::verbatim(said),
                (words, code) => Text::verbatim(format!("{words} ({code})")),
            },
        }
    }
}
