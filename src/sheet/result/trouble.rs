//! What can go wrong with a result file, in words that say what to do.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Error;
use crate::plain::shown;
use crate::text::Text;

/// A path, as a message shows it.
pub(super) fn name_of(path: &Path) -> String {
    shown(&path.to_string_lossy()).into_owned()
}

/// The result's folder does not exist, or is none.
pub(super) fn no_folder(folder: &Path) -> Error {
    let folder = name_of(folder);
    Error::usage(crate::text!("结果文件所在的文件夹 {folder} 不存在", "the result's folder {folder} does not exist"))
        .next(crate::text!("先建好这个文件夹,或用 -o 换一个位置", "make that folder, or name another place with -o"))
}

/// The result would stand where something stands that is not a file.
pub(super) fn not_a_file(path: &Path, is_folder: bool) -> Error {
    let path = name_of(path);
    let what = if is_folder {
        crate::text!("结果文件 {path} 是一个文件夹", "the result file {path} is a folder")
    } else {
        crate::text!("结果文件 {path} 不是普通文件", "the result file {path} is not a regular file")
    };
    Error::usage(what).next(crate::text!("用 -o 指定一个文件名", "name a file with -o"))
}

/// The earlier file may not be changed.
pub(super) fn read_only(path: &Path) -> Error {
    let path = name_of(path);
    Error::usage(crate::text!("结果文件 {path} 是只读的", "the result file {path} is read-only"))
        .next(crate::text!("去掉只读属性,或用 -o 换一个文件名", "make it writable, or name another file with -o"))
}

/// A file cannot be written, made durable, or put in place.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let name = name_of(path);
    if is_open_elsewhere(error) {
        return open_elsewhere(path);
    }
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => full(path, error),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::usage(crate::text!(
            "没有权限写结果文件 {name}:{error}",
            "no right to write the result file {name}: {error}"
        ))
        .next(crate::text!("用 -o 换一个可以写的位置", "name a place that can be written to with -o")),
        _ => Error::internal(crate::text!(
            "写不了结果文件 {name}:{error}",
            "cannot write the result file {name}: {error}"
        ))
        .next(crate::text!("检查磁盘,或用 -o 换一个位置", "check the disk, or name another place with -o")),
    }
}

/// What is at the place is not what was there when the run began.
pub(super) fn changed_meanwhile(path: &Path) -> Error {
    let name = name_of(path);
    Error::internal(crate::text!("任务执行期间 {name} 被改动过", "{name} was changed while the job was running"))
}

/// The finished file cannot take the place of the earlier one.
pub(super) fn cannot_replace(path: &Path, error: &io::Error) -> Error {
    // Windows says "access denied" where another program keeps the earlier file open.
    if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied {
        return open_elsewhere(path);
    }
    cannot_write(path, error)
}

/// The same trouble after a run: what was sent stays known, and the result can be written again.
pub(super) fn after_a_run(error: Error, job: i64) -> Error {
    let again = crate::text!(
        "。任务记录没有丢:随后运行 unpromo jobs export {job} -o 文件 就能重新写出结果",
        ". Nothing is lost: then write the result again with: unpromo jobs export {job} -o FILE"
    );
    let next = error.next.clone().unwrap_or_default();
    error.next(Text { zh: next.zh + &again.zh, en: next.en + &again.en })
}

fn open_elsewhere(path: &Path) -> Error {
    let name = name_of(path);
    Error::usage(crate::text!(
        "结果文件 {name} 正被另一个程序(多半是 Excel)打开,写不进去",
        "the result file {name} is open in another program (Excel, most likely) and cannot be written"
    ))
    .next(crate::text!("关闭它后再来一次,或用 -o 换一个文件名", "close it and try again, or name another file with -o"))
}

fn full(path: &Path, error: &io::Error) -> Error {
    let name = name_of(path);
    Error::internal(crate::text!(
        "磁盘空间不够写结果文件 {name}:{error}",
        "not enough room on the disk for the result file {name}: {error}"
    ))
    .next(crate::text!("腾出磁盘空间,或用 -o 换一个位置", "make room on the disk, or name another place with -o"))
}

/// Windows: another program has the file open and shares neither writing nor replacing.
#[cfg(windows)]
fn is_open_elsewhere(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    const USER_MAPPED_FILE: i32 = 1224;
    matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION | USER_MAPPED_FILE))
}

/// Elsewhere an open file can be written and replaced.
#[cfg(not(windows))]
fn is_open_elsewhere(error: &io::Error) -> bool {
    error.kind() == ErrorKind::ExecutableFileBusy
}
