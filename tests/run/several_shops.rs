//! A `店铺` column sends each row to its shop; `--shop` is the default for the rest.

use crate::stage::{SEED, Stage, story};

fn sheet(stage: &Stage) -> String {
    let rows =
        format!("SPU,活动名称,理由,店铺\n{SEED},清仓甩卖,退,一店\n{SEED},清仓甩卖,退,二店\n{SEED},官方大促,退,\n");
    stage.write("week.csv", &rows)
}

#[test]
fn each_row_goes_to_its_shop() {
    let stage = Stage::new();
    stage.add_shop("一店", "634418224869331");
    stage.add_shop("二店", "634418224869332");
    let sheet = sheet(&stage);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run"]);
    assert_eq!(ended.code, 2, "three shops, and a row that names none: {ended:?}");
    assert!(ended.stderr.contains("--shop"), "{}", ended.stderr);
    let (ended, lines) = stage.run(&sheet, &["--shop", "shop"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let shops: Vec<_> = lines.iter().map(|line| line["shop"].as_str().expect("a shop")).collect();
    assert_eq!(shops, ["一店", "二店", "shop"]);
    let malls: std::collections::BTreeSet<String> =
        stage.sandbox.ledger().effects().map(|entry| entry.shop.to_string()).collect();
    assert_eq!(malls.into_iter().collect::<Vec<_>>(), ["634418224869329", "634418224869331", "634418224869332"]);
}

#[test]
fn a_shop_that_does_not_exist_is_a_bad_row() {
    let stage = Stage::new();
    stage.add_shop("一店", "634418224869331");
    let sheet = sheet(&stage);
    let ended = stage.unpromo(&["run", &sheet, "--dry-run", "--shop", "shop"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("二店") && ended.stderr.contains("row 3"), "{}", ended.stderr);
    let (_, lines) = stage.run(&sheet, &["--shop", "shop", "--skip-invalid"]);
    assert!(story(&lines)[1].contains("invalid"), "{:?}", story(&lines));
}
