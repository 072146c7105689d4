//! What the screens know: the events so far, added up.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::moment::Moment;
use crate::job::{Event, Phase};
use crate::model::Tally;
use crate::text::Text;

/// How far back the speed looks.
const WINDOW: Duration = Duration::from_secs(20);
/// How often the speed takes a sample.
const SAMPLE: Duration = Duration::from_millis(500);
/// The least time after which a speed says something.
const WARM_UP: Duration = Duration::from_secs(2);

/// The state of a job as its events tell it.
#[derive(Debug, Default)]
pub(super) struct Board {
    /// The phase under way.
    pub phase: Option<Work>,
    /// Lines by status.
    pub tally: Tally,
    /// The shops, by name.
    pub lanes: BTreeMap<String, Lane>,
    /// How many calls were in flight when the user asked to stop.
    pub stopping: Option<usize>,
}

/// A phase under way.
#[derive(Debug)]
pub(super) struct Work {
    pub phase: Phase,
    pub done: u64,
    pub total: u64,
    pub since: Instant,
    samples: VecDeque<(Instant, u64)>,
}

/// A shop's lane.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// Its limit at the start: requests a second.
    pub limit: Option<f64>,
    /// Its limit now, where it was changed.
    pub slowed: Option<f64>,
    /// Until when it waits, and why.
    pub waits: Option<(Moment, Text)>,
    /// Who works for its account instead.
    pub busy: Option<Text>,
}

impl Board {
    /// Adds an event.
    pub(super) fn on(&mut self, event: &Event, now: &Moment) {
        match event {
            Event::JobStarted { shops, .. } => {
                let lane = |limit: &Option<f64>| Lane { limit: *limit, ..Lane::default() };
                self.lanes = shops.iter().map(|(shop, limit)| (shop.clone(), lane(limit))).collect();
            }
            Event::PhaseStarted { phase, total } => self.phase = Some(Work::new(*phase, *total, now.at)),
            Event::Advanced { phase, by } => {
                if let Some(work) = self.phase.as_mut().filter(|work| work.phase == *phase) {
                    work.advance(*by, now.at);
                }
            }
            Event::Outcome { before, status, .. } => match before {
                Some(before) => self.tally.shift(*before, *status),
                None => self.tally.add(*status),
            },
            Event::Waiting { shop, why, wait } => self.lane(shop).waits = Some((now.later(*wait), why.clone())),
            Event::AccountBusy { shop, why, .. } => self.lane(shop).busy = Some(why.clone()),
            Event::AccountFree { shop } => self.lane(shop).busy = None,
            Event::RateChanged { shop, per_second } => {
                let lane = self.lane(shop);
                let as_at_first = lane.limit.is_some_and(|limit| (limit - per_second).abs() < 1e-6);
                lane.slowed = (!as_at_first).then_some(*per_second);
            }
            Event::LaneStopped { shop, .. } => drop(self.lanes.remove(shop)),
            Event::Stopping { in_flight } => self.stopping = Some(*in_flight),
            Event::PhaseEnded { .. } => self.phase = None,
            Event::JobEnded { tally, .. } => {
                self.tally = tally.clone();
                self.phase = None;
            }
            Event::SheetNote { .. } | Event::Retrying { .. } => {}
        }
    }

    fn lane(&mut self, shop: &str) -> &mut Lane {
        self.lanes.entry(shop.to_owned()).or_default()
    }

    /// The lanes that people should know about now: they wait, or were slowed down.
    pub(super) fn troubled(&self, now: Instant) -> impl Iterator<Item = (&str, &Lane)> {
        self.lanes
            .iter()
            .filter(move |(_, lane)| lane.slowed.is_some() || lane.busy.is_some() || lane.waits_at(now).is_some())
            .map(|(shop, lane)| (shop.as_str(), lane))
    }

    /// Whether another process works for one of the accounts.
    pub(super) fn is_waiting_for_account(&self) -> bool {
        self.lanes.values().any(|lane| lane.busy.is_some())
    }

    /// How long the phase will still take: from the speed so far, and before there is one, from the limits.
    pub(super) fn remaining(&self, now: Instant) -> Option<Duration> {
        let work = self.phase.as_ref()?;
        let speed = work.speed(now).or_else(|| self.limit())?;
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let left = work.total.saturating_sub(work.done) as f64;
        Duration::try_from_secs_f64(left / speed).ok().filter(|_| left > 0.0)
    }

    /// What all lanes may send together; `None` without a limit.
    fn limit(&self) -> Option<f64> {
        let limits: Option<f64> = self.lanes.values().map(|lane| lane.slowed.or(lane.limit)).sum();
        limits.filter(|limit| *limit > 0.0)
    }
}

impl Lane {
    /// Until when, and why, if it waits now.
    pub(super) fn waits_at(&self, now: Instant) -> Option<&(Moment, Text)> {
        self.waits.as_ref().filter(|(until, _)| until.at > now)
    }
}

impl Work {
    fn new(phase: Phase, total: u64, now: Instant) -> Self {
        Self { phase, done: 0, total, since: now, samples: VecDeque::from([(now, 0)]) }
    }

    fn advance(&mut self, by: u64, now: Instant) {
        self.done = self.done.saturating_add(by);
        // What is found out on the way (another page of targets) must not show as 103 %.
        self.total = self.total.max(self.done);
        let newest = self.samples.back().map_or(self.since, |(at, _)| *at);
        if now.saturating_duration_since(newest) >= SAMPLE {
            self.samples.push_back((now, self.done));
        }
        while self.samples.len() > 1 && now.saturating_duration_since(self.samples[1].0) >= WINDOW {
            self.samples.pop_front();
        }
    }

    /// Requests a second over the last twenty seconds; `None` while it is too early to tell.
    pub(super) fn speed(&self, now: Instant) -> Option<f64> {
        let start = now.checked_sub(WINDOW);
        let inside = |at: Instant| start.is_none_or(|start| at >= start);
        // The last sample before the window opens is where the window begins.
        let (from, done) = self.samples.iter().rev().find(|(at, _)| !inside(*at)).or_else(|| self.samples.front())?;
        let span = now.saturating_duration_since(*from);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let more = self.done.saturating_sub(*done) as f64;
        (span >= WARM_UP && more > 0.0).then(|| more / span.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(start: &Moment, seconds: f64) -> Moment {
        start.later(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn the_speed_is_that_of_the_last_twenty_seconds() {
        let start = Moment::now();
        let mut board = Board::default();
        board.on(&Event::PhaseStarted { phase: Phase::Submit, total: 1000 }, &start);
        let advance = Event::Advanced { phase: Phase::Submit, by: 1 };
        // 100 seconds at 5 a second, then 40 at 1 a second.
        for step in 1..=500 {
            board.on(&advance, &moment(&start, f64::from(step) * 0.2));
        }
        let fast = board.phase.as_ref().and_then(|work| work.speed(moment(&start, 100.0).at)).expect("a speed");
        assert!((fast - 5.0).abs() < 0.2, "{fast}");
        for step in 1..=40 {
            board.on(&advance, &moment(&start, 100.0 + f64::from(step)));
        }
        let now = moment(&start, 140.0).at;
        let slow = board.phase.as_ref().and_then(|work| work.speed(now)).expect("a speed");
        assert!((slow - 1.0).abs() < 0.1, "{slow}");
        let remaining = board.remaining(now).expect("an estimate").as_secs();
        assert!((430..=490).contains(&remaining), "{remaining}");
        let samples = board.phase.as_ref().map_or(0, |work| work.samples.len());
        assert!(samples <= 50, "the samples must not grow with the job: {samples}");
    }

    #[test]
    fn before_there_is_a_speed_the_limits_tell_how_long_it_takes() {
        let start = Moment::now();
        let mut board = Board::default();
        board.lanes.insert("a".to_owned(), Lane { limit: Some(2.0), ..Lane::default() });
        board.lanes.insert("b".to_owned(), Lane { limit: Some(3.0), ..Lane::default() });
        board.on(&Event::PhaseStarted { phase: Phase::Plan, total: 50 }, &start);
        assert_eq!(board.remaining(start.at), Some(Duration::from_secs(10)));
        board.lanes.insert("c".to_owned(), Lane::default());
        assert_eq!(board.remaining(start.at), None);
    }

    #[test]
    fn a_lane_is_in_trouble_while_it_waits_or_is_slowed() {
        let start = Moment::now();
        let mut board = Board::default();
        board.lanes.insert("a".to_owned(), Lane { limit: Some(2.0), ..Lane::default() });
        let why = crate::text!("限流", "throttled");
        board.on(&Event::Waiting { shop: "a".to_owned(), why, wait: Duration::from_secs(10) }, &start);
        assert_eq!(board.troubled(moment(&start, 9.0).at).count(), 1);
        assert_eq!(board.troubled(moment(&start, 11.0).at).count(), 0);
        board.on(&Event::RateChanged { shop: "a".to_owned(), per_second: 1.0 }, &start);
        assert_eq!(board.troubled(moment(&start, 11.0).at).count(), 1);
        board.on(&Event::RateChanged { shop: "a".to_owned(), per_second: 2.0 }, &start);
        assert_eq!(board.troubled(moment(&start, 11.0).at).count(), 0);
    }
}
