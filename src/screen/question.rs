//! The question before anything is sent: answered by a typed yes, or not at all.

use std::io::{BufRead, IsTerminal, Read, Write};

use super::plain_lines;
use crate::error::{Error, Result};
use crate::model::fold_width;
use crate::text::{Lang, Text};

/// The longest answer that is read.
const LONGEST: u64 = 1024;

/// Asks on standard error and reads the answer from standard input. A typed `yes`, `是` or `确认` is
/// true; anything else, an empty line and the end of input too, is false.
///
/// # Errors
/// [`Kind::Usage`](crate::error::Kind::Usage) where nobody can answer: standard input or standard error is
/// no terminal.
pub fn confirm(lang: Lang, question: &Text) -> Result<bool> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(nobody_there());
    }
    // Standard error is not locked while the answer is waited for: whoever stops the program has things to say.
    ask(lang, question, &mut std::io::stdin().lock(), &mut std::io::stderr())
}

/// What is said where a question cannot be asked.
#[must_use]
pub fn nobody_there() -> Error {
    Error::usage(crate::text!(
        "正式提交之前要有人确认,而这里没有终端可以回答;什么也没有提交",
        "a live run asks first, and there is no terminal to answer on; nothing was sent"
    ))
    .next(crate::text!(
        "先用 --dry-run 看一遍;要不经询问直接提交,请加上 --yes",
        "look at it with --dry-run first; to submit without being asked, add --yes"
    ))
}

fn ask(lang: Lang, question: &Text, input: &mut impl BufRead, output: &mut impl Write) -> Result<bool> {
    let broken = |error: std::io::Error| {
        Error::internal(crate::text!("无法在终端上询问:{error}", "cannot ask on the terminal: {error}"))
    };
    let how = lang.pick("输入“是”或 yes 并回车表示同意,其他都表示不同意", "type yes to agree; anything else means no");
    write!(output, "{}\n({how}) > ", plain_lines(question.say(lang))).map_err(broken)?;
    output.flush().map_err(broken)?;
    let mut answer = Vec::new();
    input.take(LONGEST).read_until(b'\n', &mut answer).map_err(broken)?;
    Ok(is_yes(&String::from_utf8_lossy(&answer)))
}

/// Whether a typed answer is a yes: the whole word, in either language.
#[must_use]
pub fn is_yes(answer: &str) -> bool {
    let folded = fold_width(answer);
    let word = folded.trim();
    word.eq_ignore_ascii_case("yes") || matches!(word, "是" | "是的" | "确认")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(input: &[u8]) -> (bool, String) {
        let mut screen = Vec::new();
        let question = crate::text!("要提交 3 个报名吗?", "submit 3 enrollments?");
        let yes = ask(Lang::En, &question, &mut &*input, &mut screen).expect("memory does not fail");
        (yes, String::from_utf8(screen).expect("text"))
    }

    #[test]
    fn only_a_whole_yes_is_a_yes() {
        for yes in ["yes\n", "YES\r\n", " yes ", "是\n", "确认\n", "ｙｅｓ\n"] {
            assert!(answered(yes.as_bytes()).0, "{yes:?}");
        }
        for no in ["", "\n", "y\n", "no\n", "yess\n", "不是\n", "yes please\n", "no\nyes\n"] {
            assert!(!answered(no.as_bytes()).0, "{no:?}");
        }
        assert!(!answered(b"\xff\xfe\n").0);
    }

    #[test]
    fn the_question_says_how_to_answer() {
        assert_eq!(answered(b"yes\n").1, "submit 3 enrollments?\n(type yes to agree; anything else means no) > ");
    }
}
