//! Issues: what was made for a subscription in a period, as its person may know of it: sent, or not and why.

use super::{List, Subscription};
use crate::db::Conn;
use crate::db::schema::issues;
use crate::error::Result;
use crate::mail;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// One of them.
#[derive(Clone, Debug)]
pub struct Issue {
    pub id: String,
    /// None if the person is not on it any more.
    pub list: Option<List>,
    /// What became of it, in words.
    pub became: String,
    pub made: DateTime<Utc>,
}

impl Issue {
    /// The newest `count` of a person, the newest first.
    pub fn of(conn: &mut Conn, person: &str, count: i64) -> Result<Vec<Issue>> {
        let rows: Vec<(String, String, String, Option<String>, i64)> = issues::table
            .filter(issues::person.eq(person))
            .order((issues::made_at.desc(), issues::id.desc()))
            .limit(count)
            .select((issues::id, issues::subscription, issues::because, issues::delivery, issues::made_at))
            .load(conn)?;
        let lists: BTreeMap<String, List> =
            Subscription::of(conn, person)?.into_iter().map(|own| (own.id, own.list)).collect();
        let deliveries: Vec<String> = rows.iter().filter_map(|row| row.3.clone()).collect();
        let fates = mail::became(conn, &deliveries)?;
        let issue =
            |(id, subscription, because, delivery, made): (String, String, String, Option<String>, i64)| {
                let fate = delivery.and_then(|delivery| fates.get(&delivery).cloned());
                let because =
                    if because.is_empty() { "not sent".to_owned() } else { format!("not sent: {because}") };
                Issue {
                    id,
                    list: lists.get(&subscription).copied(),
                    became: fate.unwrap_or(because),
                    made: DateTime::from_timestamp_millis(made).unwrap_or_default(),
                }
            };
        Ok(rows.into_iter().map(issue).collect())
    }
}
