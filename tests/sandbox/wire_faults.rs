//! Faults of the connection and of the body: as a client, and as a bare socket, sees them.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;
use unpromo::sandbox::{Call, Options, Outcome, temu};

use crate::bench::{Bench, CLEARANCE, MALL, SEED, client, listed, submission};

/// One submission over a bare socket: everything that came back, and how it ended.
fn raw_submission(bench: &Bench) -> (Vec<u8>, Result<(), ErrorKind>) {
    let body = submission(SEED, CLEARANCE, "清仓甩卖").to_string();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nmallid: {MALL}\r\ncookie: A=b\r\nuser-agent: raw\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        temu::SUBMISSION,
        bench.sandbox.addr(),
        body.len()
    );
    let mut socket = TcpStream::connect(bench.sandbox.addr()).expect("connected");
    socket.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
    socket.write_all(head.as_bytes()).expect("written");
    socket.write_all(body.as_bytes()).expect("written");
    let mut got = Vec::new();
    let end = socket.read_to_end(&mut got).map(|_| ()).map_err(|error| error.kind());
    (got, end)
}

#[tokio::test]
async fn a_reset_is_a_reset_and_a_close_is_a_close() {
    for (rule, end, effects) in [
        ("submission:reset:before", Err(ErrorKind::ConnectionReset), 0),
        ("submission:reset_after", Err(ErrorKind::ConnectionReset), 1),
        ("submission:close:before", Ok(()), 0),
        ("submission:close:after", Ok(()), 1),
    ] {
        let bench = Bench::failing(rule);
        assert_eq!(raw_submission(&bench), (Vec::new(), end), "{rule}");
        assert_eq!(bench.effects(), effects, "{rule}");
        bench.sandbox.clear_faults();
        assert_eq!(listed(&bench.look_up(SEED).await).len(), 3 - effects);
    }
}

#[tokio::test]
async fn a_truncated_body_stops_short_of_its_length() {
    let bench = Bench::failing("submission:truncated:after");
    let (got, _) = raw_submission(&bench);
    let text = String::from_utf8(got).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length: 66"), "{head}");
    assert_eq!(body, &r#"{"result":null,"success":true,"errorCode":1000000,"errorMsg":null}"#[..33]);
    assert_eq!(bench.effects(), 1);

    let bench = Bench::failing("submission:truncated:before:framing=chunked");
    let (got, _) = raw_submission(&bench);
    let text = String::from_utf8(got).expect("text");
    assert!(text.contains("transfer-encoding: chunked") && !text.ends_with("0\r\n\r\n"), "{text}");
    assert_eq!(bench.effects(), 0);
    assert!(bench.try_submit(CLEARANCE, "清仓甩卖").await.expect("a head").bytes().await.is_err());
}

#[tokio::test]
async fn a_hang_never_answers_and_what_was_carried_out_stays_so() {
    for (rule, effects) in [("submission:hang:before", 0), ("submission:hang:after", 1)] {
        let bench = Bench::failing(rule);
        tokio::select! {
            _ = bench.try_submit(CLEARANCE, "清仓甩卖") => panic!("it hangs"),
            () = async {
                bench.sandbox.arrived(Call::Submission, 1).await;
                bench.control(reqwest::Method::GET, "wait?kind=submission&state=finished", "").await;
            } => {}
        }
        assert_eq!(bench.effects(), effects, "{rule}");
        assert_eq!(bench.sandbox.ledger().entries[0].fault.as_deref(), Some("hang"));
    }
}

#[tokio::test]
async fn a_slow_answer_is_a_good_one() {
    let bench = Bench::failing("submission:slow:after:ms=150");
    let start = Instant::now();
    assert_eq!(bench.submit(CLEARANCE, "清仓甩卖").await["success"], json!(true));
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(bench.effects(), 1);
}

#[tokio::test]
async fn a_late_effect_comes_even_if_nobody_waits_for_it() {
    let bench = Bench::failing("submission:slow:before:ms=150");
    tokio::select! {
        _ = bench.try_submit(CLEARANCE, "清仓甩卖") => panic!("it is slow"),
        () = bench.sandbox.arrived(Call::Submission, 1) => {}
    }
    assert_eq!(listed(&bench.look_up(SEED).await).len(), 3);
    bench.sandbox.carried_out(1).await;
    assert_eq!(listed(&bench.look_up(SEED).await).len(), 2);
}

#[tokio::test]
async fn an_endless_body_goes_on_as_long_as_one_reads() {
    let bench = Bench::failing("lookup:endless");
    let mut answer = bench.try_look_up(SEED).await.expect("a head");
    assert_eq!(answer.status(), 200);
    let mut bytes = 0;
    while bytes < 4 << 20 {
        bytes += answer.chunk().await.expect("more").expect("it never ends").len();
    }
    drop(answer);
    bench.sandbox.clear_faults();
    assert_eq!(listed(&bench.look_up(SEED).await).len(), 3);
}

#[tokio::test]
async fn a_bomb_is_small_on_the_wire_and_huge_when_unpacked() {
    let bench = Bench::failing("lookup:bomb:size_mb=64");
    let mut answer = bench.try_look_up(SEED).await.expect("a head");
    let mut unpacked = 0_u64;
    while let Some(chunk) = answer.chunk().await.expect("valid to its end") {
        unpacked += chunk.len() as u64;
    }
    assert!(unpacked > 64 << 20, "{unpacked}");
    let raw = Bench { client: client(Client::builder().no_gzip()), ..bench };
    let answer = raw.try_look_up(SEED).await.expect("a head");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert!(answer.bytes().await.expect("a body").len() < 1 << 20);
}

#[tokio::test]
async fn a_stale_connection_dies_as_the_next_request_comes() {
    let bench = Bench::failing("submission:stale:first=1");
    assert_eq!(bench.submit(CLEARANCE, "清仓甩卖").await["success"], json!(true));
    let error = bench.try_submit(2_509_090_813_204_458, "官方大促").await.expect_err("the kept connection is dead");
    assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
    let ledger = bench.sandbox.ledger();
    let outcomes: Vec<_> = ledger.entries.iter().map(|entry| (entry.outcome, entry.effect)).collect();
    assert_eq!(outcomes, [(Outcome::Accepted, true), (Outcome::Fault, false)]);
    assert_eq!(bench.submit(2_509_090_813_204_458, "官方大促").await["success"], json!(true));
}

/// A certificate for loopback, and the client's trust in it.
fn tls() -> (Arc<rustls::ServerConfig>, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider);
    let server = server.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
    let mut server = server.with_single_cert(vec![certificate.clone()], key).expect("a pair");
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (Arc::new(server), reqwest::Certificate::from_der(&certificate).expect("a certificate"))
}

#[tokio::test]
async fn both_versions_of_http_are_served_over_tls_and_fail_there_too() {
    let (server, certificate) = tls();
    for (builder, version) in
        [(Client::builder(), reqwest::Version::HTTP_2), (Client::builder().http1_only(), reqwest::Version::HTTP_11)]
    {
        let bench = Bench::with(&Options { tls: Some(Arc::clone(&server)), ..Options::default() });
        let bench = Bench { client: client(builder.tls_certs_only([certificate.clone()])), ..bench };
        assert!(bench.sandbox.url().starts_with("https://"));
        let answer = bench.try_look_up(SEED).await.expect("an answer");
        assert_eq!(answer.version(), version);
        for (rule, effects) in
            [("submission:reset:before", 0), ("submission:truncated:after", 1), ("submission:close:after", 1)]
        {
            bench.fail(rule);
            let answer = bench.try_submit(CLEARANCE, "清仓甩卖").await;
            let body = match answer {
                Ok(answer) => answer.bytes().await,
                Err(error) => Err(error),
            };
            assert!(body.is_err(), "{rule}");
            assert_eq!(bench.effects(), effects, "{rule}");
            bench.sandbox.clear_faults();
        }
    }
}

#[tokio::test]
async fn http2_without_tls_is_understood_too() {
    let bench = Bench::new();
    let bench = Bench { client: client(Client::builder().http2_prior_knowledge()), ..bench };
    let answer = bench.try_look_up(SEED).await.expect("an answer");
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    bench.fail("submission:reset:after");
    assert!(bench.try_submit(CLEARANCE, "清仓甩卖").await.is_err());
    assert_eq!(bench.effects(), 1);
}
