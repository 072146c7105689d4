//! Any headings and cells: each row is good or says what is wrong, and an id keeps every digit or is refused.
#![no_main]

mod support;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use support::{check, layouts, spu};
use unpromo::fuzzing::{Raw, RawRow, rows};
use unpromo::model::fold_width;
use unpromo::plain::is_unseen;
use unpromo::sheet::{Checked, Layout};

#[derive(Arbitrary, Debug)]
struct Input {
    headings: Vec<Heading>,
    rows: Vec<Vec<Cell>>,
    is_guarded: bool,
}

#[derive(Arbitrary, Clone, Debug)]
enum Heading {
    Known(u8),
    Other(Cell),
    Outcome,
    Name,
    None,
}

#[derive(Arbitrary, Clone, Debug)]
enum Cell {
    None,
    Text(String),
    Digits(u64),
    Padded(u64),
    Number(f64),
    Whole(u64),
    Bool(bool),
    Moment(String),
    Error(String),
}

impl Cell {
    fn raw(&self) -> Option<Raw> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) => Raw::Text(text.clone()),
            Self::Digits(id) => Raw::Text(id.to_string()),
            Self::Padded(id) => Raw::Text(format!("\u{200b} '{id}\u{3000}")),
            Self::Number(number) => Raw::Number(*number),
            Self::Whole(number) => Raw::Number(*number as f64),
            Self::Bool(value) => Raw::Bool(*value),
            Self::Moment(text) => Raw::Moment(text.clone()),
            Self::Error(text) => Raw::Error(text.clone()),
        })
    }
}

fuzz_target!(|input: Input| {
    let layout = layouts().remove(0);
    // The operation's own headings stand first, so that most inputs get past them.
    let known = layout.columns.iter().map(|column| Some(Raw::Text(column.heading.to_owned())));
    let more = input.headings.iter().map(|heading| match heading {
        Heading::Known(at) => {
            let column = &layout.columns[usize::from(*at) % layout.columns.len()];
            Some(Raw::Text(column.key.to_owned()))
        }
        Heading::Other(cell) => cell.raw(),
        Heading::Outcome => Some(Raw::Text("结果".to_owned())),
        Heading::Name => Some(Raw::Text("匹配活动".to_owned())),
        Heading::None => None,
    });
    let given: Vec<RawRow> = input.rows.iter().map(|row| placed(row.iter().map(Cell::raw))).collect();
    let Some(read) = rows(&layout, &placed(known.chain(more)), &given, input.is_guarded) else { return };
    assert_eq!(read.len(), given.len());
    let item = layout.columns.iter().position(|column| column.heading == "SPU").expect("the item's column");
    for (checked, row) in read.iter().zip(&given) {
        match checked {
            None => assert!(row.iter().all(|(_, cell)| matches!(cell, Raw::Text(text) if is_blank(text)))),
            Some(checked) => {
                check(checked, &layout);
                keeps_the_id(checked, row.iter().find(|(at, _)| *at as usize == item).map(|(_, cell)| cell), &layout);
            }
        }
    }
});

fn placed(cells: impl Iterator<Item = Option<Raw>>) -> RawRow {
    (0..).zip(cells).filter_map(|(at, cell)| Some((at, cell?))).collect()
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// Whatever the cell was: the id of a good row has all of its digits, in their order, and no others.
fn keeps_the_id(checked: &Checked, cell: Option<&Raw>, layout: &Layout) {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    match (checked, cell) {
        (Checked::Good(row), Some(Raw::Text(text))) => {
            let seen = fold_width(text).replace(|c: char| is_unseen(c) || c.is_whitespace(), "");
            let rest = seen.trim_start_matches('\'').strip_prefix(spu(row, layout)).expect("the id itself");
            assert!(
                rest.is_empty() || rest.strip_prefix('.').is_some_and(|zeros| zeros.bytes().all(|byte| byte == b'0'))
            );
        }
        (Checked::Good(row), Some(Raw::Number(number))) => {
            assert!(number.abs() < 1e15);
            assert_eq!(spu(row, layout).parse::<u64>().ok(), Some(*number as u64));
            assert_eq!(*number as u64 as f64, *number);
        }
        (Checked::Good(row) | Checked::Hidden(row), other) => panic!("{row:?} of {other:?}"),
        // A plain id is never what is wrong with a row, and zero is none.
        (Checked::Bad { faults, .. }, Some(Raw::Text(text)))
            if digits(text) && text.len() <= 20 && text.bytes().any(|byte| byte != b'0') =>
        {
            assert!(faults.iter().all(|fault| !fault.place.starts_with("Sheet1!A")), "{faults:?}");
        }
        (Checked::Bad { .. }, _) => (),
    }
}
