//! The engine: it plans, paces, retries, submits, and says what happened. It knows no file format and
//! no platform.

mod event;

pub use event::{Event, Listener, Phase};
