//! The rows as CSV: UTF-8 with BOM, CRLF, safe to open in Excel (see [`guarded`](crate::sheet::guarded)).

use std::io::{BufWriter, Write};

use super::layout::{Cell, Layout};
use super::new_file::NewFile;
use super::{ResultWriter, Summary, Written, trouble};
use crate::error::{Error, Result};
use crate::model::Line;
use crate::sheet::guarded::guarded;

/// A CSV file that is being written.
pub(super) struct Table {
    out: csv::Writer<BufWriter<NewFile>>,
    layout: Layout,
    path: std::path::PathBuf,
}

/// Excel takes a CSV file without it for the system's own encoding.
const BOM: &[u8] = b"\xef\xbb\xbf";

impl Table {
    pub(super) fn start(file: NewFile, layout: Layout) -> Result<Self> {
        let path = file.target().to_owned();
        let mut out = BufWriter::with_capacity(1 << 16, file);
        out.write_all(BOM).map_err(|error| trouble::cannot_write(&path, &error))?;
        let out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut table = Self { out, layout, path };
        for field in &table.layout.fields {
            let heading = guarded(&field.heading);
            table.out.write_field(heading.as_bytes()).map_err(|error| cannot_write(&table.path, error))?;
        }
        table.end_record()?;
        Ok(table)
    }

    fn end_record(&mut self) -> Result<()> {
        self.out.write_record(None::<&[u8]>).map_err(|error| cannot_write(&self.path, error))
    }
}

impl ResultWriter for Table {
    fn line(&mut self, line: &Line) -> Result<()> {
        for field in &self.layout.fields {
            let written = match self.layout.cell(field, line) {
                Cell::Number(number) => self.out.write_field(number.to_string()),
                Cell::Status(status) => self.out.write_field(status.code()),
                Cell::Text(text) => self.out.write_field(guarded(&text).as_bytes()),
            };
            written.map_err(|error| cannot_write(&self.path, error))?;
        }
        self.end_record()
    }

    fn finish(self: Box<Self>, summary: &Summary) -> Result<Written> {
        let Self { out, path, .. } = *self;
        let finish = || {
            let buffered = out.into_inner().map_err(|error| trouble::cannot_write(&path, error.error()))?;
            let file = buffered.into_inner().map_err(|error| trouble::cannot_write(&path, error.error()))?;
            file.put_in_place()
        };
        finish().map_err(|error| trouble::after_a_run(error, summary.job))
    }
}

fn cannot_write(path: &std::path::Path, error: csv::Error) -> Error {
    let words = error.to_string();
    // The error itself, where there is one: a full disk is told from other trouble by its kind.
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => std::io::Error::other(words),
    };
    trouble::cannot_write(path, &error)
}
