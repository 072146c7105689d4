//! A text file as UTF-8 with plain line ends.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder};
use memchr::memchr;

/// How much is read at a time.
const CHUNK: usize = 64 << 10;

/// Decodes, and makes every line end a line feed.
pub(super) struct TextStream<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
    after_return: bool,
}

impl<R: Read> TextStream<R> {
    pub(super) fn new(source: R, decoder: Decoder) -> Self {
        Self {
            source,
            decoder,
            raw: vec![0; CHUNK],
            decoded: vec![0; CHUNK],
            ready: Vec::with_capacity(CHUNK),
            given: 0,
            ended: false,
            after_return: false,
        }
    }

    /// Reads on until there is something to give, or the end.
    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() && !self.ended {
            let read = self.source.read(&mut self.raw)?;
            self.ended = read == 0;
            let mut taken = 0;
            loop {
                // The file was found valid before, so that nothing is replaced here.
                let (result, more, written, _) =
                    self.decoder.decode_to_utf8(&self.raw[taken..read], &mut self.decoded, self.ended);
                taken += more;
                self.pass_on(written);
                if result == CoderResult::InputEmpty {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Makes every line end of the decoded bytes a line feed.
    fn pass_on(&mut self, written: usize) {
        let mut rest = &self.decoded[..written];
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_return) && rest[0] == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let Some(end) = memchr(b'\r', rest) else {
                self.ready.extend_from_slice(rest);
                return;
            };
            self.ready.extend_from_slice(&rest[..end]);
            self.ready.push(b'\n');
            self.after_return = true;
            rest = &rest[end + 1..];
        }
    }
}

impl<R: Read> BufRead for TextStream<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given == self.ready.len() {
            self.fill()?;
        }
        Ok(&self.ready[self.given..])
    }

    fn consume(&mut self, count: usize) {
        self.given = (self.given + count).min(self.ready.len());
    }
}

impl<R: Read> Read for TextStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.fill_buf()?;
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::TextStream;
    use encoding_rs::{Encoding, GB18030, UTF_8};
    use std::io::Read as _;

    fn read(text: &[u8], encoding: &'static Encoding) -> String {
        let mut read = String::new();
        let mut stream = TextStream::new(text, encoding.new_decoder_without_bom_handling());
        stream.read_to_string(&mut read).expect("text");
        read
    }

    #[test]
    fn every_line_ends_with_one_line_feed() {
        for (text, expected) in
            [("a\r\nb\rc\nd", "a\nb\nc\nd"), ("a\n\r\n\r\rb\n", "a\n\n\n\nb\n"), ("", ""), ("\r\n\r\n", "\n\n")]
        {
            assert_eq!(read(text.as_bytes(), UTF_8), expected);
        }
    }

    #[test]
    fn line_ends_may_lie_across_the_pieces_that_are_read() {
        for pad in 0..4 {
            let text = format!("{}\r\n{}\r\n", "a".repeat(super::CHUNK - 3 + pad), "b".repeat(super::CHUNK - 2));
            assert_eq!(read(text.as_bytes(), UTF_8), text.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn decoding_goes_on_across_pieces() {
        let text = "活动名称\n".repeat(40_000);
        assert_eq!(read(&GB18030.encode(&text).0, GB18030), text);
    }
}
