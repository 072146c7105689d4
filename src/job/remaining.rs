//! What is still to do about a line of a job: a pure function of what the journal holds of it. The
//! journal's own queries take the same lines in bulk; a simulation holds the two against each other.

use crate::journal::{AttemptState, Held};
use crate::model::Status;
use crate::platform::Promises;

/// What is still to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToDo {
    /// Its item is to be looked up.
    LookUp,
    /// It is to be submitted; where an attempt of its own may have been carried out, under the same
    /// request number.
    Submit,
    /// Its item is to be looked up again, to see what became of an attempt.
    LookAgain,
    /// Nothing, unless the user asks for it.
    Nothing,
}

/// What is still to do about a line, wherever the process that worked on it ended.
#[must_use]
pub fn still_to_do(held: &Held, promises: Promises, dry_run: bool) -> ToDo {
    match held.status.map(|status| after_crash(status, held.attempt, promises)) {
        None => ToDo::LookUp,
        Some(Status::Matched) if promises.submits && !dry_run => ToDo::Submit,
        Some(Status::InDoubt) if promises.settles && held.attempt.is_some() => ToDo::LookAgain,
        Some(_) => ToDo::Nothing,
    }
}

/// The status that a line has once it is known that the process which worked on it ended: an attempt
/// without an answer may have been carried out.
#[must_use]
pub const fn after_crash(status: Status, attempt: Option<AttemptState>, promises: Promises) -> Status {
    match (status, attempt) {
        // The same request number again is harmless, so it stays with what is to be submitted.
        (Status::Matched, Some(AttemptState::Intended)) if !promises.repeats => Status::InDoubt,
        (status, _) => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Promises = Promises { looks_up: true, submits: true, settles: true, repeats: false };
    const REPEATS: Promises = Promises { looks_up: true, submits: true, settles: true, repeats: true };
    const BLIND: Promises = Promises { looks_up: true, submits: true, settles: false, repeats: false };

    #[test]
    fn an_unanswered_attempt_is_in_doubt_unless_a_repeat_is_harmless() {
        let intended = Some(AttemptState::Intended);
        assert_eq!(after_crash(Status::Matched, intended, PLAIN), Status::InDoubt);
        assert_eq!(after_crash(Status::Matched, intended, REPEATS), Status::Matched);
        assert_eq!(after_crash(Status::Submitted, intended, PLAIN), Status::Submitted);
        assert_eq!(after_crash(Status::Matched, None, PLAIN), Status::Matched);
    }

    #[test]
    fn what_may_have_been_carried_out_is_never_to_be_submitted_without_a_promise() {
        for status in Status::ALL {
            for state in [AttemptState::Intended, AttemptState::Accepted, AttemptState::Unclear] {
                let held = Held { status: Some(status), attempt: Some(state) };
                // No other status than these stands beside such an attempt: it is answered and settled in
                // one transaction.
                if status != Status::Matched || state == AttemptState::Intended {
                    assert_ne!(still_to_do(&held, PLAIN, false), ToDo::Submit, "{status:?} {state:?}");
                    assert_ne!(still_to_do(&held, BLIND, false), ToDo::Submit, "{status:?} {state:?}");
                }
            }
        }
    }

    #[test]
    fn a_doubt_is_looked_at_again_where_looking_tells() {
        let held = Held { status: Some(Status::InDoubt), attempt: Some(AttemptState::Unclear) };
        assert_eq!(still_to_do(&held, PLAIN, false), ToDo::LookAgain);
        assert_eq!(still_to_do(&held, BLIND, false), ToDo::Nothing);
        let another_jobs = Held { attempt: None, ..held };
        assert_eq!(still_to_do(&another_jobs, PLAIN, false), ToDo::Nothing);
    }

    #[test]
    fn a_dry_run_submits_nothing() {
        let held = Held { status: Some(Status::Matched), attempt: None };
        assert_eq!(still_to_do(&held, PLAIN, false), ToDo::Submit);
        assert_eq!(still_to_do(&held, PLAIN, true), ToDo::Nothing);
        assert_eq!(still_to_do(&Held { status: None, attempt: None }, PLAIN, true), ToDo::LookUp);
    }
}
