//! What happened to all accounts, for admins: on pages, and as a table to take away.

use super::super::caller::Caller;
use super::super::event::Happening;
use super::super::trail::{Sought, Step, Who};
use super::super::{Member, Person};
use super::people::{Workbench, admin};
use crate::error::Result;
use crate::ui::{Frame, Paging, Spreadsheet};
use actix_web::HttpResponse;
use askama::Template;

const ON_A_PAGE: i64 = 100;
/// Rows of the table to take away: what a spreadsheet opens without trouble.
const IN_A_TABLE: i64 = 20_000;

#[derive(Template)]
#[template(path = "accounts/trail.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    admin: Person,
    sought: Sought,
    steps: Vec<Step>,
    count: i64,
    paging: Paging,
}

impl Show {
    fn kinds(&self) -> [Happening; Happening::ALL.len()] {
        Happening::ALL
    }

    /// The address of the same part as a table.
    fn table(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new("/admin/trail.csv?".to_owned());
        query.append_pair("kind", &self.sought.kind).append_pair("person", &self.sought.person);
        query.finish()
    }

    fn in_a_table(&self) -> i64 {
        IN_A_TABLE
    }
}

/// What the address asks for; what no kind and no id is made of finds nothing.
fn sought(caller: &Caller) -> Sought {
    let plain = |text: String| -> String {
        text.trim().chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).take(64).collect()
    };
    Sought { kind: plain(caller.asked("kind")), person: plain(caller.asked("person")) }
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (frame, bench, sought) = (caller.frame(), Workbench::of(&caller)?, sought(&caller));
    let number = caller.asked("page").parse().unwrap_or(1);
    let page = caller.site.db.read(move |conn| {
        let admin = admin(conn, &member)?;
        let count = sought.count(conn)?;
        let paging = Paging::of(&frame, number, count, ON_A_PAGE)?
            .with("kind", &sought.kind)
            .with("person", &sought.person);
        let steps = sought.steps(conn, paging.skip(), ON_A_PAGE)?;
        Ok(Show { frame, bench, admin, sought, steps, count, paging })
    });
    caller.show(&page.await?)
}

/// The same as a table, times in UTC.
pub async fn export(caller: Caller, member: Member) -> Result<HttpResponse> {
    let sought = sought(&caller);
    let steps = caller.site.db.read(move |conn| {
        admin(conn, &member)?;
        sought.steps(conn, 0, IN_A_TABLE)
    });
    let mut table = Spreadsheet::new(&["at", "what", "detail", "person", "person_name", "by", "by_name"])?;
    for step in steps.await? {
        let nobody = Who { id: String::new(), name: String::new() };
        let by = step.actor.unwrap_or(nobody);
        let at = step.at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        table.row(&[&at, &step.what, &step.detail, &step.person.id, &step.person.name, &by.id, &by.name])?;
    }
    table.download("waymark-trail.csv")
}
