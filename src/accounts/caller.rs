//! Whoever calls up a page of accounts, and what the page works with.

use super::device::Device;
use super::session::{self, DEVICE, EPOCH, ID, PERSON, PROVEN, STAY};
use super::throttle::{self, Limit, Wait};
use super::{Hashing, Person};
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::PostOffice;
use crate::secret::Secret;
use crate::ui::{Bench, Frame, Nav, Site, network_of};
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use futures_util::future::{Ready, ready};
use std::sync::Arc;
use uuid::Uuid;

/// What pages that change something work with besides the database.
#[derive(Clone)]
pub struct Desk {
    pub clock: Clock,
    pub office: PostOffice,
    pub hashing: Hashing,
    /// Staff rights count only in a session in which more than a password was shown.
    pub staff_second_factor: bool,
}

/// A visitor of a page that is theirs alone.
pub struct Caller {
    pub site: Arc<Site>,
    pub desk: Desk,
    pub session: Session,
    pub request: HttpRequest,
    /// When they called.
    pub now: DateTime<Utc>,
    /// Where in the network they are, as a keyed hash.
    pub network: String,
    pub device: Device,
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::extract_from(request))
    }
}

impl Caller {
    /// Whoever sent a request.
    ///
    /// # Errors
    /// `Unexpected` if the site's state is missing.
    pub fn extract_from(request: &HttpRequest) -> Result<Self> {
        let missing = || Error::Unexpected("the site's state is missing".into());
        let site = request.app_data::<Data<Arc<Site>>>().ok_or_else(missing)?.get_ref().clone();
        let desk = request.app_data::<Data<Desk>>().ok_or_else(missing)?.get_ref().clone();
        Ok(Caller {
            now: desk.clock.now(),
            network: keyed(&site.secret, &network_of(&site, request)),
            device: Device::of(request, site.local),
            session: request.get_session(),
            request: request.clone(),
            site,
            desk,
        })
    }

    pub fn frame(&self) -> Frame {
        Frame::of(self.site.clone(), &self.request)
    }

    /// The value of a query key; empty if it was not sent.
    pub fn asked(&self, name: &str) -> String {
        let pairs = url::form_urlencoded::parse(self.request.query_string().as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map_or(String::new(), |(_, value)| value.into_owned())
    }

    /// A page that nobody keeps, and whose address is told to no other site.
    pub fn show(&self, page: &impl Template) -> Result<HttpResponse> {
        self.answer(StatusCode::OK, page)
    }

    /// The same page again, with what has to be put right.
    pub fn again(&self, page: &impl Template) -> Result<HttpResponse> {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    pub fn answer(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
        Ok(HttpResponse::build(status)
            .insert_header((header::CACHE_CONTROL, "no-store"))
            // With no-referrer browsers would not say either where a form comes from.
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .content_type("text/html; charset=utf-8")
            .body(page.render()?))
    }

    /// Signs somebody in: a new session with a new key. It begins only if `person` is still as it was read before the
    /// password was looked at.
    ///
    /// # Errors
    /// `Unexpected` when the session cannot hold it.
    pub fn sign_in(&self, person: &Person, stay: bool) -> Result<()> {
        let unfit = |e: actix_session::SessionInsertError| Error::Unexpected(e.to_string());
        self.session.clear();
        self.session.renew();
        self.session.insert(ID, Uuid::now_v7().to_string()).map_err(unfit)?;
        self.session.insert(PERSON, &person.id).map_err(unfit)?;
        self.session.insert(EPOCH, person.epoch).map_err(unfit)?;
        self.session.insert(DEVICE, &self.device.name).map_err(unfit)?;
        if stay {
            self.session.insert(STAY, true).map_err(unfit)?;
            session::outlast(&self.request);
        }
        Ok(())
    }

    /// The same for somebody who is signed in, after a change that ended all sessions: theirs goes on, with what was shown
    /// in it.
    ///
    /// # Errors
    /// As `sign_in`.
    pub fn stay_signed_in(&self, person: &Person) -> Result<()> {
        let proven = self.session.contains_key(PROVEN);
        self.sign_in(person, self.session.contains_key(STAY))?;
        if proven { self.prove() } else { Ok(()) }
    }

    /// Notes in the session that more than a password was shown.
    ///
    /// # Errors
    /// `Unexpected` when the session cannot hold it.
    pub fn prove(&self) -> Result<()> {
        let unfit = |e: actix_session::SessionInsertError| Error::Unexpected(e.to_string());
        self.session.insert(PROVEN, true).map_err(unfit)
    }

    /// The navigation of those who look after the site, for an admin.
    ///
    /// # Errors
    /// `Unexpected` if the site's state is missing.
    pub fn nav(&self) -> Result<Nav> {
        let bench = self.request.app_data::<Data<Bench>>();
        let bench = bench.ok_or_else(|| Error::Unexpected("the site's state is missing".into()))?;
        Ok((bench.0)(&self.frame(), true))
    }

    /// Whether the rights of staff count in this session.
    pub fn staff_rights_count(&self) -> bool {
        !self.desk.staff_second_factor || self.session.contains_key(PROVEN)
    }

    /// Takes that back, once nothing is left that could be shown again.
    pub fn unprove(&self) {
        self.session.remove(PROVEN);
    }

    /// Who is signed in, if somebody is.
    pub fn signed_in(&self) -> Option<String> {
        self.session.get(PERSON).ok().flatten()
    }

    /// A bucket's name for something of this site, such as an address in small letters: nobody else can read it there.
    pub fn keyed(&self, what: &str) -> String {
        keyed(&self.site.secret, what)
    }

    /// Counts a try from where the caller is; at the limit it tells how long to wait.
    pub fn throttle_network(&self, conn: &mut Conn, what: &str, limit: Limit) -> Result<Option<Wait>> {
        throttle::count(conn, &format!("{what}/net/{}", self.network), limit, self.now)
    }
}

/// A bucket's name: what is counted is not readable there.
pub(super) fn keyed(secret: &Secret, what: &str) -> String {
    HEXLOWER.encode(&secret.sign("throttle", what.as_bytes())[..16])
}

/// The address of a page that leads on to `next` when its form is done; of the page alone if it is empty.
pub fn leading_on(page: &str, next: &str) -> String {
    if next.is_empty() {
        return page.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{page}?{query}")
}

/// Leads on with GET.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// The longest address that is led on to: it stands in another one, where it takes more room.
pub const LONGEST_NEXT: usize = 600;

/// A path of this site, from what a link or a form asked for; the account page for everything else.
pub fn within(site: &Site, asked: &str) -> String {
    let asked = if asked.len() <= LONGEST_NEXT { asked } else { "" };
    let base = url::Url::parse(&site.address).ok();
    let inside = base.and_then(|base| {
        let joined = base.join(asked).ok()?;
        (joined.origin() == base.origin() && asked.starts_with('/')).then_some(joined)
    });
    // Joined and read again: what a browser would take for another host does not survive it.
    match inside {
        Some(url) if !url.path().starts_with("//") && !url.path().starts_with("/sign-") => {
            url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
        }
        _ => "/account".into(),
    }
}
