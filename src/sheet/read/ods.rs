//! `.ods`: read as a stream of XML, because the workbook library would lay every worksheet out whole,
//! with all the rows and cells that the file merely says are repeated.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek as _, SeekFrom};
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Worksheet;
use super::file::SheetFile;
use super::merged::{Merges, Range};
use super::ods_cell::Value;
use super::ods_styles::{Styles, attribute, find_attribute};
use super::record::{Mark, Record, Sink};
use crate::error::Result;
use crate::sheet::Bounds;
use crate::sheet::bounds::{COLUMNS, ROWS};
use crate::text;

/// An `OpenDocument` workbook.
pub(super) struct Ods {
    opened: File,
    worksheets: Vec<Worksheet>,
    styles: Styles,
}

impl Ods {
    pub(super) fn open(file: &SheetFile, opened: File) -> Result<Self> {
        let mut this = Self { opened, worksheets: Vec::new(), styles: Styles::default() };
        this.check_password(file)?;
        this.read_common_styles(file)?;
        this.worksheets = this.read_worksheets(file)?;
        Ok(this)
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        self.worksheets.clone()
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let styles = std::mem::take(&mut self.styles);
        let scanned = self.with_part(file, "content.xml", |xml| {
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) if is_table(&tag) && table_name(&tag) == worksheet => {
                        return Table::new(file, bounds, &styles, sink).read(xml);
                    }
                    Event::Eof => return Err(file.broken("the worksheet is not there any more")),
                    _ => (),
                }
            }
        });
        self.styles = styles;
        scanned
    }

    /// Reads one part of the archive as XML.
    fn with_part<T>(
        &mut self,
        file: &SheetFile,
        part: &str,
        read: impl FnOnce(&mut Reader<&mut dyn BufRead>) -> Result<T>,
    ) -> Result<T> {
        self.opened.seek(SeekFrom::Start(0)).map_err(|fault| file.broken(fault))?;
        let mut archive = ZipArchive::new(BufReader::new(&self.opened)).map_err(|fault| file.broken(fault))?;
        let entry = archive.by_name(part).map_err(|fault| file.broken(format_args!("{part}: {fault}")))?;
        let mut unpacked = BufReader::new(entry);
        let mut xml = Reader::from_reader(&mut unpacked as &mut dyn BufRead);
        xml.config_mut().expand_empty_elements = true;
        read(&mut xml)
    }

    /// A password shows in the manifest.
    fn check_password(&mut self, file: &SheetFile) -> Result<()> {
        self.with_part(file, "META-INF/manifest.xml", |xml| {
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) if tag.name().as_ref() == "manifest:encryption-data" => {
                        return Err(file.encrypted());
                    }
                    Event::Eof => return Ok(()),
                    _ => (),
                }
            }
        })
    }

    /// The names of all worksheets; one is hidden when its style says that it is not displayed.
    fn read_worksheets(&mut self, file: &SheetFile) -> Result<Vec<Worksheet>> {
        let mut styles = std::mem::take(&mut self.styles);
        let read = self.with_part(file, "content.xml", |xml| {
            let (mut worksheets, mut depth) = (Vec::new(), 0_u32);
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) if is_table(&tag) => {
                        depth += 1;
                        let hidden = styles.is_hidden_table(&attribute(&tag, "table:style-name"));
                        if depth == 1 {
                            worksheets.push(Worksheet { name: table_name(&tag), hidden });
                        }
                    }
                    Event::Start(tag) if depth == 0 => styles.take(&tag),
                    Event::End(tag) if tag.name().as_ref() == "table:table" => depth = depth.saturating_sub(1),
                    Event::Eof if depth > 0 => return Err(file.broken("the file ends inside a worksheet")),
                    Event::Eof => return Ok(worksheets),
                    _ => (),
                }
            }
        });
        self.styles = styles;
        read
    }

    /// The styles that people have named, which stand in a part of their own where there are any.
    fn read_common_styles(&mut self, file: &SheetFile) -> Result<()> {
        if !self.has_part(file, "styles.xml")? {
            return Ok(());
        }
        let mut styles = Styles::default();
        self.with_part(file, "styles.xml", |xml| {
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) => styles.take(&tag),
                    Event::Eof => return Ok(()),
                    _ => (),
                }
            }
        })?;
        self.styles = styles;
        Ok(())
    }

    fn has_part(&mut self, file: &SheetFile, part: &str) -> Result<bool> {
        self.opened.seek(SeekFrom::Start(0)).map_err(|fault| file.broken(fault))?;
        let archive = ZipArchive::new(BufReader::new(&self.opened)).map_err(|fault| file.broken(fault))?;
        Ok(archive.index_for_name(part).is_some())
    }
}

fn is_table(tag: &BytesStart<'_>) -> bool {
    tag.name().as_ref() == "table:table"
}

fn table_name(tag: &BytesStart<'_>) -> String {
    attribute(tag, "table:name")
}

/// How often a row or cell stands there.
fn repeats(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).trim().parse().unwrap_or(1).max(1)
}

/// One worksheet while it is read.
struct Table<'a> {
    file: &'a SheetFile,
    bounds: &'a Bounds,
    styles: &'a Styles,
    sink: Sink<'a>,
    row: u64,
    cells: u64,
    record: Record,
    merges: Merges,
    columns: Columns,
    /// How many groups of rows around this place are not shown.
    hidden_groups: u32,
    groups: Vec<bool>,
}

impl<'a> Table<'a> {
    fn new(file: &'a SheetFile, bounds: &'a Bounds, styles: &'a Styles, sink: Sink<'a>) -> Self {
        let (record, merges, columns) = (Record::default(), Merges::default(), Columns::default());
        let groups = Vec::new();
        Self { file, bounds, styles, sink, row: 1, cells: 0, record, merges, columns, hidden_groups: 0, groups }
    }

    fn read(mut self, xml: &mut Reader<&mut dyn BufRead>) -> Result<()> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|fault| self.file.broken(fault))? {
                Event::Start(tag) => match tag.name().as_ref() {
                    "table:table-row" => {
                        let times = repeats(&tag, "table:number-rows-repeated");
                        self.record.start(self.row);
                        self.record.is_hidden = is_hidden(&tag) || self.hidden_groups > 0;
                        self.read_row(xml)?;
                        if self.hand_over(times)?.is_break() {
                            return Ok(());
                        }
                    }
                    "table:table-column" => self.columns.add(&tag, is_hidden(&tag) || self.hidden_groups > 0),
                    "table:table-row-group" | "table:table-column-group" => {
                        let hides = attribute(&tag, "table:display") == "false";
                        self.groups.push(hides);
                        self.hidden_groups += u32::from(hides);
                    }
                    _ => (),
                },
                Event::End(tag) => match tag.name().as_ref() {
                    "table:table-row-group" | "table:table-column-group" => {
                        self.hidden_groups -= u32::from(self.groups.pop().unwrap_or(false));
                    }
                    "table:table" => return Ok(()),
                    _ => (),
                },
                Event::Eof => return Err(self.file.broken("the file ends inside a worksheet")),
                _ => (),
            }
        }
    }

    fn read_row(&mut self, xml: &mut Reader<&mut dyn BufRead>) -> Result<()> {
        let mut column = 0_u64;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|fault| self.file.broken(fault))? {
                Event::Start(tag) if matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => {
                    column = self.read_cell(&tag, column, xml)?;
                }
                Event::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(()),
                Event::Eof => return Err(self.file.broken("the file ends inside a row")),
                _ => (),
            }
        }
    }

    /// Reads a cell, which may stand for several, and gives the column behind it.
    fn read_cell(&mut self, tag: &BytesStart<'_>, column: u64, xml: &mut Reader<&mut dyn BufRead>) -> Result<u64> {
        let times = repeats(tag, "table:number-columns-repeated");
        let style = find_attribute(tag, "table:style-name");
        self.add_merged(tag, column)?;
        let value = Value::read(tag, xml, self.file, self.styles)?;
        let end = column.saturating_add(times);
        let Some(cell) = value.cell() else { return Ok(end) };
        if end > u64::from(COLUMNS) {
            return Err(self.file.broken("a cell outside of the worksheet"));
        }
        let columns = (0..COLUMNS).skip(usize::try_from(column).unwrap_or(usize::MAX));
        for column in columns.take(usize::try_from(times).unwrap_or(usize::MAX)) {
            self.record.put(column, cell);
            let about = self.columns.of(column);
            let style = style.as_deref().or(about.map(|about| about.style.as_str())).unwrap_or_default();
            if value.has_struck_part || self.styles.is_struck(style) {
                self.record.mark(column, Mark::Struck);
            }
            if about.is_some_and(|about| about.is_hidden) {
                self.record.mark(column, Mark::InHiddenColumn);
            }
        }
        Ok(end)
    }

    /// A cell that spans others covers them.
    fn add_merged(&mut self, tag: &BytesStart<'_>, column: u64) -> Result<()> {
        let rows = repeats(tag, "table:number-rows-spanned");
        let columns = repeats(tag, "table:number-columns-spanned");
        if rows == 1 && columns == 1 {
            return Ok(());
        }
        let last_row = self.row.saturating_add(rows - 1).min(ROWS);
        let last = column.saturating_add(columns - 1).min(u64::from(COLUMNS - 1));
        let (Ok(first), Ok(last)) = (u32::try_from(column), u32::try_from(last)) else { return Ok(()) };
        self.merges.add(self.file, Range { rows: (self.row, last_row), columns: (first, last) })
    }

    /// Hands the row over as often as it stands there.
    fn hand_over(&mut self, times: u64) -> Result<ControlFlow<()>> {
        let first = self.row;
        self.row = first.saturating_add(times);
        if self.record.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if self.row - 1 > ROWS {
            return Err(self.file.broken("a row outside of the worksheet"));
        }
        self.cells = self.cells.saturating_add(times.saturating_mul(self.record.len() as u64));
        if self.cells > self.bounds.cells {
            let limit = self.bounds.cells;
            return Err(self.file.too_big(&text!("单元格超过 {limit} 个", "it has more than {limit} cells")));
        }
        for number in first..self.row {
            // A row that is there once need not be copied.
            let mut copy = (times > 1).then(|| self.record.clone());
            let record = copy.as_mut().unwrap_or(&mut self.record);
            record.number = number;
            self.merges.mark(self.file, record)?;
            if (self.sink)(record)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The columns of a worksheet as far as they differ from others.
#[derive(Debug, Default)]
struct Columns {
    /// The column behind the last one, and each run of columns with its end.
    end: u64,
    runs: Vec<(u64, ColumnStyle)>,
}

/// What holds for the cells of a column.
#[derive(Debug)]
struct ColumnStyle {
    is_hidden: bool,
    /// The style of cells that have none of their own.
    style: String,
}

impl Columns {
    fn add(&mut self, tag: &BytesStart<'_>, is_hidden: bool) {
        self.end = self.end.saturating_add(repeats(tag, "table:number-columns-repeated"));
        if self.runs.len() < COLUMNS as usize {
            let style = attribute(tag, "table:default-cell-style-name");
            self.runs.push((self.end, ColumnStyle { is_hidden, style }));
        }
    }

    fn of(&self, column: u32) -> Option<&ColumnStyle> {
        let at = self.runs.partition_point(|(end, _)| *end <= u64::from(column));
        self.runs.get(at).map(|(_, about)| about)
    }
}

/// Whether a row or column is hidden by hand or by a filter.
fn is_hidden(tag: &BytesStart<'_>) -> bool {
    matches!(attribute(tag, "table:visibility").as_str(), "collapse" | "filter")
}
