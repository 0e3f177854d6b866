//! The dates of a plan as a calendar (iCalendar, RFC 5545): whole days, one event each.

use super::standing;
use crate::plans::{Overview, Stand};
use icalendar::{Calendar, Class, Component, Event, EventLike, Property};

/// The target date, and every date of an item that counts. `host` makes the names of events the site's own; notes stay
/// at home.
pub fn calendar(overview: &Overview, host: &str, address: &str) -> String {
    let plan = &overview.plan;
    let mut calendar = Calendar::new();
    calendar.properties.retain(|property| property.key() != "PRODID");
    calendar.append_property(Property::new("PRODID", "-//Waymark//Plan//EN"));
    calendar.append_property(Property::new("X-WR-CALNAME", one_line(&plan.name)));
    let mut add = |id: &str, day, summary: String, description: String| {
        let mut event = Event::with_uid(&format!("{id}@{host}"));
        event
            .timestamp(plan.changed)
            .last_modified(plan.changed)
            // Without an end it lasts the day; one that ends on the day that it begins is against RFC 5545.
            .starts(day)
            .summary(&one_line(&summary))
            .description(&one_line(&description))
            .class(Class::Private)
            .url(address)
            // A day on which something is due leaves one free.
            .add_property("TRANSP", "TRANSPARENT");
        calendar.push(event.done());
    };
    if let Some(day) = plan.target {
        add(&plan.id, day, format!("Target date: {}", plan.name), overview.role.name.clone());
    }
    for line in overview.lines.iter().filter(|line| line.counts()) {
        if let Some(day) = line.item.due {
            let done = if line.stand == Stand::Done { "Done: " } else { "" };
            let description = format!("{}, {}", plan.name, standing(line.stand));
            add(&line.item.id, day, format!("{done}{}", line.name), description);
        }
    }
    calendar.to_string()
}

/// A summary is one line; a stray return would begin a line of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
