//! A result on its way to its place: written beside it, then moved there in one step, or to the next free name.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ring::digest::{Context as Digest, SHA256};
use tempfile::{NamedTempFile, PersistError};

use super::place::Replaces;
use super::reserve::Place;
use super::{place, trouble};
use crate::error::{Error, Result};
use crate::failpoint::failpoint;
use crate::hex::hex;
use crate::text;
use crate::text::Text;

/// A result that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it stands.
    pub path: PathBuf,
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// Why it does not stand at the place that was reserved for it, and where it is.
    pub moved: Option<Text>,
}

/// A file that is being written. Dropped before it is put in place, it is gone.
pub(super) struct NewFile {
    place: Place,
    file: NamedTempFile,
    digest: Digest,
}

impl NewFile {
    /// An empty file on its way to a place.
    pub(super) fn new(place: Place, file: NamedTempFile) -> Self {
        Self { place, file, digest: Digest::new(&SHA256) }
    }

    pub(super) fn target(&self) -> &Path {
        &self.place.target
    }

    /// Makes the file durable and puts it in the target's place, in one step. Where that place is not to be had any more
    /// (opened in Excel, changed by hand, a folder now), it goes to the next free name beside it.
    pub(super) fn put_in_place(self) -> Result<Written> {
        let Self { place, file, digest } = self;
        let target = &place.target;
        let sha256 = hex(digest.finish().as_ref());
        let make_durable = || -> io::Result<()> {
            if let Some(earlier) = fs::metadata(target).ok().filter(is_open_to_change) {
                file.as_file().set_permissions(earlier.permissions())?;
            }
            file.as_file().sync_all()
        };
        make_durable().map_err(|error| trouble::cannot_write(target, &error))?;
        failpoint!("result.before_rename");
        let (path, moved) = match put_at(file, &place) {
            Ok(()) => (place.path, None),
            Err(refused) => {
                let (why, file) = *refused;
                let path = put_beside(file, target).ok_or_else(|| why.clone())?;
                let moved = not_replaced(&place.path, &why.what, &path);
                (path, Some(moved))
            }
        };
        failpoint!("result.after_rename");
        sync_folder(&place.folder);
        Ok(Written { path, sha256, moved })
    }
}

fn is_open_to_change(earlier: &fs::Metadata) -> bool {
    earlier.is_file() && !earlier.permissions().readonly()
}

/// Puts a finished file at its target; gives it back with what was in the way.
fn put_at(file: NamedTempFile, place: &Place) -> std::result::Result<(), Box<(Error, NamedTempFile)>> {
    if let Err(why) = place.check_still_free() {
        return Err(Box::new((why, file)));
    }
    let put = if place.replaces == Replaces::Nothing {
        put_new(file, &place.target)
    } else {
        file.persist(&place.target).map(drop)
    };
    put.map_err(|refused| Box::new((trouble::cannot_replace(&place.target, &refused.error), refused.file)))
}

/// Puts a finished file at the next free name beside a target; `None` where that does not work either.
fn put_beside(mut file: NamedTempFile, target: &Path) -> Option<PathBuf> {
    for path in place::further_names(target) {
        match put_new(file, &path) {
            Ok(()) => return Some(path),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => file = refused.file,
            Err(_) => return None,
        }
    }
    None
}

/// Puts a finished file where nothing is.
fn put_new(file: NamedTempFile, to: &Path) -> std::result::Result<(), PersistError> {
    match file.persist_noclobber(to) {
        // Some file systems cannot do it in one step.
        Err(refused) if refused.error.kind() != io::ErrorKind::AlreadyExists && place::is_absent(to) => {
            refused.file.persist(to).map(drop)
        }
        put => put.map(drop),
    }
}

/// An earlier file was left alone; where the result is instead.
pub(super) fn not_replaced(kept: &Path, why: &Text, path: &Path) -> Text {
    let (kept, path) = (trouble::name_of(kept), trouble::name_of(path));
    let Text { zh, en } = why;
    text!("没有覆盖 {kept}（{zh}）；这次的结果在 {path}", "{kept} was left alone ({en}); this result is in {path}")
}

/// The SHA-256 of a file, in hex.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut digest = Digest::new(&SHA256);
    let mut bytes = vec![0; 1 << 16];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(hex(digest.finish().as_ref())),
            read => digest.update(&bytes[..read]),
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.as_file_mut().write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Makes the new name survive a power cut. A file system that cannot do it has written the file all the same.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
}

/// Windows has no such call, and its file systems keep names in a log of their own.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) {}
