//! `.xlsx` and `.xlsm`: one row after another, never the whole worksheet.

mod cells;
mod merged;
mod strings;
mod styles;

pub(super) use merged::MergedScan;
pub(super) use strings::Strings;
pub(super) use styles::Styles;

use cells::Cells;
use quick_xml::events::Event;

use super::Worksheet;
use super::file::SheetFile;
use super::merged::Merges;
use super::ods_styles::attribute;
use super::package::Package;
use super::record::Sink;
use super::rows::Rows;
use super::xml::{is_true, raw_attributes};
use crate::error::Result;
use crate::sheet::Bounds;
use crate::text;

/// Where the workbook is unless the package says otherwise.
const WORKBOOK: &str = "xl/workbook.xml";

/// An Office Open XML workbook.
pub(super) struct Xlsx {
    package: Package,
    /// The worksheets, and the paths of their parts.
    worksheets: Vec<(Worksheet, String)>,
    strings: Strings,
    styles: Styles,
    /// Whether the file asks that formulas are worked out when it is opened: a stored 0 is then no result.
    is_uncalculated: bool,
}

impl Xlsx {
    pub(super) fn open(file: &SheetFile, mut package: Package) -> Result<Self> {
        let root = package.relationships(file, "")?;
        let named = root.into_iter().find(|part| part.kind == "officeDocument").map(|part| part.path);
        let workbook = named.filter(|path| package.has(path)).unwrap_or_else(|| WORKBOOK.to_owned());
        let parts = package.relationships(file, &workbook)?;
        let path = |kind: &str| parts.iter().find(|part| part.kind == kind).map_or("", |part| part.path.as_str());
        let mut this = Self {
            worksheets: Vec::new(),
            strings: Strings::default(),
            styles: Styles::default(),
            is_uncalculated: false,
            package,
        };
        let (mut is_1904, mut is_uncalculated) = (false, false);
        let mut worksheets = Vec::new();
        let Some(mut xml) = this.package.xml(file, &workbook)? else {
            return Err(file.other(&text!("里面没有工作簿", "there is no workbook in it")));
        };
        xml.each_start(|tag, parents| {
            match tag.local_name().as_ref() {
                "workbookPr" => is_1904 = is_true(&attribute(tag, "date1904")),
                "calcPr" => is_uncalculated = is_true(&attribute(tag, "fullCalcOnLoad")),
                "sheet" if parents.last().is_some_and(|parent| parent == "sheets") => {
                    let is_id = |name: &str| name.strip_suffix("id").is_some_and(|prefix| prefix.ends_with(':'));
                    let id = raw_attributes(tag).find(|(name, _)| is_id(name)).map_or("", |(_, id)| id);
                    // Charts, dialogs and macro sheets hold no table.
                    if let Some(part) = parts.iter().find(|part| part.id == id && part.kind == "worksheet") {
                        let hidden = matches!(attribute(tag, "state").as_str(), "hidden" | "veryHidden");
                        worksheets.push((Worksheet { name: attribute(tag, "name"), hidden }, part.path.clone()));
                    }
                }
                _ => (),
            }
            Ok(())
        })?;
        drop(xml);
        (this.worksheets, this.is_uncalculated) = (worksheets, is_uncalculated);
        this.styles = Styles::read(file, &mut this.package, path("styles"), is_1904)?;
        this.strings = Strings::read(file, &mut this.package, path("sharedStrings"))?;
        Ok(this)
    }

    pub(super) fn worksheets(&self) -> Vec<Worksheet> {
        self.worksheets.iter().map(|(worksheet, _)| worksheet.clone()).collect()
    }

    pub(super) fn scan(&mut self, file: &SheetFile, bounds: &Bounds, worksheet: &str, sink: Sink<'_>) -> Result<()> {
        let found = self.worksheets.iter().find(|(known, _)| known.name == worksheet);
        let Some((_, path)) = found.cloned() else {
            return Err(file.broken("the worksheet is not there any more"));
        };
        let mut merges = Merges::default();
        for range in self.package.merged(&path) {
            merges.add(file, *range)?;
        }
        let Some(mut xml) = self.package.xml(file, &path)? else {
            return Err(file.broken(format_args!("{path} is not in it")));
        };
        let rows = Rows::new(file, bounds, merges, sink);
        let mut cells = Cells::new(rows, &self.strings, &self.styles, self.is_uncalculated);
        loop {
            match xml.next()? {
                Event::Eof => return Err(file.broken("the worksheet ends in the middle")),
                event => {
                    if cells.take(&event)?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
    }
}
