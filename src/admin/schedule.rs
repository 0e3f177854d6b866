//! Drafts that are published by the clock: once, whatever the number of instances.

use super::Gates;
use crate::db::{self, Conn};
use crate::editing::{Act, Action, Draft};
use crate::error::Result;
use crate::import::KINDS;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Publishes every draft whose time has come; whether there was one. A draft that something still stands in the way of
/// loses its time and stays a draft, and the audit says so.
///
/// # Errors
/// `Unavailable` while the database is away: the time stays and is looked at again.
pub fn publish_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool> {
    let due = Draft::due(conn, now)?;
    for draft in &due {
        db::write(conn, |conn| publish(conn, draft, now))?;
    }
    Ok(!due.is_empty())
}

fn publish(conn: &mut Conn, draft: &Draft, now: DateTime<Utc>) -> Result<()> {
    // Looked at again inside the transaction: another instance may have been quicker.
    let Some(draft) = Draft::find(conn, &draft.kind, &draft.slug)?
        .filter(|again| again.version == draft.version && again.publish_at.is_some_and(|at| at <= now))
    else {
        return Ok(());
    };
    let Some(kind) = KINDS.into_iter().find(|kind| kind.name == draft.kind) else { return Ok(()) };
    let Gates { gates, checked } = Gates::of(conn, &kind, &draft.slug, &draft.content)?;
    let entry = (draft.kind.as_str(), draft.slug.as_str());
    let by = draft.publish_by.clone().unwrap_or_default();
    match checked.filter(|_| gates.is_empty() && !draft.outdated(conn).unwrap_or(true)) {
        Some(checked) => {
            let told = draft.told.clone();
            if let Some(published) = draft.publish(conn, kind, checked, &by, told.as_ref(), now)? {
                let detail = json!({ "by_schedule": true, "guide_revision": published.guide_revision });
                Act::note(conn, Some(&by), Action::Published, entry, &detail, now)?;
            }
        }
        None => {
            if draft.schedule(conn, None)? {
                let why: Vec<String> =
                    gates.iter().map(|gate| format!("{}: {}", gate.label, gate.sentence)).collect();
                let detail = json!({ "could_not_be_published": why });
                Act::note(conn, None, Action::Unscheduled, entry, &detail, now)?;
            }
        }
    }
    Ok(())
}
