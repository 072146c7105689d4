//! The engine: it plans, paces, retries, submits, and says what happened. It knows no file format and
//! no platform.

mod course;
mod engine;
mod event;
mod lane;
mod matching;
mod options;
mod pace;
mod plan;
mod queue;
mod remaining;
mod retry;
mod settle;
mod stop;
mod submit;
mod work;

pub use course::{Course, Ended};
pub use engine::{Engine, Parts, Shop};
pub use event::{Event, Listener, Phase};
#[doc(hidden)] // for benches
pub use matching::Listing;
pub use options::Options;
#[doc(hidden)] // for the simulation and the benches
pub use pace::{Answer as PaceAnswer, Law as PaceLaw, Reply as PaceReply};
pub use remaining::{ToDo, after_crash, still_to_do};
pub use retry::{LaneEnd, Situation, Verdict, judge};
pub use stop::Stop;
