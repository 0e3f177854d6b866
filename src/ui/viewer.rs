//! Who looks at a public page: nobody in particular, or somebody who is signed in and gets it made for them.

use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their id.
    pub person: String,
    /// When they asked.
    pub now: DateTime<Utc>,
}

/// Knows those who are signed in.
pub trait Acquaintance {
    /// Whether a request brings what one of somebody who is signed in would bring. Every request is asked, so it looks at
    /// the headers and no further.
    fn may_be_known(&self, request: &HttpRequest) -> bool;

    /// Who sent a request; nobody unless they are signed in.
    fn viewer(&self, request: &HttpRequest) -> Option<Viewer>;
}

fn acquaintance(request: &HttpRequest) -> Option<&dyn Acquaintance> {
    request.app_data::<Data<Arc<dyn Acquaintance>>>().map(|data| data.get_ref().as_ref())
}

/// Whether an answer from memory may be the wrong one for whoever asks.
pub fn may_be_known(request: &HttpRequest) -> bool {
    acquaintance(request).is_some_and(|acquaintance| acquaintance.may_be_known(request))
}

/// Who sent a request, if they are signed in.
pub fn viewer_of(request: &HttpRequest) -> Option<Viewer> {
    acquaintance(request)?.viewer(request)
}
