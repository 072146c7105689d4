//! A form-encoded body, read strictly.

/// The parameters of a request, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body. `Err` says what no careful client writes.
    pub fn read(body: &[u8]) -> Result<Self, &'static str> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&') {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let (Some(key), Some(value)) = (halves.next(), halves.next()) else { return Err("参数应为 key=value") };
            let (key, value) = (decoded(key)?, decoded(value)?);
            if key.is_empty() {
                return Err("参数名为空");
            }
            if pairs.iter().any(|(known, _)| *known == key) {
                return Err("参数重复");
            }
            pairs.push((key, value));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter; empty where there is none.
    pub fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

fn decoded(raw: &[u8]) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    return Err("% 后应有两位十六进制数");
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' | b'~' => *byte,
            _ => return Err("有未编码的字符"),
        });
    }
    String::from_utf8(bytes).map_err(|_| "内容不是 UTF-8")
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn forms_are_read_as_they_are_written_and_no_other_way() {
        let form = Form::read("a=1&b=%E5%BA%97+%26%3D%25%2B&c=".as_bytes()).expect("a form");
        assert_eq!((form.get("a"), form.get("b"), form.get("c"), form.get("d")), ("1", "店 &=%+", "", ""));
        for wrong in ["", "a", "a=1&a=2", "=1", "a=%G1", "a=%e", "a=店", "a=%ff", "a= b"] {
            assert!(Form::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
