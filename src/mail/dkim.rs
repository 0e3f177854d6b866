//! The signature by which receivers see that a letter is ours and was not changed (DKIM, RFC 6376 and RFC 8463).
//!
//! lettre signs as well, but writes the time of the machine into it, so that two builds of one letter differ, and reads
//! no PKCS#8; so its signer is not used.

use crate::config::Config;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The headers that are signed, where they are present.
const SIGNED: [&str; 11] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
];
/// How much of a signature stands on one line.
const LINE: usize = 72;

/// Signs letters. Cheap to clone; the key is not shown, not even for finding faults.
#[derive(Clone)]
pub struct Dkim(Arc<Inner>);

struct Inner {
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dkim({})", self.0.selector)
    }
}

impl Dkim {
    /// As the settings say; none if they say nothing.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn of(config: &Config) -> std::result::Result<Option<Dkim>, String> {
        match (&config.dkim_selector, &config.dkim_key) {
            (None, None) => Ok(None),
            (Some(selector), Some(path)) => Dkim::read(selector, path).map(Some),
            (Some(_), None) => Err("WAYMARK_DKIM_SELECTOR is set and WAYMARK_DKIM_KEY is not; \
                                    write the path of the PEM file with the private key into that one, or leave both unset"
                .into()),
            (None, Some(_)) => Err("WAYMARK_DKIM_KEY is set and WAYMARK_DKIM_SELECTOR is not; \
                                    write the name under which the public key stands in the DNS into that one, or leave both unset"
                .into()),
        }
    }

    fn read(selector: &str, path: &Path) -> std::result::Result<Dkim, String> {
        let label = |part: &str| {
            let fine = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            fine && !part.starts_with('-') && !part.ends_with('-') && (1..=63).contains(&part.len())
        };
        if !selector.split('.').all(label) || selector.len() > 120 {
            return Err(format!(
                "WAYMARK_DKIM_SELECTOR is \"{}\"; write the name under which the public key stands in the DNS, \
                 such as 2026 for 2026._domainkey.guide.example.org",
                super::letter::plain(selector)
            ));
        }
        let wrong = |what: &str| {
            format!(
                "WAYMARK_DKIM_KEY is {}, which cannot be used ({what}); write the path of a PEM file with a private key, \
                 RSA of 2048 bits or Ed25519, without a password",
                path.display()
            )
        };
        let pem = std::fs::read(path).map_err(|e| wrong(&e.to_string()))?;
        let key = match PrivateKeyDer::from_pem_slice(&pem).map_err(|_| wrong("it holds no private key"))? {
            PrivateKeyDer::Pkcs1(der) => {
                RsaKeyPair::from_der(der.secret_pkcs1_der()).map(|key| Key::Rsa(key.into()))
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let ed25519 = || Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Key::Ed25519);
                RsaKeyPair::from_pkcs8(der)
                    .map(|key| Key::Rsa(key.into()))
                    .or_else(|e| ed25519().map_err(|_| e))
            }
            _ => return Err(wrong("it is of another kind")),
        };
        let key = key.map_err(|e| wrong(&e.to_string()))?;
        Ok(Dkim(Arc::new(Inner { selector: selector.to_owned(), key })))
    }

    /// The message with its signature, as of a moment, in front. The same message gives the same bytes.
    ///
    /// # Errors
    /// When it is no message, which is a mistake of the program.
    pub fn sign(&self, domain: &str, at: DateTime<Utc>, message: &[u8]) -> Result<Vec<u8>> {
        let text = std::str::from_utf8(message).ok().and_then(|text| text.split_once("\r\n\r\n"));
        let (head, body) =
            text.ok_or_else(|| Error::Unexpected("a letter without a body cannot be signed".into()))?;
        let headers = fields(head);
        let present: Vec<(&str, &str)> = SIGNED
            .iter()
            .filter_map(|name| headers.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name)).copied())
            .collect();
        let names: Vec<String> = present.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let algorithm = match self.0.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let (selector, moment) = (&self.0.selector, at.timestamp());
        let (names, hash) = (names.join(":"), BASE64.encode(&Sha256::digest(relaxed_body(body))));
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={domain};\r\n s={selector}; t={moment};\r\n h={names};\r\n \
             bh={hash};\r\n b="
        );
        let mut signed = String::new();
        for (name, value) in present {
            signed += &format!("{}:{}\r\n", name.to_ascii_lowercase(), relaxed(value));
        }
        signed += &format!("dkim-signature:{}", relaxed(&unsigned));
        let signature = BASE64.encode(&self.signature(signed.as_bytes())?);
        let lines: Vec<&str> = signature
            .as_bytes()
            .chunks(LINE)
            .map(|line| std::str::from_utf8(line).unwrap_or_default())
            .collect();
        let mut whole = format!("DKIM-Signature: {unsigned}{}\r\n", lines.join("\r\n ")).into_bytes();
        whole.extend_from_slice(message);
        Ok(whole)
    }

    fn signature(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        match &self.0.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // This kind of signature takes nothing random into it.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)
                    .map_err(|_| Error::Unexpected("a letter cannot be signed".into()))?;
                Ok(signature)
            }
            // Of the hash, not of the text itself (RFC 8463, 3).
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(bytes)).as_ref().to_vec()),
        }
    }
}

/// Names and values of headers, the values with their line breaks.
fn fields(head: &str) -> Vec<(&str, &str)> {
    let mut fields = Vec::new();
    let mut rest = head;
    while !rest.is_empty() {
        let end = rest
            .match_indices("\r\n")
            .find(|(at, _)| !rest[at + 2..].starts_with([' ', '\t']))
            .map_or(rest.len(), |(at, _)| at);
        fields.extend(rest[..end].split_once(':'));
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    fields
}

/// A value on one line, with single spaces (RFC 6376, 3.4.2).
fn relaxed(value: &str) -> String {
    value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A body with single spaces, none at the ends of lines, and without empty lines at its end (RFC 6376, 3.4.4).
fn relaxed_body(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    for line in body.split("\r\n") {
        let mut spaced = false;
        for c in line.trim_end_matches([' ', '\t']).chars() {
            if matches!(c, ' ' | '\t') {
                spaced = true;
                continue;
            }
            if std::mem::take(&mut spaced) {
                text.push(' ');
            }
            text.push(c);
        }
        text += "\r\n";
    }
    let length = text.trim_end_matches("\r\n").len();
    text.truncate(length);
    if !text.is_empty() {
        text += "\r\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_bodies_are_brought_into_the_form_of_the_standard() {
        // The example of RFC 6376, 3.4.5.
        let head = "A: X\r\nB : Y\t\r\n\tZ  ";
        let fields = fields(head);
        assert_eq!(fields.len(), 2);
        assert_eq!((relaxed(fields[0].1), relaxed(fields[1].1)), ("X".into(), "Y Z".into()));
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
        assert_eq!(relaxed_body("a"), "a\r\n");
    }

    #[test]
    fn settings_that_cannot_be_used_are_told_with_what_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        let read = |selector: Option<&str>, key: Option<&Path>| {
            let config = Config::read(|name| match name {
                "WAYMARK_DKIM_SELECTOR" => selector.map(str::to_owned),
                "WAYMARK_DKIM_KEY" => key.map(|path| path.display().to_string()),
                _ => None,
            });
            Dkim::of(&config.unwrap()).map(|dkim| dkim.is_some())
        };
        assert_eq!(read(None, None), Ok(false));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        for (selector, key) in [
            (Some("2026"), None),
            (None, Some(file.as_path())),
            (Some("a b"), Some(&file)),
            (Some("x; d=evil.example"), Some(&file)),
            (Some("2026"), Some(&file)),
            (Some("2026"), Some(Path::new("nowhere.pem"))),
        ] {
            let told = read(selector, key).unwrap_err();
            assert!(told.contains("WAYMARK_DKIM_") && told.contains("write the"), "{told}");
        }
    }
}
