//! From tags to tables: which cell each piece of text is in, and what a person sees of it.

use std::ops::ControlFlow;

use super::looks::{Look, Looks};
use super::table::{Object, OpenCell, Table, count};
use super::tokens::{Tag, Token};
use super::words::Words;
use crate::error::Result;
use crate::sheet::bounds::COLUMNS;
use crate::sheet::read::file::SheetFile;
use crate::sheet::read::merged::Range;
use crate::text;

/// How deep tables, and elements that hide or strike, may be inside of one another.
const DEEPEST: usize = 64;
/// The text of styles that is kept.
const STYLE_BYTES: usize = 4 << 20;

/// A cell of a table, at its end.
pub(super) struct PageCell<'a> {
    /// Where it is, with what it covers.
    pub(super) range: Range,
    pub(super) text: &'a str,
    /// A picture or a field of a form, which a person sees and which is no text.
    pub(super) object: Option<Object>,
    pub(super) number: &'a str,
    pub(super) formula: &'a str,
    pub(super) is_struck: bool,
    /// Whether a person does not see it while others of its row are seen.
    pub(super) is_hidden: bool,
}

/// Takes what a page holds. Tables are known by their place in the page, counted from 0.
pub(super) trait Visitor {
    fn begin_table(&mut self, table: usize, is_hidden: bool);
    fn hide_columns(&mut self, table: usize, first: u32, last: u32);
    fn begin_row(&mut self, table: usize, number: u64, is_hidden: bool) -> Result<ControlFlow<()>>;
    fn end_cell(&mut self, table: usize, cell: &PageCell<'_>) -> Result<()>;
    /// Breaks when nobody wants more.
    fn end_table(&mut self, table: usize) -> Result<ControlFlow<()>>;
}

/// A page while it is read.
pub(super) struct Page<'a, V> {
    file: &'a SheetFile,
    looks: &'a mut Looks,
    visitor: &'a mut V,
    /// How many tables have begun.
    tables: usize,
    open: Vec<Table>,
    effects: Vec<Effect>,
    /// The text of the style that is open.
    style: Option<String>,
}

/// An open element that hides or strikes what is in it, and how many of its name are open in it.
struct Effect {
    name: String,
    look: Look,
    depth: u32,
}

impl<'a, V: Visitor> Page<'a, V> {
    pub(super) fn new(file: &'a SheetFile, looks: &'a mut Looks, visitor: &'a mut V) -> Self {
        Self { file, looks, visitor, tables: 0, open: Vec::new(), effects: Vec::new(), style: None }
    }

    /// Whether a table has not ended.
    pub(super) fn is_inside_table(&self) -> bool {
        !self.open.is_empty()
    }

    /// Takes the next piece; breaks when nobody wants more.
    pub(super) fn take(&mut self, token: Token) -> Result<ControlFlow<()>> {
        match token {
            Token::Open(tag) => self.open(tag),
            Token::Close(name) => self.close(&name),
            Token::Text(text) => {
                match &mut self.style {
                    Some(style) if style.len() + text.len() <= STYLE_BYTES => style.push_str(&text),
                    Some(_) => (),
                    None => self.push(&text),
                }
                Ok(ControlFlow::Continue(()))
            }
            Token::CutOff => Ok(ControlFlow::Continue(())),
        }
    }

    fn open(&mut self, tag: Tag) -> Result<ControlFlow<()>> {
        match tag.name.as_str() {
            "table" => self.begin_table(&tag)?,
            "thead" | "tbody" | "tfoot" => {
                self.end_section()?;
                let look = self.looks.of(&tag);
                if let Some(table) = self.open.last_mut() {
                    table.section_look = look;
                }
            }
            "tr" => {
                self.end_row()?;
                return self.begin_row(&tag);
            }
            "td" | "th" => return self.begin_cell(tag),
            "col" | "colgroup" => self.add_columns(&tag),
            "br" => self.each_seen_cell(|cell| cell.words.break_line()),
            "img" => self.each_seen_cell(|cell| cell.object = cell.object.or(Some(Object::Picture))),
            "select" => self.each_seen_cell(|cell| cell.object = Some(Object::List)),
            "input" => {
                let is_text = !matches!(
                    tag.kind.to_ascii_lowercase().as_str(),
                    "hidden" | "checkbox" | "radio" | "button" | "submit" | "reset" | "image" | "file"
                );
                if is_text && !self.looks.of(&tag).is_hidden() {
                    self.each_seen_cell(|cell| cell.object = Some(Object::Field));
                }
            }
            _ => self.open_other(tag)?,
        }
        Ok(ControlFlow::Continue(()))
    }

    /// An element that is no part of a table.
    fn open_other(&mut self, tag: Tag) -> Result<()> {
        match tag.name.as_str() {
            "style" => self.style = Some(String::new()),
            "pre" | "textarea" => self.each_seen_cell(|cell| cell.preformatted += 1),
            _ => (),
        }
        if is_block(&tag.name) {
            self.each_seen_cell(|cell| cell.words.begin_block());
        }
        if is_void(&tag.name) {
            return Ok(());
        }
        let look = self.looks.of(&tag);
        let is_own = self.effects.len() > self.effects_outside();
        match self.effects.last_mut() {
            _ if look.is_hidden() || look.is_struck() => {
                if self.effects.len() >= DEEPEST {
                    return Err(self.too_deep());
                }
                self.effects.push(Effect { name: tag.name, look, depth: 1 });
            }
            Some(effect) if is_own && effect.name == tag.name => effect.depth += 1,
            _ => (),
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<ControlFlow<()>> {
        match name {
            "td" | "th" => self.end_cell()?,
            "tr" => self.end_row()?,
            "thead" | "tbody" | "tfoot" => self.end_section()?,
            "table" => return self.end_table(),
            "body" | "html" => {
                while !self.open.is_empty() {
                    if self.end_table()?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            _ => self.close_other(name),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn close_other(&mut self, name: &str) {
        match name {
            "style" => {
                if let Some(style) = self.style.take() {
                    self.looks.add(&style);
                }
            }
            "pre" | "textarea" => self.each_seen_cell(|cell| cell.preformatted = cell.preformatted.saturating_sub(1)),
            _ => (),
        }
        if is_block(name) {
            self.each_seen_cell(|cell| cell.words.begin_block());
        }
        if self.effects.len() > self.effects_outside()
            && let Some(effect) = self.effects.last_mut()
            && effect.name == name
        {
            effect.depth -= 1;
            if effect.depth == 0 {
                self.effects.pop();
            }
        }
    }

    /// How many effects were there before the current cell: no tag in it ends them.
    fn effects_outside(&self) -> usize {
        self.open.last().map_or(0, |table| table.cell.as_ref().map_or(table.effects, |cell| cell.effects))
    }

    fn begin_table(&mut self, tag: &Tag) -> Result<()> {
        // Beside the cells of a table, another one can only follow it.
        if self.open.last().is_some_and(|table| table.cell.is_none()) {
            let _ = self.end_table()?;
        }
        if self.open.len() >= DEEPEST {
            return Err(self.too_deep());
        }
        self.each_seen_cell(|cell| cell.words.begin_block());
        let is_inside_hidden = self.effects.iter().any(|effect| effect.look.is_hidden())
            || self.open.iter().any(Table::is_current_cell_hidden);
        let is_hidden = is_inside_hidden || self.looks.of(tag).is_hidden();
        self.visitor.begin_table(self.tables, is_hidden);
        self.open.push(Table::new(self.tables, self.effects.len()));
        self.tables += 1;
        Ok(())
    }

    fn end_table(&mut self) -> Result<ControlFlow<()>> {
        self.end_row()?;
        let Some(table) = self.open.pop() else { return Ok(ControlFlow::Continue(())) };
        self.effects.truncate(table.effects);
        self.each_seen_cell(|cell| cell.words.begin_block());
        self.visitor.end_table(table.index)
    }

    fn end_section(&mut self) -> Result<()> {
        self.end_row()?;
        if let Some(table) = self.open.last_mut() {
            table.section_look = Look::default();
            table.spans.clear();
        }
        Ok(())
    }

    fn begin_row(&mut self, tag: &Tag) -> Result<ControlFlow<()>> {
        let look = self.looks.of(tag);
        let Some(table) = self.open.last_mut() else { return Ok(ControlFlow::Continue(())) };
        table.row += 1;
        (table.is_row_open, table.row_look, table.next_column) = (true, look, 0);
        let is_hidden = look.is_hidden() || table.section_look.is_hidden();
        self.visitor.begin_row(table.index, table.row, is_hidden)
    }

    fn end_row(&mut self) -> Result<()> {
        self.end_cell()?;
        if let Some(table) = self.open.last_mut() {
            (table.is_row_open, table.row_look) = (false, Look::default());
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: Tag) -> Result<ControlFlow<()>> {
        self.end_cell()?;
        if self.open.last().is_some_and(|table| !table.is_row_open) && self.begin_row(&Tag::default())?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.each_seen_cell(|cell| cell.words.begin_block());
        let look = self.looks.of(&tag);
        let effects = self.effects.len();
        let Some(table) = self.open.last_mut() else { return Ok(ControlFlow::Continue(())) };
        let range = table.place(&tag);
        let words = Words::default();
        let (has_struck_text, object, preformatted) = (false, None, 0);
        table.cell = Some(OpenCell { tag, range, look, has_struck_text, object, words, effects, preformatted });
        Ok(ControlFlow::Continue(()))
    }

    fn end_cell(&mut self) -> Result<()> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        let Some(cell) = table.cell.take() else { return Ok(()) };
        self.effects.truncate(cell.effects);
        let is_struck = cell.has_struck_text || cell.look.is_struck() || table.row_look.is_struck();
        let cell = PageCell {
            range: cell.range,
            text: cell.words.as_str(),
            object: cell.object,
            number: &cell.tag.number,
            formula: &cell.tag.formula,
            is_struck,
            is_hidden: cell.look.is_hidden(),
        };
        self.visitor.end_cell(table.index, &cell)
    }

    fn add_columns(&mut self, tag: &Tag) {
        let look = self.looks.of(tag);
        let Some(table) = self.open.last_mut() else { return };
        // A group either says how many columns it has, or holds them one by one.
        if tag.name == "colgroup" && tag.span.is_none() {
            return;
        }
        let (first, count) = (table.next_col, count(tag.span.as_deref(), 1, COLUMNS.into()));
        table.next_col = first.saturating_add(u32::try_from(count).unwrap_or(COLUMNS)).min(COLUMNS);
        if look.is_hidden() && table.next_col > first {
            self.visitor.hide_columns(table.index, first, table.next_col - 1);
        }
    }

    fn push(&mut self, text: &str) {
        let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        let struck_before = self.effects.iter().position(|effect| effect.look.is_struck());
        self.each_seen_cell(|cell| {
            cell.words.push(text, cell.preformatted > 0);
            cell.has_struck_text |= !is_blank && struck_before.is_some();
        });
    }

    /// Calls for each open cell in which a person sees what comes next: that of the innermost table, and those
    /// that the table stands in.
    fn each_seen_cell(&mut self, mut take: impl FnMut(&mut OpenCell)) {
        let mut is_hidden = false;
        for table in self.open.iter_mut().rev() {
            let hides_cell = table.is_current_cell_hidden();
            if let Some(cell) = &mut table.cell {
                is_hidden |= self.effects.iter().skip(cell.effects).any(|effect| effect.look.is_hidden());
                if !is_hidden {
                    take(cell);
                }
            }
            is_hidden |= hides_cell;
        }
    }

    fn too_deep(&self) -> crate::error::Error {
        self.file.too_big(&text!("嵌套超过 {DEEPEST} 层", "it is nested more than {DEEPEST} deep"))
    }
}

/// Whether an element stands on lines of its own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "pre"
            | "blockquote"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "address"
            | "center"
            | "form"
            | "fieldset"
    )
}

/// Whether an element has no content, and so no closing tag.
fn is_void(name: &str) -> bool {
    matches!(name, "hr" | "meta" | "link" | "wbr" | "area" | "base" | "embed" | "param" | "source" | "track")
}
