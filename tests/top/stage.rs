//! What a story needs: a home of its own, a sandbox, a shop at it, a sheet, and the program.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use unpromo::sandbox::{Call, Options, Running, Sandbox};

pub const APP: &str = "12345671";
pub const SECRET: &str = "sandbox-secret-12345671";
pub const SESSION: &str = "sandbox-session-of-the-shop";

pub struct Stage {
    pub folder: tempfile::TempDir,
    pub sandbox: Running,
}

/// How the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(&Options::default())
    }

    /// A stage whose sandbox fails by these rules.
    pub fn failing(rules: &[&str]) -> Self {
        let faults = rules.iter().map(|rule| rule.parse().expect("a fault rule")).collect();
        Self::with(&Options { faults, ..Options::default() })
    }

    pub fn with(options: &Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let stage = Self { folder, sandbox: Sandbox::start(options).expect("a sandbox") };
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unpromo"));
        command
            .args(args)
            .env("UNPROMO_HOME", self.path("home"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("UNPROMO_FAILPOINT")
            .env_remove("UNPROMO_APP_SECRET")
            .env_remove("UNPROMO_SESSION")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end; nobody is at the terminal.
    pub fn unpromo(&self, args: &[&str]) -> Ended {
        Ended::of(self.command(args).output().expect("the program starts"))
    }

    /// A live run without a limit, its result as JSON lines.
    pub fn run(&self, sheet: &str, more: &[&str]) -> (Ended, Vec<Value>) {
        let mut args = vec!["run", sheet, "--yes", "--rate", "off", "-o", "result.jsonl"];
        args.extend(more);
        let ended = self.unpromo(&args);
        (ended, self.lines("result.jsonl"))
    }

    pub fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
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

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// One key of each line, in order.
pub fn of<'a>(lines: &'a [Value], key: &str) -> Vec<&'a str> {
    lines.iter().map(|line| line[key].as_str().unwrap_or("")).collect()
}
