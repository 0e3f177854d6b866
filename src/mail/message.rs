//! A letter as the message that goes over the wire, built once: two builds of one delivery are the same bytes.

use super::letter::{Letter, plain};
use super::list::Listed;
use super::outbox::Class;
use super::sender::{Sender, checked};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

/// One delivery: a letter to one address.
pub struct Delivery<'a> {
    /// A UUID.
    pub id: &'a str,
    pub class: Class,
    pub from: &'a Sender,
    pub to: &'a str,
    /// The address of the site.
    pub site: &'a str,
    pub created: DateTime<Utc>,
}

impl Delivery<'_> {
    /// The message, ready for a relay: CRLF, 7 bit, no line over 998.
    ///
    /// # Errors
    /// When the letter cannot be sent as it is, which is a mistake of the program.
    pub fn build(&self, letter: &Letter, list: Option<&Listed<'_>>) -> Result<Vec<u8>> {
        let wrong = |what: &str| Error::Unexpected(format!("a letter cannot be built: {what}"));
        let to = checked(self.to).ok_or_else(|| wrong("its address"))?;
        let (text, html) = letter.render(self.site, self.created, list)?;
        let header =
            |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let part = |kind: ContentType, body: String| {
            let body = Body::new_with_encoding(body, ContentTransferEncoding::QuotedPrintable);
            let body = body.map_err(|_| wrong("its encoding"))?;
            Ok::<_, Error>(SinglePart::builder().header(kind).body(body))
        };
        let parts = MultiPart::alternative()
            .boundary(boundary(self.id))
            .singlepart(part(ContentType::TEXT_PLAIN, text)?)
            .singlepart(part(ContentType::TEXT_HTML, html)?);
        let token = list.map_or("", |list| list.token);
        let mut message = Message::builder()
            .from(self.from.mailbox(self.class).clone())
            .to(Mailbox::new(None, to))
            .subject(plain(&letter.subject))
            .date(self.created.into())
            .message_id(Some(format!("<{}@{}>", self.id, self.from.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated".into()))
            .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply".into()))
            // Some relays write a Message-ID of their own.
            .raw_header(header("X-Waymark-Delivery", self.id.into()))
            .raw_header(header("Feedback-ID", format!("{token}::{}:waymark", self.class.word())));
        for header in list.map(|list| list.headers(self.from)).transpose()?.into_iter().flatten() {
            message = message.raw_header(header);
        }
        Ok(message.multipart(parts).map_err(|e| wrong(&e.to_string()))?.formatted())
    }
}

/// What stands between the parts of a delivery.
pub fn boundary(id: &str) -> String {
    format!("waymark-{id}")
}

#[cfg(test)]
mod tests {
    use super::super::letter::Part;
    use super::super::sender::address;
    use super::*;
    use crate::config::Config;
    use mail_parser::{MessageParser, MimeHeaders};

    fn letter() -> Letter {
        Letter {
            subject: "Confirm your address".into(),
            preheader: "One press, and your account is ready.".into(),
            parts: vec![
                Part::Words("Somebody, perhaps you, made an account – with ünïcode.".into()),
                Part::Action { label: "Confirm".into(), url: "https://guide.example.org/c?token=abc".into() },
                Part::Words("x".repeat(3000)),
            ],
            because: "You get this because of that.".into(),
        }
    }

    fn sender() -> Sender {
        of("Waymark <accounts@guide.example.org>", "").unwrap()
    }

    fn of(accounts: &str, lists: &str) -> std::result::Result<Sender, String> {
        let set = [("WAYMARK_MAIL_FROM", accounts), ("WAYMARK_MAIL_FROM_LISTS", lists)];
        let value = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Sender::of(&Config::read(value).unwrap())
    }

    fn built(id: &str, to: &str, letter: &Letter) -> Vec<u8> {
        let created = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let (from, site) = (&sender(), "https://guide.example.org");
        Delivery { id, class: Class::Security, from, to, site, created }.build(letter, None).unwrap()
    }

    const ID: &str = "0199a0b0-7d10-7000-8000-000000000001";

    /// The values of a header, as they stand.
    fn headers(message: &[u8], name: &str) -> Vec<String> {
        let text = String::from_utf8(message.to_vec()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
    }

    #[test]
    fn its_headers_stand_once_each_and_only_those_that_it_needs() {
        let message = built(ID, "alice@example.org", &letter());
        for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"] {
            assert_eq!(headers(&message, name).len(), 1, "{name}");
        }
        for name in [
            "Reply-To",
            "References",
            "In-Reply-To",
            "Return-Path",
            "Bcc",
            "Cc",
            "List-Id",
            "List-Unsubscribe",
            "Sender",
        ] {
            assert_eq!(headers(&message, name).len(), 0, "{name}");
        }
        assert_eq!(headers(&message, "From"), ["Waymark <accounts@guide.example.org>"]);
        assert_eq!(headers(&message, "Message-ID"), [format!("<{ID}@guide.example.org>")]);
        assert_eq!(headers(&message, "Date"), ["Wed, 18 Nov 2026 11:06:40 +0000"]);
        assert_eq!(headers(&message, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(headers(&message, "X-Auto-Response-Suppress"), ["OOF, AutoReply"]);
        assert_eq!(headers(&message, "X-Waymark-Delivery"), [ID]);
        assert_eq!(headers(&message, "Feedback-ID"), ["::security:waymark"]);
    }

    #[test]
    fn two_builds_are_the_same_bytes_and_two_deliveries_are_not() {
        let once = built(ID, "alice@example.org", &letter());
        assert_eq!(once, built(ID, "alice@example.org", &letter()));
        let other = built("0199a0b0-7d10-7000-8000-000000000002", "alice@example.org", &letter());
        assert_ne!(headers(&once, "Message-ID"), headers(&other, "Message-ID"));
    }

    #[test]
    fn its_lines_end_as_they_must_and_are_short() {
        let message = built(ID, "alice@example.org", &letter());
        let text = String::from_utf8(message).unwrap();
        assert!(text.is_ascii() && !text.contains('\0'));
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.split("\r\n").all(|line| line.len() <= 998));
    }

    #[test]
    fn another_program_reads_text_first_and_then_html_with_the_same_links() {
        let message = built(ID, "alice@example.org", &letter());
        let parsed = MessageParser::default().parse(&message).unwrap();
        let kind = parsed.content_type().unwrap();
        assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));
        assert!(kind.attribute("boundary").unwrap().contains(ID));
        let parts: Vec<_> = parsed.parts[1..].iter().map(|p| p.content_type().unwrap()).collect();
        assert_eq!(parts.iter().map(|p| p.subtype().unwrap()).collect::<Vec<_>>(), ["plain", "html"]);
        assert!(parts.iter().all(|p| p.attribute("charset").unwrap().eq_ignore_ascii_case("utf-8")));
        let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
        assert!(text.contains("ünïcode.") && html.contains("ünïcode."));
        let links: Vec<&str> = html.split("href=\"").skip(1).map(|r| r.split('"').next().unwrap()).collect();
        assert!(links.len() >= 3);
        for link in links {
            assert!(link.starts_with("https://guide.example.org/") && text.contains(link), "{link}");
        }
    }

    #[test]
    fn its_html_brings_nothing_along_and_tells_what_it_is() {
        let message = built(ID, "alice@example.org", &letter());
        let html = MessageParser::default().parse(&message).unwrap().body_html(0).unwrap().into_owned();
        for word in ["<script", "<form", "<link", "<img", "data:", "@import", "url(", "http:", "onclick"] {
            assert!(!html.contains(word), "{word}");
        }
        for word in [
            "<html lang=\"en\">",
            "<title>Confirm your address</title>",
            "name=\"color-scheme\" content=\"light dark\"",
            "max-width:600px",
            "prefers-color-scheme: dark",
        ] {
            assert!(html.contains(word), "{word}");
        }
        let tables = html.matches("<table").count();
        assert_eq!(tables, html.matches("<table role=\"presentation\"").count());
        assert!(html.len() < 100_000);
    }

    #[test]
    fn what_somebody_typed_makes_no_header() {
        let mut letter = letter();
        letter.subject = "Hi\r\nBcc: eve@example.org\u{2028}X-Evil: 1\0 \u{202e}x".into();
        let message = built(ID, "alice@example.org", &letter);
        assert!(headers(&message, "Bcc").is_empty() && headers(&message, "X-Evil").is_empty());
        let parsed = MessageParser::default().parse(&message).unwrap();
        assert_eq!(parsed.subject().unwrap(), "Hi Bcc: eve@example.org X-Evil: 1 x");
        for to in [
            "alice@example.org\r\nBcc: eve@example.org",
            "alice@example.org, eve@example.org",
            "a\0b@example.org",
        ] {
            assert_eq!(address(to), None, "{to:?}");
        }
    }

    #[test]
    fn names_of_any_script_arrive() {
        let mut letter = letter();
        letter.subject = "Zoë, dein Fahrplan – 日本語の長い件名がここにあり、まだまだ続いていきます".into();
        let message = built(ID, "alice@bücher.example", &letter);
        assert_eq!(headers(&message, "To"), ["alice@xn--bcher-kva.example"]);
        assert!(headers(&message, "Subject")[0].contains("=?utf-8?"));
        let parsed = MessageParser::default().parse(&message).unwrap();
        assert_eq!(parsed.subject().unwrap(), letter.subject);
        let from = of("Wegmarke Zürich <mail@bücher.example>", "").unwrap();
        assert_eq!(from.domain(), "xn--bcher-kva.example");
    }

    #[test]
    fn a_letter_of_a_list_can_be_stopped_and_one_of_an_account_carries_nothing_of_it() {
        let site = "https://guide.example.org";
        let list = Listed {
            subscription: "s",
            name: "What you follow",
            token: "follows",
            unsubscribe: &format!("{site}/unsubscribe/{}", "k".repeat(43)),
            preferences: &format!("{site}/letters/{}", "k".repeat(43)),
            web: &format!("{site}/letters/{}/{ID}", "k".repeat(43)),
            thread: None,
        };
        let build = |class, letter: &Letter, list| {
            let created = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
            let (from, to) = (&sender(), "alice@example.org");
            Delivery { id: ID, class, from, to, site, created }.build(letter, list).unwrap()
        };
        let message = build(Class::Digest, &letter(), Some(&list));
        assert_eq!(headers(&message, "From"), ["Waymark <letters@guide.example.org>"]);
        assert_eq!(headers(&message, "List-Id"), ["What you follow <follows.guide.example.org>"]);
        // Exactly one address, and on the line of its name.
        let raw = String::from_utf8(message.clone()).unwrap();
        assert!(raw.contains(&format!("\r\nList-Unsubscribe: <{}>\r\n", list.unsubscribe)));
        assert!(raw.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        assert!(raw.contains(&format!("\r\nList-Archive: <{}>\r\n", list.web)));
        assert!(raw.contains(&format!("\r\nList-Help: <{}>\r\n", list.preferences)));
        for (name, value) in [
            ("List-Post", "NO"),
            ("Precedence", "bulk"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
            ("Feedback-ID", "follows::digest:waymark"),
        ] {
            assert_eq!(headers(&message, name), [value]);
        }
        let parsed = MessageParser::default().parse(&message).unwrap();
        for part in [parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap()] {
            for said in [list.unsubscribe, list.preferences, list.web, "You get this because of that."] {
                assert!(part.contains(said), "{said}: {part}");
            }
        }
        // A very long one says it at its beginning too.
        let mut long = letter();
        long.parts
            .extend((0..2000).map(|number| Part::Words(format!("Change {number}. {}", "x".repeat(60)))));
        let message = build(Class::Digest, &long, Some(&list));
        let parsed = MessageParser::default().parse(&message).unwrap();
        for part in [parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap()] {
            assert!(part.len() > 102_000);
            for said in [list.unsubscribe, list.preferences, list.web, "You get this because of that."] {
                assert!(part.find(said).is_some_and(|at| at < 100_000), "{said}");
            }
        }
        let message = build(Class::Security, &letter(), None);
        let raw = String::from_utf8(message.clone()).unwrap();
        assert!(!raw.contains("\r\nList-") && headers(&message, "Precedence").is_empty());
        assert_eq!(headers(&message, "From"), ["Waymark <accounts@guide.example.org>"]);
    }
}
