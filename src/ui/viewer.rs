//! Who looks at a public page: nobody in particular, or somebody who is signed in and gets it made for them.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
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
    let noted = request.extensions().get::<Viewer>().cloned();
    noted.or_else(|| acquaintance(request)?.viewer(request))
}

/// Notes who sent a request that failed: `Front` makes the page for it after the session was put away. It has to stand
/// inside the layer that keeps sessions.
///
/// # Errors
/// What the handler returns.
pub async fn note_viewer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let answer = next.call(request).await?;
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    if let Some(viewer) = failed.then(|| viewer_of(answer.request())).flatten() {
        answer.request().extensions_mut().insert(viewer);
    }
    Ok(answer)
}
