//! The page about the five tiers.

use super::{Tier, TierName};
use crate::editing::Entry;
use crate::error::Result;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/tiers").get(index));
}

#[derive(Template)]
#[template(path = "tiers/index.html")]
struct Index {
    frame: Frame,
    tiers: Vec<(TierName, Tier)>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let mut words = Entry::<Tier>::by_slug(conn)?;
        let tiers =
            TierName::ALL.into_iter().filter_map(|tier| Some((tier, words.remove(tier.slug())?.content)));
        Ok(Index { frame, tiers: tiers.collect() })
    })
    .await
}
