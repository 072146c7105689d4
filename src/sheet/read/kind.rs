//! What a file is, told by its content first and by its ending only where the content leaves it open.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use super::file::SheetFile;
use crate::error::{Error, Result};
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
    match other(&head) {
        Some(what) => Err(file.other(&what)),
        None if is_spreadsheet_ending(file) => Err(wrong_ending(file)),
        None => Ok(Container::Text),
    }
}

/// A file of a workbook's name that holds text is read as text when it looks like a table, as many
/// back offices write it: only `.xls` is used for that.
fn is_spreadsheet_ending(file: &SheetFile) -> bool {
    matches!(file.ending().as_str(), "xlsx" | "xlsm" | "xlsb" | "ods")
}

fn wrong_ending(file: &SheetFile) -> Error {
    let ending = file.ending();
    file.other(&text!(
        "名字是 .{ending},内容却不是工作簿(可能下载不完整,或只改了后缀)",
        "it is named .{ending} but holds no workbook (an incomplete download, or a changed name)"
    ))
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
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if !wide && head.contains(&0) {
        return Some(text!("内容是无法识别的二进制数据", "it holds binary data of an unknown kind"));
    }
    let start = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with('<') {
        return Some(if start.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            text!("这是旧的 XML 表格", "this is an old XML spreadsheet")
        } else {
            text!("这是网页(HTML)或 XML,只是名字像表格", "this is a web page (HTML) or XML under a sheet's name")
        });
    }
    None
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
        assert_eq!(told("week", b"\xff\xfeS\0P\0U\0").expect("told"), Container::Text);
    }

    #[test]
    fn what_is_no_sheet_is_called_by_its_name() {
        let page = b"<html><table><tr><td>SPU</td></tr></table>";
        for (name, content, words) in [
            ("week.xls", &page[..], "web page"),
            ("week.pdf", b"%PDF-1.7", "PDF"),
            ("week.csv", b"SPU\0\0\0\x01", "binary"),
            ("week.xlsx", b"SPU,name", "holds no workbook"),
            ("week.csv", b"Rar!\x1a\x07", "unpack"),
        ] {
            let error = told(name, content).expect_err("no sheet");
            assert!(error.what.en.contains(words) && error.next.is_some(), "{error}");
        }
    }
}
