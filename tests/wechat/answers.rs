//! Only what the platform signed is an answer.

use crate::stage::{COUPON, Stage, each, story};

/// Every way in which a signature can fail to prove anything.
const FORGERIES: [&str; 4] = ["unsigned", "wrong_signature", "old_signature", "wrong_serial"];

#[test]
fn an_unproven_success_is_settled_by_a_look_up() {
    each(FORGERIES, |forgery| {
        let stage = Stage::failing(&[&format!("submission:{forgery}:after")]);
        let line = stage.run_one("", (0, "submitted"), forgery);
        let detail = line["detail"].as_str().expect("words");
        assert!(detail.contains("shows that it was submitted"), "{forgery}: {detail}");
        assert_eq!((stage.submissions().len(), stage.effects()), (4, 1), "{forgery}");
    });
}

#[test]
fn a_success_that_somebody_else_made_up_is_not_believed() {
    each(FORGERIES, |forgery| {
        let stage = Stage::failing(&[&format!("submission:{forgery}:before")]);
        stage.run_one("", (4, "in_doubt"), forgery);
        assert_eq!(stage.effects(), 0, "{forgery}");
    });
}

#[test]
fn a_look_up_that_is_not_proven_plans_nothing() {
    each(
        FORGERIES.into_iter().zip(["not signed", "signature is wrong", "set the clock right", "not added"]),
        |(forgery, words)| {
            let stage = Stage::failing(&[&format!("lookup:{forgery}")]);
            let (ended, lines) = stage.run(&stage.sheet(&[(COUPON, "")]), &[]);
            assert_eq!(
                (ended.code, story(&lines)),
                (4, vec!["2 lookup_failed -".to_owned()]),
                "{forgery}: {}",
                ended.stderr
            );
            let detail = lines[0]["detail"].as_str().expect("words");
            assert!(detail.contains(words), "{forgery}: {detail}");
            assert!(stage.submissions().is_empty(), "{forgery}");
        },
    );
}

#[test]
fn a_compressed_answer_verifies_as_it_was_written() {
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let stage = Stage::failing(&[&format!("any:compressed:encoding={encoding}")]);
        stage.run_one("", (0, "submitted"), encoding);
        assert_eq!(stage.submissions().len(), 1, "{encoding}");
    }
}

#[test]
fn a_signed_answer_of_another_form_or_about_another_coupon_is_no_answer() {
    each(["result", "list", "id", "success", "top", "null", "empty"], |shape| {
        let stage = Stage::failing(&[&format!("submission:wrong_types:after:shape={shape}")]);
        let line = stage.run_one("", (0, "submitted"), shape);
        let detail = line["detail"].as_str().expect("words");
        assert!(detail.contains("shows that it was submitted"), "{shape}: {detail}");
    });
}
