//! A dry run lists and sends nothing; its result does exactly what was reviewed.

use crate::stage::{CLEARANCE, FLASH, OFFICIAL, SEED, Stage, story};

#[test]
fn a_dry_run_lists_every_enrollment_and_leaves_the_ledger_without_a_submission() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*"), ("5000000011", "*")]);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for id in [FLASH, CLEARANCE, OFFICIAL] {
        assert!(ended.stdout.contains(id), "{id} in {}", ended.stdout);
    }
    assert!(ended.stderr.contains("DRY RUN"));
    assert_eq!(stage.submissions(), 0);
    assert!(stage.path("week.result.xlsx").exists());
}

#[test]
fn its_result_is_a_sheet_that_does_the_reviewed_rows_and_no_others() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "off", "-o", "plan.csv"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let plan = std::fs::read_to_string(stage.path("plan.csv")).expect("a plan");
    let kept: String = plan.lines().filter(|line| !line.contains(OFFICIAL)).map(|line| format!("{line}\n")).collect();
    let reviewed = stage.write("reviewed.csv", &kept);
    let (ended, lines) = stage.run(&reviewed, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(story(&lines), [format!("2 submitted {FLASH}"), format!("3 submitted {CLEARANCE}")]);
    assert_eq!(stage.withdrawn().len(), 2);
}

#[test]
fn a_reviewed_target_that_is_gone_or_renamed_is_skipped() {
    let stage = Stage::new();
    let sheet = stage.write(
        "pinned.csv",
        &format!(
            "SPU,活动名称,理由,报名ID,匹配活动,结果\n{SEED},*,退,{FLASH},另一个名字,matched\n{SEED},*,退,1111111111111111,清仓甩卖,matched\n"
        ),
    );
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(story(&lines), ["2 skipped -", "3 skipped -"]);
    assert!(stage.withdrawn().is_empty());
}

#[test]
fn a_result_handed_in_again_does_only_what_is_unfinished() {
    let stage = Stage::failing(&["lookup:error500:first=4"]);
    let sheet = stage.sheet(&[(SEED, "清仓甩卖")]);
    let ended = stage.unpromo(&["run", &sheet, "--yes", "--rate", "off", "-o", "first.xlsx"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let ended = stage.unpromo(&["run", "first.xlsx", "--yes", "--rate", "off", "-o", "second.xlsx"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ended = stage.unpromo(&["run", "second.xlsx", "--yes", "--rate", "off", "-o", "third.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let third = stage.lines("third.jsonl");
    assert_eq!(third[0]["status"], "skipped");
    assert_eq!(stage.withdrawn(), [CLEARANCE]);
}
