//! A shop on the Taobao Open Platform: added, shown, checked; its secrets are nowhere but in the shop file.

use crate::stage::{APP, SECRET, SESSION, Stage};
use unpromo::sandbox::Call;

#[test]
fn a_shop_is_added_shown_and_found_good_and_its_secrets_are_in_one_file() {
    let stage = Stage::new();
    let checked = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.stdout.contains(&format!("沙盒卖家{APP}")), "{}", checked.stdout);
    let listed = stage.unpromo(&["shop", "list"]);
    assert!(listed.stdout.contains("taobao") && listed.stdout.contains(APP), "{}", listed.stdout);
    for said in [&checked, &listed] {
        assert!(!said.stdout.contains(SECRET) && !said.stdout.contains(SESSION) && said.stderr.is_empty());
    }
    let kept = std::fs::read_to_string(stage.path("home").join("shops.toml")).expect("a shop file");
    assert!(kept.contains(SECRET) && kept.contains(SESSION));
    assert_eq!((stage.arrived(Call::Login), stage.arrived(Call::Submission)), (1, 0));
    stage.all_was_proper();
}

#[test]
fn a_wrong_secret_and_an_old_session_are_told_apart() {
    let stage = Stage::new();
    for (secret, session, words) in [
        ("another-secret", SESSION, "does not take the signature"),
        (SECRET, "sandbox-session-expired", "the login has expired"),
        (SECRET, "sandbox-session-noright", "no right"),
        (SECRET, "nonsense", "the login has expired"),
    ] {
        let added = stage.add_shop("shop", secret, session, &[]);
        assert_eq!(added.code, 0, "{added:?}");
        let checked = stage.unpromo(&["shop", "check", "shop"]);
        // An app that may not ask for the seller proves its key by the clock, and that is said.
        let code = if session.ends_with("noright") { 4 } else { 3 };
        assert_eq!(checked.code, code, "{checked:?}");
        assert!(checked.stderr.contains(words), "{}", checked.stderr);
        assert!(!checked.stderr.contains(secret) && !checked.stderr.contains(session), "{}", checked.stderr);
    }
}

#[test]
fn every_sign_method_is_taken() {
    let stage = Stage::new();
    for method in ["md5", "hmac", "hmac-sha256"] {
        assert_eq!(stage.add_shop("shop", SECRET, SESSION, &["--sign-method", method]).code, 0);
        let checked = stage.unpromo(&["shop", "check", "shop"]);
        assert_eq!(checked.code, 0, "{method}: {checked:?}");
    }
}

#[test]
fn secrets_come_from_the_environment_too_and_never_from_nowhere() {
    let stage = Stage::new();
    let args = ["shop", "add", "other", "--app-key", APP, "--base-url", &stage.sandbox.url()];
    let nothing = stage.unpromo(&args);
    assert_eq!(nothing.code, 2, "{nothing:?}");
    assert!(nothing.stderr.contains("--app-secret-file") && nothing.stderr.contains("UNPROMO_APP_SECRET"));
    let added = stage
        .command(&args)
        .env("UNPROMO_APP_SECRET", SECRET)
        .env("UNPROMO_SESSION", SESSION)
        .output()
        .expect("the program starts");
    assert!(added.status.success(), "{added:?}");
    assert_eq!(stage.unpromo(&["shop", "check", "other"]).code, 0);
}

#[test]
fn credentials_only_travel_encrypted_or_on_this_machine() {
    let stage = Stage::new();
    let added = stage.add_shop("far", SECRET, SESSION, &["--sign-method", "md5"]);
    assert_eq!(added.code, 0);
    let secret = stage.write("s", SECRET);
    for base in ["http://eco.taobao.com/router/rest", "ftp://127.0.0.1/", "eco.taobao.com"] {
        let login = ["--app-key", APP, "--app-secret-file", &secret, "--session-file", &secret];
        let refused = stage.unpromo(&[&["shop", "add", "far"][..], &login, &["--base-url", base]].concat());
        assert_eq!(refused.code, 2, "{base}: {refused:?}");
    }
}

#[test]
fn the_flags_of_one_platform_are_not_anothers() {
    let stage = Stage::new();
    let refused = stage.unpromo(&["shop", "add", "x", "--platform", "temu", "--app-key", APP]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("temu") && refused.stderr.contains("taobao"), "{}", refused.stderr);
}
