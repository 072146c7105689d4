//! The control paths under `/_sandbox/`: the ledger, faults, holding and waiting.

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::Call;
use super::answer::Answer;
use super::fault::{self, When};
use super::ledger::{Entry, Milestone, Outcome};
use super::line::Line;
use super::server::Order;
use super::wechat::Login;
use super::world::World;
use std::sync::Arc;

/// What all control paths begin with.
pub(super) const PREFIX: &str = "/_sandbox/";

/// The most bytes of rules.
const MOST: usize = 1024 * 1024;

/// A refusal of a control request, in plain words.
type Refused = (StatusCode, String);

/// Answers a control request.
pub(super) async fn answer(world: &World, line: &Arc<Line>, request: Request<Incoming>) -> Answer {
    route(world, line, request)
        .await
        .unwrap_or_else(|(status, words)| Answer::json(status, json!({"ok": false, "error": words}).to_string()))
}

async fn route(world: &World, line: &Arc<Line>, request: Request<Incoming>) -> Result<Answer, Refused> {
    let (head, body) = request.into_parts();
    let query = Query(head.uri.query().unwrap_or(""));
    let name = head.uri.path().strip_prefix(PREFIX).unwrap_or("");
    match (head.method, name) {
        (Method::GET, "health") => Ok(health(world)),
        (Method::GET, "ledger") => ledger(world, query),
        (Method::GET, "wechat-pay") => Ok(wechat_login(query)?),
        (Method::GET, "arrivals") => arrivals(world, query),
        (Method::GET, "wait") => wait(world, query).await,
        (Method::GET, "faults") => Ok(written(&world.faults.report())),
        (Method::DELETE, "faults") => {
            world.faults.clear();
            Ok(fine())
        }
        (method @ (Method::POST | Method::PUT), "faults") => {
            let body = Limited::new(body, MOST).collect().await.map_err(|error| bad(error.to_string()))?;
            let rules = fault::read(&body.to_bytes()).map_err(|error| bad(error.to_string()))?;
            if method == Method::PUT {
                world.faults.clear();
            }
            world.faults.add(rules);
            Ok(written(&world.faults.report()))
        }
        (Method::POST, "reset") => {
            world.reset().map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
            Ok(fine())
        }
        (Method::POST, "hold") => {
            let when = if query.get("when") == Some("before") { When::Before } else { When::After };
            world.gates.close(query.call()?, when);
            Ok(fine())
        }
        (Method::POST, "release") => {
            world.gates.open(query.call()?, query.number("count")?);
            Ok(fine())
        }
        (Method::POST, "listen") => listen(world, line, query),
        _ => Err((StatusCode::NOT_FOUND, PATHS.to_owned())),
    }
}

const PATHS: &str = "GET health, wechat-pay[?number=N], ledger[?kind=K&outcome=O&format=array], arrivals[?kind=K], faults, \
    wait?kind=K|effects&count=N[&state=finished|held][&timeout_ms=N]; POST or PUT faults, POST reset, \
    hold?call=K[&when=before], release?call=K[&count=N], listen?off_for_ms=N[&connections=keep]; DELETE faults";

/// A made-up login at WeChat Pay, with its keys: so that a shop can be added for this sandbox.
fn wechat_login(query: Query<'_>) -> Result<Answer, Refused> {
    let number = query.number("number")?.and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
    let login = Login::of(number);
    Ok(written(&json!({
        "mchid": login.mchid,
        "serial_no": login.serial_no,
        "private_key": login.private_key,
        "public_key_id": login.public_key_id,
        "public_key": login.public_key,
        "certificate": login.certificate,
    })))
}

fn health(world: &World) -> Answer {
    let requests: u64 = Call::ALL.iter().map(|call| world.book.count(Milestone::Arrived(*call))).sum();
    let effects = world.book.count(Milestone::Effects);
    written(&json!({"ok": true, "pid": std::process::id(), "requests": requests, "effects": effects}))
}

/// The requests, one JSON line each (or one array).
fn ledger(world: &World, query: Query<'_>) -> Result<Answer, Refused> {
    let kind = query.get("kind").map(|_| query.call()).transpose()?;
    let outcome = query.get("outcome");
    let as_array = query.get("format") == Some("array");
    let wanted = |entry: &&Entry| {
        kind.is_none_or(|kind| entry.kind == kind) && outcome.is_none_or(|outcome| name_of(entry.outcome) == outcome)
    };
    let body = world.book.look(|entries| {
        let wanted: Vec<&Entry> = entries.iter().filter(wanted).collect();
        if as_array {
            return serde_json::to_vec(&wanted);
        }
        let mut lines = Vec::with_capacity(wanted.len() * 256);
        for entry in wanted {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        Ok(lines)
    });
    let body = body.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Answer::json(StatusCode::OK, body))
}

fn name_of(outcome: Outcome) -> String {
    json!(outcome).as_str().unwrap_or("").to_owned()
}

/// When the requests of each shop arrived, in ns since the ledger began.
fn arrivals(world: &World, query: Query<'_>) -> Result<Answer, Refused> {
    let kind = query.get("kind").map(|_| query.call()).transpose()?;
    let mut ledger = world.book.copy();
    ledger.entries.retain(|entry| kind.map_or(entry.kind != Call::Unknown, |kind| entry.kind == kind));
    Ok(written(&ledger.arrivals()))
}

/// Answers once so many requests have come so far.
async fn wait(world: &World, query: Query<'_>) -> Result<Answer, Refused> {
    let count = query.number("count")?.unwrap_or(1);
    let longest = Duration::from_millis(query.number("timeout_ms")?.unwrap_or(60_000));
    let is_held = query.get("state") == Some("held");
    let milestone = match (query.get("kind"), query.get("state")) {
        (Some("effects"), _) => Milestone::Effects,
        (_, Some("finished")) => Milestone::Finished(query.call()?),
        _ => Milestone::Arrived(query.call()?),
    };
    let reached = async {
        if is_held {
            let call = query.call()?;
            world.gates.held(call, count).await;
        } else {
            world.book.reached(milestone, count).await;
        }
        Ok::<(), Refused>(())
    };
    match tokio::time::timeout(longest, reached).await {
        Ok(reached) => reached.map(|()| written(&json!({"ok": true, "count": world.book.count(milestone)}))),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, format!("only {} so far", world.book.count(milestone)))),
    }
}

/// Closes the port for a while, and by default all other connections.
fn listen(world: &World, line: &Arc<Line>, query: Query<'_>) -> Result<Answer, Refused> {
    let off_for = query.number("off_for_ms")?.ok_or_else(|| bad("off_for_ms is missing".to_owned()))?;
    let keep = query.get("connections") == Some("keep");
    let spare = Arc::clone(line);
    let order = Order::StopListening { off_for: Duration::from_millis(off_for), keep, spare };
    world.orders.send(order).map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, "stopping".to_owned()))?;
    Ok(fine().header(hyper::header::CONNECTION, "close"))
}

fn written(value: &impl Serialize) -> Answer {
    Answer::json(StatusCode::OK, serde_json::to_vec(value).unwrap_or_default())
}

fn fine() -> Answer {
    Answer::json(StatusCode::OK, r#"{"ok":true}"#)
}

const fn bad(words: String) -> Refused {
    (StatusCode::BAD_REQUEST, words)
}

/// `key=value&…`; the values here need no escapes.
#[derive(Clone, Copy)]
struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    fn get(self, key: &str) -> Option<&'a str> {
        self.0.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    fn number(self, key: &str) -> Result<Option<u64>, Refused> {
        let parse = |value: &str| value.parse().map_err(|_| bad(format!("{key} is not a number: {value:?}")));
        self.get(key).map(parse).transpose()
    }

    /// The call named by `call` or `kind`.
    fn call(self) -> Result<Call, Refused> {
        let name = self.get("call").or_else(|| self.get("kind")).unwrap_or("");
        Call::from_name(name).ok_or_else(|| {
            let names = Call::ALL.map(Call::name).join(", ");
            bad(format!("call or kind should be one of {names}; it is {name:?}"))
        })
    }
}
