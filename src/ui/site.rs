//! What all requests share.

use super::Assets;
use super::directory::Directory;
use crate::cache::Pages;
use crate::config::Config;
use crate::content::Kind;
use crate::db::{Conn, Db};
use crate::editing::{Departed, Departure, Page, gone, guide_edition, guide_revision, pages};
use crate::error::Result;
use crate::secret::Secret;
use email_address::EmailAddress;
use ipnet::IpNet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use tokio::sync::Notify;

/// Something that is computed from the whole guide and follows its revision, such as the search.
pub trait Follower: Send + Sync {
    /// The guide's revision that it has taken in; 0 for none.
    fn revision(&self) -> i64;

    /// Takes in what was published since.
    ///
    /// # Errors
    /// When it could not; it stays as it was and is asked again.
    fn catch_up(&self, conn: &mut Conn) -> Result<()>;
}

/// The site's shared state.
pub struct Site {
    pub db: Db,
    pub pages: Pages,
    pub assets: Assets,
    /// How visitors reach it, without a slash at its end.
    pub address: String,
    /// The only hosts that it answers to, in lower case, without a port.
    pub hosts: Vec<String>,
    /// The peers whose word on who is behind them counts.
    pub proxies: Vec<IpNet>,
    /// No base URL: only this machine, no proxy.
    pub local: bool,
    pub secret: Secret,
    /// Where people write to those who run the site, if they said so.
    pub contact: Option<EmailAddress>,
    kinds: &'static [Kind],
    /// Every page of an entry, to suggest from.
    directory: RwLock<Directory>,
    /// The guide's revision that the directory has taken in.
    taken_in: AtomicI64,
    /// Where pages were.
    departed: RwLock<Departed>,
    /// The guide's edition that those were read at; -1 for none.
    departed_at: AtomicI64,
    away: AtomicBool,
    moved: Notify,
    followers: RwLock<Vec<Arc<dyn Follower>>>,
}

impl Site {
    pub fn new(config: &Config, secret: Secret, db: Db, kinds: &'static [Kind]) -> Self {
        let hosts = match &config.base_url {
            Some(url) => url.host_str().map(str::to_lowercase).into_iter().collect(),
            None => ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec(),
        };
        Site {
            db,
            pages: Pages::new(0),
            assets: Assets::load(),
            address: config.site(),
            hosts,
            proxies: config.trusted_proxies.clone(),
            local: config.local(),
            secret,
            contact: config.contact.clone(),
            kinds,
            directory: RwLock::default(),
            taken_in: AtomicI64::new(0),
            departed: RwLock::default(),
            departed_at: AtomicI64::new(-1),
            away: AtomicBool::new(false),
            moved: Notify::new(),
            followers: RwLock::default(),
        }
    }

    /// Asks the database which edition the guide is at, lets go of what was made from an older one, and has what
    /// follows the guide catch up. Whoever publishes calls it at once.
    ///
    /// # Errors
    /// `Unavailable` while the database is away: what is in memory stays and is served.
    pub async fn refresh(&self) -> Result<()> {
        self.look().await?;
        self.lead().await
    }

    /// Asks the database which edition the guide is at, and lets go of what was made from an older one.
    /// The clock calls it twice a second.
    ///
    /// # Errors
    /// `Unavailable` while the database is away: what is in memory stays and is served.
    pub async fn look(&self) -> Result<()> {
        let taken_in = self.taken_in.load(Ordering::Acquire);
        let departed_at = self.departed_at.load(Ordering::Acquire);
        let kinds = self.kinds;
        let asked = self.db.read(move |conn| {
            let (edition, revision) = (guide_edition(conn)?, guide_revision(conn)?);
            let news = if revision > taken_in {
                let addresses: Vec<_> = kinds.iter().map(|kind| (kind.name, kind.address)).collect();
                let gone = if taken_in > 0 { gone(conn, &addresses, taken_in)? } else { Vec::new() };
                Some((gone, pages(conn, kinds, taken_in)?))
            } else {
                None
            };
            let departed = if edition > departed_at { Some(Departed::read(conn, kinds)?) } else { None };
            Ok((edition, revision, news, departed))
        });
        let answer = asked.await;
        self.note(answer.is_err(), &answer);
        let (edition, revision, news, departed) = answer?;
        if let (Some((gone, news)), Ok(mut directory)) = (news, self.directory.write()) {
            gone.iter().for_each(|path| directory.remove(path));
            directory.add(news);
            self.taken_in.fetch_max(revision, Ordering::AcqRel);
        }
        if let (Some(departed), Ok(mut known)) = (departed, self.departed.write()) {
            // Of two that looked at once, the later one counts.
            if self.departed_at.fetch_max(edition, Ordering::AcqRel) < edition {
                *known = departed;
            }
        }
        if self.pages.moved_to(edition) {
            self.moved.notify_one();
        }
        Ok(())
    }

    /// Has `follower` follow the guide from the next refresh on.
    pub fn follow(&self, follower: Arc<dyn Follower>) {
        if let Ok(mut followers) = self.followers.write() {
            followers.push(follower);
        }
    }

    /// Waits until the guide has moved.
    pub async fn moved(&self) {
        self.moved.notified().await;
    }

    /// Has those who follow the guide take in what was published since. It may take a while, at first most of all.
    ///
    /// # Errors
    /// What a follower could not do; it is asked again the next time.
    pub async fn lead(&self) -> Result<()> {
        let revision = self.taken_in.load(Ordering::Acquire);
        let followers: Vec<_> = self.followers.read().map(|list| list.clone()).unwrap_or_default();
        for follower in followers.into_iter().filter(|follower| follower.revision() < revision) {
            self.db.read_long(move |conn| follower.catch_up(conn)).await?;
        }
        Ok(())
    }

    /// Logs when the database goes and when it comes back, not each time in between.
    fn note<T>(&self, away: bool, answer: &Result<T>) {
        if self.away.swap(away, Ordering::Relaxed) != away {
            match answer {
                Err(error) => {
                    tracing::error!(%error, "the database is away; pages in memory are still served")
                }
                Ok(_) => tracing::info!("the database is back"),
            }
        }
    }

    /// What is to be answered at a path at which there was a page.
    pub fn departure(&self, path: &str) -> Option<Departure> {
        self.departed.read().ok()?.at(path)
    }

    /// The pages whose name or address is most like `path`, the most alike first, five at most.
    pub fn suggestions(&self, path: &str) -> Vec<Page> {
        let asked = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        self.directory.read().map(|directory| directory.like(asked)).unwrap_or_default()
    }
}
