//! How the board looks on a terminal of a given width.

use std::time::Instant;

use super::board::{Board, Work};
use super::moment::Moment;
use super::words::{self, phase_word};
use crate::screen::{Paint, clock, counts, lasting, rate, width};
use crate::text::Lang;

/// The most shops that have a line of their own.
const SHOPS: usize = 6;
/// The widest and the narrowest that the bar itself is.
const BAR: std::ops::RangeInclusive<usize> = 10..=30;

/// The lines that move, each at most `room` wide; none between phases, unless the job waits for an account.
pub(super) fn lines(board: &Board, now: &Moment, lang: Lang, paint: Paint, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(work) = &board.phase {
        lines.push(main_line(board, work, now.at, lang, paint, room));
        lines.extend(Some(counts(&board.tally, lang, paint)).filter(|counts| !counts.is_empty()));
    } else if !board.is_waiting_for_account() {
        return Vec::new();
    }
    lines.extend(lanes(board, now, lang).into_iter().map(|line| paint.yellow(&line)));
    if let Some(in_flight) = board.stopping {
        lines.push(paint.yellow(&words::stopping(in_flight, lang)));
    }
    lines.iter().map(|line| console::truncate_str(line, room, "..").into_owned()).collect()
}

/// One line without a terminal: the same, without the bar.
pub(super) fn log_line(board: &Board, now: &Moment, lang: Lang) -> Option<String> {
    let work = board.phase.as_ref()?;
    let mut parts = vec![format!("{} {}/{}", phase_word(work.phase, lang), work.done, work.total)];
    parts.extend(percent(work));
    parts.extend(speed(work, now.at));
    parts.extend(remaining(board, now.at, lang));
    let counts = counts(&board.tally, lang, Paint::none());
    parts.extend(Some(counts).filter(|counts| !counts.is_empty()));
    Some(parts.join(" · "))
}

/// Phase, bar, done/total, percent, speed, time left: as many of them as fit, the first ones surely.
fn main_line(board: &Board, work: &Work, now: Instant, lang: Lang, paint: Paint, room: usize) -> String {
    let head = format!("{}  ", paint.bold(phase_word(work.phase, lang)));
    let tail =
        [Some(format!("{}/{}", work.done, work.total)), percent(work), remaining(board, now, lang), speed(work, now)];
    // By importance for the choice; by habit for the eye (the speed stands before the time left).
    let mut chosen: [Option<String>; 4] = [None, None, None, None];
    let mut used = width(&head);
    for (at, part) in tail.into_iter().enumerate() {
        let Some(part) = part else { continue };
        let takes = width(&part) + 2;
        if at == 0 || used + takes <= room + 2 {
            used += takes;
            chosen[at] = Some(part);
        }
    }
    chosen.swap(2, 3);
    let tail = chosen.into_iter().flatten().collect::<Vec<_>>().join("  ");
    let left = (room + 2).saturating_sub(used + 4);
    if left < *BAR.start() || work.total == 0 {
        return format!("{head}{tail}");
    }
    format!("{head}{}  {tail}", bar(work, left.min(*BAR.end())))
}

/// `[#####----------]`: plain characters, which every console has.
fn bar(work: &Work, cells: usize) -> String {
    let cells_wide = u64::try_from(cells).unwrap_or(u64::MAX);
    let full = u128::from(work.done) * u128::from(cells_wide) / u128::from(work.total.max(1));
    let full = usize::try_from(full).unwrap_or(cells).min(cells);
    format!("[{}{}]", "#".repeat(full), "-".repeat(cells - full))
}

/// What goes through, to one decimal: it flickers enough as it is.
fn speed(work: &Work, now: Instant) -> Option<String> {
    let per_second = work.speed(now)?;
    Some(if per_second < 1.0 {
        rate((per_second * 60.0).round().max(1.0) / 60.0)
    } else {
        format!("{per_second:.1}/s")
    })
}

fn percent(work: &Work) -> Option<String> {
    (work.total > 0).then(|| format!("{}%", u128::from(work.done) * 100 / u128::from(work.total)))
}

fn remaining(board: &Board, now: Instant, lang: Lang) -> Option<String> {
    let left = lasting(board.remaining(now)?, lang);
    Some(match lang {
        Lang::Zh => format!("约剩 {left}"),
        Lang::En => format!("{left} left"),
    })
}

/// One line for each shop that waits or was slowed down.
fn lanes(board: &Board, now: &Moment, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = board
        .troubled(now.at)
        .map(|(shop, lane)| match (lane.waits_at(now.at), lane.slowed) {
            _ if lane.busy.is_some() => words::busy(shop, lane.busy.as_ref().map_or("", |why| why.say(lang)), lang),
            (Some((until, why)), _) => {
                let left = until.at.saturating_duration_since(now.at);
                words::waiting(shop, why.say(lang), &clock(&until.wall, &now.wall), left, lang)
            }
            (None, Some(limit)) => words::limited(shop, limit, lang),
            (None, None) => String::new(),
        })
        .collect();
    let more = lines.len().saturating_sub(SHOPS);
    if more > 0 {
        lines.truncate(SHOPS);
        lines.push(match lang {
            Lang::Zh => format!("还有 {more} 个店铺在等待或降速"),
            Lang::En => format!("{more} more shops wait or were slowed down"),
        });
    }
    lines
}
