//! The engine: it plans, paces, retries, submits, and says what happened. It knows no file format and
//! no platform.

mod engine;
mod event;
mod lane;
mod matching;
mod options;
mod pace;
mod plan;
mod retry;
mod settle;
mod stop;
mod submit;

pub use engine::{Engine, Parts, Shop};
pub use event::{Event, Listener, Phase};
#[doc(hidden)] // for benches
pub use matching::Listing;
pub use options::Options;
pub use retry::{LaneEnd, Situation, Verdict, after_crash, judge};
pub use stop::Stop;
