//! The pages of editors.

mod audit;
mod brought;
mod conflict;
mod edit;
mod entry;
mod find;
mod history;
mod home;
mod late;
mod letters;
mod list;
mod overview;
mod publish;
mod redirects;
mod relocate;
mod reports;
mod save;
mod withdraw;
mod withdrawn;

use super::fates::can_leave;
pub use super::place::one;
use super::{Gate, Gates, row};
use crate::accounts::{Person, Rights, Staff};
use crate::content::Kind;
use crate::db::Conn;
use crate::editing::{Base, Draft, Standing};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::ui::{Frame, Nav};
use actix_web::middleware::from_fn;
use actix_web::web::{self, PayloadConfig};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// What a form may hold, in bytes: ten times the longest article.
const BODY: usize = 512 * 1024;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    let admin = web::scope("/admin")
        .app_data(PayloadConfig::new(BODY))
        .service(web::resource("").get(home::show))
        .service(web::resource("/withdrawn").get(withdrawn::show).post(withdrawn::restore))
        .service(web::resource("/redirects").get(redirects::show).post(redirects::change))
        .service(web::resource("/find").get(find::find))
        .service(web::resource("/audit").get(audit::show))
        .service(web::resource("/audit.csv").get(audit::csv))
        .service(web::resource("/figures-due").get(overview::figures_due))
        .service(web::resource("/checks").get(overview::checks))
        .service(web::resource("/reports").get(reports::show).post(reports::change))
        .service(web::resource("/letters").get(letters::show).post(letters::find))
        .service(web::resource("/{folder}").get(list::show))
        .service(web::resource("/{folder}/new").get(list::ask).post(list::begin))
        .service(web::resource("/{folder}/{slug}").get(entry::show))
        .service(web::resource("/{folder}/{slug}/withdraw").get(withdraw::ask).post(withdraw::withdraw))
        .service(web::resource("/{folder}/{slug}/move").get(relocate::ask).post(relocate::relocate))
        .service(web::resource("/{folder}/{slug}/discard").post(entry::discard))
        .service(web::resource("/{folder}/{slug}/unsaved").post(save::keep_unsaved))
        .service(web::resource("/{folder}/{slug}/catch-up").post(conflict::catch_up))
        .service(web::resource("/{folder}/{slug}/publish").get(publish::ask).post(publish::publish))
        .service(web::resource("/{folder}/{slug}/letter").get(publish::letter).post(publish::send_letter))
        .service(web::resource("/{folder}/{slug}/recall").post(letters::recall))
        .service(web::resource("/{folder}/{slug}/history").get(history::list).post(history::restore))
        .service(web::resource("/{folder}/{slug}/compare").get(history::compare_two))
        .service(web::resource("/{folder}/{slug}/unschedule").post(publish::unschedule))
        .service(web::resource("/{folder}/{slug}/edit/{section}").get(edit::show).post(save::save))
        .service(
            web::resource("/{folder}/{slug}/edit/{section}/{item}")
                .get(edit::show_item)
                .post(save::save_item),
        )
        .wrap(from_fn(late::lead_on));
    config.service(admin);
}

/// The kind whose files lie in this folder.
fn kind_of(folder: &str) -> Result<Kind> {
    KINDS.into_iter().find(|kind| kind.folder == folder).ok_or(Error::NotFound)
}

/// What several of a kind are called.
pub fn many(kind: &Kind) -> &'static str {
    match kind.name {
        "figures" => "figure sets",
        "text" => "site texts",
        _ => kind.folder,
    }
}

/// With a capital.
pub fn title(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What every page of one entry begins with.
pub struct Head {
    pub kind: Kind,
    pub slug: String,
    pub name: String,
    pub standing: Standing,
    pub gates: Vec<Gate>,
    /// It can be shown as readers would see it.
    pub shown: bool,
    /// The draft began before what is published now.
    pub outdated: bool,
    /// Who changed the draft last.
    pub changed_by: String,
}

impl Head {
    /// # Errors
    /// `NotFound` if there is neither a draft nor anything published.
    fn read(conn: &mut Conn, kind: Kind, slug: &str) -> Result<Head> {
        if crate::content::check_slug(slug).is_err() {
            return Err(Error::NotFound);
        }
        let standing = Standing::find(conn, kind.name, slug)?.ok_or(Error::NotFound)?;
        let Gates { gates, checked } = Gates::of(conn, &kind, slug, &standing.content)?;
        let outdated = match &standing.draft {
            Some(draft) => draft.outdated(conn)?,
            None => false,
        };
        let by = standing.draft.iter().map(|draft| &draft.changed_by);
        let changed_by = Person::names(conn, by)?.into_values().next().unwrap_or_else(|| "Somebody".into());
        Ok(Head {
            kind,
            slug: slug.to_owned(),
            name: name_of(&standing.content, slug),
            shown: checked.is_some(),
            gates,
            outdated,
            changed_by,
            standing,
        })
    }

    pub fn address(&self) -> String {
        format!("/admin/{}/{}", self.kind.folder, self.slug)
    }

    pub fn one(&self) -> &'static str {
        one(&self.kind)
    }

    /// "Roles", as the list that it stands in is called.
    pub fn list(&self) -> String {
        title(many(&self.kind))
    }

    /// It is published, and of a kind whose entries can be withdrawn and moved.
    pub fn can_leave(&self) -> bool {
        self.standing.revision.is_some() && can_leave(&self.kind)
    }

    pub fn draft(&self) -> Option<&Draft> {
        self.standing.draft.as_ref()
    }

    pub fn base(&self) -> Base {
        self.standing.base
    }

    /// The address at which the draft can be seen on a public `page`, as readers would see it.
    pub fn preview(&self, page: &Option<String>) -> Option<String> {
        let page = page.as_ref()?;
        self.shown.then(|| format!("{page}?preview={}/{}", self.kind.name, self.slug))
    }
}

/// The public page that shows an entry, its own or that of what names it.
fn page_of(conn: &mut Conn, kind: &Kind, slug: &str) -> Result<Option<String>> {
    if let Some(address) = kind.address {
        return Ok(Some(format!("{address}{slug}")));
    }
    Ok(match (kind.name, slug) {
        ("tier", _) => Some("/tiers".into()),
        ("source", _) | ("text", "method") => Some("/sources".into()),
        ("text", "about" | "privacy" | "accessibility" | "licences") => Some(format!("/{slug}")),
        _ => row::page_around(conn, kind.name, slug)?.and_then(|(kind, slug)| {
            let address = KINDS.into_iter().find(|known| known.name == kind)?.address?;
            Some(format!("{address}{slug}"))
        }),
    })
}

fn name_of(content: &Value, slug: &str) -> String {
    let name = content.get("name").and_then(Value::as_str).unwrap_or_default().trim();
    if name.is_empty() { slug.to_owned() } else { name.to_owned() }
}

/// The links of the editors' own navigation.
pub fn nav(frame: &Frame, admin: bool) -> Nav {
    let mut links = vec![("Drafts".to_owned(), "/admin".to_owned())];
    links.extend(KINDS.iter().rev().map(|kind| (title(many(kind)), format!("/admin/{}", kind.folder))));
    let more = [
        ("Find", "/admin/find"),
        ("Reports", "/admin/reports"),
        ("Letters", "/admin/letters"),
        ("Figures due", "/admin/figures-due"),
        ("Checks", "/admin/checks"),
        ("Withdrawn", "/admin/withdrawn"),
        ("Audit", "/admin/audit"),
    ];
    links.extend(more.map(|(name, path)| (name.to_owned(), path.to_owned())));
    if admin {
        links.push(("People".to_owned(), "/admin/people".to_owned()));
        links.push(("Trail of accounts".to_owned(), "/admin/trail".to_owned()));
        links.push(("Redirects".to_owned(), "/admin/redirects".to_owned()));
    }
    let current = |path: &str| {
        frame.path == path
            || path != "/admin" && frame.path.strip_prefix(path).is_some_and(|r| r.starts_with('/'))
    };
    let here = |(name, path): (String, String)| {
        let here = current(&path);
        (name, path, here)
    };
    Nav { links: links.into_iter().map(here).collect() }
}

/// What every page of editors stands on.
pub struct Workbench {
    pub frame: Frame,
    pub nav: Nav,
    pub person: Person,
}

impl Workbench {
    fn of(staff: &Staff) -> Workbench {
        let frame = staff.caller.frame();
        Workbench { nav: nav(&frame, staff.may(Rights::Admin)), frame, person: staff.person.clone() }
    }

    /// A moment by the clock of whoever reads.
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        self.person.moment(at)
    }

    pub fn publisher(&self) -> bool {
        self.person.rights >= Rights::Publisher
    }
}
