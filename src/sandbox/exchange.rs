//! One request from its arrival to its answer.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::answer::{Answer, Payload};
use super::control;
use super::fault::{Fault, LOGIN_PAGE, Met, Reaction, When, react};
use super::ledger::{Outcome, Said, Verdict};
use super::line::Line;
use super::platform::{Done, Ids, Platform, Refusal, Seal};
use super::world::World;
use super::{Call, Id};

/// The most bytes of a request's body.
const MOST: usize = 64 * 1024;

/// A request that has been read and written into the ledger.
struct Arrival {
    seq: u64,
    call: Call,
    path: Arc<str>,
    ids: Ids,
    body: Bytes,
}

/// Answers one request, or never does.
pub(super) async fn answer(
    world: Arc<World>,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Infallible> {
    let at = world.book.clock.now();
    if request.uri().path().starts_with(control::PREFIX) {
        return Ok(control::answer(&world, &line, request).await.into_response());
    }
    let Some((platform, call)) = world.route(request.uri().path()) else {
        return Ok(stranger(&world, at, request.uri().path()).into_response());
    };
    let is_stale = line.is_stale();
    let (head, body) = request.into_parts();
    let Some(body) = read(body).await else {
        let ids = platform.read(call, &head, &[]).ids;
        let seq = world.book.arrive(at, platform.name(), call, &ids, Said::default());
        return Ok(refuse(&world, seq, platform, too_large()).into_response());
    };
    let call = platform.told(call, &body);
    let reading = platform.read(call, &head, &body);
    let said = Said { reason: reading.reason.as_deref(), request_no: reading.request_no.as_deref() };
    let seq = world.book.arrive(at, platform.name(), call, &reading.ids, said);
    if is_stale {
        let fault = Some(("stale", When::Before));
        let _ = world.book.finish(seq, Verdict { fault, ..Verdict::of(Outcome::Fault) });
        return cut(&line, false).await;
    }
    if let Some(refusal) = reading.refusal {
        let answer = refuse(&world, seq, platform, refusal);
        return Ok(platform.seal(&head.headers, answer, Seal::Good).into_response());
    }
    let ids = reading.ids;
    let fault = world.faults.meeting(call, &ids);
    if fault.is_none() && !world.gates.in_use() {
        let answer = carry_out(&world, platform, call, &ids, &body, seq, None);
        return Ok(platform.seal(&head.headers, answer, Seal::Good).into_response());
    }
    let arrival = Arrival { seq, call, path: head.uri.path().into(), ids, body };
    Ok(odd(world, line, arrival, head, fault).await)
}

/// A request that meets a fault or a gate. Once it has arrived it is carried out, even if its sender has gone.
async fn odd(
    world: Arc<World>,
    line: Arc<Line>,
    arrival: Arrival,
    head: Parts,
    fault: Option<Arc<Fault>>,
) -> Response<Payload> {
    let (call, path, ids) = (arrival.call, Arc::clone(&arrival.path), arrival.ids.clone());
    let carried = tokio::spawn(perform(Arc::clone(&world), arrival, fault.clone())).await;
    let normal = carried.unwrap_or_default();
    world.gates.pass(call, When::After).await;
    let Some((platform, _)) = world.route(&path) else { return nothing().into_response() };
    let Some(fault) = fault else {
        let answer = normal.map(|answer| platform.seal(&head.headers, answer, Seal::Good));
        return answer.unwrap_or_else(nothing).into_response();
    };
    if let Some(delay) = fault.delay(When::After) {
        tokio::time::sleep(delay).await;
    }
    let met = Met { platform, call, ids: &ids, request: &head.headers };
    match react(&fault, &met, normal) {
        Reaction::Send(response) => *response,
        Reaction::SendThenStale(response, idle) => {
            match idle {
                None => line.grow_stale(),
                Some(idle) => {
                    tokio::spawn(async move {
                        tokio::time::sleep(idle).await;
                        line.cut(false);
                    });
                }
            }
            *response
        }
        Reaction::Cut { reset } => cut(&line, reset).await.unwrap_or_else(|never| match never {}),
        Reaction::Hang => pending().await,
    }
}

/// What should never be sent.
fn nothing() -> Answer {
    Answer::json(StatusCode::INTERNAL_SERVER_ERROR, "{}")
}

/// The part that goes on without its sender: waiting, the effect, the ledger.
async fn perform(world: Arc<World>, arrival: Arrival, fault: Option<Arc<Fault>>) -> Option<Answer> {
    let Arrival { seq, call, path, ids, body } = arrival;
    world.gates.pass(call, When::Before).await;
    let (platform, _) = world.route(&path)?;
    let Some(fault) = fault else {
        return Some(carry_out(&world, platform, call, &ids, &body, seq, None));
    };
    if let Some(delay) = fault.delay(When::Before) {
        tokio::time::sleep(delay).await;
    }
    let mark = (fault.kind_name(), fault.when());
    if fault.prevents(call) {
        let _ = world.book.finish(seq, Verdict { fault: Some(mark), ..Verdict::of(Outcome::Fault) });
        return None;
    }
    Some(carry_out(&world, platform, call, &ids, &body, seq, Some(mark)))
}

/// Carries a request out and writes it down, before anybody is told.
fn carry_out(
    world: &World,
    platform: &dyn Platform,
    call: Call,
    ids: &Ids,
    body: &Bytes,
    seq: u64,
    fault: Option<(&'static str, When)>,
) -> Answer {
    let Done { answer, effect, second, refusal } = platform.carry_out(call, ids, body);
    let mut verdict = Verdict { effect, second, fault, ..Verdict::of(outcome(call, refusal.as_ref())) };
    if let Some(refusal) = refusal {
        verdict.code = refusal.code;
        verdict.why = Some(refusal.words.into());
    }
    match world.book.finish(seq, verdict) {
        Ok(()) => answer,
        Err(error) => unwritten(&error),
    }
}

const fn outcome(call: Call, refusal: Option<&Refusal>) -> Outcome {
    match (refusal, call) {
        (Some(refusal), _) if refusal.improper => Outcome::Improper,
        (Some(_), _) => Outcome::Refused,
        (None, Call::Submission) => Outcome::Accepted,
        (None, _) => Outcome::Answered,
    }
}

/// Answers a request that the platform would not have.
fn refuse(world: &World, seq: u64, platform: &dyn Platform, refusal: Refusal) -> Answer {
    let answer = platform.refuse(&refusal);
    let outcome = outcome(Call::Unknown, Some(&refusal));
    let verdict = Verdict { code: refusal.code, why: Some(refusal.words.into()), ..Verdict::of(outcome) };
    match world.book.finish(seq, verdict) {
        Ok(()) => answer,
        Err(error) => unwritten(&error),
    }
}

/// A path of no platform. The login page is where a followed redirect ends: nobody should come here.
fn stranger(world: &World, at: u64, path: &str) -> Answer {
    let seq = world.book.arrive(at, "", Call::Unknown, &Ids::default(), Said::default());
    let verdict =
        Verdict { code: Id::from(404), why: Some(path.chars().take(200).collect()), ..Verdict::of(Outcome::Improper) };
    let _ = world.book.finish(seq, verdict);
    if path.starts_with("/login") {
        return Answer::html(StatusCode::OK, LOGIN_PAGE);
    }
    Answer::html(StatusCode::NOT_FOUND, "<html><body><h1>404 Not Found</h1></body></html>")
}

/// Ends the connection. The request's own future ends with it.
async fn cut(line: &Line, reset: bool) -> Result<Response<Payload>, Infallible> {
    line.cut(reset);
    pending().await
}

/// The whole body; `None` where it is too large or breaks off.
async fn read(mut body: Incoming) -> Option<Bytes> {
    if body.size_hint().upper().is_some_and(|length| length > MOST as u64) {
        return None;
    }
    if body.is_end_stream() {
        return Some(Bytes::new());
    }
    // Nearly every body arrives as one frame, which then needs no copy.
    let first = body.frame().await?.ok()?.into_data().ok()?;
    if body.is_end_stream() {
        return Some(first);
    }
    let rest = Limited::new(body, MOST).collect().await.ok()?.to_bytes();
    Some([first, rest].concat().into())
}

fn too_large() -> Refusal {
    Refusal {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: Id::from(413),
        words: "请求内容过大或不完整".to_owned(),
        improper: true,
    }
}

/// What was done could not be written down: nobody may be told that it was.
fn unwritten(error: &std::io::Error) -> Answer {
    let body = serde_json::json!({"error": format!("the sandbox's ledger cannot be written: {error}")});
    Answer::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
}
