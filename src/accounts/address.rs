//! A mail address: as somebody writes it, and folded to be compared.

use super::token;
use email_address::EmailAddress;

/// An address that letters can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress {
    /// As it was typed, with its domain in ASCII.
    pub shown: String,
    /// In lower case: two addresses that differ in case alone are one person's.
    pub folded: String,
}

/// The longest address that SMTP takes (RFC 5321, 4.5.3.1.3, without its brackets).
const LENGTH: usize = 254;

impl MailAddress {
    /// # Errors
    /// A sentence that says what to do.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err("Write your mail address.".into());
        }
        let wrong = || "This is not a mail address. Write it as in name@example.org.".to_owned();
        let (local, domain) = typed.rsplit_once('@').ok_or_else(wrong)?;
        if !local.is_ascii() {
            return Err(
                "The part before the @ has a letter outside a to z, which many mail servers refuse. \
                        Use an address without it."
                    .into(),
            );
        }
        let host = url::Host::parse(domain).map_err(|_| wrong())?;
        let url::Host::Domain(domain) = host else { return Err(wrong()) };
        // One label is a machine of a local network, where a letter from here does not go.
        if !domain.contains('.') || local.starts_with('"') {
            return Err(wrong());
        }
        let shown = format!("{local}@{domain}");
        if !EmailAddress::is_valid(&shown) {
            return Err(wrong());
        }
        if shown.len() > LENGTH {
            return Err(format!("A mail address has at most {LENGTH} characters."));
        }
        // What letters can be sent to, exactly.
        crate::mail::address(&shown).ok_or_else(wrong)?;
        Ok(MailAddress { folded: shown.to_ascii_lowercase(), shown })
    }
}

impl MailAddress {
    /// What tokens of somebody without an account stand under.
    pub fn key(&self) -> String {
        format!("a:{}", &token::hash(&self.folded)[..32])
    }

    /// Enough to tell whose it is for somebody who knows it, and no more, such as "al…@example.org".
    pub fn masked(&self) -> String {
        let (local, domain) = self.shown.rsplit_once('@').unwrap_or_default();
        let shown = if local.chars().count() > 4 { 2 } else { 1 };
        format!("{}…@{domain}", local.chars().take(shown).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::MailAddress;

    #[test]
    fn upper_and_lower_case_are_one_address() {
        let (a, b) = (MailAddress::parse("Alice@Example.ORG"), MailAddress::parse(" alice@example.org "));
        assert_eq!(a.unwrap().folded, b.unwrap().folded);
    }

    #[test]
    fn a_domain_with_other_letters_is_written_as_mail_servers_know_it() {
        assert_eq!(MailAddress::parse("alice@bücher.example").unwrap().shown, "alice@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_do() {
        let long = format!("{}@example.org", "a".repeat(300));
        for typed in [
            "",
            "alice",
            "alice@",
            "@example.org",
            "alice@example",
            "a b@example.org",
            "alice@example.org\r\nBcc: bob@example.org",
            "alice@[127.0.0.1]",
            "\"a\"@example.org",
            "alice\u{0}@example.org",
            "alice\u{202e}@example.org",
            "al\u{ed}ce@example.org",
            "alice@foo_bar.example.org",
            "alice@a!b.example.org",
            "😀@example.org",
            &long,
        ] {
            let told = MailAddress::parse(typed).unwrap_err();
            assert!(told.ends_with('.') && told.len() > 20, "{typed}: {told}");
        }
    }
}
