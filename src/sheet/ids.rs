//! Ids in cells: kept as text, and refused where Excel has already rounded them.

use crate::model::fold_width;
use crate::plain::{is_direction, is_invisible};
use crate::text;
use crate::text::Text;

/// Whole numbers from here on have lost digits: Excel keeps fifteen.
const TOO_LONG: f64 = 1e15;
/// The digits of the longest id that a platform uses (a 64-bit number).
const LONGEST: usize = 20;

/// Characters that nobody sees, but that come along when people copy from chats and web pages.
pub(super) const fn is_unseen(c: char) -> bool {
    is_invisible(c) || is_direction(c)
}

/// The text without blanks and unseen characters at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// A number cell as an id.
///
/// # Errors
/// What is expected instead, when the number is not the id that was typed.
pub(super) fn from_number(number: f64) -> Result<String, Text> {
    if number.abs() >= TOO_LONG {
        return Err(lost_digits());
    }
    if !number.is_finite() || number.fract() != 0.0 {
        return Err(text!(
            "编号应是整数; 请把这一列设为\"文本\"格式后重新填写",
            "an id is a whole number; format the column as text and enter the id again"
        ));
    }
    if number < 0.0 {
        return Err(digits_only());
    }
    // A minus before zero would show.
    Ok(format!("{:.0}", number.abs()))
}

/// A number cell as an id, where its format shows something else than the number: `0012`, `4,975,750,079`, `12.00`.
///
/// # Errors
/// What is expected instead, when what a person sees is another id than the number.
pub(super) fn from_shown(number: f64, shown: &str) -> Result<String, Text> {
    let id = from_number(number)?;
    let seen = trimmed(shown);
    if is_scientific(seen) {
        return Ok(id);
    }
    let whole = seen
        .split_once('.')
        .filter(|(_, zeros)| zeros.bytes().all(|byte| byte == b'0'))
        .map_or(seen, |(whole, _)| whole);
    let digits: String = whole.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if is_digits(&digits) && digits.trim_start_matches('0') == id.trim_start_matches('0') {
        return Ok(digits);
    }
    Err(text!(
        "单元格里是数字 {id}，显示的却是另一个样子；请把这一列设为“文本”格式后重新填写",
        "the cell holds the number {id} and shows something else; format the column as text and enter the id again"
    ))
}

/// Whether the text is an id of digits as it stands.
pub(super) fn is_digits(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Text as an id of digits alone.
///
/// # Errors
/// What is expected instead.
pub(super) fn digits(text: &str) -> Result<String, Text> {
    let folded = fold_width(trimmed(text));
    // An apostrophe before an id keeps it as text in Excel, and stays in front of it in exports.
    let text = trimmed(folded.trim_start_matches('\''));
    if is_digits(text) {
        return Ok(text.to_owned());
    }
    if is_scientific(text) {
        return Err(lost_digits());
    }
    // Other programs write whole numbers like this; beyond fifteen digits they have rounded them.
    if let Some((whole, zeros)) = text.split_once('.')
        && is_digits(whole)
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0')
    {
        return if whole.len() <= 15 { Ok(whole.to_owned()) } else { Err(lost_digits()) };
    }
    Err(several(text).unwrap_or_else(digits_only))
}

/// The id, unless it is zero: that names nothing, and is what Excel shows for a reference to an empty cell.
///
/// # Errors
/// What is expected instead.
pub(super) fn not_zero(id: String) -> Result<String, Text> {
    if id.is_empty() || id.bytes().any(|byte| byte != b'0') {
        return Ok(id);
    }
    Err(text!(
        "{id} 不是编号（公式引用了空单元格时也会显示 0）；请填写真正的编号",
        "{id} is no id (a formula that refers to an empty cell shows 0 as well); enter the id itself"
    ))
}

/// Text as an id of any characters.
///
/// # Errors
/// What is expected instead.
pub(super) fn code(text: &str) -> Result<String, Text> {
    let folded: String = trimmed(text).chars().map(fold_digit).collect();
    // Codes such as `12E5` exist; the plus sign is Excel's.
    if folded.contains('+') && is_scientific(&folded) {
        return Err(lost_digits());
    }
    if let Some(why) = several(&folded) {
        return Err(why);
    }
    if folded.chars().any(char::is_control) {
        return Err(text!("编号里不能有换行等控制字符", "a code has no line ends or other control characters"));
    }
    match folded.chars().find(|c| is_unseen(*c) || *c == '\u{a0}') {
        None => Ok(folded),
        Some(hidden) => {
            let code = u32::from(hidden);
            Err(text!(
                "编号中间有看不见的字符 U+{code:04X}，可能是两个编号连在了一起；请重新填写，每行一个",
                "there is a character that nobody sees (U+{code:04X}) inside of the code, perhaps between two: enter it again, one in a row"
            ))
        }
    }
}

/// Text as a request number.
///
/// # Errors
/// What is expected instead.
pub(super) fn request_no(text: &str, min: usize, max: usize) -> Result<String, Text> {
    let code = code(text)?;
    let is_plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_plain && (min..=max).contains(&code.len()) {
        return Ok(code);
    }
    Err(text!(
        "应为 {min} 到 {max} 位字母、数字、_ 或 -",
        "expected {min} to {max} of the letters A-Z a-z, digits, _ and -"
    ))
}

/// `1.23457E+15`, as Excel shows a long number, and as it then saves it to CSV.
fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(exponent) && digits(whole) && digits(fraction)
}

/// What a cell is told that holds several ids: runs of letters and digits, a digit in each, with nothing between
/// them but blanks, unseen characters and what people separate with.
fn several(text: &str) -> Option<Text> {
    let is_between = |c: char| {
        c.is_whitespace()
            || is_unseen(c)
            || matches!(c, ',' | '，' | '、' | ';' | '；' | '|' | '｜' | '/' | '／' | '\\' | '&' | '+' | '。')
    };
    let is_id = |part: &str| {
        part.len() >= 3
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    let parts = || text.split(is_between).filter(|part| !part.is_empty());
    let count = parts().count();
    // `AB 12` and `12/3` are codes that exist; two long numbers side by side are two numbers.
    let has_numbers = parts().all(|part| part.len() >= 5 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_list = text.contains([',', '，', '、', ';', '；', '|', '｜', '\n', '\r']) && parts().all(is_id);
    if count < 2 || !(has_numbers || is_list) {
        return None;
    }
    let shown = parts().take(3).collect::<Vec<_>>().join(" | ");
    let more = if count > 3 { " | ..." } else { "" };
    Some(text!(
        "每行只填一个编号，这里像有 {count} 个：{shown}{more}；请分成几行，若本是一个，请删去中间的分隔",
        "expected an id, one in a row; these look like {count}: {shown}{more}; give each a row of its own, or, where it is one, take out what stands inside of it"
    ))
}

fn fold_digit(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn digits_only() -> Text {
    text!("应为 1 到 {LONGEST} 位数字的编号", "expected an id of 1 to {LONGEST} digits and nothing else")
}

pub(super) fn lost_digits() -> Text {
    text!(
        "Excel 只保留 15 位数字, 这个编号的后几位已经丢失; 请先把这一列设为\"文本\"格式, 再从原处重新复制编号",
        "Excel keeps 15 digits of a number, so the end of this id is already lost; format the column as text, \
         then paste the id again from where it came"
    )
}

#[cfg(test)]
mod tests {
    use super::{code, digits, from_number, from_shown, request_no, trimmed};
    use proptest::prelude::*;

    fn lost(result: Result<String, crate::text::Text>) -> bool {
        result.is_err_and(|expected| expected.en.contains("already lost"))
    }

    #[test]
    fn numbers_are_ids_only_as_long_as_excel_keeps_them_whole() {
        assert_eq!(from_number(4_975_750_079.0).as_deref(), Ok("4975750079"));
        assert_eq!(from_number(999_999_999_999_999.0).as_deref(), Ok("999999999999999"));
        assert!(
            lost(from_number(1e15)) && lost(from_number(2_509_090_813_205_382.0)) && lost(from_number(f64::INFINITY))
        );
        assert!(from_number(1.5).is_err() && from_number(-3.0).is_err() && from_number(f64::NAN).is_err());
    }

    #[test]
    fn a_formatted_number_is_the_id_that_a_person_sees() {
        for (number, shown, id) in [
            (12.0, "0012", "0012"),
            (4_975_750_079.0, "4,975,750,079", "4975750079"),
            (12.0, "12.00", "12"),
            (4_975_750_079.0, "4.98E+09", "4975750079"),
            (0.0, "00", "00"),
        ] {
            assert_eq!(from_shown(number, shown).as_deref(), Ok(id));
        }
        for (number, shown) in
            [(12.0, "1200%"), (12.0, "¥12"), (12.5, "12"), (12.0, "No. 12"), (12.0, "13"), (12.0, "")]
        {
            assert!(from_shown(number, shown).is_err(), "{shown}");
        }
        assert!(lost(from_shown(2_509_090_813_205_382.0, "2509090813205382")));
    }

    #[test]
    fn text_ids_lose_their_dress_and_nothing_else() {
        for text in [
            "4975750079",
            " ４９７５７５００７９ ",
            "4975750079\u{200b}",
            "\u{a0}4975750079",
            "\u{feff}4975750079",
            "4975750079.0",
            "'4975750079",
        ] {
            assert_eq!(digits(text).as_deref(), Ok("4975750079"), "{text:?}");
        }
        assert_eq!(digits("0012").as_deref(), Ok("0012"));
        assert_eq!(digits("2509090813205382").as_deref(), Ok("2509090813205382"));
    }

    #[test]
    fn text_that_excel_has_ruined_says_so() {
        for text in ["1.23E+15", "1.23457E+15", "2.5E15", "4E+9", "１.２３E+15", "2509090813205382.0"] {
            assert!(lost(digits(text)), "{text:?}");
        }
        assert!(lost(code("1.23457E+15")) && lost(request_no("1.2E+15", 1, 40)));
    }

    #[test]
    fn other_text_is_no_id_of_digits() {
        for text in ["497 575", "4,975,750,079", "SPU1", "-5", "+5", "", "1.5", "٤٩", "123456789012345678901", "E+15"]
        {
            assert!(digits(text).is_err_and(|expected| expected.en.starts_with("expected an id")), "{text:?}");
        }
    }

    #[test]
    fn two_ids_in_a_cell_are_never_one_whatever_stands_between() {
        for between in
            ["\u{a0}", "\u{200b}", "\u{feff}", "\n", "\r\n", ",", "，", "、", "/", " ", "\t", ";", " | ", "\u{3000}"]
        {
            let two = format!("4975750079{between}5000000021");
            for refused in [digits(&two), code(&two)] {
                let why = refused.expect_err("two ids").en;
                assert!(why.contains("these look like 2: 4975750079 | 5000000021"), "{between:?}: {why}");
            }
            assert!(
                code(&format!("A001{between}A002")).is_err() || [" ", "\u{3000}", "/"].contains(&between),
                "{between:?}"
            );
            assert!(request_no(&two, 6, 40).is_err(), "{between:?}");
        }
        for inside in ["49757\u{200b}50079", "4975\u{a0}750079", "49\u{ad}75750079", "4975750079\u{200b}1"] {
            assert!(digits(inside).is_err() && code(inside).is_err(), "{inside:?}");
        }
    }

    #[test]
    fn codes_keep_their_characters() {
        for text in ["A-001", "12E5", "A001（赠品）", "AB 12", "6.0", "6901/A", "12/3", "男款,红", "12345-67890"]
        {
            assert_eq!(code(text).as_deref(), Ok(text));
        }
        assert_eq!(code(" A０１ ").as_deref(), Ok("A01"));
        assert!(code("a\nb").is_err());
    }

    #[test]
    fn request_numbers_have_their_own_alphabet() {
        assert_eq!(request_no("34657_20250101-x", 6, 40).as_deref(), Ok("34657_20250101-x"));
        assert!(request_no("12345", 6, 40).is_err() && request_no("123 456", 6, 40).is_err());
        assert!(request_no("批次123456", 6, 40).is_err());
    }

    #[test]
    fn unseen_characters_go_at_the_ends_alone() {
        assert_eq!(trimmed("\u{feff} 限时\u{a0}秒杀\u{200b}\u{3000}"), "限时\u{a0}秒杀");
        assert_eq!(trimmed("👨\u{200d}👩"), "👨\u{200d}👩");
    }

    proptest! {
        #[test]
        fn a_whole_number_below_ten_to_the_fifteen_is_its_own_id(id in 0_u64..1_000_000_000_000_000) {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let number = id as f64;
            prop_assert_eq!(from_number(number), Ok(id.to_string()));
        }

        #[test]
        fn a_number_is_never_an_id_other_than_itself(number in proptest::num::f64::ANY) {
            if let Ok(id) = from_number(number) {
                prop_assert!(id.len() <= 15 && id.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(id.parse::<f64>(), Ok(number.abs()));
            }
        }

        #[test]
        fn digits_are_kept_one_by_one(id in "[0-9]{1,20}") {
            prop_assert_eq!(digits(&id), Ok(id.clone()));
            let wide: String = id.bytes().map(|digit| char::from_u32(0xff10 + u32::from(digit - b'0')).expect("a digit")).collect();
            prop_assert_eq!(digits(&format!(" {wide}\u{200b}")), Ok(id));
        }

        #[test]
        fn nothing_but_digits_comes_out(text in "\\PC{0,24}") {
            if let Ok(id) = digits(&text) {
                prop_assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
                let before: String = text.chars().filter_map(|c| c.to_digit(10).or_else(|| u32::from(c).checked_sub(0xff10).filter(|d| *d < 10))).map(|d| d.to_string()).collect();
                prop_assert!(before.starts_with(&id), "{:?} became {:?}", text, id);
            }
        }

        #[test]
        fn a_ruined_id_is_never_taken(whole in 1_u32..10, fraction in "[0-9]{1,5}", exponent in 15_u32..22) {
            let ruined = format!("{whole}.{fraction}E+{exponent}");
            prop_assert!(lost(digits(&ruined)) && lost(code(&ruined)));
        }
    }
}
