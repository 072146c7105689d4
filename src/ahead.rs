//! Working ahead: one thread makes things while another uses them, in order and within bounds.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::error::{Error, Result};
use crate::text;

/// The things that are handed over together: so many that the wake-up of the other thread costs little beside them.
const BATCH: usize = 4096;
/// The things of the first batch: enough to find a sheet's headings. Each one after it holds twice as many as the one
/// before, so that little is made for nothing where no more is wanted.
const FIRST_BATCH: usize = 16;
/// The bytes that a batch may hold, however few its things: what is ahead is bounded by this.
const BATCH_BYTES: usize = 1 << 20;
/// The batches that may wait.
const WAITING: usize = 4;

/// What can be made ahead.
pub trait Ahead: Default + Send {
    /// About how many bytes it holds.
    fn bytes(&self) -> usize;
}

/// Takes one thing, and says whether more are wanted. What it leaves behind is not used again.
pub type Sink<'a, T> = &'a mut dyn FnMut(&mut T) -> Result<ControlFlow<()>>;

/// Runs `produce` in a thread of its own, named for what it does, and hands what it makes to the sink in this one,
/// in order. Once the sink has enough, or fails, nothing more is made.
///
/// # Errors
/// The sink's own, else what `produce` ends with after its last thing.
pub fn ahead<T: Ahead>(
    name: &str,
    produce: impl FnOnce(Sink<'_, T>) -> Result<()> + Send,
    sink: Sink<'_, T>,
) -> Result<()> {
    let (sender, receiver) = sync_channel(WAITING);
    let (used_sender, used) = channel();
    thread::scope(|scope| {
        let work = move || {
            let mut batches = Batches { sender, used, batch: Batch::default(), full: FIRST_BATCH };
            let ended = produce(&mut |thing| Ok(batches.add(thing)));
            // What was made before a fault is handed over like all else.
            let _ = batches.send();
            ended
        };
        let worker = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work).map_err(|fault| {
            Error::internal(text!("无法启动线程 {name}: {fault}", "cannot start the thread {name}: {fault}"))
        })?;
        if take_all(receiver, &used_sender, sink)?.is_break() {
            return Ok(());
        }
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Hands over what comes. The receiver ends with this, and with it the worker.
fn take_all<T>(receiver: Receiver<Batch<T>>, used: &Sender<Batch<T>>, sink: Sink<'_, T>) -> Result<ControlFlow<()>> {
    for mut batch in receiver {
        for thing in &mut batch.things[..batch.filled] {
            if sink(thing)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        // The worker may have ended already, and needs none then.
        let _ = used.send(batch);
    }
    Ok(ControlFlow::Continue(()))
}

/// Things on their way. Those behind the filled ones are room from an earlier round.
#[derive(Default)]
struct Batch<T> {
    things: Vec<T>,
    filled: usize,
    bytes: usize,
}

/// The worker's side.
struct Batches<T> {
    sender: SyncSender<Batch<T>>,
    /// Batches that were handed over, to be filled again: memory stays with the thread that uses it.
    used: Receiver<Batch<T>>,
    batch: Batch<T>,
    full: usize,
}

impl<T: Ahead> Batches<T> {
    /// Swaps the thing for an empty one.
    fn add(&mut self, thing: &mut T) -> ControlFlow<()> {
        let Batch { things, filled, bytes } = &mut self.batch;
        if *filled == things.len() {
            things.push(T::default());
        }
        *bytes += thing.bytes();
        std::mem::swap(&mut things[*filled], thing);
        *filled += 1;
        if *filled < self.full && *bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        self.full = (2 * self.full).min(BATCH);
        self.send()
    }

    /// Nobody listens any more once the sink has had enough.
    fn send(&mut self) -> ControlFlow<()> {
        let mut next = self.used.try_recv().unwrap_or_default();
        // Room that large things took is not kept.
        if next.bytes >= BATCH_BYTES {
            next.things.clear();
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
    use super::{Ahead, BATCH_BYTES, Sink, ahead};
    use crate::error::{Error, Result};
    use crate::text;
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Default, Debug, PartialEq)]
    struct Numbered(u64, String);

    impl Ahead for Numbered {
        fn bytes(&self) -> usize {
            self.1.len()
        }
    }

    fn count_to(last: u64, text: &str, sink: Sink<'_, Numbered>) -> Result<()> {
        let mut thing = Numbered::default();
        for number in 1..=last {
            thing.0 = number;
            thing.1.clear();
            thing.1.push_str(text);
            if sink(&mut thing)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn broken() -> Error {
        Error::usage(text!("坏了", "broken"))
    }

    #[test]
    fn things_come_whole_and_in_order_and_all_of_them_before_the_fault_at_the_end() {
        let mut seen = 0;
        let ended = ahead("test", |sink| count_to(20_000, "x", sink).and(Err(broken())), &mut |thing| {
            seen += 1;
            assert_eq!(*thing, Numbered(seen, "x".to_owned()));
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!((ended, seen), (Err(broken()), 20_000));
    }

    #[test]
    fn nothing_is_made_any_more_once_the_sink_has_enough() {
        for (text, most) in [("x", 6000), (&*"x".repeat(BATCH_BYTES), 30)] {
            let made = AtomicU64::new(0);
            let counted = |sink: Sink<'_, Numbered>| {
                count_to(u64::MAX, text, &mut |thing| {
                    made.fetch_add(1, Ordering::Relaxed);
                    sink(thing)
                })
            };
            let enough = |thing: &mut Numbered| match thing.0 {
                10 => Ok(ControlFlow::Break(())),
                _ => Ok(ControlFlow::Continue(())),
            };
            assert_eq!(ahead("test", counted, &mut { enough }), Ok(()));
            assert!(made.load(Ordering::Relaxed) < most);
        }
        assert_eq!(ahead("test", |sink| count_to(u64::MAX, "x", sink), &mut |_| Err(broken())), Err(broken()));
    }
}
