//! From the words of a curl command to the request it makes. Nothing is run and no file is read.

use super::lines::Command;
use super::trouble::Trouble;
use super::{CopiedRequest, CopyForm};

/// Options that take the next word, by their letter.
const LETTERS_WITH_VALUE: &str = "AbcCdDeEFHKmoPQrtTuUwxXyYz";

/// Options that take the next word and matter here.
const KNOWN: &[(&str, char)] = &[
    ("request", 'X'),
    ("header", 'H'),
    ("cookie", 'b'),
    ("user-agent", 'A'),
    ("referer", 'e'),
    ("data", 'd'),
    ("data-raw", 'd'),
    ("data-binary", 'd'),
    ("data-ascii", 'd'),
    ("data-urlencode", 'd'),
    ("url", 'L'),
    ("json", 'J'),
];

/// Options that take the next word and do not matter here.
const WITH_VALUE: &str = "\
    aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie-jar \
    crlfile curves dns-servers doh-url dump-header expect100-timeout form form-string ftp-port happy-eyeballs- \
    timeout-ms hostpubmd5 interface ipfs-gateway keepalive-time key key-type limit-rate local-port max-filesize \
    max-redirs max-time noproxy oauth2-bearer output output-dir pass pinnedpubkey postquote preproxy proto proto- \
    default proto-redir proxy proxy-cacert proxy-cert proxy-header proxy-key proxy-user quote range rate request- \
    target resolve retry retry-delay retry-max-time socks4 socks4a socks5 socks5-hostname speed-limit speed-time \
    stderr time-cond tls-max tls13-ciphers trace trace-ascii unix-socket upload-file url-query user variable \
    write-out";

/// Whether a word calls curl.
fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\', '>']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

/// The request of a command, if it is one of curl's and names an address.
///
/// # Errors
/// When the command ends before the value of an option: the copy is cut off.
pub(super) fn request(command: Command) -> Result<Option<CopiedRequest>, Trouble> {
    let mut reading = Reading { is_bash: command.escape == '\\', ..Reading::default() };
    let mut words = command.words.into_iter().skip_while(|word| !is_curl(word)).skip(1);
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            reading.long(name, &mut words);
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            reading.short(letters, &mut words);
        } else {
            reading.address(word);
        }
    }
    if reading.lacks_value {
        return Err(Trouble::CutAfter { line: command.line });
    }
    Ok(reading.finish())
}

#[expect(clippy::struct_excessive_bools, reason = "each is seen, or not, in a command on its own")]
#[derive(Default)]
struct Reading {
    url: Option<String>,
    method: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<String>,
    is_json: bool,
    /// Whether the last word is an option that takes a value.
    lacks_value: bool,
    is_bash: bool,
    /// Whether the method comes before the headers, as Firefox writes it.
    is_method_first: bool,
}

impl Reading {
    fn long(&mut self, option: &str, words: &mut impl Iterator<Item = String>) {
        let (name, joined) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter);
        let is_valued = known.is_some() || WITH_VALUE.split_ascii_whitespace().any(|known| known == name);
        let value = joined.or_else(|| if is_valued { words.next() } else { None });
        self.lacks_value |= is_valued && value.is_none();
        match (known, value) {
            (Some(letter), Some(value)) => self.option(letter, value),
            (None, _) if name == "head" => self.method = Some("HEAD".to_owned()),
            _ => {}
        }
    }

    /// One or several letters, the last of which may have its value joined or in the next word.
    fn short(&mut self, letters: &str, words: &mut impl Iterator<Item = String>) {
        for (at, letter) in letters.char_indices() {
            if letter == 'I' {
                self.method = Some("HEAD".to_owned());
            }
            if LETTERS_WITH_VALUE.contains(letter) {
                let joined = &letters[at + letter.len_utf8()..];
                let value = if joined.is_empty() { words.next() } else { Some(joined.to_owned()) };
                match value {
                    Some(value) => self.option(letter, value),
                    None => self.lacks_value = true,
                }
                return;
            }
        }
    }

    fn option(&mut self, letter: char, value: String) {
        match letter {
            'X' => {
                self.is_method_first = self.headers.is_empty();
                self.method = Some(value);
            }
            'H' => self.header(&value),
            'A' => self.headers.push(("user-agent".to_owned(), value)),
            'e' => self.headers.push(("referer".to_owned(), value)),
            // Without a `=` it names a file of cookies, which is not what a browser copies.
            'b' if value.contains('=') => self.headers.push(("cookie".to_owned(), value)),
            'L' => self.address(value),
            'J' => {
                self.is_json = true;
                self.option('d', value);
            }
            'd' => match &mut self.body {
                Some(body) => {
                    body.push('&');
                    body.push_str(&value);
                }
                None => self.body = Some(value),
            },
            _ => {}
        }
    }

    /// `name: value`; `name;` for an empty value; `name:` would take curl's own header away.
    fn header(&mut self, line: &str) {
        // A pseudo-header of HTTP/2 begins with a colon of its own.
        let name_end = line.char_indices().skip(1).find(|(_, c)| *c == ':').map(|(at, _)| at);
        match name_end {
            Some(at) => {
                let value = line[at + 1..].trim();
                if !value.is_empty() {
                    self.headers.push((line[..at].trim().to_owned(), value.to_owned()));
                }
            }
            None => {
                if let Some(name) = line.trim().strip_suffix(';') {
                    self.headers.push((name.trim().to_owned(), String::new()));
                }
            }
        }
    }

    fn address(&mut self, word: String) {
        if self.url.is_none() && is_address(&word) {
            self.url = Some(word);
        }
    }

    fn finish(mut self) -> Option<CopiedRequest> {
        if self.is_json {
            for (name, value) in [("content-type", "application/json"), ("accept", "application/json")] {
                if !self.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name)) {
                    self.headers.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        let mut url = without_glob_escapes(&self.url?);
        if self.is_bash && self.is_method_first {
            let values = self.headers.iter_mut().map(|(_, value)| value);
            values.chain([&mut url]).for_each(without_stray_carets);
        }
        let method = self.method.unwrap_or_else(|| if self.body.is_some() { "POST" } else { "GET" }.to_owned());
        Some(CopiedRequest::new(CopyForm::Command, &method, url, self.headers, self.body))
    }
}

fn is_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
}

/// Browsers escape what curl would take for a pattern in an address.
fn without_glob_escapes(url: &str) -> String {
    let mut plain = url.to_owned();
    for (escaped, bare) in [("\\[", "["), ("\\]", "]"), ("\\{", "{"), ("\\}", "}")] {
        plain = plain.replace(escaped, bare);
    }
    plain
}

/// In 2025 some versions of Firefox wrote `^` before each `&` and `|` for bash too, where it is a letter.
fn without_stray_carets(value: &mut String) {
    for sign in ['&', '|'] {
        let count = value.matches(sign).count();
        if count > 0 && count == value.matches(&format!("^{sign}")).count() {
            *value = value.replace(&format!("^{sign}"), &sign.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, CopiedRequest, Trouble, request};
    use crate::shop::Secret;

    fn read(words: &[&str]) -> Result<Option<CopiedRequest>, Trouble> {
        request(Command { words: words.iter().map(|word| (*word).to_owned()).collect(), escape: '\\', line: 3 })
    }

    fn of(words: &[&str]) -> Option<CopiedRequest> {
        read(words).expect("whole")
    }

    #[test]
    fn an_option_without_its_value_is_a_copy_that_is_cut_off() {
        for words in [&["curl", "http://a/", "-H"][..], &["curl", "http://a/", "--data-raw"], &["curl", "--url"]] {
            assert_eq!(read(words), Err(Trouble::CutAfter { line: 3 }), "{words:?}");
        }
    }

    #[test]
    fn carets_that_firefox_put_before_signs_are_taken_away() {
        let request = of(&["curl", "http://a/?b=1^&c=2", "-X", "POST", "-H", "d: 1^&2^|3", "-H", "e: 1^&2&3"]);
        let request = request.expect("a request");
        assert_eq!(request.url, "http://a/?b=1&c=2");
        assert_eq!(headers(&request), [("d", "1&2|3"), ("e", "1^&2&3")]);
        assert_eq!(of(&["curl", "http://a/?b=1^&c=2"]).expect("a request").url, "http://a/?b=1^&c=2");
    }

    fn headers(request: &CopiedRequest) -> Vec<(&str, &str)> {
        request.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect()
    }

    #[test]
    fn every_way_of_writing_an_option() {
        let request = of(&[
            "curl",
            "-sS",
            "--max-time",
            "5",
            "-HA: 1",
            "-H",
            "B:2 ",
            "--header=C: 3",
            "--header",
            "D;",
            "-H",
            "Gone:",
            "-H",
            ":authority: h",
            "-bx=1",
            "--cookie",
            "y=2",
            "-b",
            "jar.txt",
            "-A",
            "agent",
            "-XPUT",
            "--compressed",
            "--url",
            "https://example.com/\\[a\\]",
            "--data-raw",
            "body",
            "--insecure",
            "-o",
            "out",
            "-e",
            "r",
        ])
        .expect("a request");
        assert_eq!((request.method.as_str(), request.url.as_str()), ("PUT", "https://example.com/[a]"));
        assert_eq!(request.body.as_ref().map(Secret::expose), Some("body"));
        let wanted = [
            ("a", "1"),
            ("b", "2"),
            ("c", "3"),
            ("d", ""),
            (":authority", "h"),
            ("cookie", "x=1"),
            ("cookie", "y=2"),
            ("user-agent", "agent"),
            ("referer", "r"),
        ];
        assert_eq!(headers(&request), wanted);
    }

    #[test]
    fn the_method_follows_from_the_body() {
        assert_eq!(of(&["curl", "http://a/"]).expect("a request").method, "GET");
        assert_eq!(of(&["curl", "http://a/", "-d", "x"]).expect("a request").method, "POST");
        assert_eq!(of(&["curl", "http://a/", "--json", "{}"]).expect("a request").headers.len(), 2);
    }

    #[test]
    fn what_is_no_request_is_none() {
        for words in [&["jq", "."][..], &["curl"], &["curl", "-H", "a: b"], &["curl", "ftp://a/"], &[]] {
            assert_eq!(of(words), None, "{words:?}");
        }
    }
}
