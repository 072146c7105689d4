//! One connection: its socket, and the means to cut it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// What the requests of one connection know of it.
#[derive(Default)]
pub(super) struct Line {
    task: OnceLock<AbortHandle>,
    resets: AtomicBool,
    stale: AtomicBool,
}

impl Line {
    /// Tells the line which task serves it. Comes before the task first runs.
    pub fn belongs_to(&self, task: AbortHandle) {
        let _ = self.task.set(task);
    }

    /// Ends the connection, with a reset (RST) or an ordinary end (FIN).
    pub fn cut(&self, reset: bool) {
        self.resets.store(reset, Ordering::Relaxed);
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }

    /// Marks the connection as one that ends as soon as another request comes.
    pub fn grow_stale(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Whether the next request ends the connection.
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }
}

/// A socket that ends as its [`Line`] says.
pub(super) struct Wire {
    socket: TcpStream,
    line: Arc<Line>,
}

impl Wire {
    pub const fn new(socket: TcpStream, line: Arc<Line>) -> Self {
        Self { socket, line }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.resets.load(Ordering::Relaxed) {
            // With no linger, closing a socket is a reset. A socket that is gone already needs none.
            let _ = self.socket.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
