//! Reading the platform's values openly: numbers come as text too, and what is only shown may be anything.

use serde_json::{Map, Value};

pub(super) use super::super::gateway::text;

/// A whole number.
pub(super) fn number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Yes or no.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a part of a condition or action counts: where its flag says so, or is not there at all.
pub(super) fn counts(object: &Map<String, Value>, flag: &str) -> bool {
    object.get(flag).and_then(truth).unwrap_or(true)
}

/// An object within an object; an empty one where there is none.
pub(super) fn object<'a>(object: &'a Map<String, Value>, key: &str) -> &'a Map<String, Value> {
    static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    object.get(key).and_then(Value::as_object).unwrap_or(&NOTHING)
}

/// The texts of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    super::super::gateway::list(value).iter().map(|value| text(Some(value))).filter(|text| !text.is_empty()).collect()
}

/// The objects of a list.
pub(super) fn objects(value: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    super::super::gateway::list(value).iter().filter_map(Value::as_object)
}

/// Hundredths without needless zeros: 100 is `1`, 990 is `9.9`, 968 is `9.68`.
pub(super) fn hundredths(number: i64) -> String {
    decimal(number, 100)
}

/// Tenths without needless zeros: 968 is `96.8`.
pub(super) fn tenths(number: i64) -> String {
    decimal(number, 10)
}

fn decimal(number: i64, parts: u64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, part) = (number.unsigned_abs() / parts, number.unsigned_abs() % parts);
    let width = parts.ilog10() as usize;
    let text = format!("{sign}{whole}.{part:0width$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_no_needless_zeros() {
        for (fen, yuan) in [
            (100, "1"),
            (990, "9.9"),
            (5, "0.05"),
            (1000, "10"),
            (-150, "-1.5"),
            (0, "0"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(hundredths(fen), yuan);
        }
        assert_eq!(tenths(968), "96.8");
        assert_eq!(tenths(800), "80");
    }
}
