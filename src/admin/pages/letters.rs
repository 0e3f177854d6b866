//! Letters of lists, as staff look after them: what waits, what became of issues, and why somebody got one or did not.

use super::Workbench;
use crate::accounts::{MailAddress, Person, Rights, Staff, see_other};
use crate::content::check_slug;
use crate::digests::{self, Issue, Planner, Queue, Recalled};
use crate::editing::{Act, Action};
use crate::error::{Error, Result};
use crate::follows::Subscription;
use crate::import::KINDS;
use crate::ui::{Form, Frame};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "admin/letters.html")]
struct Letters {
    frame: Frame,
    bench: Workbench,
    queue: Queue,
    form: Form,
    found: Option<Found>,
}

/// Somebody who was found, without the address: whoever asked has typed it.
struct Found {
    /// List, rhythm, when it is due next.
    lists: Vec<(String, String, String)>,
    issues: Vec<Issue>,
}

/// Issues of one person that are shown.
const ISSUES: i64 = 50;

impl Letters {
    fn admin(&self) -> bool {
        self.bench.person.rights >= Rights::Admin
    }
}

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let now = staff.caller.now;
    let queue = staff.caller.site.db.read(move |conn| Queue::read(conn, now)).await?;
    let form = Form::default();
    staff.caller.show(&Letters { frame: bench.frame.clone(), bench, queue, form, found: None })
}

/// Why somebody got a letter, or did not: for admins, and written down. By POST, so that the address stands in no log.
pub async fn find(staff: Staff, mut form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Admin)?;
    let bench = Workbench::of(&staff);
    let address =
        MailAddress::parse(form.value("address")).map_err(|sentence| form.wrong("address", sentence)).ok();
    let (by, now, reader) = (staff.person.id.clone(), staff.caller.now, staff.person.clone());
    let looked = staff.caller.site.db.write(move |conn| {
        let queue = Queue::read(conn, now)?;
        let person = match &address {
            Some(address) => Person::by_address(conn, address)?,
            None => None,
        };
        let Some(person) = person else { return Ok((queue, None)) };
        Act::note(conn, Some(&by), Action::LettersRead, ("person", &person.id), &json!({}), now)?;
        let list = |subscription: Subscription| {
            let next = match (subscription.is_paused(now), subscription.paused_until, subscription.next_due) {
                (true, Some(until), _) => format!("paused until {}", reader.moment(&until)),
                (_, _, Some(next)) => reader.moment(&next),
                _ => "–".into(),
            };
            (subscription.list.name().to_owned(), subscription.rhythm.words(), next)
        };
        let lists = Subscription::of(conn, &person.id)?.into_iter().map(list).collect();
        Ok((queue, Some(Found { lists, issues: digests::about(conn, &person.id, ISSUES)? })))
    });
    let (queue, found) = looked.await?;
    if found.is_none() && form.fine() {
        form.wrong("address", "Nobody with this address follows anything or has an account.");
    }
    let fine = form.fine();
    let page = Letters { frame: bench.frame.clone(), bench, queue, form, found };
    if fine { staff.caller.show(&page) } else { staff.caller.again(&page) }
}

/// Takes the news of a publication back, while nobody has been told.
pub async fn recall(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = super::kind_of(&folder)?;
    check_slug(&slug).map_err(|_| Error::NotFound)?;
    let seq: i64 = form.value("seq").parse().map_err(|_| Error::NotFound)?;
    let (by, now, entry) = (staff.person.id.clone(), staff.caller.now, slug.clone());
    let done =
        staff.caller.site.db.write(move |conn| digests::recall(conn, (seq, kind.name, &entry), &by, now));
    match done.await? {
        Recalled::Done => Ok(see_other(&format!("/admin/{folder}/{slug}?said=recalled"))),
        Recalled::TooLate => Err(Error::Refused(
            "Letters about this go out already, so the news of it cannot be taken back any more. Put it right, and choose \
             on the page for publishing that it corrects what readers were told."
                .into(),
        )),
    }
}

/// What works out letters here.
pub fn planner(staff: &Staff) -> Planner {
    Planner::new(staff.caller.desk.office.clone(), &KINDS)
}
