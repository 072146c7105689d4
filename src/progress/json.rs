//! Events as JSON lines on standard output, for programs.
//!
//! One object a line. Every line has `event` and `at` (RFC 3339, UTC). Names are stable; new keys may come.
//! Ids are strings, rows and counts whole numbers, rates requests a second, spans seconds.
//!
//! | `event` | further keys |
//! | --- | --- |
//! | `job_started` | `job` number, `mode` `dry_run`, `live` or `look_up`, `sandbox`, `operation`, `shops` list of `{name, rate}` (`rate` null: no limit), `rows`, `resumed` |
//! | `sheet_note` | `kind` `hidden_rows`, `hidden_columns`, `struck_text`, `hidden_worksheet`, `unreadable_worksheet` or `other_format`, `count`, `text` |
//! | `phase_started` | `phase` `plan`, `submit`, `settle` or `verify`, `total` |
//! | `advanced` | `phase`, `done`, `total`; at most ten a second |
//! | `outcome` | `row`, `shop`, `item`, `target` (null: none), `name`, `before` (null: none), `status`, `detail` (null: the status says all) |
//! | `waiting` | `shop`, `why`, `seconds`, `until` (RFC 3339) |
//! | `account_busy` | `shop`, `pid` and `job` of the process that works for its account (null: not known), `why` |
//! | `account_free` | `shop` |
//! | `rate_changed` | `shop`, `rate` |
//! | `retrying` | `shop`, `id`, `why` |
//! | `lane_stopped` | `shop`, `why` |
//! | `stopping` | `in_flight` |
//! | `phase_ended` | `phase`, `done`, `total` |
//! | `job_ended` | `job`, `total`, `counts` (an object of status and number) |
//! | `summary` | `job`, `mode`, `sandbox`, `total`, `counts`, `seconds`, `result` (a path, null: none), `result_note` (why it is not at its usual place, null: it is), `exit_code`, `advice` (a list of sentences) |
//! | `error` | `kind` `internal`, `usage`, `credentials`, `incomplete`, `unreachable` or `interrupted`, `exit_code`, `what`, `next` (null: none) |
//!
//! Sentences are in the language of the screen. Characters that would act on a terminal are escaped.

use std::io::{BufWriter, Write};

use serde_json::{Map, Value, json};

use super::Reader;
use super::board::Board;
use super::moment::Moment;
use crate::error::{Error, Kind};
use crate::job::Event;
use crate::model::Tally;
use crate::plain::is_unseen;
use crate::screen::SummaryView;
use crate::text::{Lang, Text};

/// Writes one JSON object a line.
pub(super) struct JsonLines {
    out: BufWriter<Box<dyn Write + Send>>,
    lang: Lang,
    board: Board,
    /// Whether the phase has advanced since it was last told.
    advanced: bool,
    /// Whether nobody reads any more: the job goes on all the same.
    closed: bool,
}

impl JsonLines {
    pub(super) fn new(out: Box<dyn Write + Send>, lang: Lang) -> Self {
        let out = BufWriter::with_capacity(64 * 1024, out);
        Self { out, lang, board: Board::default(), advanced: false, closed: false }
    }

    fn line(&mut self, event: &str, now: &Moment, rest: Value) {
        if self.closed {
            return;
        }
        let mut object = Map::new();
        object.insert("event".to_owned(), event.into());
        object.insert("at".to_owned(), rfc3339(now).into());
        if let Value::Object(rest) = rest {
            object.extend(rest);
        }
        let line = harmless(&Value::Object(object).to_string());
        self.closed = writeln!(self.out, "{line}").is_err();
    }

    fn flush(&mut self) {
        self.closed |= self.out.flush().is_err();
    }

    /// How far the phase is, if it moved.
    fn tell_advance(&mut self, now: &Moment) {
        if std::mem::take(&mut self.advanced)
            && let Some(work) = &self.board.phase
        {
            let rest = json!({"phase": work.phase.code(), "done": work.done, "total": work.total});
            self.line("advanced", now, rest);
        }
    }

    fn say<'a>(&self, text: &'a Text) -> &'a str {
        text.say(self.lang)
    }
}

impl Reader for JsonLines {
    fn on(&mut self, event: &Event, now: &Moment) {
        if matches!(event, Event::PhaseStarted { .. } | Event::PhaseEnded { .. } | Event::JobEnded { .. }) {
            self.tell_advance(now);
        }
        if let Event::Advanced { .. } = event {
            self.advanced = true;
        } else if let Some((name, rest)) = described(event, self, now) {
            self.line(name, now, rest);
        }
        self.board.on(event, now);
    }

    fn tick(&mut self, now: &Moment) {
        self.tell_advance(now);
        self.flush();
    }

    fn pause(&mut self, now: &Moment) {
        self.tick(now);
    }

    fn resume(&mut self, _now: &Moment) {}

    fn finish(&mut self, now: &Moment) {
        self.tick(now);
    }

    fn summary(&mut self, view: &SummaryView, now: &Moment) -> bool {
        let advice: Vec<&str> = view.advice.iter().map(|text| self.say(text)).collect();
        let rest = json!({
            "job": view.job,
            "mode": view.mode.code(),
            "sandbox": view.sandbox,
            "total": view.tally.total(),
            "counts": counts(view.tally),
            "seconds": seconds(view.took),
            "result": view.result.map(|path| path.display().to_string()),
            "result_note": view.result_note.as_ref().map(|note| self.say(note)),
            "exit_code": view.exit_code,
            "advice": advice,
        });
        self.line("summary", now, rest);
        self.flush();
        true
    }

    fn error(&mut self, error: &Error, now: &Moment) {
        let rest = json!({
            "kind": kind(error.kind),
            "exit_code": error.kind.exit_code(),
            "what": self.say(&error.what),
            "next": error.next.as_ref().map(|next| self.say(next)),
        });
        self.line("error", now, rest);
        self.flush();
    }
}

/// The name and keys of an event; none for what is told at the next tick.
fn described(event: &Event, lines: &JsonLines, now: &Moment) -> Option<(&'static str, Value)> {
    Some(match event {
        Event::JobStarted { job, mode, sandbox, operation, shops, rows, resumed } => {
            let shops: Vec<Value> = shops.iter().map(|(name, rate)| json!({"name": name, "rate": rate})).collect();
            let rest = json!({
                "job": job, "mode": mode.code(), "sandbox": sandbox, "operation": operation,
                "shops": shops, "rows": rows, "resumed": resumed,
            });
            ("job_started", rest)
        }
        Event::SheetNote { kind, count, text } => {
            ("sheet_note", json!({"kind": kind, "count": count, "text": lines.say(text)}))
        }
        Event::PhaseStarted { phase, total } => ("phase_started", json!({"phase": phase.code(), "total": total})),
        Event::Advanced { .. } => return None,
        Event::Outcome { row, shop, item, target, name, before, status, detail } => {
            let rest = json!({
                "row": row, "shop": shop, "item": item, "target": target, "name": name,
                "before": before.map(crate::model::Status::code), "status": status.code(),
                "detail": detail.as_ref().map(|detail| lines.say(detail)),
            });
            ("outcome", rest)
        }
        Event::Waiting { shop, why, wait } => {
            let until = rfc3339(&now.later(*wait));
            ("waiting", json!({"shop": shop, "why": lines.say(why), "seconds": seconds(*wait), "until": until}))
        }
        Event::AccountBusy { shop, pid, job, why } => {
            ("account_busy", json!({"shop": shop, "pid": pid, "job": job, "why": lines.say(why)}))
        }
        Event::AccountFree { shop } => ("account_free", json!({"shop": shop})),
        Event::RateChanged { shop, per_second } => ("rate_changed", json!({"shop": shop, "rate": per_second})),
        Event::Retrying { shop, id, why } => ("retrying", json!({"shop": shop, "id": id, "why": lines.say(why)})),
        Event::LaneStopped { shop, why } => ("lane_stopped", json!({"shop": shop, "why": lines.say(why)})),
        Event::Stopping { in_flight } => ("stopping", json!({"in_flight": in_flight})),
        Event::PhaseEnded { phase } => {
            let (done, total) = lines.board.phase.as_ref().map_or((0, 0), |work| (work.done, work.total));
            ("phase_ended", json!({"phase": phase.code(), "done": done, "total": total}))
        }
        Event::JobEnded { job, tally } => {
            ("job_ended", json!({"job": job, "total": tally.total(), "counts": counts(tally)}))
        }
    })
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Internal => "internal",
        Kind::Usage => "usage",
        Kind::Credentials => "credentials",
        Kind::Incomplete => "incomplete",
        Kind::Unreachable => "unreachable",
        Kind::Interrupted => "interrupted",
    }
}

fn counts(tally: &Tally) -> Value {
    tally.present().map(|(status, count)| (status.code().to_owned(), Value::from(count))).collect()
}

fn seconds(span: std::time::Duration) -> f64 {
    (span.as_secs_f64() * 1000.0).round() / 1000.0
}

fn rfc3339(moment: &Moment) -> String {
    moment.wall.timestamp().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Escapes what would act on a terminal. Such characters stand inside strings alone, where `\u` is right.
fn harmless(line: &str) -> String {
    if !line.chars().any(is_unseen) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len() + 32);
    let mut units = [0; 2];
    for c in line.chars() {
        if is_unseen(c) {
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}
