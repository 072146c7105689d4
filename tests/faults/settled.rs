//! In doubt, for every operation that submits: a look-up settles it where there is one, the same request number
//! where that is harmless, and else the user's word alone.

use std::process::Stdio;

use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, live, text};
use crate::subject::each_submitting;
use crate::wait::wait;

/// A run that the machine kills while its submission is on the way.
fn killed(bench: &Bench, when: When) {
    bench.sandbox.hold(Call::Submission, when);
    let mut command = bench.command(&live(&[]));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    wait(bench.sandbox.held(Call::Submission, 1));
    child.kill().expect("killed");
    child.wait().expect("it ended");
    bench.sandbox.release(Call::Submission, None);
    // Once it has arrived it is carried out, although its sender is gone.
    wait(bench.sandbox.carried_out(1));
}

#[test]
fn a_run_that_was_killed_is_settled_on_resume_or_stays_in_doubt() {
    each_submitting(|subject| {
        for when in [When::Before, When::After] {
            let bench = Bench::of(subject, &[], None);
            killed(&bench, when);
            let resumed = bench.resume(&[]);
            let line = bench.line();
            let promises = subject.promises();
            let end = if promises.settles { (0, Some("submitted")) } else { (4, Some("in_doubt")) };
            assert_eq!((resumed.code, line["status"].as_str()), end, "{when:?}: {}", resumed.err);
            // Repeated only under its own number, which the bench looks at.
            let most = if promises.repeats { 2 } else { 1 };
            assert!(bench.arrived(Call::Submission) <= most && bench.effects() == 1, "{when:?}");
            bench.assert_never_twice("killed");
            bench.assert_true("killed");
        }
    });
}

#[test]
fn what_never_came_to_anything_stays_in_doubt_until_the_users_word() {
    each_submitting(|subject| {
        // As often as one run sends it, and no more.
        let sent = if subject.promises().repeats { 4 } else { 1 };
        let bench = Bench::of(subject, &["submission:error503"], None);
        let ran = bench.run(&[]);
        let line = bench.ended(&ran, (4, "in_doubt"));
        let detail = text(&line["detail"]);
        if subject.promises().settles {
            assert!(detail.contains("unpromo resume 1 --resend-in-doubt"), "{detail}");
        } else {
            assert!(detail.contains("no look-up to settle it with"), "{detail}");
        }
        assert!(ran.err.contains("unpromo resume 1 --resend-in-doubt"), "{}", ran.err);
        // Neither a resume nor the same sheet again sends it.
        bench.sandbox.clear_faults();
        assert_eq!(bench.resume(&["1"]).code, 4);
        assert_eq!(bench.run(&["--new"]).code, 4);
        assert!(text(&bench.line()["detail"]).contains("unpromo resume 1"), "{}", bench.line());
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (sent, 0));
        let resent = bench.resume(&["1", "--resend-in-doubt"]);
        bench.ended(&resent, (0, "submitted"));
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (sent + 1, 1));
        bench.assert_never_twice("resent");
        bench.assert_true("resent");
    });
}

#[test]
fn a_platform_that_falls_silent_after_the_effect_is_asked_again_on_resume() {
    each_submitting(|subject| {
        let promises = subject.promises();
        let bench = Bench::of(subject, &["submission:reset:after"], None);
        let ran = bench.run(&[]);
        // Silence upon silence ends the run of an operation that repeats; the others have one.
        let end = match (promises.repeats, promises.settles) {
            (true, _) => (5, "in_doubt"),
            (false, true) => (0, "submitted"),
            (false, false) => (4, "in_doubt"),
        };
        bench.ended(&ran, end);
        bench.sandbox.clear_faults();
        let arrived = bench.arrived(Call::Submission);
        bench.resume(&["1"]);
        let status = if promises.settles { "submitted" } else { "in_doubt" };
        assert_eq!(bench.line()["status"], status);
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (arrived, 1), "a look-up is enough");
        bench.assert_never_twice("silent");
        bench.assert_true("silent");
    });
}

#[test]
fn what_an_earlier_job_submitted_is_not_sent_again() {
    each_submitting(|subject| {
        let bench = Bench::of(subject, &[], None);
        bench.write_sheet(&subject.sheet(3));
        assert_eq!(bench.run(&[]).code, 0);
        let again = bench.run(&["--new"]);
        assert_eq!(again.code, 0, "{}", again.err);
        assert_eq!(bench.counts().get("skipped").copied().unwrap_or(0) + unmatched(&bench), 3, "{:?}", bench.counts());
        assert_eq!((bench.arrived(Call::Submission), bench.effects()), (3, 3));
        bench.assert_never_twice("again");
    });
}

/// Where the platform lists no more what was withdrawn, its name fits nothing.
fn unmatched(bench: &Bench) -> usize {
    bench.counts().get("unmatched").copied().unwrap_or(0)
}

#[test]
fn throttled_in_the_midst_of_many_each_is_submitted_once() {
    each_submitting(|subject| {
        let bench = Bench::of(subject, &["submission:throttle429:every=3", "submission:words:every=7"], None);
        bench.write_sheet(&subject.sheet(20));
        let ran = bench.run(&["--max-in-flight", "4", "--wait-scale", "0.002"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let counts = bench.counts();
        assert!(counts["submitted"] >= 20 && counts.len() == 1, "{counts:?}");
        assert_eq!(bench.effects(), counts["submitted"]);
        bench.assert_never_twice("throttled");
        bench.assert_true("throttled");
    });
}
