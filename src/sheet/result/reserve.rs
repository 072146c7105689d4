//! A place for a result, tried before anything is sent, and filled in one step.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::layout::Layout;
use super::new_file::{NewFile, not_replaced, sha256_of};
use super::place::{DefaultPlace, Replaces};
use super::{Format, ResultHead, ResultWriter, csv, jsonl, leftover, place, trouble, xlsx};
use crate::error::Result;
use crate::text::Text;

/// A result file that can be written: its folder is there, nothing holds or guards it, and the disk has room.
#[derive(Clone, Debug)]
pub struct Reservation {
    place: Place,
    format: Format,
    note: Option<Text>,
}

/// Where the bytes go: the path as it was given, the file behind any symbolic links, and the folder it stands in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) replaces: Replaces,
    pub(super) target: PathBuf,
    pub(super) folder: PathBuf,
}

/// The least and the most that are written to see whether the disk has room, in bytes.
const ROOM: std::ops::RangeInclusive<u64> = 64 << 10..=256 << 20;

impl Reservation {
    /// Finds out whether a result of so many rows can be written to a path, leaving an earlier file as it is.
    /// The disk is tried for real, for up to 256 MiB.
    ///
    /// # Errors
    /// When the ending names no format, the path is a folder, its own folder does not exist, it is read-only or
    /// (on Windows) open in another program, or the disk has too little room.
    pub fn open(path: &Path, rows: u64) -> Result<Self> {
        let format = Format::of(path)?;
        let place = Place::find(path)?;
        place.check_earlier_file()?;
        leftover::remove_all(&place.folder);
        let bytes = rows.saturating_mul(format.bytes_per_line()).clamp(*ROOM.start(), *ROOM.end());
        place.try_room(bytes)?;
        Ok(Self { place, format, note: None })
    }

    /// The same for a place that nobody named. The finished result replaces no other file than the one that may be.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_default(default: DefaultPlace, rows: u64) -> Result<Self> {
        let mut reservation = Self::open(&default.path, rows)?;
        reservation.place.replaces = default.replaces;
        reservation.note = default.kept.map(|(kept, why)| not_replaced(&kept, &why, &default.path));
        Ok(reservation)
    }

    /// Whether an earlier file can be replaced: it is no folder, not read-only, and (on Windows) not open elsewhere.
    ///
    /// # Errors
    /// Says what is in the way.
    pub fn can_replace(path: &Path) -> Result<()> {
        Place::find(path)?.check_earlier_file()
    }

    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// Why the result does not go to the usual place.
    #[must_use]
    pub const fn note(&self) -> Option<&Text> {
        self.note.as_ref()
    }

    /// The format of the file.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Starts a result. The file appears when it is finished.
    ///
    /// # Errors
    /// When the disk has become full or unreachable since.
    pub fn writer(&self, head: &ResultHead) -> Result<Box<dyn ResultWriter>> {
        let zone = TimeZone::system();
        let place = self.place.clone();
        Ok(match self.format {
            Format::Xlsx => Box::new(xlsx::Workbook::start(place, head, zone)?),
            Format::Csv => Box::new(csv::Table::start(place.new_file()?, Layout::new(head, zone))?),
            Format::Jsonl => Box::new(jsonl::Lines::start(place.new_file()?, head.operation, head.lang)),
        })
    }
}

impl Place {
    pub(super) fn find(path: &Path) -> Result<Self> {
        let target = place::behind_links(path).map_err(|error| trouble::cannot_write(path, &error))?;
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if !folder.is_dir() {
            return Err(trouble::no_folder(&folder));
        }
        Ok(Self { path: path.to_owned(), replaces: Replaces::Any, target, folder })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    fn check_earlier_file(&self) -> Result<()> {
        let target = &self.target;
        let earlier = match fs::metadata(target) {
            Ok(earlier) => earlier,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(trouble::cannot_write(target, &error)),
        };
        if !earlier.is_file() {
            return Err(trouble::not_a_file(target, earlier.is_dir()));
        }
        if earlier.permissions().readonly() {
            return Err(trouble::read_only(target));
        }
        // Opened without truncating: this alone fails where Excel holds the workbook.
        OpenOptions::new().write(true).open(target).map_err(|error| trouble::cannot_write(target, &error))?;
        Ok(())
    }

    /// Whether the finished result may still take its place.
    pub(super) fn check_still_free(&self) -> Result<()> {
        self.check_earlier_file()?;
        let is_as_found = match &self.replaces {
            Replaces::Any => true,
            Replaces::Nothing => place::is_absent(&self.target),
            Replaces::Content(sha256) => {
                place::is_absent(&self.target) || sha256_of(&self.target).is_ok_and(|found| found == *sha256)
            }
        };
        if is_as_found { Ok(()) } else { Err(trouble::changed_meanwhile(&self.target)) }
    }

    fn try_room(&self, bytes: u64) -> Result<()> {
        let attempt = || -> io::Result<()> {
            let mut file = leftover::new_temporary(&self.folder)?;
            io::copy(&mut Noise::default().take(bytes), file.as_file_mut())?;
            file.as_file().sync_all()?;
            file.close()
        };
        attempt().map_err(|error| trouble::cannot_write(&self.target, &error))
    }

    /// A new file beside the target, which becomes the target when it is complete.
    pub(super) fn new_file(self) -> Result<NewFile> {
        let file =
            leftover::new_temporary(&self.folder).map_err(|error| trouble::cannot_write(&self.target, &error))?;
        Ok(NewFile::new(self, file))
    }
}

/// Bytes that a file system cannot pack or leave out, as it could with zeros.
struct Noise(u64);

impl Default for Noise {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Read for Noise {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for bytes in out.chunks_mut(8) {
            // Xorshift.
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            bytes.copy_from_slice(&self.0.to_le_bytes()[..bytes.len()]);
        }
        Ok(out.len())
    }
}
