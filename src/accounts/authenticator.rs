//! The authenticator app: codes of six digits, a new one every half minute (RFC 6238), each taken once.

use crate::db::schema::authenticator_apps as apps;
use crate::db::{Conn, inserted};
use crate::error::{Error, Result};
use crate::secret::Secret;
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

/// What secrets are sealed for.
const AT_REST: &str = "authenticator app at rest";
/// What apps call the site.
const ISSUER: &str = "Waymark";

/// An app as its person sees it; the secret is shown once, when it is set up.
#[derive(Clone, Debug, Serialize)]
pub struct App {
    pub made: DateTime<Utc>,
    pub used: Option<DateTime<Utc>>,
}

/// The secret that app and site share, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shared {
    id: String,
    sealed: String,
}

impl Shared {
    /// A new one.
    ///
    /// # Errors
    /// `Unexpected` when the system gives no randomness.
    pub fn new(secret: &Secret) -> Result<Shared> {
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes).map_err(|e| Error::Unexpected(format!("no randomness: {e}")))?;
        let id = Uuid::now_v7().to_string();
        let sealed = secret.seal(AT_REST, &id, &bytes);
        let sealed = sealed.ok_or_else(|| Error::Unexpected("an app's secret cannot be sealed".into()))?;
        Ok(Shared { id, sealed })
    }

    /// None after the site's secret was changed.
    fn totp(&self, secret: &Secret, address: &str) -> Option<Totp> {
        let bytes: [u8; 20] = secret.unseal(AT_REST, &self.id, &self.sealed)?.try_into().ok()?;
        let builder = Builder::new().with_secret(bytes.to_vec()).with_issuer(Some(ISSUER));
        Some(builder.with_account_name(address).build_noncompliant())
    }

    /// The secret as it is typed, in groups of four.
    pub fn words(&self, secret: &Secret) -> Option<String> {
        let text = BASE32_NOPAD.encode(&secret.unseal(AT_REST, &self.id, &self.sealed)?);
        let groups: Vec<&str> = (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
        Some(groups.join(" "))
    }

    /// The link that an app on the same device opens.
    pub fn link(&self, secret: &Secret, address: &str) -> Option<String> {
        self.totp(secret, address)?.to_url().ok()
    }

    /// The half minute to which a code belongs: this one, the one before or the one after.
    pub fn step(&self, secret: &Secret, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let time = u64::try_from(now.timestamp()).ok()?;
        self.totp(secret, "")?.check(code, time)?.try_into().ok()
    }
}

impl App {
    /// The app of a person.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Option<App>> {
        let row: Option<(i64, Option<i64>)> =
            apps::table.find(person).select((apps::made_at, apps::used_at)).first(conn).optional()?;
        let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
        Ok(row.map(|(made, used)| App { made: moment(made), used: used.map(moment) }))
    }

    /// Keeps what app and site share, after the code of the half minute `step` was right; false if there is one.
    pub fn keep(
        conn: &mut Conn,
        person: &str,
        shared: &Shared,
        step: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        inserted(conn, |conn| {
            diesel::insert_into(apps::table)
                .values((
                    apps::person.eq(person),
                    apps::id.eq(&shared.id),
                    apps::sealed.eq(&shared.sealed),
                    apps::last_step.eq(step),
                    apps::made_at.eq(now.timestamp_millis()),
                    apps::used_at.eq(Some(now.timestamp_millis())),
                ))
                .execute(conn)
        })
    }

    /// Takes a code, once: neither it nor one before it is taken again.
    pub fn take(
        conn: &mut Conn,
        secret: &Secret,
        person: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let row: Option<(String, String)> =
            apps::table.find(person).select((apps::id, apps::sealed)).first(conn).optional()?;
        let shared = row.map(|(id, sealed)| Shared { id, sealed });
        let Some(step) = shared.and_then(|shared| shared.step(secret, code, now)) else {
            return Ok(false);
        };
        let unused = apps::table.find(person).filter(apps::last_step.lt(step));
        let used = apps::used_at.eq(Some(now.timestamp_millis()));
        Ok(diesel::update(unused).set((apps::last_step.eq(step), used)).execute(conn)? == 1)
    }

    pub fn remove(conn: &mut Conn, person: &str) -> Result<()> {
        diesel::delete(apps::table.find(person)).execute(conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, for SHA-1: the last six of eight digits.
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let sealed = secret.seal(AT_REST, "one", b"12345678901234567890").unwrap();
        let shared = Shared { id: "one".into(), sealed };
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
            let step = time / 30;
            for drift in [-30, 0, 30] {
                assert_eq!(shared.step(&secret, code, at(time + drift)), Some(step), "{code} {drift}");
            }
            for drift in [-60, 60] {
                assert_eq!(shared.step(&secret, code, at(time + drift)), None, "{code} {drift}");
            }
        }
        assert_eq!(shared.words(&secret).unwrap(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let link = shared.link(&secret, "alice@example.org").unwrap();
        assert!(
            link.starts_with("otpauth://totp/Waymark:alice%40example.org?secret=GEZDGNBVGY3TQOJQ"),
            "{link}"
        );
    }
}
