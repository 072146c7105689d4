//! `unpromo sandbox`: the platforms on loopback.

use std::net::SocketAddr;

use super::Context;
use crate::cli;
use crate::error::Result;
use crate::sandbox::{Fault, Options, Sandbox};
use crate::signal::Signals;
use crate::text;

pub(super) fn sandbox(context: &Context, args: &cli::Sandbox) -> Result<u8> {
    let faults = args.fault.iter().map(|rule| rule.parse::<Fault>()).collect::<std::result::Result<Vec<_>, _>>()?;
    let options = Options { port: args.port, faults, ledger: args.ledger.clone(), ..Options::default() };
    let screen = context.screen();
    let runtime = super::runtime()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen().map_err(|why| super::cannot_start(&why))?
    };
    let listening = |address: SocketAddr| {
        if context.global.json {
            screen.line(
                &serde_json::json!({ "event": "sandbox_listening", "url": format!("http://{address}") }).to_string(),
            );
        } else {
            screen.say(&text!(
                "沙盒在 http://{address},按 Ctrl-C 停止",
                "the sandbox is at http://{address}; stop it with Ctrl-C"
            ));
        }
    };
    Sandbox::serve_until(&options, listening, || runtime.block_on(signals.first()))?;
    Ok(0)
}
