//! The sheet that a run reads: the user's own, or the sample that comes with the program.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::run::absolute;
use crate::cli;
use crate::error::{Error, Result};
use crate::platform::{OPERATIONS, Operation, Sample};
use crate::sheet::{self, Sheet};
use crate::text;
use crate::text::Text;

/// A sheet to be read.
pub(super) struct Input {
    /// The file that is read.
    file: PathBuf,
    /// Where the user has it, or would have the sample: its result goes beside it.
    pub place: PathBuf,
    /// What the journal remembers it as.
    pub remembered: String,
    /// Kept for as long as the sample is read from it.
    sample_folder: Option<TempDir>,
}

impl Input {
    /// The user's own sheet; without one, the sample of the operation that was named, or of the first one.
    pub fn of(sheet: Option<&Path>, operation: Option<&str>) -> Result<Self> {
        match sheet {
            Some(sheet) => Ok(Self {
                file: sheet.to_owned(),
                place: sheet.to_owned(),
                remembered: absolute(sheet),
                sample_folder: None,
            }),
            None => Self::of_sample(&sample(operation)),
        }
    }

    fn of_sample(sample: &Sample) -> Result<Self> {
        let unpack = || {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join(sample.name);
            std::fs::write(&file, sample.workbook)?;
            Ok((folder, file))
        };
        let (folder, file) = unpack().map_err(|why: std::io::Error| {
            let name = sample.name;
            Error::internal(text!("无法解出内置样表 {name}：{why}", "cannot unpack the built-in sample {name}: {why}"))
        })?;
        let (place, remembered) = (PathBuf::from(sample.name), format!("sample {}", sample.name));
        Ok(Self { file, place, remembered, sample_folder: Some(folder) })
    }

    /// That the sample is used, where it is.
    pub fn note(&self) -> Option<Text> {
        self.sample_folder.as_ref()?;
        let name = self.place.display();
        Some(text!(
            "没有给表格，使用内置样表 {name}；想看它的内容：unpromo template --sample -o {name}",
            "no sheet was given: using the built-in sample {name}; to look into it: unpromo template --sample -o {name}"
        ))
    }

    /// Opens it as the flags say.
    pub fn open(&self, reading: &cli::Reading) -> Result<Sheet> {
        super::run::open(&self.file, reading)
    }

    /// Whether a path leads to the sheet itself.
    pub fn is_at(&self, path: &Path) -> bool {
        sheet::result::is_same_file(path, &self.file)
    }
}

/// The sample of an operation; of the first one unless it is named.
fn sample(operation: Option<&str>) -> Sample {
    let named = |known: &&&'static dyn Operation| operation.is_none_or(|name| name == known.name());
    OPERATIONS.iter().find(named).unwrap_or(&OPERATIONS[0]).sample()
}
