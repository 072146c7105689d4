//! A success of the platform's own with one thing wrong in it: another account's, not whole, or with a failure beside
//! it. It plans, settles and verifies nothing.

use unpromo::sandbox::Call;

use crate::bench::{Bench, text};
use crate::subject::Comes::{self, Fine, Moved, Unclear};
use crate::subject::{COUPON, TEMU};
use crate::subject::{Subject, each_of};
use crate::table::{Case, check};

/// What comes of each flaw of an answer.
fn flaws(subject: &Subject, call: Call) -> Vec<(&'static str, Comes)> {
    let all = |flaws: &[&'static str], comes| flaws.iter().map(|flaw| (*flaw, comes)).collect::<Vec<_>>();
    let contradictions = all(&["code", "words"], Unclear);
    // Every further row would go wrong in the same way, so the lane stops.
    let stops = all(&["other_shop", "login_lost"], Moved);
    let own = match (subject.operation, call) {
        ("temu-activity", Call::Lookup) => {
            let half = ["null_list", "no_list", "null_entries", "no_entries", "null_entry", "null_result"];
            let odd = ["zero_id", "has_more", "total", "other_item"];
            // An id that is spelled otherwise is the same; a shop that is not named can be planned for.
            [all(&half, Unclear), all(&odd, Unclear), all(&["text_id", "no_shop"], Fine)].concat()
        }
        ("taobao-gift-item", _) => all(&["other_item", "error"], Unclear),
        ("retail-item-pool", _) => all(&["other_item", "null_list", "no_entries", "has_more", "error"], Unclear),
        ("wechat-coupon", Call::Lookup) => all(&["other_item", "no_shop", "state"], Unclear),
        ("wechat-coupon", _) => all(&["other_item", "no_shop", "state", "other_number"], Unclear),
        // A ticket's answer holds nothing of its own; whose it is, it does not say.
        _ => return [contradictions, all(&["login_lost"], Moved)].concat(),
    };
    [contradictions, stops, own].concat()
}

fn cases(subject: &Subject, call: Call) -> Vec<Case> {
    let cases = flaws(subject, call).into_iter().flat_map(|(flaw, comes)| {
        let case = Case::new(call, "flawed", &format!("flaw={flaw}"), comes);
        match (call, comes) {
            (Call::Submission, Unclear) => vec![case.clone(), case.clone().first(1), case.after()],
            (Call::Submission, _) => vec![case.clone(), case.after()],
            (_, Unclear) => vec![case.clone(), case.first(1)],
            _ => vec![case],
        }
    });
    cases.collect()
}

#[test]
fn a_look_up_with_a_flaw_plans_nothing() {
    check(|subject| cases(subject, Call::Lookup));
}

#[test]
fn a_submission_answered_with_a_flaw_is_in_doubt() {
    check(|subject| cases(subject, Call::Submission));
}

/// The flaws of a look-up that lists nothing of what was withdrawn, or lists it as done.
fn unproven(subject: &Subject) -> Vec<(&'static str, i32)> {
    let mut all: Vec<_> = flaws(subject, Call::Lookup)
        .into_iter()
        .filter(|(flaw, _)| *flaw != "text_id")
        .map(|(flaw, comes)| (flaw, if comes == Moved { 3 } else { 0 }))
        .collect();
    if !all.iter().any(|(flaw, _)| *flaw == "no_shop") {
        all.push(("no_shop", 0));
    }
    all
}

#[test]
fn a_doubt_is_settled_by_a_whole_answer_alone_and_else_says_why() {
    each_of(&[&TEMU, &COUPON], |subject| {
        for (flaw, stops) in unproven(subject) {
            let look_up = format!("lookup:flawed:from=2,flaw={flaw}");
            let bench = Bench::of(subject, &["submission:error503:after", &look_up], None);
            let ran = bench.run(&[]);
            let line = bench.ended(&ran, (if stops > 0 { stops } else { 4 }, "in_doubt"));
            assert!(text(&line["detail"]).contains("looking again failed"), "{flaw}: {line}");
            assert_eq!(bench.effects(), 1);
            bench.sandbox.clear_faults();
            let resumed = bench.resume(&["1"]);
            bench.ended(&resumed, (0, "submitted"));
            bench.assert_never_twice(flaw);
            bench.assert_true(flaw);
        }
    });
}

#[test]
fn what_was_submitted_is_verified_by_a_whole_answer_alone_and_else_says_why() {
    each_of(&[&TEMU, &COUPON], |subject| {
        for (flaw, code) in unproven(subject) {
            let bench = Bench::of(subject, &[&format!("lookup:flawed:from=2,flaw={flaw}")], None);
            let ran = bench.run(&["--verify", "--verify-wait", "0s"]);
            let line = bench.ended(&ran, (code, "submitted"));
            assert!(text(&line["detail"]).contains("looking again failed"), "{flaw}: {line}");
            assert_eq!(bench.effects(), 1);
        }
    });
}

#[test]
fn the_platforms_word_that_a_product_is_gone_settles_and_verifies() {
    let gone = "lookup:refused:from=2,words=商品不存在";
    let bench = Bench::of(&TEMU, &["submission:reset:after", gone], None);
    let line = bench.ended(&bench.run(&[]), (0, "submitted"));
    assert!(text(&line["detail"]).contains("商品不存在"), "{line}");
    let bench = Bench::of(&TEMU, &[gone], None);
    bench.ended(&bench.run(&["--verify", "--verify-wait", "0s"]), (0, "verified"));
}

#[test]
fn an_answer_for_another_shop_stops_the_lane_with_both_ids() {
    let bench = Bench::of(&TEMU, &["lookup:flawed:flaw=other_shop"], None);
    bench.write_sheet(&TEMU.sheet(20));
    let ran = bench.run(&["--max-in-flight", "1"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    for id in ["634418224869329", "634418224869330"] {
        assert!(ran.err.contains(id), "{id}: {}", ran.err);
    }
    let counts = bench.counts();
    assert_eq!((counts.get("pending"), counts.len()), (Some(&20), 1), "{counts:?}");
    assert_eq!((bench.arrived(Call::Lookup), bench.arrived(Call::Submission)), (1, 0));
    // The right login goes on with it.
    bench.sandbox.clear_faults();
    let resumed = bench.resume(&["--yes"]);
    assert_eq!(resumed.code, 0, "{}", resumed.err);
    bench.assert_never_twice("another shop");
}

#[test]
fn one_enrollment_under_two_spellings_is_one_submission() {
    let bench = Bench::of(&TEMU, &["lookup:flawed:flaw=text_id"], None);
    // Pinned with a zero before its id, by a product with a zero before its own, and by name.
    bench.write_sheet(
        "SPU,活动名称,理由,报名ID\n4975750079,清仓甩卖,申请退出,02509090813203861\n\
         04975750079,清仓甩卖,申请退出,\n4975750079,清仓甩卖,申请退出,2509090813203861\n",
    );
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let counts = bench.counts();
    assert_eq!((counts["submitted"], counts["duplicate"], counts.len()), (1, 2, 2), "{counts:?}");
    assert_eq!((bench.arrived(Call::Submission), bench.effects()), (1, 1));
    bench.assert_never_twice("two spellings");
}
