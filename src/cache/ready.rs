//! An answer made ready: its body in up to three codings, each with its strong ETag.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, EntityTag, Header, HeaderValue, IfNoneMatch,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::sync::OnceLock;

/// A body as it goes over the wire.
#[derive(Debug)]
pub struct Variant {
    pub body: Bytes,
    etag: HeaderValue,
    encoding: Option<HeaderValue>,
}

/// An answer that costs nothing but its sending, once it was compressed for the first visitor of a coding.
#[derive(Debug)]
pub struct Ready {
    /// The guide's edition that it was made from.
    pub edition: i64,
    content_type: HeaderValue,
    cache_control: HeaderValue,
    vary: HeaderValue,
    digest: String,
    level: u32,
    squeeze: bool,
    identity: Variant,
    brotli: OnceLock<Variant>,
    gzip: OnceLock<Variant>,
}

/// Below this many bytes compression saves no packet.
const WORTH_COMPRESSING: usize = 1000;

/// Pages are compressed while somebody waits: brotli's level 5 takes 2 ms for 90 KB, 11 takes 200.
pub const QUICK: u32 = 5;
/// Assets are compressed once, at start.
pub const THOROUGH: u32 = 9;

impl Ready {
    /// An answer with `body`, to be compressed with brotli at `level` (0 to 11) or gzip.
    pub fn new(
        body: Vec<u8>,
        content_type: &'static str,
        cache_control: &'static str,
        level: u32,
        edition: i64,
    ) -> Self {
        let digest: String = Sha256::digest(&body)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        Ready {
            edition,
            squeeze: body.len() >= WORTH_COMPRESSING && !content_type.starts_with("image/png"),
            level,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            identity: Variant::new(body, &digest, None),
            digest,
            content_type: HeaderValue::from_static(content_type),
            cache_control: HeaderValue::from_static(cache_control),
            // Whoever is signed in gets a page of their own at the same address.
            vary: HeaderValue::from_static(match content_type.starts_with("text/html") {
                true => "accept-encoding, cookie",
                false => "accept-encoding",
            }),
        }
    }

    /// Compressed in every coding, for what is made at start.
    #[must_use]
    pub fn compressed(self) -> Self {
        self.made(self.coding(Some(Coding::Brotli)));
        self.made(self.coding(Some(Coding::Gzip)));
        self
    }

    /// Bytes that it holds in memory, at most: both codings together take less than half of the text.
    pub fn size(&self) -> usize {
        let text = self.identity.body.len();
        text + if self.squeeze { text / 2 } else { 0 } + 512
    }

    /// The coding in which the visitor gets it.
    pub fn coding_for(&self, request: &HttpRequest) -> Coding {
        self.coding(self.squeeze.then(|| Coding::of(request)))
    }

    fn coding(&self, asked: Option<Coding>) -> Coding {
        asked.filter(|_| self.squeeze).unwrap_or(Coding::Identity)
    }

    /// Whether it was compressed so before.
    pub fn stands_in(&self, coding: Coding) -> bool {
        match coding {
            Coding::Identity => true,
            Coding::Brotli => self.brotli.get().is_some(),
            Coding::Gzip => self.gzip.get().is_some(),
        }
    }

    /// The body in this coding, compressed now if it was not before; once, however many ask at the same time.
    pub fn made(&self, coding: Coding) -> &Variant {
        let body = &self.identity.body;
        match coding {
            Coding::Identity => &self.identity,
            Coding::Brotli => {
                self.brotli.get_or_init(|| Variant::new(brotli(body, self.level), &self.digest, Some("br")))
            }
            Coding::Gzip => self.gzip.get_or_init(|| Variant::new(gzip(body), &self.digest, Some("gzip"))),
        }
    }

    /// The answer to a GET or HEAD: 304 if the visitor has it already.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let variant = self.made(self.coding_for(request));
        let known = request.headers().contains_key(header::IF_NONE_MATCH) && variant.known_to(request);
        let mut response = if known {
            HttpResponse::new(StatusCode::NOT_MODIFIED)
        } else {
            HttpResponse::with_body(StatusCode::OK, variant.body.clone()).map_into_boxed_body()
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, variant.etag.clone());
        headers.insert(header::CACHE_CONTROL, self.cache_control.clone());
        headers.insert(header::VARY, self.vary.clone());
        if !known {
            headers.insert(header::CONTENT_TYPE, self.content_type.clone());
            if let Some(encoding) = &variant.encoding {
                headers.insert(header::CONTENT_ENCODING, encoding.clone());
            }
        }
        response
    }
}

impl Variant {
    fn new(body: Vec<u8>, digest: &str, encoding: Option<&'static str>) -> Self {
        let tag = match encoding {
            Some(encoding) => format!("\"{digest}-{encoding}\""),
            None => format!("\"{digest}\""),
        };
        Variant {
            body: body.into(),
            etag: HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"0\"")),
            encoding: encoding.map(HeaderValue::from_static),
        }
    }

    /// Whether the visitor has this variant, by the tags in If-None-Match.
    fn known_to(&self, request: &HttpRequest) -> bool {
        let own = self.etag.to_str().ok().and_then(|tag| tag.parse::<EntityTag>().ok());
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => own.is_some_and(|own| tags.iter().any(|tag| tag.weak_eq(&own))),
            Err(_) => false,
        }
    }
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// How many different Accept-Encoding headers a thread remembers its answer to; browsers send a handful.
const REMEMBERED: usize = 64;

thread_local! {
    static ANSWERS: RefCell<HashMap<Vec<u8>, Coding>> = RefCell::default();
}

impl Coding {
    /// The best coding that the visitor takes. Remembered by header, since reading one costs more than sending a page.
    fn of(request: &HttpRequest) -> Coding {
        let Some(asked) = request.headers().get(header::ACCEPT_ENCODING) else {
            return Coding::Identity;
        };
        ANSWERS.with_borrow_mut(|answers| {
            if let Some(coding) = answers.get(asked.as_bytes()) {
                return *coding;
            }
            let coding = Coding::negotiate(request);
            if answers.len() >= REMEMBERED {
                answers.clear();
            }
            answers.insert(asked.as_bytes().to_vec(), coding);
            coding
        })
    }

    fn negotiate(request: &HttpRequest) -> Coding {
        let ours = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
        let best = AcceptEncoding::parse(request).ok().and_then(|asked| asked.negotiate(ours.iter()));
        match best {
            Some(Encoding::Known(ContentEncoding::Brotli)) => Coding::Brotli,
            Some(Encoding::Known(ContentEncoding::Gzip)) => Coding::Gzip,
            _ => Coding::Identity,
        }
    }
}

fn brotli(body: &[u8], level: u32) -> Vec<u8> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: level as i32, lgwin: 22, ..Default::default() };
    let mut out = Vec::with_capacity(body.len() / 4);
    // Writing into memory does not fail.
    let _ = brotli::BrotliCompress(&mut &body[..], &mut out, &parameters);
    out
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::GzEncoder::new(Vec::with_capacity(body.len() / 4), flate2::Compression::default());
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}
