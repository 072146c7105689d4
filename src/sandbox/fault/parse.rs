//! Rules as people write them, on a command line or as JSON.

use std::time::Duration;

use serde_json::Value;

use super::kind::About;
use super::{Details, Fault, Flaw, KINDS, Kind, RetryAfter, Schedule, Shape, When};
use crate::error::{Error, Result};
use crate::sandbox::compress::Encoding;
use crate::sandbox::platform::Seal;
use crate::sandbox::{Call, Id};
use crate::text::Text;

/// The keys that every kind takes.
const COMMON: &[&str] =
    &["nth", "every", "first", "from", "probability", "seed", "shop", "item", "target", "times", "ms"];

/// `CALL:KIND[:before|after][:key=value,…]`.
pub(super) fn text(rule: &str) -> Result<Fault> {
    let mut parts = rule.splitn(3, ':');
    let (call, kind) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let rest = parts.next().unwrap_or("");
    let (when, keys) = match rest.split_once(':').unwrap_or((rest, "")) {
        (when @ ("before" | "after"), keys) => (Some(when), keys),
        _ => (None, rest),
    };
    let mut draft = Draft::new(rule, call, kind)?;
    if let Some(when) = when {
        draft.set("when", when)?;
    }
    for pair in keys.split(',').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            draft.wrong(&crate::text!("{pair} 不是 key=value 的形式", "{pair} is not of the form key=value"))
        })?;
        draft.set(key.trim(), value.trim())?;
    }
    draft.done()
}

/// `{"call":…,"kind":…,"when":…,"nth":[…],…}`, or the textual form as a JSON string.
pub(super) fn json(rule: &Value) -> Result<Fault> {
    let members = match rule {
        Value::String(rule) => return text(rule),
        Value::Object(members) => members,
        other => return Err(wrong_rule(&other.to_string(), &crate::text!("应为对象", "expected an object"))),
    };
    let word = |key: &str| members.get(key).and_then(Value::as_str).unwrap_or("");
    let mut draft = Draft::new(&rule.to_string(), word("call"), word("kind"))?;
    for (key, value) in members.iter().filter(|(key, _)| *key != "call" && *key != "kind") {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value = match value {
            Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("+"),
            other => plain(other),
        };
        draft.set(key, &value)?;
    }
    draft.done()
}

/// A rule that is being read.
struct Draft {
    fault: Fault,
    about: &'static About,
    probability: Option<f64>,
    seed: u64,
}

impl Draft {
    fn new(rule: &str, call: &str, kind: &str) -> Result<Self> {
        let call = match call {
            "any" => None,
            name => Some(Call::from_name(name).ok_or_else(|| {
                wrong_rule(
                    rule,
                    &crate::text!(
                        "调用 {name:?} 应为 lookup、submission、login 或 any",
                        "the call {name:?} should be lookup, submission, login or any"
                    ),
                )
            })?),
        };
        let (name, when, status) = spelled_together(kind);
        let about = KINDS.iter().find(|about| about.name == name).ok_or_else(|| unknown_kind(rule, kind))?;
        let details = Details { status, ..Details::default() };
        let delay = Duration::from_millis(if about.kind == Kind::Slow { 1000 } else { 0 });
        let fault = Fault {
            text: rule.to_owned(),
            call,
            kind: about.kind,
            when,
            schedule: Schedule::Always,
            shop: None,
            item: None,
            target: None,
            times: None,
            delay,
            details,
        };
        Ok(Self { fault, about, probability: None, seed: 1 })
    }

    fn wrong(&self, why: &Text) -> Error {
        wrong_rule(&self.fault.text, why)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let key = match key {
            "mall" => "shop",
            "product" => "item",
            "enroll" => "target",
            other => other,
        };
        let is_own = self.about.keys.contains(&key);
        let known = key == "when" || is_own || COMMON.contains(&key);
        let taken = known && if is_own { self.set_own(key, value) } else { self.set_common(key, value) }.is_some();
        if taken {
            return Ok(());
        }
        let (name, keys) = (self.about.name, [COMMON, self.about.keys].concat().join(", "));
        Err(self.wrong(&if known {
            crate::text!("{key} 的值 {value:?} 不对", "{key} cannot be {value:?}")
        } else {
            crate::text!("{name} 没有 {key} 这一项;可用:{keys}", "{name} takes no {key}; it takes {keys}")
        }))
    }

    /// What every kind takes. `None`: not a value of this key.
    fn set_common(&mut self, key: &str, value: &str) -> Option<()> {
        let fault = &mut self.fault;
        let count = || value.parse::<u64>().ok().filter(|count| *count > 0);
        let numbers = || value.split('+').map(|number| number.trim().parse().ok()).collect::<Option<_>>();
        let place = || match value {
            "before" => Some(When::Before),
            "after" => Some(When::After),
            _ => None,
        };
        match key {
            "when" => fault.when = place()?,
            "nth" => fault.schedule = Schedule::Nth(numbers()?),
            "every" => fault.schedule = Schedule::Every(count()?),
            "first" => fault.schedule = Schedule::First(count()?),
            "from" => fault.schedule = Schedule::From(count()?),
            "probability" => self.probability = Some(value.parse().ok().filter(|p| (0.0..=1.0).contains(p))?),
            "seed" => self.seed = value.parse().ok()?,
            "shop" => fault.shop = Some(Id::new(value)),
            "item" => fault.item = Some(Id::new(value)),
            "target" => fault.target = Some(Id::new(value)),
            "times" => fault.times = Some(count()?),
            "ms" => fault.delay = Duration::from_millis(value.parse().ok()?),
            _ => return None,
        }
        Some(())
    }

    /// What the rule's kind takes. `None`: not a value of this key.
    fn set_own(&mut self, key: &str, value: &str) -> Option<()> {
        let one_of = |first: &str, second: &str| (value == first || value == second).then_some(value == second);
        let details = &mut self.fault.details;
        match key {
            "status" => details.status = Some(value.parse().ok().filter(|status| (300..600).contains(status))?),
            "retry_after" => {
                details.retry_after = match value.strip_prefix("date:") {
                    Some(seconds) => Some(RetryAfter::DateIn(seconds.parse().ok()?)),
                    None if value == "none" => None,
                    None => Some(RetryAfter::Seconds(value.parse().ok()?)),
                }
            }
            "code" => details.code = Some(value.to_owned()),
            "words" => details.words = Some(value.to_owned()),
            "location" => details.location = Some(value.to_owned()),
            "spelling" => details.snake = one_of("camel", "snake")?,
            "as" => details.quoted = one_of("number", "string")?,
            "body" => details.page = one_of("json", "html")?,
            "framing" => details.chunked = one_of("length", "chunked")?,
            "how" => details.resets = one_of("close", "reset")?,
            "size_mb" => details.mebibytes = Some(value.parse().ok()?),
            "idle_ms" => details.idle = Some(Duration::from_millis(value.parse().ok()?)),
            "encoding" => {
                details.encoding = Some(Encoding::ALL.into_iter().find(|encoding| encoding.name() == value)?);
            }
            "seal" => details.seal = Some(Seal::ALL.into_iter().find(|(name, _)| *name == value)?.1),
            "flaw" => details.flaw = Some(Flaw::ALL.into_iter().find(|(name, _)| *name == value)?.1),
            "shape" => details.shape = Some(Shape::ALL.into_iter().find(|(name, _)| *name == value)?.1),
            _ => return None,
        }
        Some(())
    }

    fn done(mut self) -> Result<Fault> {
        if let Some(probability) = self.probability {
            if self.fault.schedule != Schedule::Always {
                return Err(self.wrong(&crate::text!(
                    "probability 不能与 nth、every、first、from 同用",
                    "probability cannot stand beside nth, every, first or from"
                )));
            }
            self.fault.schedule = Schedule::chance(probability, self.seed);
        }
        Ok(self.fault)
    }
}

/// `reset_after` is `reset` after the effect; `error502` is `error5xx` with that status.
fn spelled_together(kind: &str) -> (&str, When, Option<u16>) {
    if let Some(name) = kind.strip_suffix("_after") {
        return (name, When::After, None);
    }
    if let Some(name) = kind.strip_suffix("_before") {
        return (name, When::Before, None);
    }
    let status = kind.strip_prefix("error").and_then(|status| status.parse().ok());
    match status.filter(|status| (500..600).contains(status)) {
        Some(status) => ("error5xx", When::Before, Some(status)),
        None => (kind, When::Before, None),
    }
}

fn wrong_rule(rule: &str, why: &Text) -> Error {
    Error::usage(crate::text!("故障规则 {rule:?}:", "the fault rule {rule:?}:").then(why)).next(crate::text!(
        "写法:调用:种类[:before|after][:key=value,…],例如 submission:reset:after:every=7",
        "write CALL:KIND[:before|after][:key=value,...], such as submission:reset:after:every=7"
    ))
}

fn unknown_kind(rule: &str, kind: &str) -> Error {
    let names: Vec<&str> = KINDS.iter().map(|about| about.name).collect();
    let names = names.join(", ");
    wrong_rule(rule, &crate::text!("没有 {kind:?} 这种故障;有:{names}", "there is no kind {kind:?}; there are {names}"))
}

#[cfg(test)]
mod tests {
    use super::{Duration, Fault, Kind, RetryAfter, Schedule, When, json};
    use crate::sandbox::{Call, Id};

    fn rule(text: &str) -> Fault {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn rules_read_as_they_are_written() {
        let fault = rule("submission:throttle429:first=3,retry_after=2");
        assert_eq!((fault.call, fault.kind, fault.when), (Some(Call::Submission), Kind::Throttle429, When::Before));
        assert_eq!(fault.schedule, Schedule::First(3));
        assert_eq!(fault.details.retry_after, Some(RetryAfter::Seconds(2)));

        let fault = rule("any:reset:after:every=7,times=2,enroll=2509090813203861");
        assert_eq!((fault.call, fault.kind, fault.when), (None, Kind::Reset, When::After));
        assert_eq!((fault.schedule, fault.times), (Schedule::Every(7), Some(2)));
        assert_eq!(fault.target, Some(Id::from(2_509_090_813_203_861)));

        assert_eq!(rule("lookup:throttle429:retry_after=date:5").details.retry_after, Some(RetryAfter::DateIn(5)));
        assert_eq!(rule("lookup:hang").schedule, Schedule::Always);
        assert_eq!(rule("lookup:slow:nth=2+4").delay, Duration::from_secs(1));
        assert_eq!(rule("lookup:slow:ms=20").delay, Duration::from_millis(20));
    }

    #[test]
    fn place_and_status_may_be_part_of_the_kind() {
        assert_eq!(rule("submission:reset_after").when, When::After);
        assert_eq!(rule("submission:reset_before").when, When::Before);
        assert_eq!(rule("submission:error502").details.status, Some(502));
    }

    #[test]
    fn json_says_the_same() {
        let value = serde_json::json!({"call": "submission", "kind": "expired40001", "when": "after",
            "nth": [3, 5], "as": "string", "spelling": "snake", "mall": "634418224869329"});
        let fault = json(&value).expect("a rule");
        let mut same = rule("submission:expired40001:after:nth=3+5,as=string,spelling=snake,shop=634418224869329");
        same.text.clone_from(&fault.text);
        assert_eq!(fault, same);
        assert!(json(&serde_json::json!("lookup:hang")).is_ok());
    }

    #[test]
    fn wrong_rules_say_what_is_possible() {
        for (text, hint) in [
            ("", "lookup, submission, login or any"),
            ("submit:reset", "lookup, submission, login or any"),
            ("submission:explode", "throttle429, code4000004"),
            ("submission", "throttle429, code4000004"),
            ("submission:reset:later", "later"),
            ("submission:reset:retry_after=2", "takes no retry_after"),
            ("submission:reset:every=0", "every cannot be"),
            ("submission:reset:nth=one", "nth cannot be"),
            ("lookup:reset:probability=1.5", "probability cannot be"),
            ("lookup:reset:probability=0.5,first=2", "beside"),
            ("lookup:wrong_types:shape=round", "shape cannot be"),
            ("lookup:refused:seal=broken", "seal cannot be"),
            ("lookup:refused:status=99", "status cannot be"),
        ] {
            let error = text.parse::<Fault>().expect_err(text);
            assert!(error.what.en.contains(hint), "{text}: {}", error.what.en);
            assert!(!error.what.zh.is_empty());
        }
    }
}
