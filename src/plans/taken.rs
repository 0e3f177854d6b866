//! Everything that is kept of somebody's plans, for whoever takes it out.

use super::{Plan, PlanEvent, PlanLink, Whole};
use crate::db::Conn;
use crate::error::Result;
use serde_json::{Value, json};

/// All plans of a person with their items, what was told on them, and their links; not what makes a link secret.
///
/// # Errors
/// As the database.
pub fn taken_out(conn: &mut Conn, person: &str) -> Result<Vec<Value>> {
    let plans = Plan::of(conn, person)?;
    let mut taken = Vec::new();
    // At most fifty, and asked for once in a while.
    for whole in Whole::with_all(conn, plans)? {
        let events = PlanEvent::of(conn, &whole.plan.id)?;
        let links = PlanLink::of(conn, &whole.plan.id)?;
        taken.push(plan(&whole, &events, &links));
    }
    Ok(taken)
}

fn plan(whole: &Whole, events: &[PlanEvent], links: &[PlanLink]) -> Value {
    let plan = &whole.plan;
    let item = |item: &super::Item| {
        json!({
            "id": item.id,
            "kind": item.kind.word(),
            "skill": item.skill,
            "name": item.name,
            "status": item.skill.is_none().then(|| item.progress.word()),
            "due": item.due,
            "begun_at": item.begun,
            "done_at": item.done,
            "note": item.note,
            "set_aside_at": item.dropped,
        })
    };
    let event = |event: &PlanEvent| json!({ "words": event.words, "happened_at": event.happened, "read_at": event.read });
    json!({
        "id": plan.id,
        "name": plan.name,
        "role": plan.role,
        "from": plan.origin,
        "hours_a_week": plan.hours,
        "target_date": plan.target,
        "note": plan.note,
        "version": plan.version,
        "role_revision_read": plan.seen_revision,
        "made_at": plan.created,
        "changed_at": plan.changed,
        "archived_at": plan.archived,
        "items": whole.items.iter().map(item).collect::<Vec<_>>(),
        "told": events.iter().map(event).collect::<Vec<_>>(),
        "links": links,
    })
}
