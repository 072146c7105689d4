//! Characters that no cell should hold: nobody can tell what was meant by them.

use crate::text;
use crate::text::Text;

/// What is wrong with the first character that means nothing to anybody; `None` where all can be read.
pub(super) fn unreadable(text: &str) -> Option<Text> {
    // The bytes are asked first: nearly every cell has none of these.
    if !text.bytes().any(|byte| byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xee | 0xef | 0xf0..)) {
        return None;
    }
    text.chars().find_map(|c| {
        let code = u32::from(c);
        match c {
            '\u{fffd}' => Some(text!(
                "其中有 U+FFFD（�），原来的字在转换编码时已经丢失；请从原处重新复制",
                "it has the character U+FFFD, which stands where another was lost in a conversion; copy the text again from where it came"
            )),
            '\0' => Some(text!(
                "其中有空字符 U+0000（NUL），文件可能损坏或读错了编码；请重新填写",
                "it has the character U+0000 (NUL): the file is damaged or in another encoding; enter the text again"
            )),
            c if is_private(c) => Some(text!(
                "其中有私用区字符 U+{code:04X}，只在个别字体里有字形，也常是读错编码（如 Big5）的结果；请重新填写",
                "it has the private-use character U+{code:04X}, which means nothing outside of one font, and often comes from a wrong encoding (Big5, say); enter the text again"
            )),
            c if is_nobodys(c) => Some(text!(
                "其中有控制字符 U+{code:04X}；请删去后重新填写",
                "it has the control character U+{code:04X}; enter the text again without it"
            )),
            _ => None,
        }
    })
}

/// Whether each font may show something else in its place.
pub(super) const fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// Control characters that are no blanks, and code points that are no characters.
fn is_nobodys(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::unreadable;

    #[test]
    fn words_of_any_script_can_be_read() {
        for text in ["", "限时秒杀，第二期！", "a\tb\r\nc", "é ü", "👨\u{200d}👩", "\u{feff}活动\u{200b}", "￥９"]
        {
            assert_eq!(unreadable(text), None, "{text:?}");
        }
    }

    #[test]
    fn characters_that_mean_nothing_are_named() {
        for (text, said) in [
            ("缺\0货", "U+0000 (NUL)"),
            ("缺\u{fffd}", "U+FFFD"),
            ("\u{e05e}足", "private-use character U+E05E"),
            ("\u{f8ff}", "U+F8FF"),
            ("\u{100000}", "U+100000"),
            ("a\u{1b}[2J", "control character U+001B"),
            ("a\u{9b}", "U+009B"),
            ("\u{fdd0}", "U+FDD0"),
            ("\u{1ffff}", "U+1FFFF"),
        ] {
            assert!(unreadable(text).is_some_and(|why| why.en.contains(said)), "{text:?}");
        }
    }
}
