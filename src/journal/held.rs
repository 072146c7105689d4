//! What the journal holds of the lines of a job that is taken up again.

use rusqlite::{OptionalExtension, params};

use super::attempts::{EARLIER, earlier};
use super::{AttemptState, Earlier, Journal, LineKey, status_of};
use crate::error::Result;
use crate::model::Status;

/// What the journal holds of a line: all that follows from it depends on these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The line's status; `None`: its item is not looked up yet.
    pub status: Option<Status>,
    /// How the line's own attempt stands that was, or may have been, carried out, where it has one.
    pub attempt: Option<AttemptState>,
}

/// A line whose attempt has no answer in the journal: the process ended in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The attempt's number.
    pub attempt: i64,
    /// The line.
    pub key: LineKey,
    /// What the journal holds of it.
    pub held: Held,
}

impl Journal {
    /// The lines of a job whose attempts have no answer. Only of use while no process works on the job.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn unanswered(&self, job: i64) -> Result<Vec<Unanswered>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT a.id, a.row, a.seq, o.status FROM attempts a
                 JOIN outcomes o ON o.job = a.job AND o.row = a.row AND o.seq = a.seq
                 WHERE a.job = ?1 AND a.state = 'intended' ORDER BY a.row, a.seq",
            )?
            .query_map([job], |row| {
                let status: String = row.get(3)?;
                Ok(Unanswered {
                    attempt: row.get(0)?,
                    key: LineKey { row: row.get(1)?, seq: row.get(2)? },
                    held: Held { status: Some(status_of(&status)), attempt: Some(AttemptState::Intended) },
                })
            })?
            .collect()
        })
    }

    /// What the journal holds of each line of a job, in sheet order.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn held(&self, job: i64) -> Result<Vec<(LineKey, Held)>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT r.row, o.seq, o.status, (SELECT a.state FROM attempts a
                    WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq AND a.blocking = 1)
                 FROM rows r LEFT JOIN outcomes o ON o.job = r.job AND o.row = r.row
                 WHERE r.job = ?1 ORDER BY r.row, o.seq",
            )?
            .query_map([job], |row| {
                let (status, attempt): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                let held = Held {
                    status: status.as_deref().map(status_of),
                    attempt: attempt.as_deref().map(AttemptState::from_code),
                };
                Ok((LineKey { row: row.get(0)?, seq: row.get::<_, Option<u32>>(1)?.unwrap_or(0) }, held))
            })?
            .collect()
        })
    }

    /// The lines in doubt of which no attempt of their own stands in the way any more, but one of another job's: with
    /// that attempt, or with nothing where it has come to nothing since.
    ///
    /// A line whose own unclear attempt was let past (`--again`) is among them only while another one stands there:
    /// what may have been carried out is never free to be sent.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn blocked(&self, job: i64, operation: &str) -> Result<Vec<(LineKey, Option<Earlier>)>> {
        self.read(|db| {
            let mut lines = db.prepare_cached(
                "SELECT o.row, o.seq, l.account, o.target, EXISTS (SELECT 1 FROM attempts a
                    WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq
                      AND a.state IN ('intended', 'accepted', 'unclear'))
                 FROM outcomes o JOIN lanes l ON l.job = o.job AND l.lane = o.lane
                 WHERE o.job = ?1 AND o.status = 'in_doubt' AND o.target IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM attempts a WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq AND a.blocking = 1)
                 ORDER BY o.row, o.seq",
            )?;
            let mut earlier_of = db.prepare_cached(&format!("{EARLIER} AND target = ?3 AND blocking = 1"))?;
            let mut lines = lines.query([job])?;
            let mut found = Vec::new();
            while let Some(line) = lines.next()? {
                let (key, was_let_past) = (LineKey { row: line.get(0)?, seq: line.get(1)? }, line.get::<_, bool>(4)?);
                let (account, target) = (line.get_ref(2)?.as_str()?, line.get_ref(3)?.as_str()?);
                let other = earlier_of.query_row(params![operation, account, target], earlier).optional()?;
                if other.is_some() || !was_let_past {
                    found.push((key, other));
                }
            }
            Ok(found)
        })
    }
}
