//! What a story needs: a home of its own, a sandbox, files, and the program. Beside its stories each platform has
//! an `impl Stage` for its shop and its sheets: above all `Stage::with`, a stage whose sandbox has these options
//! and whose shop is added.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use unpromo::sandbox::{Options, Running, Sandbox};

pub struct Stage {
    pub folder: tempfile::TempDir,
    pub sandbox: Running,
    /// What `run` and `resume` are told besides.
    pub besides: &'static [&'static str],
}

/// How the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A sandbox that fails by these rules.
pub fn failing_by(rules: &[&str]) -> Options {
    let faults = rules.iter().map(|rule| rule.parse().expect("a fault rule")).collect();
    Options { faults, ..Options::default() }
}

impl Stage {
    pub fn new() -> Self {
        Self::with(&Options::default())
    }

    /// A stage whose sandbox fails by these rules.
    pub fn failing(rules: &[&str]) -> Self {
        Self::with(&failing_by(rules))
    }

    /// A stage without a shop.
    pub fn empty(options: &Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, sandbox: Sandbox::start(options).expect("a sandbox"), besides: &[] }
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
            .env("XDG_DATA_HOME", self.path("data"))
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
        let is_job = matches!(args.first(), Some(&("run" | "resume")));
        let besides = if is_job { self.besides } else { &[] };
        Ended::of(self.command(&[args, besides].concat()).output().expect("the program starts"))
    }

    /// A live run without a limit, its result as JSON lines.
    pub fn run(&self, sheet: &str, more: &[&str]) -> (Ended, Vec<Value>) {
        let ended = self.unpromo(&[&["run", sheet, "--yes", "--rate", "off", "-o", "result.jsonl"], more].concat());
        (ended, self.lines("result.jsonl"))
    }

    /// The lines of a result; none where there is none.
    pub fn lines(&self, name: &str) -> Vec<Value> {
        let Ok(text) = std::fs::read_to_string(self.path(name)) else { return Vec::new() };
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

impl Ended {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}
