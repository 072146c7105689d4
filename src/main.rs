//! The `unpromo` program: read the command line, run one command, turn its end into an exit code.

use std::process::ExitCode;

use unpromo::{cli, commands};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let code = match cli::parse(std::env::args_os(), cli::system_lang()) {
        Ok((cli, lang)) => commands::execute(cli, lang),
        Err(early) => early.print(),
    };
    ExitCode::from(code)
}
