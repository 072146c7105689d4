//! Where a secret comes from: a file, the environment, a hidden prompt. Never the command line.

use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::given::GivenFile;
use crate::error::{Error, Result};
use crate::plain::is_unseen;
use crate::screen::unseen;
use crate::shop::{Secret, import};
use crate::text;
use crate::text::{Lang, Text};

/// Longer than any secret of a platform.
const MOST_BYTES: u64 = 64 << 10;
/// So often a person is asked who gives no answer.
const ASKED: u32 = 3;

/// One secret that a command needs.
pub(super) struct Wanted<'a> {
    /// What people call it.
    pub name: Text,
    /// The flag that names its file.
    pub flag: &'static str,
    /// The environment variable that may hold it.
    pub variable: &'static str,
    /// The file that the user named; `-`: ask.
    pub file: Option<&'a Path>,
}

impl Wanted<'_> {
    /// The secret: from the file; without one from the environment; else asked for, one line, unseen.
    pub fn get(&self, lang: Lang) -> Result<Secret> {
        if let Some(file) = self.file.filter(|file| *file != Path::new("-")) {
            return self.of_file(file);
        }
        if self.file.is_none()
            && let Some(value) = std::env::var_os(self.variable).filter(|value| !value.is_empty())
        {
            let value = Zeroizing::new(value.to_string_lossy().into_owned());
            return self.one_line(&value, &Text::verbatim(self.variable));
        }
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            return self.asked(lang);
        }
        if self.file.is_none() {
            return Err(self.missing());
        }
        let mut line = Zeroizing::new(String::new());
        let from = text!("标准输入", "standard input");
        stdin.lock().take(MOST_BYTES).read_line(&mut line).map_err(|why| self.unread(&from, &why))?;
        self.one_line(&line, &from)
    }

    /// Asked for at the terminal. Who presses Enter too early is asked again.
    fn asked(&self, lang: Lang) -> Result<Secret> {
        let prompt = format!("{}{}", self.name.say(lang), lang.pick("(输入时不显示)", " (not shown as you type)"));
        let from = text!("输入", "what was typed");
        for _ in 0..ASKED {
            let typed = unseen(&prompt).map_err(|why| self.unread(&text!("终端", "the terminal"), &why))?;
            if !typed.trim().is_empty() {
                return self.one_line(&typed, &from);
            }
            eprintln!("{}", lang.pick("什么也没有输入", "nothing was typed"));
        }
        Err(self.empty(&from))
    }

    fn of_file(&self, path: &Path) -> Result<Secret> {
        let file = GivenFile { flag: self.flag, path };
        let (place, content) = file.read(&mut std::io::empty(), MOST_BYTES)?;
        let from = Text::verbatim(place);
        match import::saved_text(&content) {
            Some(text) => self.one_line(&text, &from),
            None => Err(self.wrong(&from)),
        }
    }

    fn one_line(&self, text: &str, from: &Text) -> Result<Secret> {
        let line = unquoted(text.trim_matches(is_around));
        if line.is_empty() {
            return Err(self.empty(from));
        }
        match line.chars().position(|c| !is_of_a_secret(c)) {
            None => Ok(Secret::new(line)),
            Some(_) if line.contains(char::is_whitespace) => Err(self.wrong(from)),
            Some(at) => Err(self.strange(from, at + 1)),
        }
    }

    fn empty(&self, from: &Text) -> Error {
        let name = &self.name;
        Error::usage(Text {
            zh: format!("{}:{}是空的", name.zh, from.zh),
            en: format!("{}: {} is empty", name.en, from.en),
        })
    }

    fn wrong(&self, from: &Text) -> Error {
        let name = &self.name;
        Error::usage(Text {
            zh: format!("{}:{} 里应当只有一行,中间没有空格", name.zh, from.zh),
            en: format!("{}: expected one line without blanks in {}", name.en, from.en),
        })
    }

    /// The place of a character that no secret has, and not the character: it may be a part of the secret.
    fn strange(&self, from: &Text, place: usize) -> Error {
        let name = &self.name;
        Error::usage(Text {
            zh: format!(
                "{}：{} 的第 {place} 个字符不会出现在密钥里（引号、看不见的字符或非英文字符）",
                name.zh, from.zh
            ),
            en: format!(
                "{}: character {place} in {} is none that a secret has (a quote, an invisible or a foreign one)",
                name.en, from.en
            ),
        })
        .next(text!(
            "请从平台页面重新复制，直接粘贴到记事本并保存",
            "copy it from the platform's page again and paste it straight into Notepad"
        ))
    }

    fn unread(&self, from: &Text, why: &dyn std::fmt::Display) -> Error {
        let name = &self.name;
        Error::usage(Text {
            zh: format!("{}:无法读取{}:{why}", name.zh, from.zh),
            en: format!("{}: cannot read {}: {why}", name.en, from.en),
        })
    }

    fn missing(&self) -> Error {
        let (Text { zh, en }, flag, variable) = (&self.name, self.flag, self.variable);
        Error::usage(text!("没有给出{zh}", "{en} is missing")).next(text!(
            "请用 {flag} 文件 或环境变量 {variable} 给出;在终端里运行时会询问",
            "give it with {flag} FILE or the variable {variable}; in a terminal it is asked for"
        ))
    }
}

/// What may stand unseen around a secret: blanks, line ends, byte order marks.
fn is_around(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// Without one pair of quotes around it, which consoles write into a file (`echo "x" > f`).
fn unquoted(line: &str) -> &str {
    let inside = ['"', '\''].iter().find_map(|quote| line.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.unwrap_or(line).trim_matches(is_around)
}

/// Whether a secret may have this character: what can be seen of ASCII, but for quotes.
const fn is_of_a_secret(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '`')
}
