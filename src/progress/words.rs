//! Events as sentences.

use std::time::Duration;

use super::board::Board;
use super::moment::Moment;
use crate::job::{Event, Phase};
use crate::model::Mode;
use crate::screen::{Paint, clock, lasting, plain, rate, status_word};
use crate::text::Lang;

/// Which sentences a screen wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taste {
    pub lang: Lang,
    pub paint: Paint,
    /// Each outcome and each retry.
    pub verbose: bool,
    /// What a bar shows by moving: beginnings, waits, limits.
    pub steady: bool,
}

/// What people call a phase.
pub(super) const fn phase_word(phase: Phase, lang: Lang) -> &'static str {
    match phase {
        Phase::Plan => lang.pick("查询", "look up"),
        Phase::Submit => lang.pick("提交", "submit"),
        Phase::Settle => lang.pick("核实", "settle"),
        Phase::Verify => lang.pick("复查", "verify"),
    }
}

/// The lines that an event leaves on the screen; none for most. Ask before the board takes the event.
pub(super) fn lines(event: &Event, board: &Board, now: &Moment, taste: Taste) -> Vec<String> {
    match event {
        Event::JobStarted { .. } => started(event, taste),
        Event::SheetNote { text, .. } => vec![taste.paint.yellow(&plain(text.say(taste.lang)))],
        Event::PhaseStarted { phase, total } if taste.steady => {
            let word = phase_word(*phase, taste.lang);
            vec![match taste.lang {
                Lang::Zh => format!("{word}开始:共 {total} 个"),
                Lang::En => format!("{word}: {total} to do"),
            }]
        }
        Event::PhaseEnded { .. } => ended(board, now, taste.lang),
        Event::Outcome { .. } | Event::Retrying { .. } if taste.verbose => one_call(event, taste).into_iter().collect(),
        Event::Waiting { shop, why, wait } if taste.steady || taste.verbose => {
            let until = clock(&now.later(*wait).wall, &now.wall);
            vec![waiting(shop, why.say(taste.lang), &until, *wait, taste.lang)]
        }
        Event::AccountBusy { shop, why, .. } if taste.steady || taste.verbose => {
            vec![busy(shop, why.say(taste.lang), taste.lang)]
        }
        Event::AccountFree { shop } if taste.steady || taste.verbose => {
            let shop = plain(shop);
            vec![match taste.lang {
                Lang::Zh => format!("{shop} 轮到了，开始执行"),
                Lang::En => format!("{shop}: the account is free, going on"),
            }]
        }
        Event::RateChanged { shop, per_second } if taste.steady || taste.verbose => {
            vec![limited(shop, *per_second, taste.lang)]
        }
        Event::LaneStopped { shop, why } => {
            let (shop, why) = (plain(shop), plain(why.say(taste.lang)));
            let line = match taste.lang {
                Lang::Zh => format!("{shop} 停下,其余的行保持未处理:{why}"),
                Lang::En => format!("{shop} stopped, the rest of its rows stay pending: {why}"),
            };
            vec![taste.paint.red(&line)]
        }
        Event::Stopping { in_flight } => vec![taste.paint.yellow(&stopping(*in_flight, taste.lang))],
        _ => Vec::new(),
    }
}

/// The first two lines of a run.
fn started(event: &Event, taste: Taste) -> Vec<String> {
    let Event::JobStarted { job, mode, sandbox, operation, shops, rows, resumed } = event else {
        return Vec::new();
    };
    let lang = taste.lang;
    let headline = mode.headline();
    let headline = headline.say(lang);
    let mode = match mode {
        Mode::Live => taste.paint.bold(&taste.paint.yellow(headline)),
        Mode::DryRun | Mode::LookUp => taste.paint.bold(headline),
    };
    let sandbox = if *sandbox { lang.pick(" · 沙盒", " · sandbox") } else { "" };
    let limit = |limit: &Option<f64>| limit.map_or_else(|| lang.pick("不限速", "no limit").to_owned(), rate);
    let shops = match shops.as_slice() {
        [] => String::new(),
        [(shop, only)] => format!(" · {}{} · {}", lang.pick("店铺 ", "shop "), plain(shop), limit(only)),
        several => {
            let each: Vec<String> =
                several.iter().map(|(shop, each)| format!("{} {}", plain(shop), limit(each))).collect();
            format!(" · {}{}", lang.pick("店铺 ", "shops "), each.join(lang.pick("、", ", ")))
        }
    };
    let again = if *resumed { lang.pick(" · 接着做", " · goes on") } else { "" };
    let job = match lang {
        Lang::Zh => format!("任务 {job} · {operation} · {rows} 行{again}"),
        Lang::En => format!("job {job} · {operation} · {rows} rows{again}"),
    };
    vec![format!("{mode}{sandbox}{shops}"), job]
}

/// What a phase has done.
fn ended(board: &Board, now: &Moment, lang: Lang) -> Vec<String> {
    let Some(work) = &board.phase else {
        return Vec::new();
    };
    let (phase, done, total) = (phase_word(work.phase, lang), work.done, work.total);
    let took = lasting(now.at.saturating_duration_since(work.since), lang);
    let whole = done >= total;
    vec![match (lang, whole) {
        (Lang::Zh, true) => format!("{phase}完成:{done}/{total},用时 {took}"),
        (Lang::Zh, false) => format!("{phase}停下:{done}/{total},用时 {took}"),
        (Lang::En, true) => format!("{phase}: done, {done}/{total} in {took}"),
        (Lang::En, false) => format!("{phase}: stopped at {done}/{total} after {took}"),
    }]
}

/// An outcome or a retry.
fn one_call(event: &Event, taste: Taste) -> Option<String> {
    let lang = taste.lang;
    match event {
        Event::Outcome { row, item, target, name, status, detail, .. } => {
            let word = taste.paint.status(*status, status_word(*status, lang));
            let mut what = match lang {
                Lang::Zh => format!("第 {row} 行 {}", plain(item)),
                Lang::En => format!("row {row} {}", plain(item)),
            };
            for part in [target.as_deref().unwrap_or(""), name].into_iter().filter(|part| !part.is_empty()) {
                what.push(' ');
                what.push_str(&plain(part));
            }
            let detail = detail.as_ref().map(|detail| format!(" · {}", plain(detail.say(lang)))).unwrap_or_default();
            Some(format!("{what} · {word}{detail}"))
        }
        Event::Retrying { shop, id, why } => {
            let (shop, id, why) = (plain(shop), plain(id), plain(why.say(lang)));
            Some(match lang {
                Lang::Zh => format!("{shop} {id} 将重试:{why}"),
                Lang::En => format!("{shop} {id} will be tried again: {why}"),
            })
        }
        _ => None,
    }
}

/// Why a shop waits, and until when.
pub(super) fn waiting(shop: &str, why: &str, until: &str, left: Duration, lang: Lang) -> String {
    let (shop, why, left) = (plain(shop), plain(why), lasting(left, lang));
    match lang {
        Lang::Zh => format!("{shop} 等到 {until}(还有 {left}):{why}"),
        Lang::En => format!("{shop} waits until {until} ({left}): {why}"),
    }
}

/// Who works for a shop's account.
pub(super) fn busy(shop: &str, why: &str, lang: Lang) -> String {
    let (shop, why) = (plain(shop), plain(why));
    match lang {
        Lang::Zh => format!("{shop} 等待中：{why}；它结束后自动开始，Ctrl-C 放弃"),
        Lang::En => format!("{shop} waits: {why}; goes on when that ends, Ctrl-C gives up"),
    }
}

/// A shop's limit now.
pub(super) fn limited(shop: &str, per_second: f64, lang: Lang) -> String {
    let (shop, limit) = (plain(shop), rate(per_second));
    match lang {
        Lang::Zh => format!("{shop} 限速现为 {limit}"),
        Lang::En => format!("{shop} is limited to {limit} now"),
    }
}

/// What happens after the first Ctrl-C.
pub(super) fn stopping(in_flight: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("正在停下:不再发新的请求,等 {in_flight} 个在路上的;再按一次 Ctrl-C 立即停止"),
        Lang::En => {
            format!("stopping: nothing new is sent, waiting for {in_flight} in flight; Ctrl-C again stops at once")
        }
    }
}
