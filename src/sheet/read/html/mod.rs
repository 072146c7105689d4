//! HTML: its tables are the worksheets. Many back offices call a page with a table an `.xls`, and Excel opens it.

mod looks;
mod page;
mod table;
mod tokens;
mod words;

use std::fs::File;
use std::ops::ControlFlow;

use super::Worksheet;
use super::delimited::bare;
use super::file::SheetFile;
use super::merged::Merges;
use super::record::{Cell, Sink};
use super::rows::Rows;
use super::text_file::TextFile;
use crate::error::Result;
use crate::sheet::Bounds;
use crate::sheet::choose::HEADING_ROWS;
use crate::sheet::ids::trimmed;
use crate::text;
use looks::Looks;
use page::{Page, PageCell, Visitor};
use tokens::{Token, tokens};

/// The tables that may be looked through for headings; each is a way through the whole file.
const TABLES: usize = 50;

/// A page with tables.
pub(super) struct Html {
    text: TextFile,
    looks: Looks,
    /// The tables that may be meant.
    tables: Vec<(Worksheet, usize)>,
    unread: u64,
}

/// What is known of a table before it is read.
#[derive(Clone, Copy, Debug, Default)]
struct About {
    is_hidden: bool,
    /// Whether another table is inside of it.
    is_around_another: bool,
    content: Content,
}

/// What a table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    #[default]
    Nothing,
    Text,
    Headings,
}

impl Html {
    /// Lists the tables. `is_heading` knows the headings that somebody may look for.
    pub(super) fn open(
        file: &SheetFile,
        opened: File,
        bounds: &Bounds,
        is_heading: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let text = TextFile::open(file, opened, bounds.held_bytes(), true)?;
        let mut this = Self { text, looks: Looks::default(), tables: Vec::new(), unread: 0 };
        let mut list = List { is_heading, tables: Vec::new(), open: Vec::new() };
        this.visit(file, &mut list)?;
        let all = list.tables;
        let filled = || all.iter().enumerate().filter(|(_, about)| about.content > Content::Nothing);
        let has_headings = all.iter().any(|about| about.content == Content::Headings);
        let meant: Vec<_> = filled()
            .filter(|(_, about)| about.content == Content::Headings || !has_headings)
            .take(TABLES + 1)
            .collect();
        if meant.is_empty() {
            return Err(file.other(&text!(
                "这是网页，里面没有表格（可能是登录页，或登录已过期）",
                "it is a web page without a table (perhaps a login page, because a login had expired)"
            )));
        }
        if meant.len() > TABLES && has_headings {
            return Err(
                file.too_big(&text!("有表头的表格超过 {TABLES} 个", "it has more than {TABLES} tables with headings"))
            );
        }
        let is_alone = meant.len() == 1;
        let name = |index| if is_alone { file.name() } else { format!("Table{}", index + 1) };
        let worksheet =
            |(index, about): (usize, &About)| (Worksheet { name: name(index), hidden: about.is_hidden }, index);
        this.tables = meant.iter().take(TABLES).copied().map(worksheet).collect();
        let is_unread = |(_, about): &(usize, &About)| {
            about.content == Content::Text && !about.is_around_another && !about.is_hidden
        };
        this.unread = if has_headings { filled().filter(is_unread).count() as u64 } else { 0 };
        Ok(this)
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        self.tables.iter().map(|(worksheet, _)| worksheet.clone()).collect()
    }

    /// How many tables with something in them have none of the headings, and are left out.
    pub(super) fn unread_tables(&self) -> u64 {
        self.unread
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let Some((_, wanted)) = self.tables.iter().find(|(known, _)| known.name == worksheet) else {
            return Err(file.broken("the worksheet is not there any more"));
        };
        let rows = Rows::new(file, bounds, Merges::default(), sink);
        let mut scan = Scan { text: &self.text, wanted: *wanted, worksheet, file, rows };
        let mut looks = std::mem::take(&mut self.looks);
        let visited = visit(file, &self.text, &mut looks, &mut scan);
        self.looks = looks;
        visited
    }

    fn visit(&mut self, file: &SheetFile, visitor: &mut impl Visitor) -> Result<()> {
        visit(file, &self.text, &mut self.looks, visitor)
    }
}

/// Goes through the page until the visitor has enough.
fn visit(file: &SheetFile, text: &TextFile, looks: &mut Looks, visitor: &mut impl Visitor) -> Result<()> {
    let mut page = Page::new(file, looks, visitor);
    let mut is_cut_off = false;
    for token in tokens(text.stream(file)?) {
        let token = token.map_err(|fault| file.broken(fault))?;
        is_cut_off |= matches!(token, Token::CutOff);
        if page.take(token)?.is_break() {
            return Ok(());
        }
    }
    if is_cut_off || page.is_inside_table() {
        return Err(file.cut_off_at(&text!("网页里的表格没有结束", "the table in the page does not end")));
    }
    Ok(())
}

/// Lists the tables of a page.
struct List<'a> {
    is_heading: &'a dyn Fn(&str) -> bool,
    tables: Vec<About>,
    open: Vec<usize>,
}

impl Visitor for List<'_> {
    fn begin_table(&mut self, table: usize, is_hidden: bool) {
        if let Some(around) = self.open.last() {
            self.tables[*around].is_around_another = true;
        }
        self.open.push(table);
        self.tables.push(About { is_hidden, ..About::default() });
    }

    fn hide_columns(&mut self, _: usize, _: u32, _: u32) {}

    fn begin_row(&mut self, _: usize, _: u64, _: bool) -> Result<ControlFlow<()>> {
        Ok(ControlFlow::Continue(()))
    }

    fn end_cell(&mut self, table: usize, cell: &PageCell<'_>) -> Result<()> {
        let about = &mut self.tables[table];
        if !trimmed(cell.text).is_empty() {
            let is_heading = cell.range.rows.0 <= HEADING_ROWS && (self.is_heading)(cell.text);
            about.content = about.content.max(if is_heading { Content::Headings } else { Content::Text });
        }
        Ok(())
    }

    fn end_table(&mut self, _: usize) -> Result<ControlFlow<()>> {
        self.open.pop();
        Ok(ControlFlow::Continue(()))
    }
}

/// Makes rows of one table.
struct Scan<'a> {
    file: &'a SheetFile,
    text: &'a TextFile,
    wanted: usize,
    worksheet: &'a str,
    rows: Rows<'a>,
}

impl Visitor for Scan<'_> {
    fn begin_table(&mut self, _: usize, _: bool) {}

    fn hide_columns(&mut self, table: usize, first: u32, last: u32) {
        if table == self.wanted {
            self.rows.hide_columns(first, last);
        }
    }

    fn begin_row(&mut self, table: usize, number: u64, is_hidden: bool) -> Result<ControlFlow<()>> {
        if table == self.wanted { self.rows.begin(number, is_hidden) } else { Ok(ControlFlow::Continue(())) }
    }

    fn end_cell(&mut self, table: usize, cell: &PageCell<'_>) -> Result<()> {
        if table != self.wanted {
            return Ok(());
        }
        let column = cell.range.columns.0;
        self.rows.count_cell(column)?;
        self.rows.merge(cell.range)?;
        let Some(value) = value(cell) else { return Ok(()) };
        if let Cell::Text(words) = value {
            self.text.check_encoding(self.file, words, self.worksheet, column, cell.range.rows.0)?;
        }
        self.rows.put(column, value, cell.is_struck);
        if cell.is_hidden {
            self.rows.mark_hidden(column);
        }
        Ok(())
    }

    fn end_table(&mut self, table: usize) -> Result<ControlFlow<()>> {
        if table != self.wanted {
            return Ok(ControlFlow::Continue(()));
        }
        self.rows.hand_over().map(|_| ControlFlow::Break(()))
    }
}

/// What a cell holds; `None` for an empty one. What the page shows counts, whatever Excel has noted beside it.
fn value<'a>(cell: &PageCell<'a>) -> Option<Cell<'a>> {
    let is_blank = trimmed(cell.text).is_empty();
    match cell.object {
        Some(object) if object.hides_text() || is_blank => Some(Cell::NotText(object.name())),
        _ if !is_blank => Some(Cell::Text(bare(cell.text))),
        _ if !cell.formula.is_empty() => Some(Cell::NoValue(cell.formula)),
        _ if !cell.number.is_empty() => Some(Cell::Unclear(cell.number)),
        _ => None,
    }
}
