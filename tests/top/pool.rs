//! Item pools: looked up, told in plain words, and nothing is ever submitted.

use calamine::{Data, Reader, Xlsx, open_workbook};
use unpromo::sandbox::Call;

use crate::stage::{Stage, of};

/// The nine ids whose activities have the nine discount types.
const NINE: &str = "活动ID\n23678171\n23678172\n23678173\n23678174\n23678175\n23678176\n23678177\n23678178\n23678179\n";

const RULES: [&str; 9] = [
    "满100元减1元;满200元减3.5元,上不封顶",
    "满100元打9.68折",
    "满3件减5元,上不封顶",
    "满2件打9折;满3件打8.5折",
    "满2件,第2件9.9元",
    "满2件,第2件5折",
    "满99元,加9.9元换购",
    "满2件,加9.9元换购",
    "99元3件",
];

#[test]
fn it_says_that_it_only_looks_up_and_tells_each_rule_in_plain_words() {
    let stage = Stage::new();
    let sheet = stage.write("pool.csv", NINE);
    let ended = stage.unpromo(&["run", &sheet, "--rate", "off", "--lang", "zh", "-o", "result.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let first = ended.stderr.lines().next().unwrap_or_default();
    assert!(first.contains("只查询 LOOK-UP ONLY") && !first.contains("LIVE"), "{first}");
    let lines = stage.lines("result.jsonl");
    assert_eq!(of(&lines, "status"), ["matched"; 9]);
    for (line, rule) in lines.iter().zip(RULES) {
        assert!(line["detail"].as_str().is_some_and(|detail| detail.contains(rule)), "{rule}: {line}");
    }
    let first = lines[0]["detail"].as_str().unwrap_or_default();
    assert!(first.contains("周一至周四 03:00-05:00、18:00-21:30;") && first.contains("新客、轻新客"), "{first}");
    assert_eq!((stage.arrived(Call::Lookup), stage.arrived(Call::Submission)), (9, 0));
    stage.all_was_proper();
}

#[test]
fn the_workbook_has_words_raw_fields_and_the_groups_on_a_sheet_of_their_own() {
    let stage = Stage::new();
    let sheet = stage.write("pool.csv", NINE);
    for (lang, rows, groups) in [("zh", "明细", "分组"), ("en", "Rows", "Groups")] {
        let ended = stage.unpromo(&["run", &sheet, "--new", "--rate", "off", "--lang", lang, "-o", "result.xlsx"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let table = table(&stage, rows);
        let at =
            |heading: &str| table[0].iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("{heading}"));
        let kinds: Vec<&str> = table[1..].iter().map(|row| row[at("data.item_pool_discount_type")].as_str()).collect();
        assert_eq!((kinds.len(), kinds[0], kinds[8]), (9, "amount_decrease", "count_all_fixed_price"));
        assert!(table[1][at("data.stair_groups")].starts_with(r#"[{"number":1,"#));
        let rule = at(if lang == "zh" { "规则" } else { "Rule" });
        assert!(table[1][rule].contains(if lang == "zh" { "满100元减1元" } else { "spend 100 yuan: 1 yuan off" }));
        let groups = self::table(&stage, groups);
        // Nine activities with 11 groups of goods and 11 stairs, and the headings.
        assert_eq!(groups.len(), 1 + 22, "{groups:?}");
        assert_eq!(groups[1][..2], ["2", "23678171"]);
    }
    // The result is a sheet again, and only its rows are taken for one.
    let again = stage.unpromo(&["run", "result.xlsx", "--rate", "off", "-o", "again.jsonl"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(of(&stage.lines("again.jsonl"), "status"), ["matched"; 9]);
}

fn table(stage: &Stage, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(stage.path("result.xlsx")).expect("a workbook");
    let range = book.worksheet_range(name).expect("the worksheet");
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

fn text(cell: &Data) -> String {
    cell.to_string()
}

#[test]
fn either_id_will_do_and_the_platforms_own_goes_first() {
    let stage = Stage::new();
    let sheet =
        stage.write("pool.csv", "act_id,out_act_id\n23678171,\n,erpActId001\n23678172,erpActId001\n,\n23678171,\n");
    let ended = stage.unpromo(&["run", &sheet, "--rate", "off", "-o", "result.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = stage.lines("result.jsonl");
    assert_eq!(of(&lines, "item"), ["23678171", "erpActId001", "23678172", "23678171"]);
    assert_eq!(lines[2]["target"], "23678172");
    let asked: Vec<String> = stage.sandbox.ledger().of(Call::Lookup).map(|entry| entry.item.to_string()).collect();
    assert_eq!(asked.len(), 3, "each distinct row is looked up once: {asked:?}");
    stage.all_was_proper();
}

#[test]
fn a_row_without_either_id_is_a_bad_row() {
    let stage = Stage::new();
    let sheet = stage.write("pool.csv", "活动ID,外部活动ID,备注\n,,找不到\n");
    let ended = stage.unpromo(&["check", &sheet]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("act_id, out_act_id"), "{}", ended.stderr);
}

#[test]
fn an_unknown_activity_is_told_in_the_platforms_words() {
    let stage = Stage::new();
    let sheet = stage.write("pool.csv", "活动ID\n23678000\n23678999\n23678171\n");
    let ended = stage.unpromo(&["run", &sheet, "--rate", "off", "-o", "result.jsonl"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let lines = stage.lines("result.jsonl");
    assert_eq!(of(&lines, "status"), ["lookup_failed", "unmatched", "matched"]);
    assert!(lines[0]["detail"].as_str().is_some_and(|detail| detail.contains("活动不存在")));
    assert!(lines[1]["detail"].as_str().is_some_and(|detail| detail.contains("knows nothing under this id")));
}

#[test]
fn the_platforms_own_faults_are_tried_again_and_a_ban_is_waited_for() {
    let stage = Stage::failing(&[
        "lookup:refused:code=isp.remote-service-error,nth=1",
        "lookup:code4000004:nth=3,words=This ban will last for 1 more seconds",
    ]);
    let sheet = stage.write("pool.csv", "活动ID\n23678171\n23678172\n");
    let ended = stage.unpromo(&["run", &sheet, "--rate", "off", "--max-in-flight", "1", "-o", "result.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(of(&stage.lines("result.jsonl"), "status"), ["matched"; 2]);
    assert_eq!(stage.arrived(Call::Lookup), 4);
}
