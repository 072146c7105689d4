//! What follows from a call that had no success: a pure function of the phase, of what the failure
//! proves, and of what the platform promises.

use std::time::Duration;

use super::Phase;
use crate::model::Status;
use crate::platform::{Failure, Promises};

/// How often a call is tried when nothing was sent, or when a look-up got no clear answer.
const TRIES: u32 = 4;
/// After so many throttled tries on end, beyond what chance explains and with nothing else getting through, a call is
/// given up: the pauses before the last one add up to a minute and a half.
const THROTTLED_TRIES: u32 = 7;
/// The wait before the second try; it doubles from there.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// A platform that asks for a longer wait than this is given up for now; the job can be resumed.
const MOST_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// So many submissions in a row without any answer end the lane: each one more is one more in doubt.
pub(super) const SILENCES: u32 = 3;
/// So many submissions in a row that end in doubt end it too, whatever the platform answered to them.
const DOUBTS: u32 = 10;

/// What is known of a call when its failure is judged.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// The phase.
    pub phase: Phase,
    /// What the platform promises.
    pub promises: Promises,
    /// How often it was tried, this time included. Of a throttled call: the throttled tries that count.
    pub tries: u32,
    /// Whether an earlier try under the same request number may have been carried out.
    pub is_doubtful: bool,
    /// Whether the platform answered anything to anyone in this lane since the first try, and of late.
    pub platform_is_there: bool,
    /// How many calls of this lane in a row ended without an answer, this one included.
    pub silences: u32,
    /// How many submissions of this lane in a row ended without a clear answer, this one included.
    pub doubts: u32,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try it again after a wait of its own.
    Retry(Duration),
    /// The whole lane slows down and waits; then try it again.
    SlowDown,
    /// It is settled: the line gets this status.
    Settle(Status),
    /// The lane ends, and what is left stays pending; the line itself gets the status, where there is one.
    StopLane(LaneEnd, Option<Status>),
}

/// Why a lane ended. Of several lanes' ends, the greatest speaks for the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaneEnd {
    /// Nothing is left to do.
    Done,
    /// As many failures as `--max-failures` allows.
    TooManyFailures,
    /// The platform cannot be reached, or asks to wait longer than a job should.
    OutOfReach,
    /// The credentials were not taken, or are another account's.
    Credentials,
    /// The user asked to stop.
    Stopped,
}

/// Judges a failure.
#[must_use]
pub fn judge(failure: &Failure, situation: Situation) -> Verdict {
    use LaneEnd::{Credentials, OutOfReach};
    let Situation { phase, promises, tries, is_doubtful, platform_is_there, silences, doubts } = situation;
    // What an earlier try under the same number may have done, no later failure undoes.
    let doubt = is_doubtful.then_some(Status::InDoubt);
    let out_of_tries = |status: Status| match doubt {
        Some(doubt) => Verdict::Settle(doubt),
        None if platform_is_there => Verdict::Settle(status),
        None => Verdict::StopLane(OutOfReach, None),
    };
    let again = || Verdict::Retry(FIRST_WAIT * 2_u32.saturating_pow(tries.saturating_sub(1)));
    match failure {
        Failure::Credentials { .. } | Failure::OtherAccount { .. }
            if phase == Phase::Submit && failure.leaves_doubt() =>
        {
            Verdict::StopLane(Credentials, Some(Status::InDoubt))
        }
        Failure::Credentials { .. } | Failure::OtherAccount { .. } => Verdict::StopLane(Credentials, doubt),
        Failure::Throttled { wait: Some(wait), .. } if *wait > MOST_PATIENCE => Verdict::StopLane(OutOfReach, doubt),
        Failure::Throttled { .. } if tries < THROTTLED_TRIES => Verdict::SlowDown,
        Failure::NotSent(_) if tries < TRIES => again(),
        _ if phase != Phase::Submit => match failure {
            Failure::NoAnswer(_) | Failure::Unclear(_) if tries < TRIES => again(),
            _ => out_of_tries(Status::LookupFailed),
        },
        Failure::Throttled { .. } | Failure::NotSent(_) => out_of_tries(Status::Failed),
        Failure::AlreadySubmitted { .. } => Verdict::Settle(Status::Submitted),
        Failure::Refused { .. } | Failure::NoSuchItem { .. } => Verdict::Settle(doubt.unwrap_or(Status::Rejected)),
        Failure::NoAnswer(_) | Failure::Unclear(_) if promises.repeats && tries < TRIES => again(),
        Failure::NoAnswer(_) if silences >= SILENCES => Verdict::StopLane(OutOfReach, Some(Status::InDoubt)),
        _ if doubts >= DOUBTS => Verdict::StopLane(OutOfReach, Some(Status::InDoubt)),
        Failure::NoAnswer(_) | Failure::Unclear(_) => Verdict::Settle(Status::InDoubt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::CredentialsTrouble;
    use crate::text::Text;

    const PLAIN: Promises = Promises { submits: true, looks_up: true, settles: true, repeats: false };
    const REPEATS: Promises = Promises { submits: true, looks_up: true, settles: true, repeats: true };

    /// A first try of a platform that is there.
    const FIRST: Situation = Situation {
        phase: Phase::Submit,
        promises: PLAIN,
        tries: 1,
        is_doubtful: false,
        platform_is_there: true,
        silences: 1,
        doubts: 1,
    };

    fn judged(failure: &Failure, phase: Phase, promises: Promises, tries: u32) -> Verdict {
        judge(failure, Situation { phase, promises, tries, ..FIRST })
    }

    fn unclear() -> Failure {
        Failure::Unclear(Text::default())
    }

    #[test]
    fn a_submission_that_may_have_been_carried_out_is_never_sent_again() {
        for tries in 1..10 {
            assert_eq!(judged(&unclear(), Phase::Submit, PLAIN, tries), Verdict::Settle(Status::InDoubt));
        }
    }

    #[test]
    fn one_that_certainly_was_not_is_sent_again_within_its_budget() {
        let failure = Failure::NotSent(Text::default());
        assert_eq!(judged(&failure, Phase::Submit, PLAIN, 1), Verdict::Retry(Duration::from_secs(1)));
        assert_eq!(judged(&failure, Phase::Submit, PLAIN, 3), Verdict::Retry(Duration::from_secs(4)));
        assert_eq!(judged(&failure, Phase::Submit, PLAIN, 4), Verdict::Settle(Status::Failed));
    }

    #[test]
    fn a_repeat_is_harmless_only_where_the_platform_says_so() {
        assert_eq!(judged(&unclear(), Phase::Submit, REPEATS, 1), Verdict::Retry(Duration::from_secs(1)));
        assert_eq!(judged(&unclear(), Phase::Submit, REPEATS, 4), Verdict::Settle(Status::InDoubt));
    }

    #[test]
    fn nothing_is_called_not_carried_out_after_a_doubtful_try() {
        let doubtful = |failure| {
            let situation = Situation { promises: REPEATS, tries: 9, is_doubtful: true, ..FIRST };
            judge(&failure, situation)
        };
        let refused = Failure::Refused { code: String::new(), words: String::new() };
        for failure in [Failure::NotSent(Text::default()), unclear(), refused] {
            assert_eq!(doubtful(failure), Verdict::Settle(Status::InDoubt));
        }
    }

    #[test]
    fn a_login_that_ran_out_stops_the_lane_in_every_phase() {
        let failure = Failure::Credentials { trouble: CredentialsTrouble::Expired, words: String::new() };
        for phase in [Phase::Plan, Phase::Submit, Phase::Settle, Phase::Verify] {
            assert_eq!(judged(&failure, phase, PLAIN, 1), Verdict::StopLane(LaneEnd::Credentials, None));
        }
    }

    #[test]
    fn a_platform_that_never_answers_ends_the_lane_and_leaves_rows_pending() {
        let situation = Situation {
            phase: Phase::Plan,
            tries: TRIES,
            platform_is_there: false,
            silences: TRIES,
            doubts: 0,
            ..FIRST
        };
        let failure = Failure::NotSent(Text::default());
        assert_eq!(judge(&failure, situation), Verdict::StopLane(LaneEnd::OutOfReach, None));
    }

    #[test]
    fn silence_after_silence_ends_the_lane_before_more_is_in_doubt() {
        let judged = |silences| judge(&Failure::NoAnswer(Text::default()), Situation { silences, ..FIRST });
        assert_eq!(judged(1), Verdict::Settle(Status::InDoubt));
        assert_eq!(judged(SILENCES), Verdict::StopLane(LaneEnd::OutOfReach, Some(Status::InDoubt)));
    }

    #[test]
    fn doubt_after_doubt_ends_the_lane_whatever_the_platform_answers() {
        let judged = |doubts| judge(&unclear(), Situation { silences: 0, doubts, ..FIRST });
        assert_eq!(judged(DOUBTS - 1), Verdict::Settle(Status::InDoubt));
        assert_eq!(judged(DOUBTS), Verdict::StopLane(LaneEnd::OutOfReach, Some(Status::InDoubt)));
    }

    #[test]
    fn a_redirect_to_nowhere_known_stops_the_lane_and_leaves_the_submission_in_doubt() {
        let failure = Failure::Credentials { trouble: CredentialsTrouble::Moved, words: String::new() };
        let in_doubt = Verdict::StopLane(LaneEnd::Credentials, Some(Status::InDoubt));
        assert_eq!(judged(&failure, Phase::Submit, PLAIN, 1), in_doubt);
        assert_eq!(judged(&failure, Phase::Plan, PLAIN, 1), Verdict::StopLane(LaneEnd::Credentials, None));
    }

    #[test]
    fn an_answer_for_another_account_stops_the_lane_at_once_and_settles_nothing() {
        let failure = Failure::OtherAccount { theirs: "2".to_owned(), ours: "1".to_owned() };
        let in_doubt = Verdict::StopLane(LaneEnd::Credentials, Some(Status::InDoubt));
        assert_eq!(judged(&failure, Phase::Submit, REPEATS, 1), in_doubt);
        for phase in [Phase::Plan, Phase::Settle, Phase::Verify] {
            assert_eq!(judged(&failure, phase, PLAIN, 1), Verdict::StopLane(LaneEnd::Credentials, None));
        }
        let said = failure.sentence();
        assert!([said.zh, said.en].iter().all(|said| said.contains("账号 2") || said.contains("account, 2")));
    }

    #[test]
    fn throttling_slows_the_lane_down_and_is_not_waited_for_forever() {
        let throttled = |wait| Failure::Throttled { wait, words: String::new() };
        let three = Some(Duration::from_secs(3));
        assert_eq!(judged(&throttled(three), Phase::Submit, PLAIN, 1), Verdict::SlowDown);
        assert_eq!(judged(&throttled(None), Phase::Plan, PLAIN, 6), Verdict::SlowDown);
        assert_eq!(judged(&throttled(None), Phase::Submit, PLAIN, 7), Verdict::Settle(Status::Failed));
        let hours = Some(Duration::from_secs(31_062));
        assert_eq!(judged(&throttled(hours), Phase::Plan, PLAIN, 1), Verdict::StopLane(LaneEnd::OutOfReach, None));
    }
}
