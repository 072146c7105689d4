//! The one writer: it takes all that is queued into one transaction, commits it durably, and only then
//! tells those who wait.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::schema::broken;
use crate::error::{Error, Result};
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
    fault: Fault,
    commits: Arc<Counts>,
}

/// Transactions so far, and the writes in them.
#[derive(Debug, Default)]
struct Counts {
    groups: AtomicU64,
    writes: AtomicU64,
}

/// How many transactions a journal has committed, and how many writes were in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commits {
    /// Transactions.
    pub groups: u64,
    /// Writes.
    pub writes: u64,
}

/// What ended the writer. Once set, nothing more is written: what is on the disk is not known to be
/// whole, so nothing may follow from it.
type Fault = Arc<OnceLock<Error>>;

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
    pub fn wait(self) -> Result<T> {
        self.value.blocking_recv().map_err(|_| reason(&self.fault))
    }
}

fn reason(fault: &Fault) -> Error {
    fault
        .get()
        .cloned()
        .unwrap_or_else(|| Error::internal(text!("记录文件的写入线程已停止", "the journal's writer has stopped")))
}

impl Writer {
    pub fn start(db: Connection, place: String) -> Result<Self> {
        db.set_prepared_statement_cache_capacity(64);
        let (queue, writes) = channel();
        let fault = Fault::default();
        let told = fault.clone();
        let commits = Arc::<Counts>::default();
        let counts = Arc::clone(&commits);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                let mut group = Group::default();
                if let Err(why) = work(&db, &writes, &mut group, &counts) {
                    // Set before group and queue are dropped: whoever finds them gone finds the reason.
                    let _ = told.set(broken(&place, &why));
                }
                drop((group, writes));
            })
            .map_err(|why| Error::internal(text!("无法启动写入线程:{why}", "cannot start the writer: {why}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), fault, commits })
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
        if let Some(queue) = &self.queue {
            // A writer that is gone drops the write, which tells the one who waits.
            let _ = queue.send(Write { sync, run });
        }
        Written { value, fault: self.fault.clone() }
    }

    /// How many transactions were committed, and how many writes were in them.
    pub fn commits(&self) -> Commits {
        Commits {
            groups: self.commits.groups.load(Ordering::Relaxed),
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
}

fn work(db: &Connection, queue: &Receiver<Write>, group: &mut Group, counts: &Counts) -> rusqlite::Result<()> {
    let mut synced = Sync::Durable;
    while let Ok(first) = queue.recv() {
        group.writes.push_back(first);
        group.writes.extend(queue.try_iter().take(GROUP - 1));
        let is_durable = group.writes.iter().any(|write| write.sync == Sync::Durable);
        let wanted = if is_durable { Sync::Durable } else { Sync::Later };
        if wanted != synced {
            // In WAL, NORMAL leaves the sync of a commit to the next FULL one, which covers both.
            db.execute_batch(match wanted {
                Sync::Durable => "PRAGMA synchronous = FULL",
                Sync::Later => "PRAGMA synchronous = NORMAL",
            })?;
            synced = wanted;
        }
        // On any fault the connection is dropped, which rolls back.
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        while let Some(write) = group.writes.pop_front() {
            group.tells.push((write.run)(db)?);
        }
        db.prepare_cached("COMMIT")?.execute([])?;
        counts.groups.fetch_add(1, Ordering::Relaxed);
        counts.writes.fetch_add(group.tells.len() as u64, Ordering::Relaxed);
        group.tells.drain(..).for_each(|tell| tell());
    }
    Ok(())
}
