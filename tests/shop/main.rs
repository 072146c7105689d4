//! A shop's way in: from what a browser copies to the shop file, and what the screen says of it.

mod browser;
mod commands;
mod copies;
mod desk;
mod file;
mod firefox;
#[cfg(unix)]
mod prompt;
mod recognition;
mod secrets;
mod torn;
mod typed;
