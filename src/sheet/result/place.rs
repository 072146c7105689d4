//! Where a result stands.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// More results of one sheet than this is no real folder; the last name is then tried, and found to be taken.
const MOST: u64 = 10_000;

/// Where the result of a sheet stands unless the user says otherwise: `weekly.result.xlsx` beside `weekly.xlsx`.
///
/// Where something else stands there already, the name gets a number: `weekly.result.2.xlsx`. A file that
/// `is_mine` (the result of the same job, written earlier) is used again. A result that is handed in as a sheet
/// is never its own result.
#[must_use]
pub fn default_path(sheet: &Path, is_mine: &dyn Fn(&Path) -> bool) -> PathBuf {
    let stem = base_of(sheet.file_stem().unwrap_or(OsStr::new("sheet")));
    let candidate = |number: u64| {
        let mut name = stem.clone();
        name.push(if number == 1 { ".result.xlsx".to_owned() } else { format!(".result.{number}.xlsx") });
        sheet.with_file_name(name)
    };
    let is_free = |path: &Path| {
        let is_absent = matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound);
        is_absent || (!is_same_file(path, sheet) && is_mine(path))
    };
    (1..MOST).map(candidate).find(|path| is_free(path)).unwrap_or_else(|| candidate(MOST))
}

/// Whether two paths lead to the same existing file.
#[must_use]
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The stem without the `.result` or `.result.3` of an earlier result.
fn base_of(stem: &OsStr) -> OsString {
    let Some(text) = stem.to_str() else {
        return stem.to_owned();
    };
    let unnumbered = match text.rsplit_once('.') {
        Some((head, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => head,
        _ => text,
    };
    for name in [unnumbered, text] {
        match name.len().checked_sub(".result".len()).and_then(|at| name.split_at_checked(at)) {
            Some((base, ending)) if !base.is_empty() && ending.eq_ignore_ascii_case(".result") => return base.into(),
            _ => {}
        }
    }
    stem.to_owned()
}

/// The file that a path leads to through symbolic links, whether or not it exists.
pub(super) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => {
                let to = fs::read_link(&path)?;
                path = match path.parent() {
                    Some(folder) => folder.join(to),
                    None => to,
                };
            }
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::{behind_links, default_path};
    use std::fs;
    use std::path::Path;

    fn name_of(folder: &Path, sheet: &str, is_mine: &dyn Fn(&Path) -> bool) -> String {
        let path = default_path(&folder.join(sheet), is_mine);
        assert_eq!(path.parent(), Some(folder));
        path.file_name().expect("a name").to_string_lossy().into_owned()
    }

    #[test]
    fn a_result_stands_beside_its_sheet() {
        let folder = tempfile::tempdir().expect("a folder");
        for (sheet, result) in [
            ("weekly.xlsx", "weekly.result.xlsx"),
            ("周报.csv", "周报.result.xlsx"),
            ("2025.09.01.xls", "2025.09.01.result.xlsx"),
            ("noending", "noending.result.xlsx"),
            (".result.xlsx", ".result.result.xlsx"),
            ("a.Result.xlsx", "a.result.xlsx"),
            ("a.result.12.xlsx", "a.result.xlsx"),
        ] {
            assert_eq!(name_of(folder.path(), sheet, &|_| false), result, "{sheet}");
        }
    }

    #[test]
    fn the_result_of_another_job_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("weekly.result.xlsx"), "another job's").expect("written");
        assert_eq!(name_of(folder.path(), "weekly.xlsx", &|_| false), "weekly.result.2.xlsx");
        fs::write(folder.path().join("weekly.result.2.xlsx"), "mine").expect("written");
        let is_mine = |path: &Path| fs::read(path).is_ok_and(|text| text == b"mine");
        assert_eq!(name_of(folder.path(), "weekly.xlsx", &is_mine), "weekly.result.2.xlsx");
        assert_eq!(name_of(folder.path(), "weekly.xlsx", &|_| false), "weekly.result.3.xlsx");
    }

    #[test]
    fn a_result_handed_in_is_not_its_own_result() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("weekly.result.xlsx"), "").expect("written");
        assert_eq!(name_of(folder.path(), "weekly.result.xlsx", &|_| true), "weekly.result.2.xlsx");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_also_where_they_lead_nowhere_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link, second, ring] =
            ["real.xlsx", "link.xlsx", "second.xlsx", "ring"].map(|n| folder.path().join(n));
        std::os::unix::fs::symlink("real.xlsx", &link).expect("linked");
        std::os::unix::fs::symlink(&link, &second).expect("linked");
        std::os::unix::fs::symlink(&ring, &ring).expect("linked");
        assert_eq!(behind_links(&second).expect("followed"), real);
        assert_eq!(behind_links(&real).expect("followed"), real);
        assert!(behind_links(&ring).is_err());
    }
}
