//! Why a request failed, below what `reqwest` itself tells.

/// Whether an HTTP/2 server said that it did nothing with the request (RFC 9113, 6.8 and 8.7): it refused
/// the stream, or said goodbye naming an earlier stream as its last.
pub fn is_unprocessed(why: &h2::Error) -> bool {
    let refused = why.is_reset() && why.reason() == Some(h2::Reason::REFUSED_STREAM);
    let said_goodbye = why.is_go_away() && why.reason() == Some(h2::Reason::NO_ERROR);
    why.is_remote() && (refused || said_goodbye)
}

/// The first cause of a kind.
pub fn cause<'a, E: std::error::Error + 'static>(why: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    if let Some(wanted) = why.downcast_ref::<E>() {
        return Some(wanted);
    }
    // An I/O error's own source is the source of what it wraps, so what it wraps is looked at instead.
    match why.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(wrapped) => cause::<E>(wrapped),
        None => cause::<E>(why.source()?),
    }
}

/// The innermost cause in words. Addresses are left out: they may carry what should not be seen.
pub fn causes(why: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = why;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if std::ptr::eq(innermost, std::ptr::from_ref(why)) { plain_kind(why) } else { innermost.to_string() }
}

fn plain_kind(why: &reqwest::Error) -> String {
    let kind = if why.is_builder() {
        "the request cannot be built"
    } else if why.is_body() || why.is_decode() {
        "unreadable body"
    } else {
        "unknown fault"
    };
    kind.to_owned()
}
