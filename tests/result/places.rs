//! Where a result is written, and what is found out before anything is sent.

use std::fs;
use std::path::Path;

use unpromo::error::{Error, Kind};
use unpromo::model::Status;
use unpromo::sheet::result::{Reservation, Written, default_place, job_of, sha256_of};
use unpromo::text::{Lang, Text};

use crate::support::{Folder, head, line, summary, write};

const NAMES: [&str; 3] = ["a.xlsx", "a.csv", "a.jsonl"];

fn refused(path: &Path) -> Error {
    Reservation::open(path, 10).expect_err("a refusal")
}

#[test]
fn trying_a_place_leaves_no_trace_and_an_earlier_file_as_it_was() {
    for name in NAMES {
        let folder = Folder::new();
        Reservation::open(&folder.file(name), 100_000).expect("a free place");
        assert!(folder.names().is_empty());
        fs::write(folder.file(name), "earlier").expect("written");
        Reservation::open(&folder.file(name), 1).expect("a place to overwrite");
        assert_eq!(fs::read(folder.file(name)).expect("the file"), b"earlier");
    }
}

#[test]
fn a_folder_in_the_way_is_a_usage_error() {
    let folder = Folder::new();
    fs::create_dir(folder.file("a.xlsx")).expect("a folder");
    let error = refused(&folder.file("a.xlsx"));
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.what.en.contains("is a folder") && error.what.zh.contains("是一个文件夹"));
}

#[test]
fn a_missing_folder_is_a_usage_error_that_names_it() {
    let folder = Folder::new();
    let error = refused(&folder.file("none").join("a.csv"));
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.what.en.contains("none does not exist"), "{error}");
}

#[test]
fn a_read_only_file_is_refused_and_kept() {
    let folder = Folder::new();
    let path = folder.file("a.xlsx");
    fs::write(&path, "earlier").expect("written");
    let mut permissions = fs::metadata(&path).expect("metadata").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("set");
    let error = refused(&path);
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.what.en.contains("read-only"), "{error}");
    assert_eq!(fs::read(&path).expect("the file"), b"earlier");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_found_out() {
    let error = refused(Path::new("/proc/a.xlsx"));
    assert!(error.what.en.contains("/proc/a.xlsx"), "{error}");
    let error = refused(Path::new("/sys/a.csv"));
    assert!(error.what.en.contains("/sys/a.csv"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_name_that_leads_to_a_device_is_refused() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("/dev/null", folder.file("a.csv")).expect("linked");
    assert!(refused(&folder.file("a.csv")).what.en.contains("not a regular file"));
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_stays_a_link() {
    let folder = Folder::new();
    fs::create_dir(folder.file("far")).expect("a folder");
    for (name, target) in [("a.csv", "far/there.csv"), ("b.csv", "far/new.csv")] {
        std::os::unix::fs::symlink(target, folder.file(name)).expect("linked");
    }
    fs::write(folder.file("far/there.csv"), "earlier").expect("written");
    for (name, target) in [("a.csv", "far/there.csv"), ("b.csv", "far/new.csv")] {
        write(&folder.file(name), Lang::Zh, &[line(2, Status::Submitted)]);
        assert!(folder.file(name).is_symlink());
        assert!(fs::read_to_string(folder.file(target)).expect("the file").contains("submitted"));
    }
}

#[test]
fn nothing_appears_before_the_end_and_a_dropped_result_leaves_the_earlier_one() {
    for name in NAMES {
        let folder = Folder::new();
        let path = folder.file(name);
        fs::write(&path, "earlier").expect("written");
        let reservation = Reservation::open(&path, 1).expect("a place");
        let mut writer = reservation.writer(&head(Lang::Zh)).expect("a writer");
        writer.line(&line(2, Status::Submitted)).expect("a line");
        assert_eq!(fs::read(&path).expect("the file"), b"earlier");
        drop(writer);
        assert_eq!(folder.names(), [name]);
        assert_eq!(fs::read(&path).expect("the file"), b"earlier");
    }
}

#[test]
fn a_result_can_be_written_again_over_itself() {
    for name in NAMES {
        let folder = Folder::new();
        let path = folder.file(name);
        write(&path, Lang::Zh, &[line(2, Status::Pending)]);
        let first = fs::read(&path).expect("the file");
        write(&path, Lang::Zh, &[line(2, Status::Submitted)]);
        assert_ne!(fs::read(&path).expect("the file"), first);
        assert_eq!(folder.names(), [name]);
    }
}

#[cfg(unix)]
#[test]
fn a_new_result_is_as_readable_as_any_document_and_an_old_one_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    let folder = Folder::new();
    fs::write(folder.file("plain"), "").expect("written");
    write(&folder.file("a.csv"), Lang::Zh, &[]);
    assert_eq!(mode(&folder.file("a.csv")), mode(&folder.file("plain")));
    fs::set_permissions(folder.file("a.csv"), fs::Permissions::from_mode(0o640)).expect("set");
    write(&folder.file("a.csv"), Lang::Zh, &[]);
    assert_eq!(mode(&folder.file("a.csv")), 0o640);
}

#[test]
fn a_folder_that_vanished_meanwhile_ends_in_words_that_name_the_way_out() {
    for name in NAMES {
        let folder = Folder::new();
        fs::create_dir(folder.file("sub")).expect("a folder");
        let path = folder.file("sub").join(name);
        let reservation = Reservation::open(&path, 1).expect("a place");
        let writer = reservation.writer(&head(Lang::Zh)).expect("a writer");
        fs::remove_dir_all(folder.file("sub")).expect("removed");
        let error = writer.finish(&summary(&[])).expect_err("nowhere to write");
        let next = error.next.expect("what to do");
        assert!(next.en.contains("unpromo jobs export 12 -o FILE"), "{}", next.en);
        assert!(next.zh.contains("unpromo jobs export 12 -o"), "{}", next.zh);
    }
}

/// Writes a result and gives what became of it.
fn finished(reservation: &Reservation, meanwhile: impl FnOnce()) -> Written {
    let mut writer = reservation.writer(&head(Lang::Zh)).expect("a writer");
    writer.line(&line(2, Status::Submitted)).expect("a line");
    meanwhile();
    writer.finish(&summary(&[])).expect("written")
}

#[test]
fn a_result_whose_place_is_lost_meanwhile_takes_the_next_free_name_and_says_why() {
    for (name, next) in [("a.xlsx", "a.3.xlsx"), ("a.csv", "a.3.csv"), ("a.jsonl", "a.3.jsonl")] {
        for is_folder in [true, false] {
            let folder = Folder::new();
            let path = folder.file(name);
            fs::write(folder.file(&next.replace('3', "2")), "another").expect("written");
            let written = finished(&Reservation::open(&path, 1).expect("a place"), || {
                if is_folder {
                    fs::create_dir(&path).expect("a folder");
                } else {
                    fs::write(&path, "guarded").expect("written");
                    let mut permissions = fs::metadata(&path).expect("metadata").permissions();
                    permissions.set_readonly(true);
                    fs::set_permissions(&path, permissions).expect("set");
                }
            });
            assert_eq!(written.path, folder.file(next));
            assert_eq!(written.sha256, sha256_of(&written.path).expect("read"));
            assert!(!fs::metadata(&written.path).expect("metadata").permissions().readonly());
            let why = written.moved.expect("why");
            let reason = if is_folder { "is a folder" } else { "is read-only" };
            assert!(why.en.contains(reason) && why.en.ends_with(next) && why.zh.contains("这次的结果在"), "{why:?}");
            assert_eq!(folder.names().len(), 3, "nothing else is left: {:?}", folder.names());
        }
    }
}

#[test]
fn a_result_at_its_usual_place_replaces_only_what_may_be() {
    let folder = Folder::new();
    let sheet = folder.file("weekly.xlsx");
    let usual = folder.file("weekly.result.xlsx");
    let open = |may_replace: bool| {
        let judge = |path: &Path| {
            if may_replace { Ok(sha256_of(path).expect("read")) } else { Err(Text::verbatim("not mine")) }
        };
        Reservation::open_default(default_place(&sheet, &judge), 1).expect("a place")
    };
    assert_eq!(finished(&open(false), || ()).path, usual);
    let replaced = finished(&open(true), || ());
    assert_eq!((replaced.path, replaced.moved), (usual.clone(), None));
    let beside = open(false);
    assert!(beside.note().expect("why").en.contains("weekly.result.xlsx was left alone (not mine)"));
    assert_eq!(beside.path(), folder.file("weekly.result.2.xlsx"));
    // Changed by hand while the job ran: what the person did stays.
    let moved = finished(&open(true), || fs::write(&usual, "by hand").expect("written"));
    assert_eq!(moved.path, folder.file("weekly.result.2.xlsx"));
    assert!(moved.moved.expect("why").en.contains("was changed while the job was running"));
    assert_eq!(fs::read(&usual).expect("the file"), b"by hand");
    // And where nothing was, what appeared meanwhile stays.
    let third = folder.file("weekly.result.3.xlsx");
    let moved = finished(&open(false), || fs::write(&third, "another's").expect("written"));
    assert_eq!(moved.path, folder.file("weekly.result.4.xlsx"));
    assert_eq!(fs::read(&third).expect("the file"), b"another's");
}

#[test]
fn a_workbook_names_its_job() {
    let folder = Folder::new();
    let path = folder.file("weekly.result.xlsx");
    write(&path, Lang::Zh, &[]);
    assert_eq!(job_of(&path).as_deref(), Some("job-12@0f3c"));
}

/// A disk of a few hundred KiB, as far as one process can tell: no file of it may grow larger.
#[cfg(unix)]
fn on_a_small_disk(path: &Path) -> String {
    // Ignored, the signal for it becomes the error that a full disk would be.
    let script = r#"trap "" XFSZ; ulimit -f 500; exec "$0" --ignored --exact places::fill_the_disk"#;
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(script).arg(std::env::current_exe().expect("this test")).env("RESULT", path);
    let output = shell.output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

#[cfg(unix)]
#[test]
#[ignore = "runs on the small disk of the test below"]
fn fill_the_disk() {
    let path = std::path::PathBuf::from(std::env::var_os("RESULT").expect("RESULT: the file to write"));
    let error = Reservation::open(&path, 1_000_000).expect_err("no room for a million rows");
    assert_eq!(error.kind, Kind::Internal);
    assert!(error.what.en.contains("not enough room on the disk"), "{error}");
    let mut writer = Reservation::open(&path, 10).expect("room for ten").writer(&head(Lang::Zh)).expect("a writer");
    let told = summary(&[]);
    let failed = (0..20_000).find_map(|row| writer.line(&line(row, Status::Submitted)).err());
    let error = failed.or_else(|| writer.finish(&told).err()).expect("no room for twenty thousand");
    assert!(error.what.en.contains("not enough room on the disk"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_is_an_error_that_keeps_the_earlier_result() {
    for name in NAMES {
        let folder = Folder::new();
        fs::write(folder.file(name), "earlier").expect("written");
        let said = on_a_small_disk(&folder.file(name));
        assert!(said.contains("1 passed") && !said.contains("panicked"), "{said}");
        assert_eq!(folder.names(), [name]);
        assert_eq!(fs::read(folder.file(name)).expect("the file"), b"earlier");
    }
}
