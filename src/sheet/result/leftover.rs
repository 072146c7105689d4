//! Files on their way to becoming a result, and those that a process left behind when it was killed.
//!
//! Each is locked by the process that writes it, and the system gives the lock back however that process ends. So
//! what can be locked by another is nobody's any more. No clock and no process number is asked: both can deceive.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

const PREFIX: &str = ".unpromo-";
const SUFFIX: &str = ".tmp";
/// Between its making and its lock a file can be taken for one that was left behind; so often it is made anew.
const TRIES: u32 = 10;

/// A new file in a folder, locked by this process for as long as it is open.
pub(super) fn new_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // As any new document: what the user's umask leaves, not for the owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    for _ in 0..TRIES {
        let file = builder.tempfile_in(folder)?;
        // Where a file system knows no locks nobody else gets one either, and nothing is ever removed.
        if file.as_file().lock().is_err() || fs::symlink_metadata(file.path()).is_ok() {
            return Ok(file);
        }
    }
    Err(io::Error::other("a file that was just made is gone"))
}

/// Removes what killed processes left behind in a folder. What cannot be removed harms nobody.
pub(super) fn remove_all(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = remove(&entry.path());
        }
    }
}

/// Removes a file unless a process writes it.
fn remove(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    file.try_lock()?;
    // Under the lock: whoever has just made it finds it gone once the lock is theirs.
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::{new_temporary, remove_all};
    use std::fs;
    use std::path::Path;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_nobody_writes_any_more_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = [".unpromo-notes.txt", "a.tmp", "week.xlsx"];
        for name in [".unpromo-a1b2c3.tmp", ".unpromo-.tmp"].iter().chain(&kept) {
            fs::write(folder.path().join(name), "left behind").expect("written");
        }
        fs::create_dir(folder.path().join(".unpromo-folder.tmp")).expect("made");
        remove_all(folder.path());
        assert_eq!(names(folder.path()), [".unpromo-folder.tmp", kept[0], kept[1], kept[2]]);
        remove_all(&folder.path().join("none"));
    }

    #[test]
    fn what_is_being_written_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = new_temporary(folder.path()).expect("a file");
        remove_all(folder.path());
        assert!(file.path().exists());
        // As a kill does: the file is closed, and stays.
        let (_, path) = file.into_parts();
        let left = path.keep().expect("kept");
        remove_all(folder.path());
        assert!(!left.exists());
    }

    #[test]
    fn makers_and_removers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let file = new_temporary(folder.path()).expect("a file");
                        remove_all(folder.path());
                        assert!(file.path().exists());
                    }
                });
            }
        });
        assert!(names(folder.path()).is_empty());
    }
}
