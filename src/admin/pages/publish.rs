//! Publishing: what readers will see changed, in which words it is told, and when.

use super::{Head, Workbench, kind_of};
use crate::accounts::{Rights, Staff, see_other};
use crate::admin::{Gates, Place};
use crate::content::{Checked, Kind, Significance};
use crate::digests::{self, Coming, Reach, Wrong};
use crate::editing::{Act, Action, Difference, Draft, Told, compare, published};
use crate::error::{Error, Result};
use crate::mail::{self, Class, Letter, Posting};
use crate::ui::{Form, Frame};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use serde_json::json;

#[derive(Template)]
#[template(path = "admin/publish.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    head: Head,
    /// What differs from what is published, in words.
    changes: Vec<Changed>,
    /// Whom it reaches; nothing while it cannot be published.
    reach: Option<Reach>,
    /// What people were told of this entry, and may have been wrong.
    wrong: Vec<Wrong>,
    said: Option<&'static str>,
    form: Form,
}

/// A field that the draft changes.
pub struct Changed {
    pub label: String,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

impl Changed {
    /// Each difference between two versions, with the words of the later one.
    pub fn all(kind: &Kind, differences: &[Difference], content: &serde_json::Value) -> Vec<Changed> {
        Changed::in_words(differences, |path| Place::words(kind, content, path))
    }

    /// The same, with the words for each path.
    pub fn in_words(differences: &[Difference], words: impl Fn(&str) -> String) -> Vec<Changed> {
        let changed = |difference: &Difference| Changed {
            label: words(&difference.path),
            before: super::conflict::shown(difference.before.as_ref()),
            after: super::conflict::shown(difference.after.as_ref()),
        };
        differences.iter().map(changed).collect()
    }
}

impl Show {
    /// The form is there in which it is said how the change is told.
    fn asks(&self) -> bool {
        self.head.gates.is_empty() && !self.head.outdated && self.bench.publisher()
    }

    /// As how much the change is told, in a word.
    fn significance(&self) -> &'static str {
        Significance::from_word(self.form.value("significance")).map_or("suggested", Significance::word)
    }

    /// What people were told, if the change is said to correct it.
    fn corrected(&self) -> Option<&Wrong> {
        self.wrong.iter().find(|wrong| wrong.seq.to_string() == self.form.value("corrects"))
    }

    fn significances(&self) -> [(&'static str, &'static str, &'static str); 3] {
        [
            (Significance::Minor.word(), "Minor", "A slip of the pen, another wording."),
            (Significance::Notable.word(), "Notable", "A skill added or removed, a figure moved a little."),
            (Significance::Major.word(), "Major", "A tier changed, a figure moved by 5 % or more."),
        ]
    }
}

pub async fn ask(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    let place = place.into_inner();
    match look(&staff, place.clone(), None).await {
        Err(Error::NotFound) => Ok(without_draft(&place)),
        page => staff.caller.show(&page?),
    }
}

/// To the entry, which says that there is no draft: somebody published it in another window, say.
fn without_draft((folder, slug): &(String, String)) -> HttpResponse {
    see_other(&format!("/admin/{folder}/{slug}?said=no-draft"))
}

/// The page, filled with the suggestion, or with what was typed.
async fn look(staff: &Staff, (folder, slug): (String, String), typed: Option<Form>) -> Result<Show> {
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(staff);
    let (planner, now) = (super::letters::planner(staff), staff.caller.now);
    let said = (staff.caller.asked("said") == "sent").then_some(SENT);
    let page = staff.caller.site.db.read(move |conn| {
        let head = Head::read(conn, kind, &slug)?;
        let draft = head.draft().ok_or(Error::NotFound)?;
        let checked = Gates::of(conn, &kind, &slug, &draft.content)?.checked;
        let suggested = match &checked {
            Some(checked) => draft.suggested(conn, &kind, checked)?,
            None => None,
        };
        let form = typed.unwrap_or_else(|| {
            let significance = suggested.as_ref().map_or("minor", |told| told.significance.word());
            let summary = suggested.as_ref().map_or("", |told| told.summary.as_str());
            Form::of(&[("significance", significance), ("summary", summary)])
        });
        let told = suggested.map(|told| chosen(&form, told));
        let before = published(conn, kind.name, &slug)?.map(|(_, content)| content).unwrap_or_default();
        let after = match &checked {
            Some(checked) => serde_json::from_str(&checked.json)?,
            None => draft.content.clone(),
        };
        let changes = if before.is_null() {
            Vec::new()
        } else {
            Changed::all(&kind, &compare(&before, &after), &after)
        };
        let reach = match (&checked, &told) {
            (Some(checked), Some(told)) => {
                let before = (!before.is_null()).then(|| before.to_string());
                let coming = coming(&kind, &slug, checked, told, before.as_deref());
                Some(Reach::of(conn, &planner, &coming, now)?)
            }
            _ => None,
        };
        let wrong = digests::wrong(conn, kind.name, &slug)?;
        Ok(Show { frame: bench.frame.clone(), bench, head, changes, reach, wrong, said, form })
    });
    page.await
}

/// What is to be told as a form says it; what it does not say, as it is suggested.
fn chosen(form: &Form, suggested: Told) -> Told {
    let summary = lines(form).join("\n");
    Told {
        significance: Significance::from_word(form.value("significance")).unwrap_or(suggested.significance),
        summary: if summary.is_empty() { suggested.summary } else { summary },
        corrects: form.value("corrects").parse().ok(),
    }
}

/// The remarks that were typed.
fn lines(form: &Form) -> Vec<String> {
    let lines = form.value("summary").lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What would be told of a draft, if it were published as it stands.
fn coming<'a>(
    kind: &'a Kind,
    slug: &'a str,
    checked: &'a Checked,
    told: &Told,
    before: Option<&'a str>,
) -> Coming<'a> {
    Coming {
        kind,
        slug,
        name: &checked.name,
        significance: told.significance,
        lines: told.summary.lines().map(str::to_owned).collect(),
        before,
        after: &checked.json,
    }
}

/// The letter to somebody made up, as a form says that it is told; an empty one leaves that to the suggestion.
async fn sample(staff: &Staff, (folder, slug): (String, String), form: Form) -> Result<Option<Letter>> {
    let kind = kind_of(&folder)?;
    let (planner, now) = (super::letters::planner(staff), staff.caller.now);
    let made = staff.caller.site.db.read(move |conn| {
        let draft = Draft::find(conn, kind.name, &slug)?.ok_or(Error::NotFound)?;
        let Some(checked) = Gates::of(conn, &kind, &slug, &draft.content)?.checked else { return Ok(None) };
        let Some(told) = draft.suggested(conn, &kind, &checked)? else { return Ok(None) };
        let told = chosen(&form, told);
        let before = published(conn, kind.name, &slug)?.map(|(_, content)| content.to_string());
        coming(&kind, &slug, &checked, &told, before.as_deref()).preview(conn, &planner, now)
    });
    made.await
}

const NO_LETTER: &str = "What the draft changes is too small for a letter, or it is not ready. Go back to the page for \
                         publishing, which says what is missing.";
const SENT: &str = "The letter is on its way to you.";

/// The letter as its reader would have it, in the words that are suggested.
pub async fn letter(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    shown(&staff, place.into_inner(), Form::default()).await
}

async fn shown(staff: &Staff, place: (String, String), form: Form) -> Result<HttpResponse> {
    let letter = sample(staff, place, form).await?.ok_or(Error::Refused(NO_LETTER.into()))?;
    Ok(mail::shown(staff.caller.desk.office.html(&letter, staff.caller.now)?))
}

/// The letter as a form says that it is told: shown, or sent to whoever asks and to nobody else.
pub async fn send_letter(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let entry = (folder.clone(), slug.clone());
    let again = || Form::read(form.body().as_bytes());
    if form.value("do") == "show" {
        return shown(&staff, entry, form).await;
    }
    let typed = !form.value("significance").is_empty();
    let Some(mut letter) = sample(&staff, entry.clone(), again()).await? else {
        if !typed {
            return Err(Error::Refused(NO_LETTER.into()));
        }
        let mut form = form;
        form.wrong(
            "significance",
            "As it is told here, the change is too small for a letter: none was sent to you.",
        );
        return staff.caller.again(&look(&staff, entry, Some(form)).await?);
    };
    letter.because =
        "You get this letter because you asked for a sample of what readers would get. It went to you alone."
            .into();
    let (office, to, now) = (staff.caller.desk.office.clone(), staff.person.clone(), staff.caller.now);
    let sent = staff.caller.site.db.write(move |conn| {
        let posting = Posting {
            dedup: &format!("sample/{}", uuid::Uuid::now_v7()),
            class: Class::Notice,
            person: Some(&to.id),
            to: &to.address,
            letter: &letter,
            list: None,
            now,
            expires: now + chrono::TimeDelta::days(1),
        };
        office.post(conn, &posting)
    });
    sent.await?;
    if !typed {
        return Ok(see_other(&format!("/admin/{folder}/{slug}/publish?said=sent")));
    }
    // What was typed is not saved anywhere, so it has to stay on the page.
    let page = look(&staff, entry, Some(form)).await?;
    staff.caller.show(&Show { said: Some(SENT), ..page })
}

/// Publishes the draft, now or at a time; or shows whom it would reach, told as the form says.
pub async fn publish(staff: Staff, place: Path<(String, String)>, mut form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let version: i64 = form.value("version").parse().unwrap_or(0);
    if !["now", "later"].contains(&form.value("do")) {
        return match look(&staff, (folder.clone(), slug.clone()), Some(form)).await {
            Err(Error::NotFound) => Ok(without_draft(&(folder, slug))),
            page => staff.caller.show(&page?),
        };
    }
    let later = form.value("do") == "later";
    let summary = lines(&form);
    if summary.is_empty() {
        form.wrong("summary", "Say what changed, in a line or more: readers see it in the change log.");
    } else if summary.iter().map(|line| line.chars().count()).sum::<usize>() > 4000 {
        form.wrong("summary", "This is longer than 4,000 characters. Shorten it.");
    }
    let significance = Significance::from_word(form.value("significance"));
    if significance.is_none() {
        form.wrong("significance", "Choose how much the change matters.");
    }
    let corrects = form.value("corrects").parse().ok();
    let at = if later { moment(&mut form, &staff.person.zone, now) } else { None };
    let (Some(significance), true) = (significance, form.fine()) else {
        let page = look(&staff, (folder, slug), Some(form)).await?;
        return staff.caller.again(&page);
    };
    let told = Told { significance, summary: summary.join("\n"), corrects };
    let entry = slug.clone();
    let done = staff.caller.site.db.write(move |conn| {
        let Some(draft) = Draft::find(conn, kind.name, &entry)? else { return Ok(Outcome::Gone) };
        if draft.version != version {
            return Ok(Outcome::Saved);
        }
        let Gates { gates, checked } = Gates::of(conn, &kind, &entry, &draft.content)?;
        let Some(checked) = checked.filter(|_| gates.is_empty()) else { return Ok(Outcome::Gated) };
        if draft.outdated(conn)? {
            return Ok(Outcome::Gated);
        }
        let on = (kind.name, entry.as_str());
        if let Some(at) = at {
            if !draft.schedule(conn, Some((at, &by, &told)))? {
                return Ok(Outcome::Saved);
            }
            Act::note(conn, Some(&by), Action::Scheduled, on, &json!({ "at": at.to_rfc3339() }), now)?;
            return Ok(Outcome::Done("scheduled"));
        }
        let Some(published) = draft.publish(conn, kind, checked, &by, Some(&told), now)? else {
            return Ok(Outcome::Saved);
        };
        let same = published.added.is_empty() && published.revised.is_empty();
        let detail = json!({ "guide_revision": published.guide_revision, "told": told });
        Act::note(conn, Some(&by), Action::Published, on, &detail, now)?;
        Ok(Outcome::Done(if same { "same" } else { "published" }))
    });
    match done.await? {
        Outcome::Done(said) => {
            // Readers of this instance see it at once; what cannot be refreshed now is by the clock.
            let _ = staff.caller.site.look().await;
            Ok(see_other(&format!("/admin/{folder}/{slug}?said={said}")))
        }
        Outcome::Gone => Ok(without_draft(&(folder, slug))),
        Outcome::Gated => {
            form.wrong("", "Something has to be put right first: it stands below.");
            let page = look(&staff, (folder, slug), Some(form)).await?;
            staff.caller.again(&page)
        }
        Outcome::Saved => {
            form.wrong(
                "",
                "Somebody saved this draft after you opened this page, so it was not published. Look at it again below; your words are kept.",
            );
            let page = look(&staff, (folder, slug), Some(form)).await?;
            staff.caller.answer(actix_web::http::StatusCode::CONFLICT, &page)
        }
    }
}

enum Outcome {
    Done(&'static str),
    /// There is no draft any more.
    Gone,
    /// Something stands in the way.
    Gated,
    /// Somebody else saved it meanwhile.
    Saved,
}

/// The moment typed in, by the clock of whoever typed it.
fn moment(form: &mut Form, zone: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let typed = form.value("at").trim().to_owned();
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&typed, format).ok());
    let Some(local) = local else {
        form.wrong("at", "Write day and time, such as 2026-12-01 09:00.");
        return None;
    };
    let Some(at) = zone.from_local_datetime(&local).earliest() else {
        form.wrong("at", format!("The clocks of {zone} skip this time on that day. Choose another."));
        return None;
    };
    let at = at.with_timezone(&Utc);
    if at <= now {
        form.wrong("at", "This time has passed. Choose one to come, or publish now.");
        return None;
    }
    if at > now + chrono::TimeDelta::days(3660) {
        form.wrong("at", "This is more than ten years away. Choose an earlier time.");
        return None;
    }
    Some(at)
}

/// Takes the time away: it stays a draft.
pub async fn unschedule(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let (by, now, entry) = (staff.person.id.clone(), staff.caller.now, slug.clone());
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let done = staff.caller.site.db.write(move |conn| {
        let draft = Draft::find(conn, kind.name, &entry)?.ok_or(Error::NotFound)?;
        if draft.version != version {
            return Err(Error::Refused(
                "Somebody saved this draft after you opened the page, so its time stays. Go back, load the page again \
                 and look at it first."
                    .into(),
            ));
        }
        if draft.publish_at.is_some() && draft.schedule(conn, None)? {
            Act::note(conn, Some(&by), Action::Unscheduled, (kind.name, &entry), &json!({}), now)?;
        }
        Ok(())
    });
    done.await?;
    Ok(see_other(&format!("/admin/{folder}/{slug}?said=unscheduled")))
}
