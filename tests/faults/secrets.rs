//! What proves a login stands in the shop file, and nowhere else, whatever is asked and whatever goes wrong: for
//! every operation, by the same code.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use unpromo::sandbox::wechat::Login;
use unpromo::sandbox::{Call, When};

use crate::bench::{Bench, Ran, live};
use crate::subject::{SUBJECTS, Subject, at_once, each_of};
use crate::wait::wait;

/// What every secret has in it that a user may choose.
const MARK: &str = "xQ7zMARKz9";
/// The app of the sandbox whose secret is known.
const APP: &str = "12345671";

/// A bench whose login is known again wherever it shows.
struct Marked {
    bench: Bench,
    /// Whole secrets, as a platform would repeat them.
    secrets: Vec<String>,
    /// What is in all of them, and in nothing else.
    marks: Vec<String>,
}

impl Marked {
    fn new(subject: &'static Subject, faults: &[&str]) -> Self {
        let bench = Bench::of(subject, faults, None);
        bench.write_sheet(&subject.sheet(4));
        // Added as a user does, and everything that was needed for it is gone.
        fs::remove_file(bench.home().join("shops.toml")).expect("removed");
        let (flags, files) = told(subject, &bench.sandbox.url());
        for (name, content) in &files {
            fs::write(bench.desk().join(name), content).expect("a file");
        }
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let added = bench.unpromo(&[&["shop", "add", "main", "-vvv"][..], &flags].concat());
        assert_eq!(added.code, 0, "{}", added.err);
        for (name, _) in &files {
            fs::remove_file(bench.desk().join(name)).expect("removed");
        }
        let marked = Self { secrets: secrets(subject), marks: marks(subject), bench };
        marked.assert_unmarked(&added, "shop add");
        let shops = fs::read_to_string(marked.bench.home().join("shops.toml")).expect("the shop file");
        for secret in marked.secrets.iter().chain(&marked.marks) {
            assert!(shops.contains(secret), "the search below would find nothing: {secret}");
        }
        for secret in &marked.secrets {
            assert!(marked.has_mark(secret.as_bytes()), "the search below would not find {secret}");
        }
        marked
    }

    fn has_mark(&self, bytes: &[u8]) -> bool {
        // What is no text has no mark across it, since marks are plain letters.
        let text = String::from_utf8_lossy(bytes);
        self.marks.iter().any(|mark| text.contains(mark.as_str()))
    }

    fn assert_unmarked(&self, ran: &Ran, case: &str) {
        assert!(!self.has_mark(ran.said().as_bytes()), "{case}: {}", ran.said());
    }

    /// Searches every file, and inside every workbook.
    fn assert_nowhere_but_in_the_shop_file(&self, case: &str) {
        let mut files = Vec::new();
        files_under(self.bench.folder(), &mut files);
        assert!(files.iter().any(|file| file.ends_with("journal.db")), "{case}: {files:?}");
        for file in files.iter().filter(|file| !file.ends_with("shops.toml")) {
            let bytes = fs::read(file).expect("a file");
            assert!(!self.has_mark(&bytes), "{case}: {}", file.display());
            if file.extension().is_some_and(|ending| ending == "xlsx") {
                let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
                for at in 0..archive.len() {
                    let mut part = Vec::new();
                    archive.by_index(at).expect("a part").read_to_end(&mut part).expect("read");
                    assert!(!self.has_mark(&part), "{case}: {} part {at}", file.display());
                }
            }
        }
    }
}

/// How a shop is added: the flags, and the files that they name.
fn told(subject: &Subject, url: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match subject.operation().platform() {
        "temu" => {
            let text = crate::bench::curl(url, &format!("session={MARK}cookie; b={MARK}two"), &format!("{MARK}anti"));
            let query = format!("queryValidActivity4FeedBackOffline?t={MARK}query'");
            let headers =
                format!("  -H 'accept: */*' -H 'x-other: {MARK}other' -H 'authorization: Bearer {MARK}bearer'");
            let text =
                text.replace("queryValidActivity4FeedBackOffline'", &query).replace("  -H 'accept: */*'", &headers);
            (words(&["--from-curl", "copied.txt"]), vec![("copied.txt", text)])
        }
        "taobao" => {
            let flags = ["--platform", "taobao", "--app-key", APP, "--app-secret-file", "secret.txt"];
            let flags = [&flags[..], &["--session-file", "session.txt", "--base-url", url]].concat();
            let [secret, session] = top_secrets();
            (words(&flags), vec![("secret.txt", secret), ("session.txt", session)])
        }
        _ => {
            let login = Login::of(0);
            let flags = ["--platform", "wechat-pay", "--mchid", &login.mchid, "--serial-no", &login.serial_no];
            let keys = ["--private-key", "key.pem", "--public-key-id", login.public_key_id, "--public-key", "pub.pem"];
            let flags = [&flags[..], &keys, &["--base-url", url]].concat();
            (words(&flags), vec![("key.pem", login.private_key), ("pub.pem", login.public_key)])
        }
    }
}

/// The app's secret, and the shop's session.
fn top_secrets() -> [String; 2] {
    [format!("sandbox-secret-{APP}"), format!("sandbox-session-{MARK}")]
}

/// The lines of the merchant's key, apart from its frame and a short last one.
fn key_lines() -> Vec<String> {
    let login = Login::of(0);
    login.private_key.lines().filter(|line| line.len() == 64).map(str::to_owned).collect()
}

fn secrets(subject: &Subject) -> Vec<String> {
    match subject.operation().platform() {
        "temu" => ["cookie", "two", "anti", "other", "bearer", "query"].map(|end| format!("{MARK}{end}")).to_vec(),
        "taobao" => top_secrets().to_vec(),
        // The first line says of which kind a key is, and the last has nothing to do with the first.
        _ => key_lines().into_iter().skip(1).step_by(9).collect(),
    }
}

fn marks(subject: &Subject) -> Vec<String> {
    match subject.operation().platform() {
        "temu" => vec![MARK.to_owned()],
        "taobao" => vec![MARK.to_owned(), "sandbox-secret-".to_owned(), "sandbox-session-".to_owned()],
        // A line that is not whole is found, too.
        _ => key_lines().iter().skip(1).step_by(3).map(|line| line[8..56].to_owned()).collect(),
    }
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() { files_under(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

#[test]
fn every_command_keeps_the_login_to_itself_when_all_goes_well() {
    each_of(&SUBJECTS, |subject| {
        let marked = Marked::new(subject, &[]);
        let run = |args: &[&str]| {
            for more in [&["-vvv"][..], &["-vvv", "--json"], &["-q"], &["--lang", "zh", "-vvv"]] {
                // `--lang` may stand once.
                let lang: &[&str] = if more.contains(&"--lang") { &[] } else { &["--lang", "en"] };
                let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_unpromo"));
                marked.bench.dress(&mut command).args(args).args(more).args(lang);
                let ran = Ran::from(command.output().expect("it ran"));
                marked.assert_unmarked(&ran, &format!("{args:?} {more:?}"));
            }
        };
        run(&["run", "week.csv", "--dry-run", "-o", "dry.xlsx", "--rate", "500/s"]);
        run(&["run", "week.csv", "--yes", "--new", "-o", "live.xlsx", "--rate", "500/s"]);
        let verify = ["--verify", "--verify-wait", "0s"];
        run(&[&["run", "week.csv", "--yes", "--new", "-o", "live.csv", "--rate", "500/s"], &verify[..]].concat());
        run(&["run", "week.csv", "--yes", "--again", "--new", "-o", "live.jsonl", "--rate", "500/s"]);
        for args in [
            &["check", "week.csv"][..],
            &["resume"],
            &["resume", "1"],
            &["jobs"],
            &["jobs", "show", "1"],
            &["jobs", "export", "1", "-o", "export.xlsx"],
            &["shop"],
            &["shop", "list"],
            &["shop", "check", "main"],
            &["shop", "check", "nobody"],
            &["pick", crate::bench::SPU],
            &["template", subject.operation, "-o", "blank.xlsx"],
            &["completions", "bash"],
            &["man"],
        ] {
            run(args);
        }
        marked.assert_nowhere_but_in_the_shop_file("every command");
        run(&["shop", "remove", "main"]);
        let left = fs::read(marked.bench.home().join("shops.toml")).unwrap_or_default();
        assert!(!marked.has_mark(&left), "a removed shop leaves nothing");
    });
}

/// Every way to fail, and every place where a platform could repeat what it was sent.
fn failures(subject: &Subject) -> Vec<String> {
    let mut all: Vec<String> = [
        "throttle429:first=1",
        "throttle429:retry_after=3600",
        "code4000004:first=1",
        "words:first=1",
        "forbidden403",
        "code400020037",
        "expired40001",
        "http401",
        "redirect",
        "redirect:location=/elsewhere?a=b",
        "login_html",
        "error503",
        "error502:body=html",
        "refused",
        "already",
        "reset",
        "close",
        "hang",
        "truncated",
        "garbage",
        "wrong_types",
        "endless",
    ]
    .map(str::to_owned)
    .to_vec();
    match subject.operation().platform() {
        "taobao" => all.extend(["25", "31", "isp.unknown-error", "50"].map(|code| format!("refused:code={code}"))),
        "wechat-pay" => all.extend(["unsigned", "wrong_signature", "refused:seal=wrong"].map(str::to_owned)),
        _ => {}
    }
    for secret in secrets(subject) {
        all.extend([
            format!("refused:words=what you sent: {secret}"),
            format!("redirect:location=/login/{secret}"),
            format!("redirect:location=/out?back={secret}"),
        ]);
    }
    // The same of one secret, in every kind of words.
    let secret = secrets(subject).remove(0);
    for kind in ["expired40001", "code400020037", "code4000004:first=1", "already", "words:first=1"] {
        let between = if kind.contains(':') { "," } else { ":" };
        all.push(format!("{kind}{between}words=访问过于频繁 {secret}"));
    }
    // As a code, and as it stands in a form.
    let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    all.extend([format!("refused:code=isv.{secret}"), format!("refused:code=isp.{secret},words={encoded}")]);
    all
}

/// One failure in runs of each kind, in resumed ones, and in a check of the login.
fn fails_without_a_word_of_the_login(subject: &'static Subject, kind: &str) {
    const FAST: &[&str] = &["--timeout", "200ms", "--wait-scale", "0.002", "-vvv"];
    let marked = Marked::new(subject, &[]);
    let bench = &marked.bench;
    // Submissions first: after a look-up that passed nothing may be left to submit.
    for call in [Call::Submission, Call::Lookup].into_iter().filter(|call| subject.makes(*call)) {
        let rule = format!("{}:{kind}", call.name());
        bench.sandbox.clear_faults();
        bench.add_fault(&rule);
        let before = bench.arrived(call);
        for more in [&["-o", "result.xlsx"][..], &["--json", "-o", "result.jsonl"]] {
            let ran = bench.run(&[&["--new"], FAST, more].concat());
            marked.assert_unmarked(&ran, &rule);
            // The platform's words are there, and the secret in them is not.
            let words = kind.strip_prefix("refused:words=").and_then(|words| words.split_once(": "));
            if let Some((words, _)) = words {
                assert!(ran.said().contains(&format!("{words}: ***")), "{rule}: {}", ran.said());
            }
        }
        assert!(bench.arrived(call) > before, "{rule} met nothing");
        let resumed = bench.resume(&[FAST, &["--yes"]].concat());
        marked.assert_unmarked(&resumed, &format!("{rule}, resumed"));
    }
    bench.sandbox.clear_faults();
    bench.add_fault(&format!("any:{kind}"));
    let checked = bench.unpromo(&["shop", "check", "main", "--timeout", "200ms", "-vvv"]);
    marked.assert_unmarked(&checked, &format!("shop check, {kind}"));
    marked.assert_nowhere_but_in_the_shop_file(kind);
}

#[test]
fn no_failure_shows_the_login() {
    let all: Vec<(&'static Subject, String)> = SUBJECTS
        .into_iter()
        .flat_map(|subject| failures(subject).into_iter().map(move |kind| (subject, kind)))
        .collect();
    at_once(&all, |(subject, kind)| fails_without_a_word_of_the_login(subject, kind));
}

#[test]
fn a_broken_shop_file_shows_no_login() {
    each_of(&SUBJECTS, |subject| {
        let marked = Marked::new(subject, &[]);
        let file = marked.bench.home().join("shops.toml");
        let whole = fs::read_to_string(&file).expect("the shop file");
        let secret = &marked.secrets[0];
        for broken in [
            whole.replace("http://", "ftp://"),
            whole.replace("http://127.0.0.1", "http://seller.example"),
            whole.replace("http://", ""),
            whole.replace(secret, &format!("{secret}\\u0007")),
            // One letter is missing.
            whole.replace(secret, &secret[1..]),
            whole.replace(secret, &format!("{secret}\"")),
            whole.replace("[[", "[[["),
            whole.chars().take(whole.len() / 2).collect(),
        ] {
            assert_ne!(broken, whole);
            fs::write(&file, broken).expect("written");
            for args in [&live(&["--new"])[..], &["shop", "list"], &["shop", "check", "main"]] {
                let ran = marked.bench.unpromo(args);
                marked.assert_unmarked(&ran, &format!("{args:?}"));
            }
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_running_process_shows_no_login_to_others() {
    each_of(&SUBJECTS, |subject| {
        let marked = Marked::new(subject, &[]);
        let bench = &marked.bench;
        let call = if subject.promises().submits { Call::Submission } else { Call::Lookup };
        bench.sandbox.hold(call, When::Before);
        let mut command = bench.command(&live(&["-vvv"]));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        wait(bench.sandbox.held(call, 1));
        for file in ["cmdline", "environ", "comm"] {
            let bytes = fs::read(format!("/proc/{}/{file}", child.id())).expect("the process's own");
            assert!(!bytes.is_empty() && !marked.has_mark(&bytes), "{file}");
        }
        marked.assert_nowhere_but_in_the_shop_file("while it runs");
        // Killed, so that the journal's log stays beside it.
        child.kill().expect("killed");
        child.wait().expect("it ended");
        bench.sandbox.release(call, None);
        assert!(bench.home().join("journal.db-wal").exists());
        marked.assert_nowhere_but_in_the_shop_file("killed");
    });
}
