//! The way out: a relay over SMTP, step by step so that it is known how far a letter came, or files.

use super::stream::{Secured, Slow};
use crate::config::Config;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
#[allow(deprecated)] // As in stream.rs.
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use percent_encoding::percent_decode_str;
use std::error::Error as _;
use std::fmt::Display;
use std::fs::{self, DirBuilder, File};
use std::future::Future;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use url::{Host, Url};

/// Where letters go.
pub enum Transport {
    Relay(Box<Relay>),
    /// Each letter becomes a file in this folder.
    Folder(PathBuf),
}

/// How a relay is reached.
pub struct Relay {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    patience: Patience,
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

/// How far a letter came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Connecting, greeting, TLS, signing in.
    Open,
    /// Naming the sender.
    Mail,
    /// Naming the recipient.
    Recipient,
    /// Asking to send the message: nothing of it was sent.
    Data,
    /// The message and the dot at its end.
    Body,
}

/// Why a letter came no further.
#[derive(Clone, Debug)]
pub struct Failure {
    pub step: Step,
    /// What the relay answered; none if it did not.
    pub code: Option<u16>,
    pub words: String,
}

/// What the relay said when it took a letter.
#[derive(Debug)]
pub struct Receipt {
    pub code: Option<u16>,
    pub words: String,
}

/// Where letters become files.
pub fn folder(config: &Config) -> PathBuf {
    config.data.join("letters")
}

impl Transport {
    /// As the settings say.
    ///
    /// # Errors
    /// A sentence about a setting that cannot be used.
    pub fn of(config: &Config) -> Result<Transport, String> {
        match &config.smtp_url {
            Some(url) => Ok(Transport::Relay(Box::new(Relay::parse(url, config.smtp_root.as_deref())?))),
            None => Ok(Transport::Folder(folder(config))),
        }
    }

    /// The same with other limits, which tests need.
    pub fn with_patience(mut self, patience: Patience) -> Transport {
        if let Transport::Relay(relay) = &mut self {
            relay.patience = patience;
        }
        self
    }

    /// Where letters go, in words.
    pub fn place(&self) -> String {
        match self {
            Transport::Relay(relay) => format!("{}:{}", relay.host, relay.port),
            Transport::Folder(folder) => format!("the folder {}", folder.display()),
        }
    }

    /// A way out for some letters, one after the other. `hello` is the name that a relay is greeted with.
    ///
    /// # Errors
    /// When there is none now.
    pub async fn open(&self, hello: &str) -> Result<Line<'_>, Failure> {
        match self {
            Transport::Relay(relay) => relay.open(hello).await,
            Transport::Folder(folder) => {
                let place = folder.clone();
                let made = tokio::task::spawn_blocking(move || make_folder(&place)).await;
                made.unwrap_or_else(|e| Err(std::io::Error::other(e))).map_err(|e| silent(Step::Open, &e))?;
                Ok(Line::Folder(folder))
            }
        }
    }
}

impl Relay {
    /// Reads `WAYMARK_SMTP_URL`.
    ///
    /// # Errors
    /// A sentence that says what to write. It does not repeat the address, which may hold a password.
    fn parse(text: &str, root: Option<&Path>) -> Result<Relay, String> {
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
        Ok(Relay { host, port, security, credentials, patience: Patience::default() })
    }

    async fn open(&self, hello: &str) -> Result<Line<'_>, Failure> {
        let Patience { connect, step, .. } = self.patience;
        let failed = |e: std::io::Error| silent(Step::Open, &e);
        let stream = TcpStream::connect((self.host.as_str(), self.port));
        let stream = within(connect, Step::Open, async { stream.await.map_err(failed) }).await?;
        // A letter is a few small writes and answers: waiting to fill packets costs 40 ms at each.
        stream.set_nodelay(true).map_err(failed)?;
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
                    let slowly = Arc::new(AtomicBool::new(true));
                    let stream = Box::new(Slow { stream, slowly: slowly.clone() });
                    let mut line = AsyncSmtpConnection::connect_with_transport(stream, &hello).await?;
                    // Refuses if the relay does not offer it.
                    line.starttls(tls.clone(), &hello).await?;
                    slowly.store(false, Ordering::Relaxed);
                    Ok(line)
                }
            }
        };
        let mut line = within(step, Step::Open, async { opened.await.map_err(said) }).await?;
        if let Some(credentials) = &self.credentials {
            let signed = line.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            within(step, Step::Open, async { signed.await.map_err(said) }).await?;
        }
        Ok(Line::Relay(Box::new(line), self.patience))
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

/// An open way out.
pub enum Line<'a> {
    Relay(Box<AsyncSmtpConnection>, Patience),
    Folder(&'a Path),
}

impl Line<'_> {
    /// Names sender and recipient.
    ///
    /// # Errors
    /// When the relay does not want the letter.
    pub async fn offer(&mut self, from: &Address, to: &str) -> Result<(), Failure> {
        let Line::Relay(line, patience) = self else { return Ok(()) };
        let to: Address = to.parse().map_err(|e| Failure {
            step: Step::Recipient,
            code: Some(553),
            words: format!("no address: {e}"),
        })?;
        ask(line, patience.step, Step::Mail, Mail::new(Some(from.clone()), Vec::new())).await?;
        ask(line, patience.step, Step::Recipient, Rcpt::new(to, Vec::new())).await?;
        Ok(())
    }

    /// Sends the message that was offered.
    ///
    /// # Errors
    /// When it did not get through, as far as is known.
    pub async fn give(&mut self, id: &str, message: &[u8]) -> Result<Receipt, Failure> {
        match self {
            Line::Relay(line, patience) => {
                let go = ask(line, patience.step, Step::Data, Data).await?;
                if !go.has_code(354) {
                    return Err(answered(Step::Data, &go));
                }
                let taken = within(patience.body, Step::Body, async {
                    line.message(message).await.map_err(|e| told(Step::Body, &e))
                });
                let taken = taken.await?;
                match taken.code().severity {
                    Severity::PositiveCompletion => {
                        let Failure { code, words, .. } = answered(Step::Body, &taken);
                        Ok(Receipt { code, words })
                    }
                    // It makes no sense here.
                    _ => Err(silent(Step::Body, &"the relay answered out of order")),
                }
            }
            Line::Folder(folder) => {
                let path = folder.join(format!("{id}.eml"));
                let message = message.to_vec();
                let written = tokio::task::spawn_blocking(move || write(&path, &message)).await;
                let written = written.unwrap_or_else(|e| Err(std::io::Error::other(e)));
                // Written or not, and under the same name: there is no doubt about it.
                written.map_err(|e| silent(Step::Open, &e))?;
                Ok(Receipt { code: None, words: "written to a file".into() })
            }
        }
    }

    /// Makes it ready for the next letter after one that was not sent.
    ///
    /// # Errors
    /// When it cannot be used any more.
    pub async fn reset(&mut self) -> Result<(), Failure> {
        match self {
            Line::Relay(line, patience) => ask(line, patience.step, Step::Mail, Rset).await.map(drop),
            Line::Folder(_) => Ok(()),
        }
    }

    /// Says goodbye.
    pub async fn close(self) {
        if let Line::Relay(mut line, patience) = self {
            // Nothing depends on the answer.
            let _ = tokio::time::timeout(patience.step.min(Duration::from_secs(5)), line.quit()).await;
        }
    }
}

async fn ask(
    line: &mut AsyncSmtpConnection,
    limit: Duration,
    step: Step,
    command: impl Display,
) -> Result<Response, Failure> {
    within(limit, step, async { line.command(command).await.map_err(|e| told(step, &e)) }).await
}

async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(silent(step, &format!("no answer within {} s", limit.as_secs_f64()))),
    }
}

/// The relay said nothing that counts.
fn silent(step: Step, why: &dyn Display) -> Failure {
    Failure { step, code: None, words: why.to_string() }
}

fn answered(step: Step, response: &Response) -> Failure {
    let words: Vec<&str> = response.message().collect();
    Failure { step, code: Some(response.code().into()), words: words.join(" ") }
}

/// What lettre reports: an answer of the relay, or why there was none.
fn told(step: Step, error: &lettre::transport::smtp::Error) -> Failure {
    let why = error.source().map(ToString::to_string);
    match error.status() {
        Some(code) => Failure { step, code: Some(code.into()), words: why.unwrap_or_default() },
        None => silent(step, &why.unwrap_or_else(|| error.to_string())),
    }
}

/// For the owner only: the links in letters are keys.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whole, or not at all.
fn write(path: &Path, message: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("part-{}", uuid::Uuid::now_v7().simple()));
    let written =
        File::options().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
            file.write_all(message)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
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
