//! Who did what: for editors to read, to narrow and to take away as CSV.

use super::{Workbench, one};
use crate::accounts::{MailAddress, Person, Staff};
use crate::content::Kind;
use crate::db::Conn;
use crate::editing::{Act, Action, Asked};
use crate::error::Result;
use crate::import::KINDS;
use crate::ui::{Form, Frame, Paging, Spreadsheet};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct Audit {
    frame: Frame,
    bench: Workbench,
    asked: Asked,
    /// The person as typed, with what is wrong with it.
    form: Form,
    /// Names to choose the person from.
    everybody: BTreeSet<String>,
    /// Of several who are called so: name and address of the lines of each.
    several: Vec<(String, String)>,
    acts: Vec<Act>,
    names: BTreeMap<String, String>,
    paging: Paging,
    /// The same as CSV.
    csv: String,
}

impl Audit {
    fn by(&self, act: &Act) -> String {
        match &act.person {
            Some(id) => self.names.get(id).cloned().unwrap_or_else(|| "somebody who left".into()),
            None => "the program".into(),
        }
    }

    fn actions(&self) -> impl Iterator<Item = (&'static str, bool)> {
        Action::ALL.into_iter().map(|action| (action.word(), self.asked.action == Some(action)))
    }

    fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        KINDS.into_iter().map(|kind| (kind.name, one(&kind), self.asked.kind.as_deref() == Some(kind.name)))
    }

    fn address(&self, act: &Act) -> String {
        let kind: Option<Kind> = KINDS.into_iter().find(|kind| kind.name == act.kind);
        kind.map_or("/admin".into(), |kind| format!("/admin/{}/{}", kind.folder, act.slug))
    }

    /// What was done, in short.
    fn detail(&self, act: &Act) -> String {
        let changes = act.detail.get("changes").and_then(Value::as_array);
        let paths = changes.map(|changes| {
            let paths: Vec<&str> = changes.iter().filter_map(|change| change["path"].as_str()).collect();
            let shown = paths.iter().take(4).copied().collect::<Vec<_>>().join(", ");
            if paths.len() > 4 { format!("{shown} and {} more", paths.len() - 4) } else { shown }
        });
        let text = |name: &str| act.detail[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let led = || Some(format!("{} → {}", text("from")?, text("to")?));
        let told = || act.detail["told"]["summary"].as_str().map(str::to_owned);
        let other = || text("reason").or_else(|| text("begun")).or_else(|| text("at"));
        paths.or_else(led).or_else(told).or_else(other).unwrap_or_default()
    }
}

/// Lines on a page.
const PAGE: i64 = 50;
/// Lines of a CSV file, the newest.
const CSV: i64 = 50_000;

/// What is asked for, and the person as it was typed.
fn asked(staff: &Staff) -> (Asked, String) {
    let text = |name: &str| {
        Some(staff.caller.asked(name).trim().to_owned())
            .filter(|text| !text.is_empty() && text.chars().count() <= LONGEST && !text.contains('\0'))
    };
    let asked = Asked {
        people: None,
        action: text("action").and_then(|word| Action::from_word(&word)),
        kind: text("kind"),
        slug: text("slug"),
    };
    (asked, staff.caller.asked("person").trim().chars().filter(|c| *c != '\0').take(LONGEST).collect())
}

/// The longest that is looked for, in characters: a mail address.
const LONGEST: usize = 254;

/// Ids of those who did anything and are meant by `typed`, which is an id, a whole mail address, or a part of what lists
/// call them. `names` are those of everybody who did anything.
fn meant(
    conn: &mut Conn,
    typed: &str,
    all: &[String],
    names: &BTreeMap<String, String>,
) -> Result<Vec<String>> {
    if all.iter().any(|id| id == typed) {
        return Ok(vec![typed.to_owned()]);
    }
    let lower = typed.to_lowercase();
    let named = names.iter().filter(|(_, name)| name.to_lowercase().contains(&lower));
    let mut meant: Vec<String> = named.map(|(id, _)| id.clone()).collect();
    if let Ok(address) = MailAddress::parse(typed) {
        let known = Person::with_account(conn, &address)?.map(|person| person.id);
        if let Some(id) = known.filter(|id| all.contains(id) && !meant.contains(id)) {
            meant.push(id);
        }
    }
    Ok(meant)
}

/// The filters as an address holds them.
fn pairs<'a>(asked: &'a Asked, person: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("person", person),
        ("action", asked.action.map_or("", Action::word)),
        ("kind", asked.kind.as_deref().unwrap_or_default()),
        ("slug", asked.slug.as_deref().unwrap_or_default()),
    ]
}

fn query(asked: &Asked, person: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(asked, person)).finish()
}

const NOBODY: &str = "Nobody who did anything here is called so. Type a part of the name, the whole mail address, or the id; \
                      of those who left, only the id is known.";

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let (mut asked, typed) = asked(&staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let all = Act::people(conn)?;
        let known = Person::names(conn, &all)?;
        let mut form = Form::of(&[("person", &typed)]);
        if !typed.is_empty() {
            let people = meant(conn, &typed, &all, &known)?;
            if people.is_empty() {
                form.wrong("person", NOBODY);
            }
            asked.people = Some(people);
        }
        let paging = Paging::of(&bench.frame, number, Act::count(conn, &asked)?, PAGE)?;
        let pairs = pairs(&asked, &typed);
        let paging = pairs.into_iter().fold(paging, |paging, (name, value)| paging.with(name, value));
        let several = match asked.people.as_deref() {
            Some(people @ [_, _, ..]) => {
                let each = people.iter().map(|id| {
                    let name = known.get(id).cloned().unwrap_or_default();
                    (name, format!("/admin/audit?{}", query(&asked, id)))
                });
                each.collect()
            }
            _ => Vec::new(),
        };
        let csv = format!("/admin/audit.csv?{}", query(&asked, &typed));
        let acts = Act::list(conn, &asked, paging.skip(), PAGE)?;
        let names = Person::names(conn, acts.iter().filter_map(|act| act.person.as_ref()))?;
        let everybody = known.into_values().collect();
        Ok(Audit {
            frame: bench.frame.clone(),
            bench,
            asked,
            form,
            everybody,
            several,
            acts,
            names,
            paging,
            csv,
        })
    });
    staff.caller.show(&page.await?)
}

/// The same lines as a file for spreadsheets.
pub async fn csv(staff: Staff) -> Result<HttpResponse> {
    let (mut asked, typed) = asked(&staff);
    let acts = staff.caller.site.db.read_long(move |conn| {
        if !typed.is_empty() {
            let all = Act::people(conn)?;
            let known = Person::names(conn, &all)?;
            asked.people = Some(meant(conn, &typed, &all, &known)?);
        }
        Act::list(conn, &asked, 0, CSV)
    });
    let acts = acts.await?;
    let mut table = Spreadsheet::new(&["when", "person", "action", "kind", "entry", "detail"])?;
    for act in acts {
        let detail = act.detail.to_string();
        table.row(&[
            act.done.to_rfc3339(),
            act.person.unwrap_or_default(),
            act.action.word().to_owned(),
            act.kind,
            act.slug,
            detail,
        ])?;
    }
    table.download("audit.csv")
}
