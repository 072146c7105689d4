//! The faults that any platform can have, and what comes of each. Where one means something else on a
//! platform, its subject says so.

use unpromo::sandbox::Call;

use crate::subject::Comes::{self, Fine, Moved, Paused, Silent, Throttled, TooLong, Unclear};
use crate::subject::Subject;
use crate::table::Case;

/// Answers that prove nothing: the kind and its keys.
const UNCLEAR: [(&str, &str); 19] = [
    ("error500", ""),
    ("error502", ""),
    ("error502", "body=html"),
    ("error503", ""),
    ("error504", "body=html"),
    ("garbage", ""),
    ("truncated", ""),
    ("truncated", "framing=chunked"),
    ("endless", ""),
    ("bomb", ""),
    ("wrong_types", "shape=result"),
    ("wrong_types", "shape=list"),
    ("wrong_types", "shape=id"),
    ("wrong_types", "shape=success"),
    ("wrong_types", "shape=top"),
    ("wrong_types", "shape=null"),
    ("wrong_types", "shape=empty"),
    ("reset", ""),
    ("close", ""),
];

const SHORT: &[&str] = &["--timeout", "300ms"];

/// Every case of a call for an operation.
pub fn cases(subject: &Subject, call: Call) -> Vec<Case> {
    let one = |kind: &'static str, keys: &str, comes: Comes| Case::new(call, kind, keys, comes);
    let mut cases = Vec::new();
    for (kind, keys) in [("forbidden403", ""), ("http401", ""), ("redirect", ""), ("redirect", "status=307")] {
        cases.push(one(kind, keys, Paused));
    }
    cases.push(one("login_html", "", Paused));
    // Where it goes says nothing, so neither does the answer.
    cases.push(one("redirect", "location=/done", Moved));
    cases.push(one("redirect", "status=303,location=/done", Moved).after());
    cases.push(one("throttle429", "", Throttled));
    cases.push(one("throttle429", "", Throttled).first(1));
    cases.push(one("throttle429", "", Throttled).first(7));
    for wait in ["0", "1", "date:2"] {
        cases.push(one("throttle429", &format!("retry_after={wait}"), Throttled).first(1));
    }
    for wait in ["3600", "date:3600"] {
        cases.push(one("throttle429", &format!("retry_after={wait}"), TooLong));
    }
    for (kind, keys) in UNCLEAR {
        let comes = if ["reset", "close"].contains(&kind) { Silent } else { Unclear };
        cases.extend(doubtful(&one(kind, keys, comes), subject));
    }
    cases.extend(doubtful(&one("hang", "", Silent).args(SHORT), subject));
    cases.push(one("slow", "ms=100", Fine));
    cases.push(one("slow", "ms=900", Silent).first(1).after().args(SHORT));
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        cases.push(one("compressed", &format!("encoding={encoding}"), Fine));
    }
    cases
}

/// One that proves nothing: for good and once, before the effect and after it.
fn doubtful(case: &Case, subject: &Subject) -> Vec<Case> {
    let mut cases = vec![case.clone(), case.clone().first(1)];
    match case.call {
        Call::Lookup => cases.extend([case.clone().first(3), case.clone().after()]),
        _ => cases.push(case.clone().after()),
    }
    if case.call == Call::Submission && subject.promises().repeats {
        cases.push(case.clone().first(3).after());
    }
    cases
}
