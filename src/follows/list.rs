//! The lists of letters that somebody can be on, and how often letters of a list come.

use chrono::Weekday;

/// A list of letters: each person is on it once, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// What their plans rest on.
    Plans,
    /// Roles, skills and articles that they follow.
    Follows,
    /// The whole guide.
    Guide,
}

impl List {
    pub const ALL: [List; 3] = [List::Plans, List::Follows, List::Guide];

    /// In the database and in forms, and the token of its List-Id: it stays the same for ever.
    pub fn word(self) -> &'static str {
        match self {
            List::Plans => "plans",
            List::Follows => "follows",
            List::Guide => "guide",
        }
    }

    pub fn from_word(word: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.word() == word)
    }

    /// As headings and letters call it.
    pub fn name(self) -> &'static str {
        match self {
            List::Plans => "Your plans",
            List::Follows => "What you follow",
            List::Guide => "The whole guide",
        }
    }

    /// What its letters are about, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            List::Plans => "What changed in the guide that your plans rest on.",
            List::Follows => "What changed in the roles, skills and articles that you follow.",
            List::Guide => "What changed anywhere in the guide.",
        }
    }

    /// How often its letters come until somebody chooses.
    pub fn first_frequency(self) -> Frequency {
        match self {
            List::Plans | List::Follows => Frequency::Weekly,
            List::Guide => Frequency::Monthly,
        }
    }
}

/// How often letters of a list come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Whenever something changed.
    AtOnce,
    Daily,
    Weekly,
    Monthly,
    Off,
}

impl Frequency {
    pub const ALL: [Frequency; 5] =
        [Frequency::AtOnce, Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Off];

    /// In the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Frequency::AtOnce => "at_once",
            Frequency::Daily => "daily",
            Frequency::Weekly => "weekly",
            Frequency::Monthly => "monthly",
            Frequency::Off => "off",
        }
    }

    pub fn from_word(word: &str) -> Option<Frequency> {
        Frequency::ALL.into_iter().find(|frequency| frequency.word() == word)
    }

    /// As forms offer it.
    pub fn choice(self) -> &'static str {
        match self {
            Frequency::AtOnce => "At once, whenever something changed",
            Frequency::Daily => "Every day on which something changed",
            Frequency::Weekly => "Once a week",
            Frequency::Monthly => "Once a month",
            Frequency::Off => "No letters",
        }
    }
}

/// When letters come that come by the day, the week or the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub frequency: Frequency,
    /// Of weekly letters; monthly ones come on the first of these in the month.
    pub weekday: Weekday,
    /// Of the day, by the clock of the person's zone.
    pub minute: u32,
}

/// Minutes of a day.
pub const DAY: u32 = 24 * 60;

impl Rhythm {
    /// How letters of a list come until somebody chooses: on Mondays, at seven in the morning.
    pub fn first(list: List) -> Rhythm {
        Rhythm { frequency: list.first_frequency(), weekday: Weekday::Mon, minute: 7 * 60 }
    }

    /// Such as "07:00".
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }

    /// How often letters come, to follow "letters come", such as "every Monday at 07:00".
    pub fn words(&self) -> String {
        let (clock, day) = (self.clock(), long(self.weekday));
        match self.frequency {
            Frequency::AtOnce => "at once, whenever something changed".into(),
            Frequency::Daily => format!("every day at {clock}, if something changed"),
            Frequency::Weekly => format!("every {day} at {clock}, if something changed"),
            Frequency::Monthly => {
                format!("on the first {day} of each month at {clock}, if something changed")
            }
            Frequency::Off => "not at all".into(),
        }
    }
}

/// The days of a week with the number under which they are stored: Monday is 1.
pub const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// The day with a number from 1 to 7.
pub fn weekday(number: i32) -> Option<Weekday> {
    WEEKDAYS.into_iter().find(|day| day.number_from_monday().cast_signed() == number)
}

/// Such as "Monday".
pub fn long(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
