//! A sheet of coupons becomes a result, and the platform's ledger says the same.

use unpromo::sandbox::Options;

use crate::stage::{COUPON, Stage, story};

#[test]
fn a_dry_run_tells_name_kind_price_and_state_and_submits_nothing() {
    let stage = Stage::new();
    let sheet =
        stage.sheet(&[(COUPON, ""), ("1000000021", ""), ("1000000036", ""), ("1000000041", ""), ("1000000058", "")]);
    let ended = stage.unpromo(&["--lang", "zh", "run", &sheet, "--dry-run", "--rate", "off", "-o", "plan.csv"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for words in
        ["满减券0001", "满100减10", "8.5折", "满200打7折", "审核中", "原价", "这张券已失效", "34657_20250101_123456"]
    {
        let plan = std::fs::read_to_string(stage.path("plan.csv")).expect("a plan");
        assert!(plan.contains(words), "{words} in {plan}");
    }
    assert!(ended.stdout.contains("匹配到:满100减10"), "{}", ended.stdout);
    assert_eq!(stage.submissions().len(), 0);
}

#[test]
fn each_row_deactivates_its_coupon_once_and_what_cannot_be_is_told() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[
        (COUPON, ""),
        ("1000000011", "OWN-number_7"),
        ("1000000058", ""),
        ("1000000063", ""),
        (COUPON, ""),
    ]);
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let expected = [
        "2 submitted 1000000001",
        "3 submitted 1000000011",
        "4 skipped 1000000058",
        "5 lookup_failed -",
        "6 duplicate 1000000001",
    ];
    assert_eq!(story(&lines), expected);
    let submissions = stage.submissions();
    assert_eq!((submissions.len(), stage.effects()), (2, 2));
    let own = submissions.iter().find(|entry| entry.item == *"1000000011").expect("submitted");
    assert_eq!(own.request_no.as_deref(), Some("OWN-number_7"));
    assert_eq!(own.reason.as_deref(), Some("批次信息有误"));
    assert_eq!(stage.sandbox.ledger().improper().count(), 0, "nothing that a careful client would not send");
}

#[test]
fn the_same_sheet_again_submits_nothing() {
    let stage = Stage::new();
    let sheet = stage.sheet(&[(COUPON, "")]);
    assert_eq!(stage.run(&sheet, &[]).0.code, 0);
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!((ended.code, story(&lines)), (0, vec![format!("2 skipped {COUPON}")]));
    assert_eq!(stage.submissions().len(), 1);
}

#[test]
fn certificate_mode_works_as_public_key_mode_does() {
    let stage = Stage::bare(&Options::default());
    let login = unpromo::sandbox::wechat::Login::of(1);
    let serial = format!("serial={}", login.serial_no.to_lowercase());
    let url = stage.sandbox.url();
    let merchant = ["--mchid", &login.mchid, "--serial-no", &serial, "--private-key", "old_key.pem"];
    let theirs = ["--certificate", "platform_cert.pem", "--base-url", &url];
    let ended = stage.unpromo(&[&["shop", "add", "shop"][..], &merchant, &theirs].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    stage.run_one("", (0, "submitted"), "certificate mode");
}

#[test]
fn a_reason_that_the_platform_would_not_take_is_found_before_any_request() {
    let stage = Stage::new();
    let long = "长".repeat(151);
    let sheet = stage.write(
        "bad.csv",
        &format!("product_coupon_id,brand_id,deactivate_reason,out_request_no\n1,1,好的\u{1f600},\n1,1,{long},\n1,1,好,short\nx,1,好,\n"),
    );
    let ended = stage.unpromo(&["run", &sheet, "--yes"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    for words in ["C2", "U+1F600", "C3", "151 characters; at most 150", "D4", "A5"] {
        assert!(ended.stderr.contains(words), "{words} in {}", ended.stderr);
    }
    let sheet = stage.write("blank.csv", "商品券ID,品牌ID,失效原因\n1000000001,120344,\n");
    let ended = stage.unpromo(&["run", &sheet, "--yes", "--reason", "不要了\u{1f600}"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--reason does not do for this column"), "{}", ended.stderr);
    assert!(stage.sandbox.ledger().entries.is_empty());
}

#[test]
fn the_platforms_no_is_the_rows_outcome_with_its_code_and_words() {
    let stage = Stage::failing(&["submission:refused:before"]);
    let line = stage.run_one("", (4, "rejected"), "refused");
    assert!(line["detail"].as_str().is_some_and(|detail| detail.contains("INVALID_REQUEST")), "{line}");
}

#[test]
fn a_signature_or_right_that_is_refused_pauses_the_shop() {
    for (rule, words) in
        [("submission:expired40001:nth=2", "SIGN_ERROR"), ("submission:code400020037:nth=2", "NO_AUTH")]
    {
        let stage = Stage::failing(&[rule]);
        let rows = [(COUPON, ""), ("1000000011", ""), ("1000000021", "")];
        let (ended, lines) = stage.run(&stage.sheet(&rows), &["--max-in-flight", "1"]);
        assert_eq!(ended.code, 3, "{rule}: {ended:?}");
        assert!(ended.stderr.contains(words), "{rule}: {}", ended.stderr);
        let expected = ["2 submitted 1000000001", "3 pending 1000000011", "4 pending 1000000021"];
        assert_eq!(story(&lines), expected, "{rule}");
        let ended = stage.unpromo(&["resume", "--rate", "off"]);
        assert_eq!(ended.code, 0, "{rule}: {ended:?}");
        assert_eq!(stage.effects(), 3, "{rule}");
    }
}
