//! The shop file on disk: private from its first byte, and replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::text;

/// Far more than any number of logins needs.
const MOST_BYTES: u64 = 64 << 20;

/// The file's text; `None` where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<String>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_read(path, &error)),
    };
    refuse_if_shared(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    Read::by_ref(&mut file).take(MOST_BYTES).read_to_string(&mut text).map_err(|error| cannot_read(path, &error))?;
    Ok(Some(text))
}

#[cfg(unix)]
fn refuse_if_shared(path: &Path, file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|error| cannot_read(path, &error))?.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Error::new(
        crate::error::Kind::Credentials,
        text!(
            "{path}:其他用户也能读写这个文件(权限 {mode:03o}),里面是登录信息,因此不使用",
            "{path}: other users can read or write this file (mode {mode:03o}), and it holds logins, so it is not used"
        ),
    )
    .next(text!(
        "运行 chmod 600 '{path}';如果怀疑已被他人读取,请退出登录后重新添加店铺",
        "run: chmod 600 '{path}' -- and if somebody may have read it, log out and add the shops again"
    )))
}

/// Windows has no twin of the mode: the file lies under the user's profile, which other users cannot
/// read unless somebody has given them the right.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the twin of the unix one")]
fn refuse_if_shared(_path: &Path, _file: &File) -> Result<()> {
    Ok(())
}

/// Puts new text in the file's place. The caller holds the lock of the file.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    // Where the file is a link, what it points to is replaced, and the link stays.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let fresh = path.with_extension("toml.new");
    let written = write_fresh(&fresh, text).and_then(|()| fs::rename(&fresh, path)).and_then(|()| sync_folder(path));
    if let Err(error) = written {
        // What is left of it holds logins too.
        let _ = fs::remove_file(&fresh);
        let path = path.display();
        return Err(Error::internal(text!("无法写入 {path}:{error}", "cannot write {path}: {error}")).next(text!(
            "请检查磁盘空间与目录权限;原来的内容没有改变",
            "check the disk's space and the folder's rights; what was there before is unchanged"
        )));
    }
    Ok(())
}

fn write_fresh(path: &PathBuf, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A rename is durable once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the twin of the unix one")]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Keeps other processes from changing the file until it is dropped.
pub(super) fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("shops.lock");
    let locked = OpenOptions::new().create(true).truncate(false).write(true).open(&path).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    locked.map_err(|error| {
        let path = path.display();
        Error::internal(text!("无法锁定 {path}:{error}", "cannot lock {path}: {error}")).next(text!(
            "请检查该目录的权限,以及它是否在网络盘上",
            "check the folder's rights, and that it is not on a network drive"
        ))
    })
}

fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::new(crate::error::Kind::Credentials, text!("无法读取 {path}:{error}", "cannot read {path}: {error}"))
        .next(text!("请检查该文件的权限", "check the file's rights"))
}
