//! Groups of flags that several commands share.

use std::time::Duration;

use clap::{ArgAction, Args};

use super::value::{self, Rate};
use crate::screen::When;
use crate::text::Lang;

/// Flags that every command takes, before or after its name.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The language of the screen: zh or en; without it, the system's
    #[arg(long, global = true, value_name = "LANG", value_parser = value::lang())]
    pub lang: Option<Lang>,
    /// Say nothing but the end
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: each outcome and each retry
    #[arg(short = 'v', long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Events as JSON lines on standard output, for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// How fast requests go out.
#[derive(Clone, Copy, Debug, Args)]
pub struct Pacing {
    /// The most requests for each shop: 2/s, 30/m, or off; without it, what suits the platform
    #[arg(long, value_name = "RATE")]
    pub rate: Option<Rate>,
    /// The most requests on their way at once for each shop: 1 to 256; without it, 8
    #[arg(long, value_name = "N", value_parser = value::in_flight)]
    pub max_in_flight: Option<u16>,
    /// End with exit code 2 instead of waiting, where another process works for the account
    ///
    /// The limit belongs to the account, so one process at a time works for it. Without this, the second one says for
    /// whom it waits, and goes on when the first has ended.
    #[arg(long)]
    pub no_wait: bool,
    /// For tests alone: what unpromo's own waits between tries are multiplied by
    #[arg(long, value_name = "FACTOR", hide = true, value_parser = value::scale)]
    pub wait_scale: Option<f64>,
}

/// How long to wait for the platform.
#[derive(Clone, Copy, Debug, Args)]
pub struct Network {
    /// The longest wait for a connection: 500ms, 10s
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = value::timeout)]
    pub connect_timeout: Duration,
    /// The longest wait for a whole answer: 30s, 2m
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = value::timeout)]
    pub timeout: Duration,
}

/// How a sheet is read.
#[derive(Clone, Debug, Args)]
pub struct Reading {
    /// The worksheet to read; without it, the one whose headings fit
    #[arg(long, value_name = "NAME", value_parser = value::filled)]
    pub sheet_name: Option<String>,
    /// The operation; without it, the one that the headings tell
    #[arg(long, value_name = "OPERATION", value_parser = value::operation())]
    pub operation: Option<String>,
    /// The reason for rows that have none
    #[arg(long, value_name = "TEXT", value_parser = value::filled)]
    pub reason: Option<String>,
    /// Leave hidden rows out; they are listed as skipped
    ///
    /// Without this, rows that are hidden by hand or by a filter are done like any other, and are said before
    /// anything is sent.
    #[arg(long)]
    pub skip_hidden: bool,
    /// Refuse a workbook that unpacks to more than this: 512M, 2G; without it, 1G
    #[arg(long, value_name = "SIZE", value_parser = value::size)]
    pub max_decompressed: Option<u64>,
    /// Refuse a sheet with more filled cells than this; without it, 20 million
    #[arg(long, value_name = "N", value_parser = value::count)]
    pub max_cells: Option<u64>,
}
