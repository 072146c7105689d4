//! Disks that are full, too small, read-only, or somebody else's, and folders that vanish.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, CLEARANCE, Ran, SPU, live};
use crate::wait::wait;

/// A small disk of its own, where the machine lets tests mount one.
struct Disk(PathBuf);

impl Disk {
    /// `None`, with the reason printed, where mounting is refused.
    fn mount(place: &Path) -> Option<Self> {
        fs::create_dir_all(place).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(place).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(place.to_owned())),
            Ok(output) => {
                println!("skipped, no disk can be mounted: {}", String::from_utf8_lossy(&output.stderr).trim());
                None
            }
            Err(error) => {
                println!("skipped, no disk can be mounted: {error}");
                None
            }
        }
    }

    /// Leaves no room at all.
    fn fill(&self) {
        let mut ballast = fs::File::create(self.0.join("ballast")).expect("a file");
        for size in [1 << 20, 1 << 12, 1] {
            let piece = vec![b'x'; size];
            while ballast.write_all(&piece).is_ok() {}
        }
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("ballast")).expect("removed");
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).status().expect("mount");
        assert!(done.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_fills_up_while_the_journal_commits_stops_everything_and_loses_nothing() {
    let bench = Bench::new(&[]);
    let Some(disk) = Disk::mount(&bench.home()) else { return };
    bench.add_shop();
    bench.sheet_of_many(30);
    bench.sandbox.hold(Call::Submission, When::After);
    let child = bench.start(&live(&["--max-in-flight", "4"]));
    wait(bench.sandbox.held(Call::Submission, 2));
    disk.fill();
    bench.sandbox.release(Call::Submission, None);
    let ran = Ran::end_of(child);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("disk is full") && ran.err.contains("journal.db"), "{}", ran.err);
    assert!(ran.err.contains("unpromo resume"), "{}", ran.err);
    let sent = bench.arrived(Call::Submission);
    assert!(sent <= 4, "{sent} submissions left although none could be written down");
    // Still full: nothing is sent either.
    let again = bench.resume(&[]);
    assert_eq!((again.code, bench.arrived(Call::Submission)), (1, sent), "{}", again.err);
    disk.empty();
    goes_on_to_the_end(&bench, "a full disk");
}

/// Resumes until all is done. What was made ready when the journal broke and did not leave any more is in
/// doubt, since the journal cannot say so: a handful at most, which the user's word sends.
fn goes_on_to_the_end(bench: &Bench, case: &str) {
    let resumed = bench.resume(&["1", "--yes"]);
    assert!([0, 4].contains(&resumed.code), "{case}: {}", resumed.err);
    bench.assert_never_twice(case);
    bench.assert_true(case);
    let doubtful = bench.counts().get("in_doubt").copied().unwrap_or(0);
    assert!(doubtful <= 16 && (doubtful > 0) == (resumed.code == 4), "{case}: {doubtful}\n{}", resumed.err);
    if doubtful > 0 {
        let resent = bench.resume(&["1", "--resend-in-doubt"]);
        assert_eq!(resent.code, 0, "{case}: {}", resent.err);
        bench.assert_never_twice(case);
    }
    assert_eq!(bench.counts()["submitted"], bench.effects(), "{case}");
}

#[test]
fn a_disk_that_is_full_from_the_start_sends_nothing() {
    let bench = Bench::new(&[]);
    let Some(disk) = Disk::mount(&bench.home()) else { return };
    bench.add_shop();
    bench.sheet_of_many(3);
    disk.fill();
    let ran = bench.run(&[]);
    assert_eq!((ran.code, bench.sandbox.ledger().entries.len()), (1, 0), "{}", ran.err);
    assert!(ran.err.contains("journal.db"), "{}", ran.err);
    disk.empty();
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_write_that_fails_anywhere_stops_everything_and_loses_nothing() {
    // A limit on the size of files makes the journal's writes fail wherever it grows past it.
    let all = Bench::ready(&[]);
    all.sheet_of_many(60);
    assert_eq!(all.run(&[]).code, 0);
    let targets = all.effects();
    let mut stopped_while_submitting = 0;
    for kib in [8, 400, 1000, 1700, 1800, 2000, 2200, 2400, 2600, 3000] {
        let bench = Bench::ready(&[]);
        bench.sheet_of_many(60);
        let mut command = Command::new("bash");
        bench.dress(&mut command);
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_unpromo")]).args(live(&["--lang", "en"]));
        let ran = Ran::from(command.output().expect("it ran"));
        let effects = bench.effects();
        assert!([0, 1].contains(&ran.code), "{kib} KiB: {}", ran.err);
        println!("{kib} KiB: exit {}, {effects} effects", ran.code);
        stopped_while_submitting += usize::from(ran.code == 1 && effects > 0);
        let job = bench.unpromo(&["jobs", "show", "1"]);
        if job.code != 0 {
            // Stopped before there was a job: then nothing can have been sent.
            assert_eq!(bench.sandbox.ledger().entries.len(), 0, "{kib} KiB: {}", job.err);
        } else if ran.code == 1 && effects < targets {
            goes_on_to_the_end(&bench, &format!("{kib} KiB"));
        }
        bench.assert_never_twice(&format!("{kib} KiB"));
    }
    assert!(stopped_while_submitting >= 2, "{stopped_while_submitting}");
}

#[test]
fn a_result_that_cannot_be_written_is_named_and_can_be_written_later() {
    let bench = Bench::new(&[]);
    let folder = bench.folder().join("small");
    let Some(disk) = Disk::mount(&folder) else { return };
    bench.add_shop();
    bench.sheet_of_many(20);
    for ending in ["xlsx", "csv", "jsonl"] {
        let result = folder.join(format!("result.{ending}"));
        fs::write(&result, "an earlier one").expect("written");
        let place = result.display().to_string();
        bench.sandbox.hold(Call::Lookup, When::After);
        let child = bench.start(&live(&["--new", "-o", &place]));
        wait(bench.sandbox.held(Call::Lookup, 1));
        disk.fill();
        bench.sandbox.release(Call::Lookup, None);
        let ran = Ran::end_of(child);
        assert_eq!(ran.code, 1, "{ending}: {}", ran.err);
        assert!(ran.err.contains(&place) && ran.err.contains("unpromo jobs export"), "{ending}: {}", ran.err);
        assert_eq!(fs::read_to_string(&result).expect("the earlier one"), "an earlier one", "{ending}");
        disk.empty();
        let job = ran.err.split("unpromo jobs export ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a job");
        let exported = bench.unpromo(&["jobs", "export", job, "-o", "result.jsonl"]);
        assert_eq!(exported.code, 0, "{}", exported.err);
        bench.assert_true(ending);
    }
    bench.assert_never_twice("unwritten results");
}

#[test]
fn a_result_whose_folder_is_gone_is_named_too() {
    let bench = Bench::ready(&[]);
    fs::create_dir(bench.desk().join("out")).expect("a folder");
    bench.sandbox.hold(Call::Submission, When::Before);
    let child = bench.start(&live(&["-o", "out/result.csv"]));
    wait(bench.sandbox.held(Call::Submission, 1));
    fs::remove_dir(bench.desk().join("out")).expect("removed");
    bench.sandbox.release(Call::Submission, None);
    let ran = Ran::end_of(child);
    assert_eq!((ran.code, bench.effects()), (1, 1), "{}", ran.err);
    assert!(ran.err.contains("out/result.csv") && ran.err.contains("unpromo jobs export 1"), "{}", ran.err);
}

#[test]
fn a_home_that_cannot_be_written_stops_before_anything_is_sent() {
    // A file where the folder should be.
    let bench = Bench::new(&[]);
    fs::write(bench.home(), "").expect("a file");
    bench.sheet(&[(SPU, CLEARANCE)]);
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains(&bench.home().display().to_string()) && ran.err.contains("UNPROMO_HOME"), "{}", ran.err);

    // A disk that was mounted read-only, with and without a journal on it.
    for has_journal in [false, true] {
        let bench = Bench::new(&[]);
        let Some(disk) = Disk::mount(&bench.home()) else { return };
        bench.make_ready();
        if has_journal {
            assert_eq!(bench.run(&["--dry-run"]).code, 0);
        }
        let before = bench.sandbox.ledger().entries.len();
        disk.remount("ro");
        let ran = bench.run(&[]);
        disk.remount("rw");
        assert_eq!((ran.code, bench.sandbox.ledger().entries.len()), (1, before), "{}", ran.err);
        assert!(ran.err.contains("journal.db") && ran.err.contains("UNPROMO_HOME"), "{has_journal}: {}", ran.err);
    }
}

#[test]
fn a_home_of_someone_else_is_not_written_either() {
    // Root is asked to be somebody else; where it is not root, its own rights are taken from it.
    let bench = Bench::ready(&[]);
    assert_eq!(bench.run(&["--dry-run"]).code, 0);
    let before = bench.sandbox.ledger().entries.len();
    let mode = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(bench.home(), fs::Permissions::from_mode(mode)).expect("set");
        fs::set_permissions(bench.journal(), fs::Permissions::from_mode(mode & 0o444)).expect("set");
    };
    let mut command = Command::new("setpriv");
    bench.dress(&mut command);
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_unpromo"), "jobs"]);
    mode(0o555);
    let ran = command.output().map(Ran::from);
    mode(0o755);
    match ran {
        Ok(ran) if !ran.err.contains("setpriv") && ran.code != 126 => {
            assert_eq!(ran.code, 1, "{}", ran.said());
        }
        _ => println!("skipped, nobody else can be asked"),
    }
    assert_eq!(bench.sandbox.ledger().entries.len(), before);
}
