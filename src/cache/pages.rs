//! The pages in memory, by address, bounded in bytes.

use super::Ready;
use crate::error::Error;
use futures_util::FutureExt;
use moka::future::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Memory for pages, in bytes: 64 MB hold some 500 role pages in their three encodings.
const CAPACITY: u64 = 64 * 1024 * 1024;

/// Public pages as they were rendered from the guide's current edition.
pub struct Pages {
    cache: Cache<String, Arc<Ready>>,
    edition: AtomicI64,
}

impl Pages {
    pub fn new(edition: i64) -> Self {
        let cache = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|key: &String, page: &Arc<Ready>| {
                (key.len() + page.size()).try_into().unwrap_or(u32::MAX)
            })
            .build();
        Pages { cache, edition: AtomicI64::new(edition) }
    }

    /// The guide's edition as far as this process knows.
    pub fn edition(&self) -> i64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Tells that the guide is at `edition` now; returns whether that is news. Older pages are not shown again.
    pub fn moved_to(&self, edition: i64) -> bool {
        let news = self.edition.fetch_max(edition, Ordering::AcqRel) < edition;
        if news {
            self.cache.invalidate_all();
        }
        news
    }

    /// The page, if it is in memory and current. Never waits.
    pub fn ready(&self, key: &str) -> Option<Arc<Ready>> {
        let page = self.cache.get(key).now_or_never()??;
        (page.edition >= self.edition()).then_some(page)
    }

    /// The page, rendered by `render` if it is not there; once, however many ask at the same time.
    ///
    /// # Errors
    /// What `render` returns; a failure is not kept.
    pub async fn get(
        &self,
        key: &str,
        render: impl Future<Output = Result<Ready, Error>>,
    ) -> Result<Arc<Ready>, Error> {
        if let Some(page) = self.cache.get(key).await {
            if page.edition >= self.edition() {
                return Ok(page);
            }
            self.cache.invalidate(key).await;
        }
        let render = async { render.await.map(Arc::new) };
        self.cache.try_get_with(key.to_owned(), render).await.map_err(|error| Error::clone(&error))
    }
}
