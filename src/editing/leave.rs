//! Leaving and moving: an entry goes out of the guide, or to another slug, with all that has its name.

use super::fate::{Fate, Withdrawn};
use super::publish::{Incoming, Origin, Publication, Published, Told, last_revision, publish, write_links};
use super::redirect::Redirect;
use super::shipped::follow_applied;
use crate::content::{Checked, Kind, Significance};
use crate::db::Conn;
use crate::db::schema::{
    draft_versions, drafts, entries, guide, guide_changes, links, presence, revisions, unsaved, withdrawn,
};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// An entry on its way out, or to another slug.
pub struct Leaving<'a> {
    pub kind: Kind,
    pub slug: &'a str,
    pub name: &'a str,
    /// The revision that is public.
    pub revision: i64,
    pub fate: Fate,
    /// For readers, in a sentence.
    pub reason: &'a str,
    /// Slug and name.
    pub heirs: &'a [(String, String)],
    pub by: &'a str,
    pub now: DateTime<Utc>,
}

impl Leaving<'_> {
    /// Takes it out of the guide. `revised` is whatever named it, without its name. Call it inside `db::write`, after
    /// `take_turn`.
    ///
    /// # Errors
    /// `Unavailable` if it was published by somebody else at this moment.
    pub fn withdraw(&self, conn: &mut Conn, revised: &[Incoming]) -> Result<Published> {
        let (kind, slug) = (self.kind.name, self.slug);
        let content: String =
            revisions::table.find((kind, slug, self.revision)).select(revisions::content).first(conn)?;
        let publication =
            Publication { origin: Origin::Editors, by: Some(self.by), told: None, now: self.now };
        let published = self.count_up(conn, revised, publication)?;
        let own = entries::table.find((kind, slug)).filter(entries::revision.eq(self.revision));
        if diesel::delete(own).execute(conn)? != 1 {
            return Err(self.meanwhile());
        }
        self.kind.unindex(conn, slug)?;
        diesel::delete(links::table.filter(links::kind.eq(kind).and(links::slug.eq(slug)))).execute(conn)?;
        // Its draft stays, as one of something new.
        diesel::update(drafts::table.find((kind, slug)))
            .set((
                drafts::base_revision.eq(0_i64),
                drafts::publish_at.eq(None::<i64>),
                drafts::publish_by.eq(None::<String>),
            ))
            .execute(conn)?;
        let names: Vec<&str> = self.heirs.iter().map(|(_, name)| name.as_str()).collect();
        let summary = format!("{}: {}", self.fate.sentence(self.name, &names), self.reason);
        self.note(conn, slug, &content, (&summary, Significance::Major), published.guide_revision)?;
        self.record().write(conn)?;
        if let ([(heir, _)], Some(from)) = (self.heirs, self.kind.page(slug))
            && let Some(to) = self.kind.page(heir)
        {
            Redirect::lead_on(conn, &from, &to)?;
        }
        Ok(published)
    }

    /// Gives it the slug of its one heir, which nothing has. `own` is its content, `revised` whatever named it, with
    /// the new slug. Call it inside `db::write`, after `take_turn`.
    ///
    /// # Errors
    /// `Unavailable` if it was published by somebody else at this moment.
    pub fn relocate(&self, conn: &mut Conn, own: &Checked, revised: &[Incoming]) -> Result<Published> {
        let (kind, old) = (self.kind.name, self.slug);
        let Some((new, _)) = self.heirs.first() else { return Err(Error::NotFound) };
        self.kind.unindex(conn, old)?;
        let row = entries::table.find((kind, old)).filter(entries::revision.eq(self.revision));
        let revision = last_revision(conn, kind, old)? + 1;
        let moved = diesel::update(row)
            .set((
                entries::slug.eq(new),
                entries::revision.eq(revision),
                entries::content.eq(&own.json),
                entries::published_at.eq(self.now.timestamp_millis()),
            ))
            .execute(conn)?;
        if moved != 1 {
            return Err(self.meanwhile());
        }
        rename(conn, kind, old, new)?;
        // A draft that rested on what was published rests on the same under its new slug.
        diesel::update(drafts::table.find((kind, new)).filter(drafts::base_revision.eq(self.revision)))
            .set(drafts::base_revision.eq(revision))
            .execute(conn)?;
        write_links(conn, kind, new, &own.links)?;
        self.kind.index(conn, new, &own.json)?;
        let told = Told {
            significance: Significance::Minor,
            summary: format!("“{}” has another address; the links to it follow.", self.name),
            corrects: None,
        };
        let publication =
            Publication { origin: Origin::Editors, by: Some(self.by), told: Some(&told), now: self.now };
        let published = self.count_up(conn, revised, publication)?;
        let summary = told_of_move(&self.kind, old);
        self.note(conn, new, &own.json, (&summary, Significance::Minor), published.guide_revision)?;
        diesel::delete(withdrawn::table.find((kind, new))).execute(conn)?;
        self.record().write(conn)?;
        if let (Some(from), Some(to)) = (self.kind.page(old), self.kind.page(new)) {
            Redirect { from, to, by: self.by.to_owned(), made: self.now }.add(conn)?;
        }
        Ok(published)
    }

    fn meanwhile(&self) -> Error {
        Error::Unavailable(format!(
            "{} {} was published by somebody else meanwhile",
            self.kind.name, self.slug
        ))
    }

    fn record(&self) -> Withdrawn {
        Withdrawn {
            kind: self.kind.name.to_owned(),
            slug: self.slug.to_owned(),
            name: self.name.to_owned(),
            fate: self.fate,
            reason: self.reason.to_owned(),
            heirs: self.heirs.iter().map(|(slug, _)| slug.clone()).collect(),
            at: self.now,
        }
    }

    /// Publishes what named it, and counts the guide's revision up even if nothing did.
    fn count_up(
        &self,
        conn: &mut Conn,
        revised: &[Incoming],
        publication: Publication<'_>,
    ) -> Result<Published> {
        let before = super::guide_revision(conn)?;
        follow_applied(conn, revised)?;
        let mut published = publish(conn, revised, publication)?;
        if published.guide_revision == before {
            diesel::update(guide::table.find(1))
                .set(guide::revision.eq(guide::revision + 1))
                .execute(conn)?;
            published.guide_revision = super::guide_revision(conn)?;
        }
        Ok(published)
    }

    /// Writes a revision that tells of it, and what readers are told.
    fn note(
        &self,
        conn: &mut Conn,
        slug: &str,
        content: &str,
        (summary, significance): (&str, Significance),
        seq: i64,
    ) -> Result<()> {
        let (kind, at) = (self.kind.name, self.now.timestamp_millis());
        let revision = last_revision(conn, kind, slug)? + 1;
        diesel::insert_into(revisions::table)
            .values((
                revisions::kind.eq(kind),
                revisions::slug.eq(slug),
                revisions::revision.eq(revision),
                revisions::content.eq(content),
                revisions::origin.eq(Origin::Editors.word()),
                revisions::published_by.eq(self.by),
                revisions::published_at.eq(at),
            ))
            .execute(conn)?;
        diesel::insert_into(guide_changes::table)
            .values((
                guide_changes::seq.eq(seq),
                guide_changes::kind.eq(kind),
                guide_changes::slug.eq(slug),
                guide_changes::name.eq(self.name),
                guide_changes::revision.eq(revision),
                guide_changes::significance.eq(significance.word()),
                guide_changes::summary.eq(summary),
                guide_changes::difference.eq("[]"),
                guide_changes::published_at.eq(at),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// What readers are told of an entry that had this slug.
pub(super) fn told_of_move(kind: &Kind, old: &str) -> String {
    match kind.page(old) {
        Some(path) => format!("It has another address; it was at {path}."),
        None => format!("It has another name among the files; it was {old}."),
    }
}

/// Gives everything that is kept of an entry its new slug. What was shipped stays noted under the file's name: a newer
/// program finds there that editors took it away, and does not bring it back.
fn rename(conn: &mut Conn, kind: &str, old: &str, new: &str) -> Result<()> {
    macro_rules! rename {
        ($($table:ident),*) => {$(
            diesel::update($table::table.filter($table::kind.eq(kind).and($table::slug.eq(old))))
                .set($table::slug.eq(new))
                .execute(conn)?;
        )*};
    }
    rename!(revisions, guide_changes, drafts, draft_versions, links);
    diesel::delete(presence::table.filter(presence::kind.eq(kind).and(presence::slug.eq(old))))
        .execute(conn)?;
    let slots: Vec<(String, String)> = unsaved::table
        .filter(unsaved::kind.eq(kind).and(unsaved::slug.eq(old)))
        .select((unsaved::person, unsaved::part))
        .load(conn)?;
    for (person, part) in slots {
        diesel::update(unsaved::table.find((&person, kind, old, &part)))
            .set((
                unsaved::slug.eq(new),
                unsaved::part.eq(part.replacen(&format!("/{old}/"), &format!("/{new}/"), 1)),
            ))
            .execute(conn)?;
    }
    Ok(())
}
