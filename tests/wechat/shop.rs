//! A merchant is added once, checked at once, and its key is seen nowhere afterwards.

use unpromo::sandbox::Options;
use unpromo::sandbox::wechat::Login;

use crate::stage::{COUPON, Stage};

/// A serial number that is not the key's.
const SERIAL: &str = "5157F09E";

#[test]
fn a_wrong_file_is_called_what_it_is_and_nothing_is_kept() {
    let stage = Stage::bare(&Options::default());
    let login = Login::of(0);
    stage.write("locked.pem", &login.private_key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    std::fs::write(stage.path("key.der"), [0x30, 0x82, 4, 0xbd, 2, 1, 0, 0xff, 0xfe]).expect("written");
    for (private_key, public_key, words) in [
        ("platform_cert.pem", "pub_key.pem", "platform_cert.pem: expected the merchant's private key"),
        ("locked.pem", "pub_key.pem", "has a password"),
        ("key.der", "pub_key.pem", "DER"),
        ("apiclient_key.pem", "platform_cert.pem", "but this is a certificate"),
        ("apiclient_key.pem", "apiclient_key.pem", "but this is a private key"),
        ("nowhere.pem", "pub_key.pem", "there is no file nowhere.pem"),
    ] {
        let ended = stage.add_with(SERIAL, private_key, public_key, &[]);
        assert_eq!(ended.code, 2, "{private_key} {public_key}: {ended:?}");
        assert!(ended.stderr.contains(words), "{words} in {}", ended.stderr);
    }
    for (flag, words) in [
        ("http://api.example", "plain http is for this machine only"),
        ("https://api.example/v3", "should end after host and port"),
    ] {
        let ended = stage.add_with(SERIAL, "apiclient_key.pem", "pub_key.pem", &["--base-url", flag]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains(words), "{words} in {}", ended.stderr);
    }
    assert!(!stage.path("home/shops.toml").exists());
}

#[test]
fn a_merchant_is_listed_without_a_secret_and_checked_without_an_effect() {
    let stage = Stage::new();
    let list = stage.unpromo(&["shop", "list"]);
    assert!(list.stdout.contains("wechat-pay") && list.stdout.contains("1900000001"), "{list:?}");
    let ended = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let ledger = stage.sandbox.ledger();
    assert_eq!((ledger.entries.len(), ledger.improper().count(), stage.submissions().len()), (1, 0, 0));
}

#[test]
fn a_check_tells_a_bad_key_on_either_side() {
    for (rule, code, words) in [
        ("lookup:expired40001", 3, "SIGN_ERROR"),
        ("lookup:code400020037", 3, "the keys are right"),
        ("lookup:unsigned", 4, "not signed"),
        ("lookup:wrong_signature", 4, "signature is wrong"),
    ] {
        let stage = Stage::failing(&[&format!("{rule}:before")]);
        let ended = stage.unpromo(&["shop", "check", "shop"]);
        assert_eq!(ended.code, code, "{rule}: {ended:?}");
        assert!(ended.stderr.contains(words), "{rule}: {}", ended.stderr);
    }
    // With another serial the platform itself says no.
    let stage = Stage::bare(&Options::default());
    let url = stage.sandbox.url();
    assert_eq!(stage.add_with(SERIAL, "apiclient_key.pem", "pub_key.pem", &["--base-url", &url]).code, 0);
    let ended = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("SIGN_ERROR"), "{}", ended.stderr);
}

#[test]
fn the_private_key_is_in_the_shop_file_and_nowhere_else() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(COUPON, "")]);
    let ended = stage.unpromo(&["-v", "run", &sheet, "--yes", "--rate", "off"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let login = Login::of(0);
    let lines: Vec<&str> = login.private_key.lines().filter(|line| line.len() == 64).collect();
    assert!(lines.len() > 20);
    let seen =
        |content: &[u8]| lines.iter().any(|line| content.windows(line.len()).any(|window| window == line.as_bytes()));
    assert!(!seen(ended.stderr.as_bytes()) && !seen(ended.stdout.as_bytes()));
    assert!(seen(&std::fs::read(stage.path("home/shops.toml")).expect("the shop file")));
    for file in std::fs::read_dir(stage.path("home")).expect("a home").flatten() {
        if file.path().is_file() && file.file_name() != "shops.toml" {
            assert!(!seen(&std::fs::read(file.path()).expect("read")), "{:?}", file.path());
        }
    }
    assert!(!seen(&std::fs::read(stage.path("coupons.result.xlsx")).expect("a result")));
}
