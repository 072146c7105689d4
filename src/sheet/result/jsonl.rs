//! The rows as JSON, one object a line, for programs. Text is whole and exact; the characters that a terminal
//! would obey are written as JSON escapes, which is the same text.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::new_file::NewFile;
use super::{ResultWriter, Summary, Written, trouble, when};
use crate::error::Result;
use crate::model::Line;
use crate::plain::is_hidden;
use crate::text::Lang;

/// A file of JSON lines that is being written.
pub(super) struct Lines {
    out: BufWriter<NewFile>,
    operation: &'static str,
    lang: Lang,
}

/// One line. The keys and their order are a contract: scripts read them.
#[derive(Serialize)]
struct Object<'a> {
    row: u64,
    shop: &'a str,
    operation: &'static str,
    item: &'a str,
    filter: &'a str,
    target: Option<&'a str>,
    name: Option<&'a str>,
    reason: &'a str,
    status: &'static str,
    detail: &'a str,
    attempts: u32,
    sent_at: Option<String>,
}

impl Lines {
    pub(super) fn start(file: NewFile, operation: &'static str, lang: Lang) -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, file), operation, lang }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let sentence = line.sentence();
        let is_named = line.target.is_some() || !line.name.is_empty();
        let object = Object {
            row: line.row,
            shop: &line.shop,
            operation: self.operation,
            item: &line.item,
            filter: &line.filter,
            target: line.target.as_deref(),
            name: is_named.then_some(line.name.as_str()),
            reason: &line.reason,
            status: line.status.code(),
            detail: sentence.say(self.lang),
            attempts: line.attempts,
            sent_at: line.sent_at.and_then(when::utc),
        };
        object.serialize(&mut serde_json::Serializer::with_formatter(&mut self.out, Harmless))?;
        self.out.write_all(b"\n")
    }
}

impl ResultWriter for Lines {
    fn line(&mut self, line: &Line) -> Result<()> {
        self.write(line).map_err(|error| trouble::cannot_write(self.out.get_ref().target(), &error))
    }

    fn finish(self: Box<Self>, summary: &Summary) -> Result<Written> {
        let path = self.out.get_ref().target().to_owned();
        let file = self.out.into_inner().map_err(|error| trouble::cannot_write(&path, error.error()));
        file.and_then(NewFile::put_in_place).map_err(|error| trouble::after_a_run(error, summary.job))
    }
}

/// Compact JSON in which hidden characters stand as escapes.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}
