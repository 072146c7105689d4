//! Platforms that throttle, and what a law must reach against them.

use std::collections::VecDeque;

use crate::simulation::Chance;

/// What a platform does with a request that arrives at a moment: `None` takes it, else the wait that it names.
pub type Platform = Box<dyn FnMut(f64) -> Option<Option<f64>>>;

/// A platform, the ceiling under which it is met, and what is required.
pub struct Case {
    pub name: &'static str,
    pub ceiling: f64,
    /// The best possible throughput, requests a second.
    pub best: f64,
    /// The least share of it, in the worst of the seeds.
    pub least: f64,
    /// The most refusals in the second half, in the worst of the seeds.
    pub refused: f64,
    pub targets: usize,
    pub platform: fn(u64) -> Platform,
}

/// Refuses each third request.
fn third(asked: Option<f64>, seed: u64) -> Platform {
    let mut number = seed;
    Box::new(move |_| {
        number += 1;
        number.is_multiple_of(3).then_some(asked)
    })
}

/// Refuses by chance.
fn random(share: f64, seed: u64) -> Platform {
    let mut chance = Chance(seed);
    Box::new(move |_| (chance.next() < share).then_some(None))
}

/// A token bucket whose limit may change; it names the whole seconds until the next token, or nothing.
fn bucket(limit: fn(f64) -> f64, burst: f64, names: bool) -> Platform {
    let (mut tokens, mut before) = (burst, 0.0);
    Box::new(move |at| {
        let limit = limit(at);
        tokens = burst.min(tokens + (at - before) * limit);
        before = at;
        if tokens < 1.0 {
            return Some(names.then(|| ((1.0 - tokens) / limit).ceil()));
        }
        tokens -= 1.0;
        None
    })
}

/// So many requests in any so many seconds.
fn window(most: usize, seconds: f64, names: bool) -> Platform {
    let mut taken = VecDeque::<f64>::new();
    Box::new(move |at| {
        while taken.front().is_some_and(|first| *first <= at - seconds) {
            taken.pop_front();
        }
        if taken.len() >= most {
            return Some(names.then(|| (taken[0] + seconds - at).ceil()));
        }
        taken.push_back(at);
        None
    })
}

/// More than so many in a second, taken or not, bring about a ban.
fn ban(most: usize, seconds: f64, names: bool) -> Platform {
    let (mut arrived, mut until) = (VecDeque::<f64>::new(), -1.0);
    Box::new(move |at| {
        if at < until {
            return Some(names.then(|| (until - at).ceil()));
        }
        while arrived.front().is_some_and(|first| *first <= at - 1.0) {
            arrived.pop_front();
        }
        arrived.push_back(at);
        if arrived.len() <= most {
            return None;
        }
        until = at + seconds;
        arrived.clear();
        Some(names.then_some(seconds))
    })
}

/// Beyond a token bucket a ban, which each request within it begins anew.
fn extending(limit: fn(f64) -> f64, burst: f64, seconds: f64) -> Platform {
    let (mut inner, mut until) = (bucket(limit, burst, false), -1.0);
    Box::new(move |at| {
        if at >= until && inner(at).is_none() {
            return None;
        }
        until = at + seconds;
        Some(None)
    })
}

/// A limit that also refuses by chance.
fn mixed(share: f64, seed: u64) -> Platform {
    let (mut one, mut other) = (random(share, seed), bucket(|_| 1.0, 3.0, false));
    Box::new(move |at| one(at).or_else(|| other(at)))
}

/// One of three limits, five minutes each.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn turning(limits: [f64; 3], at: f64) -> f64 {
    limits[(at / 300.0) as usize % 3]
}

const fn case(name: &'static str, rates: [f64; 2], least: f64, refused: f64, platform: fn(u64) -> Platform) -> Case {
    Case { name, ceiling: rates[0], best: rates[1], least, refused, targets: 2000, platform }
}

/// What the law was made for.
pub fn required() -> Vec<Case> {
    let mut all = vec![
        case("every third, Retry-After: 0", [2.0, 4.0 / 3.0], 0.95, 1.0, |seed| third(Some(0.0), seed)),
        case("every third, no time named", [2.0, 4.0 / 3.0], 0.95, 1.0, |seed| third(None, seed)),
        case("10 % at random", [2.0, 1.8], 0.9, 1.0, |seed| random(0.1, seed)),
        case("33 % at random", [2.0, 1.34], 0.85, 1.0, |seed| random(0.33, seed)),
        case("50 % at random", [2.0, 1.0], 0.8, 1.0, |seed| random(0.5, seed)),
        case("bucket of 1/s", [2.0, 1.0], 0.95, 0.03, |_| bucket(|_| 1.0, 3.0, false)),
        case("bucket of 0.3/s", [2.0, 0.3], 0.95, 0.08, |_| bucket(|_| 0.3, 3.0, false)),
        case("2, then 0.5, then 2/s", [2.0, 1.5], 0.93, 1.0, |_| bucket(|at| turning([2.0, 0.5, 2.0], at), 3.0, false)),
        case("more than 3/s: ban of 30 s", [5.0, 3.0], 0.75, 1.0, |_| ban(3, 30.0, false)),
        case("a ban that retries extend", [2.0, 1.0], 0.75, 1.0, |_| extending(|_| 1.0, 3.0, 10.0)),
        case("bucket with Retry-After: N", [2.0, 1.0], 0.97, 1.0, |_| bucket(|_| 1.0, 3.0, true)),
        case("10 in 10 s", [2.0, 1.0], 0.9, 1.0, |_| window(10, 10.0, true)),
        case("1 s between any two", [2.0, 1.0], 0.9, 1.0, |_| bucket(|_| 1.0, 1.0, false)),
    ];
    for case in all.iter_mut().filter(|case| case.ceiling > 2.0) {
        case.targets = 5000;
    }
    all
}

/// What it was not tuned on: the figures are what it reaches, and must not get worse.
pub fn others() -> Vec<Case> {
    vec![
        case("no limit of its own", [2.0, 2.0], 0.98, 0.0, |_| Box::new(|_| None)),
        case("every third, 20/s", [20.0, 40.0 / 3.0], 0.95, 1.0, |seed| third(Some(0.0), seed)),
        case("3 % at random", [2.0, 1.94], 0.85, 1.0, |seed| random(0.03, seed)),
        case("20 % at random", [2.0, 1.6], 0.85, 1.0, |seed| random(0.2, seed)),
        case("50 % at random, 20/s", [20.0, 10.0], 0.75, 1.0, |seed| random(0.5, seed)),
        case("1/s and 10 % at random", [2.0, 1.0], 0.7, 1.0, |seed| mixed(0.1, seed)),
        case("bucket of 1.5/s, burst 10", [2.0, 1.5], 0.9, 0.1, |_| bucket(|_| 1.5, 10.0, false)),
        case("bucket of 0.5/s, burst 30", [2.0, 0.5], 0.9, 0.1, |_| bucket(|_| 0.5, 30.0, false)),
        case("bucket of 3/s under 20/s", [20.0, 3.0], 0.9, 0.05, |_| bucket(|_| 3.0, 3.0, false)),
        case("bucket of 15/s under 20/s", [20.0, 15.0], 0.85, 0.05, |_| bucket(|_| 15.0, 2.0, false)),
        case("60 in 60 s", [2.0, 1.0], 0.85, 0.1, |_| window(60, 60.0, false)),
        case("0.53 s between any two", [2.0, 1.9], 0.6, 0.1, |_| bucket(|_| 1.9, 1.0, false)),
        case("0.1 s between any two, 20/s", [20.0, 10.0], 0.6, 0.1, |_| bucket(|_| 10.0, 1.0, false)),
        case("more than 3/s: ban of 30 s, named", [5.0, 3.0], 0.7, 1.0, |_| ban(3, 30.0, true)),
        case("1, then 1.5, then 1/s", [2.0, 3.5 / 3.0], 0.85, 0.3, |_| {
            bucket(|at| turning([1.0, 1.5, 1.0], at), 3.0, false)
        }),
    ]
}

/// A bucket of 0.5/s whose limit rises to 2/s at a moment.
pub fn rising_at(moment: f64) -> Platform {
    let mut tokens = 3.0_f64;
    let mut before = 0.0;
    Box::new(move |at| {
        let limit = if at < 60.0 || at >= moment { 2.0 } else { 0.5 };
        tokens = (tokens + (at - before) * limit).min(3.0);
        before = at;
        if tokens < 1.0 {
            return Some(None);
        }
        tokens -= 1.0;
        None
    })
}
