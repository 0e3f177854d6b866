//! The pages of plans: the list, one plan and its forms, what is taken along, what a mentor sees.

mod add;
mod edit;
mod item;
mod links;
mod list;
mod merge;
mod new;
mod order;
mod out;
mod proposed;
mod remove;
mod shared;
mod show;

use super::{HOURS, NOTE, Whole, YEARS};
use crate::content::unseen;
use crate::error::{Error, Result};
use crate::ui::Form;
use actix_web::web::{self, PayloadConfig, ServiceConfig};
use chrono::{Months, NaiveDate};

/// What a form may send, in bytes: the longest note in the widest letters, so that one that is too long is told so.
const FORM: usize = 256 * 1024;

pub(super) fn routes(config: &mut ServiceConfig) {
    let page = |path: &str| web::resource(path.to_owned()).app_data(PayloadConfig::new(FORM));
    config
        .service(page("/plans").get(list::show))
        .service(page("/plans/new").get(new::ask).post(new::make))
        .service(page("/plans/shared").get(shared::show))
        .service(page("/plans/calendar.ics").get(shared::calendar))
        .service(page("/plans/{id}").get(show::show))
        .service(page("/plans/{id}/edit").get(edit::ask).post(edit::save))
        .service(page("/plans/{id}/noted").post(show::noted))
        .service(page("/plans/{id}/offer").post(add::answer))
        .service(page("/plans/{id}/add").get(add::ask).post(add::add))
        .service(page("/plans/{id}/order").get(order::ask).post(order::shift))
        .service(page("/plans/{id}/items/{item}").get(item::ask).post(item::save))
        .service(page("/plans/{id}/items/{item}/mark").post(item::mark))
        .service(page("/plans/{id}/items/{item}/aside").post(item::set_aside))
        .service(page("/plans/{id}/archive").post(remove::archive))
        .service(page("/plans/{id}/delete").get(remove::ask).post(remove::delete))
        .service(page("/plans/{id}/links").get(links::list).post(links::make))
        .service(page("/plans/{id}/links/revoke").post(links::revoke))
        .service(page("/plans/{id}/plan.md").get(out::markdown))
        .service(page("/plans/{id}/plan.csv").get(out::table))
        .service(page("/plans/{id}/plan.json").get(out::json))
        .service(page("/plans/{id}/plan.ics").get(out::calendar));
}

/// The version of the plan that a form was made from.
fn version(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or(0)
}

/// # Errors
/// `Refused` for a plan that is archived: it is changed once it is restored.
fn open(whole: &Whole) -> Result<()> {
    match whole.plan.archived {
        None => Ok(()),
        Some(_) => Err(Error::Refused(
            "This plan is archived, so nothing in it can be changed. Open it, restore it, and change it then.".into(),
        )),
    }
}

/// A field of several lines, with the ends of lines as they are kept; a problem if it is too long.
fn note(form: &mut Form, name: &str) -> String {
    let text = form.value(name).replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text: String = text.chars().filter(|c| *c == '\n' || !unseen(*c)).collect();
    let text = text.trim().to_owned();
    let count = text.chars().count();
    if count > NOTE {
        form.wrong(name, format!("Shorten this to {NOTE} characters; it has {count}."));
    }
    text
}

/// A day, none if nothing was typed. What lies in the past is a problem, unless it is what stood there `before`.
fn day(form: &mut Form, name: &str, today: NaiveDate, before: Option<NaiveDate>) -> Option<NaiveDate> {
    let typed = form.value(name).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    let plain = typed.len() == 10 && typed.is_ascii();
    let Some(day) = plain.then(|| typed.parse::<NaiveDate>().ok()).flatten() else {
        form.wrong(name, "Write the date as year, month and day, such as 2027-06-30.");
        return None;
    };
    let last = today.checked_add_months(Months::new(12 * YEARS.unsigned_abs())).unwrap_or(NaiveDate::MAX);
    if Some(day) == before {
        return before;
    }
    if day < today {
        form.wrong(name, format!("{} is past. Choose today or a later day, or none.", words(day)));
    } else if day > last {
        form.wrong(name, format!("This is more than {YEARS} years ahead. Choose an earlier day, or none."));
    }
    Some(day)
}

/// Hours a week.
fn hours(form: &mut Form) -> i32 {
    match form.value("hours").trim().parse::<i32>() {
        Ok(hours) if HOURS.contains(&hours) => hours,
        _ => {
            let (least, most) = (HOURS.start(), HOURS.end());
            form.wrong("hours", format!("Write a whole number of hours a week, from {least} to {most}."));
            0
        }
    }
}

/// A range of weeks in words; of what takes more than two years, in years.
fn span(low: u32, high: u32) -> String {
    const YEAR: u32 = 52;
    let years = |weeks: u32| format!("{:.1}", f64::from(weeks) / f64::from(YEAR));
    match (low, high) {
        (1, 1) => "1 week".to_owned(),
        _ if high <= 2 * YEAR && low == high => format!("{high} weeks"),
        _ if high <= 2 * YEAR => format!("{low} to {high} weeks"),
        _ if low < YEAR => format!("{low} weeks to {} years", years(high)),
        _ if years(low) == years(high) => format!("{} years", years(high)),
        _ => format!("{} to {} years", years(low), years(high)),
    }
}

/// A day in words, such as "1 June 2027".
fn words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn long_ranges_are_told_in_years() {
        for (low, high, words) in [
            (1, 1, "1 week"),
            (1, 3, "1 to 3 weeks"),
            (12, 12, "12 weeks"),
            (40, 104, "40 to 104 weeks"),
            (40, 156, "40 weeks to 3.0 years"),
            (134, 373, "2.6 to 7.2 years"),
            (260, 261, "5.0 years"),
        ] {
            assert_eq!(span(low, high), words);
        }
    }
}
