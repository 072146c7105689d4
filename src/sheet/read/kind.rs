//! What a file is, told by its content first and by its ending only where the content leaves it open.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use encoding_rs::{Encoding, UTF_8};

use super::encoding::unmarked_utf_16;
use super::file::SheetFile;
use crate::error::Result;
use crate::text;
use crate::text::Text;

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
    /// A web page.
    Html,
}

/// Tells what a file is, and leaves the file at its beginning.
///
/// # Errors
/// When it is none of them.
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
    let start = decoded(&head);
    match (other(&head, &start), markup(&start)) {
        (Some(what), _) | (None, Err(what)) => Err(file.other(&what)),
        (None, Ok(container)) => Ok(container),
    }
}

/// The beginning as text in lower case, without what comes before its first character.
fn decoded(head: &[u8]) -> String {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    let encoding = marked.or_else(|| unmarked_utf_16(head)).unwrap_or(UTF_8);
    let text = encoding.decode(head).0;
    text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase()
}

/// What a file is that is no sheet; `None` for what may be text.
fn other(head: &[u8], start: &str) -> Option<Text> {
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
    if is_mhtml(start) {
        return Some(text!("这是单个文件网页（MHTML，.mht）", "this is a web page in a single file (MHTML, .mht)"));
    }
    if is_json(start) {
        return Some(text!("这是 JSON 数据", "this is JSON"));
    }
    None
}

/// The elements with which a page with a table begins.
const PAGE: [&str; 21] = [
    "html", "head", "body", "title", "meta", "link", "base", "style", "script", "table", "caption", "thead", "tbody",
    "tr", "div", "center", "p", "font", "form", "h1", "br",
];

/// Which markup begins so, or that it is none.
///
/// # Errors
/// What it is, where no sheet is written in it.
fn markup(start: &str) -> std::result::Result<Container, Text> {
    if !start.starts_with('<') {
        return Ok(Container::Text);
    }
    let root = root(start);
    let is_page = root.is_some_and(|root| PAGE.contains(&root));
    if is_page || start.contains("<!doctype html") || root.is_none() && start.contains("<table") {
        return Ok(Container::Html);
    }
    if root.is_some_and(|root| root.rsplit(':').next() == Some("document")) && start.contains("opendocument") {
        return Err(text!("这是单文件的 OpenDocument（.fods）", "this is an OpenDocument in a single file (.fods)"));
    }
    Err(text!("这是 XML，里面不是表格", "this is XML, and no spreadsheet"))
}

/// The name of the first element, behind declarations and comments.
fn root(start: &str) -> Option<&str> {
    let mut rest = start;
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let end = match rest {
            comment if comment.starts_with("!--") => "-->",
            declaration if declaration.starts_with('?') => "?>",
            declaration if declaration.starts_with('!') => ">",
            element => {
                let end = element.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
                return Some(&element[..end]);
            }
        };
        rest = rest.split_once(end)?.1;
    }
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
    fn web_pages_are_known_by_how_they_begin() {
        for page in [
            &b"<html><table><tr><td>SPU</td></tr></table>"[..],
            b"\xef\xbb\xbf\r\n <TABLE border=1>",
            b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC \"x\">\n<html xmlns='x'>",
            b"<!-- a > b --><meta charset=utf-8>",
            b"\xff\xfe<\0t\0a\0b\0l\0e\0>\0",
        ] {
            assert_eq!(told("week.xls", page).expect("told"), Container::Html, "{page:?}");
        }
    }

    #[test]
    fn what_is_no_sheet_is_called_by_its_name() {
        for (name, content, words) in [
            ("week.pdf", &b"%PDF-1.7"[..], "PDF"),
            ("week.xls", b"<?xml version='1.0'?><!-- a --><rows><row/></rows>", "XML"),
            ("week.ods", b"<office:document xmlns:office='urn:oasis:names:tc:opendocument:x'>", ".fods"),
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
