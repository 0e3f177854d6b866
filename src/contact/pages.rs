//! The contact page and security.txt.

use crate::content::render_markdown;
use crate::editing::Entry;
use crate::error::Result;
use crate::texts::Text;
use crate::ui::{Frame, PublicPage, Site};
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, http::header};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use email_address::EmailAddress;
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/contact").get(show))
        .service(web::resource("/.well-known/security.txt").get(security));
}

#[derive(Template)]
#[template(path = "contact/show.html")]
struct Show {
    frame: Frame,
    text: Text,
    /// Sanitized.
    html: String,
    address: Option<EmailAddress>,
}

async fn show(page: PublicPage, site: Data<Arc<Site>>) -> Result<HttpResponse> {
    let address = site.contact.clone();
    page.show(move |conn, frame| {
        let text = Entry::<Text>::find(conn, "contact")?.content;
        let (html, _) = render_markdown(&text.text);
        Ok(Show { frame, text, html, address })
    })
    .await
}

/// RFC 9116 wants it to lie less than a year ahead.
const GOOD_FOR: TimeDelta = TimeDelta::days(360);

/// Not from the cache of pages, which would keep its date until the guide changes.
async fn security(site: Data<Arc<Site>>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .content_type("text/plain; charset=utf-8")
        .body(security_txt(&site.address, site.contact.as_ref(), Utc::now()))
}

fn security_txt(site: &str, contact: Option<&EmailAddress>, now: DateTime<Utc>) -> String {
    let contact = contact.map_or_else(|| format!("{site}/contact"), |address| address.to_uri());
    let expires = (now + GOOD_FOR).format("%Y-%m-%dT00:00:00Z");
    format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n\
         Canonical: {site}/.well-known/security.txt\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_txt_says_all_that_rfc_9116_asks_for() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T13:14:15Z").unwrap().to_utc();
        let address: EmailAddress = "editors@guide.example.org".parse().unwrap();

        let text = security_txt("https://guide.example.org", Some(&address), now);

        assert_eq!(
            text,
            "Contact: mailto:editors@guide.example.org\n\
             Expires: 2027-11-16T00:00:00Z\n\
             Preferred-Languages: en\n\
             Canonical: https://guide.example.org/.well-known/security.txt\n"
        );
        let without = security_txt("https://guide.example.org", None, now);
        assert!(without.starts_with("Contact: https://guide.example.org/contact\n"), "{without}");
    }
}
