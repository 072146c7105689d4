//! What is wrong with a copy. It holds places and never content, so nothing of a copy can get into a message.

use crate::error::Error;
use crate::text;
use crate::text::Text;

/// What is wrong with a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing but blanks.
    Empty,
    /// Neither UTF-8 nor UTF-16 nor GBK.
    NotText,
    /// None of the known forms.
    NotACopy,
    /// "Copy as fetch": it leaves the cookie out.
    Fetch,
    /// A quote or bracket that is opened on this line is not closed.
    CutOff { line: usize },
    /// A PowerShell string with a variable in it.
    Variable { line: usize },
    /// JSON of another kind.
    NotHar,
    /// A HAR that breaks here.
    BadHar { line: usize, column: usize },
}

impl Trouble {
    /// In words, for a file (or stdin) called `place`.
    pub(super) fn explain(self, place: &str) -> Error {
        let (what, next) = match self {
            Self::Empty => (text!("{place}:内容为空", "{place}: there is nothing in it"), how_to_copy()),
            Self::NotText => (
                text!(
                    "{place}:不是文本(既非 UTF-8、UTF-16,也非 GBK)",
                    "{place}: not text (neither UTF-8, nor UTF-16, nor GBK)"
                ),
                how_to_copy(),
            ),
            Self::NotACopy => (
                text!(
                    "{place}:没有找到复制的请求(可识别:cURL (bash)、cURL (cmd)、PowerShell、HAR)",
                    "{place}: no copied request in it (known are: cURL (bash), cURL (cmd), PowerShell, HAR)"
                ),
                how_to_copy(),
            ),
            Self::Fetch => (
                text!(
                    "{place}:这是“以 fetch 格式复制”的请求,里面没有登录 Cookie,不能使用",
                    "{place}: this was copied \"as fetch\", which leaves the login cookie out"
                ),
                how_to_copy(),
            ),
            Self::CutOff { line } => (
                text!(
                    "{place}:内容不完整,第 {line} 行的引号或括号没有结束",
                    "{place}: the copy is cut off: a quote or bracket of line {line} is not closed"
                ),
                text!("请重新复制并完整粘贴后再试", "copy the request again and paste all of it"),
            ),
            Self::Variable { line } => (
                text!(
                    "{place}:第 {line} 行的 PowerShell 字符串里有变量,无法知道它的值",
                    "{place}: a PowerShell string of line {line} has a variable in it, whose value is not known here"
                ),
                text!("请使用浏览器复制的原文,不要改动", "use the copy as the browser made it"),
            ),
            Self::NotHar => (
                text!(
                    "{place}:是 JSON,但不是 HAR 文件(没有 log.entries)",
                    "{place}: JSON, but not a HAR (no log.entries)"
                ),
                how_to_save_har(),
            ),
            Self::BadHar { line, column } => (
                text!(
                    "{place}:HAR 文件在第 {line} 行第 {column} 列处有错",
                    "{place}: the HAR breaks at line {line}, column {column}"
                ),
                how_to_save_har(),
            ),
        };
        Error::usage(what).next(next)
    }
}

/// Which menu entry makes a copy.
pub(crate) fn how_to_copy() -> Text {
    text!(
        "请在浏览器中按 F12,打开“网络”(Network),在该请求上点右键 > 复制 > 以 cURL (bash) 格式复制,粘贴到文本文件后再试(cURL (cmd)、PowerShell 格式亦可)",
        "in the browser press F12, open Network, right-click the request > Copy > Copy as cURL (bash), and paste it into a text file (cURL (cmd) and PowerShell do too)"
    )
}

/// Which menu entry saves a HAR with its cookies.
pub(crate) fn how_to_save_har() -> Text {
    text!(
        "请在“网络”(Network)面板导出“包含敏感数据的 HAR”(需先在开发者工具“设置 > 偏好设置 > 网络”中允许;普通导出不含 Cookie),或改用“以 cURL 格式复制”",
        "in the Network panel export the HAR \"with sensitive data\" (allow it first in the developer tools' Settings > Preferences > Network; the plain export has no cookies), or use \"Copy as cURL\""
    )
}
