//! What people with an account do in stories: join, sign in, read their letters.

use super::{Answer, Browser, Letter, Site};
use chrono::Utc;
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights};

pub const ALICE: &str = "alice@example.org";
pub const PASSWORD: &str = "gravel mitten osprey ledger";
pub const OTHER: &str = "lantern cobalt thicket oboe";

/// Has somebody sign up and confirm.
pub fn join(site: &Site, address: &str) -> Browser {
    let mut browser = site.browser();
    sign_up(&mut browser, address, PASSWORD);
    let token = token(&letter(site, address, "Confirm your mail address"));
    let page = browser.send("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
    assert_eq!(page.headings(1), ["Your account"]);
    browser
}

pub fn sign_up(browser: &mut Browser, address: &str, password: &str) -> Answer {
    let fields = [("address", address), ("password", password), ("name", "Alice"), ("zone", "Europe/Vienna")];
    let answer = browser.post("/sign-up", &fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

pub fn sign_in(browser: &mut Browser, address: &str, password: &str) -> Answer {
    browser.post("/sign-in", &[("address", address), ("password", password)])
}

/// The newest letter to an address whose subject begins so.
pub fn letter(site: &Site, to: &str, subject: &str) -> Letter {
    let letters = site.letters().0;
    let found = letters.iter().find(|letter| letter.to == to && letter.subject.starts_with(subject));
    found.cloned().unwrap_or_else(|| panic!("no letter \"{subject}\" to {to}: {letters:?}"))
}

/// The token in the link of a letter.
pub fn token(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("token=").unwrap_or_else(|| panic!("no link: {}", letter.text));
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

/// Does the same with each of these at the same time.
pub fn at_once<T: Sync, R: Send>(all: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (act, start) = (&act, &std::sync::Barrier::new(all.len()));
    std::thread::scope(|scope| {
        let one = |each| {
            scope.spawn(move || {
                start.wait();
                act(each)
            })
        };
        let running: Vec<_> = all.iter().map(one).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// Has an account with the rights of an admin, and signs in.
pub fn admin(site: &Site, address: &str) -> Browser {
    let mut browser = join(site, address);
    let found = Person::by_address(&mut site.conn(), &MailAddress::parse(address).unwrap()).unwrap();
    found.unwrap().grant(&mut site.conn(), Rights::Admin).unwrap();
    assert_eq!(sign_in(&mut browser, address, PASSWORD).status, 303);
    browser
}

/// The id of whoever has this address.
pub fn id(site: &Site, address: &str) -> String {
    let address = MailAddress::parse(address).unwrap();
    Person::by_address(&mut site.conn(), &address).unwrap().unwrap().id
}

/// Somebody of this name with these rights, signed in.
pub fn staff(site: &Site, name: &str, rights: Rights) -> Browser {
    let address = format!("{}@example.org", name.to_lowercase());
    register(site, name, rights);
    let mut browser = site.browser();
    let answer = sign_in(&mut browser, &address, PASSWORD);
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser
}

/// Gives somebody of this name an account with these rights.
pub fn register(site: &Site, name: &str, rights: Rights) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let hash = runtime.block_on(Hashing::new().unwrap().hash(PASSWORD)).unwrap();
    let address = MailAddress::parse(&format!("{}@example.org", name.to_lowercase())).unwrap();
    let new = NewPerson { address: &address, name, zone: "Europe/Vienna", rights, password: &hash };
    Person::join(&mut site.conn(), &new, Utc::now()).unwrap().unwrap();
}
