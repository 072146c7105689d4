//! `unpromo sandbox`: the platforms on loopback.

use super::Context;
use crate::cli;
use crate::error::Result;
use crate::sandbox::{Fault, Options, Sandbox};
use crate::text;

pub(super) fn sandbox(context: &Context, args: &cli::Sandbox) -> Result<u8> {
    let faults = args.fault.iter().map(|rule| rule.parse::<Fault>()).collect::<std::result::Result<Vec<_>, _>>()?;
    let options = Options { port: args.port, faults, ledger: args.ledger.clone(), ..Options::default() };
    let screen = context.screen();
    Sandbox::serve_forever(&options, |address| {
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
    })?;
    Ok(0)
}
