//! Why no worksheet fits: what was found, what is missing, and what was perhaps meant.

use crate::error::Error;
use crate::model::{Column, Need};
use crate::text;
use crate::text::{Lang, Text};

use super::choose::{HEADING_ROWS, Head};
use super::columns::{Columns, folded, names};
use super::layout::Layout;
use super::place::cell_place;
use super::show::excerpt;

/// How many headings of a row are shown.
const SHOWN: usize = 12;

/// The row that comes nearest to an operation.
struct Nearest<'a> {
    worksheet: &'a str,
    columns: Columns,
    meant: Vec<Meant>,
}

/// A heading that is perhaps misspelt.
struct Meant {
    place: String,
    heading: String,
    column: &'static Column,
}

/// Says why none of these worksheets fits.
pub(super) fn misfit(shown: &str, heads: &[Head], layouts: &[Layout], hidden: bool) -> Error {
    let all = heads.iter().flat_map(|head| {
        head.rows
            .iter()
            .flat_map(move |row| layouts.iter().map(move |layout| Nearest::of(&head.worksheet, row, layout)))
    });
    // Of equally near rows the first is meant, so the later ones must be better.
    let nearest = all.reduce(|best, next| if next.rank() > best.rank() { next } else { best });
    let error = match nearest.filter(|nearest| nearest.rank() > 0) {
        Some(nearest) => nearest.explain(shown),
        None => nothing_known(shown, heads, layouts),
    };
    if !hidden {
        return error;
    }
    let note = text!(
        "(隐藏的工作表不会读取,除非用 --sheet-name 指定)",
        "(Hidden worksheets are read only when --sheet-name names them.)"
    );
    let next = error.next.as_ref().map_or_else(|| note.clone(), |next| next.clone().then(&note));
    error.next(next)
}

/// The word that a misspelt one was perhaps meant to be.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let word_length = word.chars().count();
    let distances = known.filter_map(|known| {
        let plain = folded(known);
        let length = plain.chars().count();
        let allowed = (length / 3).max(1);
        // Asked first: a cell can hold thousands of characters, and telling the distance takes its time.
        if length < 2 || word_length < 2 || length.abs_diff(word_length) > allowed {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&word, &plain);
        (distance <= allowed).then_some((distance, known))
    });
    distances.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

impl<'a> Nearest<'a> {
    fn of(worksheet: &'a str, row: &super::read::Record, layout: &Layout) -> Self {
        let columns = Columns::of(row, layout);
        let missing = columns.missing();
        let guesses = columns.extra.iter().filter_map(|found| {
            let all = missing.iter().flat_map(|column| names(column));
            let name = nearest(&found.heading, all)?;
            let column = missing.iter().copied().find(|column| names(column).any(|known| known == name))?;
            let place = cell_place(worksheet, found.column, columns.row);
            Some(Meant { place, heading: excerpt(&found.heading), column })
        });
        let meant = guesses.collect();
        Self { worksheet, columns, meant }
    }

    fn rank(&self) -> usize {
        self.columns.matched() * 2 + self.meant.len()
    }

    fn explain(&self, shown: &str) -> Error {
        let Self { worksheet, columns, meant } = self;
        let (worksheet, row, operation) = (excerpt(worksheet), columns.row, columns.layout.operation);
        let missing = list(&columns.missing());
        let what = Text {
            zh: format!("{shown}: {worksheet} 第 {row} 行缺少 {operation} 需要的标题: {}", missing.zh),
            en: format!("{shown}: {worksheet} row {row} lacks headings that {operation} needs: {}", missing.en),
        };
        Error::usage(what).next(if meant.is_empty() { self.found().then(&blank(operation)) } else { guess(meant) })
    }

    /// What the row has instead.
    fn found(&self) -> Text {
        let own = self.columns.own.iter().flatten();
        let mut found: Vec<_> = own.chain(&self.columns.extra).collect();
        found.sort_by_key(|found| found.column);
        let words = found.iter().take(SHOWN).map(|found| excerpt(&found.heading)).collect::<Vec<_>>().join(", ");
        let more = if found.len() > SHOWN { ", ..." } else { "" };
        text!("这一行有: {words}{more}。", "The row has: {words}{more}.")
    }
}

fn guess(meant: &[Meant]) -> Text {
    let each = |lang: Lang, between: &str| {
        let said = meant.iter().map(|Meant { place, heading, column }| {
            let name = column.heading(lang);
            match lang {
                Lang::Zh => format!("{place} 的 \"{heading}\" 是不是 \"{name}\"?"),
                Lang::En => format!("{place}: \"{heading}\": did you mean \"{name}\" ({})?", column.heading),
            }
        });
        said.collect::<Vec<_>>().join(between)
    };
    Text { zh: each(Lang::Zh, " "), en: each(Lang::En, " ") }
}

/// Nothing in the first rows is a heading that any of the operations reads.
fn nothing_known(shown: &str, heads: &[Head], layouts: &[Layout]) -> Error {
    let needed = layouts.iter().map(|layout| {
        let none = super::read::Record::default();
        (layout.operation, list(&Columns::of(&none, layout).missing()))
    });
    let needed: Vec<_> = needed.collect();
    let say = |lang| {
        let each = needed.iter().map(|(operation, list)| format!("{operation}: {}", list.say(lang)));
        each.collect::<Vec<_>>().join("; ")
    };
    let (zh, en) = (say(Lang::Zh), say(Lang::En));
    let rows = HEADING_ROWS;
    let is_empty = heads.iter().all(|head| head.rows.is_empty());
    let what = if is_empty {
        text!("{shown}: 前 {rows} 行是空的", "{shown}: the first {rows} rows are empty")
    } else {
        text!("{shown}: 前 {rows} 行里没有认识的标题", "{shown}: no known headings in the first {rows} rows")
    };
    let next = text!("需要的标题: {zh}。", "Headings that are needed: {en}.");
    Error::usage(what).next(match layouts {
        [layout, ..] => next.then(&blank(layout.operation)),
        [] => next,
    })
}

fn blank(operation: &str) -> Text {
    text!(
        "空白表格: unpromo template {operation} -o blank.xlsx",
        "For a blank sheet: unpromo template {operation} -o blank.xlsx"
    )
}

/// Headings as each language names them. Those of which one is enough stand behind one another.
fn list(columns: &[&'static Column]) -> Text {
    let say = |lang: Lang| {
        let name = |column: &&Column| match lang {
            Lang::Zh => column.heading.to_owned(),
            Lang::En if column.heading == column.key => column.key.to_owned(),
            Lang::En => format!("{} ({})", column.key, column.heading),
        };
        let (any, each): (Vec<&Column>, Vec<&Column>) = columns.iter().partition(|column| column.need == Need::OneOf);
        let mut names: Vec<String> = each.iter().map(name).collect();
        if !any.is_empty() {
            names.push(any.iter().map(name).collect::<Vec<_>>().join(lang.pick(" 或 ", " or ")));
        }
        names.join(", ")
    };
    Text { zh: say(Lang::Zh), en: say(Lang::En) }
}

#[cfg(test)]
mod tests {
    use super::super::columns::tests::{POOL, WITHDRAW, row};
    use super::{Head, misfit, nearest};
    use crate::sheet::read::Record;

    fn said(rows: Vec<Record>) -> crate::error::Error {
        misfit("week.xlsx", &[Head { worksheet: "Sheet1".to_owned(), rows }], &[WITHDRAW, POOL], false)
    }

    #[test]
    fn a_misspelt_heading_is_named_with_its_place_and_what_was_meant() {
        let error = said(vec![row(1, &["本周退出"]), row(2, &["SPU", "活动名程", "理由"])]);
        assert!(error.what.zh.contains("第 2 行缺少 withdraw 需要的标题: 活动名称"), "{error:?}");
        let next = error.next.expect("what to do");
        assert_eq!(next.zh, "Sheet1!B2 的 \"活动名程\" 是不是 \"活动名称\"?");
        assert_eq!(next.en, "Sheet1!B2: \"活动名程\": did you mean \"activityName\" (活动名称)?");
    }

    #[test]
    fn without_a_guess_it_says_what_was_found_and_what_is_missing() {
        let error = said(vec![row(1, &["SPU", "负责人", "备注"])]);
        assert!(error.what.en.ends_with("needs: activityName (活动名称), reason (理由)"), "{error}");
        assert!(error.next.expect("what to do").en.starts_with("The row has: SPU, 负责人, 备注."));
    }

    #[test]
    fn a_sheet_of_something_else_is_told_what_would_fit() {
        let error = said(vec![row(1, &["姓名", "电话"])]);
        assert!(error.what.zh.contains("前 10 行里没有认识的标题"), "{error:?}");
        let next = error.next.expect("what to do").zh;
        assert!(next.contains("withdraw: SPU, 活动名称, 理由; pool: 活动ID 或 外部活动ID"), "{next}");
        assert!(said(Vec::new()).what.en.contains("rows are empty"));
    }

    #[test]
    fn only_near_words_are_suggested() {
        let known = || ["活动名称", "理由", "SPU", "activityName"].into_iter();
        assert_eq!(nearest("活动名程", known()), Some("活动名称"));
        assert_eq!(nearest("SUP", known()), Some("SPU"));
        assert_eq!(nearest("activty name", known()), Some("activityName"));
        assert_eq!(nearest("备注", known()), None);
        assert_eq!(nearest("a", known()), None);
    }

    #[test]
    fn a_cell_of_any_length_is_held_against_the_headings_at_once() {
        // Distances take length times length: without a look at the lengths this alone would take an hour.
        let long = "活".repeat(1_000_000);
        assert_eq!(nearest(&long, ["活动名称", "理由", "SPU"].into_iter()), None);
    }
}
