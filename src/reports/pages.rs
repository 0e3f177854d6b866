//! The form, and the thanks for it. Neither is cached, and no cached page holds anything of them but a link.

use super::pass::{Pass, Refused};
use super::{Report, Subject, Taken, Typed};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::ui::{Form, Frame, Site, network_of};
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, FormConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    let form = FormConfig::default().limit(FORM);
    config
        .service(web::resource("/report").app_data(form).get(ask).post(take))
        .service(web::resource("/report/thanks").get(thanks));
}

/// What a form may send, in bytes: several times the longest report, so that one that is too long can be told so.
const FORM: usize = 256 * 1024;

/// Where a report belongs, as a link or a form names it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Place {
    page: String,
    section: String,
}

/// A form as it comes back.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    page: String,
    section: String,
    pass: String,
    words: String,
    source: String,
    reply: String,
    /// People do not see this field. Whoever fills it is no person.
    website: String,
}

/// The page of the form, with what was typed before and why it is shown again.
struct Asked {
    place: Place,
    subject: Subject,
    pass: String,
    form: Form,
    /// What is not about a field.
    notice: Option<String>,
    status: StatusCode,
}

#[derive(Template)]
#[template(path = "reports/form.html")]
struct Show {
    frame: Frame,
    asked: Asked,
}

async fn ask(site: Data<Arc<Site>>, request: HttpRequest, place: web::Query<Place>) -> Result<HttpResponse> {
    let (secret, place) = (site.secret.clone(), place.into_inner());
    let (frame, now) = (Frame::of(site.get_ref().clone(), &request), Utc::now());
    let form = site.db.read(move |conn| Asked::at(conn, place, &secret, now)).await?;
    form.answer(frame)
}

/// What becomes of a form that was sent.
enum Done {
    Kept,
    Again(Box<Asked>),
}

async fn take(site: Data<Arc<Site>>, request: HttpRequest, sent: web::Form<Sent>) -> Result<HttpResponse> {
    let Sent { page, section, pass, words, source, reply, website } = sent.into_inner();
    let place = Place { page, section };
    if !website.is_empty() {
        return Ok(to_thanks(&place));
    }
    let typed = Typed { words, source, reply }.tidied();
    let (frame, network) = (Frame::of(site.get_ref().clone(), &request), network_of(&site, &request));
    let secret = site.secret.clone();
    let now = Utc::now();
    let (its_place, its_typed, its_pass) = (place.clone(), typed.clone(), pass.clone());
    let done =
        site.db.write(move |conn| decide(conn, its_place, its_typed, its_pass, &network, &secret, now));
    match done.await {
        Ok(Done::Kept) => Ok(to_thanks(&place)),
        Ok(Done::Again(form)) => form.answer(frame),
        Err(Error::Unavailable(cause)) => {
            tracing::warn!(cause, "a report could not be kept; the form was shown again");
            // Which page it was cannot be looked up either; the form still says it when it is sent again.
            let subject = Subject::site();
            let notice = "It cannot be kept just now, because our database does not answer. \
                          What you wrote stands below: send it again in a moment.";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Asked { place, subject, pass, form: form_of(&typed), notice: Some(notice.into()), status }
                .answer(frame)
        }
        Err(error) => Err(error),
    }
}

/// Keeps the report, or gives the form again.
fn decide(
    conn: &mut Conn,
    place: Place,
    typed: Typed,
    pass: String,
    network: &str,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Done> {
    let mut form = Asked { form: form_of(&typed), ..Asked::at(conn, place, secret, now)? };
    if form.notice.is_some() {
        return Ok(Done::Again(Box::new(form)));
    }
    for problem in typed.problems() {
        form.form.wrong(&problem.field, problem.message);
    }
    if !form.form.fine() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(Done::Again(Box::new(Asked { pass, status, ..form })));
    }
    let again = |form: Asked, pass: String, notice: String, status: StatusCode| {
        Ok(Done::Again(Box::new(Asked { pass, notice: Some(notice), status, ..form })))
    };
    let read = match Pass::read(&pass, secret, now) {
        Ok(read) => read,
        Err(Refused::TooSoon) => {
            let notice = "Send it once more, please: what you wrote stands below. What comes within seconds is mostly sent by programs.";
            return again(form, pass, notice.into(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(Refused::Expired) => {
            let notice = "This form was open for more than a day, or did not come from this site. \
                          What you wrote stands below: send it again.";
            let fresh = form.pass.clone();
            return again(form, fresh, notice.into(), StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let report = Report {
        id: read.id.to_string(),
        page: form.subject.path.clone(),
        section: given(&form.place.section),
        revision: Some(read.revision).filter(|revision| *revision > 0),
        source: given(&typed.source),
        reply: given(&typed.reply),
        words: typed.words,
        reported: now,
    };
    let whose = match report.take(conn, secret, network)? {
        Taken::Kept => return Ok(Done::Kept),
        Taken::TooManyFromSender => "Five reports came from your network within this hour",
        Taken::TooManyFromAll => "More reports came within this hour than the editors can read",
    };
    let next = (now + TimeDelta::hours(1)).format("%H:00");
    let notice = format!("{whose}. What you wrote stands below: send it again after {next} UTC.");
    again(form, pass, notice, StatusCode::TOO_MANY_REQUESTS)
}

impl Asked {
    /// The empty form for a place. What is not there any more is told, and the next that is there takes its stead.
    fn at(conn: &mut Conn, place: Place, secret: &Secret, now: DateTime<Utc>) -> Result<Asked> {
        let Place { page, section } = place;
        let page = if page.is_empty() { "/".to_owned() } else { page };
        let (subject, mut notice, status) = match Subject::at(conn, &page)? {
            Some(subject) => (subject, None, StatusCode::OK),
            None => {
                let notice = format!(
                    "This site has no page at {}. You can write about the site as a whole instead; \
                     say which page you mean.",
                    shortened(&page)
                );
                (Subject::site(), Some(notice), StatusCode::NOT_FOUND)
            }
        };
        let known = section.is_empty() || subject.heading(&section).is_some();
        if !known && notice.is_none() {
            notice = Some(format!(
                "This page has no part called {}. You can write about the page as a whole instead; \
                 say which part you mean.",
                shortened(&section)
            ));
        }
        let place = Place {
            page: subject.path.clone(),
            section: if known && status == StatusCode::OK { section } else { String::new() },
        };
        let pass = Pass::new(subject.revision, now).signed(secret);
        Ok(Asked { place, subject, pass, form: Form::default(), notice, status })
    }

    fn answer(self, frame: Frame) -> Result<HttpResponse> {
        let status = self.status;
        let html = Show { frame, asked: self }.render()?;
        Ok(private(status).body(html))
    }

    /// The heading of the part that it is about.
    fn heading(&self) -> Option<&'static str> {
        self.subject.heading(&self.place.section)
    }

    fn whole_site(&self) -> bool {
        self.subject.path == "/"
    }

    /// Where the reader came from.
    fn back(&self) -> String {
        back(&self.subject, &self.place.section)
    }

    /// What stands above the problems.
    fn doing(&self) -> String {
        match self.form.problems().len() {
            1 => "One thing to put right before this can be sent".into(),
            count => format!("{count} things to put right before this can be sent"),
        }
    }
}

/// The fields as they were typed.
fn form_of(typed: &Typed) -> Form {
    Form::of(&[("words", &typed.words), ("source", &typed.source), ("reply", &typed.reply)])
}

fn back(subject: &Subject, section: &str) -> String {
    match subject.heading(section) {
        Some(_) => format!("{}#{section}", subject.path),
        None => subject.path.clone(),
    }
}

/// What somebody asked for, at a length that a sentence bears.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// An answer for one visitor, which nobody keeps.
fn private(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/html; charset=utf-8");
    response
}

fn to_thanks(place: &Place) -> HttpResponse {
    let mut address = url::form_urlencoded::Serializer::for_suffix("/report/thanks?".to_owned(), 15);
    address.append_pair("page", &shortened(&place.page)).append_pair("section", &shortened(&place.section));
    HttpResponse::SeeOther()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::LOCATION, address.finish()))
        .finish()
}

#[derive(Template)]
#[template(path = "reports/thanks.html")]
struct Thanks {
    frame: Frame,
    subject: Subject,
    back: String,
    heading: Option<&'static str>,
}

async fn thanks(
    site: Data<Arc<Site>>,
    request: HttpRequest,
    place: web::Query<Place>,
) -> Result<HttpResponse> {
    let Place { page, section } = place.into_inner();
    let subject = site.db.read(move |conn| Subject::at(conn, &page)).await?.unwrap_or_else(Subject::site);
    let (back, heading) = (back(&subject, &section), subject.heading(&section));
    let frame = Frame::of(site.get_ref().clone(), &request);
    Ok(private(StatusCode::OK).body(Thanks { frame, subject, back, heading }.render()?))
}
