//! Text of another encoding that was read as GB18030. Nearly any bytes of Big5 or Shift-JIS are valid there as
//! well, but what comes out is characters that nobody uses.

use encoding_rs::{BIG5, Encoding, GB18030, SHIFT_JIS};

/// An encoding's name, itself, and whether two bytes are one of its common characters.
type Candidate = (&'static str, &'static Encoding, fn(u8, u8) -> bool);

/// The encoding that a cell makes sense in, and what it says there, where it makes none in GB18030.
pub(super) fn other_encoding(cell: &str) -> Option<(&'static str, String)> {
    if cell.is_ascii() {
        return None;
    }
    let (bytes, _, was_lossy) = GB18030.encode(cell);
    if was_lossy {
        return None;
    }
    let (common, all) = count(&bytes, is_common_gb);
    if common * 2 >= all {
        return None;
    }
    let candidates: [Candidate; 2] = [("Big5", BIG5, is_common_big5), ("Shift-JIS", SHIFT_JIS, is_common_sjis)];
    candidates.into_iter().find_map(|(name, encoding, is_common)| {
        let (common, all) = count(&bytes, is_common);
        if all < 2 || common < all {
            return None;
        }
        let meant = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
        Some((name, meant.into_owned()))
    })
}

/// Whether a piece of GB18030 has characters outside of GB2312, as other encodings read as it always do.
/// `lead` is the first byte of a character whose second one is in the next piece.
pub(super) fn has_rare(piece: &[u8], lead: &mut Option<u8>) -> bool {
    piece.iter().any(|byte| match lead.take() {
        None => {
            *lead = Some(*byte).filter(|byte| !byte.is_ascii());
            false
        }
        Some(first) => !is_gb2312(first, *byte),
    })
}

/// How many of the characters of two bytes are common, and how many characters there are.
fn count(bytes: &[u8], is_common: fn(u8, u8) -> bool) -> (usize, usize) {
    let (mut common, mut all, mut at) = (0, 0, 0);
    while let Some(first) = bytes.get(at) {
        at += 1;
        if first.is_ascii() {
            continue;
        }
        all += 1;
        if let Some(second) = bytes.get(at) {
            common += usize::from(is_common(*first, *second));
            at += 1;
        }
    }
    (common, all)
}

const fn is_gb2312(first: u8, second: u8) -> bool {
    matches!(first, 0xa1..=0xa9 | 0xb0..=0xf7) && second >= 0xa1
}

/// Punctuation, kana, and the 3755 characters of GB2312's first level.
const fn is_common_gb(first: u8, second: u8) -> bool {
    matches!(first, 0xa1..=0xa5 | 0xb0..=0xd7) && second >= 0xa1
}

/// Punctuation, and the 5401 characters of Big5's first level.
const fn is_common_big5(first: u8, second: u8) -> bool {
    matches!(first, 0xa1..=0xc6) && matches!(second, 0x40..=0x7e | 0xa1..=0xfe)
}

/// Punctuation, kana, and the 2965 characters of JIS X 0208's first level.
const fn is_common_sjis(first: u8, second: u8) -> bool {
    matches!(first, 0x81..=0x83 | 0x88..=0x98) && matches!(second, 0x40..=0x7e | 0x80..=0xfc)
}

#[cfg(test)]
mod tests {
    use super::{has_rare, other_encoding};
    use encoding_rs::{BIG5, Encoding, GB18030, SHIFT_JIS};

    fn told(text: &str, encoding: &'static Encoding) -> Option<(&'static str, String)> {
        other_encoding(&GB18030.decode_without_bom_handling(&encoding.encode(text).0).0)
    }

    #[test]
    fn words_of_other_encodings_are_seen() {
        for words in ["庫存不足", "限時秒殺", "商品已下架，請退出", "庫存 13\" 不足"] {
            assert_eq!(told(words, BIG5), Some(("Big5", words.to_owned())));
        }
        for words in ["在庫不足", "セール終了", "タイムセール", "値下げのため"] {
            assert_eq!(told(words, SHIFT_JIS), Some(("Shift-JIS", words.to_owned())));
        }
    }

    #[test]
    fn chinese_of_gb18030_is_itself() {
        for words in [
            "限时秒杀",
            "库存不足，请退出！",
            "庫存不足",
            "張瑄",
            "優惠券已過期",
            "機會難得 數量有限",
            "朱镕基",
            "囧",
            "é",
            "買一送一、門店換貨",
            "雙十一購物節",
            "セール",
            "📢清仓",
            "SPU",
        ] {
            assert_eq!(told(words, GB18030), None, "{words}");
        }
    }

    #[test]
    fn rare_characters_are_seen_across_pieces() {
        let rare = |text: &str| {
            let bytes = GB18030.encode(text).0.into_owned();
            let mut lead = None;
            bytes.chunks(1).any(|piece| has_rare(piece, &mut lead))
        };
        assert!(rare("活动瑄") && rare("a庫") && !rare("活动名称，SPU９"));
    }
}
