//! A device with a passkey, in software: it answers as the Web Authentication standard says, or as it is told to.

use super::Html;
use data_encoding::BASE64URL_NOPAD as BASE64URL;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone)]
pub struct Passkey {
    key: SigningKey,
    id: Vec<u8>,
    user: String,
    /// The page that it answers to.
    pub origin: String,
    /// The name that it is bound to.
    pub site: String,
    /// Whether its person unlocked it.
    pub unlocked: bool,
    pub count: u32,
}

const PRESENT: u8 = 0x01;
const UNLOCKED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// What a page wants its script to hand to the device.
pub fn options(page: &Html) -> Value {
    let tags = page.tags();
    let form = tags.iter().find(|tag| tag.attribute("data-passkey").is_some());
    let form = form.unwrap_or_else(|| panic!("no form for a passkey: {}", page.text()));
    let text = form.attribute("data-options").unwrap();
    let text =
        text.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#39;", "'").replace("&#38;", "&");
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no options: {text}"))
}

impl Passkey {
    /// A new one for what a page of `origin` asks, not yet told to the site.
    pub fn new(options: &Value, origin: &str) -> Passkey {
        let mut random = [0; 64];
        getrandom::fill(&mut random).unwrap();
        // Half of the range, so that it is always a key.
        random[0] &= 0x7f;
        Passkey {
            key: SigningKey::from_slice(&random[..32]).unwrap(),
            id: random[32..].to_vec(),
            user: options["user"]["id"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            site: options["rp"]["id"].as_str().unwrap().to_owned(),
            unlocked: true,
            count: 0,
        }
    }

    /// Tells the site about itself.
    pub fn introduce(&self, options: &Value) -> String {
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        let client = self.client("webauthn.create", options);
        let mut data = self.data(NEW_KEY);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(&self.id);
        // The key as COSE: a map of five, ECDSA with SHA-256 on P-256.
        let point = self.key.verifying_key().to_encoded_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 32]);
        data.extend(point.y().unwrap());
        // In CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(data);
        self.answer(json!({
            "clientDataJSON": BASE64URL.encode(&client),
            "attestationObject": BASE64URL.encode(&attestation),
            "transports": ["internal"],
        }))
    }

    /// Signs what a page asks.
    pub fn sign(&mut self, options: &Value) -> String {
        assert_eq!(options["userVerification"], "required");
        self.count += 1;
        let client = self.client("webauthn.get", options);
        let data = self.data(0);
        let signed: Signature = self.key.sign(&[&data[..], &Sha256::digest(&client)[..]].concat());
        self.answer(json!({
            "clientDataJSON": BASE64URL.encode(&client),
            "authenticatorData": BASE64URL.encode(&data),
            "signature": BASE64URL.encode(signed.to_der().as_bytes()),
            "userHandle": self.user,
        }))
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = options["challenge"].as_str().unwrap();
        let data = json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false});
        data.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let unlocked = if self.unlocked { UNLOCKED } else { 0 };
        let mut data = Sha256::digest(&self.site).to_vec();
        data.push(PRESENT | unlocked | flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn answer(&self, response: Value) -> String {
        let id = BASE64URL.encode(&self.id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }
}
