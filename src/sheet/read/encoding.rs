//! Which encoding a text file has: its mark, then strict UTF-8, then strict GB18030. UTF-8 comes
//! first because Chinese in UTF-8 can also be valid GB18030, and hardly ever the other way round.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use encoding_rs::{BIG5, DecoderResult, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::file::SheetFile;
use super::misread;
use crate::error::{Error, Result};
use crate::text;

/// How much is read at a time.
const CHUNK: usize = 64 << 10;
/// How much of the beginning is looked at.
const HEAD: u64 = 4096;
/// What ends a text file of DOS.
const CTRL_Z: u8 = 0x1a;

/// How much of the end is looked at for the padding of old programs.
const TAIL: u64 = 4096;
/// So many characters of three bytes and more are no accident: the text is UTF-8, whatever follows.
const SURELY_UTF_8: u64 = 10;

/// An encoding, and where the text begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) encoding: &'static Encoding,
    /// How many bytes the mark takes.
    pub(super) mark: u64,
    /// The end of the text: what comes after Ctrl-Z is padding of DOS programs and of what imitates them.
    pub(super) end: u64,
    /// Whether the text has characters that are rare in this encoding and common where another was read as it.
    pub(super) is_doubtful: bool,
}

/// What reading a file to its end as one encoding came to.
enum Tried {
    Valid {
        is_doubtful: bool,
    },
    Invalid {
        line: u64,
        /// Whether the file ends in the middle of a character.
        is_cut: bool,
        /// How many characters of three bytes and more were good before.
        wide: u64,
    },
}

/// Tells the encoding by reading the whole file once, a piece at a time. HTML and XML (`is_markup`) may name theirs.
pub(super) fn tell(file: &SheetFile, opened: &mut File, is_markup: bool) -> Result<Told> {
    let broken = |fault: io::Error| file.broken(fault);
    let mut head = Vec::new();
    opened.seek(SeekFrom::Start(0)).map_err(broken)?;
    opened.take(HEAD).read_to_end(&mut head).map_err(broken)?;
    let marked = Encoding::for_bom(&head);
    let known = marked.map(|(encoding, _)| encoding).or_else(|| unmarked_utf_16(&head));
    let declared = is_markup.then(|| declared(&head)).flatten();
    let candidates = match known {
        Some(encoding) => vec![encoding],
        None => [Some(UTF_8), declared, Some(GB18030)].into_iter().flatten().collect(),
    };
    let mark = marked.map_or(0, |(_, length)| length as u64);
    let mut furthest = 0;
    for encoding in candidates {
        let end = text_end(opened, encoding).map_err(broken)?;
        let told = Told { encoding, mark, end, is_doubtful: false };
        match attempt(opened, told).map_err(broken)? {
            Tried::Valid { is_doubtful } => return Ok(Told { is_doubtful, ..told }),
            Tried::Invalid { wide, is_cut, .. } if is_cut && (encoding != UTF_8 || wide > 0 || known.is_some()) => {
                return Err(file.cut_off_at(&text!("最后一个字只剩一半", "its last character is not whole")));
            }
            // GB18030 would make other words of it, as good as never the right ones.
            Tried::Invalid { line, wide, .. } if encoding == UTF_8 && wide >= SURELY_UTF_8 => {
                return Err(unknown(file, Some(encoding), line));
            }
            Tried::Invalid { line, .. } => furthest = furthest.max(line),
        }
    }
    Err(unknown(file, known, furthest))
}

/// The encoding that HTML or XML names at its beginning, as far as it is one for Chinese, Japanese or Korean: those
/// for Western letters make some words of any bytes, and are often named without a thought.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let named = ["charset=", "encoding="].iter().find_map(|word| head.split_once(word))?.1;
    let label = named.trim_start_matches([' ', '"', '\'']);
    let label = label.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    if encoding == GBK {
        return Some(GB18030);
    }
    [BIG5, SHIFT_JIS, EUC_JP, EUC_KR].into_iter().find(|known| *known == encoding)
}

/// The encoding of text whose every other byte is 0, as digits, commas and line ends are in UTF-16.
pub(super) fn unmarked_utf_16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let units = head.len() / 2;
    // A Chinese character has a zero in the other half only now and then (U+4E00).
    let is_most = |zeros: usize, others: usize| zeros >= 4 && zeros * 8 >= units && others * 8 <= zeros;
    match (is_most(odd, even), is_most(even, odd)) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// Where the text ends: before Ctrl-Z, with nothing but zeros and further ones after it.
fn text_end(opened: &mut File, encoding: &'static Encoding) -> io::Result<u64> {
    let size = opened.seek(SeekFrom::End(0))?;
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let mut tail = Vec::new();
    // An even place, as the units of UTF-16 have.
    let start = size.saturating_sub(TAIL) & !1;
    opened.seek(SeekFrom::Start(start))?;
    opened.take(TAIL + 2).read_to_end(&mut tail)?;
    let unit = if is_wide { 2 } else { 1 };
    let is_end = |unit: &[u8]| match unit {
        [byte] => *byte == CTRL_Z,
        [low, high] if encoding == UTF_16LE => (*low, *high) == (CTRL_Z, 0),
        [high, low] => (*low, *high) == (CTRL_Z, 0),
        _ => false,
    };
    let is_padding = |unit: &&[u8]| is_end(unit) || unit.iter().all(|byte| *byte == 0);
    let padding: Vec<&[u8]> = tail.chunks_exact(unit).rev().take_while(is_padding).collect();
    let length = padding.iter().rposition(|unit| is_end(unit)).map_or(0, |last| last + 1);
    Ok(size - (length * unit) as u64)
}

/// Reads the text to its end in an encoding.
fn attempt(opened: &mut File, told: Told) -> io::Result<Tried> {
    opened.seek(SeekFrom::Start(told.mark))?;
    let mut source = opened.take(told.end.saturating_sub(told.mark));
    let mut decoder = told.encoding.new_decoder_without_bom_handling();
    let (mut raw, mut text) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut line, mut wide) = (1, 0);
    let (mut is_doubtful, mut lead) = (false, None);
    loop {
        let read = source.read(&mut raw)?;
        let last = read == 0;
        let mut rest = &raw[..read];
        is_doubtful = is_doubtful || told.encoding == GB18030 && misread::has_rare(rest, &mut lead);
        loop {
            let (result, taken, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text, last);
            line += text[..written].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            wide += text[..written].iter().map(|byte| u64::from(*byte >= 0xe0)).sum::<u64>();
            rest = &rest[taken..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => (),
                DecoderResult::Malformed(..) => return Ok(Tried::Invalid { line, is_cut: last, wide }),
            }
        }
        if last {
            return Ok(Tried::Valid { is_doubtful });
        }
    }
}

fn unknown(file: &SheetFile, marked: Option<&'static Encoding>, line: u64) -> Error {
    let shown = file.shown();
    let tried = match marked {
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => "UTF-16",
        Some(_) => "UTF-8",
        None => "UTF-8 / GB18030",
    };
    Error::usage(text!(
        "{shown} 第 {line} 行附近不是有效的 {tried} 文字",
        "{shown} is not valid {tried} text near line {line}"
    ))
    .next(text!(
        "请用 Excel 打开，另存为 .xlsx 或 “CSV UTF-8” 再试",
        "open it in Excel and save it as .xlsx or as \"CSV UTF-8\""
    ))
}

#[cfg(test)]
mod tests {
    use super::{GB18030, SheetFile, tell};
    use std::fs::File;

    fn told(content: &[u8]) -> Result<&'static str, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("week.csv");
        std::fs::write(&path, content).expect("a file");
        let told = tell(&SheetFile::new(&path), &mut File::open(&path).expect("opens"), true);
        told.map(|told| told.encoding.name()).map_err(|error| error.to_string())
    }

    #[test]
    fn marks_come_first_then_utf_8_then_gb18030() {
        assert_eq!(told("SPU,活动".as_bytes()), Ok("UTF-8"));
        assert_eq!(told("\u{feff}SPU,活动".as_bytes()), Ok("UTF-8"));
        assert_eq!(told(&GB18030.encode("SPU,活动名称").0), Ok("gb18030"));
        assert_eq!(told(b"\xff\xfeS\0P\0"), Ok("UTF-16LE"));
        assert_eq!(told(b"\xfe\xff\0S\0P"), Ok("UTF-16BE"));
    }

    #[test]
    fn a_character_may_lie_across_the_pieces_that_are_read() {
        for pad in 0..4 {
            let long = format!("{}{}", "a".repeat(super::CHUNK - 4 + pad), "活动名称".repeat(9));
            assert_eq!(told(long.as_bytes()), Ok("UTF-8"));
            assert_eq!(told(&GB18030.encode(&long).0), Ok("gb18030"));
        }
    }

    #[test]
    fn utf_16_is_told_without_its_mark() {
        let text = "SPU,活动名称,理由\r\n4975750079,一二一,a\r\n";
        let bytes = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        assert_eq!(told(&bytes(u16::to_le_bytes)), Ok("UTF-16LE"));
        assert_eq!(told(&bytes(u16::to_be_bytes)), Ok("UTF-16BE"));
        assert_eq!(told(b"SPU,name\n1,a\0b\n"), Ok("UTF-8"));
    }

    #[test]
    fn ctrl_z_and_the_padding_after_it_end_the_text() {
        let end = |content: &[u8]| {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("week.csv");
            std::fs::write(&path, content).expect("a file");
            tell(&SheetFile::new(&path), &mut File::open(&path).expect("opens"), true).expect("told").end
        };
        assert_eq!(end(b"SPU\n1\x1a"), 5);
        assert_eq!(end(b"SPU\n1\x1a\x1a\0\0"), 5);
        assert_eq!(end(b"SPU\n1\0\0"), 7);
        assert_eq!(end(b"\xff\xfeS\0\n\0\x1a\0"), 6);
    }

    #[test]
    fn a_half_character_at_the_end_is_a_cut_off_file() {
        let text = "SPU,活动名称\n1,清仓";
        let cut = |bytes: &[u8]| told(&bytes[..bytes.len() - 1]).expect_err("cut off");
        assert!(cut(text.as_bytes()).contains("its end is missing"));
        assert!(cut(&GB18030.encode(text).0).contains("its end is missing"));
        let wide: Vec<u8> = "\u{feff}SPU".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(cut(&wide).contains("its end is missing"));
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_line() {
        assert!(told(b"SPU\n1\n\xff\xff\n").expect_err("no text").contains("UTF-8 / GB18030 text near line 3"));
        assert!(told(b"\xef\xbb\xbfSPU\n\xb5\n").expect_err("no text").contains("UTF-8 text near line 2"));
        let damaged = [&"活动名称\n".repeat(4).into_bytes()[..], b"\xb5\xb5\n"].concat();
        assert!(told(&damaged).expect_err("no GB18030").contains("UTF-8 text near line 5"));
        assert!(told(b"\xff\xfeS\0P\0\x00\xd8\n\0").expect_err("half a pair").contains("UTF-16"));
    }
}
