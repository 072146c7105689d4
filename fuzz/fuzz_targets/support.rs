//! A file for the readers, and what holds for every sheet that can be read.
#![allow(dead_code, reason = "each target uses its part")]

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use unpromo::error::Error;
use unpromo::model::{Filter, Kind, Need, Role, Row};
use unpromo::plain::is_unseen;
use unpromo::platform::OPERATIONS;
use unpromo::sheet::{Bounds, Checked, Layout, ReadOptions, Sheet, open};
use unpromo::text::Lang;

thread_local! {
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

/// Writes the content to a file of this name, in memory where the machine has such a place.
pub fn file(name: &str, content: &[u8]) -> PathBuf {
    FOLDER.with_borrow_mut(|folder| {
        let memory = Path::new("/dev/shm");
        let new = || if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.get_or_insert_with(|| new().expect("a folder"));
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    })
}

pub fn layouts() -> Vec<Layout> {
    let layout = |operation: &&dyn unpromo::platform::Operation| Layout {
        operation: operation.name(),
        columns: operation.columns(),
        facts: operation.facts(),
    };
    OPERATIONS.iter().map(layout).collect()
}

/// Reads a sheet to its end, and holds what must be true of any.
pub fn rows(path: &Path) -> Option<(Layout, Vec<Checked>)> {
    let layouts = layouts();
    // Small enough that no input can ask for much of the machine.
    let bounds = Bounds { decompressed_bytes: 64 << 20, cells: 1_000_000, dense_cells: 1_000_000 };
    let options = ReadOptions { bounds, default_reason: Some("退"), ..ReadOptions::new(&layouts) };
    let sheet = match open(path, &options) {
        Ok(sheet) => sheet,
        Err(error) => {
            check_error(&error);
            return None;
        }
    };
    let (operation, heading_row, extra) = (sheet.operation, sheet.heading_row, sheet.extra.len());
    let layout = layouts.iter().find(|layout| layout.operation == operation).expect("a known operation");
    let (rows, end) = all(sheet);
    if let Err(error) = &end {
        check_error(error);
    }
    let mut last = heading_row;
    for checked in &rows {
        let row = checked.row();
        assert!(row.number > last);
        last = row.number;
        assert_eq!((row.cells.len(), row.extra.len()), (layout.columns.len(), extra));
        check(checked, layout);
    }
    Some((*layout, rows))
}

fn all(sheet: Sheet) -> (Vec<Checked>, Result<(), Error>) {
    let mut rows = Vec::new();
    let end = sheet.read(&mut |checked| {
        rows.push(checked);
        Ok(())
    });
    (rows, end.map(drop))
}

/// What holds for every row.
pub fn check(checked: &Checked, layout: &Layout) {
    match checked {
        Checked::Good(row) => {
            assert!(ids(row, layout).all(is_id), "{row:?}");
            for (column, cell) in layout.columns.iter().zip(&row.cells) {
                assert!(column.need != Need::Required || !cell.is_empty(), "{} of {row:?}", column.key);
                assert!(column.kind != Kind::Filter || Filter::parse(cell).is_some(), "{row:?}");
            }
        }
        Checked::Hidden(row) => panic!("{row:?} is left out, which nobody asked for"),
        Checked::Bad { faults, .. } => {
            assert!(!faults.is_empty());
            for fault in faults {
                let sentence = fault.sentence();
                for text in [sentence.zh, sentence.en] {
                    assert!(!text.contains(is_unseen) && text.len() < 4000, "{text:?}");
                }
            }
        }
    }
}

/// The filled cells that hold an id of digits.
pub fn ids<'a>(row: &'a Row, layout: &Layout) -> impl Iterator<Item = &'a str> {
    let columns = layout.columns.iter().zip(&row.cells);
    columns.filter(|(column, cell)| column.kind == Kind::Digits && !cell.is_empty()).map(|(_, cell)| cell.as_str())
}

/// The product of a row of `temu-activity`.
pub fn spu<'a>(row: &'a Row, layout: &Layout) -> &'a str {
    row.cell(layout.columns, Role::Item)
}

fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_error(error: &Error) {
    for lang in [Lang::Zh, Lang::En] {
        let shown = error.say(lang);
        assert!(!shown.contains(|c| c != '\n' && is_unseen(c)), "{shown:?}");
    }
}
