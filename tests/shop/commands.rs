//! The commands on shops, as the screen shows them.

use std::fs;
use std::path::PathBuf;

use unpromo::commands::shop::{Add, LoginCheck, add, check, list, list_json, remove};
use unpromo::error::{Error, Kind, Result};
use unpromo::shop::ShopFile;
use unpromo::text::{Lang, Text};

use crate::browser::{Menu, Request};
use crate::desk::Desk;

const HOUR: i64 = 3_600_000;
const NOW: i64 = 1_763_776_800_000;

impl Desk {
    fn copy(&self, name: &str, menu: Menu, requests: &[Request]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, menu.copy(requests)).expect("a copy");
        path
    }

    fn add(&self, name: &str, files: &[PathBuf], stdin: &str, now: i64) -> Result<Text> {
        add(&self.home, &Add { name, flag: "--from-curl", files, replace: false, now }, &mut stdin.as_bytes())
    }

    fn add_mall(&self, name: &str, mall_id: &str, now: i64) {
        self.add(name, &["-".into()], &Menu::Bash.copy(&Request::both_of(mall_id)), now).expect("added");
    }
}

#[test]
fn two_files_make_a_shop_and_say_what_was_in_them() {
    let desk = Desk::new();
    let files = [
        desk.copy("1.txt", Menu::Cmd, &[Request::look_up()]),
        desk.copy("2.ps1", Menu::PowerShell, &[Request::submission().without("anti-content")]),
    ];
    let told = desk.add(" 巴西店 ", &files, "", NOW).expect("added");
    let path = desk.home.shops().display().to_string();
    assert_eq!(
        told.en,
        format!(
            "added the shop '巴西店': Temu shop 634418224869329 at seller.kuajingmaihuo.com\n\
             \x20 the look-up: 10 headers, anti-content is there\n\
             \x20 the submission: 9 headers, no anti-content\n\
             the login is kept in {path}, for you alone; the copied file has the login in it too, so delete it now"
        )
    );
    assert!(told.zh.starts_with("已添加店铺“巴西店”:Temu 店铺 634418224869329"), "{}", told.zh);
    assert!(desk.add("巴西店", &files, "", NOW).expect("again").en.starts_with("renewed the login"));
}

#[test]
fn one_standard_input_may_hold_both_and_a_har_may_too() {
    for menu in Menu::ALL {
        let desk = Desk::new();
        let text = menu.copy(&[Request::look_up(), Request::submission()]);
        let told = desk.add("main", &["-".into()], &text, NOW).expect("added");
        assert!(!told.en.contains("not among"), "{menu:?}: {}", told.en);
    }
}

#[test]
fn a_missing_call_is_told() {
    let desk = Desk::new();
    let told = desk.add("main", &["-".into()], &Menu::Bash.copy(&[Request::look_up()]), NOW).expect("added");
    assert!(told.en.contains("the submission: not among the copies"), "{}", told.en);
    assert!(told.en.contains("submitFeedback"), "{}", told.en);
}

#[test]
fn the_same_account_under_two_names_is_told() {
    let desk = Desk::new();
    desk.add_mall("first", "11", NOW);
    let text = Menu::Bash.copy(&[Request::look_up().with("mallid", "11")]);
    let told = desk.add("second", &["-".into()], &text, NOW).expect("added");
    assert!(told.en.contains("under another name too: first"), "{}", told.en);
}

#[test]
fn a_file_that_is_not_there_is_named_and_nothing_is_added() {
    let desk = Desk::new();
    let error = desk.add("main", &["no/such.txt".into()], "", NOW).expect_err("no file");
    assert!(error.to_string().contains("no/such.txt") && error.kind == Kind::Usage, "{error}");
    let error = desk.add("main", &["-".into()], "SPU,活动名称", NOW).expect_err("a sheet");
    assert!(error.say(Lang::Zh).contains("cURL (bash)"), "{error}");
    assert!(desk.add("main", &[], "", NOW).expect_err("nothing").to_string().contains("--from-curl"));
    assert!(desk.add("-x", &["-".into()], "", NOW).is_err());
    assert!(!desk.home.shops().exists());
}

#[test]
fn the_list_is_aligned_by_width_and_names_old_logins() {
    let desk = Desk::new();
    assert!(list(&desk.home, Lang::En, NOW).expect("a list").contains("unpromo shop add"));
    desk.add_mall("巴西店", "634418224869329", NOW - 3 * HOUR);
    desk.add_mall("old", "22", NOW - 20 * HOUR);
    desk.add_mall("older", "33", NOW - 72 * HOUR);
    assert_eq!(
        list(&desk.home, Lang::En, NOW).expect("a list"),
        "\
name    platform  account          account name  host                      login
巴西店  temu      634418224869329  -             seller.kuajingmaihuo.com  3 h ago
old     temu      22               -             seller.kuajingmaihuo.com  20 h ago
older   temu      33               -             seller.kuajingmaihuo.com  3 days ago

a login at Temu lives about a day; these may be due for a fresh one: old, older
renew with: unpromo shop add NAME --from-curl FILE"
    );
    assert!(list(&desk.home, Lang::Zh, NOW).expect("a list").contains("3 小时前"));
    let lines = list_json(&desk.home, NOW).expect("a list");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    let wanted = serde_json::json!({
        "name": "巴西店", "platform": "temu", "account": "634418224869329", "account_name": null,
        "host": "seller.kuajingmaihuo.com", "added_at": NOW - 3 * HOUR, "old": false,
    });
    assert_eq!(first, wanted);
    assert_eq!(lines.lines().count(), 3);
}

#[test]
fn a_removed_shop_is_gone() {
    let desk = Desk::new();
    desk.add_mall("main", "11", NOW);
    assert!(remove(&desk.home, "mian").expect_err("misspelt").to_string().contains("did you mean 'main'?"));
    assert!(remove(&desk.home, "main").expect("removed").en.contains("removed the shop 'main'"));
    assert!(!fs::read_to_string(desk.home.shops()).expect("the file").contains("SUB_PASS_ID"));
    assert_eq!(remove(&desk.home, "main").expect_err("gone").kind, Kind::Credentials);
}

#[tokio::test]
async fn a_check_keeps_the_name_that_the_platform_tells() {
    let desk = Desk::new();
    desk.add_mall("main", "11", NOW);
    let told = check(&desk.home, "main", async |shop| {
        assert_eq!(shop.credentials.account_id(), "11");
        Ok(LoginCheck { account_name: Some("某某\u{1b}[2J旗舰店".to_owned()) })
    });
    assert!(told.await.expect("good").en.contains("某某<1B>[2J旗舰店"));
    let file = ShopFile::load(&desk.home).expect("the file");
    assert_eq!(file.list()[0].credentials.account_name(), Some("某某<1B>[2J旗舰店"));
    let expired = Error::new(Kind::Credentials, Text::verbatim("expired"));
    let told = check(&desk.home, "main", async |_| Err(expired.clone())).await;
    assert_eq!(told.expect_err("expired"), expired);
}
