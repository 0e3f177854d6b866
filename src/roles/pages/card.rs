//! The card of a role: what is asked for most, or what its tiers hold where nothing has been measured.

use super::view::{TierView, most, tiers};
use crate::cards::{Below, Card};
use crate::db::Conn;
use crate::editing::{Entry, Names};
use crate::error::Result;
use crate::families::Family;
use crate::roles::Role;
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use crate::ui::PublicPage;
use actix_web::{HttpResponse, web};
use std::collections::BTreeSet;

pub async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show_made(Card::CONTENT_TYPE, move |conn| read(conn, &slug), |card| card.picture()).await
}

fn read(conn: &mut Conn, slug: &str) -> Result<Card> {
    let Entry { slug, content: role, .. } = Entry::<Role>::find(conn, slug)?;
    let mut names = Names::by::<Role>(conn, &slug)?;
    let tiers = tiers(&role, &Entry::<Tier>::by_slug(conn)?, &names.take::<Skill>(), false);
    let rows: Vec<_> = most(&tiers, 4).into_iter().map(|row| (row.name, row.line)).collect();
    let below = match &role.demand {
        Some(demand) if !rows.is_empty() => Below::Demand(format!("Shares of {}", demand.universe), rows),
        _ => Below::Tiers(tiers.into_iter().map(contents).collect()),
    };
    Ok(Card {
        over: names.take::<Family>().remove(&role.family).unwrap_or_default(),
        name: role.name,
        sentence: role.sentence,
        below,
    })
}

/// A tier with the number of its groups and of the skills in them.
fn contents(view: TierView) -> (TierName, String, String) {
    let rows = view.groups.iter().flat_map(|group| &group.rows);
    let skills: BTreeSet<&str> = rows.filter(|row| !row.set).map(|row| row.href.as_str()).collect();
    let counted = |count, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let words = format!("{}, {}", counted(view.groups.len(), "group"), counted(skills.len(), "skill"));
    (view.tier, view.name, words)
}
