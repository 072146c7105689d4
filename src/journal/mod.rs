//! The truth about what was sent; durable. Every query of it lives here.
//!
//! The journal is one SQLite file in the user's data folder. One thread writes ([`Journal`] is its
//! handle); readers see what is committed. Nothing outside this room knows that it is SQLite.

mod attempts;
mod files;
mod held;
mod jobs;
mod lines;
mod migrations;
mod plan;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub use attempts::{Answered, AttemptState, Earlier, Intended, Intent};
pub use held::{Held, Unanswered};
pub use jobs::{JobInfo, Lane, NewJob, NewRow, State};
pub use lines::{JournalLine, LineKey};
pub use plan::{Outcome, Planned, ToFind, Tried};
pub use writer::Commits;

use crate::error::Result;
use crate::model::Status;
use writer::{Sync, Writer, Written};

/// The journal, open for reading and writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// Before the writer, so that it is closed first: the last to close moves the log into the file, and
    /// only one that may write can.
    reader: Mutex<Connection>,
    writer: Writer,
}

impl Journal {
    /// Opens the journal, making it where there is none.
    ///
    /// # Errors
    /// When the file cannot be written, is damaged, is no journal, or is a newer program's. It is
    /// never overwritten.
    pub fn open(path: &Path) -> Result<Self> {
        let writer = schema::open_writer(path)?;
        let reader = schema::open_reader(path)?;
        Ok(Self { path: path.to_owned(), writer: Writer::start(writer, path)?, reader: Mutex::new(reader) })
    }

    /// Opens a journal that a simulation uses on one thread, for as long as the process lives: it is not
    /// synced to the disk, and each write is committed before the call that asks for it returns.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[cfg(debug_assertions)]
    pub fn open_for_simulation(path: &Path) -> Result<Self> {
        let writer = schema::open_writer(path)?;
        let reader = schema::open_reader(path)?;
        let unsynced = writer.execute_batch("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;");
        unsynced.map_err(|why| schema::broken(&path.display().to_string(), &why))?;
        Ok(Self { path: path.to_owned(), writer: Writer::here(writer, path)?, reader: Mutex::new(reader) })
    }

    /// Runs a query and names the file in what goes wrong.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        query(&self.reader()).map_err(|why| schema::broken(&self.path.display().to_string(), &why))
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        // A reader that panicked leaves nothing half done: the connection only reads.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a write whose commit may be synced with a later one.
    fn later<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Written<T> {
        self.writer.write(Sync::Later, run)
    }

    /// Queues a write that must be on the disk before anything follows from it.
    fn durable<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Written<T> {
        self.writer.write(Sync::Durable, run)
    }

    /// How many transactions were committed since it was opened, and how many writes were in them.
    #[must_use]
    pub fn commits(&self) -> Commits {
        self.writer.commits()
    }

    /// Looks whether the files are still the ones that were opened: asked before anything leaves that cannot be undone.
    ///
    /// # Errors
    /// When they were deleted, moved or replaced: then nothing may be sent.
    pub fn check_files(&self) -> Result<()> {
        self.writer.check_files()
    }

    /// Whether the files were found deleted, moved or replaced. What was committed until then can still be read.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.writer.is_lost()
    }

    /// Waits until all that was written before is on the disk.
    ///
    /// # Errors
    /// When the writer broke.
    pub async fn sync(&self) -> Result<()> {
        self.durable(|_| Ok(())).done().await
    }
}

/// Milliseconds since 1970 on this machine's clock.
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// An unknown word is treated as the one that forbids most.
fn status_of(code: &str) -> Status {
    Status::from_code(code).unwrap_or(Status::InDoubt)
}

/// JSON of values that always have one: strings and lists of strings.
fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads back what [`json`] wrote.
fn from_json<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|why| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(why)))
}
