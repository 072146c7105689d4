//! unpromo withdraws products from marketing activities in bulk, driven by a spreadsheet.
//!
//! Data flows one way: `sheet` → [`job`] ← `platform` (look-ups), plan → `journal` → [`job`] → `platform`
//! (submissions) → `journal` → `sheet`. The job sees platforms only through a trait and the outside world
//! only through events; a platform knows nothing of sheets or journals; the journal knows nothing of HTTP.
//!
//! The rooms, from the bottom up:
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`text`](mod@text) | sentences in both languages, side by side |
//! | [`error`] | what stops a command: the exit code, what happened, what to do next |
//! | [`plain`] | text from elsewhere, made harmless for a screen or a cell |
//! | [`shell`] | words quoted for the user's shell |
//! | [`model`] | the words of the trade as values: row, item, filter, target, status |
//! | [`home`] | the user's folder: where journal and shops are |
//! | `identity` | which file a path leads to |
//! | [`ahead`](mod@ahead) | one thread makes things while another uses them |
//! | [`failpoint`](mod@failpoint) | named points at which tests end the program; nothing of it in a release |
//! | [`sheet`] | what people hand in and get back: reading, checking, templates, results |
//! | [`shop`] | who we are when we call a platform: copied requests, keys, the shop file |
//! | [`platform`] | the trait, the one HTTP client, and a folder for each operation |
//! | [`journal`] | the truth about what was sent; durable |
//! | [`job`] | the engine: plan, pace, retry rules, submit, look again |
//! | [`screen`] | tables, questions, summaries in a terminal |
//! | [`cli`] | what a user may type |
//! | `signal` | what asks the program to stop |
//! | [`progress`] | events become a bar, log lines, or JSON lines |
//! | [`sandbox`] | the platforms on loopback, for trying the program and for its tests |
//! | [`commands`] | one file a command: build the parts, start the work, print the end |
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod ahead;
pub mod error;
pub mod failpoint;
mod hex;
pub mod home;
mod identity;
pub mod model;
pub mod plain;
pub mod shell;
pub mod text;

pub mod sheet;
pub mod shop;

pub mod platform;

pub mod journal;

pub mod job;

pub mod cli;
pub mod screen;

mod signal;

pub mod progress;

pub mod sandbox;

pub mod commands;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
