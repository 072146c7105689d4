//! The first worksheet: what it was, what came of it, what to do now.

use jiff::tz::TimeZone;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::super::layout::Owner;
use super::super::{Summary, when};
use super::as_number;
use super::style::{Banner, Styles, height};
use crate::model::{Mode, Status, Tally};
use crate::plain::{cut, shown};
use crate::sheet::headings;
use crate::text::{Lang, Text};

type Done = Result<(), XlsxError>;

/// The worksheet and the row that is written next; rows can only be written in order.
pub(super) struct Page<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    lang: Lang,
    zone: &'a TimeZone,
    row: u32,
    last_column: u16,
}

/// The widths of the columns, in characters: names, then numbers.
const NAMES: u16 = 32;
const NUMBERS: u16 = 14;
/// The last column that merged text reaches, unless the table of activities is wider.
const REACH: u16 = 7;
/// The most characters of a name in a table.
const NAME_MAX: usize = 300;
/// The most shops that are named.
const SHOPS: usize = 20;

impl<'a> Page<'a> {
    pub(super) fn new(sheet: &'a mut Worksheet, styles: &'a Styles, lang: Lang, zone: &'a TimeZone) -> Self {
        Self { sheet, styles, lang, zone, row: 0, last_column: REACH }
    }

    pub(super) fn write(mut self, summary: &Summary, left_out: usize) -> Done {
        let statuses: Vec<Status> = summary.tally.present().map(|(status, _)| status).collect();
        self.last_column = REACH.max(u16::try_from(statuses.len()).unwrap_or(0) + 1);
        self.sheet.set_screen_gridlines(false);
        self.sheet.set_column_width(0, NAMES)?;
        for column in 1..=self.last_column {
            self.sheet.set_column_width(column, NUMBERS)?;
        }
        self.head(summary)?;
        self.facts(summary)?;
        self.notes(summary, left_out)?;
        self.statuses(summary)?;
        self.activities(summary, &statuses)
    }

    /// The lines that must be seen: what it is, whether it was for real, whether something is left to do.
    fn head(&mut self, summary: &Summary) -> Done {
        let job = summary.job;
        let title = crate::text!("{op} · 任务 {job}", "{op} · job {job}", op = summary.operation.say(self.lang));
        self.across(0, title.say(self.lang), &self.styles.title, 32)?;
        let (mut mode, banner) = match summary.mode {
            Mode::DryRun => {
                let said = crate::text!("试运行 DRY RUN:没有提交任何申请", "DRY RUN: nothing was submitted");
                (said, Banner::Rehearsal)
            }
            Mode::LookUp => {
                let said = crate::text!("只查询 LOOK-UP ONLY:没有提交任何内容", "LOOK-UP ONLY: nothing was submitted");
                (said, Banner::Rehearsal)
            }
            Mode::Live => (crate::text!("实际执行 LIVE", "LIVE: not a rehearsal"), Banner::Live),
        };
        if summary.sandbox {
            let sandbox = crate::text!(
                " · 沙盒 SANDBOX:模拟平台,不涉及真实店铺",
                "· SANDBOX: a simulated platform, no real shop was touched"
            );
            mode = mode.then(&sandbox);
        }
        self.across(0, mode.say(self.lang), self.styles.banner(banner), 26)?;
        let (state, banner) = state(summary);
        self.across(0, state.say(self.lang), self.styles.banner(banner), 26)?;
        self.row += 1;
        Ok(())
    }

    fn facts(&mut self, summary: &Summary) -> Done {
        let (lang, zone) = (self.lang, self.zone);
        let started = summary.started_at;
        let at = |zh, en, ms| (when::labelled(&Text { zh, en }, lang, ms, zone), when::local(ms, zone));
        self.fact(lang.pick("表格", "Sheet"), &summary.sheet)?;
        self.fact(lang.pick("店铺", "Shops"), &shops(&summary.shops, lang))?;
        let (label, value) = at("开始时间".to_owned(), "Started".to_owned(), started);
        self.fact(&label, &value)?;
        if let Some(ended) = summary.ended_at {
            let (label, value) = at("结束时间".to_owned(), "Ended".to_owned(), ended);
            self.fact(&label, &value)?;
            let took = when::duration(ended.saturating_sub(started));
            self.fact(lang.pick("历时", "Took"), took.say(lang))?;
        }
        self.fact(lang.pick("表格行数", "Rows in the sheet"), &summary.rows.to_string())?;
        self.fact(lang.pick("结果行数", "Lines in this result"), &summary.tally.total().to_string())?;
        self.row += 1;
        Ok(())
    }

    fn notes(&mut self, summary: &Summary, left_out: usize) -> Done {
        let mut notes: Vec<Text> = summary.notes.clone();
        if left_out > 0 {
            notes.push(crate::text!(
                "表格自带的列太多,最后 {left_out} 列放不进工作表,没有写出",
                "the sheet has too many columns of its own: the last {left_out} do not fit and were left out"
            ));
        }
        if notes.is_empty() {
            return Ok(());
        }
        self.section(self.lang.pick("接下来", "What to do next"))?;
        for (number, note) in (1..).zip(&notes) {
            let note = format!("{number}. {}", note.say(self.lang));
            self.across(0, &note, &self.styles.value, 18)?;
        }
        self.row += 1;
        Ok(())
    }

    fn statuses(&mut self, summary: &Summary) -> Done {
        let tally = &summary.tally;
        self.section(self.lang.pick("各结果的数量", "Counts by outcome"))?;
        let heading = self.styles.heading(Owner::Result);
        let lang = self.lang;
        self.sheet.write_string_with_format(self.row, 0, headings::OUTCOME.say(lang), heading)?;
        for (column, word) in [(1, lang.pick("数量", "Lines")), (2, lang.pick("占比", "Share"))] {
            self.sheet.write_string_with_format(self.row, column, word, &self.styles.count_heading)?;
        }
        self.across(3, lang.pick("含义", "Meaning"), heading, 20)?;
        for (status, lines) in tally.present() {
            self.sheet.write_string_with_format(self.row, 0, status.code(), self.styles.status(status))?;
            self.sheet.write_number_with_format(self.row, 1, as_number(lines), &self.styles.count)?;
            let share = as_number(lines) / as_number(tally.total().max(1));
            self.sheet.write_number_with_format(self.row, 2, share, &self.styles.percent)?;
            self.across(3, summary.mode.sentence(status).say(lang), &self.styles.cell, 20)?;
        }
        self.sheet.set_row_height(self.row, 20)?;
        self.sheet.write_string_with_format(self.row, 0, lang.pick("合计", "Total"), &self.styles.total_label)?;
        self.sheet.write_number_with_format(self.row, 1, as_number(tally.total()), &self.styles.total)?;
        self.row += 2;
        Ok(())
    }

    fn activities(&mut self, summary: &Summary, statuses: &[Status]) -> Done {
        let activities = summary.activities();
        if activities.listed.is_empty() {
            return Ok(());
        }
        let lang = self.lang;
        self.section(lang.pick("各活动的结果", "Outcomes by activity"))?;
        let heading = self.styles.heading(Owner::Result);
        self.sheet.set_row_height(self.row, 20)?;
        self.sheet.write_string_with_format(self.row, 0, headings::NAME.say(lang), heading)?;
        self.sheet.write_string_with_format(self.row, 1, lang.pick("合计", "Total"), &self.styles.count_heading)?;
        for (column, status) in (2..).zip(statuses) {
            self.sheet.write_string_with_format(self.row, column, status.code(), self.styles.status(*status))?;
        }
        self.row += 1;
        for (name, tally) in &activities.listed {
            let none = lang.pick("(没有对应的活动)", "(no activity)");
            let name = if name.is_empty() { none.to_owned() } else { shown(name).into_owned() };
            self.tally(&name, tally, statuses)?;
        }
        if activities.others > 0 {
            let others = activities.others;
            let name = crate::text!("其他 {others} 个活动", "{others} other activities");
            self.tally(name.say(lang), &activities.others_tally, statuses)?;
        }
        Ok(())
    }

    fn tally(&mut self, name: &str, tally: &Tally, statuses: &[Status]) -> Done {
        let name = cut(name, NAME_MAX);
        self.sheet.set_row_height(self.row, height(&name, NAMES, 18))?;
        self.sheet.write_string_with_format(self.row, 0, name, &self.styles.cell)?;
        self.sheet.write_number_with_format(self.row, 1, as_number(tally.total()), &self.styles.count)?;
        for (column, status) in (2..).zip(statuses) {
            match tally.of(*status) {
                // A cell with nothing in it is easier to look past than a nought.
                0 => self.sheet.write_blank(self.row, column, &self.styles.count)?,
                lines => self.sheet.write_number_with_format(self.row, column, as_number(lines), &self.styles.count)?,
            };
        }
        self.row += 1;
        Ok(())
    }

    fn section(&mut self, headline: &str) -> Done {
        self.across(0, headline, &self.styles.section, 24)
    }

    fn fact(&mut self, label: &str, value: &str) -> Done {
        self.sheet.write_string_with_format(self.row, 0, label, &self.styles.label)?;
        self.across(1, &shown(value), &self.styles.value, 18)
    }

    /// Writes a text from a column to the right edge, over as many lines as it needs, and goes to the next row.
    fn across(&mut self, from: u16, text: &str, format: &Format, line_height: u16) -> Done {
        let names = if from == 0 { NAMES } else { 0 };
        let width = names + NUMBERS * (self.last_column + 1 - from.max(1));
        let text = cut(text, 2_000);
        self.sheet.set_row_height(self.row, height(&text, width, line_height))?;
        self.sheet.merge_range(self.row, from, self.row, self.last_column, &text, format)?;
        self.row += 1;
        Ok(())
    }
}

/// Whether something is left to do.
fn state(summary: &Summary) -> (Text, Banner) {
    let (job, tally) = (summary.job, &summary.tally);
    let (trouble, doubt, pending) = (tally.trouble(), tally.of(Status::InDoubt), tally.of(Status::Pending));
    let mut said = match (summary.finished, pending) {
        (true, _) => crate::text!("已完成", "Done"),
        (false, 0) => {
            crate::text!("未完成:继续请运行 unpromo resume {job}", "Not finished; to go on, run: unpromo resume {job}")
        }
        (false, _) => crate::text!(
            "未完成:还有 {pending} 条没轮到,继续请运行 unpromo resume {job}",
            "Not finished: {pending} not reached; to go on, run: unpromo resume {job}"
        ),
    };
    if trouble == 0 {
        if summary.finished {
            said = said.then(&crate::text!(",没有出错的条目", "Nothing went wrong."));
        }
        return (said, if summary.finished { Banner::Good } else { Banner::Trouble });
    }
    said = said.then(&crate::text!(";{trouble} 条需要处理", "- {trouble} need attention"));
    if doubt > 0 {
        said = said.then(&crate::text!(",其中 {doubt} 条结果不明 (in_doubt)", "({doubt} of them in doubt)"));
    }
    (said, Banner::Trouble)
}

fn shops(shops: &[String], lang: Lang) -> String {
    let named = shops.iter().take(SHOPS).map(String::as_str).collect::<Vec<_>>().join(lang.pick("、", ", "));
    match shops.len().checked_sub(SHOPS) {
        Some(more @ 1..) => named + crate::text!(" 等,另有 {more} 个", " and {more} more").say(lang),
        _ => named,
    }
}
