//! A text file as UTF-8 with plain line ends, watched for quotes that never close.

use std::fmt;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

/// How much is read at a time.
const CHUNK: usize = 64 << 10;
/// The longest record. Excel's longest row would be longer, but nobody keeps such a row; a quote
/// that was opened and never closed makes one.
const LONGEST_RECORD: usize = 4 << 20;

/// What is wrong with the text of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextFault {
    /// A quote opened on this line never closes.
    OpenQuote(u64),
    /// The record that begins on this line does not end.
    LongRecord(u64),
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenQuote(line) => write!(f, "a quote opened on line {line} never closes"),
            Self::LongRecord(line) => write!(f, "the record on line {line} is too long"),
        }
    }
}

impl std::error::Error for TextFault {}

/// Where in a record the text stands. The same rules as the CSV reader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    FieldStart,
    Field,
    Quotes,
    /// After a quote inside quotes: the end of them, or half of a doubled one.
    Quote,
}

/// Decodes, makes every line end a line feed, and ends the last line.
pub(super) struct TextStream<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
    delimiter: u8,
    inside: Inside,
    after_return: bool,
    line: u64,
    quote_line: u64,
    record_line: u64,
    record: usize,
}

impl<R: Read> TextStream<R> {
    pub(super) fn new(source: R, decoder: Decoder, delimiter: u8) -> Self {
        Self {
            source,
            decoder,
            raw: vec![0; CHUNK],
            decoded: vec![0; CHUNK],
            ready: Vec::with_capacity(CHUNK),
            given: 0,
            ended: false,
            delimiter,
            inside: Inside::FieldStart,
            after_return: false,
            line: 1,
            quote_line: 1,
            record_line: 1,
            record: 0,
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
                self.watch(written)?;
                if result == CoderResult::InputEmpty {
                    break;
                }
            }
            if self.ended {
                self.end()?;
            }
        }
        Ok(())
    }

    /// Passes decoded bytes on, one line end for each line, and keeps track of quotes.
    fn watch(&mut self, written: usize) -> io::Result<()> {
        let start = self.ready.len();
        self.pass_on(written);
        let has_quotes = matches!(self.inside, Inside::Quotes | Inside::Quote) || self.ready[start..].contains(&b'"');
        if has_quotes {
            for at in start..self.ready.len() {
                self.step(self.ready[at]);
            }
        } else {
            self.stride(start);
        }
        if self.record > LONGEST_RECORD {
            return Err(io::Error::other(match self.inside {
                Inside::Quotes => TextFault::OpenQuote(self.quote_line),
                _ => TextFault::LongRecord(self.record_line),
            }));
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
            let Some(end) = rest.iter().position(|byte| *byte == b'\r') else {
                self.ready.extend_from_slice(rest);
                return;
            };
            self.ready.extend_from_slice(&rest[..end]);
            self.ready.push(b'\n');
            self.after_return = true;
            rest = &rest[end + 1..];
        }
    }

    /// What many [steps](Self::step) would come to where there are no quotes.
    fn stride(&mut self, start: usize) {
        let piece = &self.ready[start..];
        let Some(last) = piece.last() else {
            return;
        };
        self.line += piece.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.record = match piece.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => {
                self.record_line = self.line;
                piece.len() - end - 1
            }
            None => self.record + piece.len(),
        };
        let is_start = *last == b'\n' || *last == self.delimiter;
        self.inside = if is_start { Inside::FieldStart } else { Inside::Field };
    }

    fn step(&mut self, byte: u8) {
        self.record += 1;
        self.inside = match (self.inside, byte) {
            (Inside::FieldStart, b'"') => {
                self.quote_line = self.line;
                Inside::Quotes
            }
            (Inside::Quotes, b'"') => Inside::Quote,
            (Inside::Quotes, _) | (Inside::Quote, b'"') => Inside::Quotes,
            (_, b'\n') => {
                self.record = 0;
                self.record_line = self.line + 1;
                Inside::FieldStart
            }
            (_, byte) if byte == self.delimiter => Inside::FieldStart,
            _ => Inside::Field,
        };
        self.line += u64::from(byte == b'\n');
    }

    fn end(&mut self) -> io::Result<()> {
        if self.inside == Inside::Quotes {
            return Err(io::Error::other(TextFault::OpenQuote(self.quote_line)));
        }
        if self.record > 0 {
            self.ready.push(b'\n');
        }
        Ok(())
    }
}

impl<R: Read> Read for TextStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.fill()?;
        }
        let rest = &self.ready[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{TextFault, TextStream};
    use encoding_rs::{GB18030, UTF_8};
    use proptest::prelude::*;
    use std::io::Read as _;

    fn read(text: &[u8]) -> Result<String, TextFault> {
        let mut read = String::new();
        let mut stream = TextStream::new(text, UTF_8.new_decoder_without_bom_handling(), b',');
        match stream.read_to_string(&mut read) {
            Ok(_) => Ok(read),
            Err(fault) => Err(*fault.get_ref().and_then(|fault| fault.downcast_ref()).expect("a fault of the text")),
        }
    }

    #[test]
    fn every_line_ends_with_one_line_feed() {
        assert_eq!(read(b"a\r\nb\rc\nd").as_deref(), Ok("a\nb\nc\nd\n"));
        assert_eq!(read(b"a\n\r\n\r\rb\n").as_deref(), Ok("a\n\n\n\nb\n"));
        assert_eq!(read(b"").as_deref(), Ok(""));
    }

    #[test]
    fn a_quote_that_never_closes_is_told_with_its_line() {
        assert_eq!(read(b"a,b\nc,\"d\ne,f\n"), Err(TextFault::OpenQuote(2)));
        assert_eq!(read(b"a,\"b\"\"\"\nc,d\"\n").as_deref(), Ok("a,\"b\"\"\"\nc,d\"\n"));
        let endless = [b"a\nb,\"".to_vec(), vec![b'x'; 5 << 20]].concat();
        assert_eq!(read(&endless), Err(TextFault::OpenQuote(2)));
        let endless = [b"a\nb,".to_vec(), vec![b'x'; 5 << 20]].concat();
        assert_eq!(read(&endless), Err(TextFault::LongRecord(2)));
    }

    #[test]
    fn quotes_are_followed_from_one_piece_into_the_next() {
        let pad = "x,y\r\n".repeat(super::CHUNK / 5);
        for shift in 0..6 {
            let text = format!("{}{pad}\"a\r\n{pad}\"\"b\"\r\nc,\"d", "z".repeat(shift));
            let line = 2 * u64::try_from(super::CHUNK / 5).expect("small") + 3;
            assert_eq!(read(text.as_bytes()), Err(TextFault::OpenQuote(line)));
            let closed = format!("{text}\"\r\n");
            assert_eq!(read(closed.as_bytes()), Ok(closed.replace("\r\n", "\n")));
        }
    }

    #[test]
    fn decoding_goes_on_across_pieces() {
        let text = "活动名称\n".repeat(40_000);
        let raw = GB18030.encode(&text).0;
        let mut read = String::new();
        let decoder = GB18030.new_decoder_without_bom_handling();
        TextStream::new(&raw[..], decoder, b',').read_to_string(&mut read).expect("text");
        assert_eq!(read, text);
    }

    proptest! {
        /// What is said to be an open quote is just what the CSV reader runs into the end with.
        #[test]
        fn quotes_are_counted_as_the_csv_reader_counts_them(text in "[a,\"\n]{0,24}") {
            let marked = format!("{text}\nEND\n");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(marked.as_bytes());
            let last = reader.records().filter_map(Result::ok).last().expect("a record");
            prop_assert_eq!(read(text.as_bytes()).is_ok(), last == vec!["END"]);
        }
    }
}
