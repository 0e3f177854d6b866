//! Who letters are from, and addresses in the form in which letters can be sent to them.

use super::dkim::Dkim;
use super::letter::plain;
use super::outbox::Class;
use crate::config::Config;
use crate::error::Result;
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::Mailbox;
use std::str::FromStr;

/// Who letters are from: those of accounts, and those of lists, so that whoever wants no letters of lists can tell
/// their mail program so and still gets those of the account.
#[derive(Clone, Debug)]
pub struct Sender {
    accounts: Mailbox,
    lists: Mailbox,
    /// What letters are signed with.
    dkim: Option<Dkim>,
}

/// What stands before the @ of letters of lists, unless that is the sender of the others.
const LISTS: [&str; 2] = ["letters", "lists"];

impl Sender {
    /// As the settings say; by default addresses at the host of the site.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn of(config: &Config) -> std::result::Result<Sender, String> {
        let accounts = match &config.mail_from {
            Some(text) => mailbox("WAYMARK_MAIL_FROM", text)?,
            None => {
                let host = config.base_url.as_ref().and_then(|url| url.host_str()).unwrap_or("localhost");
                mailbox("WAYMARK_MAIL_FROM", &format!("Waymark <waymark@{host}>"))?
            }
        };
        let sender = match &config.mail_from_lists {
            Some(text) => Sender::with_lists(accounts, text),
            None => Sender::alone(accounts),
        };
        Ok(Sender { dkim: Dkim::of(config)?, ..sender? })
    }

    /// With a sender of letters of lists made from that of accounts: the same name and domain.
    fn alone(accounts: Mailbox) -> std::result::Result<Sender, String> {
        let user = LISTS.into_iter().find(|user| !accounts.email.user().eq_ignore_ascii_case(user));
        let address = Address::new(user.unwrap_or_default(), accounts.email.domain());
        let address = address.map_err(|e| format!("Letters of lists have no sender: {e}."))?;
        Ok(Sender { lists: Mailbox::new(accounts.name.clone(), address), accounts, dkim: None })
    }

    /// Reads `WAYMARK_MAIL_FROM_LISTS`.
    fn with_lists(accounts: Mailbox, text: &str) -> std::result::Result<Sender, String> {
        let lists = mailbox("WAYMARK_MAIL_FROM_LISTS", text)?;
        if lists.email.to_string().eq_ignore_ascii_case(accounts.email.as_ref()) {
            return Err(format!(
                "WAYMARK_MAIL_FROM_LISTS is {}, which letters of accounts come from; write another address, so that \
                 whoever blocks letters of lists still gets those of the account",
                accounts.email
            ));
        }
        Ok(Sender { accounts, lists, dkim: None })
    }

    /// Whom a letter of this class comes from.
    pub fn mailbox(&self, class: Class) -> &Mailbox {
        if class == Class::Security { &self.accounts } else { &self.lists }
    }

    pub fn address(&self, class: Class) -> &Address {
        &self.mailbox(class).email
    }

    /// The domain that letters are numbered in.
    pub fn domain(&self) -> &str {
        self.accounts.email.domain()
    }

    /// The message, signed as of this moment if there is a key.
    pub(super) fn sign(&self, class: Class, at: DateTime<Utc>, message: Vec<u8>) -> Result<Vec<u8>> {
        match &self.dkim {
            Some(dkim) => dkim.sign(self.address(class).domain(), at, &message),
            None => Ok(message),
        }
    }

    /// The domain that lists are named in.
    pub fn lists_domain(&self) -> &str {
        self.lists.email.domain()
    }
}

/// Reads a setting that holds `Name <address>`, or an address alone.
fn mailbox(setting: &str, text: &str) -> std::result::Result<Mailbox, String> {
    let wrong = || {
        format!(
            "{setting} is \"{}\"; write a name and an address, such as Waymark <mail@guide.example.org>",
            plain(text)
        )
    };
    if text.chars().any(char::is_control) {
        return Err(wrong());
    }
    let mailbox = Mailbox::from_str(text.trim()).map_err(|_| wrong())?;
    let address = checked(mailbox.email.as_ref()).ok_or_else(wrong)?;
    let name = mailbox.name.map(|name| plain(&name)).filter(|name| !name.is_empty());
    Ok(Mailbox::new(Some(name.unwrap_or_else(|| "Waymark".into())), address))
}

/// The longest address that a relay has to take (RFC 5321), in bytes.
const LONGEST: usize = 254;

/// An address that letters can be sent to.
pub(super) fn checked(text: &str) -> Option<Address> {
    let (user, domain) = text.trim().rsplit_once('@')?;
    let domain = idna::domain_to_ascii_strict(domain).ok().filter(|domain| !domain.is_empty())?;
    let fits = user.len() + 1 + domain.len() <= LONGEST;
    // What is not ASCII before the @ needs relays that take it (SMTPUTF8), which many do not.
    let address = if fits { Address::new(user, domain).ok()? } else { return None };
    address.user().bytes().all(|b| b.is_ascii_graphic()).then_some(address)
}

/// A mail address in the form in which a letter can be sent to it: the domain in ASCII and small letters, what stands
/// before the @ as it was typed. None if letters cannot be sent there.
pub fn address(text: &str) -> Option<String> {
    checked(text).map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accounts: &str, lists: &str) -> std::result::Result<Sender, String> {
        let set = [("WAYMARK_MAIL_FROM", accounts), ("WAYMARK_MAIL_FROM_LISTS", lists)];
        let value = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Sender::of(&Config::read(value).unwrap())
    }

    #[test]
    fn an_address_is_brought_into_the_form_in_which_it_is_sent() {
        assert_eq!(address(" Alice@Example.ORG "), Some("Alice@example.org".into()));
        assert_eq!(address("alice@bücher.example"), Some("alice@xn--bcher-kva.example".into()));
        for text in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "älice@example.org",
            "a b@example.org",
            "a@b@c",
            "a@-b.example",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
        assert_eq!(address(&format!("alice@{}.example", "a.".repeat(130))), None);
    }

    #[test]
    fn a_wrong_sender_is_told_what_to_write() {
        for text in ["Waymark", "Waymark <>", "a@b, c@d", "Way\r\nmark <a@example.org>"] {
            let told = of(text, "").unwrap_err();
            assert!(told.contains("WAYMARK_MAIL_FROM is") && told.contains("write"), "{told}");
            let told = of("mail@example.org", text).unwrap_err();
            assert!(told.contains("WAYMARK_MAIL_FROM_LISTS is") && told.contains("write"), "{told}");
        }
        let sender = of("mail@example.org", "").unwrap();
        assert_eq!(sender.mailbox(Class::Security).to_string(), "Waymark <mail@example.org>");
        assert!(of("waymark@localhost", "").is_ok());
    }

    #[test]
    fn letters_of_lists_come_from_another_address_than_those_of_accounts() {
        for (accounts, lists, expected) in [
            ("", "", "Waymark <letters@localhost>"),
            ("Guide <mail@example.org>", "", "Guide <letters@example.org>"),
            ("Guide <Letters@example.org>", "", "Guide <lists@example.org>"),
            ("mail@example.org", "News <news@lists.example.org>", "News <news@lists.example.org>"),
        ] {
            let sender = of(accounts, lists).unwrap();
            for class in [Class::Notice, Class::Digest, Class::Newsletter] {
                assert_eq!(sender.mailbox(class).to_string(), expected);
            }
            assert_ne!(sender.address(Class::Security), sender.address(Class::Digest));
        }
        let told = of("mail@example.org", "Lists <MAIL@example.org>").unwrap_err();
        assert!(told.contains("WAYMARK_MAIL_FROM_LISTS") && told.contains("write another"), "{told}");
    }
}
