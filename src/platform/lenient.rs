//! Reading an answer's parts: what is only shown openly, what is relied on strictly.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
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

/// A body that is one JSON object, and UTF-8 to its last byte: the reader alone passes over broken bytes in what it
/// skips.
pub(super) fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    let Object(value) = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
    Some(value)
}

/// A list of objects that is only shown; one that is `null` is empty.
pub(super) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    list_of_objects(deserializer).map(Option::unwrap_or_default)
}

/// A list of objects on which something hangs: one that is `null` is none, and not empty.
pub(super) fn list_of_objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let list: Option<Vec<Object<T>>> = Deserialize::deserialize(deserializer)?;
    Ok(list.map(|list| list.into_iter().map(|Object(one)| one).collect()))
}

/// A value that stands as a JSON object. A derived reader alone would take an array of its fields as well, and
/// believe an answer that nobody knows.
pub(super) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{object, objects};
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        id: u8,
        #[serde(default, deserialize_with = "objects")]
        list: Vec<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        id: u8,
    }

    #[test]
    fn fields_without_their_names_are_no_object() {
        let read = |body: &str| object::<Outer>(body.as_bytes());
        assert_eq!(read(r#"{"id":1,"list":[{"id":2}]}"#), Some(Outer { id: 1, list: vec![Inner { id: 2 }] }));
        assert_eq!(read(r#"{"id":1,"list":null}"#), Some(Outer { id: 1, list: Vec::new() }));
        for body in [r#"[1,[{"id":2}]]"#, r#"{"id":1,"list":[[2]]}"#, r#"{"id":1,"list":{"id":2}}"#, "null", "1", ""] {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(read(r#"{"id":1} {"id":1}"#), None);
    }

    #[test]
    fn broken_bytes_are_none_even_where_nothing_is_read() {
        assert_eq!(object::<Outer>(b"{\"id\":1,\"other\":\"\xff\"}"), None);
    }
}
