//! In doubt, settled: by looking again, by the user's word, and never by sending again unasked.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use unpromo::sandbox::{Call, Listed, Options, Second, When};

use crate::bench::{Bench, live, text};
use crate::wait::wait;

fn detail(line: &Value) -> String {
    text(&line["detail"])
}

#[test]
fn at_the_end_of_a_run_a_look_up_settles_what_is_gone() {
    let bench = Bench::ready(&["submission:reset:after"]);
    let ran = bench.run(&[]);
    let line = bench.ended(&ran, (0, "submitted"));
    assert!(detail(&line).contains("no clear answer came") && detail(&line).contains("no longer lists it"), "{line}");
    assert_eq!((bench.arrived(Call::Lookup), bench.effects()), (2, 1));
}

#[test]
fn what_is_still_listed_stays_in_doubt_and_names_the_way_out() {
    let bench = Bench::ready(&["submission:reset:before"]);
    let ran = bench.run(&[]);
    let line = bench.ended(&ran, (4, "in_doubt"));
    for said in [detail(&line), ran.err] {
        assert!(said.contains("unpromo resume 1 --resend-in-doubt"), "{said}");
    }
    // Neither a resume nor the same sheet again sends it.
    bench.sandbox.clear_faults();
    assert_eq!(bench.resume(&["1"]).code, 4);
    assert_eq!(bench.run(&["--new"]).code, 4);
    assert!(detail(&bench.line()).contains("unpromo resume 1"), "{}", bench.line());
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 0));
    // The user's word does.
    let resent = bench.resume(&["1", "--resend-in-doubt"]);
    assert_eq!(resent.code, 0, "{}", resent.err);
    let line = bench.line();
    assert_eq!((line["status"].as_str(), line["attempts"].as_u64()), (Some("submitted"), Some(2)), "{line}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (2, 1));
    bench.assert_never_twice("resent");
}

#[test]
fn a_look_up_that_fails_settles_nothing_and_says_so() {
    let bench = Bench::ready(&["submission:reset:after", "lookup:error503:from=2"]);
    let ran = bench.run(&[]);
    let line = bench.ended(&ran, (4, "in_doubt"));
    assert!(detail(&line).contains("looking again failed"), "{line}");
    bench.sandbox.clear_faults();
    assert_eq!(bench.resume(&["1"]).code, 0);
    assert_eq!(bench.line()["status"], "submitted");
    bench.assert_never_twice("settled later");
}

#[test]
fn a_killed_submission_that_never_came_to_anything_stays_in_doubt() {
    let bench = Bench::ready(&["submission:hang:first=1"]);
    let mut child = bench.start(&live(&[]));
    wait(bench.sandbox.arrived(Call::Submission, 1));
    child.kill().expect("killed");
    child.wait().expect("it ended");
    let resumed = bench.resume(&[]);
    bench.ended(&resumed, (4, "in_doubt"));
    assert_eq!(bench.arrived(Call::Submission), 1);
    let resent = bench.resume(&["1", "--resend-in-doubt"]);
    assert_eq!((resent.code, bench.effects()), (0, 1), "{}", resent.err);
    bench.assert_never_twice("resent after a kill");
}

#[test]
fn a_resend_that_finds_it_done_counts_as_submitted_in_the_platforms_words() {
    // Accepted is not withdrawn: it stays listed for ever, so a look-up cannot settle it.
    let options = Options { listed: Listed::Always, ..Options::default() };
    let bench = Bench::ready_with(&["submission:reset:after:first=1"], options);
    assert_eq!(bench.run(&[]).code, 4);
    assert_eq!(bench.line()["status"], "in_doubt");
    let resent = bench.resume(&["1", "--resend-in-doubt"]);
    let line = bench.ended(&resent, (0, "submitted"));
    assert!(detail(&line).contains("请勿重复提交"), "{line}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (2, 1));
}

#[test]
fn a_resend_that_gets_no_answer_either_is_in_doubt_again() {
    let bench = Bench::ready(&["submission:reset:before"]);
    assert_eq!(bench.run(&[]).code, 4);
    assert_eq!(bench.resume(&["1", "--resend-in-doubt"]).code, 4);
    let line = bench.line();
    assert_eq!((line["status"].as_str(), line["attempts"].as_u64()), (Some("in_doubt"), Some(2)), "{line}");
    // One that certainly was not carried out leaves the doubt of the first.
    bench.sandbox.clear_faults();
    bench.add_fault("submission:refused");
    assert_eq!(bench.resume(&["1", "--resend-in-doubt"]).code, 4);
    assert_eq!(bench.line()["status"], "in_doubt", "{}", bench.line());
    bench.assert_never_twice("in doubt again");
}

#[test]
fn verify_tells_accepted_from_withdrawn() {
    for (listed, status, words) in [
        (Listed::For(0), "verified", "no longer lists it"),
        (Listed::Always, "submitted", "still lists it"),
        (Listed::For(1), "submitted", "still lists it"),
    ] {
        let bench = Bench::ready_with(&[], Options { listed, ..Options::default() });
        let began = Instant::now();
        let ran = bench.run(&["--verify", "--verify-wait", "700ms"]);
        let line = bench.ended(&ran, (0, status));
        assert!(detail(&line).contains(words), "{line}");
        assert!(began.elapsed() >= Duration::from_millis(700), "it did not wait");
        assert!(ran.err.contains(status), "the summary has it: {}", ran.err);
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
    }
}

#[test]
fn a_verification_that_fails_leaves_it_submitted_and_says_so() {
    let bench = Bench::ready(&["lookup:garbage:from=2"]);
    let ran = bench.run(&["--verify", "--verify-wait", "0s"]);
    let line = bench.ended(&ran, (0, "submitted"));
    assert!(detail(&line).contains("looking again failed"), "{line}");
}

#[test]
fn what_was_settled_is_verified_too() {
    let bench = Bench::ready(&["submission:close:after"]);
    let ran = bench.run(&["--verify", "--verify-wait", "0s"]);
    bench.ended(&ran, (0, "verified"));
}

#[test]
fn a_later_job_meets_what_an_earlier_one_submitted() {
    for listed in [Listed::For(0), Listed::Always] {
        let bench = Bench::ready_with(&[], Options { listed, ..Options::default() });
        assert_eq!(bench.run(&[]).code, 0);
        let again = bench.run(&[]);
        let line = bench.ended(&again, (0, "skipped"));
        assert!(detail(&line).contains("already submitted on") && detail(&line).contains("in job 1"), "{line}");
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
    }
}

#[test]
fn again_overrides_and_says_what_the_platform_says() {
    let options = Options { listed: Listed::Always, second: Second::Refuse, ..Options::default() };
    let bench = Bench::ready_with(&[], options);
    assert_eq!(bench.run(&[]).code, 0);
    let again = bench.run(&["--again"]);
    let line = bench.ended(&again, (0, "submitted"));
    assert!(detail(&line).contains("请勿重复提交"), "{line}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (2, 1));
}

#[test]
fn an_again_that_came_to_nothing_does_not_make_the_first_submission_forgotten() {
    let options = Options { listed: Listed::Always, ..Options::default() };
    let bench = Bench::ready_with(&["submission:refused:from=2"], options);
    assert_eq!(bench.run(&[]).code, 0);
    assert_eq!(bench.run(&["--again"]).code, 4);
    assert_eq!(bench.line()["status"], "rejected");
    bench.sandbox.clear_faults();
    assert_eq!(bench.run(&[]).code, 0);
    assert_eq!(bench.line()["status"], "skipped", "{}", bench.line());
    assert_eq!(bench.arrived(Call::Submission), 2);
}

#[test]
fn a_later_job_goes_on_as_the_earlier_one_is_settled() {
    // Job 1 is in doubt; job 2 meets that and waits for it.
    let bench = Bench::ready(&["submission:reset:before:first=1"]);
    assert_eq!(bench.run(&[]).code, 4);
    let second = bench.run(&["--new", "-o", "second.jsonl"]);
    assert_eq!(second.code, 4, "{}", second.err);
    // Job 1 is sent once more, by the user's word, and taken.
    assert_eq!(bench.resume(&["1", "--resend-in-doubt"]).code, 0);
    let resumed = bench.resume(&["2"]);
    let line = bench.ended(&resumed, (0, "skipped"));
    assert!(detail(&line).contains("in job 1"), "{line}");
    assert_eq!(bench.effects(), 1);
    bench.assert_never_twice("two jobs");
}

#[test]
fn a_doubt_that_a_later_job_sent_again_is_told_by_that_job() {
    // Job 1 is in doubt and still listed; job 2 sends it, by the user's word.
    let bench = Bench::ready(&["submission:reset:before:first=1"]);
    assert_eq!(bench.run(&[]).code, 4);
    let second = bench.run(&["--again", "--new", "-o", "second.jsonl"]);
    assert_eq!(second.code, 0, "{}", second.err);
    let resumed = bench.resume(&["1"]);
    let line = bench.ended(&resumed, (0, "skipped"));
    assert!(detail(&line).contains("in job 2"), "{line}");
    assert_eq!(bench.effects(), 1);
    bench.assert_never_twice("the doubt of job 1");
}

#[test]
fn a_later_job_that_finds_it_gone_calls_the_doubt_submitted() {
    let bench = Bench::ready(&["submission:reset:after", "lookup:garbage:nth=2+3+4+5"]);
    assert_eq!(bench.run(&[]).code, 4);
    bench.sandbox.clear_faults();
    let second = bench.run(&["--new"]);
    let line = bench.ended(&second, (0, "skipped"));
    assert!(detail(&line).contains("without a clear answer") && detail(&line).contains("it was submitted"), "{line}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
}

#[test]
fn two_jobs_at_once_withdraw_each_target_once() {
    let bench = Bench::ready(&["submission:slow:ms=60"]);
    bench.sheet_of_many(12);
    let ran = thread::scope(|scope| {
        let runs: Vec<_> = ["one.jsonl", "two.jsonl", "three.jsonl"]
            .map(|result| scope.spawn(|| bench.unpromo(&live(&["--new", "-o", result, "--max-in-flight", "3"]))))
            .into_iter()
            .collect();
        runs.into_iter().map(|run| run.join().expect("it ran")).collect::<Vec<_>>()
    });
    bench.assert_never_twice("three jobs at once");
    let mut submitted = 0;
    let mut doubtful = 0;
    for result in ["one.jsonl", "two.jsonl", "three.jsonl"] {
        for line in crate::bench::read_lines(&bench.desk().join(result)) {
            submitted += usize::from(line["status"] == "submitted");
            doubtful += usize::from(line["status"] == "in_doubt");
        }
    }
    assert!(bench.effects() > 12);
    assert_eq!(submitted, bench.effects(), "{ran:?}");
    // What another job had under way when this one ended is told as in doubt, and a resume clears it up.
    for job in ["1", "2", "3"] {
        let resumed = bench.resume(&[job]);
        assert!(resumed.code == 0 || resumed.err.contains("is done"), "{doubtful}: {}", resumed.err);
    }
    bench.assert_never_twice("resumed");
}

#[test]
fn two_processes_on_one_job_the_second_refuses_and_names_the_first() {
    let bench = Bench::ready(&[]);
    bench.sandbox.hold(Call::Submission, When::Before);
    let mut child = bench.start(&live(&[]));
    wait(bench.sandbox.held(Call::Submission, 1));
    let pid = child.id().to_string();
    for refused in [bench.resume(&["1"]), bench.run(&[]), bench.resume(&[])] {
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains(&pid) && refused.err.contains("job 1"), "{}", refused.err);
    }
    bench.sandbox.release(Call::Submission, None);
    assert_eq!(child.wait().expect("it ended").code(), Some(0));
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
    bench.assert_never_twice("two processes");
}
