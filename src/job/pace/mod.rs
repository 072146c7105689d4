//! A shop's pace: one limiter without bursts, one pause for the whole lane, a rate that is halved when
//! the platform throttles and slowly regained.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// One request is this many cells of the limiter, which lets a turn that was taken late by less than a
/// tenth of the period be made up for. The mean then holds although timers are never early.
const CELLS: u32 = 10;
/// The pause after the first throttled answer that names no time; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(1500);
/// The longest pause that is chosen here; a platform may name a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The rate never falls below this.
const LEAST_RATE: f64 = 0.1;
/// After so many answers without throttling the rate is raised by a quarter.
const REGAIN_AFTER: u32 = 20;

/// The limiter's clock: tokio's, so that paused time reaches it.
#[derive(Clone, Debug)]
struct TokioClock(Instant);

/// Time since the lane began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Since(Duration);

impl std::ops::Add<governor::nanos::Nanos> for Since {
    type Output = Self;
    fn add(self, other: governor::nanos::Nanos) -> Self {
        Self(self.0 + Duration::from(other))
    }
}

impl Reference for Since {
    fn duration_since(&self, earlier: Self) -> governor::nanos::Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: governor::nanos::Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl Clock for TokioClock {
    type Instant = Since;
    fn now(&self) -> Since {
        Since(self.0.elapsed())
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Since>>;

/// When the next request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Now: the turn is taken.
    Now,
    /// Not before this.
    At(Instant),
}

/// What a throttled answer changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slowed {
    pub pause: Duration,
    pub rate: f64,
}

/// A shop's pace.
pub(super) struct Pace {
    /// Requests a second that the user allows; `None`: no limit.
    allowed: Option<f64>,
    /// Requests a second now.
    rate: Option<f64>,
    limiter: Option<Limiter>,
    paused_until: Option<Instant>,
    last_turn: Option<Instant>,
    /// Throttled answers to requests that were sent before this do not count again.
    judged_at: Option<Instant>,
    streak: u32,
    quiet: u32,
    /// The last second's turns, to know what "half" is where there is no limit.
    recent: std::collections::VecDeque<Instant>,
    jitter: Jitter,
    /// What its own waits are multiplied by.
    scale: f64,
}

impl Pace {
    pub fn new(allowed: Option<f64>, seed: u64) -> Self {
        Self {
            allowed,
            rate: allowed,
            limiter: allowed.map(limiter),
            paused_until: None,
            last_turn: None,
            judged_at: None,
            streak: 0,
            quiet: 0,
            recent: std::collections::VecDeque::new(),
            jitter: Jitter(seed | 1),
            scale: 1.0,
        }
    }

    /// The same with shorter waits of its own ([`Options::wait_scale`](super::Options::wait_scale)).
    pub fn scaled(self, scale: f64) -> Self {
        let scale = if scale.is_finite() { scale.clamp(0.001, 1.0) } else { 1.0 };
        Self { scale, ..self }
    }

    /// Takes the next turn, or says when to ask again.
    pub fn take(&mut self) -> Turn {
        let now = Instant::now();
        if let Some(until) = self.paused_until {
            if now < until {
                return Turn::At(until);
            }
            self.paused_until = None;
        }
        if let Some(limiter) = &self.limiter {
            let cells = NonZeroU32::new(CELLS).unwrap_or(NonZeroU32::MIN);
            if let Ok(Err(not_until)) = limiter.check_n(cells) {
                let wait = not_until.wait_time_from(Since(limiter.clock().0.elapsed()));
                return Turn::At(now + wait.max(Duration::from_micros(50)));
            }
        } else {
            self.recent.push_back(now);
            while self.recent.front().is_some_and(|at| now - *at > Duration::from_secs(1)) {
                self.recent.pop_front();
            }
        }
        self.last_turn = Some(now);
        Turn::Now
    }

    /// How many turns fall into a time: so many attempts may be made ready ahead of theirs.
    pub fn turns_within(&self, time: Duration) -> usize {
        match self.rate {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
            Some(rate) => 1 + (rate * time.as_secs_f64()) as usize,
            None => usize::MAX,
        }
    }

    /// About when the next turn comes; `None`: now.
    pub fn next_turn(&self) -> Option<Instant> {
        let by_rate = self.last_turn.zip(self.rate).map(|(at, rate)| at + Duration::from_secs_f64(1.0 / rate));
        by_rate.max(self.paused_until)
    }

    /// A throttled answer to a request that was sent at `sent`. `None`: the lane already slowed down
    /// for the same burst.
    pub fn throttled(&mut self, sent: Instant, asked: Option<Duration>) -> Option<Slowed> {
        let now = Instant::now();
        self.quiet = 0;
        let is_old_news = self.judged_at.is_some_and(|at| sent <= at);
        if is_old_news {
            // A longer wait that the platform names still counts.
            let until = now + asked.unwrap_or_default();
            if asked.is_some() && self.paused_until.is_none_or(|paused| paused < until) {
                self.paused_until = Some(until);
            }
            return None;
        }
        let own = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.saturating_pow(self.streak)).mul_f64(self.scale);
        self.streak += 1;
        let base = asked.unwrap_or(own);
        let pause = base + self.jitter.up_to(base.min(own) / 4);
        let until = now + pause;
        self.judged_at = Some(now);
        self.paused_until = Some(self.paused_until.map_or(until, |paused| paused.max(until)));
        #[expect(clippy::cast_precision_loss, reason = "a count of one second's turns")]
        let before = self.rate.unwrap_or_else(|| (self.recent.len() as f64).max(2.0));
        let rate = (before / 2.0).max((LEAST_RATE / self.scale).min(before));
        self.set_rate(Some(rate));
        Some(Slowed { pause, rate })
    }

    /// An answer that was not throttled. Returns the new rate where it was raised.
    pub fn answered(&mut self) -> Option<f64> {
        self.streak = 0;
        if self.rate == self.allowed {
            return None;
        }
        self.quiet += 1;
        if self.quiet < REGAIN_AFTER {
            return None;
        }
        self.quiet = 0;
        let raised = self.rate.map(|rate| rate * 1.25);
        let next = match (raised, self.allowed) {
            (Some(raised), Some(allowed)) => Some(raised.min(allowed)),
            (raised, _) => raised,
        };
        self.set_rate(next);
        next
    }

    fn set_rate(&mut self, rate: Option<f64>) {
        self.rate = rate;
        self.limiter = rate.map(limiter);
    }

    /// A wait with a little chance added, so that many do not come back at once.
    pub fn jittered(&mut self, wait: Duration) -> Duration {
        (wait + self.jitter.up_to(wait / 4)).mul_f64(self.scale)
    }
}

/// A limiter whose first turn is free and whose next ones come one period apart.
fn limiter(rate: f64) -> Limiter {
    let period = Duration::from_secs_f64(1.0 / rate);
    let cells = NonZeroU32::new(CELLS + 1).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period((period / CELLS).max(Duration::from_nanos(1)))
        .map_or_else(|| Quota::per_second(cells), |quota| quota.allow_burst(cells));
    let limiter = RateLimiter::direct_with_clock(quota, TokioClock(Instant::now()));
    // The one cell that makes up for lateness starts out used: the first gap is a whole period too.
    let _ = limiter.check();
    limiter
}

/// A small generator of chance (xorshift64), seeded so that a simulation can be run again.
struct Jitter(u64);

impl Jitter {
    fn up_to(&mut self, most: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(clippy::cast_precision_loss, reason = "a share between 0 and 1")]
        let share = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        most.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn turns(pace: &mut Pace, count: usize) -> Vec<f64> {
        let start = Instant::now();
        let mut taken = Vec::new();
        while taken.len() < count {
            match pace.take() {
                Turn::Now => taken.push(start.elapsed().as_secs_f64()),
                Turn::At(at) => tokio::time::sleep_until(at).await,
            }
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_second_carries_no_more_than_the_limit() {
        for rate in [1.0, 2.0, 50.0] {
            let taken = turns(&mut Pace::new(Some(rate), 1), 200).await;
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let first = taken.iter().filter(|at| **at < 1.0).count() as f64;
            assert!(first <= rate, "{first} in the first second at {rate}/s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_carries_more_than_one_over_the_limit_and_the_mean_holds() {
        let rate = 50.0;
        let taken = turns(&mut Pace::new(Some(rate), 1), 2000).await;
        for (index, at) in taken.iter().enumerate() {
            let within = taken[index..].iter().take_while(|later| **later < at + 1.0).count();
            assert!(within <= 51, "{within} in the second from {at}");
        }
        let mean = 1999.0 / taken[1999];
        assert!(mean >= 0.98 * rate, "a mean of {mean}/s");
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_turn_is_made_up_for_without_a_burst() {
        let mut pace = Pace::new(Some(10.0), 1);
        let start = Instant::now();
        let mut taken: u32 = 0;
        while taken < 100 {
            match pace.take() {
                Turn::Now => taken += 1,
                // Timers here fire up to 3 ms late.
                Turn::At(at) => tokio::time::sleep_until(at + Duration::from_millis(u64::from(taken % 4))).await,
            }
        }
        let mean = 99.0 / start.elapsed().as_secs_f64();
        assert!(mean > 9.9, "a mean of {mean}/s");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_answer_pauses_the_lane_and_halves_the_rate_once_for_a_burst() {
        let mut pace = Pace::new(Some(2.0), 7);
        let sent = Instant::now();
        tokio::time::advance(Duration::from_millis(10)).await;
        let slowed = pace.throttled(sent, None).expect("slowed down");
        assert!(slowed.pause >= FIRST_PAUSE && slowed.pause <= FIRST_PAUSE.mul_f64(1.25));
        assert!((slowed.rate - 1.0).abs() < 1e-9);
        assert_eq!(pace.throttled(sent, None), None, "the same burst");
        assert!(matches!(pace.take(), Turn::At(_)));
        tokio::time::advance(slowed.pause).await;
        assert_eq!(pace.take(), Turn::Now);
        let next = pace.throttled(Instant::now() + Duration::from_millis(1), Some(Duration::from_secs(9)));
        assert!(next.expect("slowed down").pause >= Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_comes_back_slowly_and_never_above_the_limit() {
        let mut pace = Pace::new(Some(2.0), 7);
        pace.throttled(Instant::now(), None).expect("slowed down");
        let mut raises = Vec::new();
        for _ in 0..(10 * REGAIN_AFTER) {
            raises.extend(pace.answered());
        }
        assert!((raises[0] - 1.25).abs() < 1e-9);
        assert!((raises.last().expect("a raise") - 2.0).abs() < 1e-9);
        assert_eq!(raises.len(), 4, "1.25, 1.5625, 1.953, 2: {raises:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_throttling_makes_one() {
        let mut pace = Pace::new(None, 7);
        let sent = Instant::now();
        for _ in 0..100 {
            assert_eq!(pace.take(), Turn::Now);
        }
        tokio::time::advance(Duration::from_millis(10)).await;
        let slowed = pace.throttled(sent, None).expect("slowed down");
        assert!((slowed.rate - 50.0).abs() < 1e-9);
    }
}
