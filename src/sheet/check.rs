//! One cell held against what its column may hold.

use std::borrow::Cow;

use crate::model::{Choice, Kind, fold_width};
use crate::text;
use crate::text::Text;

use super::bounds::CELL_CHARS;
use super::ids::{self, trimmed};
use super::number::general;
use super::read::Cell;
use super::unreadable::unreadable;

/// The cell as text, as people see it.
pub(super) fn words(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(text)
        | Cell::Moment(text)
        | Cell::UnclearMoment(text)
        | Cell::Error(text)
        | Cell::Formatted(_, text)
        | Cell::Unclear(text)
        | Cell::NoValue(text)
        | Cell::NotText(text) => Cow::Borrowed(text),
        Cell::Number(number) => Cow::Owned(general(number)),
        Cell::Bool(value) => Cow::Borrowed(if value { "TRUE" } else { "FALSE" }),
    }
}

/// Whether nobody sees anything in the cell.
pub(super) fn is_blank(cell: Cell<'_>) -> bool {
    matches!(cell, Cell::Text(text) if trimmed(text).is_empty())
}

/// Holds a cell that is not blank against its column's kind, and gives what the row keeps of it.
///
/// # Errors
/// What is expected instead.
pub(super) fn check(cell: Cell<'_>, kind: Kind) -> Result<String, Text> {
    let is_id = matches!(kind, Kind::Digits | Kind::Code | Kind::Padded { .. } | Kind::RequestNo { .. });
    match cell {
        Cell::Error(_) => Err(text!(
            "这是公式出错的结果; 请改正公式, 或直接填写内容",
            "this is a formula's error; correct the formula or enter the value itself"
        )),
        Cell::Bool(_) if !kind.is_text() => {
            Err(text!("这是逻辑值(TRUE/FALSE), 应为文字或编号", "this is a truth value; expected text or an id"))
        }
        Cell::Moment(_) | Cell::UnclearMoment(_) if !kind.is_text() => Err(text!(
            "Excel 把它当成了日期或时间; 请把这一列设为\"文本\"格式后重新填写",
            "Excel took it for a date or time; format the column as text and enter it again"
        )),
        Cell::Unclear(_) | Cell::UnclearMoment(_) => Err(text!(
            "这个单元格的数字格式无法识别，不能确定您看到的是什么；请把这一列设为“文本”格式后重新填写",
            "its number format is not known, so what you see in it cannot be told; format the column as text and enter it again"
        )),
        Cell::NoValue(_) => Err(text!(
            "这个公式的结果没有存在文件里；请用 Excel 打开并保存一次，或直接填写内容",
            "this formula's result is not in the file; open the sheet in Excel and save it, or enter the value itself"
        )),
        Cell::NotText(_) => Err(text!(
            "这一格里是图片或网页的输入框，读不出文字；请直接填写内容",
            "it holds a picture or a field of a web page, which cannot be read; enter the text itself"
        )),
        Cell::Formatted(number, shown) if is_id => check_text(&ids::from_shown(number, shown)?, kind),
        Cell::Formatted(number, shown) => match kind {
            Kind::Choice(choices) => choose_number(number, choices).or_else(|_| choose(shown, choices)),
            Kind::Filter if number.abs() >= 1e15 => Err(ids::lost_digits()),
            kind => check_text(shown, kind),
        },
        Cell::Number(number) if is_id || kind == Kind::Filter && number.abs() >= 1e15 => {
            check_text(&ids::from_number(number)?, kind)
        }
        Cell::Number(number) => match kind {
            Kind::Choice(choices) => choose_number(number, choices),
            kind => check_text(&general(number), kind),
        },
        Cell::Text(text) => check_text(text, kind),
        other => check_text(&words(other), kind),
    }
}

fn check_text(text: &str, kind: Kind) -> Result<String, Text> {
    if is_too_long(text) {
        return Err(text!(
            "超过了 Excel 单元格的 {CELL_CHARS} 个字符",
            "longer than the {CELL_CHARS} characters that a cell can hold"
        ));
    }
    if let Some(why) = unreadable(trimmed(text)) {
        return Err(why);
    }
    match kind {
        Kind::Digits => ids::digits(text).and_then(ids::not_zero),
        Kind::Code => ids::code(text).and_then(ids::not_zero),
        Kind::Padded { digits } => ids::code(text).map(|code| padded(code, digits)),
        Kind::RequestNo { min, max } => ids::request_no(text, min, max),
        Kind::Text { max } => {
            check_length(trimmed(text), max)?;
            Ok(trimmed(text).to_owned())
        }
        Kind::BasicText { max } => {
            check_length(trimmed(text), Some(max))?;
            only_basic(trimmed(text).to_owned())
        }
        Kind::Filter if names_something(text) => Ok(trimmed(text).to_owned()),
        Kind::Filter => Err(names_nothing()),
        Kind::Choice(choices) => choose(text, choices),
    }
}

/// Digits with the zeros before them that Excel took away.
fn padded(code: String, digits: usize) -> String {
    if code.bytes().all(|byte| byte.is_ascii_digit()) { format!("{code:0>digits$}") } else { code }
}

/// Whether the text is longer than Excel lets a cell be.
pub(super) fn is_too_long(text: &str) -> bool {
    // Excel counts UTF-16 units; a text has at least as many bytes as units.
    text.len() > CELL_CHARS && text.encode_utf16().count() > CELL_CHARS
}

/// What an empty filter is told.
pub(super) fn names_nothing() -> Text {
    text!(
        "请填活动全名; 多个用 | 或换行分开; 全部活动请明确填 *",
        "expected the activity's full name; several on lines or between |; for every activity write * on purpose"
    )
}

/// Whether the text is a filter: [`Filter::parse`](crate::model::Filter::parse) without making one
/// for each of a million rows.
fn names_something(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !matches!(c, '|' | '｜'))
}

fn check_length(text: &str, max: Option<usize>) -> Result<(), Text> {
    let Some(max) = max else {
        return Ok(());
    };
    let length = text.chars().count();
    if length <= max {
        return Ok(());
    }
    Err(text!("有 {length} 个字, 最多 {max} 个", "it has {length} characters; at most {max} are allowed"))
}

/// The text, if each of its characters is of Unicode's first 65 536.
fn only_basic(text: String) -> Result<String, Text> {
    match text.chars().find(|c| *c > '\u{ffff}') {
        None => Ok(text),
        Some(odd) => {
            let code = u32::from(odd);
            Err(text!(
                "平台不支持其中的字符 U+{code:X}(表情或生僻字), 请删去或换一个",
                "the platform does not take its character U+{code:X} (an emoji or a rare character): leave it out or use another"
            ))
        }
    }
}

/// A choice by its value, its label, or both as a template's drop-down writes them.
fn choose(text: &str, choices: &[Choice]) -> Result<String, Text> {
    let plain = |text: &str| fold_width(trimmed(text)).to_lowercase();
    let given = plain(text);
    let is_meant = |choice: &&Choice| {
        [choice.value.to_owned(), choice.label.to_owned(), entry(choice)].iter().any(|known| plain(known) == given)
    };
    choices.iter().find(is_meant).map(|choice| choice.value.to_owned()).ok_or_else(|| one_of(choices))
}

/// Excel makes the choice `00` the number 0.
fn choose_number(number: f64, choices: &[Choice]) -> Result<String, Text> {
    let same = |choice: &&Choice| choice.value.parse::<f64>().is_ok_and(|value| value.total_cmp(&number).is_eq());
    let mut meant = choices.iter().filter(same);
    match (meant.next(), meant.next()) {
        (Some(choice), None) => Ok(choice.value.to_owned()),
        _ => Err(one_of(choices)),
    }
}

/// A choice as a template's drop-down shows it.
pub(super) fn entry(choice: &Choice) -> String {
    if choice.label.is_empty() || choice.label == choice.value {
        return choice.value.to_owned();
    }
    format!("{} {}", choice.value, choice.label)
}

fn one_of(choices: &[Choice]) -> Text {
    let all = choices.iter().map(entry).collect::<Vec<_>>().join(", ");
    text!("应为其中之一: {all}", "expected one of: {all}")
}

#[cfg(test)]
mod tests {
    use super::{Cell, Kind, check, is_too_long, names_something};
    use crate::model::{Choice, Filter};
    use proptest::prelude::*;

    fn text(text: &str, kind: Kind) -> Result<String, String> {
        check(Cell::Text(text), kind).map_err(|expected| expected.en)
    }

    const STATES: Kind = Kind::Choice(&[Choice { value: "00", label: "取消" }, Choice { value: "10", label: "完成" }]);

    #[test]
    fn cells_that_are_no_text_are_no_ids_and_no_filters() {
        for kind in [Kind::Digits, Kind::Code, Kind::Filter] {
            assert!(check(Cell::Bool(true), kind).is_err());
            assert!(check(Cell::Moment("2026-11-22"), kind).is_err());
            assert!(check(Cell::Error("#REF!"), kind).is_err_and(|expected| expected.en.contains("formula")));
        }
        assert!(check(Cell::Error("#N/A"), Kind::Text { max: None }).is_err());
        assert_eq!(check(Cell::Moment("2026-11-22"), Kind::Text { max: None }).as_deref(), Ok("2026-11-22"));
    }

    #[test]
    fn numbers_are_read_as_people_see_them() {
        assert_eq!(check(Cell::Number(4_975_750_079.0), Kind::Digits).as_deref(), Ok("4975750079"));
        assert_eq!(check(Cell::Number(618.0), Kind::Filter).as_deref(), Ok("618"));
        assert_eq!(check(Cell::Number(11.11), Kind::Filter).as_deref(), Ok("11.11"));
        assert_eq!(check(Cell::Number(0.5), Kind::Text { max: None }).as_deref(), Ok("0.5"));
        assert!(check(Cell::Number(2.509e15), Kind::Filter).is_err());
    }

    #[test]
    fn filters_name_something() {
        assert_eq!(text(" 清仓甩卖\u{200b}", Kind::Filter).as_deref(), Ok("清仓甩卖"));
        assert!(text(" | ", Kind::Filter).is_err_and(|expected| expected.contains("write * on purpose")));
    }

    #[test]
    fn zero_names_nothing() {
        for kind in [Kind::Digits, Kind::Code] {
            assert!(check(Cell::Number(0.0), kind).is_err_and(|expected| expected.en.contains("no id")));
            for zero in ["0", "000", "０", "0.0", "'0", " 0\u{200b}"] {
                assert!(text(zero, kind).is_err() || kind == Kind::Code && matches!(zero, "0.0" | "'0"), "{zero:?}");
            }
            assert_eq!(text("0012", kind).as_deref(), Ok("0012"));
        }
    }

    #[test]
    fn words_that_nobody_can_read_are_refused_whatever_the_column() {
        for kind in [Kind::Digits, Kind::Code, Kind::Filter, Kind::Text { max: None }, Kind::BasicText { max: 9 }] {
            for odd in ["1\0", "1\u{fffd}2", "\u{e000}"] {
                assert!(text(odd, kind).is_err_and(|why| why.contains("it has the")), "{odd:?}");
            }
        }
    }

    #[test]
    fn texts_have_their_length_in_characters() {
        let kind = Kind::Text { max: Some(4) };
        assert_eq!(text("申请退出 ", kind).as_deref(), Ok("申请退出"));
        assert!(text("申请退出了", kind).is_err_and(|expected| expected.contains("5 characters; at most 4")));
        let longest = "名".repeat(32_767);
        assert!(!is_too_long(&longest));
        assert_eq!(text(&longest, Kind::Text { max: None }), Ok(longest.clone()));
        assert!(text(&format!("{longest}名"), Kind::Text { max: None }).is_err());
    }

    #[test]
    fn texts_without_rare_characters_have_none() {
        let kind = Kind::BasicText { max: 4 };
        assert_eq!(text(" 批次有误 ", kind).as_deref(), Ok("批次有误"));
        assert!(text("批次有误了", kind).is_err_and(|expected| expected.contains("5 characters; at most 4")));
        for (odd, code) in [("错\u{1f600}", "U+1F600"), ("\u{20bb7}野家", "U+20BB7")] {
            assert!(text(odd, kind).is_err_and(|expected| expected.contains(code)), "{odd}");
        }
    }

    #[test]
    fn zeros_that_excel_took_away_come_back() {
        let kind = Kind::Padded { digits: 2 };
        assert_eq!(check(Cell::Number(0.0), kind).as_deref(), Ok("00"));
        assert_eq!(check(Cell::Number(17.0), kind).as_deref(), Ok("17"));
        assert_eq!(text("0", kind).as_deref(), Ok("00"));
        assert_eq!(text("WMS_CANCEL", kind).as_deref(), Ok("WMS_CANCEL"));
        assert!(check(Cell::Number(0.5), kind).is_err());
    }

    #[test]
    fn choices_are_meant_by_value_label_or_both() {
        for given in ["00", "取消", "00 取消", " ００ "] {
            assert_eq!(text(given, STATES).as_deref(), Ok("00"), "{given:?}");
        }
        assert_eq!(check(Cell::Number(0.0), STATES).as_deref(), Ok("00"));
        assert!(text("01", STATES).is_err_and(|expected| expected == "expected one of: 00 取消, 10 完成"));
    }

    proptest! {
        #[test]
        fn a_filter_names_something_when_it_can_be_parsed(text in "[ a|｜*\n\r\u{3000}\u{a0}]{0,6}") {
            prop_assert_eq!(names_something(&text), Filter::parse(&text).is_some());
        }
    }
}
