//! A file that a flag names. A login or a key that was typed in its place is never repeated.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::looks_like_a_file;
use crate::error::{Error, Result};
use crate::text;

/// A file that a flag names.
#[derive(Clone, Copy)]
pub(super) struct GivenFile<'a> {
    /// The flag.
    pub flag: &'static str,
    /// What was typed behind it; `-` is standard input.
    pub path: &'a Path,
}

impl GivenFile<'_> {
    /// Its name for messages, and its first bytes, at most so many.
    pub fn read(&self, stdin: &mut dyn Read, most: u64) -> Result<(String, Zeroizing<Vec<u8>>)> {
        let mut content = Zeroizing::new(Vec::new());
        if self.path == Path::new("-") {
            return match stdin.take(most).read_to_end(&mut content) {
                Ok(_) => Ok(("-".to_owned(), content)),
                Err(why) => Err(Error::usage(text!("无法读取标准输入：{why}", "cannot read standard input: {why}"))),
            };
        }
        match File::open(self.path).and_then(|opened| opened.take(most).read_to_end(&mut content)) {
            Ok(_) => Ok((self.path.display().to_string(), content)),
            Err(why) => Err(self.unread(&why)),
        }
    }

    fn unread(&self, why: &std::io::Error) -> Error {
        let flag = self.flag;
        let place = self.path.display();
        if self.path.is_dir() {
            return Error::usage(text!("{place} 是文件夹，不是文件", "{place} is a folder, not a file"))
                .next(text!("请写出里面的文件：{flag} 文件", "name a file in it: {flag} FILE"));
        }
        let is_there = self.path.symlink_metadata().is_ok();
        match why.kind() {
            ErrorKind::PermissionDenied if is_there => {
                Error::usage(text!("没有权限读取 {place}", "no permission to read {place}"))
                    .next(text!("请检查文件的权限", "check the file's permissions"))
            }
            _ if is_there => Error::usage(text!("无法读取 {place}：{why}", "cannot read {place}: {why}")),
            _ if looks_like_a_file(self.path) => Error::usage(text!("找不到文件 {place}", "there is no file {place}"))
                .next(text!("请检查文件名和所在的文件夹", "check the file's name and its folder")),
            _ => Error::usage(text!(
                "{flag} 后面的内容不是能找到的文件（可能是登录信息，这里不重复显示）",
                "what was given for {flag} is no file that can be found (it may be a login, so it is not repeated here)"
            ))
            .next(text!(
                "请把登录信息存成文件，再写出文件名：{flag} 文件",
                "save the login in a file, and give the name of the file: {flag} FILE"
            )),
        }
    }
}
