//! All entries of a kind, and how a new one begins.

use super::home::{Line, lines};
use super::{Workbench, kind_of, many, one, title};
use crate::accounts::{Person, Staff, see_other};
use crate::admin::row::{self, Listed};
use crate::admin::slug_of;
use crate::content::{Kind, check_slug, empty};
use crate::editing::{Act, Action, Base, Save, Saved, Standing};
use crate::error::{Error, Result};
use crate::import::RESERVED;
use crate::ui::{Form, Frame, Paging};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "admin/list.html")]
struct List {
    frame: Frame,
    bench: Workbench,
    kind: Kind,
    /// What was searched for.
    words: String,
    drafts: Vec<Line>,
    entries: Vec<Listed>,
    count: i64,
    paging: Paging,
}

impl List {
    fn title(&self) -> String {
        title(many(&self.kind))
    }

    fn one(&self) -> &'static str {
        one(&self.kind)
    }
}

/// Entries on a page.
const PAGE: i64 = 50;

pub async fn show(staff: Staff, folder: Path<String>) -> Result<HttpResponse> {
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let words: String =
        staff.caller.asked("q").trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let count = row::count(conn, kind.name, &words)?;
        let paging = Paging::of(&bench.frame, number, count, PAGE)?.with("q", &words);
        let drafts = if paging.first() { row::drafts(conn, kind.name, &words, PAGE)? } else { Vec::new() };
        let names = Person::names(conn, drafts.iter().map(|draft| &draft.changed_by))?;
        let entries = row::list(conn, kind.name, &words, paging.skip(), PAGE)?;
        Ok(List {
            frame: bench.frame.clone(),
            bench,
            kind,
            words,
            drafts: lines(drafts, &names),
            entries,
            count,
            paging,
        })
    });
    staff.caller.show(&page.await?)
}

#[derive(Template)]
#[template(path = "admin/new.html")]
struct New {
    frame: Frame,
    bench: Workbench,
    kind: Kind,
    form: Form,
}

impl New {
    fn of(bench: Workbench, kind: Kind, form: Form) -> New {
        New { frame: bench.frame.clone(), bench, kind, form }
    }

    fn one(&self) -> &'static str {
        one(&self.kind)
    }

    fn list(&self) -> String {
        title(many(&self.kind))
    }
}

/// The kind, if editors may begin new ones of it.
fn growing(folder: &str) -> Result<Kind> {
    let kind = kind_of(folder)?;
    match kind.grows {
        true => Ok(kind),
        false => Err(Error::Refused(format!(
            "The program has a place for each of the {}, so there cannot be more of them. Change one that is there.",
            many(&kind)
        ))),
    }
}

pub async fn ask(staff: Staff, folder: Path<String>) -> Result<HttpResponse> {
    let kind = growing(&folder)?;
    let form = Form::of(&[("name", staff.caller.asked("name").as_str()), ("slug", "")]);
    staff.caller.show(&New::of(Workbench::of(&staff), kind, form))
}

pub async fn begin(staff: Staff, folder: Path<String>, mut form: Form) -> Result<HttpResponse> {
    let kind = growing(&folder)?;
    let name = form.line("name", 120);
    if name.is_empty() {
        form.wrong("name", "Type the name; it can be changed later.");
    }
    let typed = form.line("slug", 100);
    let slug = if typed.is_empty() { slug_of(&name) } else { typed };
    if let Err(sentence) = check_slug(&slug) {
        form.wrong("slug", format!("{sentence}."));
    } else if RESERVED.contains(&slug.as_str()) {
        form.wrong("slug", format!("“{slug}” is used by an address of the site; choose another."));
    }
    if form.fine() {
        let (by, now, new) = (staff.person.id.clone(), staff.caller.now, slug.clone());
        let begun = staff.caller.site.db.write(move |conn| {
            let there = Standing::find(conn, kind.name, &new)?.is_some();
            if there {
                return Ok(false);
            }
            let mut content = json!({});
            for section in kind.sheet {
                let part = empty(section.fields);
                content
                    .as_object_mut()
                    .into_iter()
                    .for_each(|all| all.extend(part.as_object().cloned().unwrap_or_default()));
            }
            content["name"] = json!(name);
            let save = Save { kind: &kind, slug: &new, base: Base::Revision(0), chosen: None, by: &by, now };
            let saved = save.run(conn, &|_| content.clone())?;
            Act::note(conn, Some(&by), Action::Saved, (kind.name, &new), &json!({ "begun": name }), now)?;
            Ok(matches!(saved, Saved::Done { .. }))
        });
        if begun.await? {
            let first = kind.sheet.first().map_or("", |section| section.id);
            return Ok(see_other(&format!("/admin/{}/{slug}/edit/{first}", kind.folder)));
        }
        let sentence = format!(
            "There is a {} with the address “{slug}” already; open that one, or type another.",
            one(&kind)
        );
        form.wrong("slug", sentence);
    }
    staff.caller.again(&New::of(Workbench::of(&staff), kind, form))
}
