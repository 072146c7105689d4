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
    /// (except [`CredentialsTrouble::Moved`], which does not say).
    Credentials {
        /// What is wrong with them.
        trouble: CredentialsTrouble,
        /// The platform's words.
        words: String,
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
    /// The signature is not the platform's own: most likely the secret is not the app's.
    Signature,
    /// The time of the request is not the platform's: this machine's clock is off.
    Clock,
}

impl Failure {
    /// Whether the platform answered at all.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        !matches!(self, Self::NotSent(_) | Self::NoAnswer(_))
    }

    /// Whether what was sent may have been carried out all the same.
    #[must_use]
    pub const fn leaves_doubt(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::Unclear(_) => true,
            Self::Credentials { trouble, .. } => matches!(trouble, CredentialsTrouble::Moved),
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
            Self::Refused { code, words } => (*code, *words) = (secrets.hide(code), secrets.hide(words)),
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
            Self::Refused { code, words } => match (words.as_str(), code.as_str()) {
                ("", "") => crate::text!("平台拒绝,没有说明原因", "the platform refused without saying why"),
                ("", said) | (said, "") => Text::verbatim(said),
                (words, code) => Text::verbatim(format!("{words} ({code})")),
            },
        }
    }
}
