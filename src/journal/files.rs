//! The files of an open journal: whether they are still where they were opened.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::identity::FileId;
use crate::text;
use crate::text::Text;

/// What SQLite adds to the journal's name for its log and its locks. On Windows nobody can delete, rename or replace
/// a file that SQLite has open, so there is nothing to look at.
const ENDINGS: &[&str] = if cfg!(windows) { &[] } else { &["", "-wal", "-shm"] };

/// The files as they were when the journal was opened.
#[derive(Debug)]
pub(super) struct Files {
    journal: PathBuf,
    opened: Vec<(PathBuf, FileId)>,
}

impl Files {
    /// The files of a journal that is open and has its tables.
    pub fn of(journal: &Path) -> Result<Self> {
        // The log and the locks are beside the file itself, wherever links to it are.
        let real = std::fs::canonicalize(journal).map_err(|why| lost(journal, &missing(journal, &why)))?;
        let opened = ENDINGS.iter().map(|ending| {
            let mut path = if ending.is_empty() { journal } else { &real }.as_os_str().to_owned();
            path.push(ending);
            let path = PathBuf::from(path);
            let id = FileId::of(&path).map_err(|why| lost(journal, &missing(&path, &why)))?;
            Ok((path, id))
        });
        Ok(Self { journal: journal.to_owned(), opened: opened.collect::<Result<_>>()? })
    }

    /// Whether each file is still the one that was opened. What is written into one that is not is never read again.
    pub fn check(&self) -> Result<()> {
        for (path, opened) in &self.opened {
            match FileId::of(path) {
                Ok(found) if found.is_same(opened) => {}
                Ok(_) => {
                    let path = path.display();
                    return Err(lost(&self.journal, &text!("{path} 已经是另一个文件", "{path} is another file now")));
                }
                Err(why) => return Err(lost(&self.journal, &missing(path, &why))),
            }
        }
        Ok(())
    }
}

fn missing(path: &Path, why: &io::Error) -> Text {
    let path = path.display();
    text!("找不到 {path}：{why}", "{path}: {why}")
}

fn lost(journal: &Path, why: &Text) -> Error {
    let journal = journal.display();
    let what = text!(
        "记录文件 {journal} 在运行中被删除、移走或替换，已停止，不再提交任何内容：",
        "the journal {journal} was deleted, moved or replaced while it was in use; nothing more is sent: "
    );
    Error::internal(what.then(why)).next(text!(
        "请把原来的文件放回原处，再运行 unpromo resume",
        "put the file back where it was, then run unpromo resume"
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use super::Files;
    use crate::journal::Journal;

    #[test]
    fn each_of_the_files_is_missed_and_another_one_in_its_place_is_seen() {
        for ending in ["", "-wal", "-shm"] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("journal.db");
            let _journal = Journal::open(&path).expect("a journal");
            let files = Files::of(&path).expect("files");
            files.check().expect("as opened");
            let file = folder.path().join(format!("journal.db{ending}"));
            std::fs::rename(&file, folder.path().join("away")).expect("moved");
            assert!(files.check().is_err(), "{ending}: gone");
            std::fs::copy(folder.path().join("away"), &file).expect("copied");
            assert!(files.check().is_err(), "{ending}: a copy");
            std::fs::rename(folder.path().join("away"), &file).expect("moved");
            files.check().expect("back");
        }
    }
}
