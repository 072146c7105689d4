//! Where a secret comes from: a file, the environment, a hidden prompt. Never the command line.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::screen::unseen;
use crate::shop::Secret;
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

    fn of_file(&self, file: &Path) -> Result<Secret> {
        let from = Text::verbatim(file.display().to_string());
        let mut content = Zeroizing::new(Vec::new());
        File::open(file)
            .and_then(|opened| opened.take(MOST_BYTES).read_to_end(&mut content))
            .map_err(|why| self.unread(&from, &why))?;
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
        match std::str::from_utf8(content) {
            Ok(text) => self.one_line(text, &from),
            Err(_) => Err(self.wrong(&from)),
        }
    }

    fn one_line(&self, text: &str, from: &Text) -> Result<Secret> {
        let line = text.trim();
        if line.is_empty() {
            return Err(self.empty(from));
        }
        if line.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(self.wrong(from));
        }
        Ok(Secret::new(line))
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
