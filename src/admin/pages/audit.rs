//! Who did what: for editors to read, to narrow and to take away as CSV.

use super::{Workbench, one};
use crate::accounts::{Person, Staff};
use crate::content::Kind;
use crate::editing::{Act, Action, Asked};
use crate::error::Result;
use crate::import::KINDS;
use crate::ui::{Frame, Paging, Spreadsheet};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct Audit {
    frame: Frame,
    bench: Workbench,
    asked: Asked,
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

fn asked(staff: &Staff) -> Asked {
    let text = |name: &str| {
        Some(staff.caller.asked(name))
            .filter(|text| !text.is_empty() && text.len() <= 100 && !text.contains('\0'))
    };
    Asked {
        person: text("person"),
        action: text("action").and_then(|word| Action::from_word(&word)),
        kind: text("kind"),
        slug: text("slug"),
    }
}

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let asked = asked(&staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let action = asked.action.map_or("", Action::word);
        let pairs = [
            ("person", asked.person.as_deref().unwrap_or_default()),
            ("action", action),
            ("kind", asked.kind.as_deref().unwrap_or_default()),
            ("slug", asked.slug.as_deref().unwrap_or_default()),
        ];
        let paging = Paging::of(&bench.frame, number, Act::count(conn, &asked)?, PAGE)?;
        let paging = pairs.iter().fold(paging, |paging, (name, value)| paging.with(name, value));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let acts = Act::list(conn, &asked, paging.skip(), PAGE)?;
        let names = Person::names(conn, acts.iter().filter_map(|act| act.person.as_ref()))?;
        let csv = format!("/admin/audit.csv?{query}");
        Ok(Audit { frame: bench.frame.clone(), bench, asked, acts, names, paging, csv })
    });
    staff.caller.show(&page.await?)
}

/// The same lines as a file for spreadsheets.
pub async fn csv(staff: Staff) -> Result<HttpResponse> {
    let asked = asked(&staff);
    let acts = staff.caller.site.db.read_long(move |conn| Act::list(conn, &asked, 0, CSV)).await?;
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
