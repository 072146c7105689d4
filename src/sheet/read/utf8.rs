//! Parts of a workbook as UTF-8. Almost all of them are; UTF-16 is allowed, and read by Excel.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

/// How much is decoded at a time.
const CHUNK: usize = 16 << 10;

/// A reader of UTF-8, whatever its source is written in.
pub(super) struct Utf8<R> {
    source: R,
    state: State,
}

enum State {
    /// Nothing was read yet.
    Start,
    /// UTF-8: the first bytes were read to find out, and are still to be given.
    Plain([u8; 2], usize),
    /// UTF-16, with what is decoded and not given yet.
    Wide(Box<Wide>),
}

struct Wide {
    decoder: Decoder,
    decoded: Vec<u8>,
    given: usize,
    has_ended: bool,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, state: State::Start }
    }

    /// Tells the encoding by the first two bytes: a mark, or the `<` that XML begins with.
    fn start(&mut self) -> io::Result<()> {
        let mut first = Vec::new();
        self.source.by_ref().take(2).read_to_end(&mut first)?;
        let encoding = match first[..] {
            [0xff, 0xfe] | [b'<', 0] => Some(UTF_16LE),
            [0xfe, 0xff] | [0, b'<'] => Some(UTF_16BE),
            _ => None,
        };
        self.state = if let Some(encoding) = encoding {
            let mut wide = Wide { decoder: encoding.new_decoder(), decoded: Vec::new(), given: 0, has_ended: false };
            wide.decode(&first)?;
            State::Wide(Box::new(wide))
        } else {
            let mut bytes = [0; 2];
            let start = bytes.len() - first.len();
            bytes[start..].copy_from_slice(&first);
            State::Plain(bytes, start)
        };
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if matches!(self.state, State::Start) {
            self.start()?;
        }
        match &mut self.state {
            State::Plain(bytes, start) if *start < bytes.len() => {
                let read = (&bytes[*start..]).read(out)?;
                *start += read;
                Ok(read)
            }
            State::Plain(..) | State::Start => self.source.read(out),
            State::Wide(wide) => wide.read(&mut self.source, out),
        }
    }
}

impl Wide {
    fn read(&mut self, source: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.decoded.len() && !self.has_ended {
            let mut chunk = [0; CHUNK];
            let read = source.read(&mut chunk)?;
            self.decode(&chunk[..read])?;
        }
        let read = (&self.decoded[self.given..]).read(out)?;
        self.given += read;
        Ok(read)
    }

    fn decode(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.has_ended = bytes.is_empty();
        let mut text = String::with_capacity(self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0));
        let (_, _, is_bad) = self.decoder.decode_to_string(bytes, &mut text, self.has_ended);
        if is_bad {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a part is not the UTF-16 that it begins as"));
        }
        // A mark inside is a character; the decoder takes the one at the beginning away.
        (self.decoded, self.given) = (text.into_bytes(), 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8;
    use std::io::Read as _;

    fn read(bytes: &[u8]) -> String {
        let mut text = String::new();
        Utf8::new(bytes).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn every_encoding_of_xml_comes_out_the_same() {
        let text = format!("<worksheet>{}</worksheet>", "限时秒杀𠮷".repeat(5000));
        let wide = |mark: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        assert_eq!(read(text.as_bytes()), text);
        for mark in ["", "\u{feff}"] {
            assert_eq!(read(&wide(mark, u16::to_le_bytes)), text);
            assert_eq!(read(&wide(mark, u16::to_be_bytes)), text);
        }
        assert_eq!((read(b""), read(b"<")), (String::new(), "<".to_owned()));
        assert!(Utf8::new(&b"<\0\0\xd8"[..]).read_to_string(&mut String::new()).is_err());
    }
}
