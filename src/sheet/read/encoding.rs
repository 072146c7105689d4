//! Which encoding a text file has: its mark, then strict UTF-8, then strict GB18030. UTF-8 comes
//! first because Chinese in UTF-8 can also be valid GB18030, and hardly ever the other way round.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::file::SheetFile;
use crate::error::{Error, Result};
use crate::text;

/// How much is read at a time.
const CHUNK: usize = 64 << 10;

/// An encoding, and how many bytes its mark takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) encoding: &'static Encoding,
    pub(super) mark: u64,
}

/// Tells the encoding by reading the whole file once, a piece at a time.
pub(super) fn tell(file: &SheetFile, opened: &mut File) -> Result<Told> {
    let mut head = Vec::new();
    opened
        .seek(SeekFrom::Start(0))
        .and_then(|_| opened.take(4).read_to_end(&mut head))
        .map_err(|fault| file.broken(fault))?;
    let marked = Encoding::for_bom(&head);
    let candidates = match marked {
        Some((encoding, _)) => vec![encoding],
        None => vec![UTF_8, GB18030],
    };
    let mark = marked.map_or(0, |(_, length)| length as u64);
    let mut furthest = 0;
    for encoding in candidates {
        match first_bad_line(opened, Told { encoding, mark }).map_err(|fault| file.broken(fault))? {
            None => return Ok(Told { encoding, mark }),
            Some(line) => furthest = furthest.max(line),
        }
    }
    Err(unknown(file, marked.map(|(encoding, _)| encoding), furthest))
}

/// The line with the first bytes that are no text in this encoding; `None` when all of it is.
fn first_bad_line(opened: &mut File, told: Told) -> io::Result<Option<u64>> {
    opened.seek(SeekFrom::Start(told.mark))?;
    let mut decoder = told.encoding.new_decoder_without_bom_handling();
    let (mut raw, mut text) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut line = 1;
    loop {
        let read = opened.read(&mut raw)?;
        let last = read == 0;
        let mut rest = &raw[..read];
        loop {
            let (result, taken, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text, last);
            line += text[..written].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            rest = &rest[taken..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => (),
                DecoderResult::Malformed(..) => return Ok(Some(line)),
            }
        }
        if last {
            return Ok(None);
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
        "请用 Excel 打开,另存为 .xlsx 或 \"CSV UTF-8\" 再试",
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
        let told = tell(&SheetFile::new(&path), &mut File::open(&path).expect("opens"));
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
    fn bytes_that_are_no_text_are_told_with_their_line() {
        assert!(told(b"SPU\n1\n\xff\xff\n").expect_err("no text").contains("UTF-8 / GB18030 text near line 3"));
        assert!(told(b"\xef\xbb\xbfSPU\n\xb5").expect_err("no text").contains("UTF-8 text near line 2"));
        assert!(told(b"\xff\xfeS\0P\0\x00\xd8").expect_err("half a pair").contains("UTF-16"));
    }
}
