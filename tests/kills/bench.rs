//! A bench: the program and a sandbox, each in a process of its own, so that either can be killed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use unpromo::sandbox::Entry;

use crate::control::ask;
use crate::memory::folder_in_memory;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_unpromo");

/// A sandbox in a process of its own. Its ledger outlives it.
pub struct Sandbox {
    child: Child,
    port: u16,
    ledger: PathBuf,
}

impl Sandbox {
    pub fn start(ledger: &Path) -> Self {
        let (child, port) = spawn(ledger, 0);
        Self { child, port, ledger: ledger.to_owned() }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends the process as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("an end");
    }

    /// Starts it again on the same port, with its ledger.
    pub fn start_again(&mut self) {
        let (child, _) = spawn(&self.ledger, self.port);
        self.child = child;
    }

    /// Whether it runs.
    pub fn is_up(&mut self) -> bool {
        self.child.try_wait().expect("a state").is_none()
    }

    /// Forgets everything, and goes wrong by these rules from now on.
    pub fn reset(&self, faults: &[String]) {
        self.ask("POST", "release?call=submission", "");
        self.ask("POST", "reset", "");
        self.ask("PUT", "faults", &serde_json::to_string(faults).expect("JSON"));
    }

    /// A request to a control path.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> String {
        ask(("127.0.0.1", self.port), method, path, body)
    }

    /// The submissions that arrived.
    pub fn submissions(&self) -> Vec<Entry> {
        let text = self.ask("GET", "ledger?kind=submission&format=array", "");
        serde_json::from_str(&text).expect("a ledger")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(ledger: &Path, port: u16) -> (Child, u16) {
    let mut child = Command::new(PROGRAM)
        .args(["sandbox", "--json", "--port", &port.to_string(), "--ledger"])
        .arg(ledger)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the sandbox");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).unwrap_or_else(|why| panic!("{why}: {line:?}"));
    let url = told["url"].as_str().expect("an address");
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    (child, port)
}

/// A folder for one job: home, sheet and result.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    /// A desk with a copy of a shop file.
    pub fn new(shops: &Path, sheet: &str) -> Self {
        let folder = folder_in_memory();
        let home = folder.path().join("home");
        fs::create_dir(&home).expect("a home");
        fs::copy(shops, home.join("shops.toml")).expect("a shop file");
        fs::write(folder.path().join("sheet.csv"), sheet).expect("a sheet");
        Self { folder }
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn journal(&self) -> PathBuf {
        self.home().join("journal.db")
    }

    pub fn result(&self) -> PathBuf {
        self.folder.path().join("result.jsonl")
    }

    /// The program with arguments, at this desk.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .args(["--lang", "en", "-q"])
            .current_dir(self.folder.path())
            .env("UNPROMO_HOME", self.home())
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }
}
