//! What a cell's style says that a person sees and the value does not tell: the number's format, struck-through text.

use std::collections::HashMap;

use crate::error::Result;
use crate::sheet::number::{NumberFormat, Shown, general, iso};
use crate::sheet::read::file::SheetFile;
use crate::sheet::read::ods_styles::attribute;
use crate::sheet::read::package::Package;
use crate::sheet::read::record::Cell;
use crate::sheet::read::xml::is_true;

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(in crate::sheet::read) struct Styles {
    formats: Vec<NumberFormat>,
    /// Each style's format, by its place, and whether its text is struck through.
    looks: Vec<(usize, bool)>,
    is_1904: bool,
}

/// Gathers styles while a file's records or tags are read.
#[derive(Debug, Default)]
pub(in crate::sheet::read) struct StylesBuilder {
    styles: Styles,
    /// The codes of the file's own formats.
    codes: HashMap<u16, String>,
    /// The formats that are known already, by their number.
    known: HashMap<u16, usize>,
    struck_fonts: Vec<bool>,
}

impl StylesBuilder {
    pub(in crate::sheet::read) fn new(is_1904: bool) -> Self {
        Self { styles: Styles { is_1904, ..Styles::default() }, ..Self::default() }
    }

    /// A format of the file's own.
    pub(in crate::sheet::read) fn add_code(&mut self, id: u16, code: String) {
        self.codes.insert(id, code);
    }

    /// The next font.
    pub(in crate::sheet::read) fn add_font(&mut self, is_struck: bool) {
        self.struck_fonts.push(is_struck);
    }

    /// The font that was added last is struck through.
    fn strike_last_font(&mut self) {
        if let Some(last) = self.struck_fonts.last_mut() {
            *last = true;
        }
    }

    /// The next style of cells, behind all formats and fonts.
    pub(in crate::sheet::read) fn add_style(&mut self, format: u16, font: usize) {
        let Self { styles, codes, known, struck_fonts } = self;
        let at = *known.entry(format).or_insert_with(|| {
            styles.formats.push(
                codes.get(&format).map_or_else(|| NumberFormat::built_in(format), |code| NumberFormat::parse(code)),
            );
            styles.formats.len() - 1
        });
        styles.looks.push((at, struck_fonts.get(font).copied().unwrap_or(false)));
    }

    pub(in crate::sheet::read) fn finish(self) -> Styles {
        self.styles
    }
}

impl Styles {
    /// Reads the part; without it no cell has a style.
    pub(super) fn read(file: &SheetFile, package: &mut Package, path: &str, is_1904: bool) -> Result<Self> {
        let mut builder = StylesBuilder::new(is_1904);
        let Some(mut xml) = package.xml(file, path)? else { return Ok(builder.finish()) };
        let mut styles = Vec::new();
        xml.each_start(|tag, parents| {
            let is_in = |name: &str| parents.last().is_some_and(|parent| parent == name);
            let number = |name| attribute(tag, name).trim().parse::<u16>().unwrap_or(0);
            match tag.local_name().as_ref() {
                "numFmt" if is_in("numFmts") => builder.add_code(number("numFmtId"), attribute(tag, "formatCode")),
                "font" if is_in("fonts") => builder.add_font(false),
                "strike" if is_in("font") && parents.iter().any(|parent| parent == "fonts") => {
                    let value = attribute(tag, "val");
                    if value.is_empty() || is_true(&value) {
                        builder.strike_last_font();
                    }
                }
                "xf" if is_in("cellXfs") => styles.push((number("numFmtId"), usize::from(number("fontId")))),
                _ => (),
            }
            Ok(())
        })?;
        for (format, font) in styles {
            builder.add_style(format, font);
        }
        Ok(builder.finish())
    }

    /// Whether the text of cells of a style is struck through.
    pub(in crate::sheet::read) fn is_struck(&self, style: usize) -> bool {
        self.looks.get(style).is_some_and(|(_, is_struck)| *is_struck)
    }

    /// A number as a cell, with what its style makes of it. `room` is for that text.
    pub(in crate::sheet::read) fn cell<'a>(&self, style: usize, number: f64, room: &'a mut String) -> Cell<'a> {
        let format = self.looks.get(style).and_then(|(at, _)| self.formats.get(*at));
        let shown = format.map_or(Shown::General, |format| format.show(number, self.is_1904));
        match shown {
            Shown::General => Cell::Number(number),
            Shown::Text(text) if text == general(number) => Cell::Number(number),
            Shown::Text(text) => {
                *room = text;
                Cell::Formatted(number, room)
            }
            Shown::Moment(text) => {
                *room = text;
                Cell::Moment(room)
            }
            Shown::Unclear => {
                *room = general(number);
                Cell::Unclear(room)
            }
            Shown::UnclearMoment => {
                *room = iso(number, self.is_1904);
                Cell::UnclearMoment(room)
            }
        }
    }
}
