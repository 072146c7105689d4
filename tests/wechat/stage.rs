//! What a story needs: a home of its own, a sandbox, a merchant at it, a sheet, and the program.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use unpromo::sandbox::wechat::Login;
use unpromo::sandbox::{Call, Entry, Options, Running, Sandbox};

/// A coupon of the sandbox: 满100减10, effective.
pub const COUPON: &str = "1000000001";
pub const BRAND: &str = "120344";

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

impl Ended {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Stage {
    pub fn new() -> Self {
        Self::failing(&[])
    }

    /// A stage whose sandbox fails by these rules.
    pub fn failing(rules: &[&str]) -> Self {
        let faults = rules.iter().map(|rule| rule.parse().expect("a fault rule")).collect();
        let stage = Self::bare(&Options { faults, ..Options::default() });
        let ended = stage.add_merchant(&stage.sandbox.url());
        assert_eq!(ended.code, 0, "{ended:?}");
        stage
    }

    /// A stage without a shop, but with the files to add one.
    pub fn bare(options: &Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let stage = Self { folder, sandbox: Sandbox::start(options).expect("a sandbox") };
        let login = Login::of(0);
        stage.write("apiclient_key.pem", &login.private_key);
        stage.write("old_key.pem", &login.private_key_pkcs1);
        stage.write("pub_key.pem", &login.public_key);
        stage.write("platform_cert.pem", &login.certificate);
        stage
    }

    /// Adds the sandbox's merchant as the shop `shop`, in public-key mode, for this address.
    pub fn add_merchant(&self, url: &str) -> Ended {
        let login = Login::of(0);
        self.unpromo(&[
            "shop",
            "add",
            "shop",
            "--platform",
            "wechat-pay",
            "--mchid",
            &login.mchid,
            "--serial-no",
            &login.serial_no,
            "--private-key",
            "apiclient_key.pem",
            "--public-key-id",
            login.public_key_id,
            "--public-key",
            "pub_key.pem",
            "--base-url",
            url,
        ])
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    /// A sheet of `(coupon, number)` rows of the usual brand; row 1 is the headings.
    pub fn sheet(&self, rows: &[(&str, &str)]) -> String {
        let lines: String = rows.iter().map(|(id, number)| format!("{id},{BRAND},批次信息有误,{number}\n")).collect();
        self.write("coupons.csv", &format!("商品券ID,品牌ID,失效原因,失效请求单号\n{lines}"))
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
        // The waits between tries are told by other tests; here they are only in the way.
        let is_job = matches!(args.first(), Some(&("run" | "resume")));
        let quick: &[&str] = if is_job { &["--wait-scale", "0.05"] } else { &[] };
        Ended::of(self.command(&[args, quick].concat()).output().expect("the program starts"))
    }

    /// A live run without a limit, its result as JSON lines.
    pub fn run(&self, sheet: &str) -> (Ended, Vec<Value>) {
        let ended = self.unpromo(&["run", sheet, "--yes", "--rate", "off", "-o", "result.jsonl"]);
        (ended, self.lines("result.jsonl"))
    }

    pub fn lines(&self, name: &str) -> Vec<Value> {
        let Ok(text) = std::fs::read_to_string(self.path(name)) else { return Vec::new() };
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// The submissions that arrived at the platform, whatever became of them.
    pub fn submissions(&self) -> Vec<Entry> {
        self.sandbox.ledger().of(Call::Submission).cloned().collect()
    }

    /// How many coupons were deactivated.
    pub fn effects(&self) -> usize {
        self.sandbox.ledger().effects().count()
    }
}

/// Tells one story for each case, side by side: most of their time is waiting.
pub fn each<T: Send>(cases: impl IntoIterator<Item = T>, story: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| story(case));
        }
    });
}

/// `row status target` of each line: the whole story at a glance.
pub fn story(lines: &[Value]) -> Vec<String> {
    let line = |line: &Value| {
        let target = line["target"].as_str().unwrap_or("-");
        format!("{} {} {target}", line["row"], line["status"].as_str().unwrap_or("?"))
    };
    lines.iter().map(line).collect()
}
