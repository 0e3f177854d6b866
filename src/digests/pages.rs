//! The web versions of letters: each at an address that nobody guesses, made by the templates of the letter itself.

use super::issue::read_issue;
use crate::error::{Error, Result};
use crate::mail::{self, PostOffice};
use crate::ui::Site;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path};
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/letters/read/{key}").get(show));
}

/// A letter as it was sent. An address that was cut off, made up, or is of somebody who left leads nowhere.
async fn show(site: Data<Arc<Site>>, office: Data<PostOffice>, key: Path<String>) -> Result<HttpResponse> {
    let (id, seal) = key.split_once('.').ok_or(Error::NotFound)?;
    let id = uuid::Uuid::parse_str(id).map_err(|_| Error::NotFound)?.hyphenated().to_string();
    if !office.is_sealed(&id, seal) {
        return Err(Error::NotFound);
    }
    let (letter, made) = site.db.read(move |conn| read_issue(conn, &id)).await?;
    Ok(mail::shown(office.html(&letter, made)?))
}
