//! Counts and rates as people read them.

use super::Paint;
use crate::model::{Status, Tally};
use crate::text::Lang;

/// A rate in the unit that reads best: `2/s`, `30/m`, `1/h`, with at most two decimals.
#[must_use]
pub fn rate(per_second: f64) -> String {
    let (count, unit) = match per_second {
        fast if fast >= 1.0 => (fast, "s"),
        slow if slow * 60.0 >= 1.0 => (slow * 60.0, "m"),
        slower => (slower * 3600.0, "h"),
    };
    let text = format!("{count:.2}");
    format!("{}/{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A status in a word or two, for places too narrow for its sentence.
#[must_use]
pub const fn status_word(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Matched => lang.pick("匹配", "matched"),
        Status::Submitted => lang.pick("已受理", "submitted"),
        Status::Verified => lang.pick("已复查", "verified"),
        Status::Rejected => lang.pick("被拒绝", "rejected"),
        Status::Unmatched => lang.pick("无匹配", "unmatched"),
        Status::LookupFailed => lang.pick("查询失败", "look-up failed"),
        Status::Failed => lang.pick("失败", "failed"),
        Status::InDoubt => lang.pick("结果不明", "in doubt"),
        Status::Duplicate => lang.pick("重复", "duplicate"),
        Status::Skipped => lang.pick("跳过", "skipped"),
        Status::Invalid => lang.pick("错行", "invalid"),
        Status::Pending => lang.pick("未处理", "pending"),
    }
}

/// The counts of a tally on one line; what is merely pending is left out.
#[must_use]
pub fn counts(tally: &Tally, lang: Lang, paint: Paint) -> String {
    let present = tally.present().filter(|(status, _)| *status != Status::Pending);
    let words = present.map(|(status, count)| paint.status(status, &format!("{} {count}", status_word(status, lang))));
    words.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_takes_the_unit_that_reads_best() {
        for (per_second, said) in
            [(2.0, "2/s"), (1.5, "1.5/s"), (0.5, "30/m"), (1.0 / 60.0, "1/m"), (1.0 / 3600.0, "1/h"), (50.0, "50/s")]
        {
            assert_eq!(rate(per_second), said);
        }
    }

    #[test]
    fn counts_leave_out_what_is_pending() {
        let mut tally = Tally::default();
        tally.add_many(Status::Submitted, 3);
        tally.add_many(Status::InDoubt, 1);
        tally.add_many(Status::Pending, 9);
        assert_eq!(counts(&tally, Lang::En, Paint::none()), "submitted 3 · in doubt 1");
        assert_eq!(counts(&tally, Lang::Zh, Paint::none()), "已受理 3 · 结果不明 1");
    }
}
