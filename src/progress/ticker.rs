//! The thread that draws, so that the engine need not.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::queue::Queue;

/// Ten times a second: as fast as people read, and cheap.
const PERIOD: Duration = Duration::from_millis(100);

/// Has the queue read until it is stopped.
pub(super) struct Ticker {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Ticker {
    /// Starts the thread.
    pub(super) fn start(queue: Arc<Queue>) -> io::Result<Self> {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let seen = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            let (stopped, signal) = &*seen;
            let mut guard = stopped.lock().unwrap_or_else(PoisonError::into_inner);
            while !*guard {
                guard = signal.wait_timeout(guard, PERIOD).unwrap_or_else(PoisonError::into_inner).0;
                if !*guard {
                    queue.read(|reader, now| reader.tick(now));
                }
            }
        })?;
        Ok(Self { stop, thread: Mutex::new(Some(thread)) })
    }

    /// Stops it and waits for its end: afterwards nothing is drawn. Harmless when it has stopped.
    pub(super) fn stop(&self) {
        let (stopped, signal) = &*self.stop;
        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        signal.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A drawing that panicked is no reason to stop the work.
            let _ = thread.join();
        }
    }
}
