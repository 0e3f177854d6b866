//! When letters are due: by the clock of the person's zone, exactly once in each period.
//!
//! A period is a day, a week (ISO 8601, from Monday) or a month. Its letter is due at one minute of one of its days: a
//! week's on the chosen weekday, a month's on the first such weekday in it. A minute that a clock change leaves out
//! becomes the next that there is; of one that it repeats, the first counts. In one sentence: the first moment at which
//! the clock shows that minute or a later one.

use super::list::{Frequency, Rhythm};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// A moment at which a letter is due, and the period that it is the letter of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// Such as `D:2026-11-20`, `W:2026-W47` or `M:2026-11`; of the day for which it was due, also where a clock change
    /// moves it past midnight.
    pub period: String,
}

impl Rhythm {
    /// The first due moment after `after`; none for letters that come at once or not at all.
    pub fn next(&self, zone: Tz, after: DateTime<Utc>) -> Option<Due> {
        self.around(zone, after).into_iter().find(|due| due.at > after)
    }

    /// The last due moment until `until`: after a standstill it is the one that counts, and those before it do not.
    pub fn last(&self, zone: Tz, until: DateTime<Utc>) -> Option<Due> {
        self.around(zone, until).into_iter().rev().find(|due| due.at <= until)
    }

    /// The due moments of the periods before, at and after a moment, in their order.
    fn around(&self, zone: Tz, moment: DateTime<Utc>) -> Vec<Due> {
        let today = moment.with_timezone(&zone).date_naive();
        let days: Vec<Option<NaiveDate>> = match self.frequency {
            Frequency::AtOnce | Frequency::Off => Vec::new(),
            // Two on each side: a clock change may move one past midnight.
            Frequency::Daily => {
                let first = today.checked_sub_days(Days::new(2));
                (0..5).map(|day| first?.checked_add_days(Days::new(day))).collect()
            }
            Frequency::Weekly => {
                let monday = today.week(Weekday::Mon).first_day();
                let first = monday.checked_sub_days(Days::new(14));
                let day = u64::from(self.weekday.num_days_from_monday());
                (0..5).map(|week| first?.checked_add_days(Days::new(7 * week + day))).collect()
            }
            Frequency::Monthly => {
                let first = today.with_day(1).and_then(|day| day.checked_sub_months(Months::new(2)));
                let month = |month| first?.checked_add_months(Months::new(month));
                (0..5).map(|number| first_of_month(month(number)?, self.weekday)).collect()
            }
        };
        let due = |day: NaiveDate| {
            let period = match self.frequency {
                Frequency::Monthly => day.format("M:%Y-%m"),
                Frequency::Weekly => day.format("W:%G-W%V"),
                _ => day.format("D:%Y-%m-%d"),
            };
            Some(Due { at: moment_of(zone, day, self.minute)?, period: period.to_string() })
        };
        days.into_iter().flatten().filter_map(due).collect()
    }
}

/// The first such weekday of the month in which `day` lies.
fn first_of_month(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(day.year(), day.month(), weekday, 1)
}

/// The longest that clocks ever jumped over: a whole day, where a zone went to the other side of the date line.
const LONGEST_GAP: i64 = 26 * 60;

/// The first moment at which a clock in the zone shows this minute of this day, or a later one.
fn moment_of(zone: Tz, day: NaiveDate, minute: u32) -> Option<DateTime<Utc>> {
    let wanted: NaiveDateTime = day.and_hms_opt(minute / 60, minute % 60, 0)?;
    let shown = |more: i64| zone.from_local_datetime(&(wanted + TimeDelta::minutes(more))).earliest();
    (0..=LONGEST_GAP).find_map(shown).map(|moment| moment.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::super::list::WEEKDAYS;
    use super::*;
    use chrono::Offset;
    use std::collections::BTreeSet;

    fn rhythm(frequency: Frequency, weekday: Weekday, minute: u32) -> Rhythm {
        Rhythm { frequency, weekday, minute }
    }

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
        zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    }

    /// All due moments in 2026, by the clock of the zone.
    fn of_the_year(rhythm: &Rhythm, zone: Tz) -> Vec<Due> {
        let mut all = Vec::new();
        let mut at = moment("2025-12-28T00:00:00Z");
        while let Some(due) = rhythm.next(zone, at) {
            at = due.at;
            if at > moment("2027-01-04T00:00:00Z") {
                break;
            }
            all.push(due);
        }
        all
    }

    /// Found by walking through time minute by minute, and not by asking what a local time means.
    fn walked(zone: Tz, day: NaiveDate, minute: u32) -> DateTime<Utc> {
        let wanted = day.and_hms_opt(minute / 60, minute % 60, 0).unwrap();
        let about = |hours: i64| offset(zone, wanted.and_utc() + TimeDelta::hours(hours));
        let most = about(-30).max(about(30));
        let mut at = wanted.and_utc() - TimeDelta::seconds(i64::from(most));
        while at.with_timezone(&zone).naive_local() < wanted {
            at += TimeDelta::minutes(1);
        }
        at
    }

    /// The days before which or on which the clocks of a zone change in 2026.
    fn changes(zone: Tz) -> Vec<NaiveDate> {
        let days = (0..366).map(|day| moment("2025-12-31T12:00:00Z") + TimeDelta::days(day));
        days.filter(|day| offset(zone, *day) != offset(zone, *day + TimeDelta::days(1)))
            .map(|day| day.with_timezone(&zone).date_naive())
            .collect()
    }

    #[test]
    fn in_every_zone_each_day_has_one_through_both_clock_changes() {
        let mut changed = 0;
        for zone in chrono_tz::TZ_VARIANTS {
            for change in changes(zone) {
                changed += 1;
                for minute in [0, 29, 60, 119, 120, 150, 180, 7 * 60, 23 * 60, 23 * 60 + 30, DAY - 1] {
                    let rhythm = rhythm(Frequency::Daily, Weekday::Mon, minute);
                    let first = change - Days::new(2);
                    let mut at = walked(zone, first, minute) - TimeDelta::milliseconds(1);
                    for day in first.iter_days().take(6) {
                        let due = rhythm.next(zone, at).unwrap();
                        assert_eq!(due.period, day.format("D:%Y-%m-%d").to_string(), "{zone}, {minute}");
                        assert_eq!(due.at, walked(zone, day, minute), "{zone}, {day}, {minute}");
                        assert_eq!(rhythm.last(zone, due.at), Some(due.clone()), "{zone}, {day}, {minute}");
                        at = due.at;
                    }
                }
            }
        }
        assert!(changed > 200, "{changed} clock changes");
    }
    const DAY: u32 = super::super::list::DAY;

    #[test]
    fn in_every_zone_each_week_and_month_of_a_year_has_one() {
        for zone in chrono_tz::TZ_VARIANTS {
            for (weekday, minute) in [(Weekday::Sun, 150), (Weekday::Mon, 0), (Weekday::Sat, DAY - 1)] {
                let weeks = of_the_year(&rhythm(Frequency::Weekly, weekday, minute), zone);
                let months = of_the_year(&rhythm(Frequency::Monthly, weekday, minute), zone);
                for all in [&weeks, &months] {
                    let periods: BTreeSet<&str> = all.iter().map(|due| due.period.as_str()).collect();
                    assert_eq!(periods.len(), all.len(), "{zone}: a period has two");
                    assert!(all.windows(2).all(|two| two[0].at < two[1].at), "{zone}");
                }
                let of =
                    |all: &[Due], begin: &str| all.iter().filter(|due| due.period.starts_with(begin)).count();
                assert_eq!(of(&weeks, "W:2026-"), 53, "{zone}, {weekday}, {minute}");
                assert_eq!(of(&months, "M:2026-"), 12, "{zone}, {weekday}, {minute}");
            }
        }
    }

    #[test]
    fn a_minute_that_is_left_out_becomes_the_next_and_of_a_repeated_one_the_first_counts() {
        let vienna = chrono_tz::Europe::Vienna;
        let nuuk = chrono_tz::America::Nuuk;
        for (zone, minute, after, expected) in [
            (vienna, 150, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            (vienna, 150, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            (vienna, 150, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
            // Its clocks go from 23:00 to midnight: the letter of Saturday comes with Sunday's first minute.
            (nuuk, 23 * 60 + 30, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            (nuuk, 23 * 60 + 30, "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
        ] {
            let due = rhythm(Frequency::Daily, Weekday::Mon, minute).next(zone, moment(after)).unwrap();
            assert_eq!(due.at, moment(expected), "{zone} after {after}");
        }
        let late = rhythm(Frequency::Daily, Weekday::Mon, 23 * 60 + 30);
        let due = late.next(nuuk, moment("2026-03-28T12:00:00Z")).unwrap();
        assert_eq!(due.period, "D:2026-03-28");
    }

    #[test]
    fn a_month_has_its_first_such_weekday_and_a_week_its_own() {
        let zone = chrono_tz::Europe::Vienna;
        let after = moment("2026-11-20T12:00:00Z");
        for day in WEEKDAYS {
            let monthly = rhythm(Frequency::Monthly, day, 7 * 60).next(zone, after).unwrap();
            let date = monthly.at.with_timezone(&zone).date_naive();
            assert_eq!((date.weekday(), monthly.period.as_str()), (day, "M:2026-12"));
            assert!(date.day() <= 7, "{date}");
            let weekly = rhythm(Frequency::Weekly, day, 7 * 60).next(zone, after).unwrap();
            assert_eq!(weekly.at.with_timezone(&zone).weekday(), day);
            assert!(weekly.at - after <= TimeDelta::days(7));
        }
    }

    #[test]
    fn a_standstill_is_made_up_for_by_one() {
        let (zone, weekly) = (chrono_tz::UTC, rhythm(Frequency::Weekly, Weekday::Mon, 420));
        let due = weekly.last(zone, moment("2026-11-20T12:00:00Z")).unwrap();
        assert_eq!((due.at, due.period.as_str()), (moment("2026-11-16T07:00:00Z"), "W:2026-W47"));
        let next = weekly.next(zone, moment("2026-11-20T12:00:00Z")).unwrap();
        assert_eq!(next.period, "W:2026-W48");
    }

    #[test]
    fn what_comes_at_once_or_not_at_all_is_never_due_by_the_clock() {
        for frequency in [Frequency::AtOnce, Frequency::Off] {
            assert_eq!(rhythm(frequency, Weekday::Mon, 420).next(chrono_tz::UTC, Utc::now()), None);
        }
    }
}
