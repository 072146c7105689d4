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
use super::ods_cell::Value;
use super::record::{Record, Sink};
use crate::error::Result;
use crate::sheet::Bounds;
use crate::sheet::bounds::{COLUMNS, ROWS};
use crate::text;

/// An `OpenDocument` workbook.
pub(super) struct Ods {
    opened: File,
    worksheets: Vec<Worksheet>,
}

impl Ods {
    pub(super) fn open(file: &SheetFile, opened: File) -> Result<Self> {
        let mut this = Self { opened, worksheets: Vec::new() };
        this.check_password(file)?;
        this.worksheets = this.read_worksheets(file)?;
        Ok(this)
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        self.worksheets.clone()
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        self.with_part(file, "content.xml", |xml| {
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) if is_table(&tag) && table_name(&tag) == worksheet => {
                        return Table { file, bounds, sink, row: 1, cells: 0, record: Record::default() }.read(xml);
                    }
                    Event::Eof => return Err(file.broken("the worksheet is not there any more")),
                    _ => (),
                }
            }
        })
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
        self.with_part(file, "content.xml", |xml| {
            let (mut worksheets, mut hidden_styles) = (Vec::new(), Vec::new());
            let (mut style, mut depth) = (String::new(), 0_u32);
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match xml.read_event_into(&mut buffer).map_err(|fault| file.broken(fault))? {
                    Event::Start(tag) => match tag.name().as_ref() {
                        "style:style" => style = attribute(&tag, "style:name"),
                        "style:table-properties" if attribute(&tag, "table:display") == "false" => {
                            hidden_styles.push(style.clone());
                        }
                        "table:table" => {
                            depth += 1;
                            let hidden = hidden_styles.contains(&attribute(&tag, "table:style-name"));
                            if depth == 1 {
                                worksheets.push(Worksheet { name: table_name(&tag), hidden });
                            }
                        }
                        _ => (),
                    },
                    Event::End(tag) if tag.name().as_ref() == "table:table" => depth = depth.saturating_sub(1),
                    Event::Eof if depth > 0 => return Err(file.broken("the file ends inside a worksheet")),
                    Event::Eof => return Ok(worksheets),
                    _ => (),
                }
            }
        })
    }
}

fn is_table(tag: &BytesStart<'_>) -> bool {
    tag.name().as_ref() == "table:table"
}

fn table_name(tag: &BytesStart<'_>) -> String {
    attribute(tag, "table:name")
}

/// An attribute's value; empty where there is none.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name);
    found
        .and_then(|attribute| Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned()))
        .unwrap_or_default()
}

/// How often a row or cell stands there.
fn repeats(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).trim().parse().unwrap_or(1).max(1)
}

/// One worksheet while it is read.
struct Table<'a> {
    file: &'a SheetFile,
    bounds: &'a Bounds,
    sink: Sink<'a>,
    row: u64,
    cells: u64,
    record: Record,
}

impl Table<'_> {
    fn read(mut self, xml: &mut Reader<&mut dyn BufRead>) -> Result<()> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|fault| self.file.broken(fault))? {
                Event::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    let times = repeats(&tag, "table:number-rows-repeated");
                    self.read_row(xml)?;
                    if self.hand_over(times)?.is_break() {
                        return Ok(());
                    }
                }
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(()),
                Event::Eof => return Err(self.file.broken("the file ends inside a worksheet")),
                _ => (),
            }
        }
    }

    fn read_row(&mut self, xml: &mut Reader<&mut dyn BufRead>) -> Result<()> {
        self.record.start(self.row);
        let mut column = 0_u64;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|fault| self.file.broken(fault))? {
                Event::Start(tag) if matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => {
                    let times = repeats(&tag, "table:number-columns-repeated");
                    let value = Value::read(&tag, xml, self.file)?;
                    let end = column.saturating_add(times);
                    if let Some(cell) = value.cell() {
                        if end > u64::from(COLUMNS) {
                            return Err(self.file.broken("a cell outside of the worksheet"));
                        }
                        let columns = (0..COLUMNS).skip(usize::try_from(column).unwrap_or(usize::MAX));
                        for column in columns.take(usize::try_from(times).unwrap_or(usize::MAX)) {
                            self.record.put(column, cell);
                        }
                    }
                    column = end;
                }
                Event::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(()),
                Event::Eof => return Err(self.file.broken("the file ends inside a row")),
                _ => (),
            }
        }
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
            self.record.number = number;
            // A row that stands there once need not be copied.
            let flow = if times == 1 { (self.sink)(&mut self.record) } else { (self.sink)(&mut self.record.clone()) };
            if flow?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
