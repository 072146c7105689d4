//! Times, as people and as machines read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::text::{Lang, Text};

/// The local time of a moment, to the second: `2025-09-10 11:04:05`.
pub(super) fn local(ms: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(moment) => moment.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => format!("{ms} ms"),
    }
}

/// The zone's distance from UTC at a moment: `UTC+08:00`.
pub(super) fn offset(ms: i64, zone: &TimeZone) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("UTC{}", moment.to_zoned(zone.clone()).strftime("%:z"))
}

/// RFC 3339 in UTC, to the millisecond: `2025-09-10T03:04:05.123Z`. `None` outside the years -9999 to 9999.
pub(super) fn utc(ms: i64) -> Option<String> {
    Timestamp::from_millisecond(ms).ok().map(|moment| format!("{moment:.3}"))
}

/// A length of time in its two largest units.
pub(super) fn duration(ms: i64) -> Text {
    let seconds = ms.max(0) / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if ms < 1000 => crate::text!("不到 1 秒", "less than a second"),
        (0, 0, 0) => crate::text!("{seconds} 秒", "{seconds} s"),
        (0, 0, _) => crate::text!("{minutes} 分 {s} 秒", "{minutes} min {s} s", s = seconds % 60),
        (0, _, _) => crate::text!("{hours} 小时 {minutes} 分", "{hours} h {minutes} min"),
        _ => crate::text!("{days} 天 {hours} 小时", "{days} d {hours} h"),
    }
}

/// The heading of a time in the summary, with the zone that its times are in.
pub(super) fn labelled(label: &Text, lang: Lang, ms: i64, zone: &TimeZone) -> String {
    let zone = offset(ms, zone);
    match lang {
        Lang::Zh => format!("{}({zone})", label.zh),
        Lang::En => format!("{} ({zone})", label.en),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, local, offset, utc};
    use jiff::tz::{TimeZone, offset as hours};

    #[test]
    fn a_moment_reads_alike_here_and_there() {
        let beijing = TimeZone::fixed(hours(8));
        assert_eq!(local(1_757_408_952_112, &beijing), "2025-09-09 17:09:12");
        assert_eq!(offset(1_757_408_952_112, &beijing), "UTC+08:00");
        assert_eq!(utc(1_757_408_952_112).as_deref(), Some("2025-09-09T09:09:12.112Z"));
        assert_eq!(utc(1_757_408_952_000).as_deref(), Some("2025-09-09T09:09:12.000Z"));
    }

    #[test]
    fn an_impossible_moment_is_no_panic() {
        assert_eq!(local(i64::MAX, &TimeZone::UTC), format!("{} ms", i64::MAX));
        assert_eq!(utc(i64::MIN), None);
        assert_eq!(offset(i64::MAX, &TimeZone::UTC), "UTC+00:00");
    }

    #[test]
    fn a_length_of_time_is_told_in_its_largest_units() {
        let english: Vec<String> =
            [-5, 0, 999, 59_000, 61_000, 3_660_000, 90_000_000].into_iter().map(|ms| duration(ms).en).collect();
        let expected = [
            "less than a second",
            "less than a second",
            "less than a second",
            "59 s",
            "1 min 1 s",
            "1 h 1 min",
            "1 d 1 h",
        ];
        assert_eq!(english, expected);
    }
}
