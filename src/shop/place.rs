//! Where an address leads: its host, and whether anybody can read along on the way.

/// The host of an address, with its port where it has one.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Whether an address is on this machine.
#[must_use]
pub fn is_loopback(url: &str) -> bool {
    let host = host(url);
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether nobody can read along: `https`, or plain `http` that does not leave this machine.
pub(super) fn is_protected(url: &str) -> bool {
    url.starts_with("https://") || (url.starts_with("http://") && is_loopback(url))
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, is_protected};

    #[test]
    fn only_this_machine_is_loopback() {
        for url in ["http://localhost:80/x", "http://127.0.0.1:9/x", "http://[::1]:8080/x", "http://127.8.0.1/"] {
            assert!(is_loopback(url) && is_protected(url), "{url}");
        }
        for url in
            ["http://localhost.example/x", "https://example.com:443/127.0.0.1", "http://127.0.0.1:80@example.com/"]
        {
            assert!(!is_loopback(url), "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        assert!(is_protected("https://eco.taobao.com/router/rest"));
        assert!(!is_protected("http://eco.taobao.com/router/rest"));
        assert!(!is_protected("ftp://127.0.0.1/"));
    }
}
