//! Every format behind one face: a book has worksheets, and a worksheet is handed over row by row.

mod archive;
mod biff;
mod binary_records;
mod compound;
mod convert;
mod delimited;
mod encoding;
mod file;
mod guard;
mod html;
mod kind;
mod merged;
mod misread;
mod ods;
mod ods_cell;
mod ods_styles;
mod package;
mod record;
mod rows;
mod streamed;
mod text_file;
mod text_record;
mod text_stream;
mod utf8;
mod xls;
mod xlsx;
mod xml;

use std::fs::File;
use std::path::Path;

use archive::Format;
use delimited::Delimited;
use html::Html;
use kind::Container;
use ods::Ods;
use streamed::Streamed;
use xls::Dense;
use xlsx::Xlsx;

pub(super) use file::SheetFile;
pub(super) use merged::Range;
pub(super) use record::{Cell, Mark, Record, Sink};

use super::Bounds;
use crate::ahead::ahead;
use crate::error::Result;

/// A worksheet of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Worksheet {
    /// Its name; for a text file, the file's own.
    pub(super) name: String,
    /// Whether people do not see it.
    pub(super) hidden: bool,
}

/// A sheet of any format, open.
pub(super) struct Book {
    file: SheetFile,
    bounds: Bounds,
    source: Source,
}

enum Source {
    Xlsx(Box<Xlsx>),
    Streamed(Streamed),
    Dense(Dense),
    Ods(Ods),
    Delimited(Delimited),
    Html(Html),
}

/// What a file is written in, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A workbook.
    Workbook,
    /// Text with delimiters.
    Delimited,
    /// A web page.
    Html,
}

impl Book {
    /// Opens a sheet. `is_heading` knows the headings that somebody may look for; a text file's
    /// delimiter is told by them.
    ///
    /// # Errors
    /// When the file is missing, no sheet, damaged, protected by a password, or asks for more than its bounds.
    pub(super) fn open(path: &Path, bounds: Bounds, is_heading: &dyn Fn(&str) -> bool) -> Result<Self> {
        let file = SheetFile::new(path);
        let mut opened = file.open()?;
        let source = match kind::container(&file, &mut opened)? {
            Container::Zip => guard::inside(&file, || Source::from_archive(&file, opened, &bounds))?,
            Container::Compound => {
                guard::inside(&file, || Dense::open(&file, &mut opened, &bounds)).map(Source::Dense)?
            }
            Container::Html => {
                guard::inside(&file, || Html::open(&file, opened, &bounds, is_heading)).map(Source::Html)?
            }
            Container::Text => Source::Delimited(Delimited::open(&file, opened, &bounds, is_heading)?),
        };
        Ok(Self { file, bounds, source })
    }

    pub(super) fn file(&self) -> &SheetFile {
        &self.file
    }

    /// Whether there are no worksheets to choose from.
    pub(super) fn is_text(&self) -> bool {
        self.written() == Written::Delimited
    }

    /// What it is written in.
    pub(super) fn written(&self) -> Written {
        match self.source {
            Source::Xlsx(_) | Source::Streamed(_) | Source::Dense(_) | Source::Ods(_) => Written::Workbook,
            Source::Delimited(_) => Written::Delimited,
            Source::Html(_) => Written::Html,
        }
    }

    /// How many tables of a web page are left out without being looked through.
    pub(super) fn unread_tables(&self) -> u64 {
        match &self.source {
            Source::Html(page) => page.unread_tables(),
            _ => 0,
        }
    }

    /// The worksheets, in the book's order. A text file is one.
    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        match &self.source {
            Source::Xlsx(book) => book.worksheets(),
            Source::Streamed(book) => book.worksheets(),
            Source::Dense(book) => book.worksheets(),
            Source::Ods(book) => book.worksheets(),
            Source::Html(page) => page.worksheets(),
            Source::Delimited(_) => vec![Worksheet { name: self.file.name(), hidden: false }],
        }
    }

    /// Hands the rows of a worksheet over, from the top, until the sink has enough.
    ///
    /// # Errors
    /// The sink's own, and when the rest of the file is damaged or asks for more than its bounds.
    pub(super) fn scan(&mut self, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let Self { file, bounds, source } = self;
        let (file, bounds) = (&*file, &*bounds);
        let produce = |sink: Sink<'_>| match source {
            Source::Xlsx(book) => book.scan(file, bounds, worksheet, sink),
            Source::Streamed(book) => guard::inside(file, || book.scan(file, bounds, worksheet, sink)),
            Source::Dense(book) => guard::inside(file, || book.scan(file, worksheet, sink)),
            Source::Ods(book) => book.scan(file, bounds, worksheet, sink),
            Source::Delimited(book) => book.scan(file, bounds, sink),
            Source::Html(page) => guard::inside(file, || page.scan(file, bounds, worksheet, sink)),
        };
        ahead("sheet", produce, sink)
    }
}

impl Source {
    fn from_archive(file: &SheetFile, opened: File, bounds: &Bounds) -> Result<Self> {
        let again = opened.try_clone().map_err(|fault| file.broken(fault))?;
        let (format, package) = archive::inspect(file, opened, bounds)?;
        Ok(match format {
            Format::Xlsx => Self::Xlsx(Box::new(Xlsx::open(file, package)?)),
            Format::Xlsb => match package.faults.into_values().next() {
                Some(fault) => return Err(fault),
                None => Self::Streamed(Streamed::xlsb(file, again)?),
            },
            Format::Ods => Self::Ods(Ods::open(file, again)?),
        })
    }
}
