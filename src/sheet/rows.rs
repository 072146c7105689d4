//! From a worksheet's rows to checked instructions.

use crate::model::{Column, Need, Role, Row, Status};
use crate::text;
use crate::text::{Lang, Text};

use super::bounds::CELL_CHARS;
use super::check::{check, is_blank, is_too_long, names_nothing, words};
use super::columns::{Columns, Found};
use super::fault::Fault;
use super::guarded::unguarded;
use super::ids::trimmed;
use super::layout::ReadOptions;
use super::notes::{Note, RowNotes};
use super::place::cell_place;
use super::read::{Cell, Mark, Range, Record};
use super::show::excerpt;

/// One row of the sheet, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// An instruction.
    Good(Row),
    /// A row with cells that cannot be used.
    Bad {
        /// What could be read of it. Bad cells stand as they were found.
        row: Row,
        /// What is wrong, in the order of the sheet's columns; never empty.
        faults: Vec<Fault>,
    },
    /// A hidden row that is left out, because the caller wants it so. Its cells are not checked.
    Hidden(Row),
}

impl Checked {
    /// The row, good or bad.
    #[must_use]
    pub const fn row(&self) -> &Row {
        match self {
            Self::Good(row) | Self::Bad { row, .. } | Self::Hidden(row) => row,
        }
    }
}

/// What a column of the worksheet feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feeds {
    /// It has no heading.
    Nothing,
    /// It was added by an earlier result.
    Unread,
    Own(usize),
    Extra(usize),
    Outcome,
    Name,
}

/// Makes rows of a worksheet's records.
pub(super) struct Rows {
    worksheet: String,
    columns: Columns,
    feeds: Vec<Feeds>,
    default_reason: Option<String>,
    skip_hidden: bool,
    notes: RowNotes,
    /// Whether it is a text file, whose cells move to the right where a delimiter is not quoted.
    is_text: bool,
    /// Whether cells may wear what a CSV result puts before them.
    is_guarded: bool,
    /// Where in the record each of the operation's cells is.
    own: Vec<Option<usize>>,
}

impl Rows {
    pub(super) fn new(worksheet: String, columns: Columns, options: &ReadOptions<'_>, is_text: bool) -> Self {
        let is_guarded = is_text && columns.result.is_some();
        let mut feeds = Vec::new();
        let mut feed = |column: u32, what| {
            let at = column as usize;
            if feeds.len() <= at {
                feeds.resize(at + 1, Feeds::Nothing);
            }
            feeds[at] = what;
        };
        // What an earlier result added comes first: the outcome and the name among it are read.
        columns.added.iter().for_each(|column| feed(*column, Feeds::Unread));
        for (index, found) in columns.own.iter().enumerate() {
            if let Some(found) = found {
                feed(found.column, Feeds::Own(index));
            }
        }
        for (index, found) in columns.extra.iter().enumerate() {
            feed(found.column, Feeds::Extra(index));
        }
        if let Some(result) = &columns.result {
            feed(result.outcome.column, Feeds::Outcome);
            if let Some(name) = &result.name {
                feed(name.column, Feeds::Name);
            }
        }
        let default_reason = options.default_reason.map(trimmed).filter(|reason| !reason.is_empty()).map(str::to_owned);
        let own = vec![None; columns.own.len()];
        let (skip_hidden, notes) = (options.skip_hidden, RowNotes::default());
        Self { worksheet, columns, feeds, default_reason, skip_hidden, notes, is_text, is_guarded, own }
    }

    /// What should be said of the rows before anything is sent.
    pub(super) fn into_notes(self) -> Vec<Note> {
        self.notes.into_notes(self.skip_hidden)
    }

    /// Makes a row of a record; `None` for a blank one.
    pub(super) fn take(&mut self, record: &Record) -> Option<Checked> {
        if record.cells().all(|(_, cell)| is_blank(cell)) || self.belongs_to_headings(record) {
            return None;
        }
        let mut row = Row {
            number: record.number,
            cells: Vec::with_capacity(self.own.len()),
            extra: vec![String::new(); self.columns.extra.len()],
            ..Row::default()
        };
        let mut faults = Vec::new();
        self.own.fill(None);
        for (at, (column, cell)) in record.cells().enumerate() {
            let cell = self.plain(cell);
            match self.feeds.get(column as usize).copied().unwrap_or(Feeds::Nothing) {
                Feeds::Nothing if is_blank(cell) => (),
                Feeds::Nothing if self.is_text && column as usize >= self.feeds.len() => {
                    let found = Found { column, heading: String::new() };
                    faults.push(self.fault(record.number, &found, cell, is_past_the_headings()));
                }
                Feeds::Nothing => self.notes.add_cell_without_heading(&self.worksheet, column, record.number),
                Feeds::Unread => (),
                Feeds::Own(index) => self.own[index] = (!is_blank(cell)).then_some(at),
                Feeds::Name => {
                    row.pinned_name = Some(words(cell).into_owned()).filter(|name| !trimmed(name).is_empty());
                }
                Feeds::Extra(index) => {
                    row.extra[index] = words(cell).into_owned();
                    if is_too_long(&row.extra[index]) {
                        let expected = text!("最多 {CELL_CHARS} 个字符", "at most {CELL_CHARS} characters");
                        faults.push(self.fault(record.number, &self.columns.extra[index], cell, expected));
                    }
                }
                Feeds::Outcome => match (status(cell), &self.columns.result) {
                    (Err(expected), Some(result)) => {
                        faults.push(self.fault(record.number, &result.outcome, cell, expected));
                    }
                    (status, _) => row.earlier = status.unwrap_or_default(),
                },
            }
        }
        self.check_own(record, &mut row, &mut faults);
        if record.is_hidden {
            self.notes.add_hidden_row(record.number);
            if self.skip_hidden {
                return Some(Checked::Hidden(row));
            }
        }
        self.take_marks(record, &mut faults);
        if faults.is_empty() {
            return Some(Checked::Good(row));
        }
        faults.sort_by_key(|(column, _)| *column);
        Some(Checked::Bad { row, faults: faults.into_iter().map(|(_, fault)| fault).collect() })
    }

    /// Makes faults and notes of what a person sees, or does not see, beside the values.
    fn take_marks(&mut self, record: &Record, faults: &mut Vec<(u32, Fault)>) {
        let row = record.number;
        if record.is_repeated {
            let found = self.columns.own.iter().flatten().min_by_key(|found| found.column);
            faults.extend(found.map(|found| self.fault(row, found, Cell::Text(""), row_is_repeated())));
        }
        for (column, mark) in record.marks() {
            match mark {
                Mark::Covered(range, value) => {
                    let covered = self.read_columns().filter(|found| range.covers(row, found.column));
                    let covered = covered.map(|found| {
                        let cell = record.cell_in(found.column).unwrap_or(Cell::Text(""));
                        self.fault(row, found, cell, is_covered(range, value))
                    });
                    let covered: Vec<_> = covered.collect();
                    // What is wrong with the empty cell under the merged ones is nobody's doing.
                    faults.retain(|(column, _)| covered.iter().all(|(known, _)| known != column));
                    faults.extend(covered);
                }
                Mark::Repeated => {
                    let found = self.read_columns().chain(&self.columns.extra).find(|found| found.column == *column);
                    let cell = record.cell_in(*column).unwrap_or(Cell::Text(""));
                    faults.extend(found.map(|found| self.fault(row, found, cell, cell_is_repeated())));
                }
                Mark::Struck if self.is_own(*column) => self.notes.add_struck_cell(&self.worksheet, *column, row),
                Mark::InHiddenColumn => {
                    let found = self.columns.own.iter().flatten().find(|found| found.column == *column);
                    if let Some(found) = found {
                        self.notes.add_cell_of_hidden_column(found.column, &found.heading);
                    }
                }
                Mark::Struck => (),
            }
        }
    }

    /// Whether the row is the rest of headings that are merged over several rows.
    fn belongs_to_headings(&self, record: &Record) -> bool {
        let heading_row = self.columns.row;
        let is_of_a_heading = |found: &Found| {
            record.marks().iter().any(|(_, mark)| {
                matches!(mark, Mark::Covered(range, _)
                    if range.rows.0 <= heading_row && heading_row < record.number && range.covers(record.number, found.column))
            })
        };
        !record.marks().is_empty() && self.columns.own.iter().flatten().all(is_of_a_heading)
    }

    /// The columns whose cells decide what is done: the operation's own, and what an earlier result says.
    fn read_columns(&self) -> impl Iterator<Item = &Found> {
        let result = self.columns.result.iter().flat_map(|result| [Some(&result.outcome), result.name.as_ref()]);
        self.columns.own.iter().flatten().chain(result.flatten())
    }

    fn is_own(&self, column: u32) -> bool {
        matches!(self.feeds.get(column as usize), Some(Feeds::Own(_)))
    }

    /// Checks the operation's own cells, one after another.
    fn check_own(&self, record: &Record, row: &mut Row, faults: &mut Vec<(u32, Fault)>) {
        let lacks_all = self.lacks_all();
        let mut said_lack = false;
        for (index, column) in self.columns.layout.columns.iter().enumerate() {
            let found = self.columns.own[index].as_ref();
            let cell = self.own[index].and_then(|at| record.cell(at)).map(|cell| self.plain(cell));
            let checked = match cell {
                Some(cell) => check(cell, column.kind),
                None if column.need == Need::OneOf && (!lacks_all || found.is_none() || said_lack) => Ok(String::new()),
                None => {
                    said_lack |= column.need == Need::OneOf;
                    self.empty(column)
                }
            };
            row.cells.push(match checked {
                Ok(text) => text,
                Err(expected) => {
                    let cell = cell.unwrap_or(Cell::Text(""));
                    // Only headings that are there can be at fault: the sheet would not fit without the others.
                    faults.extend(found.map(|found| self.fault(row.number, found, cell, expected)));
                    words(cell).into_owned()
                }
            });
        }
    }

    /// A cell of a CSV result as it was before it was written; any other as it is.
    fn plain<'a>(&self, cell: Cell<'a>) -> Cell<'a> {
        match cell {
            Cell::Text(text) if self.is_guarded => Cell::Text(unguarded(text)),
            cell => cell,
        }
    }

    /// A fault with the column that it is in.
    fn fault(&self, row: u64, found: &Found, cell: Cell<'_>, expected: Text) -> (u32, Fault) {
        let place = cell_place(&self.worksheet, found.column, row);
        (found.column, Fault { place, heading: found.heading.clone(), found: excerpt(&words(cell)), expected })
    }

    /// Whether none of the columns of which one is enough has a cell.
    fn lacks_all(&self) -> bool {
        let columns = self.columns.layout.columns.iter().zip(&self.own);
        !columns.clone().any(|(column, cell)| column.need == Need::OneOf && cell.is_some())
    }

    /// What an empty cell is taken for.
    fn empty(&self, column: &Column) -> Result<String, Text> {
        match column.need {
            Need::Optional => Ok(String::new()),
            Need::Defaulted => match &self.default_reason {
                Some(reason) => check(Cell::Text(reason), column.kind).map_err(|expected| {
                    text!("--reason 不能用于这一列:", "--reason does not do for this column:").then(&expected)
                }),
                None => Err(text!(
                    "请填写, 或用 --reason 给出统一的理由",
                    "fill it in, or give one reason for all with --reason"
                )),
            },
            Need::Required if column.role == Role::Filter => Err(names_nothing()),
            Need::Required => Err(text!(
                "每行都要填写(合并单元格只有第一行有值)",
                "every row needs it (merged cells count for their first row alone)"
            )),
            Need::OneOf => Err(self.one_needed()),
        }
    }

    fn one_needed(&self) -> Text {
        let all = |lang: Lang| {
            let any = self.columns.layout.columns.iter().filter(|column| column.need == Need::OneOf);
            any.map(|column| column.heading(lang)).collect::<Vec<_>>().join(", ")
        };
        let (zh, en) = (all(Lang::Zh), all(Lang::En));
        text!("这几列至少填一个: {zh}", "fill in at least one of: {en}")
    }
}

fn is_covered(range: &Range, value: &str) -> Text {
    let (all, first) = (range.name(), range.first_cell());
    text!(
        "它在合并单元格 {all} 里，只有 {first}（“{value}”）有值；请取消合并，每行都填写",
        "it is covered by the merged cells {all}, whose value (\"{value}\") is that of {first} alone; unmerge them and fill in every row"
    )
}

fn is_past_the_headings() -> Text {
    text!(
        "这一格上面没有表头，不知道是什么；如果前面的内容里有逗号，请给那一格加上英文双引号",
        "there is no heading above it; where a cell before it holds a comma, put that cell in double quotes"
    )
}

fn cell_is_repeated() -> Text {
    text!(
        "文件里有两个这样的单元格，不知道哪一个算数；请用 Excel 打开并另存一次，再核对这一格",
        "the file holds this cell twice, and which one counts cannot be told; save the sheet again from Excel and look at the cell"
    )
}

fn row_is_repeated() -> Text {
    text!(
        "文件里有两个这样的行，其中一行会丢失；请用 Excel 打开并另存一次，再核对这一行",
        "the file holds this row twice, and one of the two would be lost; save the sheet again from Excel and look at the row"
    )
}

/// What an earlier result says became of the row; `None` where its cell was emptied.
fn status(cell: Cell<'_>) -> Result<Option<Status>, Text> {
    let code = words(cell);
    match trimmed(&code) {
        "" => Ok(None),
        code => Status::from_code(code).map(Some).ok_or_else(|| {
            let all = Status::ALL.map(Status::code).join(", ");
            text!(
                "结果表的这一列只能是: {all}; 要重做这一行请清空它, 若是自己的列请改个标题",
                "in a result this column holds one of: {all}; empty it to do the row again, or rename the column if it is your own"
            )
        }),
    }
}
