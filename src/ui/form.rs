//! A form as it was sent: what was typed, and what has to be put right.

use crate::content::{Found, Problems, unseen};
use crate::error::Error;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

/// What was typed, by the names of the fields, and the problems found so far.
#[derive(Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    found: Vec<Found>,
}

impl Form {
    /// An empty one, with what its fields hold at first.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Form { fields, found: Vec::new() }
    }

    /// From a body as browsers send it.
    pub fn read(body: &[u8]) -> Self {
        Form { fields: url::form_urlencoded::parse(body).into_owned().collect(), found: Vec::new() }
    }

    /// A field exactly as it was typed; empty if it was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every field with its name.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The form as a browser sends it.
    pub fn body(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }

    /// A field of one line, without spaces around it; a problem if it is longer than `most` characters or holds
    /// characters that cannot be seen.
    pub fn line(&mut self, name: &str, most: usize) -> String {
        let text = self.value(name).trim().to_owned();
        if text.chars().count() > most {
            self.wrong(name, format!("This is longer than {most} characters. Shorten it."));
        } else if text.chars().any(unseen) {
            self.wrong(
                name,
                "This holds a character that cannot be seen. Type it again instead of pasting it.",
            );
        }
        text
    }

    /// Adds a problem: what to do, in a sentence. Without a field's name it is about the form as a whole.
    pub fn wrong(&mut self, name: &str, sentence: impl Into<String>) {
        let mut problems = Problems::default();
        problems.add(name, sentence);
        self.found.extend(problems.into_found());
    }

    /// The problems, in the order in which they were found.
    pub fn problems(&self) -> &[Found] {
        &self.found
    }

    pub fn fine(&self) -> bool {
        self.found.is_empty()
    }

    /// The first problem of a field; empty if there is none.
    pub fn problem(&self, name: &str) -> &str {
        self.found.iter().find(|found| found.field == name).map_or("", |found| &found.message)
    }
}

impl FromRequest for Form {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let urlencoded = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body = Bytes::from_request(request, payload);
        async move {
            let body = body.await.map_err(|_| Error::TooMuch(TOO_LONG.into()))?;
            if !urlencoded && !body.is_empty() {
                return Err(Error::Refused(
                    "This address takes the form of its page. Open the page and send it from there.".into(),
                ));
            }
            Ok(Form::read(&body))
        }
        .boxed_local()
    }
}

const TOO_LONG: &str =
    "The form holds more than this site takes. Go back, shorten the longest text and send it again.";

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn keeps_what_was_typed_and_says_what_is_wrong_with_it() {
        let mut form = Form::read(b"name=+Ali%0D%0Ace+&name=other&note=%E2%80%AEevil&empty=");

        assert_eq!(form.line("name", 50), "Ali\r\nce");
        assert_eq!(form.line("note", 3), "\u{202e}evil");
        assert_eq!(form.line("empty", 3), "");

        assert!(form.problem("name").contains("cannot be seen"));
        assert!(form.problem("note").contains("longer than 3"));
        assert_eq!(form.problem("empty"), "");
        assert_eq!(form.value("name"), " Ali\r\nce ");
        assert!(!form.fine());
    }
}
