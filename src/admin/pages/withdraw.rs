//! Withdrawing an entry: what becomes of it, why, and what becomes of everything that names it.

use super::{Workbench, kind_of, many, one, title};
use crate::accounts::{Rights, Staff, see_other};
use crate::admin::fates::{Decision, Departing};
use crate::admin::plan::{Affected, Plan};
use crate::admin::row;
use crate::content::Kind;
use crate::db::Conn;
use crate::editing::{Fate, take_turn};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/withdraw.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    departing: Departing,
    form: Form,
    plan: Plan,
    /// What was decided is whole: it can be looked at and confirmed.
    decided: bool,
}

/// Of what names it so many are listed, and so many are looked at before anything was decided.
const LISTED: usize = 200;
const FIRST: usize = 40;

/// What the pages of leaving and moving say of the plan.
pub trait Planned {
    fn departing(&self) -> &Departing;
    fn plan(&self) -> &Plan;

    fn address(&self) -> String {
        format!("/admin/{}/{}", self.departing().kind.folder, self.departing().slug)
    }

    fn list(&self) -> String {
        title(many(&self.departing().kind))
    }

    fn refused(&self) -> Vec<&Affected> {
        self.plan().refused()
    }

    /// Those that are listed, and how many more there are.
    fn listed(&self) -> (&[Affected], usize) {
        let all = &self.plan().affected;
        let listed = all.len().min(LISTED);
        (&all[..listed], self.plan().count - listed)
    }
}

/// What a page of leaving or moving reads: the entry, what would become of it, and of the first that name it.
pub async fn look(
    staff: &Staff,
    (kind, slug): (Kind, String),
    heirs: fn(&Departing) -> Vec<(String, String)>,
) -> Result<(Departing, Plan)> {
    let found = staff.caller.site.db.read_long(move |conn| {
        let departing = Departing::find(conn, kind, &slug)?;
        let heirs = heirs(&departing);
        let plan = Plan::first(conn, &departing.rewriting(&heirs), FIRST)?;
        Ok((departing, plan))
    });
    found.await
}

impl Planned for Show {
    fn departing(&self) -> &Departing {
        &self.departing
    }

    fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Show {
    fn one(&self) -> &'static str {
        one(&self.departing.kind)
    }

    fn fates(&self) -> [(&'static str, &'static str, String); 6] {
        let (one, some) = match self.page() {
            true => ("Its address leads to that one.", "Its address names them."),
            false => ("What names it names that one instead.", "What names it names them instead."),
        };
        Fate::CHOICES.map(|fate| {
            let (name, hint) = match fate {
                Fate::Merged => ("Merged into another", format!("{one} One heir.")),
                Fate::Split => ("Split into several", format!("{some} Two heirs or more.")),
                Fate::Replaced => ("Replaced by another", format!("{one} One heir.")),
                Fate::Retired => {
                    ("Retired", "It was right once and is of no use any more. No heir.".to_owned())
                }
                Fate::Withdrawn => ("Withdrawn", "For another reason. No heir.".to_owned()),
                Fate::Error | Fate::Moved => {
                    ("Published in error", "It should not have been there. No heir.".to_owned())
                }
            };
            (fate.word(), name, hint)
        })
    }

    /// It has a page of its own.
    fn page(&self) -> bool {
        self.departing.kind.address.is_some()
    }

    /// Where the reason is read.
    fn read_where(&self) -> &'static str {
        match self.page() {
            true => "A sentence for readers. It stands where the page was, and among the changes.",
            false => {
                "A sentence. It has no page of its own, so the reason stands under Withdrawn, for editors."
            }
        }
    }

    /// What the list of what names it shows.
    fn told(&self) -> &'static str {
        match self.decided {
            true => "This is what happens to each.",
            false => "This is what happens to each if it has no heir.",
        }
    }

    fn seal(&self) -> String {
        self.plan.seal()
    }
}

pub async fn ask(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let (departing, plan) = look(&staff, (kind, slug), |_| Vec::new()).await?;
    let revision = departing.revision.to_string();
    let form = Form::of(&[("revision", revision.as_str())]);
    staff.caller.show(&Show { frame: bench.frame.clone(), bench, departing, form, plan, decided: false })
}

/// Shows what would become of everything, and does it once that was seen.
pub async fn withdraw(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let sent = form.body();
    let read = move |conn: &mut Conn, mut form: Form, confirmed: bool| -> Result<Read> {
        if confirmed {
            take_turn(conn)?;
        }
        let departing = Departing::find(conn, kind, &slug)?;
        let decision = decide(conn, &departing, &mut form, (by.clone(), now))?;
        let heirs = decision.as_ref().map_or(&[][..], |decision| &decision.heirs);
        let plan = Plan::of(conn, &departing.rewriting(heirs))?;
        if let Some(sentence) = plan.too_much().filter(|_| !confirmed) {
            form.wrong("", sentence);
        }
        let mut meanwhile = false;
        if let Some(decision) = decision.as_ref().filter(|_| confirmed) {
            let same =
                form.value("revision") == departing.revision.to_string() && form.value("seen") == plan.seal();
            if let Some(sentence) = plan.too_much() {
                form.wrong("", sentence);
            } else if !plan.refused().is_empty() {
                form.wrong("", "Something has to be changed first: it stands below.");
            } else if !same {
                meanwhile = true;
                form.wrong(
                    "",
                    "This or what names it was changed after you looked, so nothing was done. Look again below, and confirm.",
                );
            } else {
                departing.withdraw(conn, &plan, decision)?;
                return Ok(Read::Done);
            }
        }
        Ok(Read::Again(Box::new(departing), plan, form, decision.is_some(), meanwhile))
    };
    let db = &staff.caller.site.db;
    let again = |body: &str| Form::read(body.as_bytes());
    let read = if form.value("do") == "withdraw" {
        let (look, body) = (read.clone(), sent.clone());
        match db.write(move |conn| read(conn, form, true)).await {
            Err(Error::Unavailable(_)) => {
                let mut form = again(&body);
                form.wrong("", MEANWHILE);
                db.read_long(move |conn| look(conn, form, false)).await?.meanwhile()
            }
            done => done?,
        }
    } else {
        db.read_long(move |conn| read(conn, form, false)).await?
    };
    match read {
        Read::Done => {
            // Readers of this instance see it at once; what cannot be refreshed now is by the clock.
            let _ = staff.caller.site.look().await;
            Ok(see_other("/admin/withdrawn?said=withdrawn"))
        }
        Read::Again(departing, plan, form, decided, meanwhile) => {
            let bench = Workbench::of(&staff);
            let fine = form.fine();
            let page = Show { frame: bench.frame.clone(), bench, departing: *departing, form, plan, decided };
            let status = match (fine, meanwhile) {
                (true, _) => StatusCode::OK,
                (false, true) => StatusCode::CONFLICT,
                (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            };
            staff.caller.answer(status, &page)
        }
    }
}

pub(super) const MEANWHILE: &str = "Somebody else changed something of it at this moment, so nothing was done. Look again below, and confirm.";

enum Read {
    Done,
    /// The page again: whether it was decided, and whether something changed meanwhile.
    Again(Box<Departing>, Plan, Form, bool, bool),
}

impl Read {
    fn meanwhile(self) -> Read {
        match self {
            Read::Again(departing, plan, form, decided, _) => {
                Read::Again(departing, plan, form, decided, true)
            }
            Read::Done => Read::Done,
        }
    }
}

/// What was decided, if it can be done; else the form says what to put right.
fn decide(
    conn: &mut Conn,
    departing: &Departing,
    form: &mut Form,
    (by, now): (String, chrono::DateTime<chrono::Utc>),
) -> Result<Option<Decision>> {
    let fate = Fate::from_word(form.value("fate")).filter(|fate| Fate::CHOICES.contains(fate));
    if fate.is_none() {
        form.wrong("fate", "Choose what becomes of it.");
    }
    let reason = form.line("reason", 500);
    if reason.is_empty() {
        let read = match departing.kind.address {
            Some(_) => "readers find it where the page was",
            None => "it stands under Withdrawn",
        };
        form.wrong("reason", format!("Say why, in a sentence: {read}."));
    }
    let typed: Vec<String> = form
        .value("heirs")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.chars().take(200).collect())
        .collect();
    let mut heirs: Vec<(String, String)> = Vec::new();
    for name in typed.iter().take(20) {
        let named = name.bytes().all(|byte| byte != 0);
        match if named { row::called(conn, departing.kind.name, name)? } else { None } {
            None => form.wrong(
                "heirs",
                format!(
                    "“{name}” is no published {}. Check the name, or publish it first.",
                    one(&departing.kind)
                ),
            ),
            Some((slug, _)) if slug == departing.slug => {
                form.wrong("heirs", "It cannot be its own heir. Name another.");
            }
            Some(heir) if heirs.contains(&heir) => {}
            Some(heir) => heirs.push(heir),
        }
    }
    if let Some((least, most)) = fate.map(Fate::heirs).filter(|_| form.problem("heirs").is_empty()) {
        if heirs.len() < least {
            let sentence = if least == 1 {
                "Name the one that takes its place."
            } else {
                "Name two or more that take its place, one a line."
            };
            form.wrong("heirs", sentence);
        } else if heirs.len() > most && most == 0 {
            form.wrong("heirs", "Leave this empty: only what is merged, split or replaced has heirs.");
        } else if heirs.len() > most && most == 1 {
            form.wrong("heirs", "Name one only, or choose “Split into several”.");
        } else if heirs.len() > most || typed.len() > 20 {
            form.wrong("heirs", format!("These are more than {most}. Name fewer."));
        }
    }
    let problems = ["fate", "reason", "heirs"].iter().any(|field| !form.problem(field).is_empty());
    Ok(fate.filter(|_| !problems).map(|fate| Decision { fate, reason, heirs, by, now }))
}
