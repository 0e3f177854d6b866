//! A relay: how it is set, and how it is reached.

use super::line::{Abilities, Line, told, within};
use super::pace::Rate;
use super::stream::{Secured, Socket};
use super::transport::{Failure, Step, silent};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
#[allow(deprecated)] // As in stream.rs.
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpStream;
use url::{Host, Url};

/// How a relay is reached.
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    security: Security,
    credentials: Option<Credentials>,
    pub(super) patience: Patience,
    pub(super) connections: usize,
    /// How many letters it gets a minute, and how many of them for one domain.
    pub(super) rate: Rate,
    pub(super) rate_of_domain: Rate,
}

enum Security {
    /// On this machine only.
    Plain,
    /// STARTTLS, without which nothing is sent.
    Upgrade(TlsParameters),
    /// From the first byte.
    Tls(TlsParameters),
}

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connect: Duration,
    /// Each command and its answer.
    pub step: Duration,
    /// The message, until the relay has taken it: it may look for viruses first.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connect: Duration::from_secs(10),
            step: Duration::from_secs(30),
            body: Duration::from_secs(120),
        }
    }
}

impl Relay {
    /// Reads `WAYMARK_SMTP_URL`.
    ///
    /// # Errors
    /// A sentence that says what to write. It does not repeat the address, which may hold a password.
    pub(super) fn parse(text: &str, root: Option<&Path>) -> Result<Relay, String> {
        let wrong = |what: &str| {
            format!(
                "WAYMARK_SMTP_URL {what}; write smtp://USER:PASSWORD@HOST:PORT (STARTTLS) or smtps://USER:PASSWORD@HOST:PORT (TLS)"
            )
        };
        let url = Url::parse(text.trim()).map_err(|_| wrong("is no address"))?;
        let tls = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(wrong("starts with a scheme that is not known here")),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has something after the host and the port"));
        }
        // Hosts of other schemes than http come as they were written.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no host"))?;
        let host = Host::parse(host).map_err(|_| wrong("names a host that cannot be one"))?;
        let (host, here) = match host {
            Host::Domain(name) => {
                let here = name == "localhost";
                (name, here)
            }
            Host::Ipv4(ip) => (ip.to_string(), ip.is_loopback()),
            Host::Ipv6(ip) => (ip.to_string(), ip.is_loopback()),
        };
        let decoded = |text: &str| {
            let text =
                percent_decode_str(text).decode_utf8().map_err(|_| wrong("has a name that is not UTF-8"))?;
            Ok::<_, String>(text.into_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return Err(wrong("has only one of user and password")),
            (user, Some(password)) => Some(Credentials::new(decoded(user)?, decoded(password)?)),
        };
        let port = url.port().unwrap_or(if tls { 465 } else { 587 });
        let security = match (tls, here) {
            (true, _) => Security::Tls(parameters(&host, root)?),
            (false, false) => Security::Upgrade(parameters(&host, root)?),
            (false, true) => Security::Plain,
        };
        Ok(Relay {
            host,
            port,
            security,
            credentials,
            patience: Patience::default(),
            connections: 1,
            rate: Rate(0),
            rate_of_domain: Rate(0),
        })
    }

    pub(super) async fn open(&self, hello: &str) -> Result<Line<'_>, Failure> {
        let Patience { connect, step, .. } = self.patience;
        let failed = |e: std::io::Error| silent(Step::Open, &e);
        let stream = TcpStream::connect((self.host.as_str(), self.port));
        let stream = within(connect, Step::Open, async { stream.await.map_err(failed) }).await?;
        // A letter is a few small writes and answers: waiting to fill packets costs 40 ms at each.
        stream.set_nodelay(true).map_err(failed)?;
        let (stream, slowly) = Socket::over(stream);
        let hello = ClientId::Domain(hello.to_owned());
        let said = |e: lettre::transport::smtp::Error| told(Step::Open, &e);
        let opened = async {
            match &self.security {
                Security::Plain => {
                    AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await
                }
                Security::Tls(tls) => {
                    #[allow(deprecated)]
                    let mut stream = AsyncNetworkStream::use_existing_tokio1(Box::new(stream));
                    stream.upgrade_tls(tls.clone()).await?;
                    AsyncSmtpConnection::connect_with_transport(Box::new(Secured(stream)), &hello).await
                }
                Security::Upgrade(tls) => {
                    slowly.store(true, Ordering::Relaxed);
                    let mut line =
                        AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?;
                    // Refuses if the relay does not offer it.
                    line.starttls(tls.clone(), &hello).await?;
                    slowly.store(false, Ordering::Relaxed);
                    Ok(line)
                }
            }
        };
        let mut line = within(step, Step::Open, async { opened.await.map_err(said) }).await?;
        // Once more, since lettre keeps of the answer only what it uses itself.
        let greeted = line.command(Ehlo::new(hello));
        let greeted = within(step, Step::Open, async { greeted.await.map_err(said) }).await?;
        let abilities = Abilities::of(&greeted);
        if let Some(credentials) = &self.credentials {
            let signed = line.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            within(step, Step::Open, async { signed.await.map_err(said) }).await?;
        }
        Ok(Line::Relay(Box::new(line), abilities, self.patience))
    }
}

/// What is trusted: the roots that browsers trust, and one more if it is set.
fn parameters(host: &str, root: Option<&Path>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = root {
        let wrong = |what: &dyn Display| {
            format!(
                "WAYMARK_SMTP_ROOT_CERTIFICATE is {}, which cannot be used ({what}); write the path of a PEM file",
                path.display()
            )
        };
        let pem = fs::read(path).map_err(|e| wrong(&e))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|e| wrong(&e))?);
    }
    builder
        .build_rustls()
        .map_err(|e| format!("WAYMARK_SMTP_URL names a host that TLS cannot be used with: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_elsewhere_is_never_spoken_to_in_the_clear() {
        let relay = |url| Relay::parse(url, None).unwrap();
        let elsewhere = relay("smtp://bob:s%40crt@mail.example.org");
        assert!(matches!(elsewhere.security, Security::Upgrade(_)));
        assert_eq!((elsewhere.host.as_str(), elsewhere.port), ("mail.example.org", 587));
        assert!(elsewhere.credentials == Some(Credentials::new("bob".into(), "s@crt".into())));
        assert!(matches!(relay("smtp://192.0.2.1:25").security, Security::Upgrade(_)));
        assert!(matches!(relay("smtp://localhost.example.org").security, Security::Upgrade(_)));
        for here in ["smtp://localhost:25", "smtp://127.0.0.1", "smtp://[::1]:2525/"] {
            assert!(matches!(relay(here).security, Security::Plain), "{here}");
        }
        let tls = relay("smtps://mail.example.org");
        assert!(matches!(tls.security, Security::Tls(_)) && tls.port == 465);
        assert!(matches!(relay("smtps://localhost").security, Security::Tls(_)));
    }

    #[test]
    fn a_wrong_address_is_told_what_to_write_and_no_password_is_repeated() {
        for url in [
            "mail.example.org:25",
            "http://bob:secret@mail.example.org",
            "smtp://",
            "smtp://bob:secret@",
            "smtp://bob@mail.example.org",
            "smtp://mail.example.org/path",
            "smtp://mail.example.org:99999",
            "smtps://mail.example.org?tls=no",
        ] {
            let Err(told) = Relay::parse(url, None) else { panic!("{url}") };
            assert!(told.contains("WAYMARK_SMTP_URL") && told.contains("write smtp://"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
        let Err(told) = Relay::parse("smtps://mail.example.org", Some(Path::new("nowhere.pem"))) else {
            panic!()
        };
        assert!(told.contains("WAYMARK_SMTP_ROOT_CERTIFICATE is nowhere.pem"), "{told}");
    }
}
