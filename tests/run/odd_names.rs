//! Names that a screen would obey, or that no cell can hold, from the dry run to the submission.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use unpromo::sandbox::temu;

use crate::stage::{Stage, story};

/// A platform that lists these names for product 1, with enrollments from 1001 on, and keeps what is submitted.
struct Platform {
    url: String,
    submitted: Arc<Mutex<Vec<Value>>>,
}

impl Platform {
    fn listing(names: &[&str]) -> Self {
        let activities = names.iter().zip(1001..).map(
            |(name, id)| json!({"activityName": name, "feedbackEnrollInfoList": [{"enrollId": id, "enrollSessions": []}]}),
        );
        let list = json!({"productId": 1, "activityList": activities.collect::<Vec<_>>()});
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let submitted = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&submitted);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (path, body) = request(&stream);
                let result = if path == temu::LOOK_UP {
                    list.clone()
                } else {
                    kept.lock().expect("the list").push(body);
                    Value::Null
                };
                let answer = json!({"success": true, "errorCode": 1_000_000, "result": result}).to_string();
                let length = answer.len();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                let mut stream = stream;
                stream.write_all(format!("{head}{answer}").as_bytes()).expect("answered");
            }
        });
        Self { url, submitted }
    }

    /// `businessId` and `activityName` of each submission.
    fn submitted(&self) -> Vec<(u64, String)> {
        let all = self.submitted.lock().expect("the list");
        let name = |body: &Value| body["activityName"].as_str().unwrap_or_default().to_owned();
        all.iter().map(|body| (body["businessId"].as_u64().unwrap_or(0), name(body))).collect()
    }
}

fn request(stream: &TcpStream) -> (String, Value) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).expect("a request");
    let path = line.split(' ').nth(1).expect("a path").to_owned();
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).expect("a header");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    (path, serde_json::from_slice(&body).expect("JSON"))
}

#[test]
fn a_reviewed_name_that_was_spelled_out_or_cut_is_still_the_same_name() {
    let long = "长".repeat(32_768);
    let names = ["清仓\u{1b}[2J甩卖", "two\r\nlines", "=官方\u{202e}大促", "_x0041_ 秒杀", "plain", &long];
    let platform = Platform::listing(&names);
    let stage = Stage::new();
    stage.add_shop_with(&platform.url, "odd", "7", "a=made-up");
    let sheet = stage.sheet(&[("1", "*")]);
    for (at, plan) in ["plan.xlsx", "plan.csv"].into_iter().enumerate() {
        let ended =
            stage.unpromo(&["run", &sheet, "--shop", "odd", "--dry-run", "--rate", "off", "-o", plan, "--again"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let result = format!("{plan}.jsonl");
        let ended = stage.unpromo(&["run", plan, "--yes", "--rate", "off", "-o", &result, "--again"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let expected: Vec<String> = (0..names.len()).map(|n| format!("{} submitted {}", n + 2, 1001 + n)).collect();
        assert_eq!(story(&stage.lines(&result)), expected, "{plan}");
        // What is submitted is the platform's own name, not the spelled-out one.
        let mut submitted = platform.submitted().split_off(at * names.len());
        submitted.sort();
        let whole: Vec<(u64, String)> = (1001..).zip(names).map(|(id, name)| (id, name.to_owned())).collect();
        assert_eq!(submitted, whole);
    }
}
