//! From the bytes of a saved copy to text: UTF-8, UTF-16 (Notepad, PowerShell's `>`), or GBK.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::trouble::Trouble;

/// The text, without its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<String, Trouble> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = bare_utf16(bytes) {
        return decode(encoding, bytes);
    }
    decode(UTF_8, bytes).or_else(|_| decode(GB18030, bytes))
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Trouble> {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        // Chrome's cmd copy can part the two halves of a character; what is lost by it is found later.
        return Ok(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Trouble::NotText)?;
    Ok(text.into_owned())
}

/// A copy is mostly ASCII, so UTF-16 without a mark shows as a zero beside most of its letters.
fn bare_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    let is_most = |count: usize| count >= 2 && count * 2 > pairs;
    match (is_most(even), is_most(odd)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    const COPY: &str = "curl 'https://example.com/清仓'";

    fn utf16(units: impl Fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
        mark.iter().copied().chain(COPY.encode_utf16().flat_map(units)).collect()
    }

    #[test]
    fn every_way_of_saving_gives_the_same_text() {
        let gbk = encoding_rs::GBK.encode(COPY).0.into_owned();
        let saved = [
            COPY.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", COPY.as_bytes()].concat(),
            utf16(u16::to_le_bytes, b"\xff\xfe"),
            utf16(u16::to_be_bytes, b"\xfe\xff"),
            utf16(u16::to_le_bytes, b""),
            utf16(u16::to_be_bytes, b""),
            gbk,
        ];
        for bytes in saved {
            assert_eq!(text(&bytes).expect("text"), COPY);
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(text(b"\x89PNG\r\n\x1a\n\xff\xff\xff").is_err());
    }
}
