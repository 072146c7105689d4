//! Dates and times as their formats show them, where they look the same in every language.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::code::{Piece, sections};
use super::decimal::general;

/// Days from here on are beyond the year 9999.
const DAYS: f64 = 2_958_466.0;
/// Before the March of 1900 Excel counts a day that never was.
const FIRST_DAY: u32 = 61;

/// Whether all of a format's pieces look the same in every language.
pub(super) fn is_known(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Words(_) | Piece::HalfDay => true,
        // Names of months and days are the language's.
        Piece::Date('y', count) => matches!(count, 2 | 4),
        Piece::Date(_, count) | Piece::Elapsed(_, count) => *count <= 2,
        _ => false,
    })
}

/// A number as a date, a time or both, as ISO 8601 writes them: `2026-11-22`, `08:30:00`, `2026-11-22 08:30:00`. A
/// number that is none of them stays one.
pub(in crate::sheet) fn iso(number: f64, is_1904: bool) -> String {
    let code = match (number.fract() == 0.0, (0.0..1.0).contains(&number)) {
        (_, true) => "hh:mm:ss",
        (true, false) => "yyyy-mm-dd",
        (false, false) => "yyyy-mm-dd hh:mm:ss",
    };
    let pieces = sections(code).unwrap_or_default().into_iter().next().unwrap_or_default();
    show(&pieces, number, is_1904).unwrap_or_else(|| general(number))
}

/// A number as a date or time; `None` where it is none.
pub(super) fn show(pieces: &[Piece], number: f64, is_1904: bool) -> Option<String> {
    if !(0.0..DAYS).contains(&number) {
        return None;
    }
    // Seconds are the smallest that is shown.
    let seconds = whole(number * 86_400.0);
    let day_shown = |piece: &Piece, at| match piece {
        Piece::Date('m', _) => !is_minute(pieces, at),
        Piece::Date(unit, _) => matches!(unit, 'y' | 'd'),
        _ => false,
    };
    let has_day = pieces.iter().enumerate().any(|(at, piece)| day_shown(piece, at));
    let today = if has_day { calendar_day(seconds / 86_400, is_1904)? } else { Date::ZERO };
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let is_half = pieces.contains(&Piece::HalfDay);
    let hour_shown = if is_half { (hour + 11) % 12 + 1 } else { hour };
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let (value, width) = match piece {
            Piece::Words(words) => {
                out.push_str(words);
                continue;
            }
            Piece::HalfDay => {
                out.push_str(if hour < 12 { "AM" } else { "PM" });
                continue;
            }
            Piece::Date('y', 2) => (year(today) % 100, 2),
            Piece::Date('y', _) => (year(today), 4),
            Piece::Date('m', count) if is_minute(pieces, at) => (minute, *count),
            Piece::Date('m', count) => (today.month().unsigned_abs().into(), *count),
            Piece::Date('d', count) => (today.day().unsigned_abs().into(), *count),
            Piece::Date('h', count) => (hour_shown, *count),
            Piece::Date(_, count) => (second, *count),
            Piece::Elapsed(unit, count) => (elapsed(seconds, *unit), *count),
            _ => return None,
        };
        // Writing to a string cannot fail.
        let _ = write!(out, "{value:0width$}");
    }
    Some(out)
}

/// The day of the calendar with a number.
fn calendar_day(days: u64, is_1904: bool) -> Option<Date> {
    let days = u32::try_from(days).ok()?;
    let zero = match is_1904 {
        true => date(1904, 1, 1),
        false if days < FIRST_DAY => return None,
        false => date(1899, 12, 30),
    };
    zero.checked_add(i64::from(days).days()).ok()
}

fn year(day: Date) -> u64 {
    day.year().unsigned_abs().into()
}

/// Whole hours, minutes or seconds.
fn elapsed(seconds: u64, unit: char) -> u64 {
    match unit {
        'h' => seconds / 3600,
        'm' => seconds / 60,
        _ => seconds,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the seconds of the calendar"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// `m` is a minute behind hours and before seconds, else a month.
fn is_minute(pieces: &[Piece], at: usize) -> bool {
    let unit = |piece: &Piece| match piece {
        Piece::Date(unit, _) | Piece::Elapsed(unit, _) => Some(*unit),
        _ => None,
    };
    let before = pieces[..at].iter().rev().find_map(unit);
    let after = pieces[at + 1..].iter().find_map(unit);
    before == Some('h') || after == Some('s')
}
