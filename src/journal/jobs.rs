//! Jobs: one sheet each, on its way from rows to outcomes.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};

use super::{Journal, from_json, json, now_ms};
use crate::error::Result;
use crate::model::{Item, Row, Status};
use crate::text::Text;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its sheet is being read; nothing else is known yet.
    Reading,
    /// Items are being looked up.
    Planning,
    /// The plan is whole; a live job waits for its confirmation.
    Planned,
    /// Confirmed: targets are being submitted.
    Submitting,
    /// Nothing is left to do, and the result was written.
    Done,
}

impl State {
    const ALL: [Self; 5] = [Self::Reading, Self::Planning, Self::Planned, Self::Submitting, Self::Done];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Planning => "planning",
            Self::Planned => "planned",
            Self::Submitting => "submitting",
            Self::Done => "done",
        }
    }
}

/// A job before its rows.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The operation's stable name.
    pub operation: String,
    /// The sheet's path.
    pub sheet: String,
    /// Whether nothing will be submitted.
    pub dry_run: bool,
    /// Whether it runs against the embedded sandbox.
    pub sandbox: bool,
    /// How it is to be run, as the engine's own JSON.
    pub options: String,
    /// The headings of the sheet's own further columns.
    pub extra: Vec<String>,
    /// Where the result goes.
    pub result: String,
}

/// A row on its way into the journal.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// The row.
    pub row: Row,
    /// The lane of its shop, where it has one.
    pub lane: Option<u32>,
    /// What it names; `None` for a row that is not to be looked up.
    pub item: Option<Item>,
    /// What became of it already: a bad row, or one that an earlier result settled.
    pub outcome: Option<(Status, Text)>,
}

/// One shop of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its number in the job.
    pub lane: u32,
    /// The shop's name.
    pub shop: String,
    /// The account that attempts are remembered under.
    pub account: String,
}

/// What the journal knows of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobInfo {
    /// The job's number.
    pub id: i64,
    /// Eight hex digits that make the job's request numbers unlike any other machine's.
    pub token: String,
    /// The operation's stable name.
    pub operation: String,
    /// The sheet's path.
    pub sheet: String,
    /// Whether nothing is submitted.
    pub dry_run: bool,
    /// Whether it runs against the embedded sandbox.
    pub sandbox: bool,
    /// How it is run, as the engine's own JSON.
    pub options: String,
    /// The headings of the sheet's own further columns.
    pub extra: Vec<String>,
    /// Where the result goes.
    pub result: String,
    /// The SHA-256 of the result when it was last written, in hex; known only of a job that sends nothing.
    pub result_sha256: Option<String>,
    /// How far it is.
    pub state: State,
    /// Epoch ms.
    pub created_at: i64,
    /// When a person (or `--yes`) said yes: epoch ms.
    pub confirmed_at: Option<i64>,
    /// Epoch ms.
    pub ended_at: Option<i64>,
    /// The process that last worked on it.
    pub pid: u32,
    /// Its rows.
    pub rows: u64,
}

const INFO: &str = "SELECT id, token, operation, sheet, dry_run, sandbox, options, extra, result, state, created_at,
    confirmed_at, ended_at, pid, (SELECT count(*) FROM rows WHERE rows.job = jobs.id), result_sha256 FROM jobs";

fn info(row: &SqlRow<'_>) -> rusqlite::Result<JobInfo> {
    let state: String = row.get(9)?;
    Ok(JobInfo {
        id: row.get(0)?,
        token: row.get(1)?,
        operation: row.get(2)?,
        sheet: row.get(3)?,
        dry_run: row.get(4)?,
        sandbox: row.get(5)?,
        options: row.get(6)?,
        extra: from_json(7, &row.get::<_, String>(7)?)?,
        result: row.get(8)?,
        state: State::ALL.into_iter().find(|known| known.code() == state).unwrap_or(State::Done),
        created_at: row.get(10)?,
        confirmed_at: row.get(11)?,
        ended_at: row.get(12)?,
        pid: row.get(13)?,
        rows: row.get(14)?,
        result_sha256: row.get(15)?,
    })
}

impl Journal {
    /// Makes a job whose sheet is still being read. Until [`rows_are_read`](Self::rows_are_read) it
    /// does not count as one.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn create_job(&self, new: NewJob) -> Result<i64> {
        let pid = std::process::id();
        let write = self.later(move |db| {
            db.execute(
                "INSERT INTO jobs (token, operation, sheet, content, dry_run, sandbox, options, extra, result, state,
                    created_at, pid) VALUES (lower(hex(randomblob(4))), ?1, ?2, '', ?3, ?4, ?5, ?6, ?7, 'reading', ?8, ?9)",
                params![
                    new.operation,
                    new.sheet,
                    new.dry_run,
                    new.sandbox,
                    new.options,
                    json(&new.extra),
                    new.result,
                    now_ms(),
                    pid
                ],
            )?;
            Ok(db.last_insert_rowid())
        });
        write.wait()
    }

    /// Adds rows to a job that is being read.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn add_rows(&self, job: i64, rows: Vec<NewRow>) -> Result<()> {
        self.later(move |db| rows.iter().try_for_each(|row| add_row(db, job, row))).wait()
    }

    /// The sheet is read whole: the job begins to count, with all that a later start needs to know.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn rows_are_read(&self, job: i64, content: String, lanes: Vec<Lane>, result: String) -> Result<()> {
        let write = self.later(move |db| {
            for lane in &lanes {
                db.execute(
                    "INSERT INTO lanes (job, lane, shop, account) VALUES (?1, ?2, ?3, ?4)",
                    params![job, lane.lane, lane.shop, lane.account],
                )?;
            }
            db.execute(
                "UPDATE jobs SET state = 'planning', content = ?2, result = ?3 WHERE id = ?1",
                params![job, content, result],
            )
            .map(drop)
        });
        write.wait()
    }

    /// Jobs that began to be read before `before` (epoch ms) and never came to count: their process ended
    /// on the way, unless it still holds the job's lock.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn half_read(&self, before: i64) -> Result<Vec<i64>> {
        self.read(|db| {
            db.prepare_cached("SELECT id FROM jobs WHERE state = 'reading' AND created_at < ?1")?
                .query_map([before], |row| row.get(0))?
                .collect()
        })
    }

    /// Forgets a job that never became one.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn discard_job(&self, job: i64) -> Result<()> {
        self.later(move |db| {
            db.execute("DELETE FROM jobs WHERE id = ?1 AND state IN ('reading', 'planning')", [job]).map(drop)
        })
        .wait()
    }

    /// Another process, or this one, goes on with a job.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn take_job(&self, job: i64, options: String, result: String) -> Result<()> {
        let pid = std::process::id();
        self.later(move |db| {
            db.execute(
                "UPDATE jobs SET pid = ?2, options = ?3, result = ?4, ended_at = NULL WHERE id = ?1",
                params![job, pid, options, result],
            )
            .map(drop)
        })
        .wait()
    }

    /// Moves a job on.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn mark(&self, job: i64, state: State) -> Result<()> {
        self.later(move |db| {
            let confirmed = (state == State::Submitting).then(now_ms);
            db.execute(
                "UPDATE jobs SET state = ?2, confirmed_at = coalesce(confirmed_at, ?3), ended_at = NULL WHERE id = ?1",
                params![job, state.code(), confirmed],
            )
            .map(drop)
        })
        .done()
        .await
    }

    /// Nothing of a job is left to do; its result is to be written yet.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn end(&self, job: i64) -> Result<()> {
        self.later(move |db| {
            db.execute("UPDATE jobs SET ended_at = ?2 WHERE id = ?1", params![job, now_ms()]).map(drop)
        })
        .done()
        .await
    }

    /// A job that ended has its result: it is done. With this all that was written for it is on the disk.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn close(&self, job: i64) -> Result<()> {
        self.durable(move |db| db.execute("UPDATE jobs SET state = 'done' WHERE id = ?1", [job]).map(drop)).wait()
    }

    /// What is known of a job.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn job(&self, job: i64) -> Result<Option<JobInfo>> {
        self.read(|db| db.query_row(&format!("{INFO} WHERE id = ?1 AND state <> 'reading'"), [job], info).optional())
    }

    /// The newest jobs, newest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn jobs(&self, most: u32) -> Result<Vec<JobInfo>> {
        self.read(|db| {
            db.prepare_cached(&format!("{INFO} WHERE state <> 'reading' ORDER BY id DESC LIMIT ?1"))?
                .query_map([most], info)?
                .collect()
        })
    }

    /// The newest job that is not done.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn latest_unfinished(&self) -> Result<Option<JobInfo>> {
        let query = format!("{INFO} WHERE state NOT IN ('reading', 'done') ORDER BY id DESC LIMIT 1");
        self.read(|db| db.query_row(&query, [], info).optional())
    }

    /// The newest live job with the same content and shops that is not done.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn unfinished_twin(&self, content: &str) -> Result<Option<JobInfo>> {
        let query = format!(
            "{INFO} WHERE content = ?1 AND NOT dry_run AND state NOT IN ('reading', 'done') ORDER BY id DESC LIMIT 1"
        );
        self.read(|db| db.query_row(&query, [content], info).optional())
    }

    /// The shops of a job.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn lanes(&self, job: i64) -> Result<Vec<Lane>> {
        self.read(|db| {
            db.prepare_cached("SELECT lane, shop, account FROM lanes WHERE job = ?1 ORDER BY lane")?
                .query_map([job], |row| Ok(Lane { lane: row.get(0)?, shop: row.get(1)?, account: row.get(2)? }))?
                .collect()
        })
    }

    /// Remembers where a job's result stands and, of one that sent nothing, what it holds.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn remember_result(&self, job: i64, result: String, sha256: Option<String>) -> Result<()> {
        self.later(move |db| {
            db.execute("UPDATE jobs SET result = ?2, result_sha256 = ?3 WHERE id = ?1", params![job, result, sha256])
                .map(drop)
        })
        .wait()
    }

    /// The newest job whose result is, or was to be, at this path.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn job_of_result(&self, result: &str) -> Result<Option<JobInfo>> {
        let query = format!("{INFO} WHERE result = ?1 AND state <> 'reading' ORDER BY id DESC LIMIT 1");
        self.read(|db| db.query_row(&query, [result], info).optional())
    }

    /// The newest job that sent nothing and wrote exactly this result at this path.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn job_of_untouched_result(&self, result: &str, sha256: &str) -> Result<Option<JobInfo>> {
        let query =
            format!("{INFO} WHERE result = ?1 AND result_sha256 = ?2 AND state <> 'reading' ORDER BY id DESC LIMIT 1");
        self.read(|db| db.query_row(&query, [result, sha256], info).optional())
    }
}

fn add_row(db: &Connection, job: i64, new: &NewRow) -> rusqlite::Result<()> {
    let item = match (&new.item, new.lane) {
        (Some(item), Some(lane)) => Some(item_number(db, job, lane, item)?),
        _ => None,
    };
    let row = &new.row;
    db.prepare_cached(
        "INSERT INTO rows (job, row, lane, item, cells, extra, pinned_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![job, row.number, new.lane, item, json(&row.cells), json(&row.extra), row.pinned_name])?;
    if let Some((status, detail)) = &new.outcome {
        db.prepare_cached("INSERT INTO outcomes (job, row, seq, lane, status, detail) VALUES (?1, ?2, 0, ?3, ?4, ?5)")?
            .execute(params![job, row.number, new.lane, status.code(), json(detail)])?;
    }
    Ok(())
}

/// The item's number, which follows the order in which the sheet first names it.
fn item_number(db: &Connection, job: i64, lane: u32, item: &Item) -> rusqlite::Result<i64> {
    let cells = json(item);
    let known = db
        .prepare_cached("SELECT item FROM items WHERE job = ?1 AND lane = ?2 AND cells = ?3")?
        .query_row(params![job, lane, cells], |row| row.get(0))
        .optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    let next: i64 = db
        .prepare_cached("SELECT 1 + coalesce(max(item), 0) FROM items WHERE job = ?1 AND lane = ?2")?
        .query_row(params![job, lane], |row| row.get(0))?;
    db.prepare_cached("INSERT INTO items (job, lane, item, cells) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![job, lane, next, cells])?;
    Ok(next)
}
