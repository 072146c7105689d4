//! Which of the requests that a rule concerns it meets.

/// Which of the requests that a rule concerns it meets, counted from one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Schedule {
    /// Each of them.
    #[default]
    Always,
    /// These.
    Nth(Vec<u64>),
    /// Each so-manieth.
    Every(u64),
    /// The first so many.
    First(u64),
    /// That one and all after it.
    From(u64),
    /// Each with a probability, the same ones for the same seed.
    Chance {
        /// Of 2^64.
        of: u64,
        /// Tells two runs apart.
        seed: u64,
    },
}

impl Schedule {
    /// Whether the request with this number is met.
    pub fn meets(&self, number: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Nth(numbers) => numbers.contains(&number),
            Self::Every(step) => number.is_multiple_of(*step),
            Self::First(count) => number <= *count,
            Self::From(first) => number >= *first,
            Self::Chance { of, seed } => crate::sandbox::mix(seed.wrapping_add(number.wrapping_mul(STEP))) < *of,
        }
    }

    /// A chance of `probability` (0 to 1).
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a probability needs no more than the 53 bits of a float, and the cast saturates"
    )]
    pub fn chance(probability: f64, seed: u64) -> Self {
        Self::Chance { of: (probability.clamp(0.0, 1.0) * u64::MAX as f64) as u64, seed }
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::Schedule;

    fn met(schedule: &Schedule, of: u64) -> Vec<u64> {
        (1..=of).filter(|number| schedule.meets(*number)).collect()
    }

    #[test]
    fn schedules_count_from_one() {
        assert_eq!(met(&Schedule::Always, 3), [1, 2, 3]);
        assert_eq!(met(&Schedule::Nth(vec![2, 5]), 6), [2, 5]);
        assert_eq!(met(&Schedule::Every(3), 7), [3, 6]);
        assert_eq!(met(&Schedule::First(2), 5), [1, 2]);
        assert_eq!(met(&Schedule::From(4), 5), [4, 5]);
    }

    #[test]
    fn chances_are_as_likely_as_said_and_repeat_with_their_seed() {
        let quarter = met(&Schedule::chance(0.25, 7), 10_000);
        assert!((2_300..2_700).contains(&quarter.len()), "{}", quarter.len());
        assert_eq!(quarter, met(&Schedule::chance(0.25, 7), 10_000));
        assert_ne!(quarter, met(&Schedule::chance(0.25, 8), 10_000));
        assert!(met(&Schedule::chance(0.0, 1), 1000).is_empty());
        assert_eq!(met(&Schedule::chance(1.0, 1), 1000).len(), 1000);
    }
}
