//! Passwords: what makes a good one, and how they are kept.

use crate::error::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

/// The least and the most characters.
const LEAST: usize = 12;
const MOST: usize = 1000;
/// How many characters are looked at for how easily they are guessed.
const ESTIMATED: usize = 100;
/// How many are hashed at the same time: each takes 19 MiB and some 20 ms of a processor.
const TURNS: usize = 2;

/// What is wrong with a password, and what to do; `about` is what others can guess from, such as the address.
pub fn problem(password: &str, about: &[&str]) -> Option<String> {
    let length = password.chars().count();
    if length < LEAST {
        return Some(format!("Use at least {LEAST} characters. Four unrelated words make a good password."));
    }
    if length > MOST {
        return Some(format!("Use at most {MOST} characters."));
    }
    let parts: Vec<&str> =
        about.iter().flat_map(|text| text.split(['@', '.', ' '])).chain(about.iter().copied()).collect();
    // What comes after that many characters makes no password worse.
    let beginning: String = password.chars().take(ESTIMATED).collect();
    let estimate = zxcvbn(&beginning, &parts);
    if estimate.score() >= Score::Three {
        return None;
    }
    let why = estimate.feedback().and_then(|feedback| feedback.warning()).map(|w| w.to_string());
    let why = why.map_or(String::new(), |why| format!(" {}", why.trim_end_matches('.').to_owned() + "."));
    Some(format!(
        "This password is among the first that would be guessed.{why} Use more words that do not belong together."
    ))
}

/// Hashes and compares passwords, a few at a time and beside the asynchronous threads. Cheap to clone.
#[derive(Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    /// The hash of a password that nobody has, to do the same work where there is none.
    nobodys: Arc<str>,
}

impl Hashing {
    /// # Errors
    /// When the system gives no randomness.
    pub fn new() -> Result<Self> {
        let mut unknown = [0; 32];
        getrandom::fill(&mut unknown).map_err(|e| Error::Unexpected(e.to_string()))?;
        Ok(Hashing { turns: Arc::new(Semaphore::new(TURNS)), nobodys: hash(&unknown)?.into() })
    }

    /// The hash of a password, made on this thread, for commands.
    ///
    /// # Errors
    /// `Unexpected` when the system gives no randomness.
    pub fn now(password: &str) -> Result<String> {
        hash(password.as_bytes())
    }

    /// The hash of a password, as it is kept (argon2id, as a PHC string).
    ///
    /// # Errors
    /// `Unexpected` when the system gives no randomness.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.beside(move || hash(password.as_bytes())).await
    }

    /// Whether this is the password behind a hash. Without a hash it takes as long, and is not.
    ///
    /// # Errors
    /// `Unexpected` when the thread is lost.
    pub async fn matches(&self, kept: Option<&str>, password: &str) -> Result<bool> {
        let (known, kept) = (kept.is_some(), kept.unwrap_or(&self.nobodys).to_owned());
        let password = password.to_owned();
        self.beside(move || {
            let same = PasswordHash::new(&kept)
                .is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok());
            Ok(known && same)
        })
        .await
    }

    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let lost = |e: &dyn std::fmt::Display| Error::Unexpected(e.to_string());
        let _turn = self.turns.acquire().await.map_err(|e| lost(&e))?;
        actix_web::web::block(work).await.map_err(|e| lost(&e))?
    }
}

fn hash(password: &[u8]) -> Result<String> {
    let hash = Argon2::default().hash_password(password);
    hash.map(|hash| hash.to_string()).map_err(|e| Error::Unexpected(format!("no password hash: {e}")))
}

#[cfg(test)]
mod tests {
    use super::{Hashing, problem};

    #[test]
    fn long_and_unlikely_is_good_whatever_it_is_made_of() {
        for good in [
            "gravel mitten osprey ledger",
            "xK7#qLp2vR9!m",
            &"длинный пароль из слов ".repeat(4),
            "  spaces count too, at both ends  ",
        ] {
            assert_eq!(problem(good, &["alice@example.org", "Alice"]), None, "{good}");
        }
    }

    #[test]
    fn short_common_and_personal_ones_are_refused_with_what_to_do() {
        for bad in
            ["short", "password1234", "123456789012", "qwertyuiop[]", "alice@example.org", &"a".repeat(1001)]
        {
            let told =
                problem(bad, &["alice@example.org", "Alice"]).unwrap_or_else(|| panic!("{bad} was taken"));
            assert!(told.contains("Use"), "{told}");
        }
    }

    #[actix_web::test]
    async fn a_password_is_known_again_exactly_as_it_was_typed() {
        let hashing = Hashing::new().unwrap();
        let kept = hashing.hash(" pass\0word \u{1f9ed}").await.unwrap();

        assert!(kept.starts_with("$argon2id$"));
        assert!(hashing.matches(Some(&kept), " pass\0word \u{1f9ed}").await.unwrap());
        assert!(!hashing.matches(Some(&kept), "pass\0word \u{1f9ed}").await.unwrap());
        assert!(!hashing.matches(None, "anything").await.unwrap());
    }
}
