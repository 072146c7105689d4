//! One row of a worksheet held against the headings of one operation.

use std::borrow::Cow;

use crate::model::{Column, Need, fold_width};

use super::check::words;
use super::headings::{self, Heading};
use super::ids::{is_unseen, trimmed};
use super::layout::Layout;
use super::read::{Mark, Record};

/// A heading as the sheet has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The column, counted from 0.
    pub(super) column: u32,
    /// The words.
    pub(super) heading: String,
}

/// What a row's cells are as headings of an operation.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The operation.
    pub(super) layout: Layout,
    /// The row as Excel shows it.
    pub(super) row: u64,
    /// Where each of the operation's columns is.
    pub(super) own: Vec<Option<Found>>,
    /// Columns of the operation that are there a second time: which, and where.
    pub(super) repeated: Vec<(usize, Found)>,
    /// The sheet's own further columns, in its order.
    pub(super) extra: Vec<Found>,
    /// What a result says of the row, where the sheet is one.
    pub(super) result: Option<ResultColumns>,
    /// The columns that an earlier result added, which nobody reads.
    pub(super) added: Vec<u32>,
}

/// What a result that is handed in again says of a row.
#[derive(Clone, Debug)]
pub(super) struct ResultColumns {
    /// The status code.
    pub(super) outcome: Found,
    /// The name of the target.
    pub(super) name: Option<Found>,
}

impl Columns {
    /// Holds a row against an operation.
    pub(super) fn of(record: &Record, layout: &Layout) -> Self {
        let mut this = Self {
            layout: *layout,
            row: record.number,
            own: vec![None; layout.columns.len()],
            repeated: Vec::new(),
            extra: Vec::new(),
            result: None,
            added: Vec::new(),
        };
        let meant = |words: &str| {
            let is_meant = |column: &Column| names(column).any(|name| folds_to(name, words));
            layout.columns.iter().position(is_meant)
        };
        for found in found(record) {
            match meant(&folded(&found.heading)) {
                Some(index) if this.own[index].is_none() => this.own[index] = Some(found),
                Some(index) => this.repeated.push((index, found)),
                None => this.extra.push(found),
            }
        }
        // Only where nothing has the heading itself: `SPU` counts, and `SPU（旧）` beside it is the user's own.
        let lacks: Vec<bool> = this.own.iter().map(Option::is_none).collect();
        for found in std::mem::take(&mut this.extra) {
            match unmarked(&folded(&found.heading)).and_then(meant) {
                Some(index) if this.own[index].is_none() => this.own[index] = Some(found),
                Some(index) if lacks[index] => this.repeated.push((index, found)),
                _ => this.extra.push(found),
            }
        }
        this.take_result_columns();
        this
    }

    /// Whether everything that the operation needs is there.
    pub(super) fn fits(&self) -> bool {
        self.missing().is_empty()
    }

    /// How many of the operation's columns are there.
    pub(super) fn matched(&self) -> usize {
        self.own.iter().flatten().count()
    }

    /// The headings that the operation needs and the row does not have. Where one of several would
    /// do, and none is there, all of them.
    pub(super) fn missing(&self) -> Vec<&'static Column> {
        let pairs = || self.layout.columns.iter().zip(&self.own);
        let has_one = pairs().any(|(column, found)| column.need == Need::OneOf && found.is_some());
        let is_missing = |column: &Column| match column.need {
            Need::Required | Need::Defaulted => true,
            Need::OneOf => !has_one,
            Need::Optional => false,
        };
        pairs().filter(|(column, found)| found.is_none() && is_missing(column)).map(|(column, _)| column).collect()
    }

    /// Tells the columns that a result adds from the user's own. They count as such only beside an
    /// outcome, and an outcome only beside something else that results alone have: people keep
    /// columns called 结果 of their own.
    fn take_result_columns(&mut self) {
        let place = |extra: &[Found], heading: Heading| {
            let words = [folded(heading.zh), folded(heading.en)];
            extra.iter().position(|found| words.contains(&folded(&found.heading)))
        };
        let has = |heading| place(&self.extra, heading).is_some();
        let has_pin = self.layout.pin().is_some_and(|pin| self.own[pin].is_some());
        let is_result = has(headings::OUTCOME)
            && (has_pin || [headings::NAME, headings::ATTEMPTS, headings::SENT_AT].into_iter().any(has));
        if !is_result {
            return;
        }
        let mut take = |heading| {
            let found = place(&self.extra, heading).map(|at| self.extra.remove(at));
            self.added.extend(found.as_ref().map(|found| found.column));
            found
        };
        let (outcome, name) = (take(headings::OUTCOME), take(headings::NAME));
        for heading in headings::ALL {
            if heading != headings::OUTCOME && heading != headings::NAME {
                take(heading);
            }
        }
        for fact in self.layout.facts {
            take(Heading { zh: fact.zh, en: fact.en });
        }
        self.result = outcome.map(|outcome| ResultColumns { outcome, name });
    }
}

/// The cells of a row, as headings. A number or date can head a column of the user's own. A cell that is merged with
/// one of the rows above has that one's heading.
fn found(record: &Record) -> impl Iterator<Item = Found> + '_ {
    let own = record.cells().map(|(column, cell)| (column, words(cell)));
    let from_above = record.marks().iter().filter_map(|(_, mark)| match mark {
        Mark::Covered(range, value) if range.rows.0 < record.number => Some((range.columns.0, value.as_ref())),
        _ => None,
    });
    let from_above = from_above.filter(|(column, _)| record.cell_in(*column).is_none());
    own.chain(from_above.map(|(column, value)| (column, Cow::Borrowed(value)))).filter_map(|(column, words)| {
        let heading = trimmed(&words).to_owned();
        (!folded(&heading).is_empty()).then_some(Found { column, heading })
    })
}

/// A [`folded`] heading without what forms put around it: `*SPU`, `SPU:`, `理由(必填)`, `[必填]理由`. `None`: it has
/// nothing of the kind.
pub(super) fn unmarked(folded: &str) -> Option<&str> {
    const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('【', '】')];
    let is_mark = |c: char| matches!(c, '*' | ':' | '★' | '●' | '※');
    let mut bare = folded;
    loop {
        let before = bare;
        bare = bare.trim_matches(is_mark);
        for (open, close) in BRACKETS {
            let (first, last) = (bare.strip_prefix(open), bare.strip_suffix(close));
            bare = first.and_then(|rest| rest.split_once(close)).map_or(bare, |(_, rest)| rest);
            bare = last
                .filter(|_| bare.ends_with(close))
                .and_then(|rest| rest.rsplit_once(open))
                .map_or(bare, |(rest, _)| rest);
        }
        if bare == before {
            return (bare.len() < folded.len() && !bare.is_empty()).then_some(bare);
        }
    }
}

/// Every heading that means a column.
pub(super) fn names(column: &Column) -> impl Iterator<Item = &'static str> + use<> {
    [column.heading, column.key].into_iter().chain(column.aliases.iter().copied())
}

/// A heading as it is compared: width and case folded, without spaces, line ends and characters
/// that nobody sees.
pub(super) fn folded(heading: &str) -> String {
    letters(&fold_width(heading)).collect()
}

/// Whether a heading is a word that is [`folded`] already. A row can have thousands of cells, and each is held
/// against every heading that is known.
pub(super) fn folds_to(heading: &str, folded: &str) -> bool {
    letters(&fold_width(heading)).eq(folded.chars())
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let seen = |c: &char| !c.is_whitespace() && !c.is_control() && !is_unseen(*c);
    text.chars().filter(seen).flat_map(char::to_lowercase)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Columns, folded, folds_to};
    use crate::model::{Column, FactColumn, Kind, Need, Role};
    use crate::sheet::layout::Layout;
    use crate::sheet::read::{Cell, Record};

    const fn column(key: &'static str, heading: &'static str, role: Role, kind: Kind, need: Need) -> Column {
        Column { key, heading, aliases: &[], role, kind, need, note: ("", ""), example: "" }
    }

    pub(in crate::sheet) static WITHDRAW: Layout = Layout {
        operation: "withdraw",
        columns: &[
            column("spu", "SPU", Role::Item, Kind::Digits, Need::Required),
            column("activityName", "活动名称", Role::Filter, Kind::Filter, Need::Required),
            column("reason", "理由", Role::Reason, Kind::Text { max: Some(20) }, Need::Defaulted),
            column("enrollId", "报名ID", Role::Pin, Kind::Digits, Need::Optional),
            column("code", "货品编码", Role::Detail, Kind::Code, Need::Optional),
            column("requestNo", "请求单号", Role::RequestNo, Kind::RequestNo { min: 3, max: 8 }, Need::Optional),
        ],
        facts: &[FactColumn { zh: "价格", en: "Price", width: 8 }],
    };

    pub(in crate::sheet) static POOL: Layout = Layout {
        operation: "pool",
        columns: &[
            column("act_id", "活动ID", Role::Item, Kind::Digits, Need::OneOf),
            column("out_act_id", "外部活动ID", Role::Item, Kind::Code, Need::OneOf),
        ],
        facts: &[],
    };

    pub(in crate::sheet) fn row(number: u64, cells: &[&str]) -> Record {
        let mut record = Record::default();
        record.start(number);
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            record.put(column, Cell::Text(text));
        }
        record
    }

    fn extra(columns: &Columns) -> Vec<&str> {
        columns.extra.iter().map(|found| found.heading.as_str()).collect()
    }

    #[test]
    fn headings_are_known_in_any_order_language_width_and_case() {
        let columns = Columns::of(&row(3, &["REASON", "负责人", " ＳＰＵ ", "活动\n名称"]), &WITHDRAW);
        assert!(columns.fits());
        let places: Vec<_> = columns.own.iter().map(|found| found.as_ref().map(|found| found.column)).collect();
        assert_eq!(places, [Some(2), Some(3), Some(0), None, None, None]);
        assert_eq!(extra(&columns), ["负责人"]);
        assert_eq!(folded("\u{feff}SPU\u{a0}ID"), "spuid");
    }

    #[test]
    fn a_heading_is_a_folded_word_where_it_folds_to_it() {
        for (heading, word) in [("SPU ID", "ｓｐｕ id"), ("活动\n名称", "活动名称"), ("İ", "i̇"), ("", " ")]
        {
            assert!(folds_to(heading, &folded(word)), "{heading:?} {word:?}");
        }
        for (heading, word) in [("SPU", "SPU ID"), ("SPU ID", "SPU"), ("理由", "")] {
            assert!(!folds_to(heading, &folded(word)), "{heading:?} {word:?}");
        }
    }

    #[test]
    fn one_of_several_is_enough_and_none_is_not() {
        assert!(Columns::of(&row(1, &["外部活动ID"]), &POOL).fits());
        let missing = Columns::of(&row(1, &["备注"]), &POOL).missing().len();
        assert_eq!(missing, 2);
    }

    #[test]
    fn a_column_that_is_there_twice_is_seen() {
        let columns = Columns::of(&row(1, &["SPU", "活动名称", "理由", "spu"]), &WITHDRAW);
        assert_eq!(columns.repeated.iter().map(|(index, found)| (*index, found.column)).collect::<Vec<_>>(), [(0, 3)]);
    }

    #[test]
    fn what_a_result_adds_is_not_the_users_own() {
        let headings = [
            "行",
            "SPU",
            "活动名称",
            "理由",
            "报名ID",
            "匹配活动",
            "价格",
            "结果",
            "说明",
            "提交次数",
            "提交时间",
            "备注",
        ];
        let columns = Columns::of(&row(1, &headings), &WITHDRAW);
        let result = columns.result.as_ref().expect("a result");
        assert_eq!((result.outcome.column, result.name.as_ref().map(|name| name.column)), (7, Some(5)));
        assert_eq!(extra(&columns), ["备注"]);
    }

    #[test]
    fn a_users_own_outcome_column_makes_no_result() {
        let columns = Columns::of(&row(1, &["SPU", "活动名称", "理由", "结果", "说明", "价格"]), &WITHDRAW);
        assert!(columns.result.is_none());
        assert_eq!(extra(&columns), ["结果", "说明", "价格"]);
    }
}
