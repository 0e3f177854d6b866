//! The statement of skills, on a page to print and as Markdown.

use crate::accounts::{Caller, Member, Person};
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use crate::ledger::{Ledger, Statement, With};
use crate::roles::{self, Named, Role};
use crate::skills::Skill;
use crate::tiers::Tier;
use crate::ui::{Frame, download};
use actix_web::HttpResponse;
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "ledger/statement.html")]
struct Show {
    frame: Frame,
    read: Read,
    day: String,
}

/// What was asked for.
struct Asked {
    /// Slug of the role by whose tiers it is arranged; by kinds of skill without one.
    role: String,
    with: With,
}

/// The statement, with what stands around it.
struct Read {
    person: Person,
    asked: Asked,
    statement: Statement,
    /// Name of the role.
    role: Option<String>,
    roles: Vec<Named>,
}

impl Read {
    fn title(&self) -> String {
        match self.person.name.as_str() {
            "" => "Skills".into(),
            name => format!("Skills of {name}"),
        }
    }

    /// How it is arranged.
    fn about(&self) -> String {
        match &self.role {
            Some(role) => format!("In the order in which {role} asks for them"),
            None => "By kind of skill".into(),
        }
    }

    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if self.role.is_some() {
            query.append_pair("role", &self.asked.role);
        }
        for (name, on) in [("learning", self.asked.with.learning), ("notes", self.asked.with.notes)] {
            if on {
                query.append_pair(name, "yes");
            }
        }
        query.finish()
    }
}

fn asked(caller: &Caller) -> Asked {
    let yes = |name: &str| caller.asked(name) == "yes";
    Asked { role: caller.asked("role"), with: With { learning: yes("learning"), notes: yes("notes") } }
}

fn read(conn: &mut Conn, person: &str, asked: Asked) -> Result<Read> {
    let person = Person::find(conn, person)?;
    let ledger = Ledger::of(conn, &person.id)?;
    let (names, _) = Ledger::names(conn, ledger.marked.keys())?;
    let role =
        if asked.role.is_empty() { None } else { Some(Entry::<Role>::find(conn, &asked.role)?.content) };
    let statement = match &role {
        Some(role) => {
            let tiers = Entry::<Tier>::by_slug(conn)?;
            let tiers = tiers.into_iter().map(|(slug, tier)| (slug, tier.content.name)).collect();
            Statement::by_role(&ledger, &names, role, &tiers, asked.with)
        }
        None => {
            let skills = Entry::<Skill>::some(conn, ledger.marked.keys())?;
            let skills: BTreeMap<String, Skill> =
                skills.into_iter().map(|(slug, entry)| (slug, entry.content)).collect();
            Statement::by_kind(&ledger, &names, &skills, asked.with)
        }
    };
    let roles = roles::named(conn, ROLES)?;
    Ok(Read { person, asked, statement, role: role.map(|role| role.name), roles })
}

/// Roles that can be chosen.
const ROLES: i64 = 500;

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let asked = asked(&caller);
    let read = caller.site.db.read(move |conn| read(conn, &member.person, asked)).await?;
    let day = day(&caller, &read.person);
    caller.show(&Show { frame: caller.frame(), read, day })
}

pub async fn markdown(caller: Caller, member: Member) -> Result<HttpResponse> {
    let asked = asked(&caller);
    let read = caller.site.db.read(move |conn| read(conn, &member.person, asked)).await?;
    let about = format!("{}, {}.", read.about(), day(&caller, &read.person));
    let text = read.statement.markdown(&read.title(), &about);
    Ok(download("skills.md", "text/markdown; charset=utf-8", text))
}

/// Today, by the person's clock.
fn day(caller: &Caller, person: &Person) -> String {
    let zone: chrono_tz::Tz = person.zone.parse().unwrap_or(chrono_tz::UTC);
    caller.now.with_timezone(&zone).format("%-d %B %Y").to_string()
}
