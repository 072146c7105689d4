//! A worksheet's rows, made of its tags.

use std::ops::ControlFlow;

use quick_xml::events::{BytesStart, Event};

use super::strings::Strings;
use super::styles::Styles;
use crate::error::Result;
use crate::sheet::read::record::Cell;
use crate::sheet::read::rows::Rows;
use crate::sheet::read::xml::{KEPT, RichText, event_text, is_true, raw_attributes, unescape};

/// Makes rows of a worksheet's tags.
pub(super) struct Cells<'a> {
    rows: Rows<'a>,
    strings: &'a Strings,
    styles: &'a Styles,
    is_uncalculated: bool,
    cell: CellTag,
    inside: Inside,
    rich: RichText,
    room: String,
}

/// Which text is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Nothing,
    Value,
    Formula,
    Rich,
}

/// A cell as the file writes it.
#[derive(Debug, Default)]
struct CellTag {
    column: u32,
    style: usize,
    kind: Kind,
    has_value: bool,
    has_formula: bool,
    value: String,
    formula: String,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Text,
    Bool,
    Error,
    Moment,
}

impl<'a> Cells<'a> {
    pub(super) fn new(rows: Rows<'a>, strings: &'a Strings, styles: &'a Styles, is_uncalculated: bool) -> Self {
        let (cell, inside) = (CellTag::default(), Inside::Nothing);
        Self { rows, strings, styles, is_uncalculated, cell, inside, rich: RichText::default(), room: String::new() }
    }

    /// Takes the next event of the worksheet; breaks when the rows are at an end or nobody wants more.
    pub(super) fn take(&mut self, event: &Event<'_>) -> Result<ControlFlow<()>> {
        match event {
            Event::Start(tag) => return self.open(tag),
            Event::Empty(tag) => return self.empty(tag),
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" => {
                    self.inside = Inside::Nothing;
                    self.put()?;
                    self.rows.next_column = self.cell.column + 1;
                }
                "v" | "f" | "is" => self.inside = Inside::Nothing,
                "sheetData" => {
                    let _ = self.rows.hand_over()?;
                    return Ok(ControlFlow::Break(()));
                }
                name => self.rich.close(name),
            },
            event if self.inside != Inside::Nothing => {
                if let Some(text) = event_text(self.rows.file, event)? {
                    match self.inside {
                        Inside::Value if self.cell.value.len() < KEPT => self.cell.value.push_str(&text),
                        Inside::Formula if self.cell.formula.len() < KEPT => self.cell.formula.push_str(&text),
                        Inside::Value | Inside::Formula => (),
                        Inside::Rich | Inside::Nothing => self.rich.push(&text),
                    }
                }
            }
            _ => (),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<ControlFlow<()>> {
        match tag.local_name().as_ref() {
            "c" => self.begin(tag)?,
            "v" => {
                (self.inside, self.cell.has_value) = (Inside::Value, true);
            }
            "f" => (self.inside, self.cell.has_formula) = (Inside::Formula, true),
            "is" => self.inside = Inside::Rich,
            "row" => return self.begin_row(tag),
            name => self.rich.open(name, tag),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn empty(&mut self, tag: &BytesStart<'_>) -> Result<ControlFlow<()>> {
        match tag.local_name().as_ref() {
            "c" => {
                self.begin(tag)?;
                self.rows.next_column = self.cell.column + 1;
            }
            "f" => self.cell.has_formula = true,
            "v" => self.cell.has_value = true,
            "row" => return self.begin_row(tag),
            "col" => self.add_columns(tag),
            "sheetData" => return Ok(ControlFlow::Break(())),
            name => self.rich.flag(name, tag),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let cell = &mut self.cell;
        (cell.style, cell.kind, cell.has_value, cell.has_formula) = (0, Kind::Number, false, false);
        cell.column = self.rows.next_column;
        cell.value.clear();
        cell.formula.clear();
        self.rich.clear();
        for (name, value) in raw_attributes(tag) {
            match name {
                "r" => cell.column = column_of(&self.rows, value)?,
                "s" => cell.style = value.trim().parse().unwrap_or(0),
                "t" => {
                    cell.kind = match value {
                        "s" => Kind::Shared,
                        "inlineStr" | "is" => Kind::Inline,
                        "str" => Kind::Text,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::Moment,
                        "n" | "" => Kind::Number,
                        other => return Err(self.rows.file.broken(format_args!("a cell of the unknown type {other}"))),
                    }
                }
                _ => (),
            }
        }
        self.rows.count_cell(cell.column)
    }

    /// Columns that are hidden, or have no width.
    fn add_columns(&mut self, tag: &BytesStart<'_>) {
        let (mut first, mut last, mut is_hidden) = (0, 0, false);
        for (name, value) in raw_attributes(tag) {
            match name {
                "min" => first = value.parse().unwrap_or(0),
                "max" => last = value.parse().unwrap_or(0),
                "hidden" => is_hidden |= is_true(value),
                "width" => is_hidden |= is_zero(value),
                _ => (),
            }
        }
        if is_hidden && (1..=last).contains(&first) {
            self.rows.hide_columns(first - 1, last - 1);
        }
    }

    /// Begins a row; the one before it is handed over.
    fn begin_row(&mut self, tag: &BytesStart<'_>) -> Result<ControlFlow<()>> {
        let (mut number, mut is_hidden) = (self.rows.number() + 1, false);
        for (name, value) in raw_attributes(tag) {
            match name {
                "r" => number = value.trim().parse().unwrap_or(0),
                "hidden" => is_hidden |= is_true(value),
                "ht" => is_hidden |= is_zero(value),
                _ => (),
            }
        }
        self.rows.begin(number, is_hidden)
    }

    /// Puts the cell into its row; an empty one leaves nothing.
    fn put(&mut self) -> Result<()> {
        let CellTag { column, style, kind, has_value, has_formula, value, formula } = &self.cell;
        let mut look = self.rich.look;
        let bare = value.trim_ascii();
        // A formula that gives no text has an empty value; one that nobody has worked out has none.
        let has_no_result = *has_formula
            && (!has_value || bare.is_empty() && *kind != Kind::Text || bare == "0" && self.is_uncalculated);
        let text;
        let cell = match kind {
            _ if has_no_result => Cell::NoValue(formula),
            Kind::Inline => {
                // The text is in its own tags; some writers use those of a value.
                text = if self.rich.text.is_empty() { unescape(value) } else { unescape(&self.rich.text) };
                Cell::Text(&text)
            }
            Kind::Text => {
                text = unescape(value);
                Cell::Text(&text)
            }
            _ if bare.is_empty() => return Ok(()),
            Kind::Shared => {
                let index = bare.parse().unwrap_or(usize::MAX);
                let Some((text, its_look)) = self.strings.get(index) else {
                    return Err(self.rows.file.broken("a cell whose shared text is not in the file"));
                };
                look = its_look;
                Cell::Text(text)
            }
            Kind::Bool => Cell::Bool(is_true(&bare.to_ascii_lowercase())),
            Kind::Error => Cell::Error(bare),
            Kind::Moment => Cell::UnclearMoment(bare),
            Kind::Number => match bare.parse() {
                Ok(number) => self.styles.cell(*style, number, &mut self.room),
                Err(_) => Cell::Text(value),
            },
        };
        if matches!(cell, Cell::Text("")) {
            return Ok(());
        }
        self.rows.put(*column, cell, look.is_struck(self.styles.is_struck(*style)));
        Ok(())
    }
}

/// The column of a cell's name, `C12`, which is one of the row.
fn column_of(rows: &Rows<'_>, name: &str) -> Result<u32> {
    let (column, row) = cell_name(name).ok_or_else(|| rows.file.broken(format_args!("a cell named {name}")))?;
    if row == rows.number() {
        return Ok(column);
    }
    Err(rows.file.broken(format_args!("a cell named {name} in row {}", rows.number())))
}

fn is_zero(value: &str) -> bool {
    value.trim().parse::<f64>().is_ok_and(|size| size == 0.0)
}

/// Column (from 0) and row of `C12`.
pub(in crate::sheet::read) fn cell_name(name: &str) -> Option<(u32, u64)> {
    let bytes = name.trim().as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(1..=3).contains(&letters) || !(1..=7).contains(&(bytes.len() - letters)) {
        return None;
    }
    let column =
        bytes[..letters].iter().fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'@'));
    let mut row = 0;
    for digit in &bytes[letters..] {
        row = row * 10 + u64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    (row > 0).then_some((column - 1, row))
}

#[cfg(test)]
mod tests {
    use super::cell_name;

    #[test]
    fn cells_have_names() {
        assert_eq!(cell_name("A1"), Some((0, 1)));
        assert_eq!(cell_name("XFD1048576"), Some((16_383, 1_048_576)));
        for name in ["", "A", "1", "A0", "AAAA1", "A1B", "$A$1", "A-1", "A12345678"] {
            assert_eq!(cell_name(name), None, "{name}");
        }
    }
}
