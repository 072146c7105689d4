//! Reading ahead: one thread unpacks and parses while another checks the rows and writes them down.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::record::{Record, Sink};
use crate::error::{Error, Result};
use crate::text;

/// The rows that are handed over together.
const BATCH: usize = 256;
/// The rows of the first batch: enough to find the headings, so that little is read for nothing.
const FIRST_BATCH: usize = 16;
/// The batches that may wait. What is ahead is bounded by this.
const WAITING: usize = 4;

/// Runs `produce` in a thread of its own and hands its rows to the sink in this one, in order. Once
/// the sink has enough, or fails, nothing more is read.
///
/// # Errors
/// The sink's own, else what `produce` ends with after its last row.
pub(super) fn read_ahead(produce: impl FnOnce(Sink<'_>) -> Result<()> + Send, sink: Sink<'_>) -> Result<()> {
    let (sender, receiver) = sync_channel(WAITING);
    thread::scope(|scope| {
        let work = move || {
            let mut batches = Batches { sender, batch: Vec::new(), full: FIRST_BATCH };
            let ended = produce(&mut |record| Ok(batches.add(record)));
            // Rows before a fault are handed over like any others.
            let _ = batches.send();
            ended
        };
        let worker = thread::Builder::new().name("sheet".to_owned()).spawn_scoped(scope, work).map_err(|fault| {
            Error::internal(text!("无法启动读取线程: {fault}", "cannot start a thread to read with: {fault}"))
        })?;
        // The receiver ends with this loop, and with it the worker.
        for batch in receiver {
            for mut record in batch {
                if sink(&mut record)?.is_break() {
                    return Ok(());
                }
            }
        }
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// The worker's side: rows on their way into batches.
struct Batches {
    sender: SyncSender<Vec<Record>>,
    batch: Vec<Record>,
    full: usize,
}

impl Batches {
    fn add(&mut self, record: &mut Record) -> ControlFlow<()> {
        // The next row is most likely as long as this one.
        let room = Vec::with_capacity(record.cells.len());
        self.batch.push(Record { number: record.number, cells: std::mem::replace(&mut record.cells, room) });
        if self.batch.len() < self.full {
            return ControlFlow::Continue(());
        }
        self.full = BATCH;
        self.send()
    }

    /// Nobody listens any more once the sink has had enough.
    fn send(&mut self) -> ControlFlow<()> {
        match self.sender.send(std::mem::replace(&mut self.batch, Vec::with_capacity(self.full))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_ahead;
    use crate::error::{Error, Result};
    use crate::sheet::read::record::{Record, Sink};
    use crate::text;
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn count_to(last: u64, sink: Sink<'_>) -> Result<()> {
        for number in 1..=last {
            if sink(&mut Record { number, cells: Vec::new() })?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn broken() -> Error {
        Error::usage(text!("坏了", "broken"))
    }

    #[test]
    fn rows_come_in_order_and_all_of_them_before_the_fault_at_the_end() {
        let mut seen = Vec::new();
        let ended = read_ahead(|sink| count_to(1000, sink).and(Err(broken())), &mut |record| {
            seen.push(record.number);
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(ended, Err(broken()));
        assert!(seen.iter().copied().eq(1..=1000), "{} rows", seen.len());
    }

    #[test]
    fn nothing_is_read_on_once_the_sink_has_enough() {
        let made = AtomicU64::new(0);
        let ended = read_ahead(
            |sink| {
                count_to(u64::MAX, &mut |record| {
                    made.fetch_add(1, Ordering::Relaxed);
                    sink(record)
                })
            },
            &mut |record| if record.number == 10 { Ok(ControlFlow::Break(())) } else { Ok(ControlFlow::Continue(())) },
        );
        assert_eq!(ended, Ok(()));
        assert!(made.load(Ordering::Relaxed) < 3000);
        assert_eq!(read_ahead(|sink| count_to(u64::MAX, sink), &mut |_| Err(broken())), Err(broken()));
    }
}
