//! All plans of somebody.

use super::words;
use crate::accounts::{Caller, Member, Person};
use crate::error::Result;
use crate::plans::{Best, Board, Card};
use crate::ui::Frame;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "plans/list.html")]
struct List {
    frame: Frame,
    board: Board,
    /// What was done a moment ago.
    said: &'static str,
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let said = match caller.asked("said").as_str() {
        "deleted" => "The plan is deleted.",
        _ => "",
    };
    let page = caller.site.db.read(move |conn| {
        let person = Person::find(conn, &member.person)?;
        Ok(List { board: Board::of(conn, &person, now)?, frame, said })
    });
    caller.show(&page.await?)
}

impl List {
    fn done(&self, card: &Card) -> Option<String> {
        card.done.map(|(done, all)| match all {
            0 => "nothing in it yet".to_owned(),
            _ => format!("{done} of {all} {} done", if all == 1 { "item" } else { "items" }),
        })
    }

    fn changed(&self, card: &Card) -> String {
        if card.changed == 1 {
            "1 change to read".into()
        } else {
            format!("{} changes to read", card.changed)
        }
    }

    fn helps(&self, best: &Best) -> String {
        let roles = match (best.roles, self.board.roles) {
            (2, 2) => "both roles".to_owned(),
            (some, all) if some == all => format!("all {all} roles"),
            (some, all) => format!("{some} of {all} roles"),
        };
        format!("Brings you nearer to {roles}: {:.0} % of readiness, added up", best.gain)
    }

    fn day(&self, day: &chrono::NaiveDate) -> String {
        words(*day)
    }
}
