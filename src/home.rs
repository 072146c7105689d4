//! Where unpromo keeps its state: one folder a user.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::error::{Error, Result};
use crate::text;

/// The variable that names another folder.
pub const HOME_VARIABLE: &str = "UNPROMO_HOME";

/// The folder of the journal, the shop file and the locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// The folder named by `UNPROMO_HOME`, or else the system's data folder for the user:
    /// `~/.local/share/unpromo`, `~/Library/Application Support/unpromo`, `%LOCALAPPDATA%\unpromo`.
    /// It is created, for the user alone, where it does not exist.
    ///
    /// # Errors
    /// When the user has no home folder, or the folder cannot be made.
    pub fn find() -> Result<Self> {
        match env::var_os(HOME_VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Self::at(PathBuf::from(path)),
            None => Self::at(system_data_folder()?.join("unpromo")),
        }
    }

    /// A folder of one's own choice, created for the user alone where it does not exist.
    ///
    /// # Errors
    /// When the folder cannot be made, or is a file.
    pub fn at(path: impl AsRef<Path>) -> Result<Self> {
        let given = path.as_ref();
        let path = std::path::absolute(given).map_err(|error| cannot_make(given, &error))?;
        make_private_folder(&path)?;
        Ok(Self { path })
    }

    /// The folder itself, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal's database.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.db")
    }

    /// The file with the shops and their credentials.
    #[must_use]
    pub fn shops(&self) -> PathBuf {
        self.path.join("shops.toml")
    }

    /// The folder of the lock files, beside the journal's own file, wherever links to it are. It may not exist yet:
    /// [`make_locks`](Self::make_locks).
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        let journal = fs::canonicalize(self.journal()).ok();
        journal.as_deref().and_then(Path::parent).unwrap_or(&self.path).join("locks")
    }

    /// The folders of the accounts' locks: beside the journal, and the one that all of the user's journals share, where
    /// it can be made.
    ///
    /// # Errors
    /// When the first cannot be made.
    pub fn account_locks(&self) -> Result<Vec<PathBuf>> {
        let own = self.make_locks()?;
        let shared = system_data_folder().map(|data| data.join("unpromo").join("locks"));
        let shared = shared.ok().filter(|shared| make_private_folder(shared).is_ok());
        let is_own = |shared: &PathBuf| fs::canonicalize(shared).ok() == fs::canonicalize(&own).ok();
        let shared = shared.filter(|shared| !is_own(shared));
        Ok(std::iter::once(own).chain(shared).collect())
    }

    /// Makes the folder of the lock files where it does not exist, and names it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_locks(&self) -> Result<PathBuf> {
        let locks = self.locks();
        make_private_folder(&locks)?;
        Ok(locks)
    }
}

/// The folder in which programs keep data for this user on this machine.
fn system_data_folder() -> Result<PathBuf> {
    let strategy = etcetera::base_strategy::choose_native_strategy().map_err(|_| {
        Error::internal(text!(
            "找不到当前用户的主目录,无法确定数据目录",
            "this user has no home folder, so there is no place for unpromo's data"
        ))
        .next(text!("请用环境变量 {HOME_VARIABLE} 指定一个目录", "name a folder in the variable {HOME_VARIABLE}"))
    })?;
    // On Windows the "data" folder roams: it may lie on a server, where the journal's locks do not hold.
    Ok(if cfg!(windows) { strategy.cache_dir() } else { strategy.data_dir() })
}

fn make_private_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    // Windows has no twin of the mode; there the folder is under the user's profile, which other users
    // cannot read.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| cannot_make(path, &error))
}

fn cannot_make(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::internal(text!("无法创建数据目录 {path}:{error}", "cannot make the folder {path}: {error}")).next(text!(
        "请检查路径与权限,或用环境变量 {HOME_VARIABLE} 另指定一个目录",
        "check the path and its rights, or name another folder in the variable {HOME_VARIABLE}"
    ))
}

#[cfg(test)]
mod tests {
    use super::Home;

    #[test]
    fn a_new_folder_is_for_the_user_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().join("a/b")).expect("a home");
        let locks = home.make_locks().expect("locks");
        assert!(home.path().is_absolute() && locks.is_dir());
        assert!(home.journal().starts_with(home.path()) && home.shops().starts_with(home.path()));
        #[cfg(unix)]
        for made in [home.path(), locks.as_path()] {
            use std::os::unix::fs::PermissionsExt;
            let mode = made.metadata().expect("metadata").permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", made.display());
        }
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, "").expect("a file");
        let error = Home::at(&path).expect_err("a file is no home");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
}
