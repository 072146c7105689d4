//! The parts of a workbook in a zip archive, found by their paths as workbook programs find them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use super::archive::unreadable;
use super::file::SheetFile;
use super::merged::Range;
use super::utf8::Utf8;
use super::xml::Xml;
use crate::error::{Error, Result};

/// An archive that was looked through.
pub(super) struct Package {
    pub(super) archive: ZipArchive<BufReader<File>>,
    /// The paths of its entries, in lower case.
    pub(super) paths: Vec<String>,
    /// Worksheets that cannot be unpacked, and why.
    pub(super) faults: HashMap<usize, Error>,
    /// The merged ranges of its worksheets.
    pub(super) merged: HashMap<usize, Vec<Range>>,
}

impl Package {
    /// Whether there is a part.
    pub(super) fn has(&self, path: &str) -> bool {
        self.index(path).is_some()
    }

    /// A part's bytes; `None` where it is not there.
    pub(super) fn bytes(&mut self, file: &SheetFile, path: &str) -> Result<Option<impl Read + use<'_>>> {
        let Some(index) = self.index(path) else { return Ok(None) };
        if let Some(fault) = self.faults.get(&index) {
            return Err(fault.clone());
        }
        self.archive.by_index(index).map(Some).map_err(|fault| unreadable(file, &fault))
    }

    /// A part as XML; `None` where it is not there.
    pub(super) fn xml<'a>(&'a mut self, file: &'a SheetFile, path: &str) -> Result<Option<Xml<'a>>> {
        let part = self.bytes(file, path)?;
        Ok(part.map(|part| Xml::new(file, Box::new(BufReader::with_capacity(64 << 10, Utf8::new(part))))))
    }

    /// The merged ranges of a worksheet.
    pub(super) fn merged(&self, path: &str) -> &[Range] {
        self.index(path).and_then(|index| self.merged.get(&index)).map_or(&[], Vec::as_slice)
    }

    fn index(&self, path: &str) -> Option<usize> {
        let path = path.to_lowercase();
        self.paths.iter().rposition(|known| *known == path)
    }

    /// What a part's relationships file names: kind, id and path of each target.
    pub(super) fn relationships(&mut self, file: &SheetFile, part: &str) -> Result<Vec<Relationship>> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let path = join(folder, &format!("_rels/{name}.rels"));
        let mut all = Vec::new();
        let Some(mut xml) = self.xml(file, &path)? else { return Ok(all) };
        xml.each_start(|tag, _| {
            if tag.local_name().as_ref() == "Relationship" {
                let attribute = |name| super::ods_styles::attribute(tag, name);
                let kind = attribute("Type").rsplit('/').next().unwrap_or_default().to_owned();
                all.push(Relationship { kind, id: attribute("Id"), path: join(folder, &attribute("Target")) });
            }
            Ok(())
        })?;
        Ok(all)
    }
}

/// What a part refers to.
#[derive(Debug)]
pub(super) struct Relationship {
    /// The last word of its kind: `worksheet`, `styles`.
    pub(super) kind: String,
    pub(super) id: String,
    /// The target's path in the archive.
    pub(super) path: String,
}

/// A target's path: from the archive's root where it begins with a slash, else from a folder.
fn join(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from_root = target.starts_with('/');
    let mut steps: Vec<&str> = if from_root { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => (),
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn targets_are_found_from_their_folder_or_the_root() {
        for (folder, target, path) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../xl/./styles.xml", "xl/styles.xml"),
            ("xl", "worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(join(folder, target), path);
        }
    }
}
