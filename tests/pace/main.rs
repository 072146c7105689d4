//! The law of the pace against platforms that throttle, in a simulation without a clock. `cargo bench --bench pace`
//! prints the same figures as a table, beside those of other laws.

mod platforms;
mod simulation;

use std::fmt::Write as _;

use platforms::Case;
use simulation::{Pace, figures, recovery};
use unpromo::job::PaceLaw;

fn law(ceiling: f64) -> Box<dyn Pace> {
    Box::new(PaceLaw::new(ceiling))
}

/// What is not as it should be, one a line.
fn wrong(cases: &[Case]) -> String {
    let mut wrong = String::new();
    for case in cases {
        let got = figures(case, &law);
        println!(
            "{:<36}{:>6.2} (mean {:.2}) refused {:>5.1} % silence {:>5.1} s",
            case.name,
            got.throughput,
            got.mean,
            100.0 * got.refused,
            got.silence
        );
        let is_right = got.throughput >= case.least && got.refused <= case.refused && got.over <= 1.0;
        if !(is_right && got.silence <= 60.0 && got.failed == 0) {
            let _ = writeln!(
                wrong,
                "{}: {:.3} of the best (at least {}), {:.3} refused (at most {}), silent for {:.1} s, {:.1} over the \
                 ceiling, {} failed",
                case.name, got.throughput, case.least, got.refused, case.refused, got.silence, got.over, got.failed
            );
        }
    }
    wrong
}

#[test]
fn every_platform_that_the_law_was_made_for_gives_what_it_can() {
    let wrong = wrong(&platforms::required());
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn platforms_that_it_was_not_tuned_on_do_not_bring_it_down() {
    let wrong = wrong(&platforms::others());
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_limit_that_rises_is_found_within_a_minute() {
    let (worst, mean) = recovery(&law);
    assert!(worst <= 60.0, "{worst:.1} s at worst, {mean:.1} s on average");
}
