//! The engine in a simulated world: tokio's time stands still but for its waits, the platform answers by
//! chance, and the program ends at any of its points. Each seed is a sheet or two, run and resumed until done
//! on a real journal, one after another or both at once, and held against a naive oracle.
//!
//! `UNPROMO_SEEDS=100000 cargo test --test simulation -- --nocapture` plays more; `UNPROMO_SEED=123` one.
// Without debug assertions the program has no points to be ended at.
#![cfg(debug_assertions)]

mod chance;
mod expected;
#[path = "../shared/memory.rs"]
mod memory;
mod operation;
mod oracle;
mod platform;
mod play;
mod process;
mod world;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use play::Played;

/// So many seeds are played unless the environment says otherwise.
const SEEDS: u64 = 2000;
/// Each so manieth of them is played twice, to see that a seed is always the same.
const TWICE: u64 = 50;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Plays a seed, some of them twice.
fn playing(seed: u64, folder: &Path) -> Result<Played, String> {
    let play = || {
        let played = play::play(seed, folder);
        for ending in ["db", "db-wal", "db-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("{seed}.{ending}")));
        }
        played
    };
    let played = play()?;
    if seed.is_multiple_of(TWICE) {
        let again = play()?.trace;
        if let Some((one, other)) = played.trace.iter().zip(&again).find(|(one, other)| one != other) {
            return Err(format!("played twice it is not the same: {one}, then {other}"));
        }
        if played.trace.len() != again.len() {
            return Err(format!("played twice it is not the same: {} and {}", played.trace.len(), again.len()));
        }
    }
    Ok(played)
}

#[test]
fn nothing_is_sent_twice_and_nothing_is_lost_whatever_happens() {
    let folder = memory::folder_in_memory();
    let one = number("UNPROMO_SEED");
    let seeds = one.map_or(0..number("UNPROMO_SEEDS").unwrap_or(SEEDS), |seed| seed..seed + 1);
    let began = Instant::now();
    let (next, starts, crashes, sent) =
        (AtomicU64::new(seeds.start), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if !seeds.contains(&seed) {
                        break;
                    }
                    match playing(seed, folder.path()) {
                        Ok(played) => {
                            starts.fetch_add(played.starts as u64, Ordering::Relaxed);
                            crashes.fetch_add(u64::from(played.crashes), Ordering::Relaxed);
                            sent.fetch_add(played.sent as u64, Ordering::Relaxed);
                        }
                        Err(why) => {
                            // The others need not go on.
                            next.store(seeds.end, Ordering::SeqCst);
                            panic!("{why}\n  again: UNPROMO_SEED={seed} cargo test --test simulation");
                        }
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let count = seeds.end - seeds.start;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let per_second = count as f64 / seconds;
    eprintln!(
        "{count} seeds, {} starts, {} crashes, {} submissions in {seconds:.1} s: {per_second:.0} seeds a second",
        starts.into_inner(),
        crashes.into_inner(),
        sent.into_inner()
    );
}
