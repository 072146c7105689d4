//! Whether an answer says that there is more than it holds: then it is not whole, and proves nothing of what it
//! does not list.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// Objects are read to this depth: the envelope, its result, and the entries of the result's lists.
const DEPTH: u8 = 3;

/// Whether an answer says that there is more: a next page, or a total above the length of the list beside it.
pub(super) fn says_more<'de, D: Deserializer<'de>>(answer: D) -> bool {
    Level(DEPTH).deserialize(answer).is_ok_and(|seen| seen.says_more)
}

/// What a key means, however it is spelled.
#[derive(Clone, Copy)]
enum Key {
    /// `hasMore`, `has_next_page`: more follows where it is true.
    HasMore,
    /// `isLastPage`: more follows where it is false.
    IsLast,
    /// `total`, `total_count`: more than the list beside it holds.
    Total,
    /// `totalPages`: more than one.
    Pages,
    /// `next_page_token`: filled where more follows.
    Next,
    /// Anything else.
    Other,
}

impl Key {
    fn of(name: &str) -> Self {
        // No key that means anything here is longer.
        if name.len() > 16 {
            return Self::Other;
        }
        match name.replace('_', "").to_ascii_lowercase().as_str() {
            "hasmore" | "hasnext" | "hasnextpage" | "istruncated" | "truncated" => Self::HasMore,
            "islastpage" | "islast" | "isend" => Self::IsLast,
            "total" | "totalcount" | "totalnum" | "totalsize" | "totalresults" => Self::Total,
            "totalpage" | "totalpages" | "pagecount" => Self::Pages,
            "nextpagetoken" | "nextcursor" | "nexttoken" => Self::Next,
            _ => Self::Other,
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
                Ok(Key::of(name))
            }
        }
        deserializer.deserialize_identifier(Name)
    }
}

/// What a value is, as far as it matters here.
#[derive(Default)]
struct Seen {
    says_more: bool,
    /// The length of a list.
    length: Option<u64>,
    truth: Option<bool>,
    number: Option<u64>,
    is_filled: bool,
}

/// Reads a value; objects below level 0 are passed over.
#[derive(Clone, Copy)]
struct Level(u8);

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Seen, E> {
        Ok(Seen { truth: Some(truth), is_filled: truth, ..Seen::default() })
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Seen, E> {
        Ok(Seen { truth: Some(number != 0), number: Some(number), is_filled: number != 0, ..Seen::default() })
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Seen, E> {
        u64::try_from(number).map_or_else(|_| Ok(Seen::default()), |number| self.visit_u64(number))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Seen, E> {
        let number = text.parse().ok();
        let truth = text.parse().ok().or_else(|| number.map(|number: u64| number != 0));
        Ok(Seen { truth, number, is_filled: !text.is_empty(), ..Seen::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Seen, A::Error> {
        let (mut length, mut says_more) = (0, false);
        while let Some(entry) = list.next_element_seed(self)? {
            length += 1;
            says_more |= entry.says_more;
        }
        Ok(Seen { says_more, length: Some(length), ..Seen::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Seen, A::Error> {
        let Some(below) = self.0.checked_sub(1) else {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Seen::default());
        };
        let (mut says_more, mut total, mut longest) = (false, None, None);
        while let Some(key) = object.next_key::<Key>()? {
            let value = object.next_value_seed(Self(below))?;
            longest = longest.max(value.length);
            says_more |= value.says_more
                || match key {
                    Key::HasMore => value.truth == Some(true),
                    Key::IsLast => value.truth == Some(false),
                    Key::Pages => value.number.is_some_and(|pages| pages > 1),
                    Key::Next => value.is_filled,
                    Key::Total => {
                        total = total.max(value.number);
                        false
                    }
                    Key::Other => false,
                };
        }
        says_more |= total.zip(longest).is_some_and(|(total, longest)| total > longest);
        Ok(Seen { says_more, ..Seen::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::says_more;

    fn told(body: &str) -> bool {
        let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
        let told = says_more(&mut serde_json::Deserializer::from_str(body));
        assert_eq!(told, says_more(&value), "{body}");
        told
    }

    #[test]
    fn a_page_that_is_followed_by_another_is_not_whole() {
        for body in [
            r#"{"hasMore":true}"#,
            r#"{"result":{"has_next_page":"true","list":[]}}"#,
            r#"{"result":{"isLastPage":false}}"#,
            r#"{"result":{"activityList":[{"hasMore":1,"list":[]}]}}"#,
            r#"{"result":{"total":2,"activityList":[{}]}}"#,
            r#"{"result":{"activityList":[{"total_count":"3","list":[{},{}]}]}}"#,
            r#"{"result":{"totalPages":2}}"#,
            r#"{"next_page_token":"abc"}"#,
        ] {
            assert!(told(body), "{body}");
        }
    }

    #[test]
    fn the_last_page_is_whole() {
        for body in [
            r#"{"hasMore":false,"isLastPage":true,"totalPages":1,"next_page_token":"","nextCursor":null}"#,
            r#"{"total":1,"list":[{}]}"#,
            r#"{"total":7}"#,
            // What an entry's own parts count is none of the list's business.
            r#"{"result":{"activityList":[{"list":[{"total":9,"sessions":[],"hasMore":true}]}]}}"#,
            r#"{"hasMore":null,"total":-1,"list":[],"x":1.5}"#,
            "[]",
            "null",
        ] {
            assert!(!told(body), "{body}");
        }
    }
}
