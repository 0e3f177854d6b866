//! What a raw message must satisfy, rule by rule: given the bytes that a mail server got, it says what breaks which rule.

use super::smtpd::{Received, verify};
use mail_parser::{Message, MessageParser, MimeHeaders};
use std::collections::BTreeSet;

/// What is known of a message besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The address of the site.
    pub site: &'a str,
    /// The domain that letters come from.
    pub domain: &'a str,
    /// It is of a list, not of an account.
    pub list: bool,
    /// The name of the record with the key that it has to be signed with, if it has to be.
    pub signed: Option<&'a str>,
}

/// A rule and what breaks it.
pub type Broken = (&'static str, String);

const ONCE: [&str; 6] = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version"];
const OFTEN: [&str; 8] = [
    "Content-Type",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Waymark-Delivery",
    "Feedback-ID",
    "DKIM-Signature",
    "CFBL-Address",
    "Precedence",
];
const THREAD: [&str; 3] = ["Reply-To", "References", "In-Reply-To"];
const LIST: [&str; 6] =
    ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Archive", "List-Post"];
/// What a signature covers, where it is present.
const COVERED: [&str; 11] = [
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
/// After so many bytes mail programs cut a message off.
const SEEN: usize = 100_000;

/// A message taken apart as far as the rules need it.
struct Parts<'a> {
    raw: &'a [u8],
    /// Names and values of headers, the values as they stand, with their line breaks.
    headers: Vec<(String, String)>,
    message: Message<'a>,
    text: String,
    html: String,
}

impl<'a> Parts<'a> {
    fn of(raw: &'a [u8]) -> Parts<'a> {
        let text = String::from_utf8_lossy(raw).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            match (headers.last_mut(), line.starts_with([' ', '\t'])) {
                (Some((_, value)), true) => *value += &format!("\r\n{line}"),
                _ => {
                    let (name, value) = line.split_once(':').unwrap_or((line, ""));
                    headers.push((name.to_owned(), value.trim_start().to_owned()));
                }
            }
        }
        let message = MessageParser::default().parse(raw).unwrap_or_default();
        let body = |part: Option<std::borrow::Cow<str>>| part.map(|p| p.into_owned()).unwrap_or_default();
        let (plain, html) = (body(message.body_text(0)), body(message.body_html(0)));
        Parts { raw, headers, message, text: plain, html }
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }

    fn one(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    /// What stands in angle brackets, if that is all there is.
    fn bracketed(&self, name: &str) -> &str {
        self.one(name).strip_prefix('<').and_then(|v| v.strip_suffix('>')).unwrap_or_default()
    }

    /// The values of an attribute in the HTML.
    fn attributes(&self, name: &str) -> Vec<&str> {
        let open = format!(" {name}=\"");
        self.html.split(open.as_str()).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
    }

    fn domain_of_sender(&self) -> String {
        let from = self.message.from().and_then(|from| from.first()?.address().map(str::to_owned));
        from.and_then(|from| Some(from.rsplit_once('@')?.1.to_owned())).unwrap_or_default()
    }
}

/// Everything that a message breaks.
pub fn broken(received: &Received, about: &About) -> Vec<Broken> {
    let parts = Parts::of(&received.raw);
    let mut wrong = Wrong(Vec::new());
    headers(&parts, about, &mut wrong);
    bytes(&parts, &mut wrong);
    bodies(&parts, about, &mut wrong);
    look(&parts, about, &mut wrong);
    envelope(received, &parts, &mut wrong);
    if about.list {
        of_list(&parts, about, &mut wrong);
    } else {
        for name in LIST {
            wrong.unless("M21", parts.all(name).is_empty(), || format!("{name} on a letter of an account"));
        }
    }
    if let Some(record) = about.signed {
        signature(&parts, record, &mut wrong);
    }
    wrong.0
}

/// What messages break together: those of different deliveries, and those of lists and accounts.
pub fn broken_together(all: &[(Received, bool)]) -> Vec<Broken> {
    let mut wrong = Wrong(Vec::new());
    let mut ids = BTreeSet::new();
    let mut senders: [BTreeSet<String>; 2] = Default::default();
    for (received, list) in all {
        let parts = Parts::of(&received.raw);
        let id = parts.one("Message-ID").to_owned();
        wrong.unless("M03", ids.insert(id.clone()), || format!("two deliveries are {id}"));
        senders[usize::from(*list)].insert(parts.one("From").to_owned());
    }
    let both: Vec<&String> = senders[0].intersection(&senders[1]).collect();
    wrong.unless("M21", both.is_empty(), || format!("lists and accounts write as {both:?}"));
    wrong.0
}

/// What two attempts of one delivery, or two builds of it, break.
pub fn broken_again(once: &[u8], again: &[u8]) -> Vec<Broken> {
    let mut wrong = Wrong(Vec::new());
    let (first, second) = (Parts::of(once), Parts::of(again));
    for (rule, name) in [("M03", "Message-ID"), ("M04", "Date")] {
        wrong.unless(rule, first.one(name) == second.one(name), || format!("another {name} the second time"));
    }
    wrong.unless("M25", once == again, || "other bytes the second time".into());
    wrong.0
}

struct Wrong(Vec<Broken>);

impl Wrong {
    fn unless(&mut self, rule: &'static str, fine: bool, what: impl FnOnce() -> String) {
        if !fine {
            self.0.push((rule, what()));
        }
    }
}

fn headers(parts: &Parts, about: &About, wrong: &mut Wrong) {
    for name in ONCE {
        let count = parts.all(name).len();
        wrong.unless("M01", count == 1, || format!("{count} times {name}"));
    }
    for name in THREAD.iter().chain(&LIST).chain(&OFTEN) {
        let count = parts.all(name).len();
        wrong.unless("M01", count < 2, || format!("{count} times {name}"));
    }
    let from: Vec<_> = parts.message.from().map(|from| from.iter().collect()).unwrap_or_default();
    wrong.unless("M02", from.len() == 1, || format!("{} senders", from.len()));
    let domain = parts.domain_of_sender();
    wrong.unless("M02", domain == about.domain, || format!("it comes from {domain}"));
    let id = parts.bracketed("Message-ID");
    let ours = id.split_once('@').is_some_and(|(id, domain)| !id.is_empty() && domain == about.domain);
    wrong.unless("M03", ours, || format!("its Message-ID is {}", parts.one("Message-ID")));
    let date = parts.one("Date");
    let zone = date.rsplit(' ').next().unwrap_or_default();
    let numeric =
        zone.len() == 5 && zone.starts_with(['+', '-']) && zone[1..].bytes().all(|b| b.is_ascii_digit());
    wrong.unless("M04", numeric && chrono::DateTime::parse_from_rfc2822(date).is_ok(), || date.to_owned());
    for (name, _) in &parts.headers {
        let known = ONCE.iter().chain(&OFTEN).chain(&THREAD).chain(&LIST).chain(&["Return-Path", "Bcc"]);
        let known = known.into_iter().any(|known| known.eq_ignore_ascii_case(name));
        wrong.unless("M06", known, || format!("nobody here writes {name:?}"));
    }
    wrong.unless("M13", parts.one("Auto-Submitted") == "auto-generated", || "not Auto-Submitted".into());
    let quiet = parts.one("X-Auto-Response-Suppress") == "OOF, AutoReply";
    wrong.unless("M14", quiet, || "it asks for automatic answers".into());
    let delivery = parts.one("X-Waymark-Delivery");
    let same = !delivery.is_empty() && id.starts_with(&format!("{delivery}@"));
    wrong.unless("M16", same, || format!("its delivery is {delivery:?}"));
    let feedback = parts.one("Feedback-ID");
    wrong.unless("M16", feedback.matches(':').count() == 3, || format!("its Feedback-ID is {feedback:?}"));
    let head: &[u8] =
        parts.raw.windows(4).position(|w| w == b"\r\n\r\n").map_or(parts.raw, |at| &parts.raw[..at]);
    wrong.unless("M20", head.is_ascii(), || "letters outside ASCII in a header".into());
    for address in [parts.message.from(), parts.message.to()].into_iter().flatten().flat_map(|a| a.iter()) {
        wrong.unless("M20", address.address().is_some_and(str::is_ascii), || format!("{address:?}"));
    }
    let subject = parts.message.subject().unwrap_or_default().to_lowercase();
    let plain = ["re:", "fwd:", "fw:", "aw:"].iter().all(|prefix| !subject.starts_with(prefix));
    wrong.unless("M22", plain, || format!("\"{subject}\" answers nothing"));
    let threads = THREAD.iter().any(|name| !parts.all(name).is_empty());
    let notice = feedback.contains(":notice:");
    wrong.unless("M23", !threads || notice, || "it threads, and is no notice".into());
}

fn bytes(parts: &Parts, wrong: &mut Wrong) {
    let text = String::from_utf8_lossy(parts.raw);
    let bare = text.replace("\r\n", "").contains(['\r', '\n', '\0']);
    wrong.unless("M05", !bare, || "a bare CR or LF, or a NUL".into());
    let longest = text.split("\r\n").map(str::len).max().unwrap_or_default();
    wrong.unless("M05", longest <= 998, || format!("a line of {longest} bytes"));
}

fn bodies(parts: &Parts, about: &About, wrong: &mut Wrong) {
    let kind = |part: &mail_parser::MessagePart| {
        let kind = part.content_type();
        let charset = kind.and_then(|kind| kind.attribute("charset")).unwrap_or_default().to_lowercase();
        let kind = kind.map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()));
        (kind.unwrap_or_default(), charset)
    };
    let kinds: Vec<(String, String)> = parts.message.parts.iter().map(kind).collect();
    let expected = [("multipart/alternative", ""), ("text/plain", "utf-8"), ("text/html", "utf-8")];
    let as_expected = kinds.iter().map(|(k, c)| (k.as_str(), c.as_str())).eq(expected);
    wrong.unless("M07", as_expected, || format!("{kinds:?}"));
    let filled = parts.text.trim().len() > 40 && parts.html.len() > 400;
    wrong.unless("M07", filled, || "a part is empty".into());
    for link in parts.attributes("href") {
        let link = link.replace("&#38;", "&").replace("&amp;", "&");
        wrong.unless("M07", parts.text.contains(&link), || format!("{link} is not in the text"));
        let ours = link.strip_prefix(about.site).is_some_and(|rest| rest.starts_with('/'));
        wrong.unless("M18", ours, || format!("{link} leads elsewhere"));
        let led = ["url=", "redirect", "utm_", "/click", "/track"].iter().any(|word| link.contains(word));
        wrong.unless("M19", !led, || format!("{link} is a redirector"));
    }
    // Pictures that tell that a letter was opened.
    let images = parts.html.matches("<img").count();
    let sizes = [parts.attributes("width"), parts.attributes("height")].concat();
    let pixel = images > 0 && sizes.iter().any(|size| ["0", "1"].contains(size));
    wrong.unless("M19", !pixel, || "a pixel".into());
}

fn look(parts: &Parts, about: &About, wrong: &mut Wrong) {
    let html = &parts.html;
    for word in [
        "<html lang=\"",
        "max-width:600px",
        "name=\"color-scheme\" content=\"light dark\"",
        "name=\"supported-color-schemes\"",
    ] {
        wrong.unless("M18", html.contains(word), || format!("no {word}"));
    }
    let title = html.split_once("<title>").and_then(|(_, rest)| Some(rest.split_once("</title>")?.0));
    wrong.unless("M18", title.is_some_and(|title| !title.trim().is_empty()), || "no title".into());
    for word in ["<script", "<form", "<link", "<iframe", "data:", "@import", "url(", "http:", " onclick="] {
        wrong.unless("M18", !html.contains(word), || format!("it holds {word}"));
    }
    wrong.unless("M18", about.site.starts_with("https://"), || "the site is not https".into());
    for table in html.split("<table").skip(1) {
        let (open, rest) = table.split_once('>').unwrap_or_default();
        let own = rest.split("</table").next().unwrap_or_default();
        let fine = open.contains("role=\"presentation\"") || own.contains("scope=\"row\"");
        wrong.unless("M18", fine, || format!("a table for layout: <table{open}>"));
    }
    for image in html.split("<img").skip(1) {
        let image = image.split('>').next().unwrap_or_default();
        let said = [" alt=\"", " width=\"", " height=\""].iter().all(|word| image.contains(word));
        wrong.unless("M18", said, || format!("<img{image}> lacks something"));
    }
    for (what, on, ratio) in contrasts(html) {
        wrong.unless("M18", ratio >= 4.5, || format!("{what} on {on} has a contrast of {ratio:.1}"));
    }
}

/// The colours of text and what they stand on, in both themes, with their contrast (WCAG 2.2, 1.4.3).
fn contrasts(html: &str) -> Vec<(String, String, f64)> {
    let value = |style: &str, name: &str| {
        let rest =
            style.split([';', '{', '"']).find_map(|part| part.trim().strip_prefix(name)?.strip_prefix(':'));
        rest.map(|rest| rest.trim().split([' ', '!']).next().unwrap_or_default().to_owned())
    };
    // Elements with their classes and their styles, and the rules of the dark theme in the same form.
    let mut themes: [Vec<(String, String)>; 2] = Default::default();
    for open in html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default()) {
        let attribute = |name: &str| {
            let rest = open.split_once(&format!(" {name}=\""))?.1;
            Some(rest.split('"').next().unwrap_or_default().to_owned())
        };
        if let (Some(class), Some(style)) = (attribute("class"), attribute("style")) {
            themes[0].push((class, style));
        }
    }
    let dark = html
        .split_once("prefers-color-scheme: dark")
        .map_or("", |(_, rest)| rest.split("</style>").next().unwrap());
    for rule in dark.split('}') {
        if let Some((class, style)) = rule.split_once(" {").and_then(|_| rest_of_rule(rule)) {
            themes[1].push((class.to_owned(), style.to_owned()));
        }
    }
    let mut pairs = Vec::new();
    for theme in &themes {
        let ground = |class: &str| {
            let of = |wanted: &str| {
                let with = theme
                    .iter()
                    .find(|(c, s)| c.split(' ').any(|c| c == wanted) && s.contains("background-color"));
                with.and_then(|(_, style)| value(style, "background-color"))
            };
            let own = if class.contains("on-button") {
                "button"
            } else if class.contains("sunk") {
                "sunk"
            } else {
                "paper"
            };
            of(own).unwrap_or_else(|| "#FFFFFF".into())
        };
        for (class, style) in theme {
            if let Some(colour) = value(style, "color") {
                let on = ground(class);
                let ratio = contrast(&colour, &on);
                pairs.push((colour, on, ratio));
            }
        }
    }
    pairs
}

/// The class and the declarations of a rule such as `.ink { color: #EFEAE0 !important; `.
fn rest_of_rule(rule: &str) -> Option<(&str, &str)> {
    let (before, style) = rule.rsplit_once('{')?;
    Some((before.rsplit_once('.')?.1.trim(), style))
}

fn contrast(a: &str, b: &str) -> f64 {
    let light = |colour: &str| {
        let part = |at: usize| {
            let value =
                colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or_default();
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) + 0.05
    };
    let (a, b) = (light(a), light(b));
    a.max(b) / a.min(b)
}

fn envelope(received: &Received, parts: &Parts, wrong: &mut Wrong) {
    for name in ["Return-Path", "Bcc"] {
        wrong.unless("M15", parts.all(name).is_empty(), || format!("it has {name}"));
    }
    wrong.unless("M15", received.to.len() == 1, || format!("{} recipients", received.to.len()));
}

fn of_list(parts: &Parts, about: &About, wrong: &mut Wrong) {
    let address = |name: &str| {
        let value = parts.bracketed(name);
        let fine = value.starts_with(&format!("{}/", about.site)) && !value.contains([',', '<', ' ', '\r']);
        fine.then(|| value.to_owned())
    };
    let said = parts.one("List-Unsubscribe");
    wrong.unless("M08", address("List-Unsubscribe").is_some(), || format!("List-Unsubscribe is {said:?}"));
    let post = parts.one("List-Unsubscribe-Post");
    wrong.unless("M09", post == "List-Unsubscribe=One-Click", || format!("{post:?}"));
    let id = parts.one("List-Id");
    let named = id.split_once(" <").and_then(|(name, rest)| Some((name, rest.strip_suffix('>')?)));
    let fine = named.is_some_and(|(name, id)| {
        let token = id.strip_suffix(about.domain).and_then(|id| id.strip_suffix('.'));
        !name.is_empty() && token.is_some_and(|token| !token.is_empty() && !token.contains('.'))
    });
    wrong.unless("M11", fine, || format!("List-Id is {id:?}"));
    for name in ["List-Help", "List-Archive"] {
        wrong.unless("M12", address(name).is_some(), || format!("{name} is {:?}", parts.one(name)));
    }
    wrong.unless("M12", parts.one("List-Post") == "NO", || "people could write to the list".into());
    for (kind, part) in [("text", &parts.text), ("HTML", &parts.html)] {
        for name in ["List-Unsubscribe", "List-Help", "List-Archive"] {
            let address = parts.bracketed(name);
            let seen = part.find(address).is_some_and(|at| at < SEEN && !address.is_empty());
            wrong.unless("M17", seen, || format!("what {name} leads to is not in the {kind}"));
        }
        let why = part.find("You get this").is_some_and(|at| at < SEEN);
        wrong.unless("M17", why, || format!("the {kind} does not say why somebody gets it"));
    }
    let length = parts.message.subject().unwrap_or_default().chars().count();
    wrong.unless("M22", (10..=78).contains(&length), || format!("a subject of {length} characters"));
}

fn signature(parts: &Parts, record: &str, wrong: &mut Wrong) {
    let value = parts.one("DKIM-Signature").replace(['\r', '\n', '\t', ' '], "");
    let tag = |name: &str| value.split(';').find_map(|tag| tag.strip_prefix(name)?.strip_prefix('='));
    if let Some(said) = verify(parts.raw, record) {
        wrong.unless("M10", said.starts_with("holds"), || format!("the signature {said}"));
    }
    wrong.unless("M10", tag("c") == Some("relaxed/relaxed"), || format!("c={:?}", tag("c")));
    wrong.unless("M10", tag("l").is_none(), || "it covers a part of the body".into());
    let sender = parts.domain_of_sender();
    wrong.unless("M10", tag("d") == Some(&sender), || format!("d={:?} and not {sender}", tag("d")));
    let covered: Vec<&str> = tag("h").unwrap_or_default().split(':').collect();
    for name in COVERED.iter().filter(|name| !parts.all(name).is_empty()) {
        let there = covered.iter().any(|covered| covered.eq_ignore_ascii_case(name));
        wrong.unless("M10", there, || format!("{name} is not covered"));
    }
    let loop_address = parts.all("CFBL-Address").is_empty()
        || covered.iter().any(|c| c.eq_ignore_ascii_case("CFBL-Address"));
    wrong.unless("M24", loop_address, || "CFBL-Address is not covered".into());
}
