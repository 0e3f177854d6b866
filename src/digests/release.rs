//! Letters that did not arrive: what they told counts as not told, and comes with the next.

use crate::db::schema::{issues, outbox, subscriptions, told};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::follows::Frequency;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How far back it is looked.
const BACK: TimeDelta = TimeDelta::days(8);
/// Letters at a time.
const PAGE: i64 = 500;

/// Why a letter was not sent, for its person, by the state in which it ended.
fn because(state: &str) -> &'static str {
    match state {
        "rejected" => "Your mail server refused the letter. What it said comes with the next.",
        "expired" => "The letter could not be sent in time. What it said comes with the next.",
        "suppressed" => "No letters are sent to your address, because it could not be reached.",
        _ => "You stopped or paused these letters before it was sent.",
    }
}

/// Takes back what was noted as told by letters that ended unsent, since this was asked last.
pub fn release(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize> {
    let since = (now - BACK).timestamp_millis();
    let lost: Vec<(String, String, String, i64)> = db::snapshot(conn, |conn| {
        Ok(outbox::table
            .inner_join(issues::table.on(issues::delivery.eq(outbox::delivery_id.nullable())))
            .filter(outbox::state.eq_any(["rejected", "expired", "suppressed", "cancelled"]))
            .filter(outbox::settled_at.gt(since).and(issues::outcome.eq("mailed")))
            .order(outbox::delivery_id)
            .limit(PAGE)
            .select((issues::id, issues::subscription, outbox::state, issues::from_seq))
            .load(conn)?)
    })?;
    let count = lost.len();
    for (issue, subscription, state, from) in lost {
        db::write(conn, |conn| {
            let mailed = issues::table.filter(issues::id.eq(&issue).and(issues::outcome.eq("mailed")));
            let suppressed = (issues::outcome.eq("suppressed"), issues::because.eq(because(&state)));
            if diesel::update(mailed).set(suppressed).execute(conn)? != 1 {
                return Ok(());
            }
            diesel::delete(told::table.filter(told::issue.eq(&issue))).execute(conn)?;
            // Whoever is told at once and cannot be reached would be written to again and again.
            let again = subscriptions::table
                .filter(subscriptions::id.eq(&subscription).and(subscriptions::last_seq.gt(from)));
            let back =
                (subscriptions::last_seq.eq(from), subscriptions::version.eq(subscriptions::version + 1));
            if state == "expired" {
                diesel::update(again).set(back).execute(conn)?;
            } else {
                let by_period = again.filter(subscriptions::frequency.ne(Frequency::AtOnce.word()));
                diesel::update(by_period).set(back).execute(conn)?;
            }
            Ok(())
        })?;
    }
    Ok(count)
}
