//! Which of an item's targets a row means, and what is to become of each: a pure function of the row,
//! of what the platform lists, and of what was submitted before.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Options;
use crate::journal::{AttemptState, Earlier, LineKey, Outcome};
use crate::model::{Filter, Role, Row, Status, Target, canonical_id, fold_width};
use crate::plain::{CELL_MAX, cut, shown};
use crate::platform::Operation;
use crate::text;
use crate::text::Text;

/// So many names are listed beside a row that matched none.
const NAMES_SHOWN: usize = 20;

/// What rows are matched against.
pub struct Listing<'a> {
    /// What decides which of a row's details count.
    pub operation: &'a dyn Operation,
    /// How the job is run.
    pub options: &'a Options,
    /// What the look-up listed.
    pub listed: &'a [Target],
    /// What other jobs submitted, or may have, for the same item.
    pub earlier: &'a [Earlier],
}

/// A line before it has its number.
struct Draft {
    target: Option<Target>,
    status: Status,
    detail: Option<Text>,
}

impl Draft {
    const fn without_target(status: Status, detail: Text) -> Self {
        Self { target: None, status, detail: Some(detail) }
    }
}

impl Listing<'_> {
    /// The lines of one row.
    #[must_use]
    pub fn lines(&self, row: &Row, request_no: &str) -> Vec<Outcome> {
        let columns = self.operation.columns();
        let pin = canonical_id(row.cell(columns, Role::Pin));
        let drafts = if pin.is_empty() { self.filtered(row) } else { vec![self.pinned(row, pin)] };
        let numbered = drafts.into_iter().zip(0_u32..);
        numbered
            .map(|(draft, seq)| Outcome {
                key: LineKey { row: row.number, seq },
                target: draft.target,
                request_no: request_no.to_owned(),
                status: draft.status,
                detail: draft.detail,
            })
            .collect()
    }

    /// A row that was reviewed: exactly its target, under the name it had then, or nothing.
    fn pinned(&self, row: &Row, pin: &str) -> Draft {
        let Some(target) = self.listed.iter().find(|target| target.id == pin) else {
            return match self.earlier_of(pin) {
                Some(earlier) => Draft {
                    target: Some(gone_target(earlier)),
                    status: Status::Skipped,
                    detail: Some(submitted_before(earlier, true)),
                },
                None => Draft::without_target(
                    Status::Skipped,
                    text!("平台已不再列出 {pin}", "{pin} is no longer listed by the platform"),
                ),
            };
        };
        let expected = row.pinned_name.as_deref().filter(|name| !name.is_empty());
        let is_same = match expected {
            Some(name) => is_written_name(name, &target.name),
            None => self.filter(row).is_none_or(|filter| filter.matches(&target.name)),
        };
        if is_same {
            return self.judged(row, target).unwrap_or_else(|why| Draft::without_target(Status::Unmatched, why));
        }
        let name = &target.name;
        Draft::without_target(
            Status::Skipped,
            text!(
                "{pin} 现在的活动名称是 {name},与此行不符",
                "{pin} is now listed as {name}, which is not what this row says"
            ),
        )
    }

    fn filtered(&self, row: &Row) -> Vec<Draft> {
        let filter = self.filter(row);
        let fits = |name: &str| filter.as_ref().is_none_or(|filter| filter.matches(name));
        let mut left_out = Vec::new();
        let mut drafts = Vec::new();
        for target in self.listed.iter().filter(|target| fits(&target.name)) {
            match self.judged(row, target) {
                Ok(draft) => drafts.push(draft),
                Err(why) => left_out.push(why),
            }
        }
        let is_listed = |earlier: &Earlier| self.listed.iter().any(|target| target.id == earlier.target);
        // Where rows are their own targets, what other rows once named is none of this one's business.
        let tells_gone = !self.options.again && self.operation.promises().looks_up;
        let gone = self.earlier.iter().filter(|earlier| tells_gone && fits(&earlier.name) && !is_listed(earlier));
        drafts.extend(gone.map(|earlier| Draft {
            target: Some(gone_target(earlier)),
            status: Status::Skipped,
            detail: Some(submitted_before(earlier, true)),
        }));
        drafts.extend(left_out.into_iter().map(|why| Draft::without_target(Status::Unmatched, why)));
        let known = |pattern: &str| {
            let listed = self.listed.iter().any(|target| Filter::is_name(pattern, &target.name));
            listed || self.earlier.iter().any(|earlier| Filter::is_name(pattern, &earlier.name))
        };
        let missing = filter.iter().flat_map(Filter::patterns).filter(|pattern| !known(pattern));
        drafts.extend(missing.map(|pattern| Draft::without_target(Status::Unmatched, self.no_such_name(pattern))));
        if drafts.is_empty() {
            drafts.push(Draft::without_target(Status::Unmatched, self.no_such_name("*")));
        }
        drafts
    }

    /// What is to become of a target that the row names. `Err`: the row's details rule it out.
    fn judged(&self, row: &Row, target: &Target) -> Result<Draft, Text> {
        self.operation.admits(row, target)?;
        let draft = |status, detail| Ok(Draft { target: Some(target.clone()), status, detail });
        if let Some(earlier) = self.earlier_of(&target.id) {
            return match earlier.state {
                AttemptState::Intended | AttemptState::Unclear => {
                    draft(Status::InDoubt, Some(in_doubt_before(earlier)))
                }
                _ => draft(Status::Skipped, Some(submitted_before(earlier, false))),
            };
        }
        if let Some(done) = &target.done {
            return draft(Status::Skipped, Some(done.clone()));
        }
        if target.ended && self.options.skip_ended {
            return draft(
                Status::Skipped,
                Some(text!("场次都已结束(--skip-ended)", "every session is over (--skip-ended)")),
            );
        }
        let ended = target.ended.then(|| text!("匹配到;注意:场次都已结束", "matched; note that every session is over"));
        draft(Status::Matched, ended.or_else(|| self.operation.sentence(target)))
    }

    fn filter(&self, row: &Row) -> Option<Filter> {
        Filter::parse(row.cell(self.operation.columns(), Role::Filter))
    }

    fn earlier_of(&self, target: &str) -> Option<&Earlier> {
        self.earlier.iter().rfind(|earlier| earlier.target == target).filter(|_| !self.options.again)
    }

    fn no_such_name(&self, pattern: &str) -> Text {
        let mut names: Vec<&str> = self.listed.iter().map(|target| target.name.as_str()).collect();
        names.dedup();
        if names.is_empty() && !self.operation.promises().submits {
            return text!("平台没有这个编号的内容", "the platform knows nothing under this id");
        }
        if names.is_empty() {
            return text!("平台没有列出任何可退的报名", "the platform lists nothing that can be withdrawn");
        }
        let more = if names.len() > NAMES_SHOWN { " …" } else { "" };
        names.truncate(NAMES_SHOWN);
        let (zh, en) = (names.join("、"), names.join(", "));
        text!("没有叫「{pattern}」的;现有:{zh}{more}", "none is named \"{pattern}\"; there are: {en}{more}")
    }
}

/// Whether a name that a result holds is this one: a result spells out what a screen would obey, and a workbook
/// ends what is longer than a cell.
fn is_written_name(written: &str, name: &str) -> bool {
    let is = |name: &str| fold_width(written).trim() == fold_width(name).trim();
    let spelled = shown(name);
    is(name) || is(&spelled) || is(&cut(&spelled, CELL_MAX))
}

/// Another attempt stands in the way of this line.
pub(super) fn blocked(earlier: &Earlier) -> (Status, Text) {
    match earlier.state {
        AttemptState::Intended | AttemptState::Unclear => (Status::InDoubt, in_doubt_before(earlier)),
        _ => (Status::Skipped, submitted_before(earlier, false)),
    }
}

fn submitted_before(earlier: &Earlier, is_gone: bool) -> Text {
    let (at, job) = (local_time(earlier.at), earlier.job);
    if is_gone && earlier.state != AttemptState::Accepted {
        return text!(
            "任务 {job} 在 {at} 提交过,当时没有得到明确答复;平台已不再列出:算已提交",
            "job {job} submitted it on {at} without a clear answer, and it is no longer listed: it was submitted"
        );
    }
    let known = text!("已在 {at} 提交过(任务 {job})", "already submitted on {at} in job {job}");
    if is_gone { known.then(&text!(",平台已不再列出", "and no longer listed")) } else { known }
}

fn in_doubt_before(earlier: &Earlier) -> Text {
    let (at, job) = (local_time(earlier.at), earlier.job);
    text!(
        "任务 {job} 在 {at} 提交过,结果不明;请先处理:unpromo resume {job}",
        "job {job} submitted it on {at} without a clear answer; settle that first: unpromo resume {job}"
    )
}

/// A target that is known from an earlier attempt alone.
fn gone_target(earlier: &Earlier) -> Target {
    Target {
        id: earlier.target.clone(),
        name: earlier.name.clone(),
        ended: false,
        done: None,
        group: String::new(),
        data: String::new(),
    }
}

/// Epoch ms as people read it, in this machine's zone.
pub(super) fn local_time(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
