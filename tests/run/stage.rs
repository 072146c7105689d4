//! What a story needs: a home of its own, a sandbox, a shop at it, a sheet, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use unpromo::sandbox::{Call, Options, Running, Sandbox};

pub const LOOKUP: &str = "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline";
/// The product that PLATFORMS tells of, and its three enrollments.
pub const SEED: &str = "4975750079";
pub const FLASH: &str = "2509090813205382";
pub const CLEARANCE: &str = "2509090813203861";
pub const OFFICIAL: &str = "2509090813204458";

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
        let sandbox = Sandbox::start(options).expect("a sandbox");
        let stage = Self { folder, sandbox };
        stage.add_shop("shop", "634418224869329");
        stage
    }

    /// Adds a shop whose copied request goes to the sandbox.
    pub fn add_shop(&self, name: &str, mall: &str) {
        self.add_shop_with(name, mall, "SUB_PASS_ID=made-up");
    }

    pub fn add_shop_with(&self, name: &str, mall: &str, cookie: &str) {
        let copy = format!(
            "curl '{}{LOOKUP}' \\\n  -H 'mallid: {mall}' \\\n  -b '{cookie}' \\\n  -H 'user-agent: Mozilla/5.0' \\\n  --data-raw '{{\"productId\":\"1\"}}'",
            self.sandbox.url()
        );
        let file = self.write("copied.txt", &copy);
        let ended = self.unpromo(&["shop", "add", name, "--from-curl", &file]);
        assert_eq!(ended.code, 0, "{ended:?}");
        std::fs::remove_file(file).expect("removed");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    /// A sheet of `(SPU, filter)` rows; row 1 is the headings.
    pub fn sheet(&self, rows: &[(&str, &str)]) -> String {
        let lines: String = rows.iter().map(|(spu, filter)| format!("{spu},{filter},申请退出\n")).collect();
        self.write("week.csv", &format!("SPU,活动名称,理由\n{lines}"))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unpromo"));
        command
            .args(args)
            .env("UNPROMO_HOME", self.path("home"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("UNPROMO_FAILPOINT")
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
        lines_of(&self.path(name))
    }

    /// The enrollments that were withdrawn at the platform, in the order in which it took them.
    pub fn withdrawn(&self) -> Vec<String> {
        self.sandbox.ledger().effects().map(|entry| entry.target.to_string()).collect()
    }

    /// How many submissions arrived at the platform, whatever became of them.
    pub fn submissions(&self) -> usize {
        self.sandbox.ledger().of(Call::Submission).count()
    }

    pub fn lookups(&self) -> usize {
        self.sandbox.ledger().of(Call::Lookup).count()
    }
}

impl Ended {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

pub fn lines_of(path: &Path) -> Vec<Value> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// `row status target` of each line: the whole story at a glance.
pub fn story(lines: &[Value]) -> Vec<String> {
    let line = |line: &Value| {
        let target = line["target"].as_str().unwrap_or("-");
        format!("{} {} {target}", line["row"], line["status"].as_str().unwrap_or("?"))
    };
    lines.iter().map(line).collect()
}
