//! Reading ahead: one thread unpacks and parses while another checks the rows and writes them down.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::record::{Record, Sink};
use crate::error::{Error, Result};
use crate::text;

/// The rows that are handed over together.
const BATCH: usize = 1024;
/// The rows of the first batch: enough to find the headings, so that little is read for nothing.
const FIRST_BATCH: usize = 16;
/// The text that a batch may hold, whatever its rows: what is ahead is bounded by this.
const BATCH_BYTES: usize = 1 << 20;
/// The batches that may wait.
const WAITING: usize = 4;

/// Runs `produce` in a thread of its own and hands its rows to the sink in this one, in order. Once
/// the sink has enough, or fails, nothing more is read.
///
/// # Errors
/// The sink's own, else what `produce` ends with after its last row.
pub(super) fn read_ahead(produce: impl FnOnce(Sink<'_>) -> Result<()> + Send, sink: Sink<'_>) -> Result<()> {
    let (sender, receiver) = sync_channel(WAITING);
    let (used_sender, used) = channel();
    thread::scope(|scope| {
        let work = move || {
            let mut batches = Batches { sender, used, batch: Batch::default(), full: FIRST_BATCH };
            let ended = produce(&mut |record| Ok(batches.add(record)));
            // Rows before a fault are handed over like any others.
            let _ = batches.send();
            ended
        };
        let worker = thread::Builder::new().name("sheet".to_owned()).spawn_scoped(scope, work).map_err(|fault| {
            Error::internal(text!("无法启动读取线程: {fault}", "cannot start a thread to read with: {fault}"))
        })?;
        if take_all(receiver, &used_sender, sink)?.is_break() {
            return Ok(());
        }
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Hands over what comes. The receiver ends with this, and with it the worker.
fn take_all(receiver: Receiver<Batch>, used: &Sender<Batch>, sink: Sink<'_>) -> Result<ControlFlow<()>> {
    for mut batch in receiver {
        for record in &mut batch.records[..batch.filled] {
            if sink(record)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        // The worker may have ended already, and needs none then.
        let _ = used.send(batch);
    }
    Ok(ControlFlow::Continue(()))
}

/// Rows on their way. The records behind the filled ones are room from an earlier round.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    filled: usize,
    bytes: usize,
}

/// The worker's side.
struct Batches {
    sender: SyncSender<Batch>,
    /// Batches that were handed over, to be filled again: memory stays with the thread that uses it.
    used: Receiver<Batch>,
    batch: Batch,
    full: usize,
}

impl Batches {
    /// Swaps the row for an empty one.
    fn add(&mut self, record: &mut Record) -> ControlFlow<()> {
        let Batch { records, filled, bytes } = &mut self.batch;
        if *filled == records.len() {
            records.push(Record::default());
        }
        *bytes += record.bytes();
        std::mem::swap(&mut records[*filled], record);
        *filled += 1;
        if *filled < self.full && *bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        self.full = BATCH;
        self.send()
    }

    /// Nobody listens any more once the sink has had enough.
    fn send(&mut self) -> ControlFlow<()> {
        let mut next = self.used.try_recv().unwrap_or_default();
        // Room that long rows took is not kept.
        if next.bytes >= BATCH_BYTES {
            next.records.clear();
        }
        (next.filled, next.bytes) = (0, 0);
        match self.sender.send(std::mem::replace(&mut self.batch, next)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH_BYTES, read_ahead};
    use crate::error::{Error, Result};
    use crate::sheet::read::record::{Cell, Record, Sink};
    use crate::text;
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn count_to(last: u64, text: &str, sink: Sink<'_>) -> Result<()> {
        let mut record = Record::default();
        for number in 1..=last {
            record.start(number);
            record.put(0, Cell::Text(text));
            record.put(1, Cell::Text(&number.to_string()));
            if sink(&mut record)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn broken() -> Error {
        Error::usage(text!("坏了", "broken"))
    }

    #[test]
    fn rows_come_whole_and_in_order_and_all_of_them_before_the_fault_at_the_end() {
        let mut seen = 0;
        let ended = read_ahead(|sink| count_to(20_000, "x", sink).and(Err(broken())), &mut |record| {
            seen += 1;
            let number = seen.to_string();
            assert_eq!(record.cells().collect::<Vec<_>>(), [(0, Cell::Text("x")), (1, Cell::Text(&number))]);
            assert_eq!(record.number, seen);
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!((ended, seen), (Err(broken()), 20_000));
    }

    #[test]
    fn nothing_is_read_on_once_the_sink_has_enough() {
        for (text, most) in [("x", 6000), (&*"x".repeat(BATCH_BYTES), 30)] {
            let made = AtomicU64::new(0);
            let counted = |sink: Sink<'_>| {
                count_to(u64::MAX, text, &mut |record| {
                    made.fetch_add(1, Ordering::Relaxed);
                    sink(record)
                })
            };
            let enough = |record: &mut Record| match record.number {
                10 => Ok(ControlFlow::Break(())),
                _ => Ok(ControlFlow::Continue(())),
            };
            assert_eq!(read_ahead(counted, &mut { enough }), Ok(()));
            assert!(made.load(Ordering::Relaxed) < most);
        }
        assert_eq!(read_ahead(|sink| count_to(u64::MAX, "x", sink), &mut |_| Err(broken())), Err(broken()));
    }
}
