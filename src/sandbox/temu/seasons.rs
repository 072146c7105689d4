//! The sites and seasons of the sandbox's world, whose today is in September 2025.

/// A site that a session runs on.
pub(super) struct Site {
    pub id: u32,
    pub name: &'static str,
    /// The local time's distance from UTC, in hours.
    pub offset: i64,
}

/// Two weeks in which a session runs.
pub(super) struct Season {
    pub start: &'static str,
    pub end: &'static str,
    /// Days from the epoch to the start.
    pub start_day: i64,
    pub days: u32,
    pub time: Time,
}

/// Where a season stands, seen from the sandbox's today.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Past,
    Present,
    Future,
}

pub(super) static SITES: &[Site] = &[
    Site { id: 132, name: "巴西站", offset: -3 },
    Site { id: 100, name: "美国站", offset: -7 },
    Site { id: 118, name: "墨西哥站", offset: -6 },
    Site { id: 107, name: "法国站", offset: 2 },
    Site { id: 105, name: "德国站", offset: 2 },
    Site { id: 119, name: "日本站", offset: 9 },
    Site { id: 122, name: "澳大利亚站", offset: 10 },
];

pub(super) static SEASONS: &[Season] = &[
    Season { start: "2025-08-10", end: "2025-08-23", start_day: 20310, days: 14, time: Time::Past },
    Season { start: "2025-08-24", end: "2025-09-06", start_day: 20324, days: 14, time: Time::Past },
    Season { start: "2025-09-07", end: "2025-09-20", start_day: 20338, days: 14, time: Time::Present },
    Season { start: "2025-09-21", end: "2025-10-04", start_day: 20352, days: 14, time: Time::Future },
    Season { start: "2025-10-05", end: "2025-10-18", start_day: 20366, days: 14, time: Time::Future },
];

/// The season that runs today.
pub(super) static TODAY: &Season = &SEASONS[2];

impl Season {
    /// The first instant at a site: epoch ms.
    pub const fn start_ms(&self, site: &Site) -> i64 {
        (self.start_day * 24 - site.offset) * 3_600_000
    }

    /// The last second at a site: epoch ms.
    pub fn end_ms(&self, site: &Site) -> i64 {
        self.start_ms(site) + i64::from(self.days) * 86_400_000 - 1000
    }
}

#[cfg(test)]
mod tests {
    use super::{SEASONS, SITES, TODAY};

    #[test]
    fn the_known_session_has_its_known_times() {
        assert_eq!(TODAY.start_ms(&SITES[0]), 1_757_214_000_000);
        assert_eq!(TODAY.end_ms(&SITES[0]), 1_758_423_599_000);
    }

    #[test]
    fn dates_say_what_the_times_say() {
        for season in SEASONS {
            for site in SITES {
                let local = |ms: i64| {
                    let timestamp = jiff::Timestamp::from_millisecond(ms + site.offset * 3_600_000).expect("a time");
                    timestamp.strftime("%Y-%m-%d").to_string()
                };
                assert_eq!(local(season.start_ms(site)), season.start);
                assert_eq!(local(season.end_ms(site)), season.end);
            }
        }
    }
}
