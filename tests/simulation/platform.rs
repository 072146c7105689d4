//! Every way in which the platform answers, or does not.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use unpromo::model::{Item, Target};
use unpromo::platform::{Accepted, Call, CredentialsTrouble, Failure, Find, Submission, Submit};
use unpromo::text::Text;

use crate::world::{Sent, Shared, Told, World, lock};

/// The weather.
impl World {
    fn wait(&mut self) -> Duration {
        Duration::from_millis(self.chance.below(400))
    }

    /// A fault that proves that nothing was carried out.
    fn harmless(&mut self) -> Failure {
        let words = String::new;
        match self.chance.below(9) {
            0..3 => Failure::NotSent(Text::default()),
            3..5 => Failure::Throttled { wait: None, words: words() },
            5..7 => Failure::Throttled { wait: Some(Duration::from_millis(self.chance.below(5000))), words: words() },
            7 => Failure::Throttled { wait: Some(Duration::from_secs(7200)), words: words() },
            _ => Failure::Credentials { trouble: CredentialsTrouble::Expired, words: words() },
        }
    }

    /// A fault that proves nothing.
    fn unclear(&mut self) -> Failure {
        match self.chance.below(10) {
            0..4 => Failure::NoAnswer(Text::default()),
            4..8 => Failure::Unclear(Text::default()),
            8 => Failure::OtherAccount { theirs: "2".to_owned(), ours: "1".to_owned() },
            _ => Failure::Credentials { trouble: CredentialsTrouble::Moved, words: String::new() },
        }
    }
}

/// One shop's way to the world.
pub struct Way {
    pub world: Shared,
    pub start: usize,
    pub shop: String,
    pub began: Instant,
}

impl Find for Way {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(async move {
            let guard = Landing { way: self, submission: None };
            let (before, after) = {
                let mut world = lock(&self.world);
                world.arrive(self.start, &self.shop, self.began);
                world.trace.push(format!("{} looks up {} at {:?}", self.start, item.id(), self.began.elapsed()));
                (world.wait(), world.wait())
            };
            sleep(before).await;
            let answer = {
                let mut world = lock(&self.world);
                let storm = world.starts[self.start].storm;
                if world.chance.percent(storm) {
                    world.starts[self.start].unlisted.insert(item.id().to_owned());
                    Err(match world.chance.below(10) {
                        0..4 => world.harmless(),
                        4..9 => world.unclear(),
                        _ => Failure::Refused { code: String::new(), words: String::new() },
                    })
                } else {
                    Ok(world.list(self.start, item.id()))
                }
            };
            sleep(after).await;
            drop(guard);
            answer
        })
    }
}

impl Submit for Way {
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted> {
        Box::pin(async move {
            let (before, after, number) = {
                let mut world = lock(&self.world);
                world.arrive(self.start, &self.shop, self.began);
                let tie = self.tie(submission);
                world.watch_over(self.start, submission, &tie);
                world.flying.insert(submission.target.id.clone());
                let start = &mut world.starts[self.start];
                start.flying_ties.insert(tie);
                let (job, start) = (start.job, self.start);
                let (target, request_no) = (submission.target.id.clone(), submission.request_no.clone());
                world.trace.push(format!("{start} submits {target} at {:?}", self.began.elapsed()));
                world.sent.push(Sent { job, start, target, request_no, told: Told::Nothing });
                (world.wait(), world.wait(), world.sent.len() - 1)
            };
            let mut guard = Landing { way: self, submission: Some((submission, false)) };
            sleep(before).await;
            let (answer, told) = self.decide(submission);
            guard.submission = Some((submission, true));
            sleep(after).await;
            lock(&self.world).sent[number].told = told;
            answer
        })
    }
}

impl Way {
    /// What must be sent one after another: a tie holds within a shop.
    fn tie(&self, submission: &Submission) -> String {
        match submission.target.group.as_str() {
            "" => String::new(),
            tie => format!("{} of {}", tie, self.shop),
        }
    }

    /// What becomes of a submission, and what its sender is told.
    fn decide(&self, submission: &Submission) -> (std::result::Result<Accepted, Failure>, Told) {
        let mut world = lock(&self.world);
        let target = &submission.target.id;
        let storm = world.starts[self.start].storm;
        if !world.chance.percent(storm) {
            return Self::take(&mut world, submission);
        }
        match world.chance.below(10) {
            0..3 => (Err(world.harmless()), Told::NotCarriedOut),
            3 if !world.effects.contains(target) && !world.late.iter().any(|(late, _)| late == target) => {
                (Err(Failure::Refused { code: "1".to_owned(), words: String::new() }), Told::Refused)
            }
            3..6 => (Err(world.unclear()), Told::Unclear),
            6..9 => {
                world.carry_out(target, &submission.request_no);
                (Err(world.unclear()), Told::Unclear)
            }
            _ => {
                world.late.push((target.clone(), submission.request_no.clone()));
                (Err(world.unclear()), Told::Unclear)
            }
        }
    }

    fn take(world: &mut World, submission: &Submission) -> (std::result::Result<Accepted, Failure>, Told) {
        let is_second = world.effects.contains(&submission.target.id);
        world.carry_out(&submission.target.id, &submission.request_no);
        if is_second && !world.promises.repeats {
            return (Err(Failure::AlreadySubmitted { words: String::new() }), Told::Taken);
        }
        (Ok(Accepted::default()), Told::Taken)
    }
}

/// A call under way. Where its sender dies in the middle, what it sent may still arrive.
struct Landing<'a> {
    way: &'a Way,
    /// The submission, and whether the platform has decided on it.
    submission: Option<(&'a Submission, bool)>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let mut world = lock(&self.way.world);
        let start = &mut world.starts[self.way.start];
        if let Some(flying) = start.in_flight.get_mut(&self.way.shop) {
            *flying = flying.saturating_sub(1);
        }
        let Some((submission, is_decided)) = self.submission else { return };
        let (target, request_no) = (&submission.target.id, &submission.request_no);
        start.flying_ties.remove(&self.way.tie(submission));
        world.flying.remove(target);
        if !is_decided {
            match world.chance.below(3) {
                0 => world.carry_out(target, request_no),
                1 => world.late.push((target.clone(), request_no.clone())),
                _ => {}
            }
        }
    }
}
