//! What a file is, told by its content first and by its ending only where the content leaves it open.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use super::encoding::unmarked_utf_16;
use super::file::SheetFile;
use crate::error::Result;
use crate::text;

/// How much of a file's beginning is looked at.
const HEAD: u64 = 4096;

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// A zip archive: `.xlsx`, `.xlsb`, `.ods`, or none of them.
    Zip,
    /// A compound file: `.xls`, or a workbook with a password.
    Compound,
    /// Text: `.csv`, `.tsv`.
    Text,
}

/// Tells what a file is, and leaves the file at its beginning.
///
/// # Errors
/// When it is none of the three.
pub(super) fn container(file: &SheetFile, opened: &mut File) -> Result<Container> {
    let mut head = Vec::new();
    let read = opened.by_ref().take(HEAD).read_to_end(&mut head).and_then(|_| opened.seek(SeekFrom::Start(0)));
    read.map_err(|fault| file.broken(fault))?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Container::Zip);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Container::Compound);
    }
    other(&head).map_or(Ok(Container::Text), |what| Err(file.other(&what)))
}

/// What a file is that is no sheet; `None` for what may be text.
fn other(head: &[u8]) -> Option<crate::text::Text> {
    if head.starts_with(b"%PDF") {
        return Some(text!("这是 PDF", "this is a PDF"));
    }
    if [&b"Rar!"[..], b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd"]
        .iter()
        .any(|magic| head.starts_with(magic))
    {
        return Some(text!("这是压缩包,请先解压", "this is a compressed archive; unpack it first"));
    }
    if [&b"\x89PNG"[..], b"\xff\xd8\xff", b"GIF8"].iter().any(|magic| head.starts_with(magic)) {
        return Some(text!("这是图片", "this is a picture"));
    }
    if head.starts_with(b"{\\rtf") {
        return Some(text!("这是 RTF 文档", "this is an RTF document"));
    }
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || unmarked_utf_16(head).is_some();
    if !is_wide && is_binary(head) {
        return Some(text!("内容是无法识别的二进制数据", "it holds binary data of an unknown kind"));
    }
    let start = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if is_mhtml(&start) {
        return Some(text!("这是单个文件网页（MHTML，.mht）", "this is a web page in a single file (MHTML, .mht)"));
    }
    if is_json(&start) {
        return Some(text!("这是 JSON 数据", "this is JSON"));
    }
    if start.starts_with('<') {
        return Some(if start.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            text!("这是旧的 XML 表格", "this is an old XML spreadsheet")
        } else {
            text!("这是网页(HTML)或 XML,只是名字像表格", "this is a web page (HTML) or XML under a sheet's name")
        });
    }
    None
}

/// Whether bytes that are no text are more than an accident in it.
fn is_binary(head: &[u8]) -> bool {
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | 0x1a | 0x1b);
    head.iter().filter(is_control).count() * 10 > head.len()
}

fn is_mhtml(start: &str) -> bool {
    let is_header =
        start.starts_with("mime-version:") || start.starts_with("from:") || start.starts_with("content-type:");
    is_header && (start.contains("multipart/related") || start.contains("boundary="))
}

/// Whether it begins as JSON does: an object's first key, or a list of one of them.
fn is_json(start: &str) -> bool {
    let inside = start.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
    let Some(object) = inside.strip_prefix('{') else {
        return false;
    };
    let object = object.trim_start();
    object.starts_with('}')
        || object
            .strip_prefix('"')
            .and_then(|key| key.split_once('"'))
            .is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::{Container, SheetFile, container};
    use crate::error::Result;
    use std::fs::File;

    fn told(name: &str, content: &[u8]) -> Result<Container> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        container(&SheetFile::new(&path), &mut File::open(&path).expect("opens"))
    }

    #[test]
    fn content_comes_before_the_ending() {
        assert_eq!(told("week.csv", b"PK\x03\x04...").expect("told"), Container::Zip);
        assert_eq!(told("week.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").expect("told"), Container::Compound);
        assert_eq!(told("week.xls", "SPU\t活动名称\n".as_bytes()).expect("told"), Container::Text);
        assert_eq!(told("week.xlsx", b"SPU,name").expect("told"), Container::Text);
        assert_eq!(told("week", b"S\0P\0U\0,\0n\0").expect("told"), Container::Text);
        assert_eq!(told("week.csv", b"SPU,name\n4975750079,a\0\n").expect("told"), Container::Text);
        assert_eq!(told("week", b"\xff\xfeS\0P\0U\0").expect("told"), Container::Text);
    }

    #[test]
    fn what_is_no_sheet_is_called_by_its_name() {
        let page = b"<html><table><tr><td>SPU</td></tr></table>";
        for (name, content, words) in [
            ("week.xls", &page[..], "web page"),
            ("week.pdf", b"%PDF-1.7", "PDF"),
            ("week.csv", b"SPU\0\0\0\x01", "binary"),
            ("week.json", b"[\n  {\"spu\": 1}]", "JSON"),
            ("week.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "MHTML"),
            ("week.doc", b"{\\rtf1\\ansi", "RTF"),
            ("week.csv", b"Rar!\x1a\x07", "unpack"),
        ] {
            let error = told(name, content).expect_err("no sheet");
            assert!(error.what.en.contains(words) && error.next.is_some(), "{error}");
        }
    }
}
