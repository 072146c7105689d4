//! Gift lines: one call a row, in order within a trade, and never a guess about what came of it.

use crate::stage::{Ended, SECRET, SESSION, Stage, of};
use serde_json::Value;
use unpromo::sandbox::{Call, Options, Second};

/// A sheet of `(trade, item)` rows; row 1 is the headings.
fn sheet(stage: &Stage, rows: &[(&str, &str)]) -> String {
    let line = |(trade, item): &(&str, &str)| format!("415670368,415670368,{trade},00,{item},CODE-{item},00\n");
    let lines: String = rows.iter().map(line).collect();
    stage.write("gifts.csv", &format!("货主ID,店铺ID,交易号,状态,菜鸟货品ID,货品编码,行状态\n{lines}"))
}

fn run(stage: &Stage, rows: &[(&str, &str)], more: &[&str]) -> (Ended, Vec<Value>) {
    let sheet = sheet(stage, rows);
    stage.run(&sheet, more)
}

#[test]
fn a_dry_run_plans_the_rows_and_sends_nothing_at_all() {
    let stage = Stage::new();
    let sheet = sheet(&stage, &[("T1", "11"), ("T1", "12"), ("T1", "11")]);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "-o", "plan.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = stage.lines("plan.jsonl");
    assert_eq!(of(&lines, "status"), ["matched", "matched", "duplicate"]);
    assert_eq!(of(&lines, "target"), ["T1/11", "T1/12", "T1/11"]);
    assert_eq!(of(&lines, "item"), ["T1", "T1", "T1"]);
    assert!(stage.sandbox.ledger().entries.is_empty());
}

#[test]
fn planning_takes_no_turns_where_nothing_is_looked_up() {
    let stage = Stage::new();
    let rows: Vec<(String, String)> = (0..500).map(|n| (format!("T{n}"), format!("{}", 100 + n))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(trade, item)| (trade.as_str(), item.as_str())).collect();
    let sheet = sheet(&stage, &rows);
    // At one request an hour, five hundred look-ups would take three weeks.
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "1/h", "-o", "plan.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(stage.lines("plan.jsonl").len(), 500);
}

#[test]
fn every_row_is_one_call_and_a_trades_calls_keep_their_order() {
    let stage = Stage::failing(&["submission:slow:nth=1+4,ms=80"]);
    let rows = [("T1", "11"), ("T1", "12"), ("T1", "13"), ("T2", "21"), ("T2", "22"), ("T3", "31"), ("9404", "1")];
    let (ended, lines) = run(&stage, &rows, &["--max-in-flight", "8"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let mut expected = vec!["submitted"; 6];
    expected.push("rejected");
    assert_eq!(of(&lines, "status"), expected);
    assert!(lines[6]["detail"].as_str().is_some_and(|detail| detail.contains("订单不存在") && detail.contains("F01")));
    let cancelled = stage.cancelled();
    assert_eq!(cancelled.len(), 6);
    for trade in ["T1", "T2"] {
        let own: Vec<_> = cancelled.iter().filter(|target| target.starts_with(trade)).collect();
        assert!(own.is_sorted(), "{own:?}");
    }
    stage.all_was_proper();
}

#[test]
fn the_answer_is_understood_in_each_of_its_places() {
    let stage = Stage::new();
    // The sandbox puts its answers into four different places by the trade's name.
    let rows = [("A", "1"), ("B", "1"), ("C", "1"), ("D", "1")];
    let (ended, lines) = run(&stage, &rows, &[]);
    assert_eq!((ended.code, of(&lines, "status")), (0, vec!["submitted"; 4]), "{lines:?}");
}

#[test]
fn what_was_cancelled_is_not_cancelled_again() {
    let stage = Stage::with(&Options { second: Second::Accept, ..Options::default() });
    let rows = [("T1", "11"), ("T2", "21")];
    assert_eq!(run(&stage, &rows, &[]).0.code, 0);
    let (ended, lines) = run(&stage, &[("T1", "11"), ("T1", "12")], &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(of(&lines, "status"), ["skipped", "submitted"], "other lines of the trade are no concern of this row");
    assert_eq!(lines.len(), 2);
    assert_eq!(stage.sandbox.ledger().second_attempts().count(), 0);
}

#[test]
fn each_kind_of_error_comes_to_what_it_proves() {
    for (rule, status, arrived, cancelled, code) in [
        ("submission:refused", "rejected", 1, 0, 4),
        ("submission:refused:code=isp.remote-service-timeout", "in_doubt", 1, 0, 4),
        ("submission:refused:after:code=isp.remote-service-timeout", "in_doubt", 1, 1, 4),
        ("submission:refused:code=50", "in_doubt", 1, 0, 4),
        ("submission:code4000004:first=2", "submitted", 3, 1, 0),
        ("submission:words:first=1", "submitted", 2, 1, 0),
        ("submission:code4000004:words=This ban will last for 31062 more seconds", "pending", 1, 0, 5),
        ("submission:expired40001", "pending", 1, 0, 3),
        ("submission:code400020037", "pending", 1, 0, 3),
        ("submission:refused:code=29", "pending", 1, 0, 3),
        ("submission:refused:code=25", "pending", 1, 0, 3),
        ("submission:refused:code=31", "pending", 1, 0, 3),
        ("submission:reset:after", "in_doubt", 1, 1, 4),
        ("submission:error5xx", "in_doubt", 1, 0, 4),
        ("submission:garbage:after", "in_doubt", 1, 1, 4),
        ("submission:wrong_types:after,shape=success", "in_doubt", 1, 1, 4),
        ("submission:wrong_types:shape=empty", "in_doubt", 1, 0, 4),
        ("submission:login_html", "in_doubt", 1, 0, 4),
        ("submission:throttle429:first=1,retry_after=0", "submitted", 2, 1, 0),
    ] {
        let stage = Stage::failing(&[&rule.replace(":after,", ":after:")]);
        let (ended, lines) = run(&stage, &[("T1", "11")], &[]);
        assert_eq!((ended.code, of(&lines, "status")), (code, vec![status]), "{rule}: {ended:?}");
        assert_eq!((stage.arrived(Call::Submission), stage.cancelled().len()), (arrived, cancelled), "{rule}");
        let detail = lines[0]["detail"].as_str().unwrap_or_default();
        assert_eq!(detail.contains("no look-up to settle"), status == "in_doubt", "{rule}: {detail}");
        assert_eq!(stage.arrived(Call::Lookup), 0, "{rule}");
    }
}

#[test]
fn in_doubt_stays_in_doubt_until_a_person_says_otherwise() {
    let stage = Stage::failing(&["submission:refused:code=isp.unknown-error,nth=1"]);
    assert_eq!(run(&stage, &[("T1", "11"), ("T2", "21")], &["--max-in-flight", "1"]).0.code, 4);
    let again = stage.unpromo(&["resume", "--rate", "off"]);
    assert_eq!(again.code, 2, "{again:?}");
    let again = stage.unpromo(&["resume", "1", "--rate", "off"]);
    assert_eq!(again.code, 4, "{again:?}");
    assert_eq!(of(&stage.lines("result.jsonl"), "status"), ["in_doubt", "submitted"]);
    let sent = stage.unpromo(&["resume", "1", "--rate", "off", "--resend-in-doubt"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert_eq!(of(&stage.lines("result.jsonl"), "status"), ["submitted", "submitted"]);
    assert_eq!(stage.cancelled(), ["T2/21", "T1/11"]);
}

#[test]
fn an_expired_session_pauses_the_job_and_a_fresh_one_goes_on() {
    let stage = Stage::failing(&["submission:expired40001:nth=2"]);
    let (ended, lines) = run(&stage, &[("T1", "11"), ("T1", "12"), ("T1", "13")], &["--max-in-flight", "1"]);
    assert_eq!((ended.code, of(&lines, "status")), (3, vec!["submitted", "pending", "pending"]), "{ended:?}");
    assert_eq!(stage.add_shop("shop", SECRET, &format!("{SESSION}-fresh"), &[]).code, 0);
    let resumed = stage.unpromo(&["resume", "--rate", "off"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(stage.cancelled(), ["T1/11", "T1/12", "T1/13"]);
}

#[test]
fn what_cannot_be_looked_up_cannot_be_verified() {
    let stage = Stage::new();
    let (ended, _) = run(&stage, &[("T1", "11")], &["--verify"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--verify"));
    assert!(stage.sandbox.ledger().entries.is_empty());
}

#[test]
fn two_shops_of_one_app_each_act_with_their_own_session() {
    let stage = Stage::new();
    assert_eq!(stage.add_shop("old", SECRET, "sandbox-session-expired", &[]).code, 0);
    let line = |shop: &str, trade: &str| format!("{shop},415670368,415670368,{trade},00,11,CODE,00\n");
    let lines = line("shop", "T1") + &line("old", "T2");
    let sheet = stage.write("two.csv", &format!("店铺,货主ID,店铺ID,交易号,状态,菜鸟货品ID,货品编码,行状态\n{lines}"));
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!((ended.code, of(&lines, "status")), (3, vec!["submitted", "pending"]), "{ended:?}");
}

#[test]
fn a_state_that_excel_made_a_number_of_is_two_digits_again() {
    let stage = Stage::new();
    let sheet = stage.write(
        "g.csv",
        "ownUserId,userId,trade_id,status,itemId,itemCode,orderItem.status,sub_trade_id\n1,2,T1,0,11,C,0,S9\n",
    );
    let (ended, lines) = stage.run(&sheet, &["--lang", "zh"]);
    assert_eq!((ended.code, of(&lines, "status")), (0, vec!["submitted"]), "{ended:?}");
    stage.all_was_proper();
}
