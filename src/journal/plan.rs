//! The plan: items to look up, and what their rows came to.

use rusqlite::{Connection, params};

use super::{Journal, LineKey, from_json, json};
use crate::error::Result;
use crate::model::{Item, Row, Status, Target};
use crate::text::Text;

/// One line of the result, as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The row, and which of its lines.
    pub key: LineKey,
    /// The target; `None` where the row came to none.
    pub target: Option<Target>,
    /// The number under which a repeat is harmless; empty where there is none.
    pub request_no: String,
    /// What became of it.
    pub status: Status,
    /// The sentence beside the status.
    pub detail: Option<Text>,
}

/// An item to look up, with its rows.
#[derive(Clone, Debug)]
pub struct ToFind {
    /// Its number in the lane.
    pub number: i64,
    /// What its rows name.
    pub item: Item,
    /// The rows that name it, in sheet order.
    pub rows: Vec<Row>,
}

/// A planned target on its way to being submitted, or looked up again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The row, and which of its lines.
    pub key: LineKey,
    /// The row's cells.
    pub cells: Vec<String>,
    /// The item's number in the lane.
    pub item_number: i64,
    /// What the row names.
    pub item: Item,
    /// What is to be withdrawn.
    pub target: Target,
    /// The number under which a repeat is harmless; empty where there is none.
    pub request_no: String,
    /// Whether an attempt of this line's own was, or may have been, carried out.
    pub was_attempted: bool,
}

/// A line that was submitted, or may have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The row, and which of its lines.
    pub key: LineKey,
    /// The target's id.
    pub target: String,
    /// The number under which it was submitted; empty where there is none.
    pub request_no: String,
}

impl Journal {
    /// How many items of a lane are to be looked up yet.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn items_left(&self, job: i64, lane: u32) -> Result<u64> {
        self.read(|db| {
            db.prepare_cached("SELECT count(*) FROM items WHERE job = ?1 AND lane = ?2 AND NOT looked_up")?
                .query_row(params![job, lane], |row| row.get(0))
        })
    }

    /// The next items to look up, behind `after`, in the order in which the sheet names them.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn next_items(&self, job: i64, lane: u32, after: i64, most: u32) -> Result<Vec<ToFind>> {
        self.read(|db| {
            // All of them as of one moment: otherwise each item costs the locks of a reader of its own, and the pages
            // in memory, which the writer outdates with each commit.
            let moment = db.unchecked_transaction()?;
            let mut items = moment.prepare_cached(
                "SELECT item, cells FROM items WHERE job = ?1 AND lane = ?2 AND NOT looked_up AND item > ?3
                 ORDER BY item LIMIT ?4",
            )?;
            let mut rows = items.query(params![job, lane, after, most])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let (number, item): (i64, Item) = (row.get(0)?, from_json(1, row.get_ref(1)?.as_str()?)?);
                let rows = rows_of_item(&moment, job, lane, number)?;
                found.push(ToFind { number, item, rows });
            }
            Ok(found)
        })
    }

    /// An item is looked up: records what its rows came to.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn record_plan(&self, job: i64, lane: u32, item: i64, outcomes: Vec<Outcome>) -> Result<()> {
        let write = self.later(move |db| {
            let mut insert = db.prepare_cached(
                "INSERT INTO outcomes (job, row, seq, lane, target, name, ended, tie, data, request_no, status, detail)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?;
            for outcome in &outcomes {
                let target = outcome.target.as_ref();
                insert.execute(params![
                    job,
                    outcome.key.row,
                    outcome.key.seq,
                    lane,
                    target.map(|target| &target.id),
                    target.map_or("", |target| &target.name),
                    target.is_some_and(|target| target.ended),
                    target.map_or("", |target| &target.group),
                    target.map_or("", |target| &target.data),
                    outcome.request_no,
                    outcome.status.code(),
                    outcome.detail.as_ref().map(json),
                ])?;
            }
            db.prepare_cached("UPDATE items SET looked_up = 1 WHERE job = ?1 AND lane = ?2 AND item = ?3")?
                .execute(params![job, lane, item])
                .map(drop)
        });
        write.done().await
    }

    /// Leaves each target to the first row that names it; the later ones are duplicates of that row.
    /// Done when the plan is whole, so that it does not hang on the order in which look-ups came back.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn resolve_duplicates(&self, job: i64) -> Result<()> {
        self.later(move |db| {
            // Sorted once here: an index by target would cost every line of every plan more than all of this.
            let mut query = db.prepare(
                "SELECT lane, target, row, seq FROM outcomes WHERE job = ?1 AND target IS NOT NULL AND status = 'matched'
                 ORDER BY lane, target, row, seq",
            )?;
            let mut lines = query.query([job])?;
            let mut first: Option<(u32, String, u64)> = None;
            let mut found = Vec::new();
            while let Some(line) = lines.next()? {
                let (lane, target): (u32, &str) = (line.get(0)?, line.get_ref(1)?.as_str()?);
                match &first {
                    Some((same, known, row)) if *same == lane && known == target => {
                        found.push((line.get::<_, u64>(2)?, line.get::<_, u32>(3)?, *row));
                    }
                    _ => first = Some((lane, target.to_owned(), line.get(2)?)),
                }
            }
            for (row, seq, first) in found {
                let detail = crate::text!("与第 {first} 行重复", "the same target as row {first}");
                db.prepare_cached(
                    "UPDATE outcomes SET status = 'duplicate', detail = ?4 WHERE job = ?1 AND row = ?2 AND seq = ?3",
                )?
                .execute(params![job, row, seq, json(&detail)])?;
            }
            Ok(())
        })
        .done()
        .await
    }

    /// How many lines of a lane have a status.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn lines_with(&self, job: i64, lane: u32, status: Status) -> Result<u64> {
        self.read(|db| {
            db.prepare_cached("SELECT count(*) FROM outcomes WHERE job = ?1 AND lane = ?2 AND status = ?3")?
                .query_row(params![job, lane, status.code()], |row| row.get(0))
        })
    }

    /// How many items of a lane have lines with a status.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn items_with(&self, job: i64, lane: u32, status: Status) -> Result<u64> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT count(DISTINCT r.item) FROM outcomes o JOIN rows r ON r.job = o.job AND r.row = o.row
                 WHERE o.job = ?1 AND o.lane = ?2 AND o.status = ?3 AND EXISTS (SELECT 1 FROM attempts a
                   WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq AND a.blocking = 1)",
            )?
            .query_row(params![job, lane, status.code()], |row| row.get(0))
        })
    }

    /// The attempted lines with a status whose rows name an item.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn lines_of_item(&self, job: i64, lane: u32, item: i64, status: Status) -> Result<Vec<Tried>> {
        self.read(|db| {
            // CROSS JOIN is SQLite's word for "in this order": otherwise it goes through all lines for each item.
            db.prepare_cached(
                "SELECT o.row, o.seq, o.target, o.request_no FROM rows r CROSS JOIN outcomes o ON o.job = r.job AND o.row = r.row
                 WHERE r.job = ?1 AND r.lane = ?2 AND r.item = ?3 AND o.status = ?4 AND o.target IS NOT NULL
                   AND EXISTS (SELECT 1 FROM attempts a
                     WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq AND a.blocking = 1)
                 ORDER BY o.row, o.seq",
            )?
            .query_map(params![job, lane, item, status.code()], |row| {
                Ok(Tried {
                    key: LineKey { row: row.get(0)?, seq: row.get(1)? },
                    target: row.get(2)?,
                    request_no: row.get(3)?,
                })
            })?
            .collect()
        })
    }

    /// The next lines of a lane with a status, behind `after`, in sheet order.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn next_planned(&self, job: i64, lane: u32, status: Status, after: LineKey, most: u32) -> Result<Vec<Planned>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT o.row, o.seq, r.cells, i.cells, o.target, o.name, o.ended, o.tie, o.data, o.request_no, r.item,
                    EXISTS (SELECT 1 FROM attempts a
                      WHERE a.job = o.job AND a.row = o.row AND a.seq = o.seq AND a.blocking = 1)
                 FROM outcomes o JOIN rows r ON r.job = o.job AND r.row = o.row
                 JOIN items i ON i.job = o.job AND i.lane = o.lane AND i.item = r.item
                 WHERE o.job = ?1 AND o.lane = ?2 AND o.status = ?3 AND (o.row, o.seq) > (?4, ?5)
                   AND o.target IS NOT NULL
                 ORDER BY o.row, o.seq LIMIT ?6",
            )?
            .query_map(params![job, lane, status.code(), after.row, after.seq, most], |row| {
                Ok(Planned {
                    key: LineKey { row: row.get(0)?, seq: row.get(1)? },
                    cells: from_json(2, row.get_ref(2)?.as_str()?)?,
                    item: from_json(3, row.get_ref(3)?.as_str()?)?,
                    target: Target {
                        id: row.get(4)?,
                        name: row.get(5)?,
                        ended: row.get(6)?,
                        done: None,
                        group: row.get(7)?,
                        data: row.get(8)?,
                    },
                    request_no: row.get(9)?,
                    item_number: row.get(10)?,
                    was_attempted: row.get(11)?,
                })
            })?
            .collect()
        })
    }
}

fn rows_of_item(db: &Connection, job: i64, lane: u32, item: i64) -> rusqlite::Result<Vec<Row>> {
    // Left to itself SQLite reads all rows of the job for each item.
    db.prepare_cached(
        "SELECT row, cells, pinned_name FROM rows INDEXED BY rows_by_item
         WHERE job = ?1 AND lane = ?2 AND item = ?3 ORDER BY row",
    )?
    .query_map(params![job, lane, item], |row| {
        Ok(Row {
            number: row.get(0)?,
            cells: from_json(1, row.get_ref(1)?.as_str()?)?,
            pinned_name: row.get(2)?,
            ..Row::default()
        })
    })?
    .collect()
}
