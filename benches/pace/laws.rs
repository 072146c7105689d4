//! Other laws of a pace, for comparison.

use unpromo::job::{PaceAnswer, PaceReply};

use crate::simulation::Pace;

/// What the laws here share: a ceiling, one pause for all, and answers that tell of an earlier rate.
struct Common {
    ceiling: f64,
    rate: f64,
    paused_until: f64,
    /// Refusals of what was sent before this do not count again.
    judged: f64,
    /// Refusals on end.
    streak: i32,
}

impl Common {
    fn new(ceiling: f64) -> Self {
        Self { ceiling, rate: ceiling, paused_until: 0.0, judged: -1.0, streak: 0 }
    }

    /// Pauses 1.5 s, doubling to a minute, or as long as the platform names. `false`: the refusal is old news.
    fn refused(&mut self, PaceAnswer { at, sent, .. }: PaceAnswer, asked: Option<f64>) -> bool {
        if sent <= self.judged {
            self.paused_until = self.paused_until.max(at + asked.unwrap_or(0.0));
            return false;
        }
        let own = (1.5 * 2_f64.powi(self.streak)).min(60.0);
        (self.streak, self.judged) = (self.streak + 1, at);
        self.paused_until = self.paused_until.max(at + asked.unwrap_or(own));
        true
    }
}

macro_rules! pace {
    ($law:ident) => {
        impl Pace for $law {
            fn rate(&self) -> f64 {
                self.common.rate
            }
            fn paused_until(&self) -> f64 {
                self.common.paused_until
            }
            fn answered(&mut self, answer: PaceAnswer) {
                match answer.reply {
                    PaceReply::Taken => {
                        self.common.streak = 0;
                        self.taken(answer);
                    }
                    PaceReply::Throttled(asked) => self.throttled(answer, asked),
                }
            }
            // Each refusal counts against its target.
            fn is_barred(&self) -> bool {
                true
            }
        }
    };
}

/// The rate is halved at each burst of refusals and raised by a quarter after twenty answers.
pub struct Halving {
    common: Common,
    quiet: u32,
}

impl Halving {
    pub fn new(ceiling: f64) -> Self {
        Self { common: Common::new(ceiling), quiet: 0 }
    }

    fn taken(&mut self, _: PaceAnswer) {
        self.quiet += 1;
        if self.quiet == 20 {
            self.quiet = 0;
            self.common.rate = (1.25 * self.common.rate).min(self.common.ceiling);
        }
    }

    fn throttled(&mut self, answer: PaceAnswer, asked: Option<f64>) {
        self.quiet = 0;
        if self.common.refused(answer, asked) {
            self.common.rate = (self.common.rate / 2.0).max(0.1);
        }
    }
}

pace!(Halving);

/// Additive increase, multiplicative decrease, as TCP Reno: from nothing to the ceiling in a minute.
pub struct Aimd {
    common: Common,
    before: f64,
}

impl Aimd {
    pub fn new(ceiling: f64) -> Self {
        Self { common: Common::new(ceiling), before: 0.0 }
    }

    fn taken(&mut self, PaceAnswer { at, .. }: PaceAnswer) {
        let ceiling = self.common.ceiling;
        let passed = (at - self.before.max(self.common.paused_until)).max(0.0);
        self.common.rate = (self.common.rate + passed * ceiling / 60.0).min(ceiling);
        self.before = at;
    }

    fn throttled(&mut self, answer: PaceAnswer, asked: Option<f64>) {
        if self.common.refused(answer, asked) {
            self.common.rate = (self.common.rate / 2.0).max(0.05);
            self.before = answer.at;
        }
    }
}

pace!(Aimd);

/// CUBIC as botocore's adaptive retries have it (`botocore/retries/adaptive.py`): a cut to 0.7 of the measured rate, then
/// a cubic curve back to it and beyond, at most twice what was measured. The pause between the tries of one request is
/// the lane's here.
pub struct Cubic {
    common: Common,
    most: f64,
    since: f64,
    is_enabled: bool,
    measured: f64,
    bucket: f64,
    count: f64,
}

impl Cubic {
    const BETA: f64 = 0.7;
    const SCALE: f64 = 0.4;

    pub fn new(ceiling: f64) -> Self {
        let common = Common::new(ceiling);
        Self { common, most: ceiling, since: 0.0, is_enabled: false, measured: 0.0, bucket: 0.0, count: 0.0 }
    }

    /// The measured rate, smoothed over half seconds.
    fn measure(&mut self, at: f64) {
        self.count += 1.0;
        let bucket = (at * 2.0).floor() / 2.0;
        if bucket > self.bucket {
            self.measured = 0.8 * self.count / (bucket - self.bucket) + 0.2 * self.measured;
            (self.count, self.bucket) = (0.0, bucket);
        }
    }

    fn taken(&mut self, PaceAnswer { at, .. }: PaceAnswer) {
        self.measure(at);
        if self.is_enabled {
            let back = (self.most * (1.0 - Self::BETA) / Self::SCALE).cbrt();
            let goal = Self::SCALE * (at - self.since - back).powi(3) + self.most;
            self.common.rate = goal.min(2.0 * self.measured).max(0.5).min(self.common.ceiling);
        }
    }

    fn throttled(&mut self, answer: PaceAnswer, asked: Option<f64>) {
        self.measure(answer.at);
        let own = 2_f64.powi(self.common.streak).min(20.0) / 2.0; // The mean of its full jitter.
        self.common.streak += 1;
        self.common.paused_until = self.common.paused_until.max(answer.at + asked.unwrap_or(own));
        let used = if self.measured > 0.0 { self.measured.min(self.common.rate) } else { self.common.rate };
        (self.most, self.since, self.is_enabled) = (used, answer.at, true);
        self.common.rate = (Self::BETA * used).max(0.5).min(self.common.ceiling);
    }
}

pace!(Cubic);
