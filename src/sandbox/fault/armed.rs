//! The rules in force, and how often each was met.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

use super::{Fault, parse};
use crate::error::{Error, Result};
use crate::sandbox::Call;
use crate::sandbox::platform::Ids;

/// The rules in force.
#[derive(Default)]
pub(in crate::sandbox) struct Faults {
    any: AtomicBool,
    rules: Mutex<Vec<Armed>>,
}

struct Armed {
    fault: Arc<Fault>,
    /// The requests that the rule concerned.
    seen: u64,
    /// Those that it met.
    met: u64,
}

/// A rule and its counts, for people.
#[derive(Serialize)]
pub(in crate::sandbox) struct Report {
    rule: String,
    seen: u64,
    met: u64,
}

impl Faults {
    /// These rules and no others.
    pub fn new(faults: Vec<Fault>) -> Self {
        let all = Self::default();
        all.add(faults);
        all
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rule that meets a request: the first that does. Every rule counts every request it concerns.
    pub fn meeting(&self, call: Call, ids: &Ids) -> Option<Arc<Fault>> {
        if !self.any.load(Ordering::Relaxed) {
            return None;
        }
        let mut chosen = None;
        for rule in self.rules().iter_mut().filter(|rule| rule.fault.concerns(call, ids)) {
            rule.seen += 1;
            let is_used_up = rule.fault.times.is_some_and(|times| rule.met >= times);
            if chosen.is_none() && !is_used_up && rule.fault.schedule.meets(rule.seen) {
                rule.met += 1;
                chosen = Some(Arc::clone(&rule.fault));
            }
        }
        chosen
    }

    /// Adds rules behind those in force.
    pub fn add(&self, faults: Vec<Fault>) {
        let mut rules = self.rules();
        rules.extend(faults.into_iter().map(|fault| Armed { fault: Arc::new(fault), seen: 0, met: 0 }));
        self.any.store(!rules.is_empty(), Ordering::Relaxed);
    }

    /// Takes all rules away.
    pub fn clear(&self) {
        self.rules().clear();
        self.any.store(false, Ordering::Relaxed);
    }

    /// Counts anew.
    pub fn rewind(&self) {
        for rule in self.rules().iter_mut() {
            (rule.seen, rule.met) = (0, 0);
        }
    }

    /// The rules with their counts.
    pub fn report(&self) -> Vec<Report> {
        let report = |rule: &Armed| Report { rule: rule.fault.to_string(), seen: rule.seen, met: rule.met };
        self.rules().iter().map(report).collect()
    }
}

/// Reads rules from a control request: a JSON rule, an array of them, or lines of text.
pub(in crate::sandbox) fn read(body: &[u8]) -> Result<Vec<Fault>> {
    match serde_json::from_slice(body) {
        Ok(Value::Array(rules)) => rules.iter().map(parse::json).collect(),
        Ok(rule) => Ok(vec![parse::json(&rule)?]),
        Err(_) => {
            let lines = std::str::from_utf8(body)
                .map_err(|_| Error::usage(crate::text!("规则应为 JSON 或文本", "rules should be JSON or text")))?;
            lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(parse::text).collect()
        }
    }
}
