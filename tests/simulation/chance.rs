//! Chance, with odds.

#[path = "../shared/chance.rs"]
mod shared;

pub use shared::Chance;

impl Chance {
    /// True in so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }
}
