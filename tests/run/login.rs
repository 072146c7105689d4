//! A login that runs out in the middle pauses the shop; a fresh one goes on.

use crate::stage::{SEED, Stage, story};

#[test]
fn a_login_that_runs_out_while_submitting_leaves_the_rest_pending_until_shop_add() {
    let stage = Stage::failing(&["submission:expired40001:from=2"]);
    let sheet = stage.sheet(&[(SEED, "*")]);
    let (ended, lines) = stage.run(&sheet, &["--max-in-flight", "1"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("shop add") && ended.stderr.contains("unpromo resume 1"), "{}", ended.stderr);
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["submitted", "pending", "pending"]);

    stage.sandbox.clear_faults();
    stage.add_shop_with(&stage.sandbox.url(), "shop", "634418224869329", "SUB_PASS_ID=fresh");
    let ended = stage.unpromo(&["resume", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(story(&stage.lines("result.jsonl")).iter().all(|line| line.contains("submitted")));
    assert_eq!(stage.withdrawn().len(), 3);
}

#[test]
fn a_login_that_ran_out_before_sends_nothing() {
    let stage = Stage::new();
    stage.add_shop_with(&stage.sandbox.url(), "shop", "634418224869329", "SUB_PASS_ID=expired");
    let (ended, lines) = stage.run(&stage.sheet(&[(SEED, "*")]), &[]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(story(&lines), ["2 pending -"]);
    assert_eq!(stage.submissions(), 0);
    let checked = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(checked.code, 3, "{checked:?}");
}

#[test]
fn a_login_that_holds_is_told_so_and_a_shop_that_became_another_account_is_refused() {
    let stage = Stage::failing(&["submission:expired40001:first=1"]);
    let checked = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert_eq!(stage.run(&stage.sheet(&[(SEED, "*")]), &[]).0.code, 3);
    stage.unpromo(&["shop", "remove", "shop"]);
    stage.add_shop("shop", "634418224869330");
    let ended = stage.unpromo(&["resume"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("634418224869329") && ended.stderr.contains("634418224869330"), "{}", ended.stderr);
}

#[test]
fn where_the_login_check_is_not_understood_a_look_up_tells() {
    let stage = Stage::failing(&["login:garbage"]);
    let checked = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert_eq!(stage.lookups(), 1);
    let stage = Stage::failing(&["login:garbage", "lookup:expired40001"]);
    let checked = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(checked.code, 3, "{checked:?}");
}
