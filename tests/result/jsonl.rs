//! The JSON lines.

use serde_json::{Value, json};
use unpromo::model::{Line, Status};
use unpromo::text::Lang;

use crate::support::{Folder, every_status, line, write};

#[test]
fn a_line_is_an_object_with_stable_keys_in_their_order() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl");
    write(&path, Lang::Zh, &[line(2, Status::Submitted)]);
    let expected = concat!(
        r#"{"row":2,"shop":"旗舰店","operation":"temu-activity","item":"4975750079","filter":"清仓*","#,
        r#""target":"2509090813203861","name":"清仓甩卖","reason":"申请退出","status":"submitted","#,
        r#""detail":"平台已受理申请","attempts":1,"sent_at":"2025-09-09T09:09:12.112Z"}"#,
        "\n"
    );
    assert_eq!(std::fs::read_to_string(&path).expect("text"), expected);
}

#[test]
fn a_row_without_a_target_says_so_with_null() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl");
    let empty = Line { target: None, name: String::new(), sent_at: None, attempts: 0, ..line(9, Status::Unmatched) };
    write(&path, Lang::En, &[empty]);
    let object: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("text")).expect("JSON");
    assert_eq!(object["target"], Value::Null);
    assert_eq!(object["name"], Value::Null);
    assert_eq!(object["sent_at"], Value::Null);
    assert_eq!(object["attempts"], json!(0));
    assert_eq!(object["detail"], json!("no target fits"));
}

#[test]
fn every_status_is_there_under_its_code() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl");
    write(&path, Lang::En, &every_status());
    let text = std::fs::read_to_string(&path).expect("text");
    let status = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["status"].as_str().map(str::to_owned);
    let codes: Vec<String> = text.lines().filter_map(status).collect();
    assert_eq!(codes, Status::ALL.map(Status::code));
}

#[test]
fn text_of_others_is_exact_and_harmless_on_a_terminal() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl");
    let name = "\u{1b}[2J\u{9b}31m\u{7f}\u{202e}a\"b\\c\n\u{2028}😀\u{1ffff}".to_owned();
    let reason = "字".repeat(40_000);
    write(&path, Lang::Zh, &[Line { name: name.clone(), reason: reason.clone(), ..line(2, Status::Submitted) }]);
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{7f}', '\u{202e}', '\u{2028}', '\u{1ffff}']));
    assert_eq!(text.lines().count(), 1);
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(object["name"], json!(name));
    assert_eq!(object["reason"], json!(reason));
}
