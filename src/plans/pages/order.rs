//! The order of a plan: each item up, down or to a place.

use super::{open, version};
use crate::accounts::{Caller, Member, see_other};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::plans::{Decided, Line, Overview, Whole};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "plans/order.html")]
struct Order {
    frame: Frame,
    overview: Overview,
    form: Form,
    /// The item that was moved last, to which the page returns.
    moved: String,
}

impl Order {
    fn read(
        conn: &mut Conn,
        frame: Frame,
        (person, plan): (&str, &str),
        form: Form,
        now: DateTime<Utc>,
    ) -> Result<Order> {
        let overview = Overview::of(conn, person, plan, now)?;
        if overview.plan.archived.is_some() {
            return Err(Error::NotFound);
        }
        let moved = form.value("item").to_owned();
        Ok(Order { frame, overview, form, moved })
    }

    /// Its place if it was typed and nothing came of it.
    fn typed(&self, line: &Line, place: &usize) -> String {
        if line.item.id == self.moved { self.form.value("to").to_owned() } else { place.to_string() }
    }

    fn problem(&self, line: &Line) -> &str {
        if line.item.id == self.moved { self.form.problem("to") } else { "" }
    }
}

pub async fn ask(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let page = caller
        .site
        .db
        .read(move |conn| Order::read(conn, frame, (&member.person, &id), Form::default(), now));
    caller.show(&page.await?)
}

pub async fn shift(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let path = format!("/plans/{id}/order#item-{}", form.value("item").chars().take(36).collect::<String>());
    let moved = caller.site.db.write(move |conn| {
        let seen = version(&form);
        let sent = form.fields().to_vec();
        let problem = Whole::change(conn, (&member.person, &id), seen, now, |_, whole, stale| {
            open(whole)?;
            let pairs: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let mut form = Form::of(&pairs);
            let item = form.value("item").to_owned();
            let place = whole.place(&item).ok_or(Error::NotFound)?;
            let to = match form.value("do") {
                "up" => place.saturating_sub(1).max(1),
                "down" => place + 1,
                _ => match form.value("to").trim().parse::<usize>() {
                    Ok(to) if to >= 1 => to,
                    _ => {
                        form.wrong("to", "Write a place as a number, from 1.");
                        return Ok(Decided::Leave(Some((form, StatusCode::UNPROCESSABLE_ENTITY))));
                    }
                },
            };
            // Others may have moved other things: that does not hurt.
            if stale && whole.item(&item).is_some_and(|own| own.moved > seen) {
                form.wrong(
                    "to",
                    format!(
                        "Meanwhile this was moved to place {place}, in another tab or on another device. What you asked for \
                         stands here: send it again, or leave it where it is."
                    ),
                );
                let kept = Form::of(&[("item", item.as_str()), ("to", &to.to_string())]);
                let mut kept = kept;
                kept.wrong("to", form.problem("to").to_owned());
                return Ok(Decided::Leave(Some((kept, StatusCode::CONFLICT))));
            }
            if to == place {
                return Ok(Decided::Leave(None));
            }
            whole.shift(&item, to);
            Ok(Decided::Save(None))
        })?;
        let Some((form, status)) = problem else { return Ok(None) };
        Ok(Some((Order::read(conn, frame, (&member.person, &id), form, now)?, status)))
    });
    match moved.await? {
        None => Ok(see_other(&path)),
        Some((order, status)) => caller.answer(status, &order),
    }
}
