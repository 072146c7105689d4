//! The ledger's file: one JSON line a request, so that a sandbox that was killed goes on where it was.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Entry;
use crate::error::{Error, Kind, Result};
use crate::sandbox::clock::epoch_ms;

/// The first line of the file.
#[derive(Serialize, Deserialize)]
struct Heading {
    /// Marks the file as a sandbox's ledger: the version of its form.
    unpromo_sandbox_ledger: u32,
    /// When the ledger began.
    began_ms: u64,
}

const VERSION: u32 = 1;
const START: &[u8] = br#"{"unpromo_sandbox_ledger":"#;

/// The open file.
pub(super) struct LedgerFile {
    file: File,
    line: Vec<u8>,
    began_ms: u64,
}

/// What a file held when it was opened.
pub(super) struct Opened {
    pub file: LedgerFile,
    pub entries: Vec<Entry>,
    pub began_ms: u64,
}

impl LedgerFile {
    /// Opens or makes the file. A last line that was cut short by a kill was never answered: it is dropped.
    pub fn open(path: &Path) -> Result<Opened> {
        let cannot = |error: io::Error| {
            let path = path.display();
            Error::internal(crate::text!(
                "沙盒账本 {path} 无法使用:{error}",
                "the sandbox's ledger {path} cannot be used: {error}"
            ))
        };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(cannot)?;
        let (heading, entries, whole) = read(&file, path).map_err(|trouble| match trouble {
            Trouble::Io(error) => cannot(error),
            Trouble::Form(error) => error,
        })?;
        file.set_len(whole).map_err(cannot)?;
        file.seek(SeekFrom::End(0)).map_err(cannot)?;
        let began_ms = heading.as_ref().map_or_else(epoch_ms, |heading| heading.began_ms);
        let mut ledger = Self { file, line: Vec::with_capacity(512), began_ms };
        if heading.is_none() {
            ledger.write_heading().map_err(cannot)?;
        }
        Ok(Opened { file: ledger, entries, began_ms })
    }

    /// Hands one line to the operating system: it outlives this process, though not a power cut.
    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, entry)?;
        self.line.push(b'\n');
        self.file.write_all(&self.line)
    }

    /// Empties the file.
    pub fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.write_heading()
    }

    fn write_heading(&mut self) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Heading { unpromo_sandbox_ledger: VERSION, began_ms: self.began_ms })?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

enum Trouble {
    Io(io::Error),
    Form(Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads all whole lines; also tells how many bytes they are.
fn read(file: &File, path: &Path) -> std::result::Result<(Option<Heading>, Vec<Entry>, u64), Trouble> {
    let mut reader = BufReader::new(file);
    let (mut heading, mut entries, mut whole) = (None, Vec::new(), 0);
    let mut line = Vec::new();
    for number in 1_usize.. {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if length == 0 || line.last() != Some(&b'\n') {
            break;
        }
        let damaged = || Trouble::Form(not_a_ledger(path, number));
        if number == 1 {
            let found: Heading = serde_json::from_slice(&line).map_err(|_| damaged())?;
            if found.unpromo_sandbox_ledger != VERSION {
                return Err(damaged());
            }
            heading = Some(found);
        } else {
            entries.push(serde_json::from_slice(&line).map_err(|_| damaged())?);
        }
        whole += length as u64;
    }
    let cut_heading = START.starts_with(&line) || line.starts_with(START);
    if heading.is_none() && !cut_heading {
        return Err(Trouble::Form(not_a_ledger(path, 1)));
    }
    entries.sort_by_key(|entry: &Entry| entry.seq);
    Ok((heading, entries, whole))
}

fn not_a_ledger(path: &Path, line: usize) -> Error {
    let path = path.display();
    Error::new(
        Kind::Usage,
        crate::text!(
            "{path} 第 {line} 行不是沙盒账本的内容,文件没有改动",
            "line {line} of {path} is not of a sandbox's ledger; the file was left as it is"
        ),
    )
    .next(crate::text!("换一个文件名,或删除该文件", "name another file, or remove this one"))
}

#[cfg(test)]
mod tests {
    use super::LedgerFile;
    use std::io::Write;

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        for content in ["hello\n", "hello", "{\"a\":1}\n", "{\"a\":1}"] {
            let path = folder.path().join("other");
            std::fs::write(&path, content).expect("written");
            assert!(LedgerFile::open(&path).is_err());
            assert_eq!(std::fs::read_to_string(&path).expect("read"), content);
        }
    }

    #[test]
    fn a_line_cut_short_is_dropped_and_the_next_stands_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.jsonl");
        drop(LedgerFile::open(&path).expect("made"));
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("open");
        file.write_all(b"{\"seq\":1,\"at_").expect("written");
        assert!(LedgerFile::open(&path).expect("opened").entries.is_empty());
        assert_eq!(std::fs::read_to_string(&path).expect("read").lines().count(), 1);
    }
}
