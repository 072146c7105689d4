//! Which worksheet is meant, where its headings are, and which operation they are for.

use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::plain::quoted;
use crate::text;
use crate::text::Text;

use super::columns::{Columns, folded, folds_to, names, unmarked};
use super::layout::{Layout, ReadOptions};
use super::misfit::{misfit, nearest};
use super::notes::{Note, NoteKind};
use super::place::cell_place;
use super::read::{Book, Record, Worksheet, Written};

/// The rows among which the headings are.
pub(super) const HEADING_ROWS: u64 = 10;

/// The worksheet that was chosen, and its headings.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) worksheet: String,
    pub(super) columns: Columns,
    pub(super) notes: Vec<Note>,
}

/// The first rows of a worksheet.
pub(super) struct Head {
    pub(super) worksheet: String,
    pub(super) rows: Vec<Record>,
}

/// Chooses the worksheet and the operation.
pub(super) fn choose(book: &mut Book, options: &ReadOptions<'_>) -> Result<Chosen> {
    let worksheets = candidates(book, options.sheet_name)?;
    // A worksheet that cannot be read keeps nobody from the one that is meant.
    let (mut heads, mut unreadable) = (Vec::new(), Vec::new());
    for worksheet in worksheets {
        match head(book, worksheet.clone()) {
            Ok(head) => heads.push(head),
            Err(why) => unreadable.push((worksheet, why)),
        }
    }
    let mut fitting: Vec<(&Head, Vec<Columns>)> = heads
        .iter()
        .filter_map(|head| {
            Some((head, head.rows.iter().map(|row| fits(row, options.layouts)).find(|fits| !fits.is_empty())?))
        })
        .collect();
    if fitting.len() > 1 {
        let names: Vec<String> = fitting.iter().map(|(head, _)| quoted(&head.worksheet).into_owned()).collect();
        return Err(several_worksheets(&book.file().shown(), &names));
    }
    let Some((head, mut columns)) = fitting.pop() else {
        if let Some((_, why)) = unreadable.into_iter().next() {
            return Err(why);
        }
        let hidden = options.sheet_name.is_none() && book.worksheets().iter().any(|worksheet| worksheet.hidden);
        return Err(misfit(&book.file().shown(), &heads, options.layouts, hidden));
    };
    if columns.len() > 1 {
        return Err(several_operations(&book.file().shown(), head, &columns));
    }
    let columns = columns.remove(0);
    if let Some((index, _)) = columns.repeated.first() {
        return Err(repeated(&head.worksheet, &columns, *index));
    }
    let mut notes: Vec<Note> = other_format(book).into_iter().chain(unread_tables(book)).collect();
    notes.extend(hidden_worksheets(&book.worksheets(), &head.worksheet));
    notes.extend(unreadable.iter().map(|(worksheet, why)| unreadable_worksheet(worksheet, why)));
    Ok(Chosen { worksheet: head.worksheet.clone(), columns, notes })
}

/// Whether a word is a heading that one of the operations reads.
pub(super) fn is_heading(layouts: &[Layout], word: &str) -> bool {
    let word = folded(word);
    let is_name =
        |word: &str| layouts.iter().flat_map(|layout| layout.columns).flat_map(names).any(|name| folds_to(name, word));
    is_name(&word) || unmarked(&word).is_some_and(is_name)
}

/// The worksheets that come into question: the one that the user named, else all that people see.
fn candidates(book: &Book, named: Option<&str>) -> Result<Vec<String>> {
    let worksheets = book.worksheets();
    let Some(named) = named else {
        return Ok(worksheets
            .into_iter()
            .filter(|worksheet| !worksheet.hidden)
            .map(|worksheet| worksheet.name)
            .collect());
    };
    let shown = book.file().shown();
    if book.is_text() {
        return Err(Error::usage(text!(
            "{shown} 是文本表格,没有工作表可选",
            "{shown} is a text file and has no worksheets"
        ))
        .next(text!("请去掉 --sheet-name", "leave --sheet-name out")));
    }
    let exact = worksheets.iter().find(|worksheet| worksheet.name == named);
    let alike = || worksheets.iter().find(|worksheet| folded(&worksheet.name) == folded(named));
    match exact.or_else(alike) {
        Some(worksheet) => Ok(vec![worksheet.name.clone()]),
        None => Err(no_worksheet(&shown, named, &worksheets)),
    }
}

/// What is to be said of a file that holds something else than its name says.
fn other_format(book: &Book) -> Option<Note> {
    let ending = book.file().ending();
    let is_workbooks = ["xlsx", "xlsm", "xlsb", "xls", "ods"].contains(&ending.as_str());
    let text = match book.written() {
        Written::Delimited if is_workbooks => text!(
            "文件名是 .{ending}，内容其实是逗号或制表符分隔的文本，已按文本读取",
            "the file is named .{ending} but holds delimited text, and is read as that"
        ),
        Written::Html if !matches!(ending.as_str(), "html" | "htm") => text!(
            "文件名是 .{ending}，内容其实是网页（HTML）表格，已按网页表格读取",
            "the file is named .{ending} but holds an HTML table, and is read as that"
        ),
        _ => return None,
    };
    Some(Note { kind: NoteKind::OtherFormat, count: 1, text })
}

/// What is to be said of further tables of a web page, which a person sees beside the one that is read.
fn unread_tables(book: &Book) -> Option<Note> {
    let count = book.unread_tables();
    let text = match count {
        0 => return None,
        1 => text!(
            "网页里还有 1 个没有表头的表格，没有读取",
            "the page has 1 more table, without the headings, which is not read"
        ),
        _ => text!(
            "网页里还有 {count} 个没有表头的表格，没有读取",
            "the page has {count} more tables, without the headings, which are not read"
        ),
    };
    Some(Note { kind: NoteKind::UnreadTables, count, text })
}

/// What is to be said of a worksheet that cannot be read.
fn unreadable_worksheet(worksheet: &str, why: &Error) -> Note {
    let worksheet = quoted(worksheet);
    let (zh, en) = (&why.what.zh, &why.what.en);
    let text = text!(
        "工作表 {worksheet} 无法读取，已跳过（{zh}）",
        "the worksheet {worksheet} cannot be read and is left out ({en})"
    );
    Note { kind: NoteKind::UnreadableWorksheet, count: 1, text }
}

/// What is to be said of worksheets that people do not see.
fn hidden_worksheets(worksheets: &[Worksheet], chosen: &str) -> Vec<Note> {
    let hidden: Vec<&Worksheet> = worksheets.iter().filter(|worksheet| worksheet.hidden).collect();
    let note = |count, text| Note { kind: NoteKind::HiddenWorksheet, count, text };
    if hidden.iter().any(|worksheet| worksheet.name == chosen) {
        let chosen = quoted(chosen);
        return vec![note(
            1,
            text!("读取的工作表 {chosen} 是隐藏的", "the worksheet {chosen}, which is read, is hidden"),
        )];
    }
    if hidden.is_empty() {
        return Vec::new();
    }
    let names = hidden.iter().map(|worksheet| quoted(&worksheet.name)).collect::<Vec<_>>().join(", ");
    let text = text!(
        "隐藏的工作表没有读取：{names}（要读取请用 --sheet-name 指定）",
        "hidden worksheets that are not read: {names} (name one with --sheet-name to read it)"
    );
    vec![note(hidden.len() as u64, text)]
}

/// The first rows of a worksheet.
fn head(book: &mut Book, worksheet: String) -> Result<Head> {
    let mut rows = Vec::new();
    book.scan(&worksheet, &mut |record| {
        if record.number > HEADING_ROWS {
            return Ok(ControlFlow::Break(()));
        }
        rows.push(record.clone());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Head { worksheet, rows })
}

/// The operations whose headings a row has.
fn fits(row: &Record, layouts: &[Layout]) -> Vec<Columns> {
    layouts.iter().map(|layout| Columns::of(row, layout)).filter(Columns::fits).collect()
}

fn no_worksheet(shown: &str, named: &str, worksheets: &[Worksheet]) -> Error {
    let named_shown = quoted(named);
    let all = worksheets.iter().map(|worksheet| quoted(&worksheet.name)).collect::<Vec<_>>().join(", ");
    let has = text!("它有: {all}", "it has: {all}");
    let words = worksheets.iter().map(|worksheet| worksheet.name.as_str());
    let next = nearest(named, words).map_or(has.clone(), |meant| {
        let meant = quoted(meant);
        text!("是不是 {meant}? ", "did you mean {meant}?").then(&has)
    });
    Error::usage(text!("{shown} 里没有工作表 {named_shown}", "{shown} has no worksheet {named_shown}")).next(next)
}

fn several_worksheets(shown: &str, names: &[String]) -> Error {
    let (count, names) = (names.len(), names.join(", "));
    Error::usage(text!(
        "{shown} 有 {count} 个工作表都像要处理的表: {names}",
        "{shown} has {count} worksheets with fitting headings: {names}"
    ))
    .next(text!("请用 --sheet-name 指定一个", "name one with --sheet-name"))
}

fn several_operations(shown: &str, head: &Head, columns: &[Columns]) -> Error {
    let operations = columns.iter().map(|columns| columns.layout.operation).collect::<Vec<_>>().join(", ");
    let (worksheet, row) = (quoted(&head.worksheet), columns.first().map_or(0, |columns| columns.row));
    Error::usage(text!(
        "{shown}: {worksheet} 第 {row} 行的标题同时符合几种操作: {operations}",
        "{shown}: the headings of {worksheet} in row {row} fit several operations: {operations}"
    ))
    .next(text!("请用 --operation 指定一种", "name one with --operation"))
}

fn repeated(worksheet: &str, columns: &Columns, index: usize) -> Error {
    let column = &columns.layout.columns[index];
    let again = columns.repeated.iter().filter(|(known, _)| *known == index).map(|(_, found)| found);
    let places = columns.own[index].iter().chain(again).map(|found| {
        let heading = quoted(&found.heading);
        format!("{} \"{heading}\"", cell_place(worksheet, found.column, columns.row))
    });
    let places = places.collect::<Vec<_>>().join(", ");
    let (zh, en) = (column.heading, column.key);
    Error::usage(Text {
        zh: format!("标题 {zh} 出现了不止一次: {places}"),
        en: format!("the heading {en} ({zh}) is there more than once: {places}"),
    })
    .next(text!("请只保留一列,其余的改名或删除", "keep one of the columns and rename or delete the others"))
}
