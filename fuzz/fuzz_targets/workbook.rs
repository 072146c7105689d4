//! Any bytes as a workbook, and any content of the parts of one whose archive is sound: the first byte says which.
#![no_main]

mod support;

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use support::{file, rows};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const STRINGS: &str = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="3" uniqueCount="3"><si><t>SPU</t></si><si><t>活动名称</t></si><si><t>理由</t></si></sst>"#;
const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2"><v>4975750079</v></c><c r="B2" t="s"><v>1</v></c></row></sheetData></worksheet>"#;

fuzz_target!(|content: &[u8]| {
    let Some((which, part)) = content.split_first() else { return };
    let file = match which {
        b'b' => xlsx(&[("xl/workbook.xml", part)]),
        b'w' => xlsx(&[("xl/worksheets/sheet1.xml", part)]),
        b's' => xlsx(&[("xl/sharedStrings.xml", part)]),
        b'y' => xlsx(&[("xl/styles.xml", part)]),
        b'o' => archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", part)]),
        _ => content.to_vec(),
    };
    // The ending does not matter for workbooks, but must not be a text's.
    rows(&self::file("week.xlsx", &file));
});

/// A workbook with one worksheet, in which these parts are replaced or added.
fn xlsx(changed: &[(&str, &[u8])]) -> Vec<u8> {
    let usual: [(&str, &[u8]); 6] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/sharedStrings.xml", STRINGS.as_bytes()),
        ("xl/worksheets/sheet1.xml", SHEET.as_bytes()),
    ];
    let stays = |part: &&(&str, &[u8])| !changed.iter().any(|(name, _)| *name == part.0);
    let parts: Vec<(&str, &[u8])> = usual.iter().filter(stays).chain(changed).copied().collect();
    archive(&parts)
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
            .expect("started");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}
