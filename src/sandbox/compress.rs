//! Compressed answers, and one that expands to far more than it should.

use std::io::Write;

use flate2::{Compress, Compression, Crc, FlushCompress};
use hyper::body::Bytes;

/// An encoding of `accept-encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Encoding {
    pub const ALL: [Self; 4] = [Self::Gzip, Self::Deflate, Self::Brotli, Self::Zstd];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The body in this encoding. Brotli and zstd go out as stored blocks: valid, though no smaller.
    pub fn pack(self, body: &[u8]) -> Bytes {
        match self {
            Self::Gzip => {
                let mut packer = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
                // Writing into memory cannot fail.
                let _ = packer.write_all(body);
                packer.finish().unwrap_or_default().into()
            }
            Self::Deflate => {
                let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
                let _ = packer.write_all(body);
                packer.finish().unwrap_or_default().into()
            }
            Self::Brotli => stored_brotli(body).into(),
            Self::Zstd => stored_zstd(body).into(),
        }
    }
}

/// RFC 7932: uncompressed meta-blocks in a 64 KiB window.
fn stored_brotli(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 16);
    // The first header has the window size (one bit: 0) before ISLAST, MNIBBLES, MLEN-1, ISUNCOMPRESSED.
    let mut shift = 4;
    for block in body.chunks(1 << 16) {
        let length = u32::try_from(block.len() - 1).unwrap_or(0);
        let header = (length << shift) | (1 << (shift + 16));
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.extend_from_slice(block);
        shift = 3;
    }
    // ISLAST and ISLASTEMPTY; an empty body still needs its window bit in front.
    out.push(if body.is_empty() { 0b110 } else { 0b11 });
    out
}

/// RFC 8878: one frame of raw blocks with its size told.
fn stored_zstd(body: &[u8]) -> Vec<u8> {
    const MOST: usize = 128 * 1024;
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    out.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    let mut blocks = body.chunks(MOST).peekable();
    if blocks.peek().is_none() {
        out.extend_from_slice(&[1, 0, 0]);
    }
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        let header = (u32::try_from(block.len()).unwrap_or(0) << 3) | last;
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.extend_from_slice(block);
    }
    out
}

/// The pieces of a gzip body that repeats one block many times.
pub(super) struct Bomb {
    head: Bytes,
    block: Bytes,
    blocks: u64,
    tail: Bytes,
}

impl Iterator for Bomb {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if !self.head.is_empty() {
            return Some(std::mem::take(&mut self.head));
        }
        if self.blocks > 0 {
            self.blocks -= 1;
            return Some(self.block.clone());
        }
        (!self.tail.is_empty()).then(|| std::mem::take(&mut self.tail))
    }
}

/// A valid gzip body that unpacks to so many MiB of JSON that has not ended. It costs almost nothing to
/// make: after a full flush the same compressed block can stand any number of times.
pub(super) fn bomb(mebibytes: u64) -> Bomb {
    let start = br#"{"success":true,"errorCode":1000000,"errorMsg":""#;
    let filler = vec![b'x'; 1 << 20];
    let mut packer = Compress::new(Compression::best(), false);
    let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    head.extend(flushed(&mut packer, start));
    // The first block after a flush is the same as every later one.
    let block = flushed(&mut packer, &filler);

    let mut sum = Crc::new();
    sum.update(start);
    let mut block_sum = Crc::new();
    block_sum.update(&filler);
    for _ in 0..mebibytes {
        sum.combine(&block_sum);
    }
    let mut tail = vec![3, 0];
    tail.extend_from_slice(&sum.sum().to_le_bytes());
    tail.extend_from_slice(&sum.amount().to_le_bytes());
    Bomb { head: head.into(), block: block.into(), blocks: mebibytes, tail: tail.into() }
}

/// One piece of input as deflate blocks that end at a whole byte and refer to nothing before.
fn flushed(packer: &mut Compress, input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len() / 100 + 256);
    let before = packer.total_in();
    while let Ok(flate2::Status::Ok | flate2::Status::BufError) =
        packer.compress_vec(rest(input, packer.total_in() - before), &mut out, FlushCompress::Full)
    {
        if out.len() < out.capacity() {
            break;
        }
        out.reserve(4096);
    }
    out
}

fn rest(input: &[u8], done: u64) -> &[u8] {
    usize::try_from(done).ok().and_then(|done| input.get(done..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{bomb, flushed};
    use std::io::Read;

    #[test]
    fn a_bomb_is_valid_gzip_of_the_promised_size() {
        let packed: Vec<u8> = bomb(3).flat_map(|piece| piece.to_vec()).collect();
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).expect("valid gzip");
        assert!(packed.len() < 20_000, "{} bytes", packed.len());
        assert_eq!(unpacked.len(), 48 + (3 << 20));
        assert!(unpacked.starts_with(b"{\"success\":true"));
    }

    #[test]
    fn flushed_blocks_are_the_same_each_time() {
        let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
        let _ = flushed(&mut packer, b"start");
        let filler = vec![b'x'; 1 << 20];
        assert_eq!(flushed(&mut packer, &filler), flushed(&mut packer, &filler));
    }
}
