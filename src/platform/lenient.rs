//! Reading what is only shown.

use serde::{Deserialize, Deserializer};

/// What is only shown may be of another type than it was: then it is not shown. What is relied on
/// (ids, names, lists) is never read like this.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Lenient<T> {
        Good(T),
        Other(serde::de::IgnoredAny),
    }
    Lenient::deserialize(deserializer).map(|value| match value {
        Lenient::Good(value) => Some(value),
        Lenient::Other(_) => None,
    })
}

/// A list that is `null` is empty.
pub(super) fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
