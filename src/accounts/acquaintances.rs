//! Who looks at a public page, for pages that are made for those who are signed in.

use super::caller::Desk;
use super::session::{ID, PERSON, cookie_name};
use crate::ui::{Acquaintance, Viewer};
use actix_session::SessionExt;
use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;

/// Knows people by their sessions.
pub struct Acquaintances {
    /// The site is for this machine only.
    pub local: bool,
}

impl Acquaintance for Acquaintances {
    fn may_be_known(&self, request: &HttpRequest) -> bool {
        let name = cookie_name(self.local).as_bytes();
        let names = |part: &[u8]| {
            part.trim_ascii_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(b"="))
        };
        request
            .headers()
            .get_all(header::COOKIE)
            .any(|cookies| cookies.as_bytes().split(|b| *b == b';').any(names))
    }

    fn viewer(&self, request: &HttpRequest) -> Option<Viewer> {
        if !self.may_be_known(request) {
            return None;
        }
        let session = request.get_session();
        let text = |key| session.get::<String>(key).ok().flatten();
        let (person, _) = (text(PERSON)?, text(ID)?);
        let desk = request.app_data::<Data<Desk>>()?;
        Some(Viewer { person, now: desk.clock.now() })
    }
}
