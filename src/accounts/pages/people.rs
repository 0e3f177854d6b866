//! People, for admins: finding them, their state, rights, ending their sessions, inviting.

use super::super::caller::{Caller, see_other};
use super::super::event::{self, Event, Happening};
use super::super::session;
use super::super::{Member, Person, Rights, grant as give, invite as send_invitation};
use super::{address, own_id};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::{PostOffice, Suppression};
use crate::ui::{Form, Frame, Nav, Paging};
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;

/// People on a page, and the longest text that is looked for.
const ON_A_PAGE: i64 = 50;
const WORDS: usize = 254;
/// Events of one person that are shown; the trail holds all of them.
const SHOWN: i64 = 20;

/// The admin who asks.
///
/// # Errors
/// `Refused`, with whom to ask, for everybody else.
pub(super) fn admin(conn: &mut Conn, member: &Member) -> Result<Person> {
    let person = Person::find(conn, &member.person)?;
    if person.rights == Rights::Admin && member.rights_in_force(person.rights) < Rights::Admin {
        return Err(Error::Refused(
            "This takes a passkey or a code in this session. Open Passkeys and codes on your account page, show one, \
             and come back."
                .into(),
        ));
    }
    if person.rights < Rights::Admin {
        return Err(Error::Refused(
            "Only an admin looks after people here. If that is to be you, ask one for the rights; \
             the contact page says how to reach those who run this site."
                .into(),
        ));
    }
    Ok(person)
}

/// What stands around pages of admins.
pub(super) struct Workbench {
    pub nav: Nav,
}

impl Workbench {
    pub fn of(caller: &Caller) -> Result<Workbench> {
        Ok(Workbench { nav: caller.nav()? })
    }
}

#[derive(Template)]
#[template(path = "accounts/people.html")]
struct List {
    frame: Frame,
    bench: Workbench,
    form: Form,
    admin: Person,
    people: Vec<Person>,
    count: i64,
    paging: Paging,
    invited: bool,
}

impl List {
    /// The part of the list that is asked for, with a form to invite somebody.
    fn read(
        conn: &mut Conn,
        (frame, bench): (Frame, Workbench),
        admin: Person,
        asked: &Asked,
        form: Form,
    ) -> Result<List> {
        let Asked { words, page, invited } = asked;
        let count = Person::count(conn, words)?;
        let paging = Paging::of(&frame, *page, count, ON_A_PAGE)?.with("q", words);
        let people = Person::found(conn, words, paging.skip(), ON_A_PAGE)?;
        Ok(List { frame, bench, form, admin, people, count, paging, invited: *invited })
    }
}

/// What the address of the list asks for.
struct Asked {
    words: String,
    page: i64,
    invited: bool,
}

impl Asked {
    fn of(caller: &Caller) -> Asked {
        let words = caller.asked("q").trim().chars().filter(|c| !c.is_control()).take(WORDS).collect();
        let page = caller.asked("page").parse().unwrap_or(1);
        Asked { words, page, invited: caller.asked("invited") == "yes" }
    }
}

pub async fn list(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (around, asked) = ((caller.frame(), Workbench::of(&caller)?), Asked::of(&caller));
    let form = Form::of(&[("q", &asked.words)]);
    let page = caller.site.db.read(move |conn| {
        let admin = admin(conn, &member)?;
        List::read(conn, around, admin, &asked, form)
    });
    caller.show(&page.await?)
}

/// Posts an invitation.
pub async fn invite(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let to = address(&mut form);
    let rights = rights(&mut form);
    let (office, now) = (caller.desk.office.clone(), caller.now);
    let around = (caller.frame(), Workbench::of(&caller)?);
    let done = caller.site.db.write(move |conn| {
        let admin = admin(conn, &member)?;
        if let (Some(to), Some(rights)) = (&to, rights) {
            if Person::with_account(conn, to)?.is_none() {
                send_invitation(conn, &office, to, rights, now)?;
                event::note_by(conn, &admin.id, &admin.id, Happening::Invited, rights.word(), now)?;
                return Ok(None);
            }
            form.wrong(
                "address",
                "Whoever has this address has an account: find it above and give it rights.",
            );
        }
        let asked = Asked { words: String::new(), page: 1, invited: false };
        List::read(conn, around, admin, &asked, form).map(Some)
    });
    match done.await? {
        None => Ok(see_other("/admin/people?invited=yes")),
        Some(page) => caller.again(&page),
    }
}

#[derive(Template)]
#[template(path = "accounts/person.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    form: Form,
    admin: Person,
    person: Person,
    sessions: usize,
    /// Why no letter goes to the address, if none does.
    stopped: Option<Suppression>,
    events: Vec<Event>,
    /// What was done a moment ago, in a sentence.
    done: &'static str,
}

impl Show {
    fn read(
        conn: &mut Conn,
        (frame, bench): (Frame, Workbench),
        admin: Person,
        id: &str,
        form: Form,
        caller: &At,
    ) -> Result<Show> {
        let person = Person::account(conn, id)?;
        Ok(Show {
            frame,
            bench,
            form,
            admin,
            sessions: session::of(conn, id, "", caller.now)?.len(),
            stopped: caller.office.suppressed(conn, &person.address)?,
            events: event::of(conn, id, SHOWN)?,
            person,
            done: caller.done,
        })
    }

    fn all_rights(&self) -> [Rights; 4] {
        Rights::ALL
    }

    /// Enough of the address to know it by.
    fn address(&self) -> String {
        masked(&self.person)
    }
}

impl List {
    fn all_rights(&self) -> [Rights; 4] {
        Rights::ALL
    }

    fn address(&self, person: &Person) -> String {
        masked(person)
    }
}

fn masked(person: &Person) -> String {
    person.mail_address().map(|address| address.masked()).unwrap_or_default()
}

/// When a page of somebody is asked for, and after what.
struct At {
    office: PostOffice,
    now: chrono::DateTime<chrono::Utc>,
    done: &'static str,
}

impl At {
    fn of(caller: &Caller, done: &'static str) -> At {
        At { office: caller.desk.office.clone(), now: caller.now, done }
    }
}

pub async fn show(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let done = match caller.asked("done").as_str() {
        "rights" => "The rights are given, and a letter says so. All sessions were ended.",
        "sessions" => "All sessions were ended.",
        "letters" => "Letters go to the address again.",
        _ => "",
    };
    let (at, id) = (At::of(&caller, done), own_id(&id)?);
    let around = (caller.frame(), Workbench::of(&caller)?);
    let page = caller.site.db.read(move |conn| {
        let admin = admin(conn, &member)?;
        let rights = Person::account(conn, &id)?.rights.word();
        Show::read(conn, around, admin, &id, Form::of(&[("rights", rights)]), &at)
    });
    caller.show(&page.await?)
}

/// Gives somebody rights, or takes them away.
pub async fn grant(caller: Caller, member: Member, id: Path<String>, mut form: Form) -> Result<HttpResponse> {
    let (rights, id) = (rights(&mut form), own_id(&id)?);
    let at = At::of(&caller, "");
    let around = (caller.frame(), Workbench::of(&caller)?);
    let done = caller.site.db.write(move |conn| {
        let admin = admin(conn, &member)?;
        let person = Person::account(conn, &id)?;
        if let Some(rights) = rights {
            let last =
                person.rights == Rights::Admin && rights != Rights::Admin && person.is_last_admin(conn)?;
            if !last {
                let changed = person.rights != rights;
                let person = match changed {
                    true => give(conn, &at.office, &person, rights, Some(&admin.id), at.now)?,
                    false => person,
                };
                return Ok(Ok((person, changed)));
            }
            let sentence =
                "Nobody else is admin. Make somebody else admin first, or nobody could look after people.";
            form.wrong("rights", sentence);
        }
        Show::read(conn, around, admin, &id, form, &at).map(Err)
    });
    match done.await? {
        Err(page) => caller.again(&page),
        Ok((person, changed)) => {
            if changed && caller.signed_in().as_ref() == Some(&person.id) {
                caller.stay_signed_in(&person)?;
                // Whoever gave up being admin may not see that page any more.
                return Ok(see_other("/account"));
            }
            let done = if changed { "?done=rights" } else { "" };
            Ok(see_other(&format!("/admin/people/{}{done}", person.id)))
        }
    }
}

/// Ends all sessions of somebody.
pub async fn end_sessions(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (now, id) = (caller.now, own_id(&id)?);
    let ended = caller.site.db.write(move |conn| {
        let admin = admin(conn, &member)?;
        let person = Person::account(conn, &id)?.end_sessions(conn)?;
        event::note_by(conn, &admin.id, &person.id, Happening::SessionEnded, "", now)?;
        Ok(person)
    });
    let person = ended.await?;
    if caller.signed_in().as_ref() == Some(&person.id) {
        caller.stay_signed_in(&person)?;
    }
    Ok(see_other(&format!("/admin/people/{}?done=sessions", person.id)))
}

/// Has letters go to the address again that had come back.
pub async fn send_again(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (office, now, id) = (caller.desk.office.clone(), caller.now, own_id(&id)?);
    let lifted = caller.site.db.write(move |conn| {
        let admin = admin(conn, &member)?;
        let person = Person::find(conn, &id)?;
        if office.lift(conn, &person.address)? {
            event::note_by(conn, &admin.id, &person.id, Happening::LettersSentAgain, "", now)?;
        }
        Ok(person.id)
    });
    Ok(see_other(&format!("/admin/people/{}?done=letters", lifted.await?)))
}

fn rights(form: &mut Form) -> Option<Rights> {
    let chosen = form.value("rights").parse().ok();
    if chosen.is_none() {
        form.wrong("rights", "Choose one of the rights in the list.");
    }
    chosen
}
