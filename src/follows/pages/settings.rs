//! Choosing how often letters come, pausing, stopping, and what one follows: for those who are signed in and for those
//! who come with the key of a letter.

use super::super::list::{DAY, weekday};
use super::super::{FOLLOW, Frequency, Interest, List, Named, PAUSE, Rhythm, Subject, Subscription};
use super::reader::Reader;
use super::show::{Show, zones};
use super::{nothing, onward};
use crate::accounts::Person;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ui::Form;
use actix_web::HttpResponse;
use chrono::{DateTime, NaiveTime, Timelike, Utc};

/// What the fields of a list are called in a form.
pub fn field(list: List, what: &str) -> String {
    format!("{}-{what}", list.word())
}

/// Reads how often letters of a list are wanted; what is wrong is added to the form.
fn rhythm(form: &mut Form, list: List) -> Option<Rhythm> {
    let frequency = Frequency::from_word(form.value(&field(list, "frequency")));
    if frequency.is_none() {
        form.wrong(&field(list, "frequency"), "Choose from the list how often letters come.");
    }
    let day = form.value(&field(list, "weekday")).parse().ok().and_then(weekday);
    if day.is_none() {
        form.wrong(&field(list, "weekday"), "Choose a day of the week from the list.");
    }
    let typed = form.value(&field(list, "clock")).trim();
    let clock = NaiveTime::parse_from_str(typed, "%H:%M").or(NaiveTime::parse_from_str(typed, "%H:%M:%S"));
    if clock.is_err() {
        form.wrong(&field(list, "clock"), "Write the time of day as hours and minutes, such as 07:30.");
    }
    let minute = clock.ok().map(|clock| (clock.hour() * 60 + clock.minute()).min(DAY - 1));
    Some(Rhythm { frequency: frequency?, weekday: day?, minute: minute? })
}

/// Saves how often letters of each list come.
pub async fn choose(reader: Reader, mut form: Form) -> Result<HttpResponse> {
    let Reader { caller, base, way } = reader;
    let (frame, now, way, place) = (caller.frame(), caller.now, way.clone(), base.clone());
    let done = caller.site.db.write(move |conn| {
        let Some(person) = way.person(conn, now)? else { return Ok(Done::Nobody) };
        let zone = form.value("zone").to_owned();
        // Whoever has an account changes it there.
        let zone = Some(zone).filter(|zone| !zone.is_empty() && !person.has_account());
        if zone.as_ref().is_some_and(|zone| !zones().any(|known| known == zone)) {
            form.wrong("zone", "Choose a time zone from the list.");
        }
        let mut chosen = Vec::new();
        for subscription in Subscription::of(conn, &person.id)? {
            if let Some(rhythm) = rhythm(&mut form, subscription.list) {
                chosen.push((subscription, rhythm));
            }
        }
        if !form.fine() {
            let page = Show::read(conn, frame, place, &way, person, form, now)?;
            return Ok(Done::Again(Box::new(page)));
        }
        if let Some(zone) = zone.filter(|zone| *zone != person.zone) {
            Person::describe(conn, &person.id, &person.name, &zone)?;
            Subscription::reckon(conn, &person.id, now)?;
        }
        for (subscription, rhythm) in chosen {
            if subscription.rhythm != rhythm {
                subscription.choose(conn, rhythm, now)?;
            }
        }
        Ok(Done::Saved)
    });
    match done.await? {
        Done::Nobody => nothing(&caller),
        Done::Again(page) => caller.again(&*page),
        Done::Saved => Ok(onward(&base, "saved", "")),
    }
}

/// What became of a form.
enum Done {
    /// The key opens nothing.
    Nobody,
    Again(Box<Show>),
    Saved,
}

/// Keeps letters back for thirty days, of one list or of all; or lets them go again.
pub async fn pause(reader: Reader, form: Form) -> Result<HttpResponse> {
    let resume = form.value("until") == "now";
    let list = List::from_word(form.value("list"));
    act(reader, if resume { "resumed" } else { "paused" }, move |conn, person, now| {
        let until = if resume { None } else { Some(now + PAUSE) };
        for subscription in Subscription::of(conn, &person.id)? {
            let meant = list.is_none_or(|list| subscription.list == list);
            if meant && subscription.rhythm.frequency != Frequency::Off {
                subscription.pause(conn, until, now)?;
            }
        }
        Ok(String::new())
    })
    .await
}

/// Has letters of a list come again, after a while if it was asked for.
pub async fn again(reader: Reader, form: Form) -> Result<HttpResponse> {
    let list = List::from_word(form.value("list")).ok_or(Error::NotFound)?;
    let wanted = Frequency::from_word(form.value("frequency")).filter(|wanted| *wanted != Frequency::Off);
    let pause = form.value("pause") == "yes";
    act(reader, if pause { "paused" } else { "again" }, move |conn, person, now| {
        let subscription = Subscription::on(conn, &person.id, list)?.ok_or(Error::NotFound)?;
        let frequency = wanted.unwrap_or(list.first_frequency());
        subscription.choose(conn, Rhythm { frequency, ..subscription.rhythm }, now)?;
        if pause {
            Subscription::find(conn, &subscription.id)?.pause(conn, Some(now + PAUSE), now)?;
        }
        Ok(list.word().to_owned())
    })
    .await
}

/// Stops every list.
pub async fn stop(reader: Reader) -> Result<HttpResponse> {
    act(reader, "stopped", |conn, person, now| {
        for subscription in Subscription::of(conn, &person.id)? {
            subscription.stop(conn, now)?;
        }
        Ok(String::new())
    })
    .await
}

/// Follows something again that was unfollowed a moment ago.
pub async fn follow(reader: Reader, form: Form) -> Result<HttpResponse> {
    let subject = Subject::read(form.value("subject")).ok_or(Error::NotFound)?;
    let way = reader.way.clone();
    act(reader, "followed", move |conn, person, now| {
        if !way.sees_follows(person) {
            return Err(Error::NotFound);
        }
        let named = Named::find(conn, &subject)?;
        Interest::put(conn, &person.id, FOLLOW, &[named.subject], now)?;
        Ok(subject.word())
    })
    .await
}

pub async fn unfollow(reader: Reader, form: Form) -> Result<HttpResponse> {
    let subject = Subject::read(form.value("subject")).ok_or(Error::NotFound)?;
    let way = reader.way.clone();
    act(reader, "unfollowed", move |conn, person, _| {
        if !way.sees_follows(person) {
            return Err(Error::NotFound);
        }
        let word = subject.word();
        match Interest::remove(conn, &person.id, FOLLOW, &[subject])? {
            0 => Err(Error::NotFound),
            _ => Ok(word),
        }
    })
    .await
}

/// Does something with what a person follows, and leads back to the page, which says that it was done.
async fn act(
    reader: Reader,
    done: &'static str,
    work: impl FnOnce(&mut Conn, &Person, DateTime<Utc>) -> Result<String> + Send + 'static,
) -> Result<HttpResponse> {
    let Reader { caller, base, way } = reader;
    let now = caller.now;
    let worked = caller.site.db.write(move |conn| match way.person(conn, now)? {
        Some(person) => work(conn, &person, now).map(Some),
        None => Ok(None),
    });
    match worked.await? {
        Some(what) => Ok(onward(&base, done, &what)),
        None => nothing(&caller),
    }
}
