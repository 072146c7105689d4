//! The law of the pace: a pure function of what is known and of the next answer; it has no clock and no chance.
//!
//! 1. The pace runs at its ceiling until refusals pile up, then falls to a little under what the platform was seen to
//!    accept, holds that for a while, and rises again; where the rise is refused it goes back to the rate that held,
//!    plus a step that grows while the steps prove right.
//! 2. When refusals go on at the lower rate, their share is compared with the share before: a limit would refuse far
//!    fewer, so a share that has not fallen does not depend on the rate, is expected from then on, and the rate goes
//!    back to where it was; after a term of answers this is tested again.
//! 3. Only refusals beyond the expected share count, and they count together until the expected share has outweighed
//!    them, so that chance seldom raises an alarm.
//! 4. A time that the platform names is waited for, 0 being the next turn; without one there is a pause only after
//!    more refusals on end than chance explains, from 1.5 s, doubling, at most 57 s, and shorter where refusals are usual.
//! 5. A ban (long, or outlasting several pauses) halves an unproven rate or returns to the proven one, and the next rise
//!    waits fifteen times as long as the ban lasted.

/// An answer of the platform, as far as the pace goes. Times are seconds on a clock that only goes forward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// When it came.
    pub at: f64,
    /// When its request was sent.
    pub sent: f64,
    /// What it says.
    pub reply: Reply,
}

/// What an answer says about the pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reply {
    /// The request was taken, whatever came of it.
    Taken,
    /// It was throttled; the platform may have named a wait in seconds.
    Throttled(Option<f64>),
}

/// The first hold after a cut, and the longest one that no ban lengthened.
const HOLDS: (f64, f64) = (12.0, 38.0);
/// The steps up after a rate that proved too high, and after a cut; parts of the way to where a rise was refused.
const STEPS: (f64, f64) = (0.02, 0.25);
/// The part of what is accepted that a cut goes to.
const KEEP: f64 = 0.92;
/// A rise doubles the rate in so many seconds.
const DOUBLING: f64 = 5.0;
/// So many answers, doubling, a share of refusals is believed not to depend on the rate.
const TERM: f64 = 300.0;
/// Slower than this the pace never gets, unless its ceiling is lower still.
const LEAST: f64 = 0.02;

/// Answers counted at a rate since a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tally {
    rate: f64,
    since: f64,
    answers: f64,
    refused: f64,
}

impl Tally {
    fn share(&self) -> f64 {
        (self.refused / self.answers).max(0.03)
    }

    /// Whether the share is nearer to the one at a higher rate than to what a limit would have made of it.
    fn is_as_refused_as(&self, other: &Self) -> bool {
        let accepted = 1.0 - other.share();
        let by_limit = (1.0 / accepted.max(0.01)).min(other.rate / self.rate);
        let border = 1.0 - accepted * by_limit.sqrt();
        self.share() > border * (self.rate / (accepted * other.rate)).min(1.0)
    }
}

/// What is known of the platform, and what follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Law {
    /// Requests a second from now on.
    pub rate: f64,
    /// No turn comes before this.
    pub paused_until: f64,
    ceiling: f64,
    held: f64,
    /// The rate that held without refusals; none yet at the first ceiling.
    proven: Option<f64>,
    is_rising: bool,
    since: f64,
    hold: f64,
    span: f64,
    step: f64,
    /// The share of refusals that does not depend on the rate, and for how many answers that is believed.
    expected: f64,
    trusted: f64,
    term: f64,
    /// The share of refusals of late.
    recent: f64,
    /// Refusals beyond the expected share, and the answers since there are any.
    excess: f64,
    cluster: Tally,
    /// The answers at this rate.
    tally: Tally,
    reference: Option<Tally>,
    top: f64,
    streak: f64,
    pauses: i32,
    judged: f64,
    refused_since: Option<f64>,
    rate_before: f64,
}

impl Law {
    /// Nothing is known yet. `ceiling`: requests a second; infinite without a limit.
    #[must_use]
    pub fn new(ceiling: f64) -> Self {
        let law = Self {
            ceiling,
            since: -1.0,
            judged: -1.0,
            hold: HOLDS.0,
            span: HOLDS.0,
            step: STEPS.1,
            term: TERM,
            ..Self::default()
        };
        law.at_rate(ceiling)
    }

    /// The same at another rate: without a ceiling it is learned from the first refusal how fast it has been.
    #[must_use]
    pub fn at_rate(self, rate: f64) -> Self {
        Self { rate, held: rate, top: rate, rate_before: rate, ..self }
    }

    /// Whether more refusals came on end than chance explains.
    #[must_use]
    pub fn is_barred(&self) -> bool {
        let usual = self.recent.max(self.expected).clamp(1e-9, 0.7);
        self.streak > 1.0 + (0.001_f64.ln() / usual.ln()).floor()
    }

    /// What is known after one more answer.
    #[must_use]
    pub fn after(mut self, answer: Answer) -> Self {
        let ban = match answer.reply {
            Reply::Throttled(asked) => self.refused(answer, asked),
            Reply::Taken => self.accepted(answer.at),
        };
        if answer.sent < self.since {
            return self; // It tells of an earlier rate.
        }
        let refused = f64::from(u8::from(answer.reply != Reply::Taken));
        for tally in [&mut self.tally, &mut self.cluster] {
            tally.answers += 1.0;
            tally.refused += refused;
        }
        self.excess += refused - self.expected - 0.05 - 0.2 * self.expected * (1.0 - self.expected);
        if self.excess <= 0.0 {
            self.calm(answer.at);
        }
        match ban {
            Some(lasted) => self.banned(answer.at, lasted),
            None if self.streak < 2.0 => self.judge(answer.at, refused),
            None => {}
        }
        self
    }

    /// Pauses: as long as the platform says, or as chance does not explain.
    fn refused(&mut self, Answer { at, sent, .. }: Answer, asked: Option<f64>) -> Option<f64> {
        if self.refused_since.is_none() {
            (self.refused_since, self.rate_before) = (Some(at), self.rate);
        }
        if let Some(asked) = asked.filter(|asked| *asked > 0.0) {
            self.paused_until = self.paused_until.max(at + asked);
        }
        if sent > self.judged {
            (self.streak, self.judged) = (self.streak + 1.0, at);
            self.recent += (1.0 - self.recent) / 32.0;
            if asked.is_none() && self.is_barred() {
                let longest = 57.0 * (1.0 - self.expected).powi(6);
                self.paused_until = self.paused_until.max(at + (1.5 * 2_f64.powi(self.pauses)).min(longest));
                self.pauses += 1;
            }
        }
        if self.paused_until - at > 1.2 {
            self.rate = 0.5 * self.held; // until the first answer after the pause
        }
        None
    }

    /// Ends a streak of refusals. Returns how long it lasted if it was a ban.
    fn accepted(&mut self, at: f64) -> Option<f64> {
        if !self.is_rising {
            self.rate = self.held;
        }
        self.recent -= self.recent / 32.0;
        self.streak = 0.0;
        let (pauses, from) = (std::mem::take(&mut self.pauses), self.refused_since.take()?);
        let is_named = pauses == 0 && self.paused_until - from > 8.0;
        (is_named || pauses >= if self.expected > 0.05 { 6 } else { 3 }).then_some(at - from)
    }

    fn banned(&mut self, at: f64, lasted: f64) {
        let back = match self.proven {
            _ if self.is_rising => self.held,
            Some(proven) if self.held > 1.001 * proven => proven,
            Some(_) => 0.8 * self.rate_before,
            None => 0.5 * self.rate_before,
        };
        let back = back.min(self.rate);
        (self.proven, self.step, self.reference) = (Some(back), STEPS.0, None);
        self.hold = (15.0 * lasted).clamp(HOLDS.0, 900.0);
        self.enter(at, back, false);
    }

    fn judge(&mut self, at: f64, refused: f64) {
        if self.expected > 0.0 {
            self.expected += 0.01 * (refused - self.expected);
            self.trusted -= 1.0;
            if self.trusted <= 0.0 && refused < 0.5 {
                let (rate, share) = (self.rate, std::mem::take(&mut self.expected));
                self.top = rate;
                self.reference = Some(Tally { rate, since: at, answers: 100.0, refused: 100.0 * share });
                return self.cut(at, KEEP * rate * (1.0 - share));
            }
        }
        let alarm = 2.0 + 20.0 * self.expected * (1.0 - self.expected);
        let is_too_many = refused > 0.5 && self.excess >= alarm - 1.5;
        if self.is_rising && is_too_many {
            self.stop_rise(at);
        } else if self.is_rising {
            let goal = self.held * ((at - self.since) / DOUBLING).exp2();
            self.rate = goal.min(2.0 * self.rate).min(self.ceiling);
            if self.rate >= self.ceiling {
                self.enter(at, self.ceiling, false);
            }
        } else if self.excess >= alarm && (self.reference.is_none() || self.tally.answers >= 8.0) {
            self.alarm(at);
        } else if is_too_many && self.held < self.ceiling {
            self.step_back(at);
        } else if self.held < self.ceiling && at >= self.since + self.hold && self.excess <= 0.5 {
            self.start_rise(at);
        }
    }

    fn start_rise(&mut self, at: f64) {
        let Tally { answers, refused, .. } = self.tally;
        if self.reference.is_some_and(|other| other.answers >= 8.0 && answers < (3.0 / other.share()).min(40.0)) {
            return; // Too few answers yet to compare.
        }
        if refused < 1.0 && answers >= 8.0 {
            self.reference = None;
        } else if self.reference.is_some() && self.expected <= 0.0 && refused >= 2.0 {
            (self.expected, self.trusted) = ((refused - 1.0) / answers, self.term);
        }
        self.enter(at, self.held, true);
    }

    fn stop_rise(&mut self, at: f64) {
        let next = self.held + (self.step * (0.95 * self.rate - self.held)).max(0.0);
        self.proven = Some(self.held);
        (self.step, self.span) = ((2.0 * self.step).min(0.5), (2.0 * self.span).min(HOLDS.1));
        self.hold = self.span.max(15.0 / next);
        self.enter(at, next, false);
    }

    /// A lone refusal at a rate thought good.
    fn step_back(&mut self, at: f64) {
        let Some(proven) = self.proven else { return };
        if self.held > proven {
            self.step = STEPS.0;
            self.enter(at, proven, false);
        } else if self.reference.is_none() {
            let rate = (0.97 * self.held).max(LEAST.min(self.ceiling));
            (self.step, self.since, self.rate, self.held, self.proven) = (STEPS.0, at, rate, rate, Some(rate));
        }
    }

    /// Too many refusals: cut the rate, or conclude from the last cut that the rate is not the reason.
    fn alarm(&mut self, at: f64) {
        self.reference = self.reference.filter(|other| self.rate <= 0.97 * other.rate);
        let Tally { since, answers, refused, .. } = if self.reference.is_some() { self.tally } else { self.cluster };
        let mut now = Tally { rate: self.rate, since, answers, refused };
        if let Some(other) = self.reference {
            if other.answers >= 6.0 && now.share() < 0.85 && now.is_as_refused_as(&other) {
                self.expected = (refused + other.refused) / (answers + other.answers);
                (self.trusted, self.term) = (self.term, (2.0 * self.term).min(5000.0));
                (self.proven, self.reference) = (Some(self.top), None);
                return self.enter(at, self.top, false);
            }
        } else {
            self.top = self.rate;
            (now.answers, now.refused) = (answers - 1.0, refused - 1.0); // A cluster begins with a refusal.
        }
        if self.reference.is_none_or(|other| other.answers < 8.0 || other.share() >= 0.8) {
            self.reference = Some(now);
        }
        let least = if (self.expected > 0.0 && now.share() < 0.7) || answers < 8.0 { 0.5 } else { 0.3 };
        let goodput = ((answers - refused) / (at - since).max(0.1)).min(self.rate);
        self.cut(at, (KEEP * goodput / (1.0 - self.expected)).clamp(least * self.rate, 0.9 * self.rate));
    }

    fn cut(&mut self, at: f64, rate: f64) {
        (self.proven, self.step, self.span) = (Some(rate), STEPS.1, HOLDS.0);
        self.hold = (24.0 / rate).clamp(3.0, HOLDS.0);
        self.enter(at, rate, false);
    }

    fn enter(&mut self, at: f64, rate: f64, is_rising: bool) {
        self.rate = rate.max(LEAST).min(self.ceiling);
        (self.held, self.is_rising) = (self.rate, is_rising);
        self.since = at.max(self.paused_until);
        self.tally = Tally { since: self.since, ..Tally::default() };
        self.calm(self.since);
    }

    fn calm(&mut self, since: f64) {
        self.excess = 0.0;
        self.cluster = Tally { since, ..Tally::default() };
    }
}
