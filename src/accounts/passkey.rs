//! Passkeys: made and checked as the Web Authentication standard says, by a library; each counts as both factors,
//! since it is on a device and unlocked there.

use super::{Person, token};
use crate::db::schema::passkeys;
use crate::db::{Conn, inserted};
use crate::error::{Error, Result};
use crate::ui::Site;
use chrono::{DateTime, Utc};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use url::{Host, Url};
use uuid::Uuid;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16,
    Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
};

/// A passkey as its person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Passkey {
    #[serde(skip)]
    pub id: String,
    /// What its person calls it.
    pub name: String,
    pub made: DateTime<Utc>,
    #[serde(rename = "last_used")]
    pub used: Option<DateTime<Utc>>,
}

/// What is needed to know it again, in Base64.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Material {
    /// The id that the device gave it.
    credential: String,
    transports: u8,
    key: String,
    state: String,
}

/// A passkey as it is kept.
pub struct Kept {
    pub id: String,
    pub person: String,
    material: Material,
}

/// A person's passkeys, the oldest first.
pub fn of(conn: &mut Conn, person: &str) -> Result<Vec<Passkey>> {
    let rows: Vec<(String, String, i64, Option<i64>)> = passkeys::table
        .filter(passkeys::person.eq(person))
        .order((passkeys::made_at, passkeys::id))
        .select((passkeys::id, passkeys::name, passkeys::made_at, passkeys::used_at))
        .load(conn)?;
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let shown = |(id, name, made, used): (String, String, i64, Option<i64>)| Passkey {
        id,
        name,
        made: moment(made),
        used: used.map(moment),
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// What is kept of a person's passkeys.
pub fn materials(conn: &mut Conn, person: &str) -> Result<Vec<Material>> {
    let rows: Vec<String> =
        passkeys::table.filter(passkeys::person.eq(person)).select(passkeys::material).load(conn)?;
    rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
}

/// False if it is known already, whosever it is.
pub fn add(
    conn: &mut Conn,
    person: &str,
    name: &str,
    material: &Material,
    now: DateTime<Utc>,
) -> Result<bool> {
    let text = serde_json::to_string(material)?;
    inserted(conn, |conn| {
        diesel::insert_into(passkeys::table)
            .values((
                passkeys::id.eq(Uuid::now_v7().to_string()),
                passkeys::credential.eq(token::hash(&material.credential)),
                passkeys::person.eq(person),
                passkeys::name.eq(name),
                passkeys::material.eq(&text),
                passkeys::made_at.eq(now.timestamp_millis()),
                passkeys::used_at.eq(None::<i64>),
            ))
            .execute(conn)
    })
}

/// The passkey that an answer comes from.
pub fn find(conn: &mut Conn, answer: &Answer) -> Result<Option<Kept>> {
    let credential = BASE64URL_NOPAD.encode(answer.0.raw_id().as_ref());
    let row: Option<(String, String, String)> = passkeys::table
        .filter(passkeys::credential.eq(token::hash(&credential)))
        .select((passkeys::id, passkeys::person, passkeys::material))
        .first(conn)
        .optional()?;
    row.map(|(id, person, text)| Ok(Kept { id, person, material: serde_json::from_str(&text)? })).transpose()
}

/// Writes down that it was used, with the state in which it is now.
pub fn note_use(conn: &mut Conn, id: &str, material: &Material, now: DateTime<Utc>) -> Result<()> {
    let text = serde_json::to_string(material)?;
    diesel::update(passkeys::table.find(id))
        .set((passkeys::material.eq(text), passkeys::used_at.eq(Some(now.timestamp_millis()))))
        .execute(conn)?;
    Ok(())
}

/// False if it is none of this person's.
pub fn remove(conn: &mut Conn, person: &str, id: &str) -> Result<bool> {
    let one = passkeys::table.filter(passkeys::id.eq(id).and(passkeys::person.eq(person)));
    Ok(diesel::delete(one).execute(conn)? == 1)
}

pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(passkeys::table.filter(passkeys::person.eq(person))).execute(conn)?;
    Ok(())
}

/// What a device answered that was asked for a passkey.
pub struct Answer(DiscoverableAuthentication16);

impl Answer {
    /// None if it is no such answer.
    pub fn read(text: &str) -> Option<Answer> {
        DiscoverableAuthentication16::from_json_relaxed(text.as_bytes()).ok().map(Answer)
    }
}

/// What devices are asked, and what has to be kept until they answered.
pub struct Asked {
    /// For the browser, as JSON.
    pub options: String,
    /// For `made` and `opens`.
    pub state: String,
}

type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// The site as passkeys know it: they are bound to its name, and answer to its own pages only.
pub struct Party {
    name: RpId,
    origin: String,
}

impl Party {
    /// None for a site without a name, such as https://192.0.2.1.
    pub fn of(site: &Site) -> Option<Party> {
        let url = Url::parse(&site.address).ok()?;
        let Some(Host::Domain(name)) = url.host() else {
            return None;
        };
        let name = RpId::Domain(AsciiDomain::try_from(name.to_owned()).ok()?);
        Some(Party { name, origin: site.address.clone() })
    }

    /// Whether a page that was asked for at `host` can use passkeys.
    pub fn is_at(&self, host: &str) -> bool {
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        host.eq_ignore_ascii_case(self.name.as_ref())
    }

    /// Asks for a new passkey on a device that has none of `there`.
    ///
    /// # Errors
    /// `Unexpected` if the library refuses what it is given.
    pub fn ask_for_new(&self, person: &Person, there: &[Material]) -> Result<Asked> {
        let unfit = |e: &dyn std::fmt::Display| Error::Unexpected(format!("no passkey can be made: {e}"));
        let handle = handle(&person.id).ok_or_else(|| unfit(&"the person's id is none"))?;
        // Devices show it beside the site's name; not every address is a name by their rules.
        let name = Username::try_from(person.address.as_str()).or_else(|_| Username::try_from("account"));
        let user = PublicKeyCredentialUserEntity {
            name: name.map_err(|e| unfit(&e))?,
            id: &handle,
            display_name: Nickname::try_from(person.called()).ok(),
        };
        let there = there.iter().filter_map(Material::descriptor).collect();
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.name, user, there);
        // Asked for by default with no way out: devices that do not know it make nothing then. Every use asks for
        // the device to be unlocked anyway.
        options.extensions.cred_protect = CredProtect::None;
        let (state, client) = options.start_ceremony().map_err(|e| unfit(&e))?;
        let state = state.encode().map_err(|e| unfit(&e))?;
        Ok(Asked { options: serde_json::to_string(&client)?, state: BASE64.encode(&state) })
    }

    /// What to keep of a passkey that was made; else why the answer is not taken, for the log.
    pub fn made(&self, state: &str, answer: &str) -> Result<Material, String> {
        let state = BASE64.decode(state.as_bytes()).map_err(|e| e.to_string())?;
        let state = RegistrationServerState::<16>::decode(&state).map_err(|e| e.to_string())?;
        let answer = Registration::from_json_relaxed(answer.as_bytes()).map_err(|e| e.to_string())?;
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &[self.origin.as_str()],
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = state.verify(&self.name, &answer, &options).map_err(|e| e.to_string())?;
        let Ok(transports) = made.transports().encode();
        let Ok(key) = made.static_state().encode();
        let Ok(state) = made.dynamic_state().encode();
        Ok(Material {
            credential: BASE64URL_NOPAD.encode(made.id().as_ref()),
            transports,
            key: BASE64.encode(&key),
            state: BASE64.encode(&state),
        })
    }

    /// Asks for whichever passkey of this site somebody has.
    ///
    /// # Errors
    /// `Unexpected` if the library refuses what it is given.
    pub fn ask(&self) -> Result<Asked> {
        let unfit =
            |e: &dyn std::fmt::Display| Error::Unexpected(format!("no passkey can be asked for: {e}"));
        let options = DiscoverableCredentialRequestOptions::passkey(&self.name);
        let (state, client) = options.start_ceremony().map_err(|e| unfit(&e))?;
        let state = state.encode().map_err(|e| unfit(&e))?;
        Ok(Asked { options: serde_json::to_string(&client)?, state: BASE64.encode(&state) })
    }

    /// The passkey's new material if the answer opens its account; else why not, for the log.
    pub fn opens(&self, state: &str, answer: &Answer, kept: &Kept) -> Result<Material, String> {
        let bytes = |text: &str| BASE64.decode(text.as_bytes()).map_err(|e| e.to_string());
        let state = DiscoverableAuthenticationServerState::decode(&bytes(state)?);
        let handle = handle(&kept.person).ok_or("the person's id is none")?;
        let credential = kept.material.id().ok_or("its id cannot be read")?;
        let key = StaticState::<Key>::decode(&bytes(&kept.material.key)?).map_err(|e| e.to_string())?;
        let now: [u8; 7] = bytes(&kept.material.state)?.try_into().map_err(|_| "its state cannot be read")?;
        let now = DynamicState::decode(now).map_err(|e| e.to_string())?;
        let credential = CredentialId::<&[u8]>::decode(&credential).map_err(|e| e.to_string())?;
        let known = AuthenticatedCredential::new(credential, &handle, key, now);
        let mut known = known.map_err(|e| e.to_string())?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[self.origin.as_str()],
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let state = state.map_err(|e| e.to_string())?;
        state.verify(&self.name, &answer.0, &mut known, &options).map_err(|e| e.to_string())?;
        let Ok(now) = known.dynamic_state().encode();
        Ok(Material { state: BASE64.encode(&now), ..kept.material.clone() })
    }
}

impl Material {
    fn id(&self) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(self.credential.as_bytes()).ok()
    }

    fn descriptor(&self) -> Option<PublicKeyCredentialDescriptor<Vec<u8>>> {
        let id = CredentialId::<Vec<u8>>::decode(self.id()?).ok()?;
        let transports = AuthTransports::decode(self.transports).ok()?;
        Some(PublicKeyCredentialDescriptor { id, transports })
    }
}

/// What devices call a person: the id, which tells nothing about them.
fn handle(person: &str) -> Option<UserHandle16> {
    let bytes = Uuid::parse_str(person).ok()?.into_bytes();
    let Ok(handle) = UserHandle16::decode(bytes);
    Some(handle)
}
