//! Names of things on the wire: shops, items, targets, codes. Mostly numbers, so they are kept as such.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name of a thing on the wire. A number and the same digits as text are one and the same id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    /// Not told, or not readable.
    #[default]
    Unknown,
    /// A number, written without leading zeros.
    Number(u64),
    /// Anything else.
    Text(Arc<str>),
}

impl Id {
    /// The id that a text spells; an empty one is unknown.
    #[must_use]
    pub fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self::Unknown;
        }
        match canonical(text) {
            Some(number) => Self::Number(number),
            None => Self::Text(text.into()),
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Unknown | Self::Text(_) => None,
        }
    }

    /// Whether it is known at all.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

/// The number that digits spell, if writing it gives the same digits again.
fn canonical(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, text: &str) -> bool {
        match self {
            Self::Unknown => text.is_empty(),
            Self::Number(number) => canonical(text) == Some(*number),
            Self::Text(own) => &**own == text,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown => serializer.serialize_none(),
            Self::Number(number) => serializer.collect_str(number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.map_or(Self::Unknown, |text| Self::new(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn an_id_is_what_it_spells() {
        for text in ["0", "7", "2509090813203861", "007", "18446744073709551616", "t-1/abc", "商品"] {
            assert_eq!(Id::new(text).to_string(), text);
            assert!(Id::new(text) == *text);
        }
        assert_eq!(Id::new("7"), Id::from(7));
        assert_ne!(Id::new("007"), Id::from(7));
        assert!(!Id::new("").is_known());
    }
}
