//! Where in the network a request comes from, for counting; it is never kept or logged as it is.

use super::Site;
use actix_web::HttpRequest;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The network that a request comes from: an IPv4 address, or the 64 bits of an IPv6 address that one household shares.
pub fn network_of(site: &Site, request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr() else { return String::new() };
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    network(visitor(&site.proxies, peer.ip(), forwarded))
}

/// Whether a trusted proxy says that the visitor came to it without encryption.
pub fn in_the_clear(site: &Site, request: &HttpRequest) -> bool {
    // The header first: with it in few requests, the list of proxies is seldom gone through.
    let scheme = request.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    scheme.is_some_and(|scheme| scheme.split(',').next().is_some_and(|first| first.trim() == "http"))
        && request.peer_addr().is_some_and(|peer| trusted(&site.proxies, peer.ip()))
}

/// The last address that no trusted proxy has. Each of these adds the one that it saw to the end of X-Forwarded-For;
/// what stands before the last one that is not trusted is what the visitor says.
fn visitor<'a>(proxies: &[IpNet], peer: IpAddr, forwarded: impl Iterator<Item = &'a str>) -> IpAddr {
    let mut last = peer.to_canonical();
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !trusted(proxies, last) {
            break;
        }
        // What cannot be read is not known, and neither is what stands before it.
        let Some(address) = read(hop.trim()) else { break };
        last = address.to_canonical();
    }
    last
}

fn trusted(proxies: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|net| net.contains(&address))
}

/// An address, which some proxies write with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_network() {
        for (address, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }

    #[test]
    fn the_visitor_is_the_last_whom_no_trusted_proxy_has() {
        let proxies: Vec<IpNet> = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, expected) in [
            ("127.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("::ffff:127.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", vec!["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", vec!["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", vec!["198.51.100.1, 203.0.113.9, 10.0.0.5"], "203.0.113.9"),
            ("127.0.0.1", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("127.0.0.1", vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", vec!["[2001:db8::1]"], "2001:db8::1"),
            // All of them are ours: the one furthest away.
            ("127.0.0.1", vec!["10.0.0.6, 10.0.0.5"], "10.0.0.6"),
            ("127.0.0.1", vec!["203.0.113.9, unknown"], "127.0.0.1"),
            ("127.0.0.1", vec![""], "127.0.0.1"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            // A stranger says what a stranger likes.
            ("198.51.100.7", vec!["203.0.113.9"], "198.51.100.7"),
        ] {
            let found = visitor(&proxies, peer.parse().unwrap(), forwarded.iter().copied());
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}: {forwarded:?}");
        }
    }
}
