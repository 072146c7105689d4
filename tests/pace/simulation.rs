//! A discrete-event simulation of a pace law against a platform. It has no clock: a request arrives about half a round
//! trip after it was sent, is judged there, and is answered as much later.

use std::collections::BTreeMap;

use crate::platforms::{Case, Platform};
use unpromo::job::{PaceAnswer, PaceLaw, PaceReply};

/// So many seeds are played for each case.
pub const SEEDS: u64 = 20;
const IN_FLIGHT: usize = 8;
/// A target that is throttled so often on end, beyond chance and with nothing else getting through, is given up.
const TRIES: u32 = 7;

/// Chance that comes again with its seed (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A law, as the simulation sees it.
pub trait Pace {
    /// Requests a second.
    fn rate(&self) -> f64;
    /// No turn comes before this.
    fn paused_until(&self) -> f64;
    /// One more answer.
    fn answered(&mut self, answer: PaceAnswer);
    /// Whether the last refusal was one more on end than chance explains.
    fn is_barred(&self) -> bool;
}

impl Pace for PaceLaw {
    fn rate(&self) -> f64 {
        self.rate
    }
    fn paused_until(&self) -> f64 {
        self.paused_until
    }
    fn answered(&mut self, answer: PaceAnswer) {
        *self = self.after(answer);
    }
    fn is_barred(&self) -> bool {
        PaceLaw::is_barred(self)
    }
}

/// What came of a run.
#[derive(Default)]
pub struct Run {
    pub seconds: f64,
    pub taken: Vec<f64>,
    pub refused: Vec<f64>,
    pub failed: usize,
    /// The most requests in any second.
    pub peak: usize,
    /// The longest time without a taken request, beyond what the platform asked for.
    pub silence: f64,
}

/// Something on its way: when its request was sent, and the answer once there is one.
type Flight = (f64, Option<PaceReply>);

struct World<'a> {
    pace: &'a mut dyn Pace,
    chance: Chance,
    way: f64,
    flights: BTreeMap<(u64, u64), Flight>,
    number: u64,
    run: Run,
    named_until: f64,
    alone: u32,
}

/// Time as an ordered key: nanoseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and far from the limits")]
fn key(at: f64) -> u64 {
    (at * 1e9) as u64
}

impl World<'_> {
    fn launch(&mut self, at: f64, flight: Flight) {
        self.number += 1;
        let arrives = at + self.way + 0.02 * self.chance.next();
        self.flights.insert((key(arrives), self.number), flight);
    }

    /// An answer. Says whether its target is done with.
    fn land(&mut self, at: f64, sent: f64, reply: PaceReply) -> bool {
        self.pace.answered(PaceAnswer { at, sent, reply });
        if let PaceReply::Throttled(asked) = reply {
            if let Some(asked) = asked.filter(|asked| *asked > 0.0) {
                self.named_until = self.named_until.max(at + asked);
            }
            self.run.refused.push(at);
            self.alone += u32::from(self.pace.is_barred());
            let has_failed = self.alone >= TRIES;
            if has_failed {
                (self.alone, self.run.failed) = (0, self.run.failed + 1);
            }
            return has_failed;
        }
        let last = self.run.taken.last().copied().unwrap_or(0.0);
        self.run.silence = self.run.silence.max(at - last.max(self.named_until.min(at)));
        self.run.taken.push(at);
        self.alone = 0;
        true
    }
}

/// Plays a law against a platform, until all targets are done or time is up.
pub fn play(pace: &mut dyn Pace, mut platform: Platform, targets: usize, seed: u64, longest: f64) -> Run {
    let mut chance = Chance(seed.wrapping_mul(2387) + 1);
    let way = 0.05 + 0.05 * chance.next();
    let flights = BTreeMap::new();
    let run = Run::default();
    let mut world = World { pace, chance, way, flights, number: 0, run, named_until: 0.0, alone: 0 };
    let (mut left, mut flying, mut now, mut sent) = (targets, 0_usize, 0.0_f64, Vec::<f64>::new());
    while (left > 0 || flying > 0) && now < longest {
        let turn = (left > 0 && flying < IN_FLIGHT).then(|| {
            let paced = sent.last().map_or(0.0, |last| last + 1.0 / world.pace.rate());
            paced.max(world.pace.paused_until()).max(now)
        });
        let next = world.flights.first_key_value().map(|((at, _), _)| *at);
        match turn {
            Some(turn) if next.is_none_or(|next| key(turn) < next) => {
                now = turn;
                sent.push(now);
                (left, flying) = (left - 1, flying + 1);
                world.launch(now, (now, None));
            }
            _ => {
                let Some(((at, _), (began, reply))) = world.flights.pop_first() else { break };
                #[expect(clippy::cast_precision_loss, reason = "simulated seconds")]
                let at = at as f64 / 1e9;
                now = now.max(at);
                let Some(reply) = reply else {
                    let reply = platform(now).map_or(PaceReply::Taken, PaceReply::Throttled);
                    world.launch(now, (began, Some(reply)));
                    continue;
                };
                flying -= 1;
                left += usize::from(!world.land(now, began, reply));
            }
        }
    }
    let mut run = world.run;
    run.seconds = now;
    run.peak = peak(&sent);
    run
}

fn peak(sent: &[f64]) -> usize {
    let mut first = 0;
    let within = sent.iter().enumerate().map(|(index, at)| {
        while sent[first] <= at - 1.0 {
            first += 1;
        }
        index - first + 1
    });
    within.max().unwrap_or(0)
}

/// The figures of a law against a platform: the worst of the seeds, and the mean of the throughput.
pub struct Figures {
    /// Of the best possible: over the whole run.
    pub throughput: f64,
    pub mean: f64,
    /// The share of refusals in the second half.
    pub refused: f64,
    pub silence: f64,
    pub over: f64,
    pub failed: usize,
}

/// Plays a case with all its seeds.
#[expect(clippy::cast_precision_loss, reason = "counts of a simulation")]
pub fn figures(case: &Case, law: &dyn Fn(f64) -> Box<dyn Pace>) -> Figures {
    let mut worst = Figures { throughput: f64::MAX, mean: 0.0, refused: 0.0, silence: 0.0, over: f64::MIN, failed: 0 };
    for seed in 1..=SEEDS {
        let mut pace = law(case.ceiling);
        let run = play(pace.as_mut(), (case.platform)(seed), case.targets, seed, 40_000.0);
        let throughput = run.taken.len() as f64 / run.seconds / case.best;
        let half = |times: &[f64]| times.iter().filter(|at| **at > run.seconds / 2.0).count() as f64;
        let (taken, refused) = (half(&run.taken), half(&run.refused));
        worst.throughput = worst.throughput.min(throughput);
        worst.mean += throughput / SEEDS as f64;
        worst.refused = worst.refused.max(refused / (taken + refused).max(1.0));
        worst.silence = worst.silence.max(run.silence);
        worst.over = worst.over.max(run.peak as f64 - case.ceiling);
        worst.failed += run.failed;
    }
    worst
}

/// The worst and the mean of the seconds until ten answers in a row come at 0.9 of a limit that rose to 2/s.
#[expect(clippy::cast_precision_loss, reason = "counts of a simulation")]
pub fn recovery(law: &dyn Fn(f64) -> Box<dyn Pace>) -> (f64, f64) {
    let (mut worst, mut sum) = (0.0_f64, 0.0);
    for seed in 0..120_u64 {
        let rises = 300.0 + seed as f64 * 1.37;
        let mut pace = law(2.0);
        let run = play(pace.as_mut(), crate::platforms::rising_at(rises), usize::MAX, seed, 700.0);
        let taken: Vec<f64> = run.taken.into_iter().filter(|at| *at >= rises).collect();
        let back =
            taken.windows(11).find(|ten| 10.0 / (ten[10] - ten[0]) >= 1.8).map_or(f64::INFINITY, |ten| ten[0] - rises);
        (worst, sum) = (worst.max(back), sum + back);
    }
    (worst, sum / 120.0)
}
