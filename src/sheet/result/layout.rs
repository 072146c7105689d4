//! Which columns a table of lines has, and what stands in each.

use std::borrow::Cow;
use std::collections::HashSet;

use jiff::tz::TimeZone;

use super::{ResultHead, when};
use crate::model::{Kind, Line, Role, Status, fold_width};
use crate::plain::shown;
use crate::sheet::headings;
use crate::text::Lang;

/// The columns of a table of lines, in order.
pub(super) struct Layout {
    pub fields: Vec<Field>,
    lang: Lang,
    zone: TimeZone,
}

/// One column.
pub(super) struct Field {
    /// What its first cell says; no two fields say the same.
    pub heading: String,
    /// Its width in a workbook, in characters.
    pub width: u16,
    /// Whose it is.
    pub owner: Owner,
    /// Whether it holds sentences that may need several lines.
    pub is_long: bool,
    source: Source,
}

/// Whose a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The operation reads it when the result is handed in again.
    Operation,
    /// The result tells it.
    Result,
    /// The sheet brought it along.
    Sheet,
}

/// What stands in a cell.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Number(u64),
    Text(Cow<'a, str>),
    Status(Status),
}

#[derive(Clone, Copy)]
enum Source {
    Row,
    Cell(usize, Role),
    Name,
    Outcome,
    Detail,
    Fact(usize),
    Attempts,
    SentAt,
    Extra(usize),
}

impl Layout {
    /// The columns for a head; times are told in the zone.
    pub(super) fn new(head: &ResultHead, zone: TimeZone) -> Self {
        let lang = head.lang;
        let mut fields = vec![Field::result(headings::ROW, lang, 6, Source::Row)];
        // The name stands beside what says which target is meant; where nothing does, an item is its own target.
        let pin = head.columns.iter().rposition(|column| column.role == Role::Pin);
        let beside = pin.or_else(|| head.columns.iter().rposition(|column| column.role == Role::Filter));
        for (index, column) in head.columns.iter().enumerate() {
            fields.push(Field {
                heading: column.heading(lang).to_owned(),
                width: width_of(column.kind),
                owner: Owner::Operation,
                is_long: column.kind == Kind::Filter || column.kind.is_text(),
                source: Source::Cell(index, column.role),
            });
            if beside == Some(index) {
                fields.push(Field { is_long: true, ..Field::result(headings::NAME, lang, 22, Source::Name) });
            }
        }
        fields.push(Field::result(headings::OUTCOME, lang, 15, Source::Outcome));
        fields.push(Field { is_long: true, ..Field::result(headings::DETAIL, lang, 40, Source::Detail) });
        for (index, fact) in head.facts.iter().enumerate() {
            let heading = lang.pick(fact.zh, fact.en).to_owned();
            let width = fact.width.clamp(4, 80);
            let source = Source::Fact(index);
            fields.push(Field { heading, width, owner: Owner::Result, is_long: !fact.is_raw(), source });
        }
        fields.push(Field::result(headings::ATTEMPTS, lang, 10, Source::Attempts));
        fields.push(Field::result(headings::SENT_AT, lang, 19, Source::SentAt));
        for (index, heading) in head.extra.iter().enumerate() {
            let heading = shown(heading.trim()).into_owned();
            let source = Source::Extra(index);
            fields.push(Field { heading, width: 14, owner: Owner::Sheet, is_long: true, source });
        }
        tell_apart(&mut fields);
        Self { fields, lang, zone }
    }

    /// What stands in one column of a line. Text is [`shown`], and nothing else is done to it.
    pub(super) fn cell<'a>(&self, field: &Field, line: &'a Line) -> Cell<'a> {
        let text = match field.source {
            Source::Row => return Cell::Number(line.row),
            Source::Attempts => return Cell::Number(u64::from(line.attempts)),
            Source::Outcome => return Cell::Status(line.status),
            Source::Cell(index, role) => own_cell(line, index, role),
            Source::Name => &line.name,
            Source::Fact(index) => line.facts.get(index).map_or("", String::as_str),
            Source::Extra(index) => line.extra.get(index).map_or("", String::as_str),
            Source::Detail => return Cell::Text(shown(line.sentence().say(self.lang)).into_owned().into()),
            Source::SentAt => {
                return Cell::Text(line.sent_at.map_or_else(String::new, |ms| when::local(ms, &self.zone)).into());
            }
        };
        Cell::Text(shown(text))
    }
}

impl Field {
    /// Whether its cells are whole numbers.
    pub(super) const fn is_number(&self) -> bool {
        matches!(self.source, Source::Row | Source::Attempts)
    }

    fn result(heading: headings::Heading, lang: Lang, width: u16, source: Source) -> Self {
        Self { heading: heading.say(lang).to_owned(), width, owner: Owner::Result, is_long: false, source }
    }
}

/// The cell of one of the operation's columns: what the row came to mean where that is known (its target, shop,
/// reason), so that the result, handed in again, says exactly that; else what the sheet said.
fn own_cell(line: &Line, index: usize, role: Role) -> &str {
    let given = line.cells.get(index).map_or("", String::as_str);
    let known = match role {
        Role::Pin => line.target.as_deref().unwrap_or(""),
        Role::Shop => &line.shop,
        Role::Reason => &line.reason,
        Role::Filter if given.is_empty() => &line.filter,
        Role::Item | Role::Filter | Role::RequestNo | Role::Detail => "",
    };
    if known.is_empty() { given } else { known }
}

const fn width_of(kind: Kind) -> u16 {
    match kind {
        Kind::Digits => 18,
        Kind::Code | Kind::RequestNo { .. } | Kind::Filter => 20,
        Kind::Text { .. } | Kind::BasicText { .. } => 13,
        Kind::Choice(_) | Kind::Padded { .. } => 10,
    }
}

/// Numbers the headings of the sheet's own columns that say what another column says already, so that a result
/// that is handed in again cannot be misread.
fn tell_apart(fields: &mut [Field]) {
    let mut taken = HashSet::new();
    for field in fields.iter_mut().filter(|field| !field.heading.is_empty()) {
        let plain = field.heading.clone();
        let mut number = 1;
        while !taken.insert(fold_width(&field.heading).trim().to_lowercase()) {
            number += 1;
            field.heading = format!("{plain} ({number})");
        }
    }
}

#[cfg(test)]
mod tests;
