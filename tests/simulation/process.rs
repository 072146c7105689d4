//! Processes that run side by side on one thread, each of which can die at any point of the program without
//! the others noticing anything but its absence.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use unpromo::failpoint;

/// Thrown at the point where a process is to end.
struct Crash;

/// What a process that is running now may still pass.
type Passes = Option<u64>;

thread_local! {
    /// The points that the process whose turn it is may still pass; `None`: as many as it likes.
    static LEFT: Cell<Passes> = const { Cell::new(None) };
}

/// Runs `work` with points at which processes can die.
pub fn with_points<T>(work: impl FnOnce() -> T) -> T {
    let hook = Box::new(|_: &'static str| {
        if let Some(left) = LEFT.get() {
            LEFT.set(Some(left - 1));
            if left == 1 {
                LEFT.set(None);
                resume_unwind(Box::new(Crash));
            }
        }
    });
    failpoint::with_hook(hook, work)
}

/// A process: `Some` once its work is done, `None` once it is dead.
pub struct Process<F> {
    work: Pin<Box<F>>,
    left: Passes,
}

impl<F: Future> Process<F> {
    /// A process that dies at so manieth a point.
    pub fn new(dies_at: Passes, work: F) -> Self {
        Self { work: Box::pin(work), left: dies_at }
    }
}

impl<F: Future> Future for Process<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        LEFT.set(self.left);
        let polled = catch_unwind(AssertUnwindSafe(|| self.work.as_mut().poll(context)));
        self.left = LEFT.take();
        match polled {
            Ok(polled) => polled.map(Some),
            Err(thrown) if is_crash(thrown.as_ref()) => Poll::Ready(None),
            Err(thrown) => resume_unwind(thrown),
        }
    }
}

fn is_crash(thrown: &(dyn Any + Send)) -> bool {
    thrown.is::<Crash>()
}
