//! What a phase does with the calls of a lane. A phase that only looks, and so needs nothing made ready and nothing
//! taken back, says no more than what it looks for and what follows.

use super::{Phase, Verdict};
use crate::error::Result;
use crate::platform::Failure;

/// What a phase does with a lane's calls.
pub(super) trait Work {
    /// One call to make, and what is known of it.
    type Task;
    /// What a successful call brings.
    type Value;

    /// The phase.
    fn phase(&self) -> Phase;
    /// Whether nothing is sent: then no turn is taken, and nothing is learned of the platform.
    fn is_local(&self) -> bool {
        false
    }
    /// The next tasks, in order; empty when there are no more.
    fn more(&self) -> Result<Vec<Self::Task>>;
    /// The id to show in logs.
    fn id<'a>(&self, task: &'a Self::Task) -> &'a str;
    /// Tasks of one tie run one after another; empty: no tie.
    fn tie<'a>(&self, _task: &'a Self::Task) -> &'a str {
        ""
    }
    /// Whether an earlier try of the task may have been carried out.
    fn is_doubtful(&self, _task: &Self::Task) -> bool {
        false
    }
    /// Gets ready to send. `false`: there is nothing to send any more, and the task is done.
    async fn prepare(&self, _task: &mut Self::Task) -> Result<bool> {
        Ok(true)
    }
    /// Whether a call that is ready may still leave.
    ///
    /// # Errors
    /// When the journal broke: then nothing may be sent.
    fn check(&self) -> Result<()> {
        Ok(())
    }
    /// It was not sent after all.
    async fn retreat(&self, _task: &mut Self::Task) -> Result<()> {
        Ok(())
    }
    /// Sends, once.
    async fn call(&self, task: &Self::Task) -> std::result::Result<Self::Value, Failure>;
    /// It succeeded. Returns how many lines came to trouble.
    async fn succeeded(&self, task: &mut Self::Task, value: Self::Value, sent_at: i64) -> Result<u64>;
    /// It failed, and this is what follows. Returns how many lines came to trouble.
    async fn failed(&self, task: &mut Self::Task, failure: &Failure, verdict: Verdict, sent_at: i64) -> Result<u64>;
}
