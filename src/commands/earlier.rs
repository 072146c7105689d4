//! Which earlier result a new one may replace where the user names no place: an untouched one of the same sheet, from a
//! job that sent nothing, where this job sends nothing either. Everything else is kept, and it is said why.

use std::path::Path;

use super::operation_of;
use super::run::absolute;
use crate::error::Result;
use crate::journal::{JobInfo, Journal};
use crate::sheet::result::{DefaultPlace, Reservation, default_place, sha256_of};
use crate::text;
use crate::text::Text;

/// The new job, as far as its result's place depends on it.
pub(super) struct NewResult<'a> {
    pub journal: &'a Journal,
    /// Where the sheet is, as the user gave it.
    pub place: &'a Path,
    /// What the journal remembers the sheet as.
    pub sheet: &'a str,
    /// Whether the job submits anything.
    pub submits: bool,
}

impl NewResult<'_> {
    /// Where the result goes.
    pub fn default_place(&self) -> DefaultPlace {
        default_place(self.place, &|path| self.may_replace(path))
    }

    /// The content of an earlier result that may be replaced; otherwise why not.
    fn may_replace(&self, path: &Path) -> std::result::Result<String, Text> {
        let result = absolute(path);
        let sha256 = sha256_of(path).map_err(|why| text!("读不出来：{why}", "it cannot be read: {why}"))?;
        let broken = |why: crate::error::Error| why.what;
        let untouched = self.journal.job_of_untouched_result(&result, &sha256).map_err(broken)?;
        let Some(owner) = untouched else {
            return Err(why_kept(self.journal.job_of_result(&result).map_err(broken)?.as_ref()));
        };
        let (job, sheet) = (owner.id, &owner.sheet);
        if owner.sheet != self.sheet {
            return Err(text!("它是任务 {job} 的结果，表格是 {sheet}", "it is the result of job {job}, of {sheet}"));
        }
        if self.submits {
            return Err(text!("它是任务 {job} 试运行的结果", "it is the result of job {job}, a dry run"));
        }
        Reservation::can_replace(path).map_err(broken)?;
        Ok(sha256)
    }
}

/// Why a file that no job is known to have left like this is kept.
fn why_kept(owner: Option<&JobInfo>) -> Text {
    let Some(owner) = owner else {
        return text!("它不是 unpromo 在这里写出的结果", "it is no result that unpromo wrote here");
    };
    let job = owner.id;
    if submits(owner).unwrap_or(true) {
        return text!("它是任务 {job} 正式提交的结果", "it is the result of job {job}, a live run");
    }
    match owner.result_sha256 {
        Some(_) => text!("任务 {job} 写出它之后，内容改动过", "it was changed after job {job} wrote it"),
        None => text!("不能确定任务 {job} 写出它之后有没有改动过", "it may have been changed after job {job} wrote it"),
    }
}

/// Whether a job submits anything.
pub(super) fn submits(job: &JobInfo) -> Result<bool> {
    Ok(!job.dry_run && operation_of(&job.operation)?.promises().submits)
}
