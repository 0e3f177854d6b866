//! A plan as JSON, for programs and for whoever takes everything out.

use super::standing;
use crate::plans::{Line, Overview};
use serde_json::{Value, json};

/// All of it: days as `2027-06-01`, moments in UTC.
pub fn json(overview: &Overview) -> Value {
    let plan = &overview.plan;
    let (done, all) = overview.done();
    json!({
        "plan": plan.id,
        "name": plan.name,
        "role": { "slug": overview.role.slug, "name": overview.role.name, "in_the_guide": overview.role.gone.is_none() },
        "from": plan.origin.as_ref().zip(overview.origin.as_ref())
            .map(|(slug, (name, _))| json!({ "slug": slug, "name": name })),
        "hours_a_week": plan.hours,
        "target_date": plan.target,
        "note": plan.note,
        "version": plan.version,
        "made_at": plan.created,
        "changed_at": plan.changed,
        "archived_at": plan.archived,
        "as_of": overview.today,
        "items_done": done,
        "items": all,
        "readiness": overview.readiness.as_ref().map(|readiness| json!({
            "held": readiness.held,
            "all": readiness.all,
            "percent": readiness.percent(),
            "by_tier_not_measured": readiness.by_tier,
        })),
        "in_order": overview.lines.iter().map(item).collect::<Vec<_>>(),
        "set_aside": overview.aside.iter().map(item).collect::<Vec<_>>(),
    })
}

fn item(line: &Line) -> Value {
    let item = &line.item;
    json!({
        "id": item.id,
        "kind": item.kind.word(),
        "skill": item.skill,
        "name": line.name,
        "status": standing(line.stand),
        "tier": line.asked.as_ref().map(|asked| asked.tier.slug()),
        "group": line.asked.as_ref().map(|asked| &asked.group_name),
        "asked_by_the_role": !line.unasked && item.skill.is_some(),
        "due": item.due,
        "begun_at": item.begun,
        "done_at": item.done,
        "note": item.note,
    })
}
