//! What is given as a file: a login or key that is typed in its place is never repeated, and a secret is read however
//! it was saved.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MARK: &str = "S3CRETmark0123456789";

fn run(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unpromo"));
    command.args(args).current_dir(home).env("UNPROMO_HOME", home.join("home")).env("LC_ALL", "C.UTF-8");
    command.env_remove("UNPROMO_APP_SECRET").env_remove("UNPROMO_SESSION").output().expect("the program")
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The rest of a command line that is right but for one flag's file.
fn others(flag: &str) -> Vec<&'static str> {
    let wechat = ["--mchid", "1900000001", "--serial-no", "ABC"];
    match flag {
        "--from-curl" | "--from-har" => vec![],
        "--app-secret-file" | "--session-file" => vec!["--app-key", "12345671"],
        "--private-key" => [&wechat[..], &["--public-key-id", "PUB_KEY_ID_01", "--public-key", "pub.pem"]].concat(),
        "--public-key" => [&wechat[..], &["--public-key-id", "PUB_KEY_ID_01", "--private-key", "key.pem"]].concat(),
        _ => [&wechat[..], &["--private-key", "key.pem"]].concat(),
    }
}

#[test]
fn a_login_in_the_place_of_a_file_is_never_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let typed = [
        MARK.to_owned(),
        format!("{MARK}=="),
        format!("{MARK}/{MARK}+{MARK}"),
        format!("curl 'https://example.com/{MARK}' -H 'cookie: a={MARK}'"),
        format!("-----BEGIN PRIVATE KEY-----\n{MARK}\n-----END PRIVATE KEY-----"),
        format!("-H cookie: {MARK}"),
        format!("{{\"log\":\"{MARK}\"}}"),
    ];
    let flags = [
        "--from-curl",
        "--from-har",
        "--app-secret-file",
        "--session-file",
        "--private-key",
        "--public-key",
        "--certificate",
    ];
    for flag in flags {
        for login in &typed {
            for lang in ["zh", "en"] {
                let joined = format!("{flag}={login}");
                let separate = [flag, login.as_str()];
                for (given, more) in
                    [(&separate[..], None), (&[joined.as_str()][..], None), (&separate[..], Some("--json"))]
                {
                    let mut args = vec!["--lang", lang, "shop", "add", "main"];
                    args.extend(others(flag));
                    args.extend(given);
                    args.extend(more);
                    let output = run(folder.path(), &args);
                    let text = shown(&output);
                    assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
                    assert!(!text.contains(MARK), "{args:?}: {text}");
                }
            }
        }
    }
    let output = run(folder.path(), &["--lang", "en", "shop", "add", "main", "--from-curl", MARK]);
    assert!(shown(&output).contains("give the name of the file: --from-curl FILE"), "{}", shown(&output));
    let output = run(folder.path(), &["--lang", "en", "shop", "add", "main", "--from-curl", "none.txt"]);
    assert!(shown(&output).contains("there is no file none.txt"), "{}", shown(&output));
    let output = run(folder.path(), &["--lang", "en", "shop", "add", "main", "--from-curl", "."]);
    assert!(shown(&output).contains("is a folder, not a file"), "{}", shown(&output));
}

#[test]
fn a_copy_that_is_pasted_into_the_command_line_is_not_repeated_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, cookie) = (format!("https://example.com/{MARK}"), format!("cookie: a={MARK}"));
    for args in [
        &["shop", "add", "x", "--from-curl", "curl", &url, "-H", &cookie][..],
        &["shop", "add", "x", "curl", &url, "-H", &cookie],
        &["shop", "ad", "x", "--from-curl", &cookie],
        &["--from-curl", &cookie, "shop", "add", "x"],
        &["shop", "add", "x", "--from-curl", "--private-key", &cookie],
        &["shop", "add", "x", "--from-curll", &cookie],
    ] {
        for lang in ["zh", "en"] {
            let text = shown(&run(folder.path(), &[&["--lang", lang][..], args].concat()));
            assert!(!text.contains(MARK), "{args:?}: {text}");
            assert!(!text.trim().is_empty());
        }
    }
}

/// The secret that is kept after a file with these bytes was given, or what was said.
fn kept(content: &[u8]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("secret.txt"), content).expect("a secret");
    fs::write(folder.path().join("session.txt"), "made-up-session").expect("a session");
    let files = ["--app-key", "12345671", "--app-secret-file", "secret.txt", "--session-file", "session.txt"];
    let output = run(folder.path(), &[&["--lang", "en", "shop", "add", "main"][..], &files].concat());
    match output.status.code() {
        Some(0) => Ok(fs::read_to_string(folder.path().join("home/shops.toml")).expect("the shop file")),
        _ => Err(shown(&output)),
    }
}

#[test]
fn a_secret_is_read_however_it_was_saved() {
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), MARK.encode_utf16().flat_map(bytes).collect()].concat()
    };
    for content in [
        MARK.as_bytes().to_vec(),
        format!("\u{feff}{MARK}\r\n").into_bytes(),
        utf16(b"\xff\xfe", u16::to_le_bytes),
        utf16(b"\xfe\xff", u16::to_be_bytes),
        utf16(b"", u16::to_le_bytes),
        format!("\"{MARK}\" \r\n").into_bytes(),
        format!("'{MARK}'").into_bytes(),
        format!("\u{200b}{MARK}\u{a0}").into_bytes(),
    ] {
        let file = kept(&content).unwrap_or_else(|said| panic!("{content:?}: {said}"));
        assert!(file.contains(&format!("\"{MARK}\"")), "{content:?}: {file}");
    }
}

#[test]
fn a_secret_with_a_character_that_none_has_is_refused_by_its_place() {
    for sign in ["\u{200b}", "\u{feff}", "“", "\"", "é", "\u{0}"] {
        let said = kept(format!("S3{sign}CRETmark0123456789").as_bytes()).expect_err(sign);
        assert!(said.contains("character 3 in secret.txt"), "{sign:?}: {said}");
        assert!(!said.contains("CRETmark"), "{said}");
    }
    let said = kept(b"two words").expect_err("a blank");
    assert!(said.contains("expected one line without blanks"), "{said}");
    let said = kept(format!("\u{201c}{MARK}\u{201d}").as_bytes()).expect_err("curly quotes");
    assert!(said.contains("character 1 in secret.txt") && !said.contains(MARK), "{said}");
}
