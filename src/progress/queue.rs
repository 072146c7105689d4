//! The events on their way from the engine to their reader.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Reader;
use super::moment::Moment;
use crate::job::Event;

/// So many events wait at most (some tens of megabytes). An engine that is still ahead, because nobody
/// reads at the other end of a pipe, has to wait after all.
const MOST: usize = 1 << 16;

/// Events not yet read, and their reader.
pub(super) struct Queue {
    waiting: Mutex<Vec<(Event, Instant)>>,
    reader: Mutex<Box<dyn Reader>>,
}

impl Queue {
    pub(super) fn new(reader: Box<dyn Reader>) -> Self {
        Self { waiting: Mutex::new(Vec::new()), reader: Mutex::new(reader) }
    }

    /// Adds an event.
    pub(super) fn push(&self, event: Event) {
        let full = {
            let mut waiting = lock(&self.waiting);
            waiting.push((event, Instant::now()));
            waiting.len() >= MOST
        };
        if full {
            self.read(|_, _| ());
        }
    }

    /// Hands the reader what waits, in order, and then does something with it.
    pub(super) fn read<T>(&self, work: impl FnOnce(&mut dyn Reader, &Moment) -> T) -> T {
        // The reader first: who takes the events must be the one who hands them over, or their order is lost.
        let mut reader = lock(&self.reader);
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        let now = Moment::now();
        for (event, at) in waiting {
            reader.on(&event, &now.back_at(at));
        }
        work(reader.as_mut(), &now)
    }
}

/// A reader that panicked half way is still the best that there is to draw with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::*;

    /// Counts what it reads; stands still at a barrier when it draws.
    struct Slow {
        seen: Arc<Mutex<Vec<usize>>>,
        barrier: Option<Arc<Barrier>>,
    }

    impl Reader for Slow {
        fn on(&mut self, event: &Event, _now: &Moment) {
            if let Event::Stopping { in_flight } = event {
                lock(&self.seen).push(*in_flight);
            }
        }
        fn tick(&mut self, _now: &Moment) {
            if let Some(barrier) = &self.barrier {
                barrier.wait();
                barrier.wait();
            }
        }
        fn pause(&mut self, _now: &Moment) {}
        fn resume(&mut self, _now: &Moment) {}
        fn finish(&mut self, _now: &Moment) {}
    }

    #[test]
    fn a_terminal_that_stands_still_does_not_hold_the_engine_up() {
        let (seen, barrier) = (Arc::<Mutex<Vec<usize>>>::default(), Arc::new(Barrier::new(2)));
        let queue =
            Arc::new(Queue::new(Box::new(Slow { seen: Arc::clone(&seen), barrier: Some(Arc::clone(&barrier)) })));
        let drawing = Arc::clone(&queue);
        let thread = std::thread::spawn(move || drawing.read(|reader, now| reader.tick(now)));
        barrier.wait();
        // It stands still now, and events are taken all the same.
        (0..1000).for_each(|number| queue.push(Event::Stopping { in_flight: number }));
        assert!(lock(&seen).is_empty());
        barrier.wait();
        thread.join().expect("the drawing ends");
        queue.read(|_, _| ());
        assert_eq!(*lock(&seen), (0..1000).collect::<Vec<_>>(), "nothing is lost, and the order is kept");
    }

    #[test]
    fn what_waits_is_bounded() {
        let seen = Arc::<Mutex<Vec<usize>>>::default();
        let queue = Queue::new(Box::new(Slow { seen: Arc::clone(&seen), barrier: None }));
        (0..MOST + 10).for_each(|number| queue.push(Event::Stopping { in_flight: number }));
        assert_eq!((lock(&queue.waiting).len(), lock(&seen).len()), (10, MOST));
    }
}
