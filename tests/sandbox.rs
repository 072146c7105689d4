//! The sandbox, seen from outside: every strictness, every effect, every fault on the wire.

#[path = "sandbox/bench.rs"]
mod bench;
#[path = "sandbox/catalogue.rs"]
mod catalogue;
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/effects.rs"]
mod effects;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/strict.rs"]
mod strict;
#[path = "sandbox/wire_faults.rs"]
mod wire_faults;
