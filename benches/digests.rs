//! What it costs to plan and queue a weekly digest for many subscribers, each with a plan of twelve skills towards one
//! role, after a publication that touches them all.
//!
//! `cargo bench --bench digests`, with `-- --quick` for 2,000 subscribers instead of 100,000. It runs on SQLite in a
//! temporary folder, or on the empty database that `DATABASE_URL` names. Linux only.

mod support;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use support::Result;
use waymark::config::Config;
use waymark::db::Conn;
use waymark::db::schema::{interests, ledger, outbox, people, plan_items, plans, role_skills, subscriptions};
use waymark::digests::{self, Planner};
use waymark::mail::{PostOffice, Sender};
use waymark::{commands, db, import};

const ROLE: &str = "web-application-backend-development";
/// Skills in each plan.
const STEPS: usize = 12;
/// People who are written together.
const BATCH: usize = 200;

/// Statements since the start, those that begin and end transactions among them.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

struct Counting;

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { .. } = event {
            STATEMENTS.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn main() -> Result<()> {
    let Some(arguments) = support::arguments("digests")? else { return Ok(()) };
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let count = if quick { 2_000 } else { 100_000 };
    set_default_instrumentation(|| Some(Box::new(Counting)))?;
    let folder = tempfile::tempdir()?;
    let config = Config::read(|name| match name {
        "DATABASE_URL" => std::env::var(name).ok(),
        "WAYMARK_DATA" => Some(folder.path().join("data").display().to_string()),
        "WAYMARK_SECRET" => Some("known to the benchmark and to nobody else".into()),
        _ => None,
    })?;
    drop(commands::prepare_guide(&config)?);
    let mut conn = config.database.connect().map_err(|e| e.to_string())?;
    let now = Utc::now();

    println!("A weekly digest for {count} subscribers, each with a plan of {STEPS} skills\n");
    let began = Instant::now();
    let skills = skills(&mut conn)?;
    for first in (0..count).step_by(BATCH) {
        let people = first..count.min(first + BATCH);
        db::write(&mut conn, |conn| Ok(subscribe(conn, people, &skills, now)?))?;
    }
    println!("made in {:.1} s", began.elapsed().as_secs_f64());
    publish(&mut conn, now - TimeDelta::hours(1))?;

    let office = PostOffice::new(&config, Sender::of(&config)?, config.secret()?);
    let planner = Planner::new(office, &import::KINDS);
    let memory = support::own_memory()?;
    let statements = STATEMENTS.load(Ordering::Relaxed);
    let began = Instant::now();
    let done = digests::plan_due(&mut conn, &planner, now)?;
    let took = began.elapsed();
    let statements = STATEMENTS.load(Ordering::Relaxed) - statements;
    let each = |what: f64| what / count as f64;
    println!("planned and queued: {} letters in {:.1} s", done.mailed, took.as_secs_f64());
    println!(
        "  a subscriber: {:.2} ms, {:.1} statements",
        each(took.as_secs_f64() * 1e3),
        each(statements as f64)
    );
    println!("  most memory: {:.0} MB, {memory:.0} MB of it before", support::own_most_memory()?);
    let queued: i64 = outbox::table.count().get_result(&mut conn)?;
    if done.mailed != count || queued != count as i64 {
        return Err(format!("{queued} letters were queued for {count} subscribers: {done:?}").into());
    }
    let began = Instant::now();
    let again = digests::plan_due(&mut conn, &planner, now)?;
    println!("looked again in {:.1} ms: {} letters", began.elapsed().as_secs_f64() * 1e3, again.mailed);
    Ok(())
}

/// The first skills that the role asks for.
fn skills(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(role_skills::table
        .filter(role_skills::role.eq(ROLE).and(role_skills::counts.eq(1)))
        .order((role_skills::place, role_skills::skill))
        .limit(STEPS as i64)
        .select(role_skills::skill)
        .load(conn)?)
}

/// Gives some people a plan and a place on its list, with a letter that is due.
fn subscribe(
    conn: &mut Conn,
    numbers: std::ops::Range<usize>,
    skills: &[String],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let before = (now - TimeDelta::days(7)).timestamp_millis();
    for number in numbers {
        let (person, plan) = (format!("person-{number}"), format!("plan-{number}"));
        let address = format!("reader-{number}@example.org");
        diesel::insert_into(people::table)
            .values((
                people::id.eq(&person),
                people::address.eq(&address),
                people::folded.eq(&address),
                people::name.eq(""),
                people::folded_name.eq(""),
                people::zone.eq("Europe/Vienna"),
                people::rights.eq("member"),
                people::created_at.eq(before),
            ))
            .execute(conn)?;
        diesel::insert_into(subscriptions::table)
            .values((
                subscriptions::id.eq(format!("subscription-{number}")),
                subscriptions::person.eq(&person),
                subscriptions::list.eq("plans"),
                subscriptions::frequency.eq("weekly"),
                subscriptions::weekday.eq(1),
                subscriptions::minute.eq(420),
                subscriptions::last_seq.eq(1_i64),
                subscriptions::next_due_at.eq(now.timestamp_millis()),
                subscriptions::version.eq(1_i64),
                subscriptions::created_at.eq(before),
            ))
            .execute(conn)?;
        diesel::insert_into(plans::table)
            .values((
                plans::id.eq(&plan),
                plans::person.eq(&person),
                plans::name.eq("Into backend work"),
                plans::role.eq(ROLE),
                plans::hours.eq(5),
                plans::note.eq(""),
                plans::version.eq(1_i64),
                plans::seen_revision.eq(1_i64),
                plans::created_at.eq(before),
                plans::changed_at.eq(before),
            ))
            .execute(conn)?;
        interest(conn, &person, &plan, ("role", ROLE), before)?;
        for (place, skill) in skills.iter().enumerate() {
            interest(conn, &person, &plan, ("skill", skill), before)?;
            diesel::insert_into(plan_items::table)
                .values((
                    plan_items::plan.eq(&plan),
                    plan_items::id.eq(format!("item-{place}")),
                    plan_items::place.eq(place as i32),
                    plan_items::kind.eq("skill"),
                    plan_items::skill.eq(skill),
                    plan_items::name.eq(skill),
                    plan_items::status.eq("open"),
                    plan_items::note.eq(""),
                    plan_items::moved.eq(0_i64),
                ))
                .execute(conn)?;
            if (place + number) % 3 == 0 {
                diesel::insert_into(ledger::table)
                    .values((
                        ledger::person.eq(&person),
                        ledger::skill.eq(skill),
                        ledger::mark.eq(if place % 2 == 0 { "strong" } else { "learning" }),
                        ledger::note.eq(""),
                        ledger::evidence.eq("[]"),
                        ledger::version.eq(1_i64),
                        ledger::marked_at.eq(before),
                    ))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

fn interest(
    conn: &mut Conn,
    person: &str,
    plan: &str,
    (kind, slug): (&str, &str),
    since: i64,
) -> QueryResult<()> {
    diesel::insert_into(interests::table)
        .values((
            interests::person.eq(person),
            interests::kind.eq(kind),
            interests::slug.eq(slug),
            interests::origin.eq(plan),
            interests::created_at.eq(since),
        ))
        .execute(conn)
        .map(drop)
}

/// Publishes the role with other figures, and newer pay.
fn publish(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let changed = |file: &str, from: &str, to: &str| -> Result<(String, String)> {
        let text = std::fs::read_to_string(content.join(file))?;
        if !text.contains(from) {
            return Err(format!("{file} does not say {from}").into());
        }
        Ok((file.to_owned(), text.replacen(from, to, 1)))
    };
    let files = vec![
        changed(&format!("roles/{ROLE}.toml"), "all = \"about 45 %\"", "all = \"about 60 %\"")?,
        changed("figures/web-developers-pay.toml", "90930", "99930")?,
    ];
    let problems = |problems: Vec<waymark::content::Problem>| format!("{} problems", problems.len());
    let incoming = import::parse(files).map_err(problems)?;
    import::import(conn, &incoming, now)?.map_err(problems)?;
    Ok(())
}
