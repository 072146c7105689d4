//! What became of every row: the lines of a result.

use std::ops::ControlFlow;

use rusqlite::params;

use super::{Journal, from_json, json, status_of};
use crate::error::Result;
use crate::model::{Status, Tally, Target};
use crate::text;
use crate::text::Text;

/// A line of a job's result: a row, and which of its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// The row number as Excel shows it.
    pub row: u64,
    /// Which of the row's lines, from 0.
    pub seq: u32,
}

/// A line as the journal has it.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// The row, and which of its lines.
    pub key: LineKey,
    /// The shop's name; empty for a bad row without one.
    pub shop: String,
    /// The row's cells.
    pub cells: Vec<String>,
    /// The sheet's own further columns.
    pub extra: Vec<String>,
    /// The target; `None` for a row without one.
    pub target: Option<Target>,
    /// The number under which a repeat is harmless; empty where there is none.
    pub request_no: String,
    /// What became of it; `None` for a row that was not looked up yet.
    pub status: Option<Status>,
    /// The sentence beside the status.
    pub detail: Option<Text>,
    /// How many attempts were intended.
    pub attempts: u32,
    /// When the last was sent (intended, where it has no answer): epoch ms.
    pub sent_at: Option<i64>,
}

/// Whether a line has an attempt without an answer.
const IS_UNANSWERED: &str = "EXISTS (SELECT 1 FROM attempts a WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq
    AND a.state = 'intended')";

impl Journal {
    /// The SQL of a line's status. In a journal that was lost no answer is recorded any more: what has none is in doubt.
    fn status(&self) -> String {
        if self.is_lost() {
            format!("CASE WHEN {IS_UNANSWERED} THEN 'in_doubt' ELSE o.status END")
        } else {
            "o.status".to_owned()
        }
    }

    /// The SQL of the sentence beside it.
    fn detail(&self) -> String {
        if !self.is_lost() {
            return "o.detail".to_owned();
        }
        let unanswered =
            json(&text!("提交时记录文件不见了，不知结果", "the journal was lost while it was being submitted"));
        format!("CASE WHEN {IS_UNANSWERED} THEN '{}' ELSE o.detail END", unanswered.replace('\'', "''"))
    }

    /// The lines of a job, in sheet order, one at a time, as long as they are wanted.
    ///
    /// # Errors
    /// When the journal cannot be read, or when `visit` says so.
    pub fn each_line(&self, job: i64, mut visit: impl FnMut(JournalLine) -> Result<ControlFlow<()>>) -> Result<()> {
        let mut fault = None;
        let (status, detail) = (self.status(), self.detail());
        self.read(|db| {
            let mut query = db.prepare_cached(&format!(
                "SELECT r.row, o.seq, l.shop, r.cells, r.extra, o.target, o.name, o.ended, o.tie, o.data, {status},
                    {detail}, (SELECT count(*) FROM attempts a WHERE a.job = r.job AND a.row = r.row AND a.seq = o.seq),
                    (SELECT max(coalesce(a.sent_at, a.intended_at)) FROM attempts a
                      WHERE a.job = r.job AND a.row = r.row AND a.seq = o.seq), o.request_no
                 FROM rows r LEFT JOIN outcomes o ON o.job = r.job AND o.row = r.row
                 LEFT JOIN lanes l ON l.job = r.job AND l.lane = r.lane
                 WHERE r.job = ?1 ORDER BY r.row, o.seq",
            ))?;
            let mut rows = query.query([job])?;
            while let Some(row) = rows.next()? {
                match visit(line(row)?) {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => break,
                    Err(why) => {
                        fault = Some(why);
                        break;
                    }
                }
            }
            Ok(())
        })?;
        fault.map_or(Ok(()), Err)
    }

    /// How many lines have each status. Rows that were not looked up yet count as pending.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn tally(&self, job: i64) -> Result<Tally> {
        self.read(|db| {
            let mut tally = Tally::default();
            let status = self.status();
            let mut query = db.prepare_cached(&format!(
                "SELECT {status}, count(*) FROM outcomes o WHERE o.job = ?1 GROUP BY {status}"
            ))?;
            let mut rows = query.query([job])?;
            while let Some(row) = rows.next()? {
                let status: String = row.get(0)?;
                tally.add_many(status_of(&status), row.get(1)?);
            }
            let unplanned: u64 = db
                .prepare_cached(
                    "SELECT count(*) FROM rows r WHERE r.job = ?1
                     AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.job = r.job AND o.row = r.row)",
                )?
                .query_row([job], |row| row.get(0))?;
            tally.add_many(Status::Pending, unplanned);
            Ok(tally)
        })
    }

    /// Counts by target name and status: the most frequent names first, at most `most` of them.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn tally_by_name(&self, job: i64, most: u32) -> Result<Vec<(String, Tally)>> {
        self.read(|db| {
            let status = self.status();
            let mut query = db.prepare_cached(&format!(
                "SELECT o.name, {status}, count(*) FROM outcomes o JOIN (
                    SELECT name, count(*) AS lines FROM outcomes WHERE job = ?1 AND target IS NOT NULL
                    GROUP BY name ORDER BY lines DESC, name LIMIT ?2) n ON n.name = o.name
                 WHERE o.job = ?1 AND o.target IS NOT NULL GROUP BY o.name, {status} ORDER BY n.lines DESC, o.name",
            ))?;
            let mut rows = query.query(params![job, most])?;
            let mut tallies: Vec<(String, Tally)> = Vec::new();
            while let Some(row) = rows.next()? {
                let (name, status): (String, String) = (row.get(0)?, row.get(1)?);
                if tallies.last().is_none_or(|(last, _)| *last != name) {
                    tallies.push((name, Tally::default()));
                }
                if let Some((_, tally)) = tallies.last_mut() {
                    tally.add_many(status_of(&status), row.get(2)?);
                }
            }
            Ok(tallies)
        })
    }
}

fn line(row: &rusqlite::Row<'_>) -> rusqlite::Result<JournalLine> {
    let status: Option<String> = row.get(10)?;
    let detail: Option<String> = row.get(11)?;
    let target = match row.get::<_, Option<String>>(5)? {
        Some(id) => Some(Target {
            id,
            name: row.get(6)?,
            ended: row.get(7)?,
            done: None,
            group: row.get(8)?,
            data: row.get(9)?,
        }),
        None => None,
    };
    Ok(JournalLine {
        key: LineKey { row: row.get(0)?, seq: row.get::<_, Option<u32>>(1)?.unwrap_or(0) },
        shop: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
        cells: from_json(3, &row.get::<_, String>(3)?)?,
        extra: from_json(4, &row.get::<_, String>(4)?)?,
        target,
        request_no: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
        status: status.as_deref().map(status_of),
        detail: detail.map(|detail| from_json(11, &detail)).transpose()?,
        attempts: row.get(12)?,
        sent_at: row.get(13)?,
    })
}
