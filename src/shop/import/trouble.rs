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
    /// A workbook, or another archive.
    Workbook,
    /// None of the known forms.
    NotACopy,
    /// "Copy as fetch".
    Fetch,
    /// A quote or bracket that is opened on this line is not closed.
    CutOff { line: usize },
    /// What this line announces does not follow.
    CutAfter { line: usize },
    /// A variable of the shell, whose value is not known here.
    Variable { line: usize },
    /// Quotes or dashes that were changed into others.
    Autocorrected { line: usize },
    /// Signs that were changed into HTML.
    Html { line: usize },
    /// A command for cmd that no browser writes so.
    Mangled { line: usize },
    /// JSON of another kind.
    NotHar,
    /// A HAR without a request.
    EmptyHar,
    /// A HAR that ends too early.
    HarCutOff,
    /// A HAR that breaks here.
    BadHar { line: usize, column: usize },
}

impl Trouble {
    /// In words, for a file (or stdin) called `place`.
    pub(super) fn explain(self, place: &str) -> Error {
        let next = match self {
            Self::CutOff { .. } | Self::CutAfter { .. } => {
                text!("请重新复制，并完整粘贴后再试", "copy the request again and paste all of it")
            }
            Self::Variable { .. } => text!("请使用浏览器复制的原文，不要改动", "use the copy as the browser made it"),
            Self::Autocorrected { .. } | Self::Html { .. } | Self::Mangled { .. } => copy_into_notepad(),
            Self::HarCutOff => {
                text!("请重新导出，或重新下载、传送这个文件", "export the HAR again, or download or send it again")
            }
            Self::NotHar | Self::EmptyHar | Self::BadHar { .. } => how_to_save_har(),
            _ => how_to_copy(),
        };
        Error::usage(text!("{place}：", "{place}: ").then(&self.what())).next(next)
    }

    fn what(self) -> Text {
        match self {
            Self::Empty => text!("内容为空", "there is nothing in it"),
            Self::NotText => {
                text!("不是文本（既非 UTF-8、UTF-16，也非 GBK）", "not text (neither UTF-8, nor UTF-16, nor GBK)")
            }
            Self::Workbook => {
                text!("这是表格或压缩文件，不是复制的请求", "this is a workbook or an archive, not a copied request")
            }
            Self::NotACopy => text!(
                "没有找到复制的请求（可识别：cURL (bash)、cURL (cmd)、PowerShell、HAR）",
                "no copied request in it (known are: cURL (bash), cURL (cmd), PowerShell, HAR)"
            ),
            Self::Fetch => text!(
                "里面有“以 fetch 格式复制”的请求；这种格式缺少登录 Cookie 或浏览器自带的请求头，不能使用",
                "a request in it was copied \"as fetch\", which lacks the login cookie or the browser's own headers"
            ),
            Self::NotHar => {
                text!("是 JSON，但不是 HAR 文件（没有 log.entries）", "JSON, but not a HAR (no log.entries)")
            }
            Self::EmptyHar => text!("这个 HAR 文件里没有请求", "there is no request in this HAR"),
            Self::HarCutOff => text!("HAR 文件不完整，没有到结尾", "the HAR is not whole: it ends too early"),
            Self::BadHar { line, column } => {
                text!("HAR 文件在第 {line} 行第 {column} 列处有错", "the HAR breaks at line {line}, column {column}")
            }
            Self::CutOff { line } => text!(
                "内容不完整，第 {line} 行的引号或括号没有结束",
                "the copy is cut off: a quote or bracket of line {line} is not closed"
            ),
            Self::CutAfter { line } => text!(
                "内容不完整，第 {line} 行之后还应有内容",
                "the copy is cut off: there should be more after line {line}"
            ),
            Self::Variable { line } => text!(
                "第 {line} 行里有变量（$NAME、$(…)、%NAME% 之类），无法知道它的值",
                "line {line} has a variable in it ($NAME, $(…), %NAME% or the like), whose value is not known here"
            ),
            Self::Autocorrected { line } => text!(
                "第 {line} 行的引号或短横被换成了“ ” ‘ ’ — 之类的符号（Word、WPS、聊天软件会这样改）",
                "the quotes or dashes of line {line} were changed into others (“ ” ‘ ’ —), as Word, WPS and chat programs do"
            ),
            Self::Html { line } => text!(
                "第 {line} 行的引号或符号被换成了 HTML 写法（&quot; &#39; &amp; 之类）",
                "the quotes or signs of line {line} were changed into HTML (&quot; &#39; &amp; or the like)"
            ),
            Self::Mangled { line } => text!(
                "第 {line} 行开始的命令被改动过：引号和 ^ 的写法不是任何浏览器复制出来的样子",
                "the command of line {line} was changed: no browser writes its quotes and ^ so"
            ),
        }
    }
}

/// What to do where something on the way has changed a copy.
pub(crate) fn copy_into_notepad() -> Text {
    text!(
        "请在浏览器里重新复制，直接粘贴到记事本并保存，不要经过 Word、WPS 或聊天软件",
        "copy the request again in the browser and paste it straight into Notepad, not by way of Word, WPS or a chat"
    )
}

/// Which menu entry makes a copy.
pub(crate) fn how_to_copy() -> Text {
    text!(
        "请在浏览器中按 F12，打开“网络”（Network），在该请求上点右键 > 复制 > 以 cURL (bash) 格式复制，粘贴到文本文件后再试（cURL (cmd)、PowerShell 格式亦可）",
        "in the browser press F12, open Network, right-click the request > Copy > Copy as cURL (bash), and paste it into a text file (cURL (cmd) and PowerShell do too)"
    )
}

/// Which menu entry saves a HAR with its cookies.
pub(crate) fn how_to_save_har() -> Text {
    text!(
        "请在“网络”（Network）面板导出“包含敏感数据的 HAR”（需先在开发者工具“设置 > 偏好设置 > 网络”中允许；普通导出不含 Cookie），或改用“以 cURL 格式复制”",
        "in the Network panel export the HAR \"with sensitive data\" (allow it first in the developer tools' Settings > Preferences > Network; the plain export has no cookies), or use \"Copy as cURL\""
    )
}
