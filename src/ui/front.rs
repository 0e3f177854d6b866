//! The front door: every request passes here first and every answer last.
//!
//! It refuses what the guards refuse, answers from memory what is in memory, puts pages where an answer failed,
//! and adds the headers that every answer carries.

use super::network::in_the_clear;
use super::{Frame, Site, failure, guard, page, viewer};
use crate::error::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

type Answer = Result<ServiceResponse<BoxBody>, actix_web::Error>;

/// Middleware that stands around the whole site.
pub struct Front {
    site: Arc<Site>,
}

impl Front {
    pub fn of(site: Arc<Site>) -> Self {
        Front { site }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type Transform = Door<S>;
    type InitError = ();
    type Future = Ready<Result<Door<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let headers = everywhere(&self.site);
        ready(Ok(Door(Rc::new(Inner { site: self.site.clone(), headers, service: inner }))))
    }
}

pub struct Door<S>(Rc<Inner<S>>);

struct Inner<S> {
    site: Arc<Site>,
    headers: Vec<(HeaderName, HeaderValue)>,
    service: S,
}

impl<S, B> Service<ServiceRequest> for Door<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type Future = Either<Ready<Answer>, LocalBoxFuture<'static, Answer>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let mut visit = Visit::begin();
        let door = &self.0;
        if let Some(refusal) = guard::refusal(&door.site, request.request()) {
            let id = visit.id();
            let frame = Frame::of(door.site.clone(), request.request());
            let response = failure::page(frame, refusal.status, Some(refusal.sentence), &id);
            let answer = request.into_response(response);
            return Either::Left(ready(Ok(door.leave(visit, answer, None))));
        }
        if let Some(response) = to_https(&door.site, request.request()) {
            let answer = request.into_response(response);
            return Either::Left(ready(Ok(door.leave(visit, answer, None))));
        }
        if let Some(response) = in_memory(&door.site, request.request()) {
            visit.ready = true;
            let answer = request.into_response(response);
            return Either::Left(ready(Ok(door.leave(visit, answer, None))));
        }
        let door = door.clone();
        Either::Right(Box::pin(async move { door.walk(visit, request).await }))
    }
}

impl<S, B> Inner<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody + 'static,
{
    /// The long way: through the routes to a handler.
    async fn walk(&self, visit: Visit, mut request: ServiceRequest) -> Answer {
        let method = request.method().clone();
        if method == Method::HEAD {
            // Routes answer GET; the connection knows by itself to send no body.
            request.head_mut().method = Method::GET;
        }
        let path = request.path().to_owned();
        let query = request.query_string().to_owned();
        if let Some(better) = plain(&path).filter(|_| method == Method::GET) {
            let response =
                HttpResponse::PermanentRedirect().insert_header((header::LOCATION, better)).finish();
            return Ok(self.leave(visit, request.into_response(response), None));
        }
        let answer = self.service.call(request).await?.map_into_boxed_body();
        let status = answer.status();
        let error = answer.response().error().and_then(|e| e.as_error::<Error>());
        let past_end = matches!(error, Some(Error::PastEnd));
        let (cause, sentence) =
            (error.map(ToString::to_string), error.and_then(|e| e.sentence().map(str::to_owned)));
        // What the library says of a query or a form that it cannot read is not for visitors.
        let worded = has_body(&answer) && answer.response().error().is_none();
        if !status.is_client_error() && !status.is_server_error() || worded {
            return Ok(self.leave(visit, answer, cause));
        }
        let frame = Frame::of(self.site.clone(), answer.request());
        if status == StatusCode::NOT_FOUND
            && matches!(method, Method::GET | Method::HEAD)
            && !past_end
            && let Some(departure) = self.site.departure(&path)
        {
            let response = failure::departed(frame, &query, departure);
            return Ok(self.leave(visit, answer.into_response(response), None));
        }
        if status == StatusCode::NOT_FOUND
            && method == Method::GET
            && let Some(better) = tidied(&path)
        {
            let response =
                HttpResponse::PermanentRedirect().insert_header((header::LOCATION, better)).finish();
            return Ok(self.leave(visit, answer.into_response(response), None));
        }
        let allowed = answer.response().headers().get(header::ALLOW).map(allowed);
        let mut response = if past_end {
            failure::past_end(frame)
        } else if let Some(allowed) = &allowed {
            failure::not_so(frame, allowed, &visit.id())
        } else {
            failure::page(frame, status, sentence.as_deref(), &visit.id())
        };
        if let Some(allowed) = allowed.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        Ok(self.leave(visit, answer.into_response(response), cause))
    }
}

impl<S> Inner<S> {
    /// Adds what every answer carries, and logs what is worth a line.
    fn leave(
        &self,
        visit: Visit,
        mut answer: ServiceResponse<BoxBody>,
        cause: Option<String>,
    ) -> ServiceResponse<BoxBody> {
        let headers = answer.headers_mut();
        for (name, value) in &self.headers {
            // A page that needs another policy has set it.
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        visit.end(&mut answer, cause);
        answer
    }
}

/// The methods that a route takes, from what the library says; whatever answers GET answers HEAD.
fn allowed(methods: &HeaderValue) -> String {
    let methods = methods.to_str().unwrap_or_default();
    let methods = methods.split(',').map(str::trim).filter(|method| *method != "HEAD");
    methods.map(|method| if method == "GET" { "GET, HEAD" } else { method }).collect::<Vec<_>>().join(", ")
}

/// The way to the same address with encryption, for a visitor who came to our proxy without it.
fn to_https(site: &Site, request: &HttpRequest) -> Option<HttpResponse> {
    if site.local || !matches!(*request.method(), Method::GET | Method::HEAD) || !in_the_clear(site, request)
    {
        return None;
    }
    let address = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let address = format!("{}/{}", site.address, address.trim_start_matches('/'));
    Some(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, address)).finish())
}

fn has_body(answer: &ServiceResponse<BoxBody>) -> bool {
    !matches!(answer.response().body().size(), BodySize::None | BodySize::Sized(0))
}

/// A static file or a page that is in memory; those cost no routing, no query and no rendering.
fn in_memory(site: &Site, request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    if let Some(file) = site.assets.get(request.path()) {
        return Some(file.answer(request));
    }
    let ready = if viewer::may_be_known(request) {
        // Made for whoever is signed in; who that is, the long way tells.
        None
    } else if request.query_string().is_empty() {
        site.pages.ready(request.path())
    } else if page::preview_asked(request).is_some() {
        // Made for one editor, and for nobody else.
        None
    } else {
        site.pages.ready(&page::key(request))
    };
    // One that has to be compressed first goes the long way, which does that beside.
    ready.filter(|page| page.stands_in(page.coding_for(request))).map(|page| page.answer(request))
}

/// A path without needless percent signs, if it has some and is plain without them.
fn plain(path: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let plain = decoded != path && decoded.bytes().all(unreserved);
    let same_parts = decoded.matches('/').count() == path.matches('/').count();
    (plain && same_parts && !decoded.contains("/.") && !decoded.starts_with("//"))
        .then(|| decoded.into_owned())
}

/// A path without doubled and trailing slashes and without capitals but those of keys, if that makes it another one.
fn tidied(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let small = |part: &str| if is_key(part) { part.to_owned() } else { part.to_ascii_lowercase() };
    let tidy = format!("/{}", parts.into_iter().map(small).collect::<Vec<_>>().join("/"));
    let plain = tidy.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (tidy != path && plain).then_some(tidy)
}

/// One request on its way through.
struct Visit {
    count: u64,
    began: Instant,
    /// The answer stood ready: nothing can have gone wrong that somebody might ask about.
    ready: bool,
}

/// Answers that took longer are logged even when they are fine.
const SLOW: Duration = Duration::from_millis(250);

impl Visit {
    fn begin() -> Visit {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        Visit { count: COUNT.fetch_add(1, Ordering::Relaxed), began: Instant::now(), ready: false }
    }

    /// This process's own mark and a count: enough to find a request in the logs of several instances.
    fn id(&self) -> String {
        static PROCESS: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let process = PROCESS.get_or_init(|| {
            let unique = uuid::Uuid::now_v7().simple().to_string();
            unique[unique.len() - 8..].to_owned()
        });
        format!("{process}-{:x}", self.count)
    }

    fn end(self, answer: &mut ServiceResponse<BoxBody>, cause: Option<String>) {
        let took = self.began.elapsed();
        let told = tracing::enabled!(target: "waymark::access", tracing::Level::DEBUG);
        if self.ready && took < SLOW && !told {
            return;
        }
        let id = self.id();
        let status = answer.status().as_u16();
        let request = answer.request();
        let (method, path) = (request.method().as_str(), request.path());
        let ms = took.as_secs_f64() * 1000.0;
        // The path only: a query may hold what somebody typed.
        let path = &without_keys(path);
        if status >= 500 {
            let cause = cause.unwrap_or_default();
            tracing::error!(target: "waymark::access", id, method, path, status, ms, cause, "failed");
        } else if took > SLOW {
            tracing::warn!(target: "waymark::access", id, method, path, status, ms, "slow");
        } else {
            tracing::debug!(target: "waymark::access", id, method, path, status, ms, "answered");
        }
        if let Ok(id) = HeaderValue::try_from(id) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
    }
}

/// How long the keys are that stand in some addresses.
const KEY: usize = 43;

/// A path as it may be logged: whoever reads the log must not be able to use the keys in it. Slugs have no capitals.
fn without_keys(path: &str) -> String {
    path.split('/').map(|part| if is_key(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
}

fn is_key(part: &str) -> bool {
    part.len() >= KEY && part.bytes().any(|b| b.is_ascii_uppercase())
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The headers of the OWASP secure headers list that fit pages without scripts of others.
fn everywhere(site: &Site) -> Vec<(HeaderName, HeaderValue)> {
    let upgrade = if site.local { "" } else { "; upgrade-insecure-requests" };
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'{upgrade}"
    );
    let mut headers = vec![
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "deny"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-permitted-cross-domain-policies", "none"),
        ("x-dns-prefetch-control", "off"),
        (
            "permissions-policy",
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
             geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
             picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()",
        ),
    ];
    if !site.local {
        headers.push(("strict-transport-security", "max-age=63072000; includeSubDomains"));
    }
    let mut headers: Vec<_> = headers
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.push((header::CONTENT_SECURITY_POLICY, policy));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needless_percent_signs_are_taken_away() {
        assert_eq!(plain("/skills/%6aava"), Some("/skills/java".into()));
        assert_eq!(plain("/skills/java"), None);
        assert_eq!(plain("/%2fevil.example"), None);
        assert_eq!(plain("//evil.example/%61"), None);
        assert_eq!(plain("/skills/java%2f"), None);
        assert_eq!(plain("/a%20b"), None);
    }

    #[test]
    fn keys_are_not_logged() {
        let key = "Zm9sbG93c19hX2tleV9vZl8zMl9ieXRlc19pbmRlZWQ";
        assert_eq!(without_keys(&format!("/letters/{key}/lists")), "/letters/…/lists");
        let slug = "/roles/web-application-backend-development-of-very-large-systems";
        assert_eq!(without_keys(slug), slug);
    }

    #[test]
    fn an_untidy_path_is_tidied_and_stays_on_this_site() {
        assert_eq!(tidied("/roles/"), Some("/roles".into()));
        assert_eq!(tidied("//evil.example/"), Some("/evil.example".into()));
        assert_eq!(tidied("/Roles//DevOps"), Some("/roles/devops".into()));
        assert_eq!(tidied("/roles"), None);
        let key = "/unsubscribe/Zm9sbG93c19hX2tleV9vZl8zMl9ieXRlc19pbmRlZWQ";
        assert_eq!((tidied(key), tidied(&format!("{key}/"))), (None, Some(key.into())));
        assert_eq!(tidied("/\\evil.example/"), None);
    }
}
