//! Settings, from the environment; each has a default that works on a laptop.

use crate::db::Address;
use crate::secret::Secret;
use email_address::EmailAddress;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use url::Url;

/// How the program is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DATABASE_URL`; default: a SQLite file in the data folder.
    pub database: Address,
    /// `WAYMARK_ADDRESS`: where it listens.
    pub address: SocketAddr,
    /// `WAYMARK_BASE_URL`: how visitors reach it; unset in local mode.
    pub base_url: Option<Url>,
    /// `WAYMARK_TRUSTED_PROXIES`: the peers whose word on who is behind them counts; none in local mode.
    pub trusted_proxies: Vec<IpNet>,
    /// `WAYMARK_DATA`: folder of what the program keeps.
    pub data: PathBuf,
    /// `WAYMARK_LOG`: what is logged, as tracing's filters are written.
    pub log: String,
    /// `WAYMARK_SECRET`; unset, it is kept in the data folder.
    secret: Option<Secret>,
    /// `WAYMARK_CONTACT`: the mail address of those who run the site.
    pub contact: Option<EmailAddress>,
    /// `WAYMARK_SMTP_URL`: the relay that takes letters, as `mail` reads it; unset, letters are files.
    pub smtp_url: Option<String>,
    /// `WAYMARK_SMTP_ROOT_CERTIFICATE`: a PEM file with a root that the relay's certificate may come from.
    pub smtp_root: Option<PathBuf>,
    /// `WAYMARK_SMTP_CONNECTIONS`: how many connections to the relay a worker has at most.
    pub smtp_connections: u32,
    /// `WAYMARK_SMTP_PER_MINUTE`: how many letters the relay gets from all workers together; 0 for as many as there are.
    pub smtp_per_minute: u32,
    /// `WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN`: how many of them go to the addresses of one domain; 0 likewise.
    pub smtp_per_minute_and_domain: u32,
    /// `WAYMARK_DKIM_SELECTOR`: the name under which the public key of letters stands in the DNS.
    pub dkim_selector: Option<String>,
    /// `WAYMARK_DKIM_KEY`: a PEM file with the private key, as `mail` reads it.
    pub dkim_key: Option<PathBuf>,
    /// `WAYMARK_STAFF_SECOND_FACTOR`: whether staff rights ask for a passkey or a code beside the password.
    pub staff_second_factor: bool,
    /// `WAYMARK_MAIL_FROM`: who letters are from, as `mail` reads it.
    pub mail_from: Option<String>,
    /// `WAYMARK_MAIL_FROM_LISTS`: who letters of lists are from, as `mail` reads it.
    pub mail_from_lists: Option<String>,
}

impl Config {
    /// Reads the settings by way of `var`, which gives the value of an environment variable.
    ///
    /// # Errors
    /// A sentence that names the setting and says what to write.
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = |name: &str| var(name).filter(|value| !value.trim().is_empty());
        let data = PathBuf::from(set("WAYMARK_DATA").unwrap_or_else(|| "data".into()));
        let database = match set("DATABASE_URL") {
            Some(url) => Address::parse(&url)?,
            None => Address::Sqlite(data.join("waymark.sqlite")),
        };
        let address = set("WAYMARK_ADDRESS").unwrap_or_else(|| "127.0.0.1:8080".into());
        let address = address.to_socket_addrs().ok().and_then(|mut all| all.next()).ok_or(format!(
            "WAYMARK_ADDRESS is \"{address}\"; write an address and a port, such as 127.0.0.1:8080"
        ))?;
        let base_url = set("WAYMARK_BASE_URL").map(|url| base_url(&url)).transpose()?;
        if base_url.is_none() && !address.ip().is_loopback() {
            return Err(format!(
                "WAYMARK_ADDRESS is {address}, which others can reach; \
                 set WAYMARK_BASE_URL to the https address that they use, or listen on 127.0.0.1"
            ));
        }
        let trusted_proxies = match (set("WAYMARK_TRUSTED_PROXIES"), &base_url) {
            (Some(_), None) => {
                return Err("WAYMARK_TRUSTED_PROXIES is set and WAYMARK_BASE_URL is not; \
                            write the https address that visitors use into that one, or leave both unset"
                    .into());
            }
            (Some(list), Some(_)) => proxies(&list)?,
            // Whoever may open a connection on this machine.
            (None, Some(_)) => proxies("127.0.0.0/8, ::1")?,
            (None, None) => Vec::new(),
        };
        let log = set("WAYMARK_LOG").unwrap_or_else(|| "info,actix_server=warn".into());
        let secret = set("WAYMARK_SECRET").map(|words| Secret::of(&words)).transpose();
        let secret = secret.map_err(|what| format!("WAYMARK_SECRET {what}"))?;
        if secret.is_none() && base_url.is_some() && !matches!(database, Address::Sqlite(_)) {
            return Err(
                "WAYMARK_SECRET is not set, and programs that share a database server have to share it: \
                        write at least 32 bytes that nobody can guess, the same for each of them"
                    .into(),
            );
        }
        let contact = set("WAYMARK_CONTACT").map(|text| contact(&text)).transpose()?;
        let smtp_url = set("WAYMARK_SMTP_URL");
        let smtp_root = set("WAYMARK_SMTP_ROOT_CERTIFICATE").map(PathBuf::from);
        let number = |name: &str, usual: u32, least: u32, most: u32| match set(name) {
            None => Ok(usual),
            Some(text) => text.trim().parse().ok().filter(|number| (least..=most).contains(number)).ok_or(
                format!("{name} is \"{text}\"; write a whole number from {least} to {most}, such as {usual}"),
            ),
        };
        let smtp_connections = number("WAYMARK_SMTP_CONNECTIONS", 4, 1, 32)?;
        let smtp_per_minute = number("WAYMARK_SMTP_PER_MINUTE", 600, 0, 60_000)?;
        let smtp_per_minute_and_domain = number("WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN", 120, 0, 60_000)?;
        let dkim_selector = set("WAYMARK_DKIM_SELECTOR");
        let dkim_key = set("WAYMARK_DKIM_KEY").map(PathBuf::from);
        let mail_from = set("WAYMARK_MAIL_FROM");
        let mail_from_lists = set("WAYMARK_MAIL_FROM_LISTS");
        let staff_second_factor = match set("WAYMARK_STAFF_SECOND_FACTOR").as_deref() {
            None | Some("optional") => false,
            Some("required") => true,
            Some(other) => {
                return Err(format!(
                    "WAYMARK_STAFF_SECOND_FACTOR is \"{other}\"; write required or optional"
                ));
            }
        };
        Ok(Config {
            database,
            address,
            base_url,
            trusted_proxies,
            data,
            log,
            secret,
            contact,
            smtp_url,
            smtp_root,
            smtp_connections,
            smtp_per_minute,
            smtp_per_minute_and_domain,
            dkim_selector,
            dkim_key,
            staff_second_factor,
            mail_from,
            mail_from_lists,
        })
    }

    /// The site's secret: the one that is set, or the one in the data folder, made now if there is none.
    ///
    /// # Errors
    /// A sentence for whoever started the program.
    pub fn secret(&self) -> Result<Secret, String> {
        self.secret.clone().map_or_else(|| Secret::kept_in(&self.data), Ok)
    }

    /// Local mode: no base URL, only this machine.
    pub fn local(&self) -> bool {
        self.base_url.is_none()
    }

    /// The site's address as it stands in links, without a slash at its end.
    pub fn site(&self) -> String {
        match &self.base_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://localhost:{}", self.address.port()),
        }
    }
}

/// Networks and single addresses, with commas or spaces between them.
fn proxies(list: &str) -> Result<Vec<IpNet>, String> {
    let parts = list.split([',', ' ']).filter(|part| !part.is_empty());
    let net = |part: &str| {
        let net = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
        net.map_err(|_| {
            format!(
                "WAYMARK_TRUSTED_PROXIES names \"{part}\"; write addresses or networks with commas between them, \
                 such as 10.0.0.7, 10.1.0.0/16, fd00::/8"
            )
        })
    };
    parts.map(net).collect()
}

fn contact(text: &str) -> Result<EmailAddress, String> {
    text.trim().parse().map_err(|_| {
        format!("WAYMARK_CONTACT is \"{text}\"; write a mail address, such as editors@guide.example.org")
    })
}

fn base_url(text: &str) -> Result<Url, String> {
    let wrong = || {
        format!(
            "WAYMARK_BASE_URL is \"{text}\"; write the site's address without a path, such as https://guide.example.org"
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    match url.scheme() {
        "https" if plain && url.host_str().is_some() => Ok(url),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Config, String> {
        let value = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(value)
    }

    #[test]
    fn with_nothing_set_it_runs_on_a_laptop() {
        let config = read(&[]).unwrap();
        assert_eq!(config.site(), "http://localhost:8080");
        assert_eq!(config.database, Address::Sqlite("data/waymark.sqlite".into()));
        assert!(config.local());
    }

    #[test]
    fn an_empty_setting_counts_as_unset() {
        assert_eq!(read(&[("WAYMARK_ADDRESS", "")]).unwrap().address.port(), 8080);
    }

    #[test]
    fn without_a_base_url_it_does_not_listen_to_others() {
        let told = read(&[("WAYMARK_ADDRESS", "0.0.0.0:80")]).unwrap_err();
        assert!(told.contains("set WAYMARK_BASE_URL"), "{told}");
        let open = [("WAYMARK_ADDRESS", "0.0.0.0:80"), ("WAYMARK_BASE_URL", "https://guide.example.org")];
        assert_eq!(read(&open).unwrap().site(), "https://guide.example.org");
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_to_write() {
        for (name, value) in [
            ("WAYMARK_ADDRESS", "8080"),
            ("WAYMARK_BASE_URL", "guide.example.org"),
            ("WAYMARK_BASE_URL", "http://guide.example.org"),
            ("WAYMARK_BASE_URL", "https://guide.example.org/path"),
            ("DATABASE_URL", "mongodb://localhost"),
            ("WAYMARK_SECRET", "too short"),
            ("WAYMARK_CONTACT", "the editors"),
            ("WAYMARK_TRUSTED_PROXIES", "10.0.0.1"),
            ("WAYMARK_STAFF_SECOND_FACTOR", "yes"),
            ("WAYMARK_SMTP_CONNECTIONS", "0"),
            ("WAYMARK_SMTP_PER_MINUTE", "-1"),
            ("WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN", "many"),
        ] {
            let told = read(&[(name, value)]).unwrap_err();
            assert!(told.contains(name) && told.contains("write"), "{told}");
        }
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let url = ("WAYMARK_BASE_URL", "https://guide.example.org");
        let trusts = |list: &str, address: &str| {
            let config = read(&[url, ("WAYMARK_TRUSTED_PROXIES", list)]).unwrap();
            config.trusted_proxies.iter().any(|net| net.contains(&address.parse::<IpAddr>().unwrap()))
        };
        assert!(
            trusts("", "127.0.0.1") && trusts("", "::1") && !trusts("", "10.0.0.1"),
            "this machine alone"
        );
        assert!(trusts("10.0.0.7, 10.1.0.0/16", "10.1.2.3") && !trusts("10.0.0.7,10.1.0.0/16", "10.0.0.8"));
        assert!(!trusts("10.0.0.7", "127.0.0.1"));
        for wrong in ["proxy.example.org", "10.0.0.0/33", "10.0.0.1:80", "fd00::/8, *"] {
            let told = read(&[url, ("WAYMARK_TRUSTED_PROXIES", wrong)]).unwrap_err();
            assert!(told.contains("WAYMARK_TRUSTED_PROXIES") && told.contains("write"), "{told}");
        }
    }

    #[test]
    fn programs_that_share_a_database_server_have_to_share_the_secret() {
        let url = ("WAYMARK_BASE_URL", "https://guide.example.org");
        let server = ("DATABASE_URL", "postgres://waymark@db/guide");
        let told = read(&[url, server]).unwrap_err();
        assert!(
            told.starts_with("WAYMARK_SECRET is not set") && told.contains("write at least 32"),
            "{told}"
        );
        assert!(read(&[url]).is_ok());
        assert!(read(&[server]).is_ok());
        let secret = "0123456789abcdef0123456789abcdef";
        let config = read(&[url, server, ("WAYMARK_SECRET", secret)]).unwrap();
        assert!(!format!("{config:?}").contains(secret));
    }
}
