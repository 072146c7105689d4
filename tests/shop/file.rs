//! The shop file: private, whole, in order, and clear about what is wrong with it.

use std::fs;
use std::thread;

use unpromo::error::Kind;
use unpromo::shop::import::read;
use unpromo::shop::{Added, Shop, ShopFile, TemuImport};
use unpromo::text::Lang;

use crate::browser::{Menu, Request};
use crate::desk::Desk;

impl Desk {
    fn load(&self) -> ShopFile {
        ShopFile::load(&self.home).expect("the shop file")
    }

    fn error(&self) -> unpromo::error::Error {
        ShopFile::load(&self.home).expect_err("refused")
    }

    fn rewrite(&self, change: impl FnOnce(&str) -> String) {
        let text = fs::read_to_string(self.home.shops()).expect("the file");
        fs::write(self.home.shops(), change(&text)).expect("written");
    }
}

fn shop(name: &str, mall_id: &str) -> Shop {
    let copies = read("copy.txt", Menu::Bash.copy(&Request::both_of(mall_id)).as_bytes()).expect("copies");
    let credentials = TemuImport::recognise(copies).expect("a shop").into_credentials();
    Shop { name: name.to_owned(), credentials, added_at: 1_763_776_800_000 }
}

#[test]
fn shops_come_back_as_they_were_and_in_order() {
    let desk = Desk::new();
    assert!(desk.load().list().is_empty());
    let shops = [shop("巴西一店", "11"), shop("b", "22"), shop("a \"quoted\" 'one'", "33")];
    let mut file = desk.load();
    for shop in &shops {
        assert_eq!(file.add(shop.clone(), false).expect("added"), Added::New);
    }
    assert_eq!(desk.load().list(), shops);
    assert_eq!(file.remove("b").expect("removed"), shops[1]);
    assert_eq!(desk.load().list(), [shops[0].clone(), shops[2].clone()]);
}

#[test]
fn a_fresh_login_takes_the_old_ones_place() {
    let desk = Desk::new();
    let mut file = desk.load();
    file.add(shop("main", "11"), false).expect("added");
    file.add(shop("other", "22"), false).expect("added");
    file.keep_account_name(&shop("main", "11"), "某某旗舰店").expect("kept");
    let fresh = Shop { added_at: 7, ..shop("main", "11") };
    assert_eq!(file.add(fresh, false).expect("renewed"), Added::Renewed);
    let file = desk.load();
    assert_eq!(file.list()[0].added_at, 7);
    assert_eq!(file.list()[0].credentials.account_name(), Some("某某旗舰店"));
}

#[test]
fn another_account_under_a_known_name_must_be_meant() {
    let desk = Desk::new();
    let mut file = desk.load();
    file.add(shop("main", "11"), false).expect("added");
    let error = file.add(shop("main", "22"), false).expect_err("another account");
    assert!(error.to_string().contains("temu/11") && error.to_string().contains("--replace"), "{error}");
    assert_eq!(desk.load().list()[0].account(), "temu/11");
    let replaced = file.add(shop("main", "22"), true).expect("replaced");
    assert_eq!(replaced, Added::Replaced { account_id: "11".to_owned() });
    assert_eq!(desk.load().list()[0].account(), "temu/22");
}

#[test]
fn a_request_for_another_shop_than_the_record_says_is_refused() {
    let desk = Desk::new();
    desk.load().add(shop("main", "634"), false).expect("added");
    let whole = fs::read_to_string(desk.home.shops()).expect("the file");
    let mall = r#""mallid",
    "634""#;
    assert_eq!(whole.matches(mall).count(), 2, "{whole}");
    for (changed, wanted) in [
        (whole.replacen(mall, &mall.replace("634", "635"), 1), "of the look-up is not the shop's mall_id, 634"),
        (whole.replace(r#"mall_id = "634""#, r#"mall_id = "635""#), "is not the shop's mall_id, 635"),
        (whole.replace("\"mallid\"", "\"x-mall\""), "the look-up has no header mallid"),
    ] {
        desk.rewrite(|_| changed);
        let error = desk.error();
        assert_eq!(error.kind, Kind::Credentials);
        assert!(error.say(Lang::En).contains(wanted) && error.say(Lang::En).contains("'main'"), "{error}");
    }
}

#[test]
fn leading_zeros_make_no_other_account() {
    let desk = Desk::new();
    let mut file = desk.load();
    file.add(shop("main", "634"), false).expect("added");
    assert_eq!(file.add(shop("main", "0634"), false).expect("renewed"), Added::Renewed);
    assert_eq!(desk.load().list()[0].account(), "temu/634");
    // The two spellings are one and the same within a shop, too.
    desk.rewrite(|whole| whole.replace(r#"mall_id = "0634""#, r#"mall_id = "634""#));
    assert_eq!(desk.load().list()[0].account(), "temu/634");
}

#[test]
fn the_only_shop_is_meant_unless_one_is_named() {
    let desk = Desk::new();
    let mut file = desk.load();
    let none = file.choose(None, "temu").expect_err("no shop");
    assert_eq!(none.kind, Kind::Credentials);
    assert!(none.to_string().contains("unpromo shop add"), "{none}");
    file.add(shop("main", "11"), false).expect("added");
    assert_eq!(file.choose(None, "temu").expect("the only one").name, "main");
    assert_eq!(file.choose(None, "taobao").expect_err("none of it").kind, Kind::Credentials);
    assert!(file.choose(Some("main"), "taobao").expect_err("another platform").to_string().contains("temu"));
    file.add(shop("second", "22"), false).expect("added");
    let several = file.choose(None, "temu").expect_err("several");
    assert!(several.to_string().contains("main, second") && several.to_string().contains("--shop"), "{several}");
    assert_eq!(file.choose(Some(" second "), "temu").expect("named").name, "second");
    let unknown = file.choose(Some("secnod"), "temu").expect_err("unknown");
    assert!(unknown.to_string().contains("did you mean 'second'?"), "{unknown}");
}

#[cfg(unix)]
mod modes {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::{Desk, shop};

    #[test]
    fn the_file_is_for_the_user_alone_and_refused_otherwise() {
        let desk = Desk::new();
        let path = desk.home.shops();
        desk.load().add(shop("main", "11"), false).expect("added");
        let mode = |path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        for open in [0o644, 0o640, 0o602, 0o660] {
            fs::set_permissions(&path, Permissions::from_mode(open)).expect("opened");
            let error = desk.error();
            assert!(error.to_string().contains(&format!("chmod 600 '{}'", path.display())), "{error}");
            assert_eq!(error.kind.exit_code(), 3);
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("closed");
        assert_eq!(desk.load().list().len(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_no_obstacle_and_no_leak() {
        let desk = Desk::new();
        let left = desk.home.path().join("shops.toml.new");
        fs::write(&left, "half a login").expect("left");
        desk.load().add(shop("main", "11"), false).expect("added");
        assert!(!left.exists());
        assert_eq!(fs::metadata(desk.home.shops()).expect("metadata").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_link_stays_a_link() {
        let desk = Desk::new();
        let elsewhere = desk.home.path().join("elsewhere.toml");
        desk.load().add(shop("main", "11"), false).expect("added");
        fs::rename(desk.home.shops(), &elsewhere).expect("moved");
        symlink(&elsewhere, desk.home.shops()).expect("linked");
        desk.load().add(shop("second", "22"), false).expect("added");
        assert!(desk.home.shops().is_symlink());
        assert!(fs::read_to_string(&elsewhere).expect("the file").contains("second"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_and_nothing_changes() {
        let desk = Desk::new();
        let mut file = desk.load();
        file.add(shop("main", "11"), false).expect("added");
        // A folder in the way of the fresh file stops even the superuser.
        fs::create_dir_all(desk.home.path().join("shops.toml.new/x")).expect("in the way");
        let error = file.add(shop("second", "22"), false).expect_err("no way");
        assert!(error.to_string().contains("shops.toml"), "{error}");
        assert_eq!((file.list().len(), desk.load().list().len()), (1, 1));
    }
}

#[test]
fn changes_at_the_same_time_all_last() {
    let desk = Desk::new();
    thread::scope(|scope| {
        for worker in 0..4 {
            let home = &desk.home;
            scope.spawn(move || {
                let mut file = ShopFile::load(home).expect("the file");
                for number in 0..5 {
                    file.add(shop(&format!("{worker}-{number}"), "11"), false).expect("added");
                }
            });
        }
    });
    assert_eq!(desk.load().list().len(), 20);
}

#[test]
fn what_this_version_does_not_know_is_refused_politely() {
    let desk = Desk::new();
    desk.load().add(shop("main", "11"), false).expect("added");
    let whole = fs::read_to_string(desk.home.shops()).expect("the file");
    for (change, wanted) in [
        (whole.replace("version = 1", "version = 2"), "newer unpromo"),
        (whole.replace("version = 1", ""), "no valid version"),
        (whole.replace("added_at", "colour = 1\nadded_at"), "line 7, column 1: a key that this version does not know"),
        (whole.replace("[shop.temu]", "[shop.temu"), "cannot be read"),
        (whole.replace("https://", "http://"), "not https"),
        ("version = 1\n[[shop]]\nname = \"x\"\nadded_at = 1\n".to_owned(), "no platform"),
    ] {
        desk.rewrite(|_| change);
        let error = desk.error();
        assert_eq!(error.kind, Kind::Credentials);
        assert!(error.say(Lang::En).contains(wanted), "{wanted}: {error}");
        assert!(error.say(Lang::Zh).contains("shops.toml"), "{error}");
    }
}
