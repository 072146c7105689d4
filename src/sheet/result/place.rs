//! Where a result stands.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::text::Text;

/// More results of one sheet than this is no real folder; the last name is then tried, and found to be taken.
const MOST: u64 = 10_000;

/// Where the result of a sheet goes unless the user says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPlace {
    /// The path: `weekly.result.xlsx` beside `weekly.xlsx`, or with a number: `weekly.result.2.xlsx`.
    pub path: PathBuf,
    /// What may be replaced there.
    pub replaces: Replaces,
    /// The first earlier file that keeps its name, and why.
    pub kept: Option<(PathBuf, Text)>,
}

/// Which earlier file a result may replace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Replaces {
    /// Whatever is there: the user named the place.
    #[default]
    Any,
    /// None: nothing is there.
    Nothing,
    /// The one whose content has this SHA-256, in hex.
    Content(String),
}

/// Finds the place for the result of a sheet where the user names none.
///
/// An earlier file is replaced only where `may_replace` gives its content's SHA-256; it says why otherwise, and the
/// name gets a number. A result that is handed in as a sheet is never its own result.
#[must_use]
pub fn default_place(sheet: &Path, may_replace: &dyn Fn(&Path) -> Result<String, Text>) -> DefaultPlace {
    let stem = base_of(sheet.file_stem().unwrap_or(OsStr::new("sheet")));
    let mut kept = None;
    let mut path = PathBuf::new();
    for number in 1..=MOST {
        let mut name = stem.clone();
        name.push(if number == 1 { ".result.xlsx".to_owned() } else { format!(".result.{number}.xlsx") });
        path = sheet.with_file_name(name);
        if is_absent(&path) {
            return DefaultPlace { path, replaces: Replaces::Nothing, kept };
        }
        if is_same_file(&path, sheet) {
            continue;
        }
        match may_replace(&path) {
            Ok(sha256) => return DefaultPlace { path, replaces: Replaces::Content(sha256), kept },
            Err(why) => {
                kept.get_or_insert_with(|| (path.clone(), why));
            }
        }
    }
    DefaultPlace { path, replaces: Replaces::Nothing, kept }
}

/// The names that a result may take where its own is not to be had: `done.2.csv`, `done.3.csv` and so on for
/// `done.csv`; from `week.result.3.xlsx` on for `week.result.2.xlsx`.
pub(super) fn further_names(path: &Path) -> impl Iterator<Item = PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let (base, first) = match stem.rsplit_once('.').map(|(base, last)| (base, last.parse::<u64>())) {
        Some((base, Ok(number))) if base.to_lowercase().ends_with(".result") => {
            (base.to_owned(), number.saturating_add(1))
        }
        _ => (stem, 2),
    };
    let path = path.to_owned();
    (first..first.saturating_add(MOST)).map(move |number| path.with_file_name(format!("{base}.{number}.{ending}")))
}

/// Whether nothing is at a path.
pub(super) fn is_absent(path: &Path) -> bool {
    matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
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
    use super::{Replaces, behind_links, default_place, further_names};
    use crate::text;
    use crate::text::Text;
    use std::fs;
    use std::path::Path;

    fn never(_: &Path) -> Result<String, Text> {
        Err(text!("别的任务的", "another job's"))
    }

    fn name_of(path: &Path) -> String {
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
            let place = default_place(&folder.path().join(sheet), &never);
            assert_eq!(place.path, folder.path().join(result), "{sheet}");
            assert_eq!((place.replaces, place.kept), (Replaces::Nothing, None));
        }
    }

    #[test]
    fn only_what_may_be_replaced_is_and_the_first_that_is_kept_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let sheet = folder.path().join("weekly.xlsx");
        fs::write(folder.path().join("weekly.result.xlsx"), "another job's").expect("written");
        let place = default_place(&sheet, &never);
        assert_eq!(name_of(&place.path), "weekly.result.2.xlsx");
        assert_eq!(place.kept.map(|(path, _)| name_of(&path)).as_deref(), Some("weekly.result.xlsx"));
        for number in [2, 3] {
            fs::write(folder.path().join(format!("weekly.result.{number}.xlsx")), "mine").expect("written");
        }
        let mine = |path: &Path| match fs::read(path) {
            Ok(text) if text == b"mine" => Ok("hash".to_owned()),
            _ => never(path),
        };
        let place = default_place(&sheet, &mine);
        assert_eq!(name_of(&place.path), "weekly.result.2.xlsx");
        assert_eq!(place.replaces, Replaces::Content("hash".to_owned()));
        assert_eq!(name_of(&default_place(&sheet, &never).path), "weekly.result.4.xlsx");
    }

    #[test]
    fn a_result_handed_in_is_not_its_own_result() {
        let folder = tempfile::tempdir().expect("a folder");
        let sheet = folder.path().join("weekly.result.xlsx");
        fs::write(&sheet, "").expect("written");
        let place = default_place(&sheet, &|_| Ok(String::new()));
        assert_eq!(name_of(&place.path), "weekly.result.2.xlsx");
        assert_eq!(place.kept, None, "that needs no words");
    }

    #[test]
    fn further_names_count_on() {
        for (name, next) in [
            ("done.csv", ["done.2.csv", "done.3.csv"]),
            ("2025.09.01.csv", ["2025.09.01.2.csv", "2025.09.01.3.csv"]),
            ("week.result.xlsx", ["week.result.2.xlsx", "week.result.3.xlsx"]),
            ("week.result.2.xlsx", ["week.result.3.xlsx", "week.result.4.xlsx"]),
        ] {
            let names: Vec<String> = further_names(Path::new(name)).take(2).map(|path| name_of(&path)).collect();
            assert_eq!(names, next);
        }
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
