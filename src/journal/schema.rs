//! The journal's tables, and how the file is opened.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrations::{VERSION, migrate};
use crate::error::{Error, Result};
use crate::identity::FileId;
use crate::text;

/// Marks the file as an unpromo journal (`PRAGMA application_id`): "unpr" in ASCII.
const APPLICATION_ID: usize = 0x756e_7072;

/// Other processes may hold the write lock for one group commit, never for long.
const BUSY: Duration = Duration::from_secs(20);

/// Two writers could damage the write-ahead log before this release of SQLite.
const LEAST_SQLITE: i32 = 3_051_003;

/// The log is written back into the file after so many pages: what changes again meanwhile is written once.
const CHECKPOINT_PAGES: u32 = 4_000;

/// The memory for pages of the file, for each of the two connections.
const CACHE_KIB: u32 = 16 << 10;

const TABLES: &str = "
CREATE TABLE jobs (
  id           INTEGER PRIMARY KEY,
  token        TEXT NOT NULL UNIQUE,
  operation    TEXT NOT NULL,
  sheet        TEXT NOT NULL,
  content      TEXT NOT NULL,
  dry_run      INTEGER NOT NULL,
  sandbox      INTEGER NOT NULL,
  options      TEXT NOT NULL,
  extra        TEXT NOT NULL,
  result       TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('reading', 'planning', 'planned', 'submitting', 'done')),
  created_at   INTEGER NOT NULL,
  confirmed_at INTEGER,
  ended_at     INTEGER,
  pid          INTEGER NOT NULL,
  -- Of a job that sends nothing: what its result held when it was written.
  result_sha256 TEXT
) STRICT;

CREATE TABLE lanes (
  job     INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  lane    INTEGER NOT NULL,
  shop    TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (job, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  job    INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  lane   INTEGER NOT NULL,
  item   INTEGER NOT NULL,
  cells  TEXT NOT NULL,
  looked_up INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (job, lane, item)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX items_by_cells ON items (job, lane, cells);

CREATE TABLE rows (
  job         INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  row         INTEGER NOT NULL,
  lane        INTEGER,
  item        INTEGER,
  cells       TEXT NOT NULL,
  extra       TEXT NOT NULL,
  pinned_name TEXT,
  PRIMARY KEY (job, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_item ON rows (job, lane, item, row) WHERE item IS NOT NULL;

-- One line of the result each: a row and one of its targets, or a row that came to nothing.
CREATE TABLE outcomes (
  job        INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  row        INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  lane       INTEGER,
  target     TEXT,
  name       TEXT NOT NULL DEFAULT '',
  ended      INTEGER NOT NULL DEFAULT 0,
  tie        TEXT NOT NULL DEFAULT '',
  data       TEXT NOT NULL DEFAULT '',
  request_no TEXT NOT NULL DEFAULT '',
  status     TEXT NOT NULL,
  detail     TEXT,
  PRIMARY KEY (job, row, seq)
) STRICT, WITHOUT ROWID;

-- blocking = 1: it was, or may have been, carried out, so nothing else may be sent for the target.
-- displaces: the attempt that blocked before this one was let past it; it blocks again where this one
-- turns out not to have been carried out.
CREATE TABLE attempts (
  id          INTEGER PRIMARY KEY,
  operation   TEXT NOT NULL,
  account     TEXT NOT NULL,
  target      TEXT NOT NULL,
  item        TEXT NOT NULL,
  name        TEXT NOT NULL,
  job         INTEGER NOT NULL,
  row         INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  request_no  TEXT NOT NULL,
  -- Not IN (...): SQLite would build a table of the five words for every attempt that is written.
  state       TEXT NOT NULL CHECK (state = 'intended' OR state = 'accepted' OR state = 'refused'
                OR state = 'not_carried_out' OR state = 'unclear'),
  blocking    INTEGER NOT NULL,
  intended_at INTEGER NOT NULL,
  sent_at     INTEGER,
  answered_at INTEGER,
  words       TEXT,
  displaces   INTEGER
) STRICT;
-- What differs most stands first: comparisons end there.
CREATE UNIQUE INDEX attempts_never_twice ON attempts (target, account, operation) WHERE blocking = 1;
CREATE INDEX attempts_by_item ON attempts (item, account, operation) WHERE blocking = 1;
CREATE INDEX attempts_by_line ON attempts (job, row, seq);
";

/// Opens the journal for writing, making it where there is none.
pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    if rusqlite::version_number() < LEAST_SQLITE {
        let version = rusqlite::version();
        return Err(Error::internal(text!("SQLite {version} 太旧", "SQLite {version} is too old")));
    }
    if path.exists() {
        has_one_name(path)?;
        // Looked at without the right to write: a connection that may write tidies up as it closes, and a
        // file that is not ours, or a newer program's, is left exactly as it is.
        let fault = |why: rusqlite::Error| broken(&path.display().to_string(), &why);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(fault)?;
        db.busy_timeout(BUSY).map_err(fault)?;
        check_version(&db, path)?;
    } else {
        make_private(path)?;
    }
    let place = path.display();
    let fault = |why: rusqlite::Error| broken(&place.to_string(), &why);
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(fault)?;
    db.busy_timeout(BUSY).map_err(fault)?;
    check_version(&db, path)?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(fault)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(Error::internal(text!(
            "{place} 所在的磁盘不支持预写日志(得到 {mode})",
            "the disk of {place} does not support a write-ahead log (got {mode})"
        ))
        .next(text!(
            "请把 UNPROMO_HOME 指到本机磁盘,不要用网络盘",
            "point UNPROMO_HOME at a local disk, not a network drive"
        )));
    }
    db.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))
    .map_err(fault)?;
    settle_plans(&db).map_err(fault)?;
    create_tables(&db).map_err(fault)?;
    Ok(db)
}

/// Opens the journal for reading beside a writer.
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let place = path.display().to_string();
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(BUSY)?;
        db.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")?;
        settle_plans(&db)?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(db)
    };
    open().map_err(|why| broken(&place, &why))
}

/// Statements stay as they were first prepared, whatever values they are given (without this, each one that could use
/// a partial index is prepared again for every value), and find the pages of a weekly sheet in memory.
fn settle_plans(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.execute_batch(&format!("PRAGMA cache_size = -{CACHE_KIB}"))
}

fn create_tables(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let made = (|| {
        match db.query_row("PRAGMA user_version", [], |row| row.get(0))? {
            0 => db.execute_batch(&format!("{TABLES} PRAGMA application_id = {APPLICATION_ID};"))?,
            VERSION => return Ok(()),
            earlier => migrate(db, earlier)?,
        }
        db.execute_batch(&format!("PRAGMA user_version = {VERSION};"))
    })();
    db.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    made
}

/// SQLite keeps a log for each name of a file: what is written under one name is not seen under another.
fn has_one_name(path: &Path) -> Result<()> {
    if FileId::of(path).map_or(1, |id| id.links) == 1 {
        return Ok(());
    }
    let place = path.display();
    Err(Error::usage(text!(
        "记录文件 {place} 还有别的硬链接：用不同名字打开同一个文件，记录会互相看不见",
        "the journal {place} has another name (a hard link): what is written under one is not seen under the other"
    ))
    .next(text!(
        "请删掉多余的硬链接；要让两个文件夹共用一个记录文件，请用符号链接，或把 UNPROMO_HOME 指到同一个文件夹",
        "remove the other hard links; to share one journal, use a symbolic link or set UNPROMO_HOME to the same folder"
    )))
}

fn check_version(db: &Connection, path: &Path) -> Result<()> {
    let place = path.display().to_string();
    let number =
        |pragma: &str| db.query_row(pragma, [], |row| row.get::<_, usize>(0)).map_err(|why| broken(&place, &why));
    let (version, application) = (number("PRAGMA user_version")?, number("PRAGMA application_id")?);
    if version > VERSION && application == APPLICATION_ID {
        return Err(Error::internal(text!(
            "{place} 是更新版本的 unpromo 写的(版本 {version},这里只懂 {VERSION})",
            "{place} was written by a newer unpromo (version {version}; this one knows {VERSION})"
        ))
        .next(text!("请升级 unpromo;文件没有改动", "upgrade unpromo; the file was not touched")));
    }
    let is_empty = version == 0 && application == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0;
    if application != APPLICATION_ID && !is_empty {
        return Err(Error::internal(text!("{place} 不是 unpromo 的记录文件", "{place} is not an unpromo journal"))
            .next(text!(
                "请移开它,或另设 UNPROMO_HOME;文件没有改动",
                "move it away or set UNPROMO_HOME to another folder; the file was not touched"
            )));
    }
    Ok(())
}

/// An error of SQLite's, in words that name the file and what to do.
pub(super) fn broken(place: &str, why: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Code;
    let said = why.to_string();
    let (what, next) = match why.sqlite_error_code() {
        Some(Code::DiskFull) => (
            text!("磁盘已满,记录写不进 {place}", "the disk is full: cannot write to {place}"),
            text!("腾出空间后运行 unpromo resume", "free some space, then run unpromo resume"),
        ),
        Some(Code::NotADatabase | Code::DatabaseCorrupt) => (
            text!("记录文件 {place} 已损坏:{said}", "the journal {place} is damaged: {said}"),
            text!(
                "文件没有改动。请先备份它,再移开;移开后 unpromo 就不再知道以前提交过什么",
                "the file was not touched. Back it up, then move it away; without it unpromo no longer knows what was sent before"
            ),
        ),
        Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => (
            text!("写不了 {place}:{said}", "cannot write {place}: {said}"),
            text!(
                "请检查文件夹的权限,或用 UNPROMO_HOME 指定另一个文件夹",
                "check the folder's permissions, or set UNPROMO_HOME to another folder"
            ),
        ),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => (
            text!("{place} 被另一个程序占用", "{place} is locked by another program"),
            text!("请等它结束,或关掉它,再试一次", "wait until it ends, or close it, and try again"),
        ),
        _ => (
            text!("记录文件 {place} 出错:{said}", "the journal {place} failed: {said}"),
            text!("处理后运行 unpromo resume", "mend that, then run unpromo resume"),
        ),
    };
    Error::internal(what).next(next)
}

/// Makes an empty file that only its user can read: names of products and shops are nobody else's business.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // On Windows the folder under the user's profile keeps others out.
    let place = path.display();
    options.open(path).map(drop).map_err(|why| {
        Error::internal(text!("写不了 {place}:{why}", "cannot write {place}: {why}")).next(text!(
            "请检查文件夹的权限,或用 UNPROMO_HOME 指定另一个文件夹",
            "check the folder's permissions, or set UNPROMO_HOME to another folder"
        ))
    })
}
