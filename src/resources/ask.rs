//! Asking the addresses of resources whether they still answer.

use super::check::Answer;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, config::Config, http::Uri};

/// How long one address may take, both ways of asking together.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects that are followed.
const REDIRECTS: u32 = 5;
/// Hosts that are asked at the same time; of each, one address after the other.
const HOSTS: usize = 4;
/// The longest address that is asked; the column holds no more.
pub(super) const LONGEST: usize = 700;

/// Asks addresses.
pub struct Asker {
    agent: Agent,
}

impl Asker {
    /// Says who asks by the address of the site. Private addresses are asked only if `private`: a link, or a redirect,
    /// must not lead into the network that the site runs in.
    pub fn new(site: &str, private: bool) -> Asker {
        let name =
            format!("Waymark/{} (+{site}; asks whether links still answer)", env!("CARGO_PKG_VERSION"));
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(REDIRECTS)
            .max_redirects_will_error(true)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent(name)
            .build();
        let resolver = Addresses { inner: DefaultResolver::default(), private };
        Asker { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
    }

    /// Asks one address: for its head, and for itself where that is refused.
    pub fn ask(&self, address: &str) -> Answer {
        let begun = Instant::now();
        let web = address.starts_with("https://") || address.starts_with("http://");
        if !web || address.len() > LONGEST {
            return Answer::Nothing;
        }
        let head = self.agent.head(address).config().timeout_global(Some(PATIENCE / 2)).build();
        if let Ok(answer) = head.call()
            && answer.status().is_success()
        {
            return Answer::Status(answer.status().as_u16());
        }
        let rest = PATIENCE.saturating_sub(begun.elapsed());
        // The body is not read; the connection ends with the answer.
        match self.agent.get(address).config().timeout_global(Some(rest)).build().call() {
            Ok(answer) => Answer::Status(answer.status().as_u16()),
            Err(_) => Answer::Nothing,
        }
    }

    /// Asks many, in their order, one at a time of each host, until the time is over; those that it did not come to
    /// are left out.
    pub fn ask_all(&self, addresses: Vec<String>, until: Instant) -> Vec<(String, Answer)> {
        // In the order in which they come, so that the last of this round are not the last of the next.
        let mut hosts: Vec<Vec<String>> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for address in addresses {
            let host = url::Url::parse(&address).ok().and_then(|url| url.host_str().map(str::to_owned));
            let place = *places.entry(host.unwrap_or_default()).or_insert(hosts.len());
            if place == hosts.len() {
                hosts.push(Vec::new());
            }
            hosts[place].push(address);
        }
        let waiting = Mutex::new(VecDeque::from(hosts));
        let told = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..HOSTS {
                scope.spawn(|| {
                    while let Some(host) = waiting.lock().ok().and_then(|mut waiting| waiting.pop_front()) {
                        for address in host.into_iter().take_while(|_| Instant::now() < until) {
                            let answer = self.ask(&address);
                            if let Ok(mut told) = told.lock() {
                                told.push((address, answer));
                            }
                        }
                    }
                });
            }
        });
        told.into_inner().unwrap_or_default()
    }
}

/// Looks names up, and leaves out addresses that are not everybody's. Each redirect is looked up here too, so what is
/// connected to is what was looked at.
struct Addresses {
    inner: DefaultResolver,
    private: bool,
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Addresses").field("private", &self.private).finish()
    }
}

impl Resolver for Addresses {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter().filter(|address| self.private || public(address.ip())) {
            allowed.push(*address);
        }
        if allowed.is_empty() { Err(Error::HostNotFound) } else { Ok(allowed) }
    }
}

/// Whether an address is reached over the internet, by the registries of IANA.
fn public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => public_v4(address),
        IpAddr::V6(address) => public_v6(address),
    }
}

fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // "This network", shared between customers, for protocols, for measurements, reserved.
        || a == 0
        || (a, b & 0xc0) == (100, 64)
        || (a, b, c) == (192, 0, 0)
        || (a, b & 0xfe) == (198, 18)
        || a >= 240;
    !special
}

fn public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Teredo, documentation and 6to4 lie within what is handed out.
    a & 0xe000 == 0x2000 && (a, b) != (0x2001, 0) && (a, b) != (0x2001, 0xdb8) && a != 0x2002 && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        for address in ["1.1.1.1", "93.184.216.34", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!public(address.parse().unwrap()), "{address}");
        }
    }
}
