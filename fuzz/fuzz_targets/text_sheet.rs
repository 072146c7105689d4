//! Any bytes as a CSV sheet; and any id and name, written in any encoding that people hand in, come back whole.
#![no_main]

mod support;

use encoding_rs::{GB18030, UTF_8};
use libfuzzer_sys::fuzz_target;
use support::{file, ids, rows, spu};
use unpromo::fuzzing::is_readable;
use unpromo::model::{Filter, Role, fold_width};
use unpromo::plain::is_unseen;
use unpromo::sheet::{Checked, Layout};

fuzz_target!(|content: &[u8]| {
    let read = rows(&file("week.csv", content));
    if let (Some((layout, read)), Ok(text)) = (read, std::str::from_utf8(content)) {
        ids_stand_in_the_text(&read, &layout, text);
    }
    written_comes_back(content);
});

/// No id is made of digits that do not stand beside each other in the file.
fn ids_stand_in_the_text(read: &[Checked], layout: &Layout, text: &str) {
    let gone = |c: char| c == '"' || c == '\u{a0}' || (is_unseen(c) && !matches!(c, '\n' | '\t'));
    let seen = fold_width(text).replace(gone, "");
    for checked in read {
        if let Checked::Good(row) = checked {
            assert!(ids(row, layout).all(|id| seen.contains(id)), "{row:?}");
        }
    }
}

fn written_comes_back(content: &[u8]) {
    let (Some((kind, rest)), true) = (content.split_first(), content.len() > 20) else { return };
    let (digits, name) = rest.split_at(16);
    let id: String = digits.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    // What mutation breaks of UTF-8 is a word that nobody can read, and refused.
    let name = String::from_utf8_lossy(name).replace('\u{fffd}', "?");
    // What a reader may change: line ends, blanks at the ends, Excel's `="…"` around all of it; what it refuses: no
    // name at all, a cell too long, and characters that nobody can read.
    let is_formula = name.trim().starts_with("=\"") && name.trim().ends_with('"');
    if name.contains('\r') || !is_readable(&name) || is_formula || name.len() > 30_000 || Filter::parse(&name).is_none()
    {
        return;
    }
    let delimiter = [b',', b'\t', b';'][usize::from(kind / 4 % 3)];
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["SPU", "活动名称", "理由"]).expect("written");
    writer.write_record([id.as_str(), &name, "退"]).expect("written");
    let written = String::from_utf8(writer.into_inner().expect("a sheet")).expect("UTF-8");
    let bytes = match kind % 4 {
        0 => written.clone().into_bytes(),
        1 => [UTF_8.encode("\u{feff}").0.as_ref(), written.as_bytes()].concat(),
        2 => {
            let (bytes, _, lossy) = GB18030.encode(&written);
            // Private characters have no stable place in it.
            if lossy || GB18030.decode_without_bom_handling(&bytes).0 != written {
                return;
            }
            bytes.into_owned()
        }
        _ => "\u{feff}".chars().chain(written.chars()).flat_map(utf16).collect(),
    };
    let read = rows(&file("back.csv", &bytes));
    // A cell in which headings stand between other delimiters can pass for the table itself.
    if [b',', b'\t', b';'].into_iter().any(|other| other != delimiter && name.contains(char::from(other))) {
        return;
    }
    // A line within quotes that looks like a row may be one that a stray quote swallowed; and in GB18030 rare characters
    // look like those of another encoding.
    if read.is_none() && (name.contains('\n') || kind % 4 == 2) {
        return;
    }
    let (layout, read) = read.expect("a sheet that was written can be read");
    match read.as_slice() {
        [Checked::Good(row)] => {
            assert_eq!(spu(row, &layout), id);
            let filter = row.cell(layout.columns, Role::Filter);
            assert_eq!(Filter::parse(filter), Filter::parse(filter.trim()));
            assert!(name.contains(filter), "{filter:?} of {name:?}");
        }
        other => panic!("{other:?} of {written:?}"),
    }
}

fn utf16(c: char) -> impl Iterator<Item = u8> {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).to_vec().into_iter().flat_map(u16::to_le_bytes)
}
