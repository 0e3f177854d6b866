//! An open way out, by which letters go one after the other.

use super::fault::{Faults, Point};
use super::relay::Patience;
use super::transport::{self, Failure, Receipt, Step, silent};
use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::response::{Response, Severity};
use std::error::Error as _;
use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

pub enum Line<'a> {
    Relay(Box<AsyncSmtpConnection>, Abilities, Patience),
    Folder(&'a Path),
}

/// What a relay said that it can do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Abilities {
    /// It takes the next command before it has answered the last (RFC 2920).
    pipelining: bool,
    /// The largest message that it takes, in bytes, if it says so (RFC 1870).
    size: Option<usize>,
}

impl Abilities {
    pub fn of(greeted: &Response) -> Abilities {
        let mut abilities = Abilities::default();
        for line in greeted.message() {
            let mut words = line.split_whitespace();
            match words.next().map(str::to_ascii_uppercase).as_deref() {
                Some("PIPELINING") => abilities.pipelining = true,
                Some("SIZE") => {
                    // 0 is without a limit.
                    let size = words.next().and_then(|size| size.parse().ok());
                    abilities.size = size.filter(|size| *size > 0);
                }
                _ => {}
            }
        }
        abilities
    }
}

/// What a letter is offered with.
pub struct Envelope<'a> {
    pub from: &'a Address,
    pub to: &'a str,
    /// The length of the message.
    pub size: usize,
}

impl Line<'_> {
    /// Names sender and recipient.
    ///
    /// # Errors
    /// When the relay does not want the letter. None of the code is left to be read then, unless the line is lost.
    pub async fn offer(&mut self, envelope: &Envelope<'_>) -> Result<(), Failure> {
        let Line::Relay(line, abilities, patience) = self else { return Ok(()) };
        let to: Address = envelope.to.parse().map_err(|e| Failure {
            step: Step::Recipient,
            code: Some(553),
            words: format!("no address: {e}"),
        })?;
        if let Some(size) = abilities.size.filter(|size| *size < envelope.size) {
            return Err(Failure {
                step: Step::Mail,
                code: Some(552),
                words: format!("the letter has {} bytes, the relay takes {size}", envelope.size),
            });
        }
        let mail = Mail::new(Some(envelope.from.clone()), Vec::new());
        let to = Rcpt::new(to, Vec::new());
        if !abilities.pipelining {
            ask(line, patience.step, Step::Mail, mail).await?;
            ask(line, patience.step, Step::Recipient, to).await?;
            return Ok(());
        }
        let named = ask(line, patience.step, Step::Mail, format!("{mail}{to}")).await;
        if named.as_ref().is_err_and(|failure| failure.code.is_none()) {
            return named.map(drop);
        }
        let taken = within(patience.step, Step::Recipient, async {
            line.read_response().await.map_err(|e| told(Step::Recipient, &e))
        });
        let taken = taken.await;
        match (named, taken) {
            (Ok(_), taken) => taken.map(drop),
            // An answer that is still to come would be taken for that to the next command.
            (Err(named), Err(Failure { code: None, .. })) => {
                Err(silent(Step::Mail, &format!("refused ({}), and the line was lost", named.words)))
            }
            (Err(named), _) => Err(named),
        }
    }

    /// Sends the message that was offered.
    ///
    /// # Errors
    /// When it did not get through, as far as is known.
    pub async fn give(&mut self, id: &str, message: &[u8], faults: &Faults) -> Result<Receipt, Failure> {
        match self {
            Line::Relay(line, _, patience) => {
                let go = ask(line, patience.step, Step::Data, Data).await?;
                if !go.has_code(354) {
                    return Err(answered(Step::Data, &go));
                }
                faults.pass(Point::Begun).await;
                // The end of its last line comes with the dot.
                let message = message.strip_suffix(b"\r\n").unwrap_or(message);
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
                let written = tokio::task::spawn_blocking(move || transport::write(&path, &message)).await;
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
            Line::Relay(line, _, patience) => ask(line, patience.step, Step::Mail, Rset).await.map(drop),
            Line::Folder(_) => Ok(()),
        }
    }

    /// Says goodbye.
    pub async fn close(self) {
        if let Line::Relay(mut line, _, patience) = self {
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

pub async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(silent(step, &format!("no answer within {} s", limit.as_secs_f64()))),
    }
}

fn answered(step: Step, response: &Response) -> Failure {
    let words: Vec<&str> = response.message().collect();
    Failure { step, code: Some(response.code().into()), words: words.join(" ") }
}

/// What lettre reports: an answer of the relay, or why there was none.
pub fn told(step: Step, error: &lettre::transport::smtp::Error) -> Failure {
    let why = error.source().map(ToString::to_string);
    match error.status() {
        Some(code) => Failure { step, code: Some(code.into()), words: why.unwrap_or_default() },
        None => silent(step, &why.unwrap_or_else(|| error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_relay_can_do_is_read_from_its_greeting() {
        let read = |text: &str| Abilities::of(&text.parse::<Response>().unwrap());
        let all = read("250-relay.example.org\r\n250-PIPELINING\r\n250-size 1024\r\n250 HELP\r\n");
        assert_eq!(all, Abilities { pipelining: true, size: Some(1024) });
        assert_eq!(read("250-relay\r\n250 SIZE 0\r\n"), Abilities::default());
        assert_eq!(read("250-relay\r\n250 SIZE\r\n"), Abilities::default());
    }
}
