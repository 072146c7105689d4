//! As much of DER as keys and certificates need: lengths are checked, nothing is allocated, nothing panics.

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]` of a certificate: its version.
pub(super) const VERSION: u8 = 0xa0;

impl<'a> Reader<'a> {
    pub const fn new(der: &'a [u8]) -> Self {
        Self(der)
    }

    /// Whether nothing is left.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next value.
    pub fn tag(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The content of the next value, which must have this tag.
    pub fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&found, rest) = self.0.split_first()?;
        let (&short, rest) = rest.split_first()?;
        let (length, rest) = match short {
            0..=0x7f => (usize::from(short), rest),
            // One to four bytes of length: no key comes near to that.
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        if found != tag {
            return None;
        }
        self.0 = rest;
        Some(content)
    }

    /// A reader of the next value's content.
    pub fn enter(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Reader)
    }

    /// The next integer without its leading zeros; `None` for a negative one.
    pub fn natural(&mut self) -> Option<&'a [u8]> {
        let bytes = self.take(INTEGER)?;
        if bytes.first()? & 0x80 != 0 {
            return None;
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.get(zeros..)
    }
}

#[cfg(test)]
mod tests {
    use super::{INTEGER, Reader, SEQUENCE};
    use proptest::prelude::*;

    #[test]
    fn values_come_one_after_another() {
        let mut outer = Reader::new(&[0x30, 0x81, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x00]);
        let mut inner = outer.enter(SEQUENCE).expect("a sequence");
        assert_eq!(inner.natural(), Some(&[5][..]));
        assert_eq!(inner.take(INTEGER), Some(&[0][..]));
        assert!(inner.is_empty() && outer.is_empty());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while let Some(tag) = reader.tag() {
                if reader.take(tag).is_none() { break }
            }
        }
    }
}
