//! The program as its users run it: the real binary, real files, a sandbox that writes down what it accepted.

mod dry_run;
mod first_run;
mod first_steps;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod journal_lost;
mod left_behind;
mod login;
mod odd_names;
#[cfg(unix)]
mod one_account;
mod options;
mod result_place;
mod several_shops;
#[cfg(unix)]
mod signals;
mod stage;
#[path = "../shared/wait.rs"]
mod wait;
