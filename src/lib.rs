//! unpromo withdraws products from marketing activities in bulk, driven by a spreadsheet.
//!
//! The rooms, in the order in which data flows: a `sheet` becomes rows (`model`), a `job` plans them
//! with look-ups at a `platform`, writes the plan to the `journal`, submits what was planned, and the
//! journal's lines become a result `sheet`.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod error;
pub mod failpoint;
pub mod home;
pub mod model;
pub mod plain;
pub mod text;

pub mod cli;
pub mod screen;

pub mod sheet;
pub mod shop;

pub mod platform;

pub mod journal;

pub mod job;

pub mod progress;

pub mod sandbox;

pub mod commands;
