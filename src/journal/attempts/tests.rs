//! What stands between a target and a second submission.

use crate::model::Status;

use super::{Answered, AttemptState, Intended, Intent, Journal, LineKey};

fn intent(job: i64, target: &str) -> Intent {
    Intent {
        operation: "simulated",
        account: "account".to_owned(),
        item: "1".to_owned(),
        target: target.to_owned(),
        name: String::new(),
        job,
        key: LineKey { row: 2, seq: 0 },
        request_no: String::new(),
        replaces_own: false,
        again: false,
    }
}

fn with_journal(story: impl AsyncFnOnce(&Journal)) {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = Journal::open(&folder.path().join("journal.db")).expect("a journal");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(story(&journal));
}

async fn go(journal: &Journal, intent: Intent) -> i64 {
    match journal.intend(intent).await.expect("written") {
        Intended::Go(attempt) => attempt,
        Intended::Blocked(earlier) => panic!("blocked by {earlier:?}"),
    }
}

async fn answer(journal: &Journal, attempt: i64, state: AttemptState) {
    let answered = Answered { attempt, sent_at: Some(1), state, words: None, outcome: None };
    journal.answer(answered).await.expect("written");
}

#[test]
fn an_attempt_is_synced_to_the_disk_before_it_may_be_sent() {
    with_journal(async |journal| {
        let before = journal.commits();
        go(journal, intent(1, "a")).await;
        let after = journal.commits();
        assert_eq!((after.groups - before.groups, after.synced - before.synced), (1, 1));
    });
}

#[test]
fn an_attempt_that_may_have_been_carried_out_blocks_every_other_jobs() {
    with_journal(async |journal| {
        for state in [AttemptState::Intended, AttemptState::Accepted, AttemptState::Unclear] {
            let target = format!("{state:?}");
            let attempt = go(journal, intent(1, &target)).await;
            if state != AttemptState::Intended {
                answer(journal, attempt, state).await;
            }
            for job in [1, 2] {
                match journal.intend(intent(job, &target)).await.expect("read") {
                    Intended::Blocked(earlier) => assert_eq!((earlier.job, earlier.state), (1, state)),
                    Intended::Go(_) => panic!("job {job} may send {target} again"),
                }
            }
            let seen = journal.earlier_attempts("simulated", "account", "1", 2).expect("read");
            assert!(seen.iter().any(|earlier| earlier.target == target), "{seen:?}");
        }
        for state in [AttemptState::Refused, AttemptState::NotCarriedOut] {
            let target = format!("{state:?}");
            let attempt = go(journal, intent(1, &target)).await;
            answer(journal, attempt, state).await;
            go(journal, intent(2, &target)).await;
        }
    });
}

#[test]
fn again_passes_what_is_answered_and_never_what_is_on_its_way() {
    with_journal(async |journal| {
        let again = |target| Intent { again: true, ..intent(2, target) };
        go(journal, intent(1, "on its way")).await;
        let blocked = journal.intend(again("on its way")).await.expect("read");
        assert!(matches!(blocked, Intended::Blocked(_)));

        let first = go(journal, intent(1, "answered")).await;
        answer(journal, first, AttemptState::Accepted).await;
        let second = go(journal, again("answered")).await;
        // It turns out not to have been carried out: then the first still counts.
        answer(journal, second, AttemptState::NotCarriedOut).await;
        match journal.intend(intent(3, "answered")).await.expect("read") {
            Intended::Blocked(earlier) => assert_eq!(earlier.job, 1),
            Intended::Go(_) => panic!("what job 1 did is forgotten"),
        }
    });
}

#[test]
fn what_was_let_past_counts_again_where_a_look_up_shows_that_the_later_one_came_to_nothing() {
    with_journal(async |journal| {
        let first = go(journal, intent(1, "a")).await;
        answer(journal, first, AttemptState::Unclear).await;
        // Job 2 lets that past, and tries twice.
        for repeated in [false, true] {
            let second = Intent { again: true, replaces_own: repeated, ..intent(2, "a") };
            let attempt = go(journal, second).await;
            answer(journal, attempt, AttemptState::Unclear).await;
        }
        journal.settle(2, intent(2, "a").key, Status::Skipped, None, false).await.expect("written");
        match journal.intend(intent(3, "a")).await.expect("read") {
            Intended::Blocked(earlier) => assert_eq!((earlier.job, earlier.state), (1, AttemptState::Unclear)),
            Intended::Go(_) => panic!("what job 1 may have done is forgotten"),
        }
    });
}

#[test]
fn a_look_up_that_shows_that_another_did_it_settles_all_of_a_lines_own_tries() {
    with_journal(async |journal| {
        for repeated in [false, true] {
            let attempt = go(journal, Intent { replaces_own: repeated, ..intent(1, "a") }).await;
            answer(journal, attempt, AttemptState::Unclear).await;
        }
        journal.settle(1, intent(1, "a").key, Status::Skipped, None, false).await.expect("written");
        go(journal, intent(2, "a")).await;
    });
}
