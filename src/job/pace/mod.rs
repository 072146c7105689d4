//! A shop's pace: one limiter without bursts, one pause for the whole lane, and the [law](Law) that says how fast
//! and how long.

mod law;

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

#[doc(hidden)] // for the simulation and the benches
pub use law::{Answer, Law, Reply};

/// One request is this many cells of the limiter, which lets a turn that was taken late by less than a
/// tenth of the period be made up for. The mean then holds although timers are never early.
const CELLS: u32 = 10;
/// The law's rate is followed in steps of at least this part: it changes with each answer while it rises.
const STEP: f64 = 0.02;
/// A change of the rate by less than this part is not worth telling.
const TOLD: f64 = 0.1;
/// A pause shorter than this is not worth telling.
const TOLD_PAUSE: Duration = Duration::from_millis(500);

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

/// What an answer changed, as far as people should know of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Change {
    /// The lane waits so long from now.
    pub pause: Option<Duration>,
    /// Requests a second from now on.
    pub rate: Option<f64>,
    /// More requests were throttled on end than chance explains.
    pub is_barred: bool,
}

/// A shop's pace.
pub(super) struct Pace {
    /// Requests a second that the user allows; `None`: no limit.
    allowed: Option<f64>,
    law: Law,
    /// Requests a second of the limiter, and as last told.
    rate: Option<f64>,
    told: Option<f64>,
    limiter: Option<Limiter>,
    paused_until: Option<Instant>,
    last_turn: Option<Instant>,
    /// The last second's turns, to know how fast it was where there is no limit.
    recent: std::collections::VecDeque<Instant>,
    jitter: Jitter,
    /// The law's seconds begin here, and are multiplied by the scale.
    began: Instant,
    scale: f64,
}

impl Pace {
    pub fn new(allowed: Option<f64>, seed: u64) -> Self {
        Self {
            allowed,
            law: Law::new(allowed.unwrap_or(f64::INFINITY)),
            rate: allowed,
            told: allowed,
            limiter: allowed.map(|rate| limiter(rate, None)),
            paused_until: None,
            last_turn: None,
            recent: std::collections::VecDeque::new(),
            jitter: Jitter(seed | 1),
            began: Instant::now(),
            scale: 1.0,
        }
    }

    /// The same with shorter waits of its own ([`Options::wait_scale`](super::Options::wait_scale)): time passes
    /// faster for the law.
    pub fn scaled(self, scale: f64) -> Self {
        let scale = if scale.is_finite() { scale.clamp(0.001, 1.0) } else { 1.0 };
        let law = Law::new(self.allowed.map_or(f64::INFINITY, |rate| rate * scale));
        Self { law, scale, ..self }
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
        }
        if self.allowed.is_none() {
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

    /// A throttled answer to a request that was sent at `sent`.
    pub fn throttled(&mut self, sent: Instant, asked: Option<Duration>) -> Change {
        if self.rate.is_none() {
            #[expect(clippy::cast_precision_loss, reason = "a count of one second's turns")]
            let measured = (self.recent.len() as f64).max(2.0) * self.scale;
            self.law = self.law.at_rate(measured);
        }
        let before = self.law.paused_until;
        self.follow(sent, Reply::Throttled(asked.map(|asked| asked.as_secs_f64() / self.scale)));
        let mut pause = None;
        if self.law.paused_until > before {
            let until = self.began + Duration::from_secs_f64(self.law.paused_until * self.scale);
            let wait = until.saturating_duration_since(Instant::now());
            // A little later than asked, so that many do not come back at once.
            let until = until + self.jitter.up_to((wait / 20).min(Duration::from_secs(3)));
            self.paused_until = self.paused_until.max(Some(until));
            pause = Some(wait).filter(|wait| *wait >= TOLD_PAUSE);
        }
        Change { pause, rate: self.news(), is_barred: self.law.is_barred() }
    }

    /// An answer that was not throttled to a request that was sent at `sent`. Returns the rate where it is news.
    pub fn answered(&mut self, sent: Instant) -> Option<f64> {
        self.rate?;
        self.follow(sent, Reply::Taken);
        self.news()
    }

    fn follow(&mut self, sent: Instant, reply: Reply) {
        let seconds = |at: Instant| at.saturating_duration_since(self.began).as_secs_f64() / self.scale;
        self.law = self.law.after(Answer { at: seconds(Instant::now()), sent: seconds(sent), reply });
        let rate = self.law.rate / self.scale;
        let is_at_ceiling = self.allowed.is_some_and(|allowed| rate >= allowed);
        let rate = if is_at_ceiling { self.allowed } else { Some(rate) };
        if is_other(self.rate, rate, STEP) || (is_at_ceiling && self.rate != rate) {
            self.rate = rate;
            self.limiter = rate.map(|rate| limiter(rate, self.last_turn));
        }
    }

    fn news(&mut self) -> Option<f64> {
        let is_back = self.rate == self.allowed && self.told != self.allowed;
        (is_back || is_other(self.told, self.rate, TOLD)).then(|| self.told = self.rate).and(self.rate)
    }

    /// A wait with a little chance added, so that many do not come back at once.
    pub fn jittered(&mut self, wait: Duration) -> Duration {
        (wait + self.jitter.up_to(wait / 4)).mul_f64(self.scale)
    }
}

/// Whether a rate differs from another by more than a part.
fn is_other(one: Option<f64>, other: Option<f64>, part: f64) -> bool {
    one.zip(other).map_or(one.is_some() != other.is_some(), |(one, other)| (one - other).abs() > part * one)
}

/// A limiter whose next turn comes one period after the last one, or at once where there was none, and whose next
/// ones come one period apart.
fn limiter(rate: f64, last_turn: Option<Instant>) -> Limiter {
    let period = Duration::from_secs_f64((1.0 / rate).min(1e6));
    let cells = NonZeroU32::new(CELLS + 1).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period((period / CELLS).max(Duration::from_nanos(1)))
        .map_or_else(|| Quota::per_second(cells), |quota| quota.allow_burst(cells));
    // Full a period after the last turn, less the one cell that makes up for lateness.
    let wait = last_turn.map(|at| (at + period).saturating_duration_since(Instant::now())).unwrap_or_default();
    let missing = (wait.as_secs_f64() / period.as_secs_f64() * f64::from(CELLS)).ceil().clamp(0.0, f64::from(CELLS));
    let limiter = RateLimiter::direct_with_clock(quota, TokioClock(Instant::now()));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the number of cells")]
    let used = NonZeroU32::new(missing as u32 + 1).unwrap_or(NonZeroU32::MIN);
    let _ = limiter.check_n(used);
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
    async fn the_time_that_the_platform_names_is_waited_for_and_zero_is_the_next_turn() {
        for (asked, least) in [(0, 0.4), (9, 9.0)] {
            let mut pace = Pace::new(Some(2.0), 7);
            assert_eq!(pace.take(), Turn::Now);
            let sent = Instant::now();
            tokio::time::advance(Duration::from_millis(10)).await;
            let change = pace.throttled(sent, Some(Duration::from_secs(asked)));
            assert_eq!(change.pause.is_some(), asked > 0);
            let next = turns(&mut pace, 1).await[0];
            assert!(next >= least && next <= least + 1.0, "{asked} s asked, the next turn after {next} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_rate_counts_from_the_last_turn() {
        let mut pace = Pace::new(Some(10.0), 7);
        assert_eq!(pace.take(), Turn::Now);
        let before = Instant::now();
        tokio::time::advance(Duration::from_millis(50)).await;
        pace.limiter = Some(limiter(2.0, pace.last_turn));
        turns(&mut pace, 1).await;
        let gap = before.elapsed().as_secs_f64();
        assert!((0.45..=0.51).contains(&gap), "{gap} s");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_throttling_makes_one() {
        let mut pace = Pace::new(None, 7);
        for _ in 0..100 {
            assert_eq!(pace.take(), Turn::Now);
        }
        for _ in 0..9 {
            let sent = Instant::now();
            tokio::time::advance(Duration::from_millis(10)).await;
            pace.throttled(sent, None);
        }
        assert!(pace.rate.is_some_and(|rate| rate <= 50.0), "{:?}", pace.rate);
        assert!(matches!(pace.take(), Turn::At(_)));
    }
}
