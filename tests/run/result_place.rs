//! The name under which people look for their result: what is replaced there, what is kept, and where the result goes
//! when its place is lost while the run goes on.

use std::fs;
use std::process::Stdio;

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, SEED, Stage};
use crate::wait::wait;

fn names(stage: &Stage) -> Vec<String> {
    let entries = fs::read_dir(stage.folder.path()).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.contains(".result") || name.starts_with('.')).collect();
    names.sort();
    names
}

fn dry_run(stage: &Stage, sheet: &str) -> Ended {
    let ended = stage.unpromo(&["run", sheet, "--dry-run", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    ended
}

/// Runs live, and does something while a submission is on its way.
fn live(stage: &Stage, more: &[&str], meanwhile: impl FnOnce()) -> Ended {
    let sheet = stage.sheet(&[(SEED, "*")]);
    stage.sandbox.hold(Call::Submission, When::After);
    let mut command = stage.command(&[&["run", &sheet, "--yes", "--rate", "off"], more].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    wait(stage.sandbox.arrived(Call::Submission, 1));
    meanwhile();
    stage.sandbox.release(Call::Submission, None);
    Ended::of(child.wait_with_output().expect("ended"))
}

#[test]
fn a_place_that_is_lost_in_mid_run_costs_neither_the_result_nor_the_exit_code() {
    let stage = Stage::new();
    let ended = live(&stage, &[], || fs::create_dir(stage.path("week.result.xlsx")).expect("in the way"));
    assert_eq!(ended.code, 0, "all three are submitted: {ended:?}");
    assert_eq!(stage.withdrawn().len(), 3);
    assert!(ended.stderr.contains("week.result.2.xlsx\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("week.result.xlsx was left alone ("), "{}", ended.stderr);
    assert!(stage.path("week.result.2.xlsx").is_file());
    assert!(stage.unpromo(&["jobs", "show", "1"]).stdout.contains("week.result.2.xlsx"));
    assert_eq!(stage.unpromo(&["resume"]).code, 2, "the job is done");
}

#[test]
fn a_named_place_that_is_lost_is_no_other_and_programs_are_told() {
    let stage = Stage::failing(&["submission:refused"]);
    let ended = live(&stage, &["-o", "done.csv", "--json"], || fs::create_dir(stage.path("done.csv")).expect("made"));
    assert_eq!(ended.code, 4, "the run's own: {ended:?}");
    let summary: serde_json::Value = serde_json::from_str(ended.stdout.lines().last().expect("lines")).expect("JSON");
    assert_eq!((&summary["result"], &summary["exit_code"]), (&"done.2.csv".into(), &4.into()));
    assert!(summary["result_note"].as_str().expect("words").contains("done.csv was left alone"), "{summary}");
    assert!(fs::read_to_string(stage.path("done.2.csv")).expect("the result").contains("rejected"));
}

#[cfg(unix)]
#[test]
fn where_no_place_is_left_the_exit_code_does_not_say_that_nothing_was_sent() {
    let stage = Stage::new();
    fs::create_dir(stage.path("out")).expect("a folder");
    let ended = live(&stage, &["-o", "out/done.csv"], || fs::remove_dir(stage.path("out")).expect("gone"));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stderr.contains("unpromo jobs export 1"), "{}", ended.stderr);
}

#[test]
fn a_dry_run_again_replaces_the_untouched_result_of_the_same_sheet() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    dry_run(&stage, &sheet);
    let first = fs::read(stage.path("week.result.xlsx")).expect("a result");
    let ended = dry_run(&stage, &stage.sheet(&[(SEED, "清仓甩卖")]));
    assert_eq!(names(&stage), ["week.result.xlsx"]);
    assert!(fs::read(stage.path("week.result.xlsx")).expect("a result") != first);
    assert!(!ended.stderr.contains("left alone"), "{}", ended.stderr);
    // And again, from another folder: the paths are the same all the same.
    let mut elsewhere = stage.command(&["run", &sheet, "--dry-run", "--rate", "off"]);
    let ended = Ended::of(elsewhere.current_dir(std::env::temp_dir()).output().expect("started"));
    assert_eq!((ended.code, names(&stage)), (0, vec!["week.result.xlsx".to_owned()]), "{}", ended.stderr);
}

#[test]
fn what_was_changed_by_hand_is_kept_and_the_new_name_is_said() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    dry_run(&stage, &sheet);
    fs::write(stage.path("week.result.xlsx"), "by hand").expect("edited");
    let ended = dry_run(&stage, &sheet);
    let said = "was left alone (it was changed after job 1 wrote it); this result is in ";
    assert!(ended.stderr.contains(said) && ended.stderr.contains("week.result.2.xlsx"), "{}", ended.stderr);
    assert_eq!(fs::read(stage.path("week.result.xlsx")).expect("the file"), b"by hand");
    // The second is untouched: it is the one that is replaced from now on.
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--rate", "off", "--lang", "zh"]);
    assert!(ended.stderr.contains("没有覆盖") && ended.stderr.contains("内容改动过"), "{}", ended.stderr);
    assert_eq!(names(&stage), ["week.result.2.xlsx", "week.result.xlsx"]);
}

#[test]
fn a_live_result_and_that_of_another_sheet_are_kept() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    dry_run(&stage, &sheet);
    let ended = stage.unpromo(&["run", &sheet, "--yes", "--rate", "off"]);
    assert!(ended.stderr.contains("job 1, a dry run") && ended.code == 0, "{ended:?}");
    let live = fs::read(stage.path("week.result.2.xlsx")).expect("a result");
    fs::remove_file(stage.path("week.result.xlsx")).expect("removed");
    fs::rename(stage.path("week.result.2.xlsx"), stage.path("week.result.xlsx")).expect("renamed");
    let ended = dry_run(&stage, &sheet);
    assert!(ended.stderr.contains("was left alone"), "{}", ended.stderr);
    assert!(fs::read(stage.path("week.result.xlsx")).expect("a result") == live);
    // Another sheet of the same name but for its ending.
    fs::remove_file(stage.path("week.result.xlsx")).expect("removed");
    fs::remove_file(stage.path("week.result.2.xlsx")).expect("removed");
    dry_run(&stage, &sheet);
    let other = stage.write("week.tsv", &format!("SPU\t活动名称\t理由\n{SEED}\t*\t退\n"));
    let ended = dry_run(&stage, &other);
    assert!(ended.stderr.contains("it is the result of job") && ended.stderr.contains("week.csv"), "{}", ended.stderr);
    assert_eq!(names(&stage), ["week.result.2.xlsx", "week.result.xlsx"]);
}
