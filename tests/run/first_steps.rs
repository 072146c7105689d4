//! The first minutes: what was typed wrong is answered with what to type, and the samples are at hand.

use std::process::Command;

use unpromo::sandbox::{Call, When};

use crate::stage::{Ended, SEED, Stage};
use crate::wait::wait;

/// What is said, of a command that is refused.
fn refused(stage: &Stage, args: &[&str]) -> String {
    let ended = stage.unpromo(args);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{args:?}: {ended:?}");
    ended.stderr
}

/// Runs what a message told to type, as a shell does.
#[cfg(unix)]
fn typed(stage: &Stage, said: &str) -> Ended {
    let line = said.lines().find_map(|line| line.split_once("unpromo ")).expect("what to type").1;
    let program = stage.command(&[]);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("\"$0\" {line}")).arg(program.get_program()).current_dir(stage.folder.path());
    shell.env("UNPROMO_HOME", stage.path("home")).env("LC_ALL", "C.UTF-8");
    Ended::of(shell.output().expect("a shell"))
}

#[cfg(unix)]
#[test]
fn a_sheet_without_a_command_is_answered_with_a_dry_run_of_it() {
    let stage = Stage::new();
    std::fs::rename(stage.sheet(&[(SEED, "*")]), stage.path("it's my week.csv")).expect("renamed");
    let said = refused(&stage, &["it's my week.csv"]);
    assert!(said.contains("no command before it's my week.csv"), "{said}");
    let ended = typed(&stage, &said);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stderr.contains("DRY RUN"), "{ended:?}");
    assert_eq!(stage.submissions(), 0);
    // By its whole path, as a file that was dragged onto the program, and in Chinese.
    let whole = stage.path("it's my week.csv").display().to_string();
    let said = refused(&stage, &["--lang", "zh", &whole]);
    assert!(said.contains("前面没有写命令") && said.contains("--dry-run"), "{said}");
    // Whatever its ending, and whether or not it exists.
    stage.write("export", "");
    assert!(refused(&stage, &["export"]).contains("unpromo run export --dry-run"));
    assert!(refused(&stage, &["none.XLSX"]).contains("unpromo run none.XLSX --dry-run"));
}

#[test]
fn an_option_before_its_command_and_a_misspelt_command_are_put_right() {
    let stage = Stage::new();
    let said = refused(&stage, &["--dry-run", "run", "nums.xlsx"]);
    assert!(said.contains("--dry-run goes after run\nnext: unpromo run nums.xlsx --dry-run"), "{said}");
    for word in ["rnu", "lanch"] {
        let said = refused(&stage, &[word, "week.xlsx"]);
        assert!(said.contains(&format!("no command '{word}'")) && said.contains("unpromo run week.xlsx"), "{said}");
    }
    let said = refused(&stage, &["shpo", "add", "x", "--app-key", "made-up-secret"]);
    assert!(said.contains("unpromo shop") && !said.contains("made-up-secret"), "{said}");
}

#[test]
fn the_built_in_sample_runs_without_an_account_or_a_file() {
    let stage = Stage::new();
    let ended = stage.unpromo(&["run", "--sandbox", "--yes", "--rate", "off"]);
    assert_eq!(ended.code, 4, "one of its products does not exist: {ended:?}");
    assert!(ended.stderr.contains("built-in sample weekly.xlsx"), "{ended:?}");
    assert!(stage.path("weekly.result.xlsx").exists() && !stage.path("weekly.xlsx").exists());
    assert_eq!(refused(&stage, &["run"]).matches("<SHEET>").count(), 2, "only the sandbox has a sample");
    let ended = stage.unpromo(&["run", "--sandbox", "--dry-run", "--operation", "wechat-coupon", "--rate", "off"]);
    assert!(ended.stderr.contains("wechat-coupon.xlsx"), "{ended:?}");
    assert!(stage.path("wechat-coupon.result.xlsx").exists());
}

#[test]
fn each_operation_has_a_sample_that_can_be_written_checked_and_run() {
    let stage = Stage::new();
    for operation in ["temu-activity", "taobao-gift-item", "wechat-coupon", "retail-item-pool"] {
        let file = format!("{operation}.xlsx");
        let ended = stage.unpromo(&["template", operation, "--sample", "-o", &file]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let ended = stage.unpromo(&["check", &file]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.contains(operation) && ended.stdout.contains(&format!("unpromo run {file}")));
        let ended = stage.unpromo(&["run", &file, "--sandbox", "--dry-run", "--rate", "off"]);
        assert!([0, 4].contains(&ended.code) && ended.stdout.contains("matched"), "{ended:?}");
    }
    let again = refused(&stage, &["template", "--sample", "-o", "temu-activity.xlsx"]);
    assert!(again.contains("exists already"), "{again}");
}

#[cfg(unix)]
#[test]
fn the_next_step_can_be_pasted_whatever_the_path() {
    let stage = Stage::new();
    std::fs::create_dir(stage.path("my $sheets")).expect("a folder");
    let ended = stage.unpromo(&["template", "--sample", "-o", "my $sheets/it's.xlsx"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ended = typed(&stage, &ended.stdout);
    assert!(ended.stderr.contains("DRY RUN"), "{ended:?}");
    // And what that told: the result, in the sandbox again.
    let ended = typed(
        &stage,
        &format!("{} --dry-run", ended.stderr.lines().find(|line| line.contains("look at")).expect("a next step")),
    );
    assert!(ended.stderr.contains("DRY RUN"), "{ended:?}");
    // A check repeats how the sheet was read.
    let checked = stage.unpromo(&["check", "my $sheets/it's.xlsx", "--reason", "one for all"]);
    assert!(checked.stdout.contains("it's.xlsx, worksheet 退出清单") && checked.stdout.contains("23 rows, no errors"));
    let ended = typed(&stage, checked.stdout.lines().nth(1).expect("a next step"));
    assert!(ended.stderr.contains("DRY RUN") && ended.stderr.contains("23 rows"), "{ended:?}");
}

#[test]
fn a_check_that_fails_names_the_sheet_and_what_to_do() {
    let stage = Stage::new();
    let sheet = stage.write("my bad.csv", "SPU,活动名称,理由\n4975750079,,退\n,清仓,\n");
    let said = refused(&stage, &["check", &sheet]);
    assert!(said.contains("3 bad cells in 2 rows of ") && said.contains("my bad.csv; nothing was sent"), "{said}");
    assert!(said.contains("next: fix these cells, then check again: unpromo check "), "{said}");
}

#[test]
fn a_job_that_is_worked_on_is_called_running() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(SEED, "*")]);
    stage.sandbox.hold(Call::Submission, When::Before);
    let mut child = stage.command(&["run", &sheet, "--yes", "--rate", "off", "-q"]).spawn().expect("started");
    wait(stage.sandbox.arrived(Call::Submission, 1));
    let listed = |args: &[&str]| stage.unpromo(args).stdout;
    assert!(listed(&["jobs"]).contains("running") && listed(&["jobs", "--lang", "zh"]).contains("执行中"));
    let process = format!("process {} is working on it", child.id());
    assert!(listed(&["jobs", "show", "1"]).contains(&process), "{}", listed(&["jobs", "show", "1"]));
    let running =
        |json: String| serde_json::from_str::<serde_json::Value>(json.trim()).expect("JSON")["running"].clone();
    assert_eq!(running(listed(&["jobs", "--json"])), true);
    child.kill().expect("killed");
    child.wait().expect("ended");
    stage.sandbox.release(Call::Submission, None);
    let stopped = listed(&["jobs", "show", "1"]);
    assert!(stopped.contains("stopped while submitting") && stopped.contains("unpromo resume 1"), "{stopped}");
    assert_eq!(running(listed(&["jobs", "--json"])), false);
}
