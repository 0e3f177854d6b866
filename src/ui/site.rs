//! What all requests share.

use super::Assets;
use crate::cache::Pages;
use crate::config::Config;
use crate::content::Kind;
use crate::db::{Conn, Db};
use crate::editing::{Page, guide_edition, guide_revision, pages};
use crate::error::Result;
use crate::secret::Secret;
use arc_swap::ArcSwap;
use email_address::EmailAddress;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

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
    /// No base URL: only this machine, no proxy.
    pub local: bool,
    pub secret: Secret,
    /// Where people write to those who run the site, if they said so.
    pub contact: Option<EmailAddress>,
    kinds: &'static [Kind],
    /// Every page of an entry, to suggest from.
    directory: ArcSwap<Vec<Page>>,
    away: AtomicBool,
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
            local: config.local(),
            secret,
            contact: config.contact.clone(),
            kinds,
            directory: ArcSwap::default(),
            away: AtomicBool::new(false),
            followers: RwLock::default(),
        }
    }

    /// Asks the database which edition the guide is at, and lets go of what was made from an older one.
    /// The clock calls it once a second; whoever publishes calls it at once.
    ///
    /// # Errors
    /// `Unavailable` while the database is away: what is in memory stays and is served.
    pub async fn refresh(&self) -> Result<()> {
        let known = self.pages.edition();
        let kinds = self.kinds;
        let asked = self.db.read(move |conn| {
            let (edition, revision) = (guide_edition(conn)?, guide_revision(conn)?);
            let directory = if edition > known { Some(pages(conn, kinds)?) } else { None };
            Ok((edition, revision, directory))
        });
        let answer = asked.await;
        self.note(answer.is_err(), &answer);
        let (edition, revision, directory) = answer?;
        if let Some(directory) = directory {
            self.directory.store(Arc::new(directory));
        }
        self.pages.moved_to(edition);
        self.lead(revision).await
    }

    /// Has `follower` follow the guide from the next refresh on.
    pub fn follow(&self, follower: Arc<dyn Follower>) {
        if let Ok(mut followers) = self.followers.write() {
            followers.push(follower);
        }
    }

    async fn lead(&self, revision: i64) -> Result<()> {
        let followers: Vec<_> = self.followers.read().map(|list| list.clone()).unwrap_or_default();
        for follower in followers.into_iter().filter(|follower| follower.revision() != revision) {
            self.db.read_long(move |conn| follower.catch_up(conn)).await?;
        }
        Ok(())
    }

    /// Logs when the database goes and when it comes back, not each second in between.
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

    /// The pages whose name or address is most like `path`, the most alike first, five at most.
    pub fn suggestions(&self, path: &str) -> Vec<Page> {
        /// Jaro-Winkler likeness below which a suggestion only puzzles.
        const LIKE: f64 = 0.82;
        let asked = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        let asked: String = asked.chars().take(100).collect::<String>().to_lowercase();
        let directory = self.directory.load();
        let mut liked: Vec<(f64, &Page)> = directory
            .iter()
            .map(|page| {
                let slug = page.path.rsplit('/').next().unwrap_or_default();
                let name = page.name.to_lowercase();
                let part =
                    if asked.len() >= 3 && slug.split('-').any(|word| word == asked) { 0.9 } else { 0.0 };
                let like = strsim::jaro_winkler(&asked, slug).max(strsim::jaro_winkler(&asked, &name));
                (like.max(part), page)
            })
            .filter(|(like, _)| *like >= LIKE)
            .collect();
        liked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        liked.into_iter().take(5).map(|(_, page)| page.clone()).collect()
    }
}
