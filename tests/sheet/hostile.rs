//! Sheets that are damaged, or made to do harm: a clear error in bounded time and memory, never a panic.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use rust_xlsxwriter::Workbook;
use unpromo::error::{Error, Result};
use unpromo::sheet::{Bounds, Checked, ReadOptions};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::support::{ACTIVITY, Folder, fixture, good, read_with, refused};

/// Longer than any sheet here takes, even on a slow machine in a debug build.
const PATIENCE: Duration = Duration::from_secs(60);

const FIXTURES: [&str; 4] = ["week.xlsx", "week.xls", "week.ods", "week.xlsb"];

/// Reads a sheet in a thread of its own, so that one that never ends fails the test.
fn read_in_time(path: &Path, bounds: Bounds) -> Result<Vec<Checked>> {
    let (done, result) = mpsc::channel();
    let path = path.to_owned();
    let worker = std::thread::spawn(move || {
        let read = read_with(&path, &ReadOptions { bounds, ..ReadOptions::new(&ACTIVITY) });
        done.send(read).is_ok()
    });
    match result.recv_timeout(PATIENCE) {
        Ok(read) => read,
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("reading panicked: {:?}", worker.join()),
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("reading does not end"),
    }
}

fn refused_within(path: &Path, bounds: Bounds) -> Error {
    let error = read_in_time(path, bounds).expect_err("refused");
    assert!(error.next.is_some() && error.kind.exit_code() == 2, "{error}");
    error
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// The parts of a workbook.
fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).expect("opens")).expect("an archive");
    let count = archive.len();
    let read = |at| {
        let mut entry = archive.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("unpacks");
        (entry.name().expect("a name").into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

/// A workbook of these parts, whose checksums are right whatever they hold.
fn pack(path: &Path, parts: &[(String, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    for (name, bytes) in parts {
        let method = if bytes.len() > 1 << 16 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        archive.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).expect("a part");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("finished");
}

/// A workbook like the fixture, with one part replaced.
fn with_part(folder: &Folder, from: &str, part: &str, bytes: &[u8]) -> PathBuf {
    let mut parts = parts(&fixture(from));
    parts.iter_mut().find(|(name, _)| name == part).expect("the part").1 = bytes.to_vec();
    let path = folder.path(from);
    pack(&path, &parts);
    path
}

fn worksheet(rows: &str) -> Vec<u8> {
    let head = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    let headings = "<row r=\"1\">\
        <c r=\"A1\" t=\"inlineStr\"><is><t>SPU</t></is></c>\
        <c r=\"B1\" t=\"inlineStr\"><is><t>活动名称</t></is></c>\
        <c r=\"C1\" t=\"inlineStr\"><is><t>理由</t></is></c></row>";
    format!("{head}{headings}{rows}</sheetData></worksheet>").into_bytes()
}

#[test]
fn a_file_that_was_cut_short_is_refused_or_read_whole() {
    let folder = Folder::new();
    for name in FIXTURES {
        let whole = std::fs::read(fixture(name)).expect("the fixture");
        let rows = good(&fixture(name));
        for cut in 0..40 {
            let path = folder.file(name, &whole[..whole.len() * cut / 40]);
            match read_in_time(&path, Bounds::default()) {
                Err(error) => assert!(error.next.is_some() && error.kind.exit_code() == 2, "{error}"),
                // The end of an .xls holds nothing of the rows.
                Ok(read) => {
                    assert!(name == "week.xls" && cut > 30, "{name} cut at {cut}/40");
                    assert_eq!(read.iter().map(|row| row.row().clone()).collect::<Vec<_>>(), rows);
                }
            }
        }
    }
}

#[test]
fn flipped_bits_never_panic_and_never_hang() {
    let folder = Folder::new();
    let mut dice = Dice(7);
    for name in FIXTURES {
        let whole = std::fs::read(fixture(name)).expect("the fixture");
        for _ in 0..150 {
            let mut bytes = whole.clone();
            for _ in 0..=dice.below(4) {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            let _ = read_in_time(&folder.file(name, &bytes), Bounds::default());
        }
    }
}

#[test]
fn damage_under_a_right_checksum_never_panics_and_never_hangs() {
    let folder = Folder::new();
    let mut dice = Dice(11);
    for name in ["week.xlsx", "week.ods", "week.xlsb"] {
        let whole = parts(&fixture(name));
        for _ in 0..250 {
            let mut damaged = whole.clone();
            let at = dice.below(damaged.len());
            let bytes = &mut damaged[at].1;
            match dice.below(3) {
                0 => bytes.truncate(dice.below(bytes.len() + 1)),
                1 if !bytes.is_empty() => {
                    let at = dice.below(bytes.len());
                    bytes[at] ^= 1 << dice.below(8);
                }
                _ => {
                    let from = dice.below(bytes.len() + 1);
                    let to = from + dice.below(bytes.len() - from + 1);
                    bytes.drain(from..to);
                }
            }
            let path = folder.path(name);
            pack(&path, &damaged);
            let _ = read_in_time(&path, Bounds::default());
        }
    }
}

#[test]
fn one_flipped_digit_is_seen_by_its_checksum() {
    let folder = Folder::new();
    let path = folder.path("week.xlsx");
    pack(&path, &parts(&fixture("week.xlsx")));
    assert_eq!(good(&path), good(&fixture("week.xlsx")));
    let mut bytes = std::fs::read(&path).expect("the file");
    let id = b"<v>4975750079</v>";
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(id)).expect("an id, stored as it is");
    bytes[at + 5] ^= 1;
    let error = refused_within(&folder.file("week.xlsx", &bytes), Bounds::default());
    assert!(error.what.en.contains("damaged"), "{error}");
}

#[test]
fn a_cut_worksheet_under_a_right_checksum_is_refused() {
    let folder = Folder::new();
    for (name, part) in [
        ("week.xlsx", "xl/worksheets/sheet1.xml"),
        ("week.ods", "content.xml"),
        ("week.xlsb", "xl/worksheets/sheet1.bin"),
    ] {
        let (_, bytes) = parts(&fixture(name)).into_iter().find(|(known, _)| known == part).expect("the part");
        let half = with_part(&folder, name, part, &bytes[..bytes.len() / 2]);
        let _ = refused_within(&half, Bounds::default());
    }
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_read() {
    let folder = Folder::new();
    let bomb = with_part(&folder, "week.xlsx", "xl/worksheets/sheet1.xml", &worksheet(&" ".repeat(9 << 20)));
    assert!(std::fs::metadata(&bomb).expect("a file").len() < 100_000);
    let bounds = Bounds { decompressed_bytes: 8 << 20, ..Bounds::default() };
    let error = refused_within(&bomb, bounds);
    assert!(error.what.en.contains("unpacks to more than 8 MiB"), "{error}");
    let error = refused_within(&bomb, Bounds::default());
    assert!(error.what.en.contains("one cell of it is larger than 4 MiB"), "{error}");
}

#[test]
fn a_zip_that_lies_about_its_size_is_refused() {
    let folder = Folder::new();
    let bomb = with_part(&folder, "week.xlsx", "xl/worksheets/sheet1.xml", &worksheet(&"<row></row>".repeat(1 << 18)));
    let mut bytes = std::fs::read(&bomb).expect("the file");
    let true_size = u32::try_from(worksheet(&"<row></row>".repeat(1 << 18)).len()).expect("short").to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(&true_size)).collect();
    assert_eq!(places.len(), 2, "the local and the central header");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let error = refused_within(&folder.file("liar.xlsx", &bytes), Bounds::default());
    assert!(error.what.en.contains("larger than its declared uncompressed size"), "{error}");
}

#[test]
fn one_far_cell_costs_nothing_where_cells_are_streamed() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    worksheet.write_row(0, 0, ["SPU", "活动名称", "理由"]).expect("headings");
    worksheet.write_row(1, 0, ["4975750079", "*", "a"]).expect("a row");
    worksheet.write_string(1_048_575, 16_383, "far").expect("a far cell");
    let path = folder.path("far.xlsx");
    workbook.save(&path).expect("saved");
    let rows = read_in_time(&path, Bounds::default()).expect("read");
    assert_eq!(rows.iter().map(|row| row.row().number).collect::<Vec<_>>(), [2, 1_048_576]);
}

#[test]
fn one_far_cell_is_refused_where_the_whole_would_be_loaded() {
    let error = refused(&fixture("far.xls"));
    assert!(error.what.en.contains("one cell is far away"), "{error}");
}

#[test]
fn repeated_rows_and_cells_of_an_ods_are_counted_before_they_are_made() {
    let folder = Folder::new();
    let text = |attributes: &str, words: &str| {
        format!(
            "<table:table-cell {attributes} office:value-type=\"string\"><text:p>{words}</text:p></table:table-cell>"
        )
    };
    let content = |rows: &str| {
        let headings = [text("", "SPU"), text("", "活动名称"), text("", "理由")].concat();
        format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"S\">\
             <table:table-row>{headings}</table:table-row>{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        )
    };
    let vast = text("table:number-columns-repeated=\"16384\"", "x");
    let rows = format!("<table:table-row table:number-rows-repeated=\"1048575\">{vast}</table:table-row>");
    let error =
        refused_within(&with_part(&folder, "week.ods", "content.xml", content(&rows).as_bytes()), Bounds::default());
    assert!(error.what.en.contains("more than 20000000 cells"), "{error}");

    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>\
                  <text:s text:c=\"99999999999\"/></text:p></table:table-cell></table:table-row>";
    let path = with_part(&folder, "week.ods", "content.xml", content(spaces).as_bytes());
    assert!(read_in_time(&path, Bounds::default()).is_ok_and(|rows| rows.is_empty()), "blanks are blank");

    let few = [text("", "7"), text("", "*"), text("", "a")].concat();
    let rows = format!(
        "<table:table-row table:number-rows-repeated=\"3\">{few}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell/></table:table-row>\
         <table:table-row>{few}</table:table-row>"
    );
    let rows = good(&with_part(&folder, "week.ods", "content.xml", content(&rows).as_bytes()));
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3, 4, 1_048_005]);
}

#[test]
fn many_shared_strings_are_read_and_too_many_announced_are_refused() {
    let folder = Folder::new();
    let part = "xl/sharedStrings.xml";
    let strings = |announced: &str| format!("<sst uniqueCount=\"{announced}\"><si><t>1</t></si></sst>").into_bytes();
    let (_, original) = parts(&fixture("week.xlsx")).into_iter().find(|(name, _)| name == part).expect("the part");
    let original = String::from_utf8(original).expect("text");
    let padded = original.replace("</sst>", &format!("{}</sst>", "<si><t>padding</t></si>".repeat(300_000)));
    let path = with_part(&folder, "week.xlsx", part, padded.as_bytes());
    assert_eq!(read_in_time(&path, Bounds::default()).expect("read").len(), 4);

    for announced in ["99999999999999", "18446744073709551615"] {
        let path = with_part(&folder, "week.xlsx", part, &strings(announced));
        let error = refused_within(&path, Bounds::default());
        assert!(error.what.en.contains("announces more than"), "{error}");
    }
}

#[test]
fn more_cells_than_the_bound_are_refused() {
    let folder = Folder::new();
    let bounds = Bounds { cells: 100, ..Bounds::default() };
    let csv = format!("SPU,活动名称,理由\n{}", "1,*,a\n".repeat(40));
    let path = folder.file("week.csv", csv.as_bytes());
    assert!(refused_within(&path, bounds).what.en.contains("more than 100 cells"));
    let rows: Vec<&[&str]> =
        std::iter::once(&["SPU", "活动名称", "理由"][..]).chain([&["1", "*", "a"][..]; 40]).collect();
    let path = folder.workbook("week.xlsx", &[("S", &rows)]);
    assert!(refused_within(&path, bounds).what.en.contains("more than 100 cells"));
}

#[test]
fn passwords_are_named_as_what_they_are() {
    let error = refused(&fixture("encrypted.xlsx"));
    assert!(error.what.en.contains("protected by a password"), "{error}");
    let folder = Folder::new();
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let error = refused(&with_part(&folder, "week.ods", "META-INF/manifest.xml", manifest));
    assert!(error.what.en.contains("protected by a password"), "{error}");
}

#[test]
fn a_quote_that_never_closes_swallows_nothing() {
    let folder = Folder::new();
    let path = folder.file("week.csv", "SPU,活动名称,理由\n1,\"*,a\n2,*,b\n3,*,c\n".as_bytes());
    let error = refused(&path);
    assert!(error.what.en.contains("a quote opened on line 2 never closes"), "{error}");
}

#[test]
fn random_text_files_never_panic() {
    let folder = Folder::new();
    let mut dice = Dice(3);
    let pieces = [
        "SPU",
        "活动名称",
        "理由",
        ",",
        "\t",
        ";",
        "\"",
        "\n",
        "\r\n",
        "\r",
        "1",
        "*",
        "\u{feff}",
        "=\"1\"",
        "'",
        " ",
        "sep=;",
    ];
    for _ in 0..300 {
        let mut text = if dice.below(2) == 0 { "SPU,活动名称,理由\n".to_owned() } else { String::new() };
        for _ in 0..dice.below(60) {
            text.push_str(pieces[dice.below(pieces.len())]);
        }
        let mut bytes = text.into_bytes();
        if dice.below(4) == 0 && !bytes.is_empty() {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).expect("a byte");
        }
        let _ = read_in_time(&folder.file("week.csv", &bytes), Bounds::default());
    }
}

#[test]
fn cells_with_terminal_escapes_are_shown_harmlessly() {
    let folder = Folder::new();
    let path = folder.file("week.csv", "SPU,活动名称,理由\n\u{1b}[2Jx\u{202e},*,a\n".as_bytes());
    let rows = read_with(&path, &ReadOptions::new(&ACTIVITY)).expect("read");
    let faults = crate::support::faults(&rows);
    assert_eq!(faults[0].found, "\\u{1b}[2Jx\\u{202e}");
    assert!(!faults[0].sentence().en.contains('\u{1b}'));
}

#[test]
fn what_the_caller_refuses_ends_the_reading() {
    let mut seen = 0;
    let sheet = unpromo::sheet::open(&fixture("week.xlsx"), &ReadOptions::new(&ACTIVITY)).expect("a sheet");
    let stopped = sheet.read(&mut |_| {
        seen += 1;
        Err(Error::internal(unpromo::text!("磁盘已满", "the disk is full")))
    });
    assert_eq!((stopped.expect_err("stopped").what.en.as_str(), seen), ("the disk is full", 1));
}
