//! How the journal of an earlier version is brought up to this one: step by step, in one transaction.

use rusqlite::{Connection, params};

use crate::model::canonical_id;

/// What leads from each version to the next, the first from version 1.
const STEPS: [fn(&Connection) -> rusqlite::Result<()>; 2] = [drop_leading_zeros, remember_results];

/// The version that this program writes.
pub(super) const VERSION: usize = 1 + STEPS.len();

/// Brings the tables of an earlier version up to this one.
pub(super) fn migrate(db: &Connection, from: usize) -> rusqlite::Result<()> {
    STEPS.iter().skip(from.saturating_sub(1)).try_for_each(|step| step(db))
}

/// Version 1 kept ids as they were spelled: `01234` and `1234` were two targets, and `0634` another account than
/// `634`. What was sent under either spelling stands in the way of both.
fn drop_leading_zeros(db: &Connection) -> rusqlite::Result<()> {
    let mut query = db.prepare(
        "SELECT id, account, item, target FROM attempts WHERE account GLOB '*/0*' OR item GLOB '0*' OR target GLOB '0*'
           OR target GLOB '*/0*' ORDER BY id",
    )?;
    // Where both spellings were sent, the later one keeps its own: its line still finds it.
    let mut update = db.prepare("UPDATE OR IGNORE attempts SET account = ?2, item = ?3, target = ?4 WHERE id = ?1")?;
    let mut rows = query.query([])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        let (account, item, target) = (text(1)?, text(2)?, text(3)?);
        attempts.push((row.get::<_, i64>(0)?, canonical(account), canonical_id(item).to_owned(), canonical(target)));
    }
    for (id, account, item, target) in attempts {
        update.execute(params![id, account, item, target])?;
    }
    for (table, column) in [("outcomes", "target"), ("lanes", "account")] {
        let select = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} GLOB '0*' OR {column} GLOB '*/0*'");
        let spelled: Vec<String> = db.prepare(&select)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut update = db.prepare(&format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1"))?;
        for id in spelled {
            update.execute([&id, &canonical(&id)])?;
        }
    }
    Ok(())
}

/// Version 2 did not know whether a result was changed after it was written.
fn remember_results(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("ALTER TABLE jobs ADD COLUMN result_sha256 TEXT")
}

/// `temu/0634@loopback` and `TRADE/0526` with the number behind the slash as it is; an id without one as well.
fn canonical(id: &str) -> String {
    let (head, id) = id.rsplit_once('/').map_or(("", id), |(head, id)| (head, id));
    let slash = if head.is_empty() { "" } else { "/" };
    let (id, place) = id.split_at(id.find('@').unwrap_or(id.len()));
    format!("{head}{slash}{}{place}", canonical_id(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{AttemptState, Intended, Intent, Journal, LineKey};

    #[test]
    fn an_id_is_canonical_behind_its_slash() {
        for (id, expected) in [
            ("temu/0634418224869329", "temu/634418224869329"),
            ("temu/0634@loopback", "temu/634@loopback"),
            ("T01/0526", "T01/526"),
            ("01234", "1234"),
            ("erp01", "erp01"),
        ] {
            assert_eq!(canonical(id), expected);
        }
    }

    /// A journal of version 1 in which both spellings of a target were sent, and one of another.
    fn old_journal(path: &std::path::Path) {
        drop(Journal::open(path).expect("a journal"));
        let db = Connection::open(path).expect("the file");
        for (id, account, target, state) in [
            (1, "temu/0634", "01234", "unclear"),
            (2, "temu/0634", "1234", "accepted"),
            (3, "temu/634", "0777", "accepted"),
        ] {
            db.execute(
                "INSERT INTO attempts (id, operation, account, target, item, name, job, row, seq, request_no, state,
                   blocking, intended_at) VALUES (?1, 'temu-activity', ?2, ?3, '07', '', 1, ?1, 0, '', ?4, 1, 1)",
                params![id, account, target, state],
            )
            .expect("an attempt");
        }
        db.execute_batch("ALTER TABLE jobs DROP COLUMN result_sha256; PRAGMA user_version = 1").expect("version 1");
    }

    #[test]
    fn what_was_sent_under_any_spelling_blocks_in_a_journal_of_version_1() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        old_journal(&path);
        let journal = Journal::open(&path).expect("brought up");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for (target, state) in [("1234", AttemptState::Unclear), ("777", AttemptState::Accepted)] {
            let intent = Intent {
                operation: "temu-activity",
                account: "temu/634".to_owned(),
                item: "7".to_owned(),
                target: target.to_owned(),
                name: String::new(),
                job: 2,
                key: LineKey { row: 2, seq: 0 },
                request_no: String::new(),
                replaces_own: false,
                again: false,
            };
            match runtime.block_on(journal.intend(intent)).expect("read") {
                Intended::Blocked(earlier) => assert_eq!((earlier.job, earlier.state), (1, state)),
                Intended::Go(_) => panic!("{target} may be sent again"),
            }
        }
        let earlier = journal.earlier_attempts("temu-activity", "temu/634", "7", 2).expect("read");
        assert_eq!(earlier.len(), 2, "{earlier:?}");
        drop(journal);
        let version: i64 = Connection::open(&path)
            .and_then(|db| db.query_row("PRAGMA user_version", [], |row| row.get(0)))
            .expect("it");
        assert_eq!(version, i64::try_from(VERSION).expect("small"));
    }
}
