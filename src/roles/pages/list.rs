//! Lists of roles: by family, some of each, and all of one family.

use super::view::{TierView, tiers};
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::families::Family;
use crate::figures::{DemandRow, FigureSet, Forecast, Occupation, Pay};
use crate::roles::{Named, Role, counted_by_family, first_of_families, of_family};
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use crate::ui::{Frame, Paging, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/roles").get(index)).service(web::resource("/families/{slug}").get(family));
}

/// Families on a page, and roles of each.
const FAMILIES: i64 = 6;
const OF_EACH: i64 = 5;
/// Roles on a page of one family.
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "roles/index.html")]
struct Index {
    frame: Frame,
    tiers: Vec<(TierName, String)>,
    families: Vec<FamilyView>,
    /// Slug and name of each family with the number of its roles, if they do not all stand on this page.
    all_families: Vec<(String, String, i64)>,
    family_count: usize,
    count: i64,
    paging: Paging,
}

struct FamilyView {
    slug: String,
    family: Family,
    /// How many roles it has; those that are shown may be fewer.
    count: i64,
    roles: Vec<RoleLine>,
}

struct RoleLine {
    slug: String,
    name: String,
    sentence: String,
    tiers: Vec<TierView>,
    /// The three skills asked for most.
    most: Vec<DemandRow>,
    occupation: Occupation,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let counts = counted_by_family(conn)?;
        let mut all = Family::in_order(conn)?;
        all.retain(|family| counts.contains_key(&family.slug));
        let paging = Paging::of(&frame, number, all.len() as i64, FAMILIES)?;
        let with_count = |f: &Entry<Family>| (f.slug.clone(), f.content.name.clone(), counts[&f.slug]);
        let all_families = if paging.pages > 1 { all.iter().map(with_count).collect() } else { Vec::new() };
        let family_count = all.len();
        let on_page: Vec<_> = all.into_iter().skip(paging.skip() as usize).take(FAMILIES as usize).collect();
        let roles = first_of_families(conn, on_page.iter().map(|family| &family.slug), OF_EACH)?;
        let words = Entry::<Tier>::by_slug(conn)?;
        let mut lines = lines(conn, &words, roles.values().flatten())?;
        let view = |Entry { slug, content: family, .. }: Entry<Family>| FamilyView {
            count: counts[&slug],
            roles: roles[&slug].iter().filter_map(|(role, _)| lines.remove(role)).collect(),
            slug,
            family,
        };
        let families = on_page.into_iter().map(view).collect();
        let count = counts.values().sum();
        Ok(Index { frame, tiers: legend(&words), families, all_families, family_count, count, paging })
    })
    .await
}

#[derive(Template)]
#[template(path = "roles/family.html")]
struct OfFamily {
    frame: Frame,
    tiers: Vec<(TierName, String)>,
    view: FamilyView,
    paging: Paging,
}

async fn family(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let Entry { slug, content: family, .. } = Entry::<Family>::find(conn, &slug)?;
        let count = counted_by_family(conn)?.get(&slug).copied().unwrap_or(0);
        let paging = Paging::of(&frame, number, count, PAGE)?;
        let roles = of_family(conn, &slug, paging.skip(), PAGE)?;
        let words = Entry::<Tier>::by_slug(conn)?;
        let mut lines = lines(conn, &words, &roles)?;
        let roles = roles.iter().filter_map(|(role, _)| lines.remove(role)).collect();
        Ok(OfFamily { frame, tiers: legend(&words), view: FamilyView { slug, family, count, roles }, paging })
    })
    .await
}

impl OfFamily {
    fn structured(&self) -> String {
        let steps = [("Roles", "/roles"), (self.view.family.name.as_str(), self.frame.path.as_str())];
        structured::script(vec![structured::breadcrumbs(&self.frame, &steps)])
    }
}

fn legend(words: &BTreeMap<String, Entry<Tier>>) -> Vec<(TierName, String)> {
    let name = |tier: TierName| words.get(tier.slug()).map_or(String::new(), |t| t.content.name.clone());
    TierName::ALL.map(|tier| (tier, name(tier))).to_vec()
}

/// The lines of these roles, by slug.
fn lines<'a>(
    conn: &mut Conn,
    words: &BTreeMap<String, Entry<Tier>>,
    roles: impl IntoIterator<Item = &'a Named>,
) -> Result<BTreeMap<String, RoleLine>> {
    let roles = Entry::<Role>::some(conn, roles.into_iter().map(|(slug, _)| slug))?;
    let sets = Entry::<FigureSet>::some(conn, roles.values().flat_map(|role| &role.content.figures))?;
    let mut lines: BTreeMap<String, RoleLine> = roles
        .into_iter()
        .map(|(slug, entry)| (slug.clone(), line(slug, entry.content, words, &sets)))
        .collect();
    // Names are shown of three skills a role only.
    let most = || lines.values().flat_map(|line| &line.most);
    let named: Vec<String> = most().map(|row| row.name.clone()).collect();
    let names = names::<Skill>(conn, &named)?;
    for row in lines.values_mut().flat_map(|line| &mut line.most) {
        if let Some(name) = names.get(&row.name) {
            row.name.clone_from(name);
        }
    }
    Ok(lines)
}

/// A role's line, in which skills are still called by their slugs.
fn line(
    slug: String,
    role: Role,
    words: &BTreeMap<String, Entry<Tier>>,
    sets: &BTreeMap<String, Entry<FigureSet>>,
) -> RoleLine {
    let tiers = tiers(&role, words, &BTreeMap::new(), false);
    let mut most: Vec<DemandRow> =
        tiers.iter().flat_map(|t| &t.groups).flat_map(|g| &g.rows).cloned().collect();
    most.retain(|row| !row.set && row.line.all.is_some());
    most.sort_by(|a, b| b.rank(false).total_cmp(&a.rank(false)));
    most.dedup_by(|a, b| a.href == b.href);
    most.truncate(3);
    let occupation = Occupation::of(&role.figures, sets);
    RoleLine { slug, name: role.name, sentence: role.sentence, tiers, most, occupation }
}
