//! A secret that is typed: never shown, and the terminal is left as it was found.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(30);

/// The program at a terminal of its own.
struct Terminal {
    keys: File,
    screen: Receiver<Vec<u8>>,
    shown: String,
    /// The program's own end, to see whether it shows what is typed.
    line: File,
    child: Child,
}

impl Terminal {
    fn new(home: &Path, args: &[&str]) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("its name");
        let place = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes())).to_owned();
        let line = || OpenOptions::new().read(true).write(true).open(&place).expect("the other end");
        let mut command = Command::new(env!("CARGO_BIN_EXE_unpromo"));
        command.args(args).env("UNPROMO_HOME", home).env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        command.env_remove("UNPROMO_APP_SECRET").env_remove("UNPROMO_SESSION");
        let child = command.stdin(line()).stdout(Stdio::from(line())).stderr(line()).spawn().expect("the program");
        let keys = File::from(master);
        let mut reader = keys.try_clone().expect("the screen");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut piece) {
                if sender.send(piece[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { keys, screen, shown: String::new(), line: line(), child }
    }

    fn shows_typing(&self) -> bool {
        tcgetattr(&self.line).expect("its modes").local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for words behind those that were waited for before, and until nothing that is typed is shown.
    fn asks(&mut self, words: &str) {
        let began = Instant::now();
        let from = self.shown.len();
        while !self.shown[from..].contains(words) || self.shows_typing() {
            assert!(began.elapsed() < LIMIT, "no {words:?} in {:?}", self.shown);
            if let Ok(piece) = self.screen.recv_timeout(Duration::from_millis(5)) {
                self.shown.push_str(&String::from_utf8_lossy(&piece));
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("typed");
    }

    /// The exit code, and all that stood on the screen.
    fn end(mut self) -> (i32, String) {
        let code = self.child.wait().expect("it ended").code().unwrap_or(-1);
        assert!(self.shows_typing(), "the terminal shows nothing any more: {:?}", self.shown);
        // What is still on its way comes at once; the line's other end stays open.
        while let Ok(piece) = self.screen.recv_timeout(Duration::from_millis(200)) {
            self.shown.push_str(&String::from_utf8_lossy(&piece));
        }
        (code, self.shown)
    }
}

const ADD: [&str; 8] =
    ["shop", "add", "main", "--platform", "taobao", "--app-key", "12345671", "--base-url=http://127.0.0.1:1"];

fn at_terminal(home: &Path) -> Terminal {
    Terminal::new(home, &[&ADD[..], &["--lang", "en"]].concat())
}

#[test]
fn what_is_typed_is_kept_and_never_shown() {
    let home = tempfile::tempdir().expect("a home");
    let mut terminal = at_terminal(home.path());
    terminal.asks("secret (not shown as you type): ");
    // Who presses Enter too early is told, and asked again.
    terminal.types("\n");
    terminal.asks("nothing was typed\r\nthe app's secret (not shown as you type): ");
    terminal.types("typed-secret\n");
    terminal.asks("session (not shown as you type): ");
    terminal.types("typed-session\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("typed-"), "{shown}");
    let kept = std::fs::read_to_string(home.path().join("shops.toml")).expect("the shop file");
    assert!(kept.contains("\"typed-secret\"") && kept.contains("\"typed-session\""), "{kept}");
}

#[test]
fn no_answer_at_all_is_said_plainly() {
    let home = tempfile::tempdir().expect("a home");
    let mut terminal = at_terminal(home.path());
    for _ in 0..3 {
        terminal.asks("secret (not shown as you type): ");
        terminal.types(" \n");
    }
    let (code, shown) = terminal.end();
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("what was typed is empty"), "{shown}");
    assert!(!home.path().join("shops.toml").exists());
}

#[test]
fn a_prompt_that_is_left_leaves_a_terminal_that_shows_again_what_is_typed() {
    for signal in ["INT", "TERM"] {
        let home = tempfile::tempdir().expect("a home");
        let mut terminal = at_terminal(home.path());
        terminal.asks("secret (not shown as you type): ");
        terminal.types("half");
        let id = terminal.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status().expect("kill");
        assert!(sent.success());
        let (code, shown) = terminal.end();
        assert_eq!(code, 130, "{signal}: {shown}");
        assert!(!shown.contains("half"), "{shown}");
    }
}

#[test]
fn a_private_key_is_not_typed_where_it_would_be_seen() {
    let home = tempfile::tempdir().expect("a home");
    let flags = ["--mchid", "1900000001", "--serial-no", "ABC", "--public-key-id", "PUB_KEY_ID_01"];
    let keys = ["--public-key", "none.pem", "--private-key", "-", "--lang", "en"];
    let all = [&["shop", "add", "main", "--platform", "wechat-pay"][..], &flags, &keys].concat();
    let (code, shown) = Terminal::new(home.path(), &all).end();
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("--private-key apiclient_key.pem"), "{shown}");
}
