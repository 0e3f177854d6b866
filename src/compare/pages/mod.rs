//! What visitors read: two roles side by side, the roles that fit what somebody knows, an advertisement beside a role.

mod choose;
mod job_ad;
mod pair;
mod view;
mod what;
mod what_if;

use crate::content::Content;
use crate::editing::Departure;
use crate::error::Result;
use crate::ui::Site;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(pair::PATH).get(pair::show))
        .service(web::resource(what_if::PATH).get(what_if::show).post(what_if::take))
        .service(web::resource(job_ad::PATH).get(job_ad::ask).post(job_ad::check));
}

/// Where an entry is now that had this slug, so that a link which somebody kept goes on leading there.
fn now<T: Content>(site: &Site, slug: &str) -> String {
    let folder = T::ADDRESS.unwrap_or_default();
    let path = match site.departure(&format!("{folder}{slug}")) {
        Some(Departure::To(path)) => path,
        _ => return slug.to_owned(),
    };
    path.strip_prefix(folder).unwrap_or(slug).to_owned()
}

fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// Made for whoever asks: with their readiness where they are signed in, with their text where they pasted one.
fn answer(status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page.render()?))
}
