//! Bodies that a healthy server would never send.

use std::io;
use std::task::{Context, Poll};

use hyper::body::Bytes;

use super::compress::{Bomb, bomb};

/// A body that is broken on purpose.
pub(super) enum Broken {
    /// Some of what was promised, and then a cut connection.
    Truncated {
        /// What is sent.
        part: Bytes,
        /// What `content-length` promises; `None`: chunked, without the last chunk.
        declared: Option<u64>,
        /// How far it got.
        turn: Turn,
    },
    /// The start of a JSON text that goes on for ever.
    Endless {
        /// What comes first.
        start: Bytes,
        /// What follows, again and again.
        filler: Bytes,
    },
    /// A small body that expands to a huge one.
    Bomb(Bomb),
}

/// How far a truncated body got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing is sent yet.
    Part,
    /// The part waits to be flushed to the socket.
    Flush,
    /// The cut is next.
    Cut,
}

impl Broken {
    /// A body that stops short of its length, or of its last chunk.
    pub fn truncated(part: Bytes, declared: Option<u64>) -> Self {
        Self::Truncated { part, declared, turn: Turn::Part }
    }

    /// A body that never ends.
    pub fn endless() -> Self {
        let start = Bytes::from_static(br#"{"success":true,"errorCode":1000000,"errorMsg":""#);
        Self::Endless { start, filler: Bytes::from(vec![b'x'; 16 * 1024]) }
    }

    /// A gzip body of so many MiB once it is unpacked.
    pub fn bomb(mebibytes: u64) -> Self {
        Self::Bomb(bomb(mebibytes))
    }

    /// What `content-length` says, if anything.
    pub const fn declared(&self) -> Option<u64> {
        match self {
            Self::Truncated { declared, .. } => *declared,
            Self::Endless { .. } | Self::Bomb(_) => None,
        }
    }

    /// The next piece.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::Truncated { part, turn, .. } => match *turn {
                Turn::Part => {
                    *turn = Turn::Flush;
                    Poll::Ready(Some(Ok(std::mem::take(part))))
                }
                Turn::Flush => {
                    // What was sent so far is flushed only while the body has nothing more to give.
                    *turn = Turn::Cut;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Turn::Cut => Poll::Ready(Some(Err(io::Error::other("cut on purpose")))),
            },
            Self::Endless { start, filler } => {
                let next = if start.is_empty() { filler.clone() } else { std::mem::take(start) };
                Poll::Ready(Some(Ok(next)))
            }
            Self::Bomb(bomb) => Poll::Ready(bomb.next().map(Ok)),
        }
    }
}
