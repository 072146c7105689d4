//! Why a command line was refused, in Chinese. English is clap's own.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::value::Wrong;

/// Says in Chinese what clap found.
pub(super) fn chinese(error: &clap::Error) -> StyledStr {
    let styles = Styles::styled();
    let (bad, good) = (styles.get_error(), styles.get_valid());
    let mut page = format!("{bad}错误:{bad:#}{}\n", what(error));
    for tip in tips(error) {
        let _ = write!(page, "\n  {good}提示:{good:#}{tip}\n");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let _ = write!(page, "\n{}\n", usage_words(&usage.ansi().to_string()));
    }
    page.push_str("\n详细说明请看 '--help'。\n");
    StyledStr::from(page)
}

/// Puts clap's own words in a usage line into Chinese.
pub(super) fn usage_words(usage: &str) -> String {
    usage.replace("Usage:", "用法:").replace("[OPTIONS]", "[选项]")
}

/// What is wrong, in one sentence.
fn what(error: &clap::Error) -> String {
    let arg = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("不认识参数 '{arg}'"),
        ErrorKind::InvalidSubcommand => format!("没有命令 '{}'", one(error, ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => {
            format!("还缺少参数:{}", many(error, ContextKind::InvalidArg, "、").replace('\'', ""))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("'{arg}' 后面要有一个值{}", choices(error))
        }
        ErrorKind::InvalidValue => format!("'{arg}' 不接受 '{value}'{}", choices(error)),
        ErrorKind::ValueValidation => format!("'{arg}' 不接受 '{value}':{}", reason(error)),
        ErrorKind::ArgumentConflict => {
            let other = many(error, ContextKind::PriorArg, "、");
            if other == format!("'{arg}'") {
                format!("'{arg}' 只能写一次")
            } else {
                format!("'{arg}' 不能和 {other} 同时使用")
            }
        }
        ErrorKind::TooManyValues => format!("'{arg}' 的值太多了:多出 '{value}'"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("'{arg}' 的值的个数不对"),
        ErrorKind::NoEquals => format!("'{arg}' 的值前面要写等号"),
        ErrorKind::InvalidUtf8 => "参数里有无法识别的字符".to_owned(),
        _ => format!("命令行有误({})", error.kind()),
    }
}

/// What may help.
fn tips(error: &clap::Error) -> Vec<String> {
    let near = [
        (ContextKind::SuggestedSubcommand, "是不是命令"),
        (ContextKind::SuggestedArg, "是不是"),
        (ContextKind::SuggestedValue, "是不是"),
    ];
    let mut tips: Vec<String> = near
        .into_iter()
        .filter(|(kind, _)| error.get(*kind).is_some())
        .map(|(kind, ask)| format!("{ask} {}?", many(error, kind, " 或 ")))
        .collect();
    if error.kind() == ErrorKind::UnknownArgument && error.get(ContextKind::Suggested).is_some() {
        let arg = one(error, ContextKind::InvalidArg);
        if error.get(ContextKind::SuggestedArg).is_none() {
            tips.push(format!("如果 '{arg}' 是一个值而不是参数,请写成 '-- {arg}'"));
        }
    }
    tips
}

/// The reason that the value's own parser gave.
fn reason(error: &clap::Error) -> String {
    match error.source().and_then(|source| source.downcast_ref::<Wrong>()) {
        Some(Wrong(text)) => text.zh.clone(),
        None => error.source().map(ToString::to_string).unwrap_or_default(),
    }
}

fn choices(error: &clap::Error) -> String {
    let choices = many(error, ContextKind::ValidValue, "、");
    if choices.is_empty() { String::new() } else { format!(",可以写:{choices}") }
}

fn one(error: &clap::Error, kind: ContextKind) -> String {
    error.get(kind).map(ToString::to_string).unwrap_or_default()
}

fn many(error: &clap::Error, kind: ContextKind, between: &str) -> String {
    match error.get(kind) {
        Some(ContextValue::Strings(words)) => {
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(between)
        }
        Some(ContextValue::String(word)) => format!("'{word}'"),
        _ => String::new(),
    }
}
