//! Ids are compared as what they are: `01234` and `1234` are one number.

/// An id of digits without leading zeros; any other id as it is.
#[must_use]
pub fn canonical_id(id: &str) -> &str {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return id;
    }
    match id.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}

#[cfg(test)]
mod tests {
    use super::canonical_id;

    #[test]
    fn leading_zeros_make_no_other_id() {
        for (id, canonical) in
            [("1234", "1234"), ("01234", "1234"), ("00", "0"), ("", ""), ("0a", "0a"), ("0/1", "0/1"), ("010", "10")]
        {
            assert_eq!(canonical_id(id), canonical);
        }
    }
}
