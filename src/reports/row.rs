//! Reports as rows, and how many came in an hour.

use super::Report;
use crate::db::schema::{report_counts, reports};
use crate::db::{self, Conn, Words, insert_or_change, inserted};
use crate::editing::{Fate, Fated};
use crate::error::Result;
use crate::secret::Secret;
use chrono::DateTime;
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use diesel::sql_types::Nullable;

diesel::define_sql_function! {
    fn lower(text: Nullable<diesel::sql_types::Text>) -> Nullable<diesel::sql_types::Text>;
}

/// Reports that are taken in an hour from one network address.
pub const A_SENDER: i64 = 5;
/// Reports that are taken in an hour from all.
pub const ALL: i64 = 200;

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Taken {
    /// It is kept; also if the same form was sent before.
    Kept,
    TooManyFromSender,
    TooManyFromAll,
}

const OPEN: &str = "open";
const CLOSED: &str = "closed";

impl Report {
    /// Keeps it, once for each id, unless too many came this hour. Call it inside `db::write`.
    pub fn take(&self, conn: &mut Conn, secret: &Secret, network: &str) -> Result<Taken> {
        if !self.insert(conn)? {
            return Ok(Taken::Kept);
        }
        let hour = self.reported.timestamp().div_euclid(3600);
        let taken = if count_up(conn, hour, &sender(secret, network, hour))? > A_SENDER {
            Taken::TooManyFromSender
        } else if count_up(conn, hour, "")? > ALL {
            Taken::TooManyFromAll
        } else {
            return Ok(Taken::Kept);
        };
        diesel::delete(reports::table.find(&self.id)).execute(conn)?;
        Ok(taken)
    }

    /// Whether it was not there before.
    fn insert(&self, conn: &mut Conn) -> Result<bool> {
        let row = (
            reports::id.eq(&self.id),
            reports::page.eq(&self.page),
            reports::section.eq(&self.section),
            reports::revision.eq(self.revision),
            reports::words.eq(&self.words),
            reports::source.eq(&self.source),
            reports::reply.eq(&self.reply),
            reports::reported_at.eq(self.reported.timestamp_millis()),
            reports::state.eq(OPEN),
        );
        inserted(conn, |conn| diesel::insert_into(reports::table).values(row).execute(conn))
    }

    /// How many nobody has dealt with.
    pub fn count_open(conn: &mut Conn) -> Result<i64> {
        Ok(reports::table.filter(reports::state.eq(OPEN)).count().get_result(conn)?)
    }

    /// `count` of them after the first `skip`, the oldest first.
    pub fn list_open(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Report>> {
        let rows: Vec<Row> = reports::table
            .filter(reports::state.eq(OPEN))
            .order((reports::reported_at, reports::id))
            .offset(skip)
            .limit(count)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Report::from_row).collect())
    }

    /// The report with this id, and whether it is open.
    pub fn find(conn: &mut Conn, id: &str) -> Result<Option<(Report, bool)>> {
        let row: Option<(Row, String)> =
            reports::table.find(id).select((COLUMNS, reports::state)).first(conn).optional()?;
        Ok(row.map(|(row, state)| (Report::from_row(row), state == OPEN)))
    }

    /// How many are dealt with.
    pub fn count_closed(conn: &mut Conn) -> Result<i64> {
        Ok(reports::table.filter(reports::state.eq(CLOSED)).count().get_result(conn)?)
    }

    /// `count` of those after the first `skip`, the newest first.
    pub fn list_closed(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Report>> {
        let rows: Vec<Row> = reports::table
            .filter(reports::state.eq(CLOSED))
            .order((reports::reported_at.desc(), reports::id.desc()))
            .offset(skip)
            .limit(count)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Report::from_row).collect())
    }

    /// Of them those whose words or page hold all `words`, at most `most`, the oldest first.
    pub fn saying(conn: &mut Conn, words: &Words, most: i64) -> Result<Vec<Report>> {
        let mut found = reports::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
        found = found.filter(reports::state.eq(OPEN));
        for pattern in words.patterns() {
            let said = db::lower(reports::words).like(pattern.clone()).escape('!');
            found = found.filter(said.or(reports::page.like(pattern).escape('!')));
        }
        let order = (reports::reported_at, reports::id);
        let rows: Vec<Row> = found.order(order).limit(most).select(COLUMNS).load(conn)?;
        Ok(rows.into_iter().map(Report::from_row).collect())
    }

    /// Those that nobody has dealt with, the oldest first.
    pub fn open(conn: &mut Conn) -> Result<Vec<Report>> {
        let rows: Vec<Row> = reports::table
            .filter(reports::state.eq(OPEN))
            .order((reports::reported_at, reports::id))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Report::from_row).collect())
    }

    /// Closes an open one and takes the mail address away; whether there was one with this id.
    pub fn close(conn: &mut Conn, id: &str) -> Result<bool> {
        let open = reports::table.filter(reports::id.eq(id).and(reports::state.eq(OPEN)));
        let closed = (reports::state.eq(CLOSED), reports::reply.eq(None::<String>));
        Ok(diesel::update(open).set(closed).execute(conn)? > 0)
    }

    /// Opens a closed one again, without the mail address, which is gone; whether there was one with this id.
    pub fn reopen(conn: &mut Conn, id: &str) -> Result<bool> {
        let closed = reports::table.filter(reports::id.eq(id).and(reports::state.eq(CLOSED)));
        Ok(diesel::update(closed).set(reports::state.eq(OPEN)).execute(conn)? > 0)
    }

    /// Reports follow the page that they are about: to its new address, or to what took its place. Where nothing did, the
    /// open ones say that the page is gone.
    pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
        let Some(page) = fated.kind.page(&fated.slug) else { return Ok(()) };
        let open = reports::page.eq(&page).and(reports::state.eq(OPEN));
        match (fated.fate, fated.heirs.first().and_then(|heir| fated.kind.page(heir))) {
            (Fate::Moved, Some(to)) => {
                let all = reports::table.filter(reports::page.eq(&page));
                diesel::update(all).set(reports::page.eq(to)).execute(conn)?;
            }
            (_, Some(to)) if fated.heirs.len() == 1 => {
                let columns = (reports::page.eq(to), reports::revision.eq(None::<i64>));
                diesel::update(reports::table.filter(open)).set(columns).execute(conn)?;
            }
            _ => {
                let words: Vec<(String, String)> =
                    reports::table.filter(open).select((reports::id, reports::words)).load(conn)?;
                for (id, words) in words {
                    let day = fated.at.format("%-d %B %Y");
                    let words = format!("{words}\n\n[Waymark: this page {} on {day}.]", said(fated.fate));
                    diesel::update(reports::table.find(id)).set(reports::words.eq(words)).execute(conn)?;
                }
            }
        }
        Ok(())
    }

    /// Those that ask for an answer at this address, which is in lower case; the oldest first.
    pub fn with_reply_to(conn: &mut Conn, address: &str) -> Result<Vec<Report>> {
        let rows: Vec<Row> = reports::table
            .filter(lower(reports::reply).eq(Some(address)))
            .order((reports::reported_at, reports::id))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Report::from_row).collect())
    }

    /// Takes this address away from all reports; what they say stays.
    pub fn forget_reply_to(conn: &mut Conn, address: &str) -> Result<()> {
        diesel::update(reports::table.filter(lower(reports::reply).eq(Some(address))))
            .set(reports::reply.eq(None::<String>))
            .execute(conn)?;
        Ok(())
    }

    fn from_row(row: Row) -> Report {
        let (id, page, section, revision, words, source, reply, reported_at) = row;
        let reported = DateTime::from_timestamp_millis(reported_at).unwrap_or_default();
        Report { id, page, section, revision, words, source, reply, reported }
    }
}

fn said(fate: Fate) -> &'static str {
    match fate {
        Fate::Split => "was split into several",
        Fate::Retired => "was retired",
        _ => "was withdrawn",
    }
}

type Row = (String, String, Option<String>, Option<i64>, String, Option<String>, Option<String>, i64);

const COLUMNS: (
    reports::id,
    reports::page,
    reports::section,
    reports::revision,
    reports::words,
    reports::source,
    reports::reply,
    reports::reported_at,
) = (
    reports::id,
    reports::page,
    reports::section,
    reports::revision,
    reports::words,
    reports::source,
    reports::reply,
    reports::reported_at,
);

/// A network address as it is counted: nobody without the secret can tell which it was, and in another hour it is
/// another.
fn sender(secret: &Secret, network: &str, hour: i64) -> String {
    HEXLOWER.encode(&secret.sign("the sender of a report", format!("{hour} {network}").as_bytes()))
}

/// Counts one more of this hour and says how many that makes. The row stays locked until the transaction ends, so that
/// nobody counts the same number twice.
fn count_up(conn: &mut Conn, hour: i64, sender: &str) -> Result<i64> {
    let row = report_counts::table.find((hour, sender));
    let first = (report_counts::hour.eq(hour), report_counts::sender.eq(sender), report_counts::count.eq(1));
    let more = report_counts::count.eq(report_counts::count + 1);
    insert_or_change!(conn, report_counts::table, (report_counts::hour, report_counts::sender), first, more)?;
    let count = row.select(report_counts::count).first(conn)?;
    if count == 1 && sender.is_empty() {
        // What was counted in earlier hours is of no more use.
        diesel::delete(report_counts::table.filter(report_counts::hour.lt(hour))).execute(conn)?;
    }
    Ok(count)
}
