//! Something more in a plan: a skill by its name, a milestone, or what the role has come to ask for.

use super::{day, note, open, version};
use crate::accounts::{Caller, Member, Person, see_other};
use crate::db::Conn;
use crate::editing::names;
use crate::error::{Error, Result};
use crate::plans::overview::today;
use crate::plans::typed::{self, Found};
use crate::plans::{Decided, ITEMS, Item, ItemKind, NAME, Offered, Overview, Plan, RoleNow, Whole};
use crate::skills::Skill;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "plans/add.html")]
struct Add {
    frame: Frame,
    plan: Plan,
    /// What the role asks for and the plan knows nothing of.
    offered: Vec<Offered>,
    form: Form,
    /// The id of the milestone: a form that is sent twice adds it once.
    id: String,
}

impl Add {
    fn read(
        conn: &mut Conn,
        frame: Frame,
        (person, plan): (&str, &str),
        form: Form,
        now: DateTime<Utc>,
    ) -> Result<Add> {
        let overview = Overview::of(conn, person, plan, now)?;
        let id = if form.value("id").is_empty() {
            Uuid::now_v7().to_string()
        } else {
            form.value("id").to_owned()
        };
        Ok(Add { frame, plan: overview.plan, offered: overview.offered, form, id })
    }

    fn kinds(&self) -> [(&'static str, &'static str, bool); 4] {
        ItemKind::MILESTONES.map(|kind| (kind.word(), kind.words(), self.form.value("kind") == kind.word()))
    }
}

pub async fn ask(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let page =
        caller.site.db.read(move |conn| Add::read(conn, frame, (&member.person, &id), Form::default(), now));
    caller.show(&page.await?)
}

/// What adding comes to.
enum Added {
    New,
    /// It was there already, perhaps set aside.
    There,
}

pub async fn add(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let path = format!("/plans/{id}");
    let added = caller.site.db.write(move |conn| {
        let today = today(&Person::find(conn, &member.person)?, now);
        let seen = version(&form);
        let sent = form.fields().to_vec();
        let added = Whole::change(conn, (&member.person, &id), seen, now, |conn, whole, _| {
            open(whole)?;
            let pairs: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let mut form = Form::of(&pairs);
            let skill = form.value("do") == "skill";
            let item =
                if skill { by_name(conn, &whole.plan.role, &mut form)? } else { milestone(&mut form, today) };
            let Some(item) = item.filter(|_| form.fine()) else { return Ok(Decided::Leave(Err(form))) };
            put(whole, item, now).or_else(|sentence| {
                form.wrong("", sentence);
                Ok(Decided::Leave(Err(form)))
            })
        })?;
        match added {
            Ok(added) => Ok(Ok(added)),
            Err(form) => Ok(Err(Add::read(conn, frame, (&member.person, &id), form, now)?)),
        }
    });
    match added.await? {
        Ok(Added::New) => Ok(see_other(&format!("{path}?said=added"))),
        Ok(Added::There) => Ok(see_other(&format!("{path}?said=there"))),
        Err(add) => caller.answer(StatusCode::UNPROCESSABLE_ENTITY, &add),
    }
}

/// Puts a new item into a plan; one that is there is brought back if it was set aside. The sentence says why not.
fn put(
    whole: &mut Whole,
    item: Item,
    now: DateTime<Utc>,
) -> std::result::Result<Decided<std::result::Result<Added, Form>>, String> {
    let there = whole
        .items
        .iter_mut()
        .find(|own| own.id == item.id || (item.skill.is_some() && own.skill == item.skill));
    if let Some(there) = there {
        if there.dropped.take().is_some() && item.dropped.is_none() {
            return Ok(Decided::Save(Ok(Added::There)));
        }
        return Ok(Decided::Leave(Ok(Added::There)));
    }
    if whole.is_full() {
        return Err(format!(
            "This plan has {ITEMS} items, those set aside among them, which is as many as are kept. Make another plan for \
             what comes after."
        ));
    }
    let dropped = item.dropped.map(|_| now);
    whole.add(Item { dropped, ..item });
    Ok(Decided::Save(Ok(Added::New)))
}

fn by_name(conn: &mut Conn, role: &str, form: &mut Form) -> Result<Option<Item>> {
    let typed = form.line("skill", NAME);
    if typed.is_empty() {
        form.wrong("skill", "Write the name of a skill.");
        return Ok(None);
    }
    match typed::look::<Skill>(conn, &typed)? {
        Found::There(slug, name) => {
            let asked = RoleNow::find(conn, role)?.content.is_some_and(|role| role.skills().contains(&slug));
            let kind = if asked { ItemKind::Skill } else { ItemKind::Extra };
            return Ok(Some(Item::of(kind, Some(&slug), &name)));
        }
        Found::Gone(gone) => form.wrong("skill", format!("{}. Choose a skill that is in the guide.", gone.sentence)),
        Found::Unknown => form.wrong(
            "skill",
            "The guide has no skill of this name. Write it as it stands in the list of skills, or add it below as something \
             else.",
        ),
    }
    Ok(None)
}

fn milestone(form: &mut Form, today: NaiveDate) -> Option<Item> {
    let name = form.line("name", NAME);
    if name.is_empty() {
        form.wrong("name", "Write what it is called.");
    }
    let kind = ItemKind::from_word(form.value("kind")).filter(|kind| ItemKind::MILESTONES.contains(kind));
    if kind.is_none() {
        form.wrong("kind", "Choose what it is.");
    }
    let due = day(form, "due", today, None);
    let note = note(form, "note");
    let id = Uuid::parse_str(form.value("id")).unwrap_or_else(|_| Uuid::now_v7());
    Some(Item { id: id.to_string(), due, note, ..Item::of(kind?, None, &name) })
}

/// Takes in, or leaves out for good, a skill that the role has come to ask for.
pub async fn answer(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let now = caller.now;
    let path = format!("/plans/{id}#news");
    let done = caller.site.db.write(move |conn| {
        let slug = form.value("skill").to_owned();
        let name = names::<Skill>(conn, [&slug])?.remove(&slug).ok_or(Error::NotFound)?;
        let left_out = form.value("do") != "add";
        Whole::change(conn, (&member.person, &id), version(&form), now, |_, whole, _| {
            open(whole)?;
            let item = Item::of(ItemKind::Skill, Some(&slug), &name);
            let item = Item { dropped: left_out.then_some(now), ..item };
            if left_out && whole.of_skill(&slug).is_some() {
                return Ok(Decided::Leave(()));
            }
            match put(whole, item, now) {
                Ok(Decided::Save(_)) => Ok(Decided::Save(())),
                Ok(Decided::Leave(_)) => Ok(Decided::Leave(())),
                Err(sentence) => Err(Error::Refused(sentence)),
            }
        })
    });
    done.await?;
    Ok(see_other(&path))
}
