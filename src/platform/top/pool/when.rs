//! When an activity runs: its period, its weekdays, its hours.

use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use serde_json::{Map, Value};

use super::value::{number, texts};
use crate::text::Lang;

/// From when to when, in the platform's own time.
pub(super) fn period(activity: &Map<String, Value>, lang: Lang) -> String {
    let (from, to) = (moment(activity.get("start_time")), moment(activity.get("end_time")));
    match (from.as_str(), to.as_str()) {
        ("", "") => String::new(),
        (from, "") => match lang {
            Lang::Zh => format!("{from} 起"),
            Lang::En => format!("from {from}"),
        },
        ("", to) => match lang {
            Lang::Zh => format!("至 {to}"),
            Lang::En => format!("until {to}"),
        },
        (from, to) => format!("{from} ~ {to}"),
    }
}

fn moment(value: Option<&Value>) -> String {
    let moment = number(value).and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(String::new, |moment| {
        moment.to_zoned(TimeZone::fixed(offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// On which days and at which hours: `周一至周四 03:00-05:00`.
pub(super) fn hours(activity: &Map<String, Value>, lang: Lang) -> String {
    let days = weekdays(&texts(activity.get("weekdays")), lang);
    let periods: Vec<String> = texts(activity.get("every_day_periods")).iter().map(|period| span(period)).collect();
    let periods = if periods.is_empty() {
        lang.pick("全天", "all day").to_owned()
    } else {
        periods.join(lang.pick("、", ", "))
    };
    format!("{days} {periods}")
}

/// `03:00:00_05:00:00` as `03:00-05:00`; anything else as it is.
fn span(period: &str) -> String {
    let short = |time: &str| {
        time.trim().strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(time.trim()).to_owned()
    };
    match period.split_once('_') {
        Some((from, to)) => format!("{}-{}", short(from), short(to)),
        None => period.to_owned(),
    }
}

/// Days of the week, those in a row together: `周一至周四、周六`.
fn weekdays(days: &[String], lang: Lang) -> String {
    let mut numbers: Vec<usize> =
        days.iter().filter_map(|day| day.parse().ok()).filter(|day| (1..=7).contains(day)).collect();
    if days.is_empty() {
        return lang.pick("每天", "every day").to_owned();
    }
    if numbers.len() != days.len() {
        return days.join(lang.pick("、", ", "));
    }
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() == 7 {
        return lang.pick("每天", "every day").to_owned();
    }
    let runs = numbers.chunk_by(|one, next| one + 1 == *next).map(|run| match run {
        [first, .., last] if run.len() > 2 => match lang {
            Lang::Zh => format!("{}至{}", day(*first, lang), day(*last, lang)),
            Lang::En => format!("{}-{}", day(*first, lang), day(*last, lang)),
        },
        few => few.iter().map(|one| day(*one, lang)).collect::<Vec<_>>().join(lang.pick("、", ", ")),
    });
    runs.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn day(number: usize, lang: Lang) -> &'static str {
    const DAYS: [(&str, &str); 7] = [
        ("周一", "Mon"),
        ("周二", "Tue"),
        ("周三", "Wed"),
        ("周四", "Thu"),
        ("周五", "Fri"),
        ("周六", "Sat"),
        ("周日", "Sun"),
    ];
    DAYS.get(number.wrapping_sub(1)).map_or("", |(zh, en)| lang.pick(zh, en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(activity: &Value, lang: Lang) -> String {
        hours(activity.as_object().expect("an object"), lang)
    }

    #[test]
    fn days_in_a_row_stand_together() {
        let activity = json!({"weekdays": {"string": ["1", "2", "3", "4"]}, "every_day_periods": {"string": ["03:00:00_05:00:00"]}});
        assert_eq!(said(&activity, Lang::Zh), "周一至周四 03:00-05:00");
        assert_eq!(said(&activity, Lang::En), "Mon-Thu 03:00-05:00");
        let activity = json!({"weekdays": ["7", "1", "2", 3, "6"], "every_day_periods": ["09:00:00_12:30:15", "all"]});
        assert_eq!(said(&activity, Lang::Zh), "周一至周三、周六、周日 09:00-12:30:15、all");
        assert_eq!(said(&json!({}), Lang::En), "every day all day");
        assert_eq!(said(&json!({"weekdays": ["1", "8"]}), Lang::Zh), "1、8 全天");
    }

    #[test]
    fn periods_are_told_in_the_platforms_own_time() {
        let activity = json!({"start_time": 1_757_214_000_000_i64, "end_time": "1758423599000"});
        let activity = activity.as_object().expect("an object");
        assert_eq!(period(activity, Lang::Zh), "2025-09-07 11:00:00 ~ 2025-09-21 10:59:59");
        assert_eq!(period(&Map::new(), Lang::Zh), "");
    }
}
