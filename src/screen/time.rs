//! Times and spans as people read them.

use std::time::Duration;

use jiff::Zoned;

use crate::text::Lang;

/// How long something lasts, in its two greatest units: `1 分 20 秒`, `1m 20s`.
#[must_use]
pub fn lasting(span: Duration, lang: Lang) -> String {
    // Half a second and more counts as one, so that a short wait is never "0 s".
    let seconds = span.as_millis().div_ceil(1000);
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let units = [
        (days, lang.pick(" 天", "d")),
        (hours, lang.pick(" 小时", "h")),
        (minutes, lang.pick(" 分", "m")),
        (seconds, lang.pick(" 秒", "s")),
    ];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let said: Vec<String> = units
        .iter()
        .skip(first)
        .take(2)
        .enumerate()
        .filter(|(at, (count, _))| *at == 0 || *count > 0)
        .map(|(_, (count, unit))| format!("{count}{unit}"))
        .collect();
    said.join(" ")
}

/// The time of day, `12:03:10`; with the date where it is not the day of `today`.
#[must_use]
pub fn clock(moment: &Zoned, today: &Zoned) -> String {
    let pattern = if moment.date() == today.date() { "%H:%M:%S" } else { "%m-%d %H:%M" };
    moment.strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_two_greatest_units() {
        for (seconds, zh, en) in [
            (0, "0 秒", "0s"),
            (9, "9 秒", "9s"),
            (80, "1 分 20 秒", "1m 20s"),
            (120, "2 分", "2m"),
            (3_660, "1 小时 1 分", "1h 1m"),
            (3_605, "1 小时", "1h"),
            (90_000, "1 天 1 小时", "1d 1h"),
        ] {
            assert_eq!(lasting(Duration::from_secs(seconds), Lang::Zh), zh);
            assert_eq!(lasting(Duration::from_secs(seconds), Lang::En), en);
        }
        assert_eq!(lasting(Duration::from_millis(1200), Lang::En), "2s");
    }

    #[test]
    fn a_moment_of_another_day_has_its_date() {
        let now: Zoned = "2026-11-22T23:59:00+08:00[Asia/Shanghai]".parse().expect("a moment");
        let soon = now.checked_add(jiff::Span::new().minutes(2)).expect("a later moment");
        assert_eq!(clock(&now, &now), "23:59:00");
        assert_eq!(clock(&soon, &now), "11-23 00:01");
    }
}
