//! A plan: a person's way to a role, and what it may hold at most.

use super::Item;
use chrono::{DateTime, NaiveDate, Utc};

/// Plans of one person, archived ones among them.
pub const PLANS: i64 = 50;
/// Items of one plan, those set aside among them.
pub const ITEMS: usize = 300;
/// Characters of the name of a plan or an item.
pub const NAME: usize = 120;
/// Characters of a note.
pub const NOTE: usize = 4_000;
/// Hours a week.
pub const HOURS: std::ops::RangeInclusive<i32> = 1..=80;
/// How many years ahead a date may lie.
pub const YEARS: i32 = 50;

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub id: String,
    /// Whose it is.
    pub person: String,
    pub name: String,
    /// Slug of the role that it leads to.
    pub role: String,
    /// Slug of the role that it starts from.
    pub origin: Option<String>,
    /// Hours a week.
    pub hours: i32,
    pub target: Option<NaiveDate>,
    pub note: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// The revision of the role up to which the person has read what changed.
    pub seen_revision: i64,
    pub created: DateTime<Utc>,
    pub changed: DateTime<Utc>,
    pub archived: Option<DateTime<Utc>>,
}

/// A plan with its items in their order, those that were set aside among them.
#[derive(Clone, Debug)]
pub struct Whole {
    pub plan: Plan,
    pub items: Vec<Item>,
}

impl Whole {
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    pub fn item_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    /// The item of a skill, also if it was set aside.
    pub fn of_skill(&self, slug: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.skill.as_deref() == Some(slug))
    }

    /// The items that count.
    pub fn held(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.dropped.is_none())
    }

    pub fn is_full(&self) -> bool {
        self.items.len() >= ITEMS
    }

    /// Puts an item at the end.
    pub fn add(&mut self, item: Item) {
        self.items.push(item);
        self.settle(self.items.len() - 1);
    }

    /// Puts an item behind another.
    pub fn add_behind(&mut self, id: &str, item: Item) {
        let to = self.items.iter().position(|other| other.id == id).map_or(self.items.len(), |at| at + 1);
        self.items.insert(to, item);
        self.settle(to);
    }

    /// Moves an item to a place, from 1, among those that count; what is past the end becomes the end. What was set
    /// aside keeps its neighbours.
    pub fn shift(&mut self, id: &str, place: usize) {
        let Some(at) = self.items.iter().position(|item| item.id == id) else { return };
        let mut item = self.items.remove(at);
        // What this change becomes.
        item.moved = self.plan.version + 1;
        let before = place.saturating_sub(1);
        let counting = self.items.iter().enumerate().filter(|(_, other)| other.dropped.is_none());
        let to = counting.map(|(at, _)| at).nth(before).unwrap_or(self.items.len());
        self.items.insert(to, item);
        self.settle(to);
    }

    /// The place of an item among those that count, from 1.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.held().position(|item| item.id == id).map(|at| at + 1)
    }

    /// Gives the item at an index a number between those of its neighbours; all get new ones only if there is no room.
    fn settle(&mut self, at: usize) {
        let low = at.checked_sub(1).map_or(0, |before| self.items[before].place);
        let high = self.items.get(at + 1).map_or(low.saturating_add(2 * ROOM), |next| next.place);
        let middle = low + (high - low) / 2;
        if middle > low && middle < high {
            self.items[at].place = middle;
            return;
        }
        let places = (1..).map(|place: i32| place.saturating_mul(ROOM));
        for (item, place) in self.items.iter_mut().zip(places) {
            item.place = place;
        }
    }
}

/// What lies between two numbers at first, so that a move writes one row.
const ROOM: i32 = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::ItemKind;

    fn whole(items: &[&str]) -> Whole {
        let now = DateTime::from_timestamp_millis(0).unwrap();
        let item = |name: &&str| {
            let mut item = Item::of(ItemKind::Portfolio, None, name.trim_start_matches('-'));
            item.id = name.trim_start_matches('-').to_owned();
            item.dropped = name.starts_with('-').then_some(now);
            item
        };
        let plan = Plan {
            id: "plan".into(),
            person: "person".into(),
            name: "Plan".into(),
            role: "role".into(),
            origin: None,
            hours: 5,
            target: None,
            note: String::new(),
            version: 4,
            seen_revision: 1,
            created: now,
            changed: now,
            archived: None,
        };
        let mut items: Vec<Item> = items.iter().map(item).collect();
        for (item, place) in items.iter_mut().zip(1..) {
            item.place = place * ROOM;
        }
        Whole { plan, items }
    }

    fn order(whole: &Whole) -> Vec<&str> {
        whole.items.iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn an_item_moves_to_a_place_among_those_that_count() {
        for (id, place, order_after) in [
            ("a", 1, ["-x", "a", "b", "c"]),
            ("a", 2, ["-x", "b", "a", "c"]),
            ("a", 3, ["-x", "b", "c", "a"]),
            ("a", 99, ["-x", "b", "c", "a"]),
            ("c", 0, ["c", "a", "-x", "b"]),
            ("c", 2, ["a", "-x", "c", "b"]),
        ] {
            let mut whole = whole(&["a", "-x", "b", "c"]);

            whole.shift(id, place);

            assert_eq!(order(&whole), order_after.map(|id| id.trim_start_matches('-')), "{id} to {place}");
            assert_eq!(whole.item(id).unwrap().moved, 5);
            assert!(whole.items.is_sorted_by(|a, b| a.place < b.place), "{:?}", whole.items);
        }
    }

    #[test]
    fn a_move_changes_one_number_and_the_order_holds_however_often_it_is_changed() {
        let mut whole = whole(&["a", "b", "c", "d"]);
        whole.shift("a", 1);
        let before = whole.clone();
        whole.shift("d", 2);
        let changed = before.items.iter().filter(|item| whole.item(&item.id).unwrap().place != item.place);
        assert_eq!(changed.count(), 1);

        for _ in 0..100 {
            whole.shift("c", 2);
            whole.shift("b", 2);
            assert!(whole.items.is_sorted_by(|a, b| a.place < b.place));
        }
        assert_eq!(order(&whole), ["a", "b", "c", "d"]);
    }

    #[test]
    fn places_count_what_is_held_only() {
        let whole = whole(&["a", "-x", "b"]);
        assert_eq!((whole.place("b"), whole.place("x"), whole.place("none")), (Some(2), None, None));
    }
}
