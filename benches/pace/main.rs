//! Prints what the pace's law reaches against platforms that throttle, beside other laws: `cargo bench --bench pace`.
//!
//! The figures are of the simulation that `cargo test --test pace` asserts: the worst of twenty seeds. "of best" is the
//! share of the best possible throughput, "needed" what the test asks for, "refused" the share of refusals in the second half, "silent" the longest time
//! without an accepted request, beyond what the platform asked for.

mod laws;
#[path = "../../tests/pace/platforms.rs"]
mod platforms;
#[path = "../../tests/pace/simulation.rs"]
mod simulation;

use laws::{Aimd, Cubic, Halving};
use platforms::Case;
use simulation::{Pace, figures, recovery};
use unpromo::job::PaceLaw;

/// A law by its name.
type Named = (&'static str, fn(f64) -> Box<dyn Pace>);

const LAWS: [Named; 4] = [
    ("unpromo", |ceiling| Box::new(PaceLaw::new(ceiling))),
    ("halving (0.1.0 before)", |ceiling| Box::new(Halving::new(ceiling))),
    ("AIMD", |ceiling| Box::new(Aimd::new(ceiling))),
    ("CUBIC (botocore, adaptive)", |ceiling| Box::new(Cubic::new(ceiling))),
];

fn main() {
    println!(
        "{:<36}{:<28}{:>8}{:>8}{:>10}{:>8}{:>11}{:>8}",
        "platform", "law", "of best", "needed", "refused", "most", "silent", "failed"
    );
    for (title, cases) in [("what the law was made for", platforms::required()), ("others", platforms::others())] {
        println!("-- {title}");
        cases.iter().for_each(print);
    }
    println!("-- seconds until 0.9 of a limit that rose from 0.5/s to 2/s");
    for (name, law) in LAWS {
        let (worst, mean) = recovery(&law);
        println!("{:<36}{name:<28}{mean:>8.0} on average, {worst:.0} at worst", "");
    }
}

fn print(case: &Case) {
    for (index, (name, law)) in LAWS.iter().enumerate() {
        let got = figures(case, law);
        println!(
            "{:<36}{name:<28}{:>8.2}{:>8.2}{:>8.1} %{:>6.0} %{:>9.1} s{:>8}",
            if index == 0 { case.name } else { "" },
            got.throughput,
            case.least,
            100.0 * got.refused,
            100.0 * case.refused,
            got.silence,
            got.failed
        );
    }
}
