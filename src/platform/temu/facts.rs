//! What a result tells about an enrollment, in words.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::wire::{Enrollment, Session};
use crate::model::{Target, fold_width};
use crate::text;
use crate::text::{Lang, Text};

/// One text for each of the fact columns.
pub(super) fn describe(target: &Target, lang: Lang) -> Vec<String> {
    let enrollment: Enrollment = serde_json::from_str(&target.data).unwrap_or_default();
    vec![
        enrollment.activity_type.map(|number| activity_type(number, lang)).unwrap_or_default(),
        price(enrollment.min_activity_price, enrollment.max_activity_price),
        enrollment.currency.clone().unwrap_or_default(),
        enrollment.stock.map(|stock| stock.to_string()).unwrap_or_default(),
        sites(&enrollment).into_iter().collect::<Vec<_>>().join(lang.pick("、", ", ")),
        enrollment.enroll_sessions.iter().map(|session| session_words(session, lang)).collect::<Vec<_>>().join("\n"),
        enrollment.enroll_time.map(local_time).unwrap_or_default(),
    ]
}

/// The platform's activity types; others will come, and show as their number.
fn activity_type(number: i64, lang: Lang) -> String {
    let (zh, en) = match number {
        1 => ("限时秒杀", "flash sale"),
        5 => ("官方大促", "official promotion"),
        13 => ("大促进阶", "advanced promotion"),
        14 => ("限时专属资源位", "limited placement"),
        21 => ("超级秒杀", "super flash sale"),
        27 => ("清仓甩卖", "clearance"),
        31 => ("团购", "group buying"),
        101 => ("秒杀进阶", "advanced flash sale"),
        127 => ("清仓进阶", "advanced clearance"),
        _ => return number.to_string(),
    };
    lang.pick(zh, en).to_owned()
}

/// Fen as yuan: `45.22`, or `37.24-45.22` where the price is a range.
fn price(least: Option<i64>, most: Option<i64>) -> String {
    let yuan = |fen: i64| {
        format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
    };
    match (least, most) {
        (Some(least), Some(most)) if least != most => format!("{}-{}", yuan(least), yuan(most)),
        (Some(fen), _) | (None, Some(fen)) => yuan(fen),
        (None, None) => String::new(),
    }
}

fn sites(enrollment: &Enrollment) -> BTreeSet<String> {
    enrollment.enroll_sessions.iter().filter_map(site_of).collect()
}

fn site_of(session: &Session) -> Option<String> {
    session.site_name.clone().or_else(|| session.site_id.map(|id| id.to_string()))
}

fn session_words(session: &Session, lang: Lang) -> String {
    let mut words = session.session_name.clone().or_else(|| site_of(session)).unwrap_or_default();
    let days = [&session.start_date_str, &session.end_date_str];
    // Names usually carry their dates; where they do not, the dates stand behind.
    if let [Some(start), Some(end)] = days
        && !words.contains(start.as_str())
    {
        words = format!("{words} {start}~{end}");
    }
    match session.session_status {
        Some(status) => format!("{words} [{}]", session_status(status, lang)),
        None => words,
    }
}

fn session_status(number: i64, lang: Lang) -> String {
    let (zh, en) = match number {
        1 => ("未开始", "not started"),
        2 => ("进行中", "running"),
        3 => ("已结束", "ended"),
        4 => ("报名失败", "enrollment failed"),
        5 => ("已售罄", "sold out"),
        6 => ("已下线", "offline"),
        _ => return number.to_string(),
    };
    lang.pick(zh, en).to_owned()
}

/// Epoch ms in this machine's zone.
fn local_time(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

/// Whether all of the enrollment's sites are among those that the row names. A withdrawal ends the
/// enrollment at every site, so one that covers more than the row says does not fit.
pub(super) fn sites_fit(cell: &str, target: &Target) -> Result<(), Text> {
    let folded = fold_width(cell);
    let wanted: Vec<&str> = folded.split(['|', '\n', '\r']).map(str::trim).filter(|site| !site.is_empty()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let enrollment: Enrollment = serde_json::from_str(&target.data).unwrap_or_default();
    let is_wanted = |session: &Session| {
        let name = session.site_name.as_deref().map(|name| fold_width(name).trim().to_owned());
        let id = session.site_id.map(|id| id.to_string());
        wanted.iter().any(|site| name.as_deref() == Some(*site) || id.as_deref() == Some(*site))
    };
    let sessions = &enrollment.enroll_sessions;
    if !sessions.is_empty() && sessions.iter().all(is_wanted) {
        return Ok(());
    }
    let has = sites(&enrollment).into_iter().collect::<Vec<_>>().join("|");
    let (id, name) = (&target.id, &target.name);
    Err(text!(
        "{name} {id} 的站点是 {has},不全在此行的站点里",
        "{name} {id} is at the sites {has}, which are not all among the row's"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(data: &str) -> Target {
        Target {
            id: "1".into(),
            name: "秒杀".into(),
            ended: false,
            done: None,
            group: String::new(),
            data: data.into(),
        }
    }

    #[test]
    fn prices_are_yuan() {
        assert_eq!(price(Some(4522), Some(4522)), "45.22");
        assert_eq!(price(Some(5), Some(4522)), "0.05-45.22");
        assert_eq!(price(None, None), "");
    }

    #[test]
    fn an_enrollment_at_more_sites_than_the_row_names_does_not_fit() {
        let two =
            target(r#"{"enrollSessions":[{"siteName":"巴西站","siteId":132},{"siteName":"美国站","siteId":100}]}"#);
        assert!(sites_fit("", &two).is_ok());
        assert!(sites_fit("巴西站|美国站", &two).is_ok());
        assert!(sites_fit("132|100|7", &two).is_ok());
        let words = sites_fit("巴西站", &two).expect_err("does not fit");
        assert!(words.zh.contains("美国站"));
        assert!(sites_fit("巴西站", &target("{}")).is_err());
    }

    #[test]
    fn sessions_read_as_a_person_would_say_them() {
        let words = describe(
            &target(
                r#"{"activityType":27,"minActivityPrice":3724,"enrollSessions":[
                {"sessionName":"巴西站-2025-09-07~2025-09-20","sessionStatus":2,"startDateStr":"2025-09-07","endDateStr":"2025-09-20"},
                {"siteName":"美国站","sessionStatus":99,"startDateStr":"2025-10-01","endDateStr":"2025-10-02"}]}"#,
            ),
            Lang::Zh,
        );
        assert_eq!(words[0], "清仓甩卖");
        assert_eq!(words[1], "37.24");
        assert_eq!(words[5], "巴西站-2025-09-07~2025-09-20 [进行中]\n美国站 2025-10-01~2025-10-02 [99]");
    }
}
