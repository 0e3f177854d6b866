//! Following what moved or left: content that was written before names its heirs instead, where that can be done.

use super::dangling::known;
use super::fate::Withdrawn;
use super::publish::{AT_ONCE, Incoming};
use crate::content::{Checked, Kind, Link, Outcome, Rewriting, sentence};
use crate::db::Conn;
use crate::db::schema::entries;
use crate::error::Result;
use diesel::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something that is named and is there no more, with what is there instead.
struct Departed {
    kind: Kind,
    left: Withdrawn,
    /// Slug and name.
    heirs: Vec<(String, String)>,
}

/// What comes in, each with whatever it names that moved or left rewritten; or with why that cannot be done.
pub(super) fn follow(conn: &mut Conn, coming: Vec<Incoming>) -> Result<Vec<(Incoming, Option<String>)>> {
    let departed = departed(conn, &coming)?;
    let follow_one = |mut item: Incoming| {
        let names = |departed: &&Departed| {
            let named = |link: &Link| link.kind == departed.kind.name && link.slug == departed.left.slug;
            item.checked.links.iter().any(named)
        };
        let named: Vec<&Departed> = departed.iter().filter(names).collect();
        if named.is_empty() {
            return (item, None);
        }
        match rewritten(&item, &named) {
            Ok(checked) => {
                item.checked = checked;
                (item, None)
            }
            Err(why) => (item, Some(why)),
        }
    };
    Ok(coming.into_iter().map(follow_one).collect())
}

/// What is named and neither comes nor stands, but stood once.
fn departed(conn: &mut Conn, coming: &[Incoming]) -> Result<Vec<Departed>> {
    let kinds: HashMap<&str, Kind> = coming.iter().map(|item| (item.kind.name, item.kind)).collect();
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for link in coming.iter().flat_map(|item| &item.checked.links) {
        asked.entry(link.kind).or_default().insert(&link.slug);
    }
    for item in coming {
        if let Some(slugs) = asked.get_mut(item.kind.name) {
            slugs.remove(item.slug.as_str());
        }
    }
    let mut departed = Vec::new();
    for (kind, slugs) in asked {
        let Some(kind) = kinds.get(kind).copied() else { continue };
        let there = known(conn, kind.name, &slugs)?;
        let lost: Vec<&str> = slugs.into_iter().filter(|slug| !there.contains(*slug)).collect();
        let left = Withdrawn::some(conn, kind.name, &lost)?;
        let names = names(conn, &kind, left.iter().flat_map(|left| &left.heirs))?;
        departed.extend(left.into_iter().map(|left| {
            let named = |slug: &String| Some((slug.clone(), names.get(slug)?.clone()));
            Departed { kind, heirs: left.heirs.iter().filter_map(named).collect(), left }
        }));
    }
    Ok(departed)
}

fn names<'a>(
    conn: &mut Conn,
    kind: &Kind,
    slugs: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, String>> {
    let slugs: Vec<&String> = slugs.collect();
    let mut names = HashMap::new();
    for slugs in slugs.chunks(AT_ONCE) {
        let rows: Vec<(String, String)> = entries::table
            .filter(entries::kind.eq(kind.name).and(entries::slug.eq_any(slugs.iter().copied())))
            .select((entries::slug, entries::name))
            .load(conn)?;
        names.extend(rows);
    }
    Ok(names)
}

/// One entry without what departed, or why that cannot be.
fn rewritten(item: &Incoming, departed: &[&Departed]) -> std::result::Result<Checked, String> {
    let mut content: Value = serde_json::from_str(&item.checked.json).map_err(|error| error.to_string())?;
    let mut links = item.checked.links.clone();
    for Departed { kind, left, heirs } in departed {
        let asked =
            Rewriting { kind: kind.name, slug: &left.slug, name: &left.name, address: kind.address, heirs };
        let effects = asked.apply((item.kind.name, &item.slug), item.kind.sheet, &mut content);
        let what = format!("names the {} “{}”, which {}", kind.name, left.name, left.fate.words());
        for effect in effects {
            if let Outcome::Refused(why) = effect.outcome {
                return Err(format!("{}: {}: {what}; this {why}", item.file, effect.field));
            }
        }
        for link in links.iter_mut().filter(|link| link.kind == kind.name && link.slug == left.slug) {
            if let Some((heir, _)) = heirs.first() {
                link.slug.clone_from(heir);
            }
        }
    }
    let looked = item.kind.draft(&content);
    if let Some(found) = looked.problems.first() {
        return Err(format!("{}: {}: {}", item.file, found.field, sentence(found)));
    }
    let mut checked = looked.mended.ok_or_else(|| format!("{}: cannot be read any more", item.file))?;
    // What a text links to stands in no field of its own.
    checked.links.extend(links.into_iter().filter(|link| link.field == "text"));
    Ok(checked)
}
