//! What goes back over the wire.

use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::broken::Broken;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// An answer before it is put on the wire.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    content_type: HeaderValue,
    pub body: Bytes,
    more: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// JSON that is already written.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: JSON, body: body.into(), more: Vec::new() }
    }

    /// A page for a browser.
    pub fn html(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: HTML, body: body.into(), more: Vec::new() }
    }

    /// With one more header. A value that cannot stand in a header is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.more.push((name, value));
        }
        self
    }

    /// The answer with its own body.
    pub fn into_response(mut self) -> Response<Payload> {
        let body = std::mem::take(&mut self.body);
        self.with(Payload::Whole(body))
    }

    /// The head of the answer with another body.
    pub fn with(self, payload: Payload) -> Response<Payload> {
        let mut response = Response::new(payload);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.content_type);
        for (name, value) in self.more {
            headers.insert(name, value);
        }
        response
    }
}

/// A body: whole, or broken on purpose.
pub(super) enum Payload {
    /// All of it at once.
    Whole(Bytes),
    /// What a fault makes of it.
    Broken(Box<Broken>),
}

impl Body for Payload {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Broken(broken) => broken.poll(cx).map(|data| data.map(|data| data.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Broken(broken) => broken.declared().map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}
