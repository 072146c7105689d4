//! A sheet becomes a result, and the platform's ledger says the same.

use std::collections::BTreeSet;

use calamine::Reader;

use crate::stage::{CLEARANCE, FLASH, OFFICIAL, SEED, Stage, story};

#[test]
fn each_row_withdraws_what_it_names_and_nothing_else() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "清仓甩卖"), (SEED, "限时秒杀|没有的"), ("5000000003", "*")]);
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let expected = [
        format!("2 submitted {CLEARANCE}"),
        format!("3 submitted {FLASH}"),
        "3 unmatched -".to_owned(),
        "4 lookup_failed -".to_owned(),
    ];
    assert_eq!(story(&lines), expected);
    assert_eq!(
        stage.withdrawn().iter().collect::<BTreeSet<_>>(),
        [CLEARANCE, FLASH].map(str::to_owned).iter().collect()
    );
}

#[test]
fn the_same_sheet_again_submits_nothing_and_says_why() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    let (ended, _) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "a skipped row is no failure");
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert_eq!(line["status"], "skipped");
        assert!(line["detail"].as_str().expect("words").contains("in job 1"), "{line}");
    }
    assert_eq!(stage.submissions(), 3, "only the first run's");
}

#[test]
fn a_repeated_target_is_submitted_once_for_its_first_row() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "官方大促"), (SEED, "官方*"), ("5000000011", "*"), (SEED, "*")]);
    let (_, lines) = stage.run(&sheet, &[]);
    let official: Vec<_> = lines.iter().filter(|line| line["target"] == OFFICIAL).collect();
    let statuses: Vec<_> = official.iter().map(|line| (line["row"].as_u64(), line["status"].as_str())).collect();
    assert_eq!(statuses, [(Some(2), Some("submitted")), (Some(3), Some("duplicate")), (Some(5), Some("duplicate"))]);
    assert_eq!(stage.lookups(), 2, "each product is looked up once");
    assert_eq!(stage.withdrawn().iter().filter(|target| *target == OFFICIAL).count(), 1);
}

#[test]
fn five_hundred_rows_leave_a_ledger_that_equals_the_result() {
    let stage = Stage::new();
    let (ended, lines) = stage.run(&stage.sheet_of_many(500), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let submitted: BTreeSet<String> = lines
        .iter()
        .filter(|line| line["status"] == "submitted")
        .map(|line| line["target"].as_str().expect("a target").to_owned())
        .collect();
    let withdrawn = stage.withdrawn();
    assert_eq!(withdrawn.len(), submitted.len(), "each once");
    assert_eq!(withdrawn.into_iter().collect::<BTreeSet<_>>(), submitted);
    let rows: BTreeSet<u64> = lines.iter().filter_map(|line| line["row"].as_u64()).collect();
    assert_eq!(rows.len(), 500, "every row is in the result");
}

#[test]
fn the_workbook_stands_beside_the_sheet_with_every_digit() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    let ended = stage.unpromo(&["run", &sheet, "--yes", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stderr.starts_with('[') && ended.stderr.contains("LIVE"), "{}", ended.stderr);
    let mut book = calamine::open_workbook_auto(stage.path("week.result.xlsx")).expect("a workbook");
    let rows = book.worksheet_range_at(1).expect("two sheets").expect("rows");
    let cells: Vec<String> = rows.rows().flatten().map(ToString::to_string).collect();
    for id in [FLASH, CLEARANCE, OFFICIAL] {
        assert!(cells.iter().any(|cell| cell == id), "{id} in {cells:?}");
    }
}

#[test]
fn bad_cells_are_all_named_and_no_request_leaves() {
    let stage = Stage::new();
    let sheet = stage.write("bad.csv", "SPU,活动名称,理由\n1.23E+15,清仓,退\n4975750079,,退\n4975750079,清仓,\n");
    let ended = stage.unpromo(&["run", &sheet, "--yes"]);
    assert_eq!(ended.code, 2);
    for place in ["bad.csv!A2", "bad.csv!B3", "bad.csv!C4"] {
        assert!(ended.stderr.contains(place), "{place} in {}", ended.stderr);
    }
    assert_eq!(stage.lookups(), 0);
    let (ended, lines) = stage.run(&sheet, &["--skip-invalid", "--reason", "申请退出"]);
    assert_eq!(ended.code, 4);
    assert_eq!(story(&lines), ["2 invalid -", "3 invalid -", "4 unmatched -"]);
}

#[test]
fn without_a_terminal_a_live_run_needs_yes() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    let ended = stage.unpromo(&["run", &sheet]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("--yes") && ended.stderr.contains("--dry-run"));
    assert_eq!(stage.lookups(), 0, "refused before the first request");
}

#[test]
fn without_a_shop_the_way_to_add_one_is_told() {
    let stage = Stage::new();
    stage.unpromo(&["shop", "remove", "shop"]);
    let ended = stage.unpromo(&["run", &stage.sheet(&[(SEED, "*")]), "--dry-run"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("unpromo shop add"), "{}", ended.stderr);
}

#[test]
fn a_job_that_is_done_cannot_be_resumed_but_its_result_can_be_written_again() {
    let stage = Stage::new();
    let (_, lines) = stage.run(&stage.sheet(&[(SEED, "*")]), &[]);
    let ended = stage.unpromo(&["resume", "1"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("jobs export 1"), "{}", ended.stderr);
    let ended = stage.unpromo(&["jobs", "export", "1", "-o", "again.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(stage.lines("again.jsonl"), lines);
    let listed = stage.unpromo(&["jobs", "--json"]);
    let job: serde_json::Value = serde_json::from_str(listed.stdout.trim()).expect("JSON");
    assert_eq!((&job["job"], &job["state"], &job["counts"]["submitted"]), (&1.into(), &"done".into(), &3.into()));
}
