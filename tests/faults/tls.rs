//! The same over TLS, as it is in real life: HTTP/1.1 and HTTP/2, and certificates that are checked.

use std::fs;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use unpromo::sandbox::{Call, Options};

use crate::bench::Bench;
use crate::frames::{Front, Turn};
use crate::subject::Comes::{Fine, Paused, Silent, Throttled, Unclear};
use crate::table::{Case, check};

/// Certificates made for one test.
pub struct Trust {
    /// The authority's certificate, as `SSL_CERT_FILE` has it.
    pub authority: String,
    pub server: Arc<ServerConfig>,
}

impl Trust {
    /// An authority, and a server of its for these names that offers these protocols.
    pub fn new(names: &[&str], protocols: &[&str]) -> Self {
        let authority_key = rcgen::KeyPair::generate().expect("a key");
        let mut authority = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let pem = authority.self_signed(&authority_key).expect("a certificate").pem();
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let key = rcgen::KeyPair::generate().expect("a key");
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf = rcgen::CertificateParams::new(names).expect("parameters");
        let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let mut server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())
            .expect("a server");
        server.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Self { authority: pem, server: Arc::new(server) }
    }
}

/// A bench whose sandbox speaks TLS and one protocol alone.
fn secret(faults: &[&str], protocol: &str) -> Bench {
    let trust = Trust::new(&["127.0.0.1"], &[protocol]);
    let mut bench = Bench::with(faults, Options { tls: Some(trust.server), ..Options::default() });
    bench.trust(&trust.authority);
    bench.make_ready();
    bench
}

/// The core of the table: each thing that can be proven, and what only a real connection can do.
fn core(protocol: &'static str) -> Vec<Case> {
    const LONG: &[&str] = &["--timeout", "2s"];
    let (look_up, submission) = (Call::Lookup, Call::Submission);
    let mut cases = vec![Case::new(look_up, "reset", "", Silent).first(1)];
    for call in [look_up, submission] {
        let once = |kind, keys, comes| Case::new(call, kind, keys, comes).first(1);
        cases.push(once("throttle429", "retry_after=0", Throttled));
        cases.push(Case::new(call, "http401", "", Paused));
        cases.push(Case::new(call, "redirect", "", Paused));
        cases.push(Case::new(call, "slow", "ms=1", Fine));
        cases.push(Case::new(call, "compressed", "encoding=br", Fine));
    }
    let always = |kind, comes| Case::new(submission, kind, "", comes);
    for kind in ["reset", "close", "hang"] {
        cases.push(always(kind, Silent).first(1).args(LONG));
        cases.push(always(kind, Silent).first(1).after().args(LONG));
    }
    cases.push(always("reset", Silent));
    for kind in ["error503", "truncated", "garbage", "endless", "bomb"] {
        cases.push(always(kind, Unclear));
        cases.push(always(kind, Unclear).after());
        cases.push(Case::new(look_up, kind, "", Unclear).first(1));
    }
    cases.into_iter().map(|case| case.over(protocol)).collect()
}

#[test]
fn the_core_of_the_table_holds_over_both_protocols() {
    check(|_| ["http/1.1", "h2"].into_iter().flat_map(core).collect());
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_sent() {
    let other = Trust::new(&["127.0.0.1"], &["h2", "http/1.1"]);
    for (names, is_trusted) in [(["127.0.0.1"], false), (["seller.example"], true)] {
        let trust = Trust::new(&names, &["h2", "http/1.1"]);
        let mut bench = Bench::with(&[], Options { tls: Some(trust.server), ..Options::default() });
        bench.trust(if is_trusted { &trust.authority } else { &other.authority });
        bench.make_ready();
        let ran = bench.run(&[]);
        assert_eq!(ran.code, 5, "{names:?}: {}", ran.err);
        assert!(ran.err.contains("certificate") && ran.err.contains("not trusted"), "{}", ran.err);
        assert_eq!(bench.line()["status"], "pending");
        assert_eq!(bench.sandbox.ledger().entries.len(), 0, "something was sent");
        let checked = bench.unpromo(&["shop", "check", "main"]);
        assert_eq!(checked.code, 5, "{}", checked.err);
        assert!(checked.err.contains("not trusted"), "{}", checked.err);
    }
}

#[test]
fn without_a_file_of_its_own_the_systems_store_decides() {
    let mut bench = secret(&[], "h2");
    bench.env.remove("SSL_CERT_FILE");
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert_eq!(bench.sandbox.ledger().entries.len(), 0, "something was sent");
}

#[test]
fn a_server_that_is_spoken_to_in_plain_text_gets_no_answer_of_ours() {
    // A shop whose address says https, and a server that does not speak it.
    let mut bench = Bench::new(&[]);
    bench.trust(&Trust::new(&["127.0.0.1"], &[]).authority);
    bench.make_ready();
    let file = bench.home().join("shops.toml");
    let text = fs::read_to_string(&file).expect("the shop file").replace("http://", "https://");
    fs::write(&file, text).expect("written");
    let ran = bench.run(&[]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert_eq!(bench.line()["status"], "pending");
}

/// Runs one row against a server of frames: exit code, status, attempts, and how many submissions it took.
fn against(turns: Vec<Turn>) -> (i32, String, u64, usize) {
    let trust = Trust::new(&["127.0.0.1"], &["h2"]);
    let front = Front::start(trust.server, turns);
    let mut bench = Bench::new(&[]);
    bench.trust(&trust.authority);
    bench.make_ready();
    front.takes_over(&bench);
    let ran = bench.run(&[]);
    let line = bench.line();
    let status = line["status"].as_str().expect("a status").to_owned();
    (ran.code, status, line["attempts"].as_u64().expect("a number"), front.taken())
}

#[test]
fn a_stream_that_the_server_refused_unread_is_sent_again() {
    let end = against(vec![Turn::Reset(h2::Reason::REFUSED_STREAM), Turn::Take]);
    assert_eq!(end, (0, "submitted".to_owned(), 2, 1));
    let end = against(vec![Turn::Reset(h2::Reason::REFUSED_STREAM); 4]);
    assert_eq!(end, (5, "pending".to_owned(), 4, 0));
}

#[test]
fn a_stream_that_the_server_broke_off_for_any_other_reason_is_in_doubt() {
    for reason in [h2::Reason::INTERNAL_ERROR, h2::Reason::CANCEL, h2::Reason::NO_ERROR, h2::Reason::ENHANCE_YOUR_CALM]
    {
        let end = against(vec![Turn::Reset(reason), Turn::Take]);
        assert_eq!(end, (4, "in_doubt".to_owned(), 1, 0), "{reason:?}");
    }
}

#[test]
fn a_goodbye_that_names_an_earlier_stream_proves_that_ours_was_not_looked_at() {
    let end = against(vec![Turn::Goodbye { last: 0 }, Turn::Take]);
    assert_eq!(end, (0, "submitted".to_owned(), 2, 1));
    // One that names ours does not.
    let end = against(vec![Turn::Goodbye { last: 1 }, Turn::Take]);
    assert_eq!(end, (4, "in_doubt".to_owned(), 1, 0));
}
