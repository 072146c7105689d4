//! Numbers as people read them.

/// A rate in the unit that reads best: `2/s`, `30/m`, `1/h`, with at most two decimals.
#[must_use]
pub fn rate(per_second: f64) -> String {
    let (count, unit) = match per_second {
        fast if fast >= 1.0 => (fast, "s"),
        slow if slow * 60.0 >= 1.0 => (slow * 60.0, "m"),
        slower => (slower * 3600.0, "h"),
    };
    format!("{}/{unit}", short(count))
}

/// At most two decimals, and none that say nothing.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn a_rate_takes_the_unit_that_reads_best() {
        for (per_second, said) in
            [(2.0, "2/s"), (1.5, "1.5/s"), (0.5, "30/m"), (1.0 / 60.0, "1/m"), (1.0 / 3600.0, "1/h"), (50.0, "50/s")]
        {
            assert_eq!(rate(per_second), said);
        }
    }
}
