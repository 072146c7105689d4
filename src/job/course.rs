//! The course of a job: what follows what, from wherever an earlier start of it stopped.

use std::time::Duration;

use super::{Engine, LaneEnd, Phase};
use crate::error::Result;
use crate::failpoint::failpoint;
use crate::journal::State;
use crate::model::Status;
use crate::platform::Submit;
use crate::text;

/// How a job is gone through.
pub struct Course<'a> {
    /// Makes a submitter for each shop. Called once something is to be submitted, and never in a dry run.
    pub submitters: &'a dyn Fn() -> Result<Vec<Box<dyn Submit>>>,
    /// Whether an earlier start of the job was interrupted: then what is in doubt is looked up first.
    pub resumed: bool,
    /// Whether what is in doubt, and still listed, is sent once more.
    pub resend_in_doubt: bool,
}

/// How a course ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As far as the lanes went.
    Lanes(LaneEnd),
    /// The user did not say yes.
    Declined,
}

impl Engine<'_> {
    /// Goes through a job. `confirm` is told how many targets are to be submitted, and says whether to go
    /// on; it is not asked where the job was confirmed before, or nothing is to be submitted.
    ///
    /// Where nothing is left to do, the journal has the end of the job; it is done once its result stands.
    ///
    /// # Errors
    /// When the journal breaks: then nothing more was sent. When a shop's credentials cannot be used.
    pub async fn go(&self, course: &Course<'_>, confirm: impl AsyncFnOnce(u64) -> Result<bool>) -> Result<Ended> {
        let parts = self.parts();
        let (journal, job) = (parts.journal, parts.job);
        self.recover().await?;
        let planned = self.plan().await?;
        if planned != LaneEnd::Done {
            return Ok(Ended::Lanes(planned));
        }
        if job.state == State::Planning {
            journal.mark(job.id, State::Planned).await?;
        }
        failpoint!("run.planned");
        if job.dry_run || !parts.operation.promises().submits {
            journal.end(job.id).await?;
            return Ok(Ended::Lanes(LaneEnd::Done));
        }
        if course.resumed {
            self.review().await?;
            let settled = self.look_again(Phase::Settle).await?;
            if settled != LaneEnd::Done {
                return Ok(Ended::Lanes(settled));
            }
        }
        let to_submit = self.to_submit()?;
        failpoint!("run.before_confirm");
        if to_submit > 0 && job.confirmed_at.is_none() && !confirm(to_submit).await? {
            let is_stopped = parts.stop.is_requested();
            return Ok(if is_stopped { Ended::Lanes(LaneEnd::Stopped) } else { Ended::Declined });
        }
        journal.mark(job.id, State::Submitting).await?;
        failpoint!("run.confirmed");
        let end = self.submit_all(course).await?;
        journal.sync().await?;
        if end == LaneEnd::Done && self.to_submit()? == 0 {
            journal.end(job.id).await?;
            failpoint!("run.ended");
        }
        Ok(Ended::Lanes(end))
    }

    /// Submits, settles what is in doubt, and verifies. Submitters exist from here on, and not before.
    async fn submit_all(&self, course: &Course<'_>) -> Result<LaneEnd> {
        let submitters = (course.submitters)()?;
        let mut end = LaneEnd::Done;
        if course.resend_in_doubt {
            // Before anything else is sent: a doubt that this very run brings is not one that anybody
            // has looked at.
            end = self.submit(&submitters, Status::InDoubt).await?;
        }
        if end == LaneEnd::Done {
            end = self.submit(&submitters, Status::Matched).await?;
        }
        if end == LaneEnd::Done && self.review().await? > 0 {
            end = self.submit(&submitters, Status::Matched).await?;
        }
        end = end.max(self.look_again(Phase::Settle).await?);
        if let Some(wait) = self.parts().options.verify.filter(|_| end == LaneEnd::Done) {
            let why = text!("稍后复查", "before looking again");
            self.wait(Duration::from_millis(wait), &why).await;
            // What arrived late shows by now, too.
            end = end.max(self.look_again(Phase::Settle).await?);
            end = end.max(self.look_again(Phase::Verify).await?);
        }
        Ok(end)
    }
}
