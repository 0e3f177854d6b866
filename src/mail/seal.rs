//! Messages that nobody but the worker may read, as they lie in the database.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};

/// Each delivery has a key of its own and one message, so the nonce may be the same for all.
fn cipher(secret: &Secret, delivery: &str) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&secret.sign("message at rest", delivery.as_bytes()).into())
}

/// The message of a delivery as text that only `open` makes sense of. None cannot happen for messages that fit in memory.
pub fn seal(secret: &Secret, delivery: &str, message: &[u8]) -> Option<String> {
    let payload = Payload { msg: message, aad: delivery.as_bytes() };
    cipher(secret, delivery).encrypt(&Nonce::default(), payload).ok().map(|sealed| STANDARD.encode(sealed))
}

/// The message that was sealed; none if it was changed, moved to another delivery or sealed with another secret.
pub fn open(secret: &Secret, delivery: &str, sealed: &str) -> Option<Vec<u8>> {
    let sealed = STANDARD.decode(sealed).ok()?;
    let payload = Payload { msg: &sealed, aad: delivery.as_bytes() };
    cipher(secret, delivery).decrypt(&Nonce::default(), payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_opens_it_for_the_same_delivery() {
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let sealed = seal(&secret, "one", b"token=314159").unwrap();
        assert!(!sealed.contains("314159"));
        assert_eq!(open(&secret, "one", &sealed).unwrap(), b"token=314159");
        assert_eq!(open(&secret, "two", &sealed), None);
        assert_eq!(open(&Secret::of(&"t".repeat(32)).unwrap(), "one", &sealed), None);
        assert_eq!(open(&secret, "one", &sealed.replacen(&sealed[..1], "_", 1)), None);
    }
}
