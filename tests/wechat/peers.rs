//! An implementation of others agrees, in both directions: `wechatpayv3` from `PyPI` verifies our requests,
//! and we verify the answers that it signs.
//!
//! Needs a Python that has it (`UNPROMO_PEERS_PYTHON`, else `python3`). With `UNPROMO_PEERS=1` it must be
//! there; without, these tests say that they did nothing.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use unpromo::sandbox::Options;
use unpromo::sandbox::wechat::Login;

use crate::stage::{BRAND, COUPON, Ended, Stage, story};

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wechat/peer.py");

fn python() -> Command {
    let program = std::env::var_os("UNPROMO_PEERS_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(program);
    command.env("PYTHONIOENCODING", "utf-8").stdin(Stdio::null());
    command
}

/// Whether the peer is there. Where it has to be, its absence is a failure.
fn is_there() -> bool {
    let found = python().args(["-c", "import wechatpayv3"]).output();
    let is_there = found.as_ref().is_ok_and(|output| output.status.success());
    let is_needed = std::env::var("UNPROMO_PEERS").is_ok_and(|value| value == "1");
    assert!(is_there || !is_needed, "UNPROMO_PEERS=1, but wechatpayv3 is not there: {found:?}");
    if !is_there {
        eprintln!("NOT CHECKED against wechatpayv3: pip install wechatpayv3, or set UNPROMO_PEERS_PYTHON");
    }
    is_there
}

/// The platform, played by others; ends with the test.
struct Platform(Child);

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn others_verify_our_requests_and_we_verify_their_answers() {
    if !is_there() {
        return;
    }
    let login = Login::of(0);
    let stage = Stage::bare(&Options::default());
    stage.write("merchant_pub.pem", &login.merchant_public_key);
    let mut command = python();
    command
        .args([PEER, "serve", "merchant_pub.pem", "apiclient_key.pem", &login.mchid, &login.serial_no])
        .args([login.public_key_id, "pub_key.pem"])
        .current_dir(stage.folder.path())
        .stdout(Stdio::piped());
    let mut platform = Platform(command.spawn().expect("python starts"));
    let mut said = BufReader::new(platform.0.stdout.take().expect("its output")).lines();
    let port = said.next().expect("a port").expect("a line");
    let ended = stage.add_merchant(&format!("http://127.0.0.1:{port}"));
    assert_eq!(ended.code, 0, "{ended:?}");

    let sheet = stage.sheet(&[(COUPON, ""), ("1000000011", "OWN-number_7")]);
    let (ended, lines) = stage.run(&sheet, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(story(&lines), ["2 submitted 1000000001", "3 submitted 1000000011"]);
    let requests: Vec<Value> = (0..4)
        .map(|_| serde_json::from_str(&said.next().expect("a request").expect("a line")).expect("JSON"))
        .collect();
    for request in &requests {
        assert_eq!(request["trouble"], Value::Null, "{request}");
    }
    let posted: Vec<_> = requests.iter().filter(|request| request["method"] == "POST").collect();
    assert_eq!(posted.len(), 2);
    let body = posted.iter().map(|request| request["body"].as_str().expect("text"));
    assert!(
        body.clone().any(|body| body.contains("OWN-number_7"))
            && body.clone().all(|body| body.contains("批次信息有误"))
    );
    let ended = stage.unpromo(&["shop", "check", "shop"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn the_sandbox_takes_a_client_of_others_and_is_believed_by_it() {
    if !is_there() {
        return;
    }
    let login = Login::of(0);
    let stage = Stage::bare(&Options::default());
    let mut command = python();
    command
        .args([PEER, "ask", &stage.sandbox.url(), &login.mchid, &login.serial_no, "apiclient_key.pem"])
        .args([login.public_key_id, "pub_key.pem", COUPON, BRAND, "PEER_000001"])
        .current_dir(stage.folder.path());
    let ended = Ended::of(command.output().expect("python starts"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let said: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let states: Vec<_> = said.iter().map(|said| (&said["status"], &said["answer"]["state"])).collect();
    assert_eq!(states.iter().map(|(status, _)| status.as_u64()).collect::<Vec<_>>(), [Some(200); 3], "{said:?}");
    assert_eq!(states[0].1, "EFFECTIVE");
    assert_eq!((states[1].1, states[2].1), (&Value::from("DEACTIVATED"), &Value::from("DEACTIVATED")));
    assert_eq!(said[1]["answer"], said[2]["answer"], "the same number, the same answer");
    assert_eq!(stage.effects(), 1);
}
