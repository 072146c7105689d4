//! Command lines that take a login, as they may be shown: a login or a key that was typed or pasted in the place of a
//! file's name is not repeated.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::error::Error;
use crate::text;

/// The flags that name a file with a login, or a part of one, in it.
const FLAGS: [&str; 7] = [
    "--from-curl",
    "--from-har",
    "--app-secret-file",
    "--session-file",
    "--private-key",
    "--public-key",
    "--certificate",
];
/// The endings of files that people keep copies, keys and secrets in.
const ENDINGS: [&str; 22] = [
    "txt", "har", "pem", "key", "crt", "cer", "der", "pub", "p12", "pfx", "json", "log", "md", "sh", "ps1", "bat",
    "cmd", "curl", "xlsx", "xls", "csv", "docx",
];
/// What stands in the place of what is not shown.
const HIDDEN: &str = "FILE";
/// Longer than any path that is typed.
const LONGEST: usize = 200;

/// The arguments of a command line as they may be shown. Only those that take a login are changed.
pub(super) fn shown(args: &[OsString]) -> Cow<'_, [OsString]> {
    let has = |word: &str| args.iter().any(|arg| arg == word);
    let takes_login = args.iter().any(|arg| flag_and_value(arg).is_some()) || (has("shop") && has("add"));
    if !takes_login {
        return Cow::Borrowed(args);
    }
    let mut is_value = false;
    let all = args.iter().enumerate().map(|(at, arg)| {
        let is_file = std::mem::take(&mut is_value);
        match flag_and_value(arg) {
            Some((_, None)) => {
                is_value = true;
                arg.clone()
            }
            Some((_, Some(value))) if may_be_shown(OsStr::new(value), true) => arg.clone(),
            Some((flag, Some(_))) => format!("{flag}={HIDDEN}").into(),
            None if at == 0 || may_be_shown(arg, is_file) => arg.clone(),
            None => HIDDEN.into(),
        }
    });
    Cow::Owned(all.collect())
}

/// One of the flags, and the value that is joined to it.
fn flag_and_value(arg: &OsStr) -> Option<(&'static str, Option<&str>)> {
    let typed = arg.to_str().unwrap_or_default();
    FLAGS.iter().find_map(|flag| match typed.strip_prefix(flag)? {
        "" => Some((*flag, None)),
        rest => Some((*flag, Some(rest.strip_prefix('=')?))),
    })
}

fn may_be_shown(arg: &OsStr, is_file: bool) -> bool {
    let Some(typed) = arg.to_str() else { return false };
    let name = typed.trim_start_matches('-');
    let is_flag = typed.len() <= 40
        && matches!(typed.len() - name.len(), 1 | 2)
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    if is_file {
        return typed == "-" || (is_flag && typed.starts_with("--")) || looks_like_a_file(Path::new(arg));
    }
    let is_word = |c: char| c.is_alphanumeric() || "-_.@/:= ".contains(c);
    typed == "-"
        || is_flag
        || (typed.chars().count() <= 80
            && !typed.contains(": ")
            && typed.chars().all(is_word)
            && !name.starts_with("http"))
        || name.starts_with("http://127.0.0.1")
}

/// Whether this can only be meant as a file's name, and holds no login: a usual ending, and nothing that paths have
/// not.
pub(crate) fn looks_like_a_file(path: &Path) -> bool {
    let Some(typed) = path.to_str() else { return false };
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_of_a_path = |c: char| !c.is_control() && !"'\"`$^{}[];=&|<>?*%".contains(c);
    typed.len() <= LONGEST
        && typed.chars().all(is_of_a_path)
        && !typed.contains("://")
        && !typed.contains("-----")
        && ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// For a command line that is right but for what is not shown.
pub(super) fn refusal() -> Error {
    Error::usage(text!(
        "这里应写文件名，而不是登录信息或密钥本身（为防泄露，这里不重复显示）",
        "the name of a file belongs here, not the login or key itself (which is not repeated here)"
    ))
    .next(text!(
        "请把它存成文件，再写出文件名，例如 --private-key apiclient_key.pem",
        "save it in a file, and give the name of the file, for example --private-key apiclient_key.pem"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::looks_like_a_file;

    #[test]
    fn a_name_with_a_usual_ending_may_be_shown_and_nothing_else() {
        for name in ["request.txt", "no/such.har", "C:\\Users\\me\\我的 密钥.PEM", "../a.key"] {
            assert!(looks_like_a_file(Path::new(name)), "{name}");
        }
        let long = format!("{}.txt", "a".repeat(300));
        for typed in [
            "0123456789abcdef0123456789abcdef",
            "made-up/secret+value==",
            "eyJhbGciOi.eyJzdWIiOi.c2ln",
            "curl 'https://example.com/a.txt",
            "cookie: a=1.txt",
            "-----BEGIN PRIVATE KEY-----.pem",
            "https://example.com/x.txt",
            "secret",
            "",
            long.as_str(),
        ] {
            assert!(!looks_like_a_file(Path::new(typed)), "{typed}");
        }
    }
}
