//! A look through a zip archive before a workbook library sees it: which format it is, whether what
//! it declares is within bounds, and whether it unpacks to just that.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::binary_records::{Unreadable, Walk};
use super::file::SheetFile;
use super::merged::Range;
use super::package::Package;
use super::utf8::Utf8;
use super::xlsx::MergedScan;
use crate::error::{Error, Result};
use crate::sheet::Bounds;
use crate::text;

/// The longest stretch of XML without a tag. Excel's longest cell, every character of it written as
/// a reference, is a tenth of this.
const LONGEST_TEXT: u64 = 4 << 20;
/// How much is unpacked at a time.
const CHUNK: usize = 64 << 10;

/// A workbook format that lives in a zip archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Office Open XML.
    Xlsx,
    /// Its binary sister.
    Xlsb,
    /// `OpenDocument`.
    Ods,
}

/// Tells the format and makes sure that the archive is what it says and stays within bounds, so that
/// whoever reads it afterwards meets no surprise. Everything is unpacked once, and nothing but the merged ranges is
/// kept. A worksheet that cannot be unpacked is a fault only for whoever reads it.
pub(super) fn inspect(file: &SheetFile, opened: File, bounds: &Bounds) -> Result<(Format, Package)> {
    let mut archive = ZipArchive::new(BufReader::new(opened)).map_err(|fault| no_archive(file, &fault))?;
    let paths: Vec<String> = archive.file_names_raw().map(plain_path).collect();
    let format = format(file, &paths)?;
    check_declared(file, &mut archive, &paths, bounds)?;
    let (mut faults, mut merged) = (HashMap::new(), HashMap::new());
    for (index, path) in paths.iter().enumerate() {
        match check_entry(file, &mut archive, index, path) {
            Ok(ranges) if ranges.is_empty() => (),
            Ok(ranges) => drop(merged.insert(index, ranges)),
            Err(fault) if path.contains("worksheets/") => drop(faults.insert(index, fault)),
            Err(fault) => return Err(fault),
        }
        if path.ends_with("sharedstrings.xml") {
            check_string_count(file, &mut archive, index, bounds)?;
        }
    }
    Ok((format, Package { archive, paths, faults, merged }))
}

/// The list of what is in an archive stands at its end.
fn no_archive(file: &SheetFile, fault: &ZipError) -> Error {
    match fault {
        ZipError::InvalidArchive(_) => file.cut_off(),
        fault => file.broken(fault),
    }
}

/// An entry's name as the workbook library compares it.
fn plain_path(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).replace('\\', "/").to_lowercase()
}

fn format(file: &SheetFile, names: &[String]) -> Result<Format> {
    let has = |name: &str| names.iter().any(|known| known == name);
    let under = |folder: &str| names.iter().any(|known| known.starts_with(folder));
    if has("xl/workbook.bin") {
        return Ok(Format::Xlsb);
    }
    if has("mimetype") && has("content.xml") {
        return Ok(Format::Ods);
    }
    let what = if under("word/") {
        text!("这是 Word 文档", "this is a Word document")
    } else if under("ppt/") {
        text!("这是 PowerPoint 文档", "this is a PowerPoint document")
    } else if has("[content_types].xml") || has("_rels/.rels") {
        return Ok(Format::Xlsx);
    } else if under("index/") {
        text!("这是 Apple Numbers 文档,请导出为 .xlsx", "this is an Apple Numbers document; export it as .xlsx")
    } else if let Some(sheet) = names.iter().find(|name| is_sheet(name)) {
        let sheet = crate::plain::quoted(sheet);
        text!("这是压缩包,请先解压出里面的 {sheet}", "this is a zip archive; unpack {sheet} from it first")
    } else {
        text!("这是压缩包,里面没有工作簿", "this is a zip archive without a workbook in it")
    };
    Err(file.other(&what))
}

fn is_sheet(name: &str) -> bool {
    [".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".tsv"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a part is read as a stream; what is not has to be held in memory.
fn is_streamed(name: &str) -> bool {
    name == "content.xml" || name.contains("worksheets/") || name.contains("media/") || name.contains("pictures/")
}

/// Holds the sizes that the archive declares against the bounds, before anything is unpacked.
fn check_declared<R: Read + std::io::Seek>(
    file: &SheetFile,
    archive: &mut ZipArchive<R>,
    names: &[String],
    bounds: &Bounds,
) -> Result<()> {
    let mut total = 0_u64;
    for (index, name) in names.iter().enumerate() {
        let entry = archive.by_index_data(index).map_err(|fault| file.broken(fault))?;
        let size = entry.size();
        total = total.saturating_add(size);
        if !is_streamed(name) && size > bounds.held_bytes() {
            let limit = bounds.held_bytes() >> 20;
            let name = crate::plain::quoted(name);
            return Err(file.too_big(&text!(
                "其中的 {name} 解压后超过 {limit} MiB",
                "its part {name} unpacks to more than {limit} MiB"
            )));
        }
    }
    if total > bounds.decompressed_bytes {
        let limit = bounds.decompressed_bytes >> 20;
        return Err(file.too_big(&text!("解压后超过 {limit} MiB", "it unpacks to more than {limit} MiB")));
    }
    Ok(())
}

/// Unpacks one part to its end and lets go of it: its checksum is right, it is as long as it says
/// (the archive library sees to both), and nothing in it is longer than a cell can be. The workbook
/// library stops reading before the checksum, so a flipped bit could be another product's id.
fn check_entry<R: Read + std::io::Seek>(
    file: &SheetFile,
    archive: &mut ZipArchive<R>,
    index: usize,
    path: &str,
) -> Result<Vec<Range>> {
    let mut entry = archive.by_index(index).map_err(|fault| unreadable(file, &fault))?;
    let mut watch = Watch::over(path);
    let mut chunk = vec![0; CHUNK];
    let mut utf8;
    let part: &mut dyn Read = match watch {
        Watch::Xml(..) => {
            utf8 = Utf8::new(&mut entry);
            &mut utf8
        }
        Watch::Records(_) | Watch::Nothing => &mut entry,
    };
    loop {
        let read = part.read(&mut chunk).map_err(|fault| file.broken(fault))?;
        if read == 0 {
            return watch.ranges(file);
        }
        watch.take(file, &chunk[..read])?;
    }
}

/// What a part is watched for while it is unpacked.
enum Watch {
    /// XML: how long it has been since the last tag, and a worksheet's merged ranges.
    Xml(u64, Option<MergedScan>),
    /// A binary worksheet.
    Records(Walk),
    /// Pictures, macros and the like, which nobody reads.
    Nothing,
}

impl Watch {
    fn over(path: &str) -> Self {
        match path.strip_suffix(".bin") {
            Some(part) if part.contains("worksheets/") => Self::Records(Walk::default()),
            Some(_) => Self::Nothing,
            None if path.contains("media/") || path.contains("pictures/") => Self::Nothing,
            None => Self::Xml(0, path.contains("worksheets/").then(MergedScan::default)),
        }
    }

    fn take(&mut self, file: &SheetFile, piece: &[u8]) -> Result<()> {
        let large = || file.too_big(&text!("有一个单元格超过 4 MiB", "one cell of it is larger than 4 MiB"));
        match self {
            Self::Nothing => Ok(()),
            Self::Records(walk) => walk.take(piece).map_err(|unreadable| match unreadable {
                Unreadable::LongRecord => large(),
                Unreadable::ShortCells => file.broken("short cell records, which Excel itself does not write"),
            }),
            Self::Xml(stretch, merged) => {
                *stretch += memchr::memchr(b'<', piece).unwrap_or(piece.len()) as u64;
                if *stretch > LONGEST_TEXT {
                    return Err(large());
                }
                if let Some(last) = memchr::memrchr(b'<', piece) {
                    *stretch = (piece.len() - last) as u64;
                }
                merged.as_mut().map_or(Ok(()), |merged| merged.take(file, piece))
            }
        }
    }

    fn ranges(&self, file: &SheetFile) -> Result<Vec<Range>> {
        match self {
            Self::Xml(_, Some(merged)) => merged.ranges(file),
            _ => Ok(Vec::new()),
        }
    }
}

/// The library makes room for as many strings as the part announces, whether or not they follow.
fn check_string_count<R: Read + std::io::Seek>(
    file: &SheetFile,
    archive: &mut ZipArchive<R>,
    index: usize,
    bounds: &Bounds,
) -> Result<()> {
    let entry = archive.by_index(index).map_err(|fault| unreadable(file, &fault))?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(Utf8::new(entry)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))?;
        let (Event::Start(tag) | Event::Empty(tag)) = event else {
            if matches!(event, Event::Eof) {
                return Ok(());
            }
            continue;
        };
        if tag.local_name().as_ref() != "sst" {
            continue;
        }
        let announced = super::ods_styles::attribute(&tag, "uniqueCount").trim().parse::<u128>();
        if announced.is_ok_and(|count| count > u128::from(bounds.cells)) {
            let limit = bounds.cells;
            return Err(file.too_big(&text!("文本超过 {limit} 条", "it announces more than {limit} texts")));
        }
        return Ok(());
    }
}

pub(super) fn unreadable(file: &SheetFile, fault: &ZipError) -> Error {
    match fault {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => file.encrypted(),
        fault => file.broken(fault),
    }
}
