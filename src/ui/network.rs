//! Where in the network a request comes from, for counting; it is never kept or logged as it is.

use super::Site;
use actix_web::HttpRequest;
use std::net::IpAddr;

/// The network that a request comes from: an IPv4 address, or the 64 bits of an IPv6 address that one household shares.
///
/// With a base URL a proxy stands in front, and the last address in X-Forwarded-For is the one that it saw itself;
/// those before it are what the visitor says. Without that header all that is known is the proxy.
pub fn network_of(site: &Site, request: &HttpRequest) -> String {
    let forwarded = request.headers().get_all("x-forwarded-for").last().filter(|_| !site.local);
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    let peer = request.peer_addr().map(|peer| peer.ip());
    last.or(peer).map(network).unwrap_or_default()
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
}
