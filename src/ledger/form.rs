//! What somebody says of a skill, as a form.

use super::{EVIDENCE, Evidence, Mark, Marked, NOTE, Said, TITLE};
use crate::content::unseen;
use crate::ui::Form;

/// How many rows for evidence a form may send: more than are kept, so that what is too many can be told.
const ROWS: usize = 100;

/// Reads what was typed about a skill; what is wrong with it is added to the form.
pub(super) fn said(form: &mut Form) -> Option<Said> {
    let mark = Mark::from_word(form.value("mark"));
    if mark.is_none() {
        form.wrong("mark-learning", "Choose one of these.");
    }
    let note = form.value("note").replace("\r\n", "\n").trim_end().to_owned();
    if note.chars().count() > NOTE {
        form.wrong(
            "note",
            format!("This is {} characters long, of {NOTE} at most. Shorten it.", note.chars().count()),
        );
    } else if note.chars().any(|c| unseen(c) && c != '\n' && c != '\t') {
        form.wrong(
            "note",
            "This holds a character that cannot be seen. Type that place again instead of pasting it.",
        );
    }
    let mut evidence = Vec::new();
    for i in 0..ROWS {
        let (title_name, url_name) = (format!("title-{i}"), format!("url-{i}"));
        let title = form.line(&title_name, TITLE);
        let typed = form.value(&url_name).trim().to_owned();
        if typed.is_empty() && title.is_empty() {
            continue;
        }
        match Evidence::address(&typed) {
            Ok(url) => {
                let host = || url::Url::parse(&url).ok()?.host_str().map(str::to_owned);
                let title = if title.is_empty() { host().unwrap_or_default() } else { title };
                evidence.push(Evidence { title, url });
            }
            Err(_) if typed.is_empty() => {
                form.wrong(&url_name, "The address is missing. Type it, or clear the title as well.");
            }
            Err(sentence) => form.wrong(&url_name, sentence),
        }
    }
    if evidence.len() > EVIDENCE {
        form.wrong(
            "title-0",
            format!("These are {} links, of {EVIDENCE} at most. Clear some.", evidence.len()),
        );
    }
    mark.filter(|_| form.fine()).map(|mark| Said { mark, note, evidence })
}

/// A form that holds what is kept.
pub fn form_of(marked: Option<&Marked>) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    if let Some(marked) = marked {
        fields.push(("mark".into(), marked.mark.word().into()));
        fields.push(("note".into(), marked.note.clone()));
        for (i, evidence) in marked.evidence.iter().enumerate() {
            fields.push((format!("title-{i}"), evidence.title.clone()));
            fields.push((format!("url-{i}"), evidence.url.clone()));
        }
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Form::of(&fields)
}

/// The names of the fields of evidence: as many rows as hold something, and two more to fill in.
pub fn rows(form: &Form) -> Vec<(String, String)> {
    let filled = |i: &usize| {
        let typed = |name: &str| !form.value(&format!("{name}-{i}")).trim().is_empty();
        typed("title") || typed("url")
    };
    let held = (0..ROWS).filter(filled).max().map_or(0, |last| last + 1);
    (0..(held + 2).min(EVIDENCE.max(held))).map(|i| (format!("title-{i}"), format!("url-{i}"))).collect()
}
