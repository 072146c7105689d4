//! A shop on the Taobao Open Platform at the sandbox, and what it did there.

#[path = "../shared/stage.rs"]
mod shared;

use serde_json::Value;
use unpromo::sandbox::{Call, Options};

pub use shared::{Ended, Stage};

pub const APP: &str = "12345671";
pub const SECRET: &str = "sandbox-secret-12345671";
pub const SESSION: &str = "sandbox-session-of-the-shop";

impl Stage {
    pub fn with(options: &Options) -> Self {
        let stage = Self::empty(options);
        let added = stage.add_shop("shop", SECRET, SESSION, &[]);
        assert_eq!(added.code, 0, "{added:?}");
        stage
    }

    /// Adds a shop whose gateway is the sandbox's; the secrets come from files.
    pub fn add_shop(&self, name: &str, secret: &str, session: &str, more: &[&str]) -> Ended {
        let (secret, session) = (self.write("secret.txt", secret), self.write("session.txt", session));
        let base = self.sandbox.url();
        let mut args = vec!["shop", "add", name, "--platform", "taobao", "--app-key", APP, "--base-url", &base];
        args.extend(["--app-secret-file", &secret, "--session-file", &session]);
        args.extend(more);
        let ended = self.unpromo(&args);
        std::fs::remove_file(secret).expect("removed");
        std::fs::remove_file(session).expect("removed");
        ended
    }

    /// The gift lines that were cancelled at the platform, in the order in which it took them.
    pub fn cancelled(&self) -> Vec<String> {
        self.sandbox.ledger().effects().map(|entry| entry.target.to_string()).collect()
    }

    /// How many requests of a kind arrived at the platform.
    pub fn arrived(&self, call: Call) -> usize {
        self.sandbox.ledger().of(call).count()
    }

    /// Nothing arrived that a careful client would not have sent.
    pub fn all_was_proper(&self) {
        let ledger = self.sandbox.ledger();
        let improper: Vec<_> = ledger.improper().collect();
        assert!(improper.is_empty(), "{improper:?}");
    }
}

/// One key of each line, in order.
pub fn of<'a>(lines: &'a [Value], key: &str) -> Vec<&'a str> {
    lines.iter().map(|line| line[key].as_str().unwrap_or("")).collect()
}
