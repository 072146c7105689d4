//! The sandbox, seen from outside: every strictness, every effect, every fault on the wire.

mod bench;
mod catalogue;
mod control;
mod effects;
mod faults;
mod strict;
mod wire_faults;
