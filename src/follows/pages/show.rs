//! What somebody follows, the lists on which they are, and the letters that were made for them.

use super::super::{
    FOLLOW, Frequency, Interest, Issue, List, Named, Rhythm, Subject, Subscription, WEEKDAYS, list::long,
};
use super::nothing;
use super::reader::{Reader, Way};
use super::settings::field;
use crate::accounts::Person;
use crate::articles::Article;
use crate::content::Content;
use crate::db::Conn;
use crate::error::Result;
use crate::roles::Role;
use crate::skills::Skill;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{DateTime, Utc};

/// How many letters are shown; the take-out holds all of them.
const LETTERS: i64 = 50;
/// From so many on, what one follows can be looked for by name.
const MANY: usize = 8;

#[derive(Template)]
#[template(path = "follows/show.html")]
pub struct Show {
    frame: Frame,
    /// Where the forms of the page begin.
    base: String,
    person: Person,
    /// Signed in, and not with the key of a letter.
    member: bool,
    /// What they follow is shown; else only lists.
    sees: bool,
    form: Form,
    notice: Option<Notice>,
    /// Groups by kind, with a heading each.
    groups: Vec<(&'static str, Vec<Named>)>,
    /// How many things they follow, and the words by which some of them were looked for.
    count: usize,
    sought: String,
    /// How many things their plans rest on.
    resting: usize,
    lists: Vec<OnList>,
    letters: Vec<Issue>,
    now: DateTime<Utc>,
}

/// What was done a moment ago.
struct Notice {
    sentence: String,
    /// What takes it back: label, the last part of the form's address, and its field.
    undo: Option<(&'static str, &'static str, (&'static str, String))>,
}

/// A list with what its form shows.
struct OnList {
    list: List,
    subscription: Subscription,
    /// When the next letter is due or what keeps it back, in a sentence.
    next: String,
}

pub async fn show(reader: Reader) -> Result<HttpResponse> {
    let Reader { caller, base, way } = reader;
    let (frame, now) = (caller.frame(), caller.now);
    let (done, what) = (caller.asked("done"), caller.asked("what"));
    let sought: String = caller.asked("name").trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let page = caller.site.db.read(move |conn| {
        let Some(person) = way.person(conn, now)? else { return Ok(None) };
        let mut page = Show::read(conn, frame, base, &way, person, Form::default(), now)?;
        page.notice = page.notice(conn, &done, &what)?;
        page.seek(sought);
        Ok(Some(page))
    });
    match page.await? {
        Some(page) => caller.show(&page),
        None => nothing(&caller),
    }
}

impl Show {
    /// The page of a person; `form` holds what was typed and is wrong, or nothing.
    pub fn read(
        conn: &mut Conn,
        frame: Frame,
        base: String,
        way: &Way,
        person: Person,
        form: Form,
        now: DateTime<Utc>,
    ) -> Result<Show> {
        let sees = way.sees_follows(&person);
        let (follows, rests): (Vec<_>, Vec<_>) =
            Interest::of(conn, &person.id)?.into_iter().partition(|interest| interest.origin == FOLLOW);
        let named =
            if sees { Named::all(conn, follows.iter().map(Interest::subject).collect())? } else { vec![] };
        let on_list = |subscription: Subscription| {
            let next = next(&person, &subscription, now);
            OnList { list: subscription.list, next, subscription }
        };
        let lists: Vec<OnList> = Subscription::of(conn, &person.id)?.into_iter().map(on_list).collect();
        let form = if form.fields().is_empty() { filled(&lists, &person) } else { form };
        let letters = if sees { Issue::of(conn, &person.id, LETTERS)? } else { Vec::new() };
        let mut resting: Vec<Subject> = rests.iter().map(Interest::subject).collect();
        resting.sort();
        resting.dedup();
        Ok(Show {
            frame,
            base,
            member: matches!(way, Way::Member(_)),
            sees,
            form,
            notice: None,
            count: named.len(),
            groups: grouped(named),
            sought: String::new(),
            resting: resting.len(),
            lists,
            letters,
            now,
            person,
        })
    }

    /// Leaves of what they follow what has these words in its name.
    fn seek(&mut self, words: String) {
        let folded = words.to_lowercase();
        for (_, group) in &mut self.groups {
            group.retain(|named| named.name.to_lowercase().contains(&folded));
        }
        self.groups.retain(|(_, group)| !group.is_empty());
        self.sought = words;
    }

    /// What to say about what was done, by the words in the address, which anybody can write: it says only what is so.
    fn notice(&self, conn: &mut Conn, done: &str, what: &str) -> Result<Option<Notice>> {
        let plain = |sentence: &str| Some(Notice { sentence: sentence.to_owned(), undo: None });
        Ok(match done {
            "saved" => plain("It is saved."),
            "paused" if self.paused() => plain(
                "Letters are paused for 30 days. What changes meanwhile is told in the first letter after that.",
            ),
            "resumed" if !self.paused() => plain("Letters come again."),
            "again" => List::from_word(what)
                .and_then(|list| self.lists.iter().find(|own| own.list == list))
                .and_then(|own| {
                    let rhythm = own.subscription.rhythm.words();
                    plain(&format!("“{}”: letters come {rhythm}.", own.list.name()))
                }),
            "stopped" if self.all_off() => plain(
                "All lists are stopped. Nothing is sent but what concerns your account, if you have one.",
            ),
            "unsure" => plain("Nothing was deleted. Tick that you are sure, and press again."),
            "followed" | "unfollowed" => self.about(conn, done, what)?,
            _ => None,
        })
    }

    /// What was followed, or is not any more, with the way back.
    fn about(&self, conn: &mut Conn, done: &str, what: &str) -> Result<Option<Notice>> {
        let Some(subject) = Subject::read(what) else { return Ok(None) };
        let Some(named) = Named::all(conn, vec![subject.clone()])?.pop() else { return Ok(None) };
        let follows = Interest::of(conn, &self.person.id)?
            .iter()
            .any(|own| own.origin == FOLLOW && own.subject() == subject);
        let name = if subject.is_guide() { named.name } else { format!("“{}”", named.name) };
        let field = ("subject", subject.word());
        let undo = |label, below| Some((label, below, field.clone())).filter(|_| self.sees);
        if follows != (done == "followed") {
            return Ok(None);
        }
        if !follows {
            let sentence = format!("You do not follow {name} any more.");
            return Ok(Some(Notice { sentence, undo: undo("Follow it again", "follow") }));
        }
        let list = Interest::list_of_follow(&subject);
        let often = match self.lists.iter().find(|own| own.list == list) {
            Some(own) if own.subscription.rhythm.frequency == Frequency::Off => {
                "Letters about it are off; choose below how often they come.".to_owned()
            }
            Some(own) => {
                let rhythm = own.subscription.rhythm.words();
                format!("Letters about it come {rhythm}, by the clock of {}.", self.person.zone)
            }
            None => String::new(),
        };
        Ok(Some(Notice {
            sentence: format!("You follow {name} now. {often}"),
            undo: undo("Undo", "unfollow"),
        }))
    }

    fn paused(&self) -> bool {
        self.lists.iter().any(|own| own.subscription.is_paused(self.now))
    }

    fn all_off(&self) -> bool {
        self.lists.iter().all(|own| own.subscription.rhythm.frequency == Frequency::Off)
    }

    fn many(&self) -> bool {
        self.count >= MANY
    }

    /// They follow the guide as a whole.
    fn whole_guide(&self) -> bool {
        self.groups.iter().any(|(_, group)| group.iter().any(|named| named.subject.is_guide()))
    }

    fn field(&self, own: &OnList, what: &str) -> String {
        field(own.list, what)
    }

    fn frequencies(&self) -> [Frequency; 5] {
        Frequency::ALL
    }

    /// Number and name of each day of the week.
    fn weekdays(&self) -> impl Iterator<Item = (String, &'static str)> {
        WEEKDAYS.into_iter().map(|day| (day.number_from_monday().to_string(), long(day)))
    }

    fn zones(&self) -> impl Iterator<Item = &'static str> {
        zones()
    }

    fn list_name(&self, issue: &Issue) -> &'static str {
        issue.list.map_or("A list that you left", List::name)
    }
}

/// Time zones to choose from.
pub fn zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The form as it stands before anything is typed.
fn filled(lists: &[OnList], person: &Person) -> Form {
    let mut fields = vec![("zone".to_owned(), person.zone.clone())];
    for own in lists {
        let Rhythm { frequency, weekday, .. } = own.subscription.rhythm;
        fields.push((field(own.list, "frequency"), frequency.word().to_owned()));
        fields.push((field(own.list, "weekday"), weekday.number_from_monday().to_string()));
        fields.push((field(own.list, "clock"), own.subscription.rhythm.clock()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Form::of(&fields)
}

fn next(person: &Person, subscription: &Subscription, now: DateTime<Utc>) -> String {
    let paused = subscription.paused_until.filter(|until| *until > now);
    match (subscription.rhythm.frequency, paused, subscription.next_due) {
        (Frequency::Off, ..) => "No letters come.".into(),
        (_, Some(until), _) => format!("Paused until {}.", person.moment(&until)),
        (_, None, Some(due)) => {
            format!("The next letter is due on {}, if something changed.", person.moment(&due))
        }
        (_, None, None) => "A letter comes whenever something changed.".into(),
    }
}

/// By kind, and last what has left the guide.
fn grouped(named: Vec<Named>) -> Vec<(&'static str, Vec<Named>)> {
    let (there, gone): (Vec<_>, Vec<_>) = named.into_iter().partition(|named| named.gone.is_none());
    let mut groups = Vec::new();
    for (kind, heading) in [
        (Subject::GUIDE, "The guide"),
        (Role::KIND, "Roles"),
        (Skill::KIND, "Skills"),
        (Article::KIND, "Articles"),
    ] {
        let of_kind: Vec<Named> = there.iter().filter(|named| named.subject.kind == kind).cloned().collect();
        groups.push((heading, of_kind));
    }
    groups.push(("Not in the guide any more", gone));
    groups.retain(|(_, group)| !group.is_empty());
    groups
}
