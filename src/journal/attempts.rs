//! Attempts: what was intended, sent and answered. The unique key that stands between a target and a
//! second submission is here.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Journal, LineKey, json, now_ms};
use crate::error::Result;
use crate::model::Status;
use crate::text::Text;

/// How an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// Committed, and perhaps sent. No answer is known.
    Intended,
    /// The platform took it.
    Accepted,
    /// The platform refused it: not carried out.
    Refused,
    /// It certainly was not carried out.
    NotCarriedOut,
    /// It was sent, and no clear answer came.
    Unclear,
}

impl AttemptState {
    const ALL: [Self; 5] = [Self::Intended, Self::Accepted, Self::Refused, Self::NotCarriedOut, Self::Unclear];

    const fn code(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NotCarriedOut => "not_carried_out",
            Self::Unclear => "unclear",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        // An unknown word is treated as the one that forbids most.
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Unclear)
    }

    /// Whether it was, or may have been, carried out: nothing else may be sent for its target.
    #[must_use]
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Intended | Self::Accepted | Self::Unclear)
    }
}

/// What is about to be sent.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The operation's stable name.
    pub operation: &'static str,
    /// The account that it is sent for.
    pub account: String,
    /// The item's id.
    pub item: String,
    /// The target's id.
    pub target: String,
    /// The target's name.
    pub name: String,
    /// The job.
    pub job: i64,
    /// The line of the job.
    pub key: LineKey,
    /// The number under which a repeat is harmless; empty where there is none.
    pub request_no: String,
    /// The line's own unclear attempt that this one stands in for: the same request number again, or
    /// `--resend-in-doubt`.
    pub replaces_own: bool,
    /// Whether an earlier job's answered attempt does not count (`--again`).
    pub again: bool,
}

/// Whether an attempt may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intended {
    /// It is on the disk, under this number.
    Go(i64),
    /// Another attempt for the target stands in the way.
    Blocked(Earlier),
}

/// An earlier attempt that was, or may have been, carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The target's id.
    pub target: String,
    /// The target's name then.
    pub name: String,
    /// How it stands.
    pub state: AttemptState,
    /// When it was sent: epoch ms.
    pub at: i64,
    /// The job that it was part of.
    pub job: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The attempt's number.
    pub attempt: i64,
    /// When it was sent: epoch ms; `None`: it was not.
    pub sent_at: Option<i64>,
    /// What the answer proves.
    pub state: AttemptState,
    /// The platform's words.
    pub words: Option<Text>,
    /// The line, and what it comes to; `None`: it will be tried again.
    pub outcome: Option<(i64, LineKey, Status, Option<Text>)>,
}

pub(super) const EARLIER: &str = "SELECT target, name, state, coalesce(sent_at, intended_at), job FROM attempts WHERE operation = ?1 AND account = ?2";

pub(super) fn earlier(row: &rusqlite::Row<'_>) -> rusqlite::Result<Earlier> {
    Ok(Earlier {
        target: row.get(0)?,
        name: row.get(1)?,
        state: AttemptState::from_code(&row.get::<_, String>(2)?),
        at: row.get(3)?,
        job: row.get(4)?,
    })
}

impl Journal {
    /// Commits an attempt to the disk, unless another one for the target stands in the way. Nothing
    /// may be sent before this says [`Intended::Go`].
    ///
    /// # Errors
    /// When the journal cannot be written: then nothing may be sent.
    pub async fn intend(&self, intent: Intent) -> Result<Intended> {
        self.durable(move |db| intend(db, &intent)).done().await
    }

    /// An attempt was never sent after all: it is as if it had not been intended.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn take_back(&self, attempt: i64) -> Result<()> {
        self.later(move |db| {
            let displaced: Option<Option<i64>> = db
                .prepare_cached("DELETE FROM attempts WHERE id = ?1 AND state = 'intended' RETURNING displaces")?
                .query_row([attempt], |row| row.get(0))
                .optional()?;
            block_again(db, displaced.flatten())
        })
        .done()
        .await
    }

    /// Records how an attempt ended, and what its line came to.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn answer(&self, answered: Answered) -> Result<()> {
        self.later(move |db| {
            // An attempt without an answer blocks; a statement that names the column writes its indexes anew.
            let sql = if answered.state.blocks() {
                "UPDATE attempts SET state = ?2, sent_at = ?3, answered_at = ?4, words = ?5 WHERE id = ?1"
            } else {
                "UPDATE attempts SET state = ?2, sent_at = ?3, answered_at = ?4, words = ?5, blocking = 0 WHERE id = ?1"
            };
            db.prepare_cached(sql)?.execute(params![
                answered.attempt,
                answered.state.code(),
                answered.sent_at,
                now_ms(),
                answered.words.as_ref().map(json),
            ])?;
            if !answered.state.blocks() {
                let displaced = db
                    .prepare_cached("SELECT displaces FROM attempts WHERE id = ?1")?
                    .query_row([answered.attempt], |row| row.get(0))?;
                block_again(db, displaced)?;
            }
            match &answered.outcome {
                Some((job, key, status, detail)) => set_outcome(db, *job, *key, *status, detail.as_ref()),
                None => Ok(()),
            }
        })
        .done()
        .await
    }

    /// The process that sent an attempt ended before its answer: it is unclear, and its line gets the
    /// status that follows from that.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn forget_answer(
        &self,
        attempt: i64,
        job: i64,
        key: LineKey,
        status: Status,
        detail: Option<Text>,
    ) -> Result<()> {
        self.later(move |db| {
            db.prepare_cached("UPDATE attempts SET state = 'unclear' WHERE id = ?1 AND state = 'intended'")?
                .execute([attempt])?;
            set_outcome(db, job, key, status, detail.as_ref())
        })
        .done()
        .await
    }

    /// What was, or may have been, carried out before for an item's targets, by other jobs than this.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn earlier_attempts(&self, operation: &str, account: &str, item: &str, job: i64) -> Result<Vec<Earlier>> {
        self.read(|db| {
            db.prepare_cached(&format!("{EARLIER} AND item = ?3 AND blocking = 1 AND job <> ?4 ORDER BY id"))?
                .query_map(params![operation, account, item, job], earlier)?
                .collect()
        })
    }

    /// Gives a line another status.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn set_outcome(&self, job: i64, key: LineKey, status: Status, detail: Option<Text>) -> Result<()> {
        self.later(move |db| set_outcome(db, job, key, status, detail.as_ref())).done().await
    }

    /// A look-up showed that a line's unclear attempt was carried out, or that it was not.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn settle(
        &self,
        job: i64,
        key: LineKey,
        status: Status,
        detail: Option<Text>,
        carried_out: bool,
    ) -> Result<()> {
        let state = if carried_out { AttemptState::Accepted } else { AttemptState::NotCarriedOut };
        self.later(move |db| {
            let settled = db
                .prepare_cached(
                    "UPDATE attempts SET state = ?4, blocking = ?5 WHERE job = ?1 AND row = ?2 AND seq = ?3 AND blocking = 1",
                )?
                .execute(params![job, key.row, key.seq, state.code(), state.blocks()])?;
            if settled > 0 && !carried_out {
                // The look-up spoke of the line's own earlier tries as well: what they let past is another's.
                let let_past: Option<i64> = db
                    .prepare_cached(
                        "SELECT displaces FROM attempts WHERE job = ?1 AND row = ?2 AND seq = ?3 AND displaces NOT IN
                           (SELECT id FROM attempts WHERE job = ?1 AND row = ?2 AND seq = ?3) ORDER BY id DESC LIMIT 1",
                    )?
                    .query_row(params![job, key.row, key.seq], |row| row.get(0))
                    .optional()?;
                block_again(db, let_past)?;
            }
            set_outcome(db, job, key, status, detail.as_ref())
        })
        .done()
        .await
    }
}

fn intend(db: &Connection, intent: &Intent) -> rusqlite::Result<Intended> {
    let (operation, account, target) = (intent.operation, &intent.account, &intent.target);
    let mut displaced: Option<i64> = None;
    if intent.replaces_own {
        displaced = db
            .prepare_cached(
                "UPDATE attempts SET blocking = 0 WHERE job = ?1 AND row = ?2 AND seq = ?3 AND blocking = 1 RETURNING id",
            )?
            .query_row(params![intent.job, intent.key.row, intent.key.seq], |row| row.get(0))
            .optional()?;
    }
    if intent.again {
        // One that is only intended may be another process's, on its way out at this moment.
        displaced = db
            .prepare_cached(
                "UPDATE attempts SET blocking = 0 WHERE operation = ?1 AND account = ?2 AND target = ?3
                 AND blocking = 1 AND job <> ?4 AND state <> 'intended' RETURNING id",
            )?
            .query_row(params![operation, account, target, intent.job], |row| row.get(0))
            .optional()?
            .or(displaced);
    }
    // Not with RETURNING: SQLite opens a table of its own for the one number, which costs more than the insert.
    let made = db
        .prepare_cached(
            "INSERT INTO attempts (operation, account, target, item, name, job, row, seq, request_no, state, blocking,
                intended_at, displaces) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'intended', 1, ?10, ?11)
             ON CONFLICT (operation, account, target) WHERE blocking = 1 DO NOTHING",
        )?
        .execute(params![
            operation,
            account,
            target,
            intent.item,
            intent.name,
            intent.job,
            intent.key.row,
            intent.key.seq,
            intent.request_no,
            now_ms(),
            displaced
        ])?;
    if made == 1 {
        return Ok(Intended::Go(db.last_insert_rowid()));
    }
    db.prepare_cached(&format!("{EARLIER} AND target = ?3 AND blocking = 1"))?
        .query_row(params![operation, account, target], earlier)
        .map(Intended::Blocked)
}

/// What was let past turned out not to have been carried out: the attempt before it stands in the way again.
fn block_again(db: &Connection, displaced: Option<i64>) -> rusqlite::Result<()> {
    match displaced {
        Some(attempt) => {
            db.prepare_cached("UPDATE attempts SET blocking = 1 WHERE id = ?1")?.execute([attempt]).map(drop)
        }
        None => Ok(()),
    }
}

fn set_outcome(db: &Connection, job: i64, key: LineKey, status: Status, detail: Option<&Text>) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE outcomes SET status = ?4, detail = ?5 WHERE job = ?1 AND row = ?2 AND seq = ?3")?
        .execute(params![job, key.row, key.seq, status.code(), detail.map(json)])
        .map(drop)
}

#[cfg(test)]
mod tests;
