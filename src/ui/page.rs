//! A public page as an answer: read, rendered and compressed once for each edition of the guide.

use super::viewer::{Viewer, viewer_of};
use super::{Frame, Site};
use crate::cache::{QUICK, Ready};
use crate::db::Conn;
use crate::editing::guide_edition;
use crate::error::{Error, Result};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web, web::Data};
use askama::Template;
use futures_util::future::LocalBoxFuture;
use std::cell::RefCell;
use std::future::{Ready as Now, ready};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Asked about again each time, so that a publish is seen at once; answered with 304 if nothing changed.
const ASK_AGAIN: &str = "public, no-cache";
/// Made for one person: nobody keeps it.
const THEIRS_ALONE: &str = "private, no-store";
const HTML: &str = "text/html; charset=utf-8";
/// How long a page waits for what is noted of a visit; it goes without once that takes longer.
const NOTING: Duration = Duration::from_millis(400);
/// The query keys that make another page of the same path.
const KNOWN_KEYS: [&str; 2] = ["level", PAGE];
const PAGE: &str = "page";

/// How many things that take long are made at the same time; more would only slow the pages down.
static MAKERS: Semaphore = Semaphore::const_new(2);

/// Whether a value makes another page. All others are left aside, or anybody could fill the memory with copies.
fn matters(key: &str, value: &str) -> bool {
    match key {
        "level" => value == "entry",
        _ => value.len() <= 6 && !value.starts_with('0') && value != "1" && value.parse::<u32>().is_ok(),
    }
}

/// What is done to the guide, in a transaction that is taken back, before a page is read from it; gives what stands above
/// the page. Nothing if whoever asks may not see it.
pub type Rehearsal = Box<dyn FnOnce(&mut Conn) -> Result<Option<String>> + Send>;

/// Knows who may see which draft in the real pages.
pub trait Previewer {
    /// What is to be done for a request that asks for a preview of `draft`; nothing for those who may not.
    fn rehearsal<'a>(
        &'a self,
        request: &'a HttpRequest,
        draft: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Rehearsal>>>;
}

/// What is written down after somebody who is signed in has got a page.
pub type Note = Box<dyn FnOnce(&mut Conn) -> Result<()> + Send>;

/// The query key that asks for a preview.
const PREVIEW: &str = "preview";

/// The draft that a request asks a preview of.
pub fn preview_asked(request: &HttpRequest) -> Option<String> {
    let query = request.query_string();
    if !query.contains(PREVIEW) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == PREVIEW).map(|(_, value)| value.into_owned())
}

/// What a handler of a public page takes as its first parameter.
pub struct PublicPage {
    site: Arc<Site>,
    request: HttpRequest,
    /// The query keys that the handler asked for: others make no other page of this path.
    keys: RefCell<Vec<&'static str>>,
}

impl FromRequest for PublicPage {
    type Error = Error;
    type Future = Now<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = request.app_data::<Data<Arc<Site>>>().map(|site| Arc::clone(site.get_ref()));
        let site = site.ok_or_else(|| Error::Unexpected("the site's state is missing".into()));
        ready(site.map(|site| PublicPage { site, request: request.clone(), keys: RefCell::default() }))
    }
}

impl PublicPage {
    /// The value of a query key, if it is one that makes another page: handlers see nothing else of the query.
    pub fn asked(&self, name: &'static str) -> Option<String> {
        self.keys.borrow_mut().push(name);
        self.value(name)
    }

    fn value(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.request.query_string().as_bytes());
        pairs.find(|(key, value)| key == name && matters(name, value)).map(|(_, value)| value.into_owned())
    }

    /// Which page of a list is asked for, from 1; what is no number is the first.
    pub fn number(&self) -> i64 {
        number(self.asked(PAGE))
    }

    /// Answers with the page in memory, or has `view` read it (in one transaction that sees one state
    /// of the guide), renders it and keeps it until the guide changes. Whoever is signed in gets one made for them, which
    /// is not kept: `view` finds them in its frame.
    ///
    /// # Errors
    /// What `view` returns; a failure is not kept.
    pub async fn show<T: Template + 'static>(
        self,
        view: impl FnOnce(&mut Conn, Frame) -> Result<T> + Send + 'static,
    ) -> Result<HttpResponse> {
        self.show_and_note(view, |_| None).await
    }

    /// The same; `note` tells what is written down after somebody who is signed in has got the page. If that cannot be
    /// written, they get it all the same.
    ///
    /// # Errors
    /// What `view` returns; a failure is not kept.
    pub async fn show_and_note<T: Template + 'static>(
        self,
        view: impl FnOnce(&mut Conn, Frame) -> Result<T> + Send + 'static,
        note: impl FnOnce(&T) -> Option<Note> + Send + 'static,
    ) -> Result<HttpResponse> {
        let viewer = viewer_of(&self.request).filter(|_| preview_asked(&self.request).is_none());
        let Some(viewer) = viewer else {
            return self.show_as(HTML, |conn, frame| Ok(view(conn, frame)?.render()?)).await;
        };
        self.show_own(viewer, |conn, frame| {
            let page = view(conn, frame)?;
            Ok((page.render()?, note(&page)))
        })
        .await
    }

    /// A page made for one person. While the database is away, the one for everybody has to do.
    async fn show_own(
        self,
        viewer: Viewer,
        view: impl FnOnce(&mut Conn, Frame) -> Result<(String, Option<Note>)> + Send + 'static,
    ) -> Result<HttpResponse> {
        let mut frame = self.frame();
        frame.viewer = Some(viewer);
        let (html, note) = match self.site.db.read(move |conn| view(conn, frame)).await {
            Ok(read) => read,
            Err(error @ Error::Unavailable(_)) => {
                let shared = self.site.pages.ready(&key_of(&self.request, &self.keys.borrow()));
                return shared.map(|page| page.answer(&self.request)).ok_or(error);
            }
            Err(error) => return Err(error),
        };
        if let Some(note) = note {
            match tokio::time::timeout(NOTING, self.site.db.write(note)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a visit was not written down"),
                Err(_) => tracing::debug!("a visit takes long to be written down"),
            }
        }
        let page = Arc::new(Ready::new(html.into_bytes(), HTML, THEIRS_ALONE, QUICK, 0));
        Ok(self.compressed(page).await.answer(&self.request))
    }

    /// The same for a text of another content type, such as a feed.
    ///
    /// # Errors
    /// What `view` returns; a failure is not kept.
    pub async fn show_as(
        self,
        content_type: &'static str,
        view: impl FnOnce(&mut Conn, Frame) -> Result<String> + Send + 'static,
    ) -> Result<HttpResponse> {
        let key = key_of(&self.request, &self.keys.borrow());
        let mut frame = self.frame();
        if let Some(rehearsal) = self.rehearsal().await? {
            let html = self.site.db.rehearse(move |conn| {
                let Some(notice) = rehearsal(conn)? else { return Ok(None) };
                frame.notice = Some(notice);
                view(conn, frame).map(Some)
            });
            // Whoever may not see it learns nothing of whether it is there.
            let html = html.await?.ok_or(Error::NotFound)?;
            return Ok(HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .insert_header(("x-robots-tag", "noindex"))
                .insert_header((header::REFERRER_POLICY, "same-origin"))
                .content_type(content_type)
                .body(html));
        }
        let render = self.site.db.read(move |conn| {
            let edition = guide_edition(conn)?;
            let text = view(conn, frame)?;
            Ok(Ready::new(text.into_bytes(), content_type, ASK_AGAIN, QUICK, edition))
        });
        self.answer(&key, render).await
    }

    /// The same for what takes long to make of what was read, such as a picture: `make` runs after the transaction,
    /// on a thread beside, for few visitors at a time.
    ///
    /// # Errors
    /// What `view` or `make` returns; a failure is not kept.
    pub async fn show_made<T: Send + 'static>(
        self,
        content_type: &'static str,
        view: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        make: impl FnOnce(T) -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<HttpResponse> {
        let key = key(&self.request);
        let db = self.site.db.clone();
        let render = async move {
            let (revision, read) = db.read(move |conn| Ok((guide_edition(conn)?, view(conn)?))).await?;
            let turn = MAKERS.acquire().await;
            let body =
                web::block(move || make(read)).await.map_err(|e| Error::Unexpected(e.to_string()))??;
            drop(turn);
            Ok(Ready::new(body, content_type, ASK_AGAIN, QUICK, revision))
        };
        self.answer(&key, render).await
    }

    async fn rehearsal(&self) -> Result<Option<Rehearsal>> {
        let previewer = self.request.app_data::<Data<Arc<dyn Previewer>>>();
        match (preview_asked(&self.request), previewer) {
            (Some(draft), Some(previewer)) => previewer.rehearsal(&self.request, &draft).await,
            _ => Ok(None),
        }
    }

    async fn answer(&self, key: &str, render: impl Future<Output = Result<Ready>>) -> Result<HttpResponse> {
        let page = self.site.pages.get(key, render).await?;
        Ok(self.compressed(page).await.answer(&self.request))
    }

    /// The page in the coding that the visitor takes.
    async fn compressed(&self, page: Arc<Ready>) -> Arc<Ready> {
        let coding = page.coding_for(&self.request);
        if !page.stands_in(coding) {
            // On a thread beside: it takes milliseconds. What fails there is made by the answer.
            let page = page.clone();
            let _ = web::block(move || page.made(coding).body.len()).await;
        }
        page
    }

    fn frame(&self) -> Frame {
        let mut frame = Frame::new(self.site.clone(), self.request.path());
        if self.keys.borrow().contains(&PAGE) {
            frame.page = number(self.value(PAGE));
        }
        frame
    }
}

fn number(value: Option<String>) -> i64 {
    value.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Under which address a page is looked for in memory: its path and the query keys that matter, in one order.
pub fn key(request: &HttpRequest) -> String {
    key_of(request, &KNOWN_KEYS)
}

/// The same with those of the known keys that the page's handler asks for.
fn key_of(request: &HttpRequest, keys: &[&str]) -> String {
    let query = request.query_string();
    if query.is_empty() || keys.is_empty() {
        return request.path().to_owned();
    }
    let asked: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let mut known = url::form_urlencoded::Serializer::new(String::new());
    for name in KNOWN_KEYS.into_iter().filter(|name| keys.contains(name)) {
        if let Some((_, value)) = asked.iter().find(|(asked, value)| asked == name && matters(name, value)) {
            known.append_pair(name, value);
        }
    }
    match known.finish() {
        known if known.is_empty() => request.path().to_owned(),
        known => format!("{}?{known}", request.path()),
    }
}
