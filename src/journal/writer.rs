//! The one writer: it takes all that is queued into one transaction, commits it durably, and only then
//! tells those who wait.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::files::Files;
use super::schema::broken;
use crate::error::{Error, Result};
use crate::failpoint::failpoint;
use crate::text;

/// The most writes of one transaction: enough to share a sync, not so many that the first waits long.
const GROUP: usize = 512;

/// Whether a write must be on the disk before anything follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// Synced at the commit: what says that something is sent, or was.
    Durable,
    /// Synced with the next durable one: what a look-up could tell again.
    Later,
}

/// What a write does once its transaction is committed.
type Tell = Box<dyn FnOnce() + Send>;

/// What a write does inside the transaction.
type Run = Box<dyn FnOnce(&Connection) -> rusqlite::Result<Tell> + Send>;

struct Write {
    sync: Sync,
    run: Run,
}

/// The queue to the writer's thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<Sender<Write>>,
    thread: Option<JoinHandle<()>>,
    /// In a simulation there is no thread: its time stands still while others work, and chance alone
    /// decides there, not the scheduler.
    #[cfg(debug_assertions)]
    here: Option<std::sync::Mutex<Store>>,
    files: Arc<Files>,
    fault: Fault,
    commits: Arc<Counts>,
}

/// Transactions so far, and the writes in them.
#[derive(Debug, Default)]
struct Counts {
    groups: AtomicU64,
    synced: AtomicU64,
    writes: AtomicU64,
}

/// How many transactions a journal has committed, and how many writes were in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commits {
    /// Transactions.
    pub groups: u64,
    /// Those among them that were synced to the disk before anybody was told of them.
    pub synced: u64,
    /// Writes.
    pub writes: u64,
}

/// What ended the writer. Once set, nothing more is written: what is on the disk is not known to be
/// whole, so nothing may follow from it.
type Fault = Arc<OnceLock<Broken>>;

/// Why nothing is written any more.
#[derive(Debug)]
struct Broken {
    why: Error,
    /// Whether the files are not the ones any more that were opened.
    is_lost: bool,
}

impl Broken {
    const fn lost(why: Error) -> Self {
        Self { why, is_lost: true }
    }
}

/// The connection that writes, and its files.
#[derive(Debug)]
struct Store {
    db: Connection,
    place: String,
    files: Arc<Files>,
}

/// A write under way.
pub(super) struct Written<T> {
    value: oneshot::Receiver<T>,
    fault: Fault,
}

impl<T> Written<T> {
    /// Waits for the commit.
    pub async fn done(self) -> Result<T> {
        self.value.await.map_err(|_| reason(&self.fault))
    }

    /// Waits for the commit outside of any runtime.
    pub fn wait(mut self) -> Result<T> {
        // What is committed already is not waited for: a simulation, where all is, has a runtime around it.
        match self.value.try_recv() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Empty) => self.value.blocking_recv().map_err(|_| reason(&self.fault)),
            Err(TryRecvError::Closed) => Err(reason(&self.fault)),
        }
    }
}

fn reason(fault: &Fault) -> Error {
    fault
        .get()
        .map(|broken| &broken.why)
        .cloned()
        .unwrap_or_else(|| Error::internal(text!("记录文件的写入线程已停止", "the journal's writer has stopped")))
}

impl Writer {
    pub fn start(db: Connection, path: &Path) -> Result<Self> {
        let store = Store::of(db, path)?;
        let files = Arc::clone(&store.files);
        let (queue, writes) = channel();
        let fault = Fault::default();
        let told = fault.clone();
        let commits = Arc::<Counts>::default();
        let mut group = Group { counts: Arc::clone(&commits), ..Group::default() };
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                if let Err(broken) = work(&store, &writes, &mut group) {
                    // Set before group and queue are dropped: whoever finds them gone finds the reason.
                    let _ = told.set(broken);
                }
                drop((group, writes));
            })
            .map_err(|why| Error::internal(text!("无法启动写入线程:{why}", "cannot start the writer: {why}")))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
            #[cfg(debug_assertions)]
            here: None,
            files,
            fault,
            commits,
        })
    }

    /// A writer that commits each write on the caller's own thread before it returns.
    #[cfg(debug_assertions)]
    pub fn here(db: Connection, path: &Path) -> Result<Self> {
        let store = Store::of(db, path)?;
        let files = Arc::clone(&store.files);
        let here = Some(std::sync::Mutex::new(store));
        Ok(Self { queue: None, thread: None, here, files, fault: Fault::default(), commits: Arc::default() })
    }

    /// Queues a write. Its value arrives after the commit of the transaction that it became part of.
    pub fn write<T: Send + 'static>(
        &self,
        sync: Sync,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Written<T> {
        let (tell, value) = oneshot::channel();
        let run: Run = Box::new(move |db: &Connection| {
            let value = run(db)?;
            // Whoever does not wait any more does not mind.
            let tell: Tell = Box::new(move || drop(tell.send(value)));
            Ok(tell)
        });
        #[cfg(debug_assertions)]
        if let Some(store) = &self.here {
            let store = store.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let writes = VecDeque::from([Write { sync, run }]);
            let mut group = Group { writes, counts: Arc::clone(&self.commits), ..Group::default() };
            if let Err(broken) = store.commit(&mut group) {
                let _ = self.fault.set(broken);
            }
            return Written { value, fault: self.fault.clone() };
        }
        if let Some(queue) = &self.queue {
            // A writer that is gone drops the write, which tells the one who waits.
            let _ = queue.send(Write { sync, run });
        }
        Written { value, fault: self.fault.clone() }
    }

    /// Looks whether the files are still the ones that were opened.
    pub fn check_files(&self) -> Result<()> {
        self.files.check().inspect_err(|why| {
            let _ = self.fault.set(Broken::lost(why.clone()));
        })
    }

    /// Whether the files were found not to be.
    pub fn is_lost(&self) -> bool {
        self.fault.get().is_some_and(|broken| broken.is_lost)
    }

    /// How many transactions were committed, and how many writes were in them.
    pub fn commits(&self) -> Commits {
        Commits {
            groups: self.commits.groups.load(Ordering::Relaxed),
            synced: self.commits.synced.load(Ordering::Relaxed),
            writes: self.commits.writes.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What is on its way into a transaction. It outlives a fault, so that the waiters in it are told (by
/// its drop) only after the reason is known.
#[derive(Default)]
struct Group {
    writes: VecDeque<Write>,
    tells: Vec<Tell>,
    is_synced: bool,
    counts: Arc<Counts>,
}

fn work(store: &Store, queue: &Receiver<Write>, group: &mut Group) -> std::result::Result<(), Broken> {
    let mut synced = Sync::Durable;
    while let Ok(first) = queue.recv() {
        group.writes.push_back(first);
        group.writes.extend(queue.try_iter().take(GROUP - 1));
        let is_durable = group.writes.iter().any(|write| write.sync == Sync::Durable);
        let wanted = if is_durable { Sync::Durable } else { Sync::Later };
        if wanted != synced {
            // In WAL, NORMAL leaves the sync of a commit to the next FULL one, which covers both.
            let pragma = match wanted {
                Sync::Durable => "PRAGMA synchronous = FULL",
                Sync::Later => "PRAGMA synchronous = NORMAL",
            };
            store.db.execute_batch(pragma).map_err(|why| store.broken(&why))?;
            synced = wanted;
        }
        group.is_synced = synced == Sync::Durable;
        store.commit(group)?;
    }
    Ok(())
}

impl Store {
    fn of(db: Connection, path: &Path) -> Result<Self> {
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self { db, place: path.display().to_string(), files: Arc::new(Files::of(path)?) })
    }

    fn broken(&self, why: &rusqlite::Error) -> Broken {
        Broken { why: broken(&self.place, why), is_lost: false }
    }

    /// Makes one transaction of a group, and tells those who wait once it is known that it went into the journal's own
    /// files. On any fault the connection is dropped, which rolls back.
    fn commit(&self, group: &mut Group) -> std::result::Result<(), Broken> {
        commit(&self.db, group).map_err(|why| self.broken(&why))?;
        self.files.check().map_err(Broken::lost)?;
        group.tells.drain(..).for_each(|tell| tell());
        Ok(())
    }
}

/// Makes one transaction of a group.
fn commit(db: &Connection, group: &mut Group) -> rusqlite::Result<()> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    while let Some(write) = group.writes.pop_front() {
        group.tells.push((write.run)(db)?);
    }
    failpoint!("journal.before_commit");
    db.prepare_cached("COMMIT")?.execute([])?;
    failpoint!("journal.after_commit");
    group.counts.groups.fetch_add(1, Ordering::Relaxed);
    group.counts.synced.fetch_add(u64::from(group.is_synced), Ordering::Relaxed);
    group.counts.writes.fetch_add(group.tells.len() as u64, Ordering::Relaxed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Connection, Sync, Writer};
    use std::path::Path;

    /// As the pragma tells them.
    const NORMAL: i64 = 1;
    const FULL: i64 = 2;

    /// As the journal is opened, with a rule that is only looked at by the commit.
    fn open(path: &Path) -> Connection {
        let db = Connection::open(path).expect("a database");
        let set_up = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
            CREATE TABLE IF NOT EXISTS parent (id INTEGER PRIMARY KEY);
            CREATE TABLE IF NOT EXISTS child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);";
        db.execute_batch(set_up).expect("tables");
        db
    }

    fn count(db: &Connection, table: &str) -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn nobody_is_told_of_what_could_not_be_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let writer = Writer::start(open(&path), &path).expect("a writer");
        // The write itself succeeds; it is the commit that does not.
        let orphan = writer.write(Sync::Durable, |db| db.execute("INSERT INTO child VALUES (1)", []));
        let why = orphan.wait().expect_err("no parent");
        assert!(why.what.en.contains("a.db"), "{why}");
        // What is on the disk is not known any more, so nothing follows from it.
        let later = writer.write(Sync::Durable, |db| db.execute("INSERT INTO parent VALUES (1)", []));
        assert!(later.wait().is_err());
        drop(writer);
        let db = open(&path);
        assert_eq!((count(&db, "child"), count(&db, "parent")), (0, 0));
    }

    #[test]
    fn whoever_is_told_finds_it_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let writer = Writer::start(open(&path), &path).expect("a writer");
        let reader = open(&path);
        for number in 1..=100 {
            let sync = if number % 2 == 0 { Sync::Later } else { Sync::Durable };
            let write = writer.write(sync, move |db| db.execute("INSERT INTO parent VALUES (?1)", [number]));
            write.wait().expect("written");
            assert_eq!(count(&reader, "parent"), number);
        }
    }

    #[test]
    fn what_must_be_on_the_disk_is_synced_by_its_own_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let writer = Writer::start(open(&path), &path).expect("a writer");
        let synchronous = |sync| {
            let write = writer.write(sync, |db| {
                // So that there is something to commit.
                db.execute("INSERT INTO parent DEFAULT VALUES", [])?;
                db.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))
            });
            write.wait().expect("written")
        };
        for (sync, expected) in [
            (Sync::Durable, FULL),
            (Sync::Later, NORMAL),
            (Sync::Later, NORMAL),
            (Sync::Durable, FULL),
            (Sync::Durable, FULL),
        ] {
            assert_eq!(synchronous(sync), expected);
        }
    }
}
