//! What submissions do, and what outlives a restart.

use reqwest::Method;
use serde_json::json;
use unpromo::sandbox::{Call, Listed, Options, Outcome, Second, temu};

use crate::bench::{Bench, CLEARANCE, MALL, SEED, json_of, listed, proper_headers, submission};

#[tokio::test]
async fn an_accepted_submission_takes_the_enrollment_off_the_list() {
    let bench = Bench::new();
    let answer = bench.try_submit(CLEARANCE, "清仓甩卖").await.expect("an answer").text().await.expect("text");
    assert_eq!(answer, r#"{"result":null,"success":true,"errorCode":1000000,"errorMsg":null}"#);
    let names: Vec<_> = listed(&bench.look_up(SEED).await).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["限时秒杀", "官方大促"]);

    let ledger = bench.sandbox.ledger();
    let entry = ledger.of(Call::Submission).next().expect("an entry");
    assert_eq!((entry.outcome, entry.effect, entry.second), (Outcome::Accepted, true, false));
    assert!(entry.shop == *MALL && entry.item == *SEED && entry.target == *CLEARANCE.to_string());
    assert_eq!(entry.reason.as_deref(), Some("申请退出"));
    assert!(entry.at_ns > 0 && entry.at_ms > 1_700_000_000_000);
}

#[tokio::test]
async fn it_may_stay_listed_for_some_look_ups_or_for_ever() {
    let bench = Bench::with(&Options { listed: Listed::For(2), ..Options::default() });
    bench.submit(CLEARANCE, "清仓甩卖").await;
    let mut counts = Vec::new();
    for _ in 0..4 {
        counts.push(listed(&bench.look_up(SEED).await).len());
    }
    assert_eq!(counts, [3, 3, 2, 2]);

    let bench = Bench::with(&Options { listed: Listed::Always, ..Options::default() });
    bench.submit(CLEARANCE, "清仓甩卖").await;
    for _ in 0..4 {
        assert_eq!(listed(&bench.look_up(SEED).await).len(), 3);
    }
}

#[tokio::test]
async fn a_second_ticket_is_refused_and_marked() {
    let bench = Bench::new();
    bench.submit(CLEARANCE, "清仓甩卖").await;
    let answer = bench.submit(CLEARANCE, "清仓甩卖").await;
    assert_eq!((&answer["success"], &answer["errorCode"]), (&json!(false), &json!(2_000_001)));
    assert_eq!(answer["errorMsg"], json!("该报名已提交退出申请,请勿重复提交"));
    let ledger = bench.sandbox.ledger();
    assert_eq!((ledger.effects().count(), ledger.second_attempts().count()), (1, 1));
    assert_eq!(ledger.second_attempts().next().map(|entry| entry.outcome), Some(Outcome::Refused));
}

#[tokio::test]
async fn a_second_ticket_that_is_accepted_counts_twice() {
    let bench = Bench::with(&Options { second: Second::Accept, ..Options::default() });
    for _ in 0..2 {
        assert_eq!(bench.submit(CLEARANCE, "清仓甩卖").await["success"], json!(true));
    }
    let ledger = bench.sandbox.ledger();
    assert_eq!(ledger.effects_by_target().into_values().collect::<Vec<_>>(), [2]);
    assert_eq!(ledger.second_attempts().count(), 1);
}

#[tokio::test]
async fn each_mall_is_a_world_of_its_own() {
    let bench = Bench::new();
    bench.submit(CLEARANCE, "清仓甩卖").await;
    let mut headers = proper_headers();
    headers.insert("mallid", "634418224869330".parse().expect("a value"));
    let body = submission(SEED, CLEARANCE, "清仓甩卖").to_string().into();
    let answer = json_of(bench.send(Method::POST, temu::SUBMISSION, headers, body).await).await;
    assert_eq!(answer["success"], json!(true));
    assert_eq!(bench.sandbox.ledger().effects_by_target().into_values().collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn a_restarted_sandbox_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { ledger: Some(folder.path().join("ledger.jsonl")), ..Options::default() };
    let before = {
        let bench = Bench::with(&options);
        bench.look_up(SEED).await;
        bench.submit(CLEARANCE, "清仓甩卖").await;
        bench.sandbox.ledger()
    };

    let bench = Bench::with(&options);
    assert_eq!(bench.sandbox.ledger(), before);
    assert_eq!(listed(&bench.look_up(SEED).await).len(), 2);
    assert_eq!(bench.submit(CLEARANCE, "清仓甩卖").await["success"], json!(false));
    let after = bench.sandbox.ledger();
    assert!(after.entries.windows(2).all(|pair| pair[0].seq < pair[1].seq && pair[0].at_ns <= pair[1].at_ns));
    assert_eq!((after.entries.len(), after.effects().count()), (4, 1));
}

#[tokio::test]
async fn an_effect_is_in_the_file_before_its_answer_is_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.jsonl");
    let bench = Bench::with(&Options { ledger: Some(path.clone()), ..Options::default() });
    bench.fail("submission:hang:after");
    let submission = bench.try_submit(CLEARANCE, "清仓甩卖");
    tokio::select! {
        _ = submission => panic!("it hangs"),
        () = bench.sandbox.carried_out(1) => {}
    }
    let file = std::fs::read_to_string(&path).expect("read");
    assert!(file.contains(r#""target":"2509090813203861""#) && file.contains(r#""effect":true"#), "{file}");
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { ledger: Some(folder.path().join("ledger.jsonl")), ..Options::default() };
    let bench = Bench::with(&options);
    bench.submit(CLEARANCE, "清仓甩卖").await;
    assert_eq!(bench.control(Method::POST, "reset", "").await.0, 200);
    assert!(bench.sandbox.ledger().entries.is_empty());
    assert_eq!(listed(&bench.look_up(SEED).await).len(), 3);
    drop(bench);
    assert_eq!(Bench::with(&options).sandbox.ledger().entries.len(), 1);
}
