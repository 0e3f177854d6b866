//! A letter: one source for its text and its HTML.

use super::list::Listed;
use crate::content::unseen;
use crate::error::{Error, Result};
use askama::Template;
use chrono::{DateTime, Utc};

/// What is written to a person. Subject and parts may hold what people typed: nothing in them can make a header,
/// a link or a change of direction.
#[derive(Clone, Debug)]
pub struct Letter {
    pub subject: String,
    /// What lists of letters show after the subject; a whole sentence.
    pub preheader: String,
    pub parts: Vec<Part>,
    /// Why the person gets this letter; a whole sentence.
    pub because: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A paragraph.
    Words(String),
    /// The thing to do. The address is one of this site.
    Action { label: String, url: String },
    /// Names with their values.
    Facts(Vec<(String, String)>),
    /// A code to be typed.
    Code(String),
}

/// The colours of a theme, from the site's own.
struct Palette {
    paper: &'static str,
    sunk: &'static str,
    ink: &'static str,
    ink2: &'static str,
    line: &'static str,
    rule: &'static str,
    accent: &'static str,
    on_accent: &'static str,
}

const LIGHT: Palette = Palette {
    paper: "#F3F0E9",
    sunk: "#E8E3D8",
    ink: "#1D1A16",
    ink2: "#595145",
    line: "#1D1A16",
    rule: "#D3CBBC",
    accent: "#A3145F",
    on_accent: "#FFFFFF",
};

const DARK: Palette = Palette {
    paper: "#181613",
    sunk: "#100F0C",
    ink: "#EFEAE0",
    ink2: "#BCB4A5",
    line: "#A89F8F",
    rule: "#3D372F",
    accent: "#F58FBD",
    on_accent: "#260E1A",
};

/// Mail programs cut off what comes after some 102,000 bytes, and with it the way to stop a letter.
const CLIPPED: usize = 90_000;

#[derive(Template)]
#[template(path = "letters/letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
    list: Option<&'a Listed<'a>>,
    list_first: bool,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "letters/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    list: Option<&'a Listed<'a>>,
    /// How to stop it stands at the beginning too, since the letter is long.
    list_first: bool,
    site: &'a str,
    day: String,
    light: Palette,
    dark: Palette,
}

impl Letter {
    /// The letter with nothing in it that a reader does not see.
    pub(super) fn plain(&self) -> Letter {
        let part = |part: &Part| match part {
            Part::Words(words) => Part::Words(plain(words)),
            Part::Action { label, url } => Part::Action { label: plain(label), url: url.clone() },
            Part::Facts(facts) => {
                Part::Facts(facts.iter().map(|(name, value)| (plain(name), plain(value))).collect())
            }
            Part::Code(code) => Part::Code(plain(code)),
        };
        Letter {
            subject: plain(&self.subject),
            preheader: plain(&self.preheader),
            parts: self.parts.iter().map(part).collect(),
            because: plain(&self.because),
        }
    }

    /// Its text and its HTML, as a letter of the site at this address; with the way to stop it, if it is of a list.
    ///
    /// # Errors
    /// When it leads away from the site: whoever gets a letter of ours is sent nowhere else.
    pub(super) fn render(
        &self,
        site: &str,
        written: DateTime<Utc>,
        list: Option<&Listed<'_>>,
    ) -> Result<(String, String)> {
        let actions = self.parts.iter().filter_map(|part| match part {
            Part::Action { url, .. } => Some(url.as_str()),
            _ => None,
        });
        for url in actions.chain(list.iter().flat_map(|list| list.addresses())) {
            let ours = url.strip_prefix(site).is_some_and(|rest| rest.starts_with('/'));
            if !ours || !url.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(Error::Unexpected("a letter leads to an address that is not this site's".into()));
            }
        }
        let letter = &self.plain();
        let day = written.format("%-d %B %Y").to_string();
        let render = |list_first| {
            let text = Text { letter, list, list_first, site }.render()?;
            let day = day.clone();
            let html = Html { letter, list, list_first, site, day, light: LIGHT, dark: DARK }.render()?;
            Ok::<_, Error>((text, html))
        };
        let (text, html) = render(false)?;
        if list.is_some() && text.len().max(html.len()) > CLIPPED { render(true) } else { Ok((text, html)) }
    }
}

/// On one line, without what is not seen: control characters, and what turns the direction of reading.
pub(super) fn plain(text: &str) -> String {
    let spaced = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let text: String = text.chars().map(spaced).filter(|c| !unseen(*c)).collect();
    // Spaces that do not break stay as they are.
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str, url: &str) -> Letter {
        Letter {
            subject: subject.into(),
            preheader: "A sentence.".into(),
            parts: vec![Part::Action { label: "Go on".into(), url: url.into() }],
            because: "Because.".into(),
        }
    }

    #[test]
    fn what_is_not_seen_is_taken_out() {
        assert_eq!(plain("Bob\r\nBcc: eve@example.org"), "Bob Bcc: eve@example.org");
        assert_eq!(plain("a\u{2028}b\u{2029}c\0d\u{85}e\tf\u{7f}"), "a b c d e f");
        assert_eq!(plain("\u{202e}gnp.exe\u{2066}\u{feff}"), "gnp.exe");
        assert_eq!(plain("  Zoë  Łuczak\u{a0}X "), "Zoë Łuczak\u{a0}X");
    }

    #[test]
    fn it_leads_to_this_site_only() {
        let site = "https://guide.example.org";
        for url in [
            "https://evil.example/",
            "https://guide.example.org.evil.example/",
            "javascript:x",
            "https://guide.example.org/\r\nX: y",
        ] {
            assert!(letter("S", url).render(site, Utc::now(), None).is_err(), "{url}");
        }
        assert!(
            letter("S", "https://guide.example.org/sign-in?token=a").render(site, Utc::now(), None).is_ok()
        );
    }

    #[test]
    fn its_text_and_its_html_say_the_same() {
        let mut letter = letter("Confirm <your> address & go on", "https://guide.example.org/c?a=1&b=2");
        letter.parts.push(Part::Words("Words of the letter.".into()));
        letter.parts.push(Part::Facts(vec![("From".into(), "Firefox".into())]));
        letter.parts.push(Part::Code("314 159".into()));
        let (text, html) = letter.render("https://guide.example.org", Utc::now(), None).unwrap();
        for said in ["Words of the letter.", "Because.", "Firefox", "314 159", "Go on"] {
            assert!(text.contains(said) && html.contains(said), "{said}");
        }
        assert!(text.contains("Confirm <your> address & go on"));
        assert!(html.contains("Confirm &#60;your&#62; address &#38; go on"));
        assert!(text.contains("\nhttps://guide.example.org/c?a=1&b=2\n"));
        assert!(html.contains("href=\"https://guide.example.org/c?a=1&#38;b=2\""));
    }

    /// The ratio by WCAG 2.
    fn contrast(a: &str, b: &str) -> f64 {
        let light = |colour: &str| {
            let part = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_word_stands_out_in_both_themes() {
        for theme in [LIGHT, DARK] {
            for (colour, ground) in [
                (theme.ink, theme.paper),
                (theme.ink2, theme.paper),
                (theme.accent, theme.paper),
                (theme.on_accent, theme.accent),
                (theme.ink, theme.sunk),
            ] {
                assert!(contrast(colour, ground) >= 4.5, "{colour} on {ground}");
            }
        }
    }
}
