//! Rates, durations and sizes as people type them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::fold_width;
use crate::text::{Lang, Text};

/// A value that is not accepted, and what is, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub Text);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Wrong {}

/// The most requests for a shop: `2/s`, `30/m`, `off`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second; `None`: no limit.
    pub per_second: Option<f64>,
}

impl Rate {
    const SLOWEST: f64 = 1.0 / 3600.0;
    const FASTEST: f64 = 10_000.0;
}

impl FromStr for Rate {
    type Err = Wrong;

    fn from_str(typed: &str) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong(crate::text!(
                "请写 2/s(每秒 2 个)、30/m(每分钟 30 个)、0.5/s,或 off(不限速)",
                "write 2/s (two a second), 30/m (thirty a minute), 0.5/s, or off (no limit)"
            ))
        };
        let folded = fold_width(typed).trim().to_lowercase();
        if folded == "off" {
            return Ok(Self { per_second: None });
        }
        let (count, unit) = folded.split_once('/').ok_or_else(wrong)?;
        let seconds = match unit.trim() {
            "s" | "sec" | "second" => 1.0,
            "m" | "min" | "minute" => 60.0,
            "h" | "hour" => 3600.0,
            _ => return Err(wrong()),
        };
        let per_second = decimal(count.trim()).ok_or_else(wrong)? / seconds;
        // A hair's width of slack, so that `1/h` itself is not lost to rounding.
        if (Self::SLOWEST * 0.999_999..=Self::FASTEST).contains(&per_second) {
            return Ok(Self { per_second: Some(per_second) });
        }
        Err(Wrong(crate::text!(
            "限速要在 1/h 与 10000/s 之间;不限速请写 off",
            "a rate lies between 1/h and 10000/s; for no limit write off"
        )))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_second {
            None => f.write_str("off"),
            Some(per_second) => f.write_str(&crate::screen::rate(per_second)),
        }
    }
}

/// Digits with at most one point: no sign, no exponent, no `inf`.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.') && text.contains(|c: char| c.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A wait that may be nothing at all: up to a day.
pub(super) fn pause(typed: &str) -> Result<Duration, Wrong> {
    let wait = duration(typed)?;
    if wait <= Duration::from_secs(24 * 3600) {
        return Ok(wait);
    }
    Err(Wrong(crate::text!("最长 24h", "the longest is 24h")))
}

/// A timeout: from 1 ms to an hour.
pub(super) fn timeout(typed: &str) -> Result<Duration, Wrong> {
    let wait = duration(typed)?;
    if (Duration::from_millis(1)..=Duration::from_secs(3600)).contains(&wait) {
        return Ok(wait);
    }
    Err(Wrong(crate::text!("超时要在 1ms 与 1h 之间", "a timeout lies between 1ms and 1h")))
}

fn duration(typed: &str) -> Result<Duration, Wrong> {
    let wrong = || {
        Wrong(crate::text!(
            "请写数字加单位,例如 500ms、10s、2m、1h",
            "write a number with its unit: 500ms, 10s, 2m, 1h"
        ))
    };
    let folded = fold_width(typed).trim().to_lowercase();
    let (count, unit) = split_unit(&folded);
    let seconds = match unit {
        "ms" => 0.001,
        "s" | "sec" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let count = decimal(count).ok_or_else(wrong)?;
    Duration::try_from_secs_f64(count * seconds).map_err(|_| wrong())
}

/// A size in bytes: `512M`, `2G`, `1048576`. K, M and G are powers of 1024.
pub(super) fn size(typed: &str) -> Result<u64, Wrong> {
    let wrong = || {
        Wrong(crate::text!(
            "请写大小,例如 64K、512M、2G(至少 1K)",
            "write a size such as 64K, 512M or 2G (at least 1K)"
        ))
    };
    let folded = fold_width(typed).trim().to_lowercase();
    let (count, unit) = split_unit(&folded);
    let bytes: u64 = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return Err(wrong()),
    };
    let size = count.parse::<u64>().ok().and_then(|count| count.checked_mul(bytes)).ok_or_else(wrong)?;
    if size < 1024 { Err(wrong()) } else { Ok(size) }
}

fn split_unit(text: &str) -> (&str, &str) {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    (text[..at].trim(), text[at..].trim())
}

/// A whole number within bounds.
fn whole<T>(typed: &str, least: T, most: T) -> Result<T, Wrong>
where
    T: FromStr + PartialOrd + Copy + fmt::Display,
{
    match fold_width(typed).trim().parse::<T>() {
        Ok(number) if (&least..=&most).contains(&&number) => Ok(number),
        _ => {
            Err(Wrong(crate::text!("请写 {least} 到 {most} 之间的整数", "write a whole number from {least} to {most}")))
        }
    }
}

/// How many requests may be on their way at once.
pub(super) fn in_flight(typed: &str) -> Result<u16, Wrong> {
    whole(typed, 1, 256)
}

/// A port; 0 is any free one.
pub(super) fn port(typed: &str) -> Result<u16, Wrong> {
    whole(typed, 0, u16::MAX)
}

/// A count of something: at least one.
pub(super) fn count(typed: &str) -> Result<u64, Wrong> {
    whole(typed, 1, 1_000_000_000_000)
}

/// A factor from a thousandth to one.
pub(super) fn scale(typed: &str) -> Result<f64, Wrong> {
    let wrong = || Wrong(crate::text!("请写 0.001 到 1 之间的数", "write a number from 0.001 to 1"));
    decimal(typed).filter(|scale| (0.001..=1.0).contains(scale)).ok_or_else(wrong)
}

pub(super) fn job(typed: &str) -> Result<i64, Wrong> {
    whole(typed, 1, 1_000_000_000_000)
}

/// Words that are there: a name, a reason. Trimmed.
pub(super) fn filled(typed: &str) -> Result<String, Wrong> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return Err(Wrong(crate::text!("不能为空", "it must not be empty")));
    }
    Ok(trimmed.to_owned())
}

/// The operations by name; what the platforms' list knows is accepted.
pub(super) fn operation() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(crate::platform::OPERATIONS.iter().map(|operation| operation.name()))
}

/// The languages of the screen.
pub(super) fn lang() -> impl TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(["zh", "en"]).map(|code| Lang::from_locale(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(typed: &str) -> Result<Option<f64>, Wrong> {
        typed.parse::<Rate>().map(|rate| rate.per_second)
    }

    #[test]
    fn rates_are_counts_over_a_unit_or_off() {
        for (typed, expected) in [
            ("2/s", Some(2.0)),
            ("30/m", Some(0.5)),
            ("0.5/s", Some(0.5)),
            (".5/s", Some(0.5)),
            ("1/h", Some(1.0 / 3600.0)),
            (" 2 / sec ", Some(2.0)),
            ("２／ｓ", Some(2.0)),
            ("10000/s", Some(10_000.0)),
            ("off", None),
            ("OFF", None),
        ] {
            assert_eq!(rate(typed), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn nonsense_is_no_rate() {
        for typed in ["", "2", "0/s", "-1/s", "2/d", "1e3/s", "inf/s", "nan/s", "1/2/s", "./s", "10001/s", "1/", "/s"] {
            assert!(rate(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn durations_have_units() {
        for (typed, expected) in [
            ("500ms", Duration::from_millis(500)),
            ("10s", Duration::from_secs(10)),
            ("1.5s", Duration::from_millis(1500)),
            ("2m", Duration::from_secs(120)),
            ("1h", Duration::from_secs(3600)),
            ("0s", Duration::ZERO),
        ] {
            assert_eq!(pause(typed), Ok(expected), "{typed}");
        }
        for typed in ["", "10", "s", "-1s", "1d", "1e9s", "99999999999999999999999h", "25h", "1s5"] {
            assert!(pause(typed).is_err(), "{typed}");
        }
        for typed in ["0s", "2h"] {
            assert!(timeout(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        for (typed, expected) in
            [("1024", 1024), ("64k", 65_536), ("512M", 512 << 20), ("2G", 2 << 30), ("2GiB", 2 << 30), ("1gb", 1 << 30)]
        {
            assert_eq!(size(typed), Ok(expected), "{typed}");
        }
        for typed in ["", "0", "1023", "1.5G", "-1M", "99999999999T", "2X", "M"] {
            assert!(size(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn every_refusal_says_in_both_languages_what_is_accepted() {
        for wrong in ["x".parse::<Rate>().unwrap_err(), pause("x").unwrap_err(), size("x").unwrap_err()] {
            assert!(wrong.0.zh.contains("请写") && wrong.to_string().contains("write"), "{wrong:?}");
        }
    }
}
