//! A table that fits the terminal: ids are never cut, names give way first, and where even that is not
//! enough, each row stands as lines of its own.

use super::{Paint, pad, plain, truncate, width};
use crate::text::{Lang, Text};

/// The gap between two columns.
const GAP: usize = 2;

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    heading: Text,
    /// The least columns to which its cells may be cut; `None`: never cut.
    least: Option<usize>,
    /// The most columns it takes, however wide its cells are.
    most: usize,
    /// Columns of a lower rank are cut first.
    rank: u8,
    to_the_right: bool,
}

impl Column {
    /// A column that is never cut: ids, codes, times.
    #[must_use]
    pub const fn whole(heading: Text) -> Self {
        Self { heading, least: None, most: usize::MAX, rank: u8::MAX, to_the_right: false }
    }

    /// A column of numbers: never cut, set to the right.
    #[must_use]
    pub const fn number(heading: Text) -> Self {
        let mut column = Self::whole(heading);
        column.to_the_right = true;
        column
    }

    /// A column that may be cut down to `least` columns; those of a lower rank are cut first.
    #[must_use]
    pub const fn text(heading: Text, least: usize, rank: u8) -> Self {
        Self { heading, least: Some(least), most: 60, rank, to_the_right: false }
    }

    /// Sets the most columns it takes.
    #[must_use]
    pub const fn most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }
}

/// Rows of cells under headings.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub const fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row: one text for each column. What would act on a terminal is escaped here.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| plain(cell.as_ref()).into_owned()).collect();
        cells.resize(self.columns.len(), String::new());
        self.rows.push(cells);
    }

    /// The rows so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table within `room` columns, without a line break at its end.
    #[must_use]
    pub fn render(&self, lang: Lang, room: usize, paint: Paint) -> String {
        match self.fit(lang, room) {
            Some(widths) => self.side_by_side(lang, &widths, paint),
            None => self.one_below_another(lang, room, paint),
        }
    }

    /// The width of each column; `None` where they do not fit.
    fn fit(&self, lang: Lang, room: usize) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = (0..self.columns.len()).map(|at| self.natural(at, lang)).collect();
        let gaps = GAP * self.columns.len().saturating_sub(1);
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_key(|at| self.columns[*at].rank);
        for at in order {
            let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
            if let Some(least) = self.columns[at].least {
                widths[at] = widths[at].saturating_sub(over).max(least.min(widths[at]));
            }
        }
        (widths.iter().sum::<usize>() + gaps <= room).then_some(widths)
    }

    /// The width that a column would like to have.
    fn natural(&self, at: usize, lang: Lang) -> usize {
        let column = &self.columns[at];
        let cells = self.rows.iter().map(|row| width(&row[at])).max().unwrap_or(0);
        let most = if column.least.is_some() { column.most } else { usize::MAX };
        cells.max(width(column.heading.say(lang))).min(most)
    }

    fn side_by_side(&self, lang: Lang, widths: &[usize], paint: Paint) -> String {
        let line = |cells: Vec<&str>| {
            let cut = cells.iter().zip(widths).zip(&self.columns);
            let padded: Vec<String> =
                cut.map(|((cell, width), column)| pad(&truncate(cell, *width), *width, column.to_the_right)).collect();
            padded.join(&" ".repeat(GAP)).trim_end().to_owned()
        };
        let headings = line(self.columns.iter().map(|column| column.heading.say(lang)).collect());
        let rows = self.rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
        std::iter::once(paint.bold(&headings)).chain(rows).collect::<Vec<_>>().join("\n")
    }

    /// For a narrow terminal: `heading: cell`, and a blank line between rows. Ids stay whole even here.
    fn one_below_another(&self, lang: Lang, room: usize, paint: Paint) -> String {
        let record = |row: &Vec<String>| {
            let cells = self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            let lines = cells.map(|(column, cell)| {
                let heading = format!("{}: ", column.heading.say(lang));
                let cell = match column.least {
                    None => cell.as_str().into(),
                    Some(_) => truncate(cell, room.saturating_sub(width(&heading))),
                };
                format!("{}{cell}", paint.bold(&heading))
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        self.rows.iter().map(record).collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(vec![
            Column::number(crate::text!("行", "row")),
            Column::whole(crate::text!("报名ID", "enrollId")),
            Column::text(crate::text!("活动名称", "activity"), 8, 2),
            Column::text(crate::text!("场次", "sessions"), 6, 1),
        ]);
        table.row(["2", "2509090813203861", "清仓甩卖", "巴西站-2025-09-07~2025-09-20"]);
        table.row(["103", "2509090813204458", "官方大促-冬季返场特别活动", "智利站"]);
        table
    }

    fn shown(room: usize, lang: Lang) -> Vec<String> {
        table().render(lang, room, Paint::none()).lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_wide_terminal_shows_all() {
        assert_eq!(
            shown(120, Lang::Zh),
            [
                " 行  报名ID            活动名称                   场次",
                "  2  2509090813203861  清仓甩卖                   巴西站-2025-09-07~2025-09-20",
                "103  2509090813204458  官方大促-冬季返场特别活动  智利站",
            ]
        );
    }

    #[test]
    fn names_give_way_and_ids_never_do() {
        for room in [40, 44, 50, 60, 70] {
            for lang in [Lang::Zh, Lang::En] {
                let lines = shown(room, lang);
                assert!(lines.iter().all(|line| width(line) <= room), "{room}: {lines:#?}");
                assert!(lines.iter().any(|line| line.contains("2509090813203861")), "{room}: {lines:#?}");
            }
        }
        assert_eq!(shown(44, Lang::En)[2], "103  2509090813204458  官方大促-冬..  智利站");
    }

    #[test]
    fn a_very_narrow_terminal_gets_a_row_as_lines() {
        assert_eq!(
            shown(24, Lang::En)[..5],
            ["row: 2", "enrollId: 2509090813203861", "activity: 清仓甩卖", "sessions: 巴西站-2025-..", ""]
        );
    }

    #[test]
    fn cells_cannot_act_on_the_terminal() {
        let mut table = Table::new(vec![Column::text(crate::text!("名", "name"), 4, 1)]);
        table.row(["\x1b[2Jgone\nnext"]);
        assert_eq!(table.render(Lang::En, 80, Paint::none()), "name\n<1B>[2Jgone next");
    }
}
