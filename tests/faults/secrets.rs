//! What proves a login stands in the shop file, and nowhere else, whatever is asked and whatever goes wrong.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, CLEARANCE, Ran, SPU, live, wait};

/// Every mark has this in it.
const MARK: &str = "xQ7zMARKz9";

fn marked() -> Bench {
    marked_with(&[])
}

fn marked_with(faults: &[&str]) -> Bench {
    let bench = Bench::new(faults);
    let copy = bench.desk().join("copied.txt");
    let text =
        crate::bench::curl(&bench.sandbox.url(), &format!("session={MARK}cookie; b={MARK}two"), &format!("{MARK}anti"))
            .replace(
                "queryValidActivity4FeedBackOffline'",
                &format!("queryValidActivity4FeedBackOffline?t={MARK}query'"),
            )
            .replace(
                "  -H 'accept: */*'",
                &format!("  -H 'accept: */*' -H 'x-other: {MARK}other' -H 'authorization: Bearer {MARK}bearer'"),
            );
    fs::write(&copy, text).expect("a copied request");
    let added = bench.unpromo(&["shop", "add", "main", "--from-curl", "copied.txt", "-vvv"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert_unmarked(&added, "shop add");
    fs::remove_file(copy).expect("removed");
    bench.sheet(&[(SPU, CLEARANCE), (SPU, "没有这个"), ("1000000000", "*")]);
    let shops = fs::read_to_string(bench.home().join("shops.toml")).expect("the shop file");
    for end in ["cookie", "two", "anti", "other", "bearer"] {
        assert!(shops.contains(&format!("{MARK}{end}")), "the search below would find nothing: {end}");
    }
    bench
}

fn has_mark(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

fn assert_unmarked(ran: &Ran, case: &str) {
    assert!(!has_mark(ran.said().as_bytes()), "{case}: {}", ran.said());
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() { files_under(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

/// Searches every file, and inside every workbook.
fn assert_nowhere_but_in_the_shop_file(bench: &Bench, case: &str) {
    let mut files = Vec::new();
    files_under(bench.folder(), &mut files);
    assert!(files.iter().any(|file| file.ends_with("journal.db")), "{case}: {files:?}");
    for file in files.iter().filter(|file| !file.ends_with("shops.toml")) {
        let bytes = fs::read(file).expect("a file");
        assert!(!has_mark(&bytes), "{case}: {}", file.display());
        if file.extension().is_some_and(|ending| ending == "xlsx") {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
            for at in 0..archive.len() {
                let mut part = Vec::new();
                archive.by_index(at).expect("a part").read_to_end(&mut part).expect("read");
                assert!(!has_mark(&part), "{case}: {} part {at}", file.display());
            }
        }
    }
}

#[test]
fn every_command_keeps_the_login_to_itself_when_all_goes_well() {
    let bench = marked();
    let run = |args: &[&str]| {
        for more in [&["-vvv"][..], &["-vvv", "--json"], &["-q"], &["--lang", "zh", "-vvv"]] {
            let mut command = bench.command(&[]);
            // `--lang` may stand once.
            let lang: &[&str] = if more.contains(&"--lang") { &[] } else { &["--lang", "en"] };
            command = {
                let mut fresh = std::process::Command::new(command.get_program());
                bench.dress(&mut fresh).args(args).args(more).args(lang);
                fresh
            };
            let ran = Ran::from(command.output().expect("it ran"));
            assert_unmarked(&ran, &format!("{args:?} {more:?}"));
        }
    };
    run(&["run", "week.csv", "--dry-run", "-o", "dry.xlsx", "--rate", "500/s"]);
    run(&["run", "week.csv", "--yes", "--new", "-o", "live.xlsx", "--rate", "500/s"]);
    run(&["run", "week.csv", "--yes", "--new", "-o", "live.csv", "--rate", "500/s", "--verify", "--verify-wait", "0s"]);
    run(&["run", "week.csv", "--yes", "--again", "--new", "-o", "live.jsonl", "--rate", "500/s"]);
    for args in [
        &["check", "week.csv"][..],
        &["resume"],
        &["resume", "1"],
        &["jobs"],
        &["jobs", "show", "1"],
        &["jobs", "export", "1", "-o", "export.xlsx"],
        &["shop"],
        &["shop", "list"],
        &["shop", "check", "main"],
        &["shop", "check", "nobody"],
        &["pick", SPU],
        &["template", "temu-activity", "-o", "blank.xlsx"],
        &["completions", "bash"],
        &["man"],
    ] {
        run(args);
    }
    assert_nowhere_but_in_the_shop_file(&bench, "every command");
    run(&["shop", "remove", "main"]);
    let left = fs::read(bench.home().join("shops.toml")).unwrap_or_default();
    assert!(!has_mark(&left), "a removed shop leaves nothing");
}

#[test]
fn no_failure_shows_the_login() {
    for kind in [
        "throttle429:first=1",
        "throttle429:retry_after=3600",
        "code4000004:first=1",
        "words:first=1",
        "forbidden403",
        "code400020037",
        "expired40001",
        "http401",
        "redirect",
        "redirect:location=/elsewhere?a=b",
        "login_html",
        "error503",
        "error502:body=html",
        "refused",
        "already",
        "reset",
        "close",
        "hang",
        "truncated",
        "garbage",
        "wrong_types",
        "endless",
        // The platform says what it was sent.
        &format!("refused:words=bad cookie session={MARK}cookie"),
        &format!("expired40001:words={MARK}anti is not valid"),
        &format!("words:first=1,words=访问过于频繁 {MARK}bearer"),
        &format!("redirect:location=/login/{MARK}other"),
        &format!("redirect:location=/out?back={MARK}two"),
    ] {
        for call in ["lookup", "submission"] {
            let bench = marked_with(&[&format!("{call}:{kind}")]);
            for more in [&["-vvv", "-o", "result.xlsx"][..], &["-vvv", "--json", "-o", "result.jsonl"]] {
                let ran = bench.run(&[&["--new", "--timeout", "200ms"], more].concat());
                assert_unmarked(&ran, &format!("{call}:{kind}"));
                let resumed = bench.resume(&["--timeout", "200ms", "-vvv"]);
                assert_unmarked(&resumed, &format!("{call}:{kind}, resumed"));
            }
            assert_nowhere_but_in_the_shop_file(&bench, &format!("{call}:{kind}"));
        }
        let bench = marked_with(&[&format!("login:{kind}"), &format!("lookup:{kind}")]);
        let checked = bench.unpromo(&["shop", "check", "main", "--timeout", "200ms", "-vvv"]);
        assert_unmarked(&checked, &format!("shop check, login:{kind}"));
    }
}

#[test]
fn a_broken_shop_file_shows_no_login() {
    let bench = marked();
    let file = bench.home().join("shops.toml");
    let whole = fs::read_to_string(&file).expect("the shop file");
    for broken in [
        whole.replace("http://", "ftp://"),
        whole.replace("http://127.0.0.1", "http://seller.example"),
        whole.replace("http://", ""),
        whole.replace(MARK, &format!("{MARK}\\u0007")),
        whole.replace("[[", "[[["),
        whole.chars().take(whole.len() / 2).collect(),
    ] {
        fs::write(&file, broken).expect("written");
        for args in [&live(&["--new"])[..], &["shop", "list"], &["shop", "check", "main"]] {
            let ran = bench.unpromo(args);
            assert_unmarked(&ran, &format!("{args:?}"));
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_running_process_shows_no_login_to_others() {
    let bench = marked();
    bench.sandbox.hold(Call::Submission, When::Before);
    let mut command = bench.command(&live(&["-vvv"]));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    wait(bench.sandbox.held(Call::Submission, 1));
    for file in ["cmdline", "environ", "comm"] {
        let bytes = fs::read(format!("/proc/{}/{file}", child.id())).expect("the process's own");
        assert!(!bytes.is_empty() && !has_mark(&bytes), "{file}");
    }
    assert_nowhere_but_in_the_shop_file(&bench, "while it runs");
    // Killed, so that the journal's log stays beside it.
    child.kill().expect("killed");
    child.wait().expect("it ended");
    bench.sandbox.release(Call::Submission, None);
    assert!(bench.home().join("journal.db-wal").exists());
    assert_nowhere_but_in_the_shop_file(&bench, "killed");
}
