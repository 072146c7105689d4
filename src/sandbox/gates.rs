//! Gates that hold requests until a test lets them go: waiting for events instead of sleeping.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Call;
use super::fault::When;

/// The gates: for each kind of call one before and one after the effect.
#[derive(Default)]
pub(super) struct Gates {
    /// Whether any gate is or was closed: while not, requests need not look further.
    in_use: AtomicBool,
    of_calls: Mutex<[[Gate; 2]; Call::ALL.len()]>,
    opened: Notify,
    came: Notify,
}

#[derive(Clone, Copy, Default)]
struct Gate {
    closed: bool,
    /// How many may pass although it is closed.
    passes: u64,
    waiting: u64,
}

impl Gates {
    fn gates(&self) -> MutexGuard<'_, [[Gate; 2]; Call::ALL.len()]> {
        self.of_calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether gates have ever been closed.
    pub fn in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Holds all requests of a kind from now on.
    pub fn close(&self, call: Call, when: When) {
        self.gates()[call as usize][when as usize].closed = true;
        self.in_use.store(true, Ordering::Relaxed);
    }

    /// Lets the requests of a kind go: all of them, or so many.
    pub fn open(&self, call: Call, passes: Option<u64>) {
        for gate in &mut self.gates()[call as usize] {
            match passes {
                Some(passes) if gate.closed => gate.passes += passes,
                _ => (gate.closed, gate.passes) = (false, 0),
            }
        }
        self.opened.notify_waiters();
    }

    /// Lets everything go.
    pub fn open_all(&self) {
        for call in Call::ALL {
            self.open(call, None);
        }
    }

    /// Returns once so many requests of a kind wait.
    pub async fn held(&self, call: Call, count: u64) {
        loop {
            let came = self.came.notified();
            if self.gates()[call as usize].iter().map(|gate| gate.waiting).sum::<u64>() >= count {
                return;
            }
            came.await;
        }
    }

    /// Returns once the gate lets the request pass.
    pub async fn pass(&self, call: Call, when: When) {
        if !self.in_use() {
            return;
        }
        let mut held = Held { gates: self, call, when, counted: false };
        loop {
            let opened = self.opened.notified();
            if held.try_pass() {
                return;
            }
            opened.await;
        }
    }
}

/// One request at a gate; counted as waiting until it passes or goes away.
struct Held<'a> {
    gates: &'a Gates,
    call: Call,
    when: When,
    counted: bool,
}

impl Held<'_> {
    fn try_pass(&mut self) -> bool {
        let mut gates = self.gates.gates();
        let gate = &mut gates[self.call as usize][self.when as usize];
        if gate.closed && gate.passes == 0 {
            if !self.counted {
                gate.waiting += 1;
                self.counted = true;
                self.gates.came.notify_waiters();
            }
            return false;
        }
        gate.passes = gate.passes.saturating_sub(1);
        true
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.counted {
            let mut gates = self.gates.gates();
            let gate = &mut gates[self.call as usize][self.when as usize];
            gate.waiting = gate.waiting.saturating_sub(1);
        }
    }
}
