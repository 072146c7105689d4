//! What a result says of its job as a whole.

use crate::model::{Mode, Tally};
use crate::text::Text;

/// What a result says of its job as a whole; known when the last line is.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The job's number.
    pub job: i64,
    /// What tells this job from any other, on any machine; [`job_of`](super::job_of) reads it back. Empty: nothing.
    pub token: String,
    /// What people call the operation.
    pub operation: Text,
    /// The file name of the sheet that was handed in.
    pub sheet: String,
    /// The shops.
    pub shops: Vec<String>,
    /// What the job did at most.
    pub mode: Mode,
    /// Whether it ran against the embedded sandbox.
    pub sandbox: bool,
    /// Whether the job is done: nothing is left that `resume` would do.
    pub finished: bool,
    /// When it started: epoch ms.
    pub started_at: i64,
    /// When it ended, or stopped: epoch ms. `None` while it runs.
    pub ended_at: Option<i64>,
    /// The rows of the sheet that was handed in.
    pub rows: u64,
    /// How many lines have each status.
    pub tally: Tally,
    /// The same for each target name; the empty name stands for rows without a target.
    pub by_activity: Vec<(String, Tally)>,
    /// What to do next, and what else should be known.
    pub notes: Vec<Text>,
}

/// The most activities that a summary lists by name.
const ACTIVITIES: usize = 200;

/// The activities with the most lines, and those that were left out: how many, and their counts together.
pub(super) struct Activities<'a> {
    pub listed: Vec<(&'a str, &'a Tally)>,
    pub others: usize,
    pub others_tally: Tally,
}

impl Summary {
    /// The activities by size, the largest first; rows without a target come last.
    pub(super) fn activities(&self) -> Activities<'_> {
        let mut listed: Vec<(&str, &Tally)> =
            self.by_activity.iter().map(|(name, tally)| (name.as_str(), tally)).collect();
        listed.sort_by_key(|(name, tally)| (name.is_empty(), std::cmp::Reverse(tally.total())));
        let mut others_tally = Tally::default();
        let mut others = 0;
        if listed.len() > ACTIVITIES {
            let unnamed = listed.pop_if(|(name, _)| name.is_empty());
            let room = ACTIVITIES - usize::from(unnamed.is_some());
            for (_, tally) in listed.drain(room.min(listed.len())..) {
                others += 1;
                tally.present().for_each(|(status, lines)| others_tally.add_many(status, lines));
            }
            listed.extend(unnamed);
        }
        Activities { listed, others, others_tally }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;
    use crate::model::{Status, Tally};

    fn tally(lines: u64) -> Tally {
        let mut tally = Tally::default();
        tally.add_many(Status::Submitted, lines);
        tally
    }

    #[test]
    fn the_largest_activities_come_first_and_rows_without_one_last() {
        let by_activity = vec![(String::new(), tally(9)), ("a".to_owned(), tally(1)), ("b".to_owned(), tally(5))];
        let summary = Summary { by_activity, ..Summary::default() };
        let names: Vec<&str> = summary.activities().listed.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["b", "a", ""]);
    }

    #[test]
    fn beyond_two_hundred_the_rest_is_counted_together() {
        let mut by_activity: Vec<(String, Tally)> = (1..=250).map(|n| (format!("n{n}"), tally(n))).collect();
        by_activity.push((String::new(), tally(7)));
        let summary = Summary { by_activity, ..Summary::default() };
        let activities = summary.activities();
        assert_eq!(activities.listed.len(), 200);
        assert_eq!(activities.listed.first().map(|(name, _)| *name), Some("n250"));
        assert_eq!(activities.listed.last().map(|(name, _)| *name), Some(""));
        assert_eq!(activities.others, 51);
        let all: u64 = activities.listed.iter().map(|(_, t)| t.total()).sum();
        assert_eq!(all + activities.others_tally.total(), (1..=250).sum::<u64>() + 7);
    }
}
