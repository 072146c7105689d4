//! Which file a path leads to, whatever its name: what tells the file that was opened from another one in its place.

use std::io;
use std::path::Path;

/// A file, as its file system knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    /// The device or volume that it is on.
    pub volume: u64,
    /// Its number there.
    pub number: u64,
    /// How many names it has.
    pub links: u64,
}

impl FileId {
    /// The file that a path leads to now.
    #[cfg(unix)]
    pub fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        // Not by opening it: SQLite's locks go when any handle of the process to the file is closed.
        let metadata = std::fs::metadata(path)?;
        Ok(Self { volume: metadata.dev(), number: metadata.ino(), links: metadata.nlink() })
    }

    /// The file that a path leads to now.
    #[cfg(windows)]
    pub fn of(path: &Path) -> io::Result<Self> {
        let handle = winapi_util::Handle::from_path_any(path)?;
        let known = winapi_util::file::information(&handle)?;
        Ok(Self { volume: known.volume_serial_number(), number: known.file_index(), links: known.number_of_links() })
    }

    /// Whether both are the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.volume, self.number) == (other.volume, other.number)
    }
}

#[cfg(test)]
mod tests {
    use super::FileId;

    #[test]
    fn a_file_is_itself_under_another_name_and_another_one_in_its_place_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        std::fs::write(&first, "1").expect("a file");
        let id = FileId::of(&first).expect("an id");
        std::fs::hard_link(&first, &second).expect("a link");
        let linked = FileId::of(&second).expect("an id");
        assert!(id.is_same(&linked) && (id.links, linked.links) == (1, 2));
        std::fs::remove_file(&first).expect("removed");
        std::fs::write(&first, "1").expect("another file");
        assert!(!id.is_same(&FileId::of(&first).expect("an id")));
    }
}
