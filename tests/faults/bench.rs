//! A bench: one sandbox, one home, one desk with a sheet, and the real program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use unpromo::home::Home;
use unpromo::sandbox::{Call, Fault, Options, Running, Sandbox, temu};

use crate::control::ask;
use crate::login::log_in;
use crate::subject::{Subject, TEMU};
use crate::tls::Trust;

/// The product of the recorded exchange, and its three activities.
pub const SPU: &str = "4975750079";
pub const CLEARANCE: &str = "清仓甩卖";
pub const CLEARANCE_ID: &str = "2509090813203861";

/// One sandbox, one home, one desk.
pub struct Bench {
    pub subject: &'static Subject,
    pub sandbox: Running,
    folder: TempDir,
    /// Further variables of the program's environment.
    pub env: BTreeMap<&'static str, String>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// A bench whose sandbox fails by these rules.
    pub fn new(faults: &[&str]) -> Self {
        Self::with(faults, Options::default())
    }

    pub fn with(faults: &[&str], options: Options) -> Self {
        let faults = faults.iter().map(|rule| rule.parse().expect("a fault rule")).collect();
        let sandbox = Sandbox::start(&Options { faults, ..options }).expect("a sandbox");
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("desk")).expect("a desk");
        Self { subject: &TEMU, sandbox, folder, env: BTreeMap::new() }
    }

    /// A bench for any operation, with a shop and a sheet of one row; over TLS with this protocol, or in plain
    /// text.
    pub fn of(subject: &'static Subject, faults: &[&str], protocol: Option<&str>) -> Self {
        let trust = protocol.map(|protocol| Trust::new(&["127.0.0.1"], &[protocol]));
        let tls = trust.as_ref().map(|trust| Arc::clone(&trust.server));
        let mut bench = Self { subject, ..Self::with(faults, Options { tls, ..Options::default() }) };
        if let Some(trust) = trust {
            bench.trust(&trust.authority);
        }
        bench.renew();
        bench.write_sheet(&subject.sheet(1));
        bench
    }

    /// Adds the subject's shop, or renews its login.
    pub fn renew(&self) {
        log_in(&Home::at(self.home()).expect("a home"), self.subject.operation(), &self.sandbox.url());
    }

    /// Has the program trust an authority and no other.
    pub fn trust(&mut self, authority: &str) {
        let place = self.desk().join("authority.pem");
        fs::write(&place, authority).expect("a certificate");
        self.env.insert("SSL_CERT_FILE", place.display().to_string());
    }

    /// The same with a shop, a sheet of one row, and nothing run yet.
    pub fn ready(faults: &[&str]) -> Self {
        Self::ready_with(faults, Options::default())
    }

    pub fn ready_with(faults: &[&str], options: Options) -> Self {
        let bench = Self::with(faults, options);
        bench.make_ready();
        bench
    }

    pub fn make_ready(&self) {
        self.add_shop();
        self.sheet(&[(SPU, CLEARANCE)]);
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn desk(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    pub fn journal(&self) -> PathBuf {
        self.home().join("journal.db")
    }

    /// Adds the shop as a user does: from a request copied in the browser.
    pub fn add_shop(&self) {
        self.add_shop_with("session=made-up; b=1", "0aAfx-made-up");
    }

    pub fn add_shop_with(&self, cookie: &str, anti_content: &str) {
        let copy = self.desk().join("copied.txt");
        fs::write(&copy, curl(&self.sandbox.url(), cookie, anti_content)).expect("a copied request");
        let added = self.unpromo(&["shop", "add", "main", "--from-curl", "copied.txt"]);
        assert_eq!(added.code, 0, "{}", added.err);
        fs::remove_file(copy).expect("removed");
    }

    /// Writes the sheet: product and activity of each row.
    pub fn sheet(&self, rows: &[(&str, &str)]) {
        let mut text = "SPU,活动名称,理由\n".to_owned();
        for (spu, activity) in rows {
            text.extend([spu, ",", activity, ",申请退出\n"]);
        }
        self.write_sheet(&text);
    }

    /// A sheet of the first so many products of the sandbox that have enrollments under names of their own.
    pub fn sheet_of_many(&self, count: usize) {
        let spus = (1_000_000_000_u64..).filter(|spu| spu % 10 != 3).map(|spu| spu.to_string());
        let spus: Vec<String> = spus.take(count).collect();
        self.sheet(&spus.iter().map(|spu| (spu.as_str(), "*")).collect::<Vec<_>>());
    }

    pub fn write_sheet(&self, text: &str) {
        fs::write(self.desk().join("week.csv"), text).expect("a sheet");
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unpromo"));
        self.dress(&mut command).args(args).args(["--lang", "en"]);
        command
    }

    /// The place and the environment of the program.
    pub fn dress<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command.env("XDG_DATA_HOME", self.folder().join("data"));
        command.env_remove("SSL_CERT_FILE").env("UNPROMO_HOME", self.home()).envs(&self.env).current_dir(self.desk());
        command.stdin(Stdio::null())
    }

    pub fn unpromo(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().expect("the program starts"))
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// A live run of the sheet, fast, with its result as JSON lines.
    pub fn run(&self, more: &[&str]) -> Ran {
        self.unpromo(&live(more))
    }

    pub fn resume(&self, more: &[&str]) -> Ran {
        self.unpromo(&fast(&["resume"], more))
    }

    /// The result's lines.
    pub fn result(&self) -> Vec<Value> {
        read_lines(&self.desk().join("result.jsonl"))
    }

    /// The one line of a result of one row.
    pub fn line(&self) -> Value {
        let mut lines = self.result();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }

    /// The one line; the program's exit code and the line's status have to be these.
    #[track_caller]
    pub fn ended(&self, ran: &Ran, (code, status): (i32, &str)) -> Value {
        let line = self.line();
        assert_eq!((ran.code, line["status"].as_str()), (code, Some(status)), "{}", ran.err);
        line
    }

    /// The statuses of the result, each with its number.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for line in self.result() {
            *counts.entry(text(&line["status"])).or_insert(0) += 1;
        }
        counts
    }

    /// How many requests of a kind reached the platform.
    pub fn arrived(&self, call: Call) -> usize {
        self.sandbox.ledger().of(call).count()
    }

    pub fn effects(&self) -> usize {
        self.sandbox.ledger().effects().count()
    }

    pub fn add_fault(&self, rule: &str) {
        self.sandbox.add_faults(vec![rule.parse::<Fault>().expect("a fault rule")]);
    }

    /// Closes the sandbox's port for a while; connections that are open stay.
    pub fn close_port_for(&self, ms: u64) {
        let path = format!("listen?off_for_ms={ms}&connections=keep");
        ask(self.sandbox.addr(), "POST", &path, "");
    }

    /// What must hold after anything: no target withdrawn twice, no submission for one that was withdrawn
    /// before, nothing that a careful client would not send, and nothing called submitted that was not.
    pub fn assert_never_twice(&self, case: &str) {
        let ledger = self.sandbox.ledger();
        for (target, times) in ledger.effects_by_target() {
            assert_eq!(times, 1, "{case}: {target:?} was withdrawn {times} times");
        }
        assert_eq!(ledger.second_attempts().count(), 0, "{case}: a second submission");
        let mut numbers: BTreeMap<String, BTreeSet<Option<&str>>> = BTreeMap::new();
        for entry in ledger.of(Call::Submission) {
            numbers.entry(entry.target.to_string()).or_default().insert(entry.request_no.as_deref());
        }
        for (target, numbers) in numbers {
            assert_eq!(numbers.len(), 1, "{case}: {target} under several request numbers: {numbers:?}");
        }
        assert_eq!(ledger.improper().count(), 0, "{case}: {:?}", ledger.improper().collect::<Vec<_>>());
    }

    /// Every target that the result calls submitted was withdrawn, and none that it calls not carried out was.
    pub fn assert_true(&self, case: &str) {
        let effects = self.sandbox.ledger().effects_by_target();
        let withdrawn = |id: &str| effects.keys().any(|(_, target)| target == id);
        for line in self.result() {
            let Some(target) = line["target"].as_str() else { continue };
            match line["status"].as_str().expect("a status") {
                "submitted" | "verified" => assert!(withdrawn(target), "{case}: called done and was not: {line}"),
                "pending" | "failed" | "rejected" | "matched" => {
                    assert!(!withdrawn(target), "{case}: called not done and was: {line}");
                }
                _ => {}
            }
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// How one ends that was started.
    #[cfg(unix)]
    pub fn end_of(child: Child) -> Self {
        Self::from(child.wait_with_output().expect("it ended"))
    }

    /// Both streams.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// No limit to speak of, and short waits, unless something else is said.
fn fast<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let mut all = args.to_vec();
    for pair in [["--rate", "500/s"], ["--wait-scale", "0.02"], ["-o", "result.jsonl"]] {
        if !more.contains(&pair[0]) {
            all.extend(pair);
        }
    }
    all.extend(more);
    all
}

pub fn live<'a>(more: &[&'a str]) -> Vec<&'a str> {
    fast(&["run", "week.csv", "--yes"], more)
}

pub fn curl(url: &str, cookie: &str, anti_content: &str) -> String {
    format!(
        "curl '{url}{}' \\\n  -H 'accept: */*' \\\n  -H 'anti-content: {anti_content}' \\\n  \
         -H 'content-type: application/json' \\\n  -b '{cookie}' \\\n  -H 'mallid: {}' \\\n  \
         -H 'user-agent: Mozilla/5.0 (made up)' \\\n  --data-raw '{{\"productId\":\"{SPU}\"}}'\n",
        temu::LOOK_UP,
        temu::FIRST_MALL,
    )
}

pub fn read_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
