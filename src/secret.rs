//! The site's secret, and the one place where it is used: keyed hashes that nobody else can make, and seals that
//! nobody else can open.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What only this site knows. It is not shown, not even for finding faults.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// The least that cannot be guessed, in bytes.
const LEAST: usize = 32;
/// Its file in the data folder.
const FILE: &str = "secret";

impl Secret {
    /// The secret with these words.
    ///
    /// # Errors
    /// What to do if they are too few.
    pub fn of(words: &str) -> Result<Secret, String> {
        let words = words.trim();
        if words.len() < LEAST {
            return Err(format!("has {} bytes; write at least {LEAST} that nobody can guess", words.len()));
        }
        Ok(Secret(words.as_bytes().to_vec()))
    }

    /// The secret that is kept in the data folder, made now if there is none. Processes that start at the same time
    /// end with the same one.
    ///
    /// # Errors
    /// A sentence for whoever started the program.
    pub fn kept_in(folder: &Path) -> Result<Secret, String> {
        let path = folder.join(FILE);
        let cannot = |e: std::io::Error| format!("The secret in {} cannot be kept: {e}.", path.display());
        if !path.exists() {
            fs::create_dir_all(folder).map_err(cannot)?;
            make(folder, &path).map_err(cannot)?;
        }
        let words = fs::read_to_string(&path).map_err(cannot)?;
        // A copy made by hand may be open to others.
        if fs::metadata(&path).map_err(cannot)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(cannot)?;
        }
        Secret::of(&words).map_err(|what| format!("The secret in {} {what}.", path.display()))
    }

    /// The keyed hash (HMAC-SHA-256) of `bytes`, good for one purpose only: what was signed for one does not pass for
    /// another.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.keyed(purpose, bytes).finalize().into_bytes().into()
    }

    /// Whether `signature` was made by `sign`; it takes the same time whatever the answer.
    pub fn verify(&self, purpose: &str, bytes: &[u8], signature: &[u8]) -> bool {
        self.keyed(purpose, bytes).verify_slice(signature).is_ok()
    }

    /// `text` as it may lie in the database: only `unseal` makes sense of it. A name is good for one text: its key is
    /// its own, and so the nonce may be the same for all. None cannot happen for texts that fit in memory.
    pub fn seal(&self, purpose: &str, name: &str, text: &[u8]) -> Option<String> {
        let payload = Payload { msg: text, aad: name.as_bytes() };
        let sealed = self.cipher(purpose, name).encrypt(&Nonce::default(), payload);
        sealed.ok().map(|sealed| BASE64.encode(&sealed))
    }

    /// What was sealed; none if it was changed, moved to another name or sealed with another secret.
    pub fn unseal(&self, purpose: &str, name: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = BASE64.decode(sealed.as_bytes()).ok()?;
        let payload = Payload { msg: &sealed, aad: name.as_bytes() };
        self.cipher(purpose, name).decrypt(&Nonce::default(), payload).ok()
    }

    fn cipher(&self, purpose: &str, name: &str) -> ChaCha20Poly1305 {
        <ChaCha20Poly1305 as KeyInit>::new(&self.sign(purpose, name.as_bytes()).into())
    }

    fn keyed(&self, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
        // Keys of any length are taken.
        let mut keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("a key of any length");
        // The length first, so that no purpose can run into what is signed for another.
        keyed.update(&(purpose.len() as u64).to_be_bytes());
        keyed.update(purpose.as_bytes());
        keyed.update(bytes);
        keyed
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Written whole beside its place and put there in one step that fails if another process was first.
fn make(folder: &Path, path: &Path) -> std::io::Result<()> {
    let mut random = [0; LEAST];
    getrandom::fill(&mut random).map_err(std::io::Error::other)?;
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(std::io::Error::other)?;
    let beside = folder.join(format!("{FILE}-{}", HEXLOWER.encode(&name)));
    let mut file: File = File::options().write(true).create_new(true).mode(0o600).open(&beside)?;
    let written = writeln!(file, "{}", HEXLOWER.encode(&random)).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| fs::hard_link(&beside, path));
    fs::remove_file(&beside)?;
    match placed {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        placed => placed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_for_one_purpose_passes_for_no_other() {
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let signature = secret.sign("report", b"x");
        assert!(secret.verify("report", b"x", &signature));
        assert!(!secret.verify("report", b"y", &signature));
        assert!(!secret.verify("repor", b"tx", &signature));
        assert!(!secret.verify("report", b"x", &signature[..31]));
        assert!(!Secret::of(&"t".repeat(32)).unwrap().verify("report", b"x", &signature));
    }

    #[test]
    fn the_hash_is_hmac_sha_256() {
        // The purpose with its length, then the bytes, by another program.
        let secret = Secret::of(&"k".repeat(32)).unwrap();
        assert_eq!(
            HEXLOWER.encode(&secret.sign("p", b"b")),
            "f9e12744b23da984d006834d233087c518298dd429fec4db62c8fba71f81d919"
        );
    }

    #[test]
    fn only_the_same_secret_opens_a_seal_for_the_same_purpose_and_name() {
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let sealed = secret.seal("letter", "one", b"token=314159").unwrap();
        assert!(!sealed.contains("314159"));
        assert_eq!(secret.unseal("letter", "one", &sealed).unwrap(), b"token=314159");
        assert_eq!(secret.unseal("letter", "two", &sealed), None);
        assert_eq!(secret.unseal("code", "one", &sealed), None);
        assert_eq!(Secret::of(&"t".repeat(32)).unwrap().unseal("letter", "one", &sealed), None);
        assert_eq!(secret.unseal("letter", "one", &sealed.replacen(&sealed[..1], "_", 1)), None);
    }

    #[test]
    fn all_who_start_at_once_end_with_the_same_secret() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");

        let signed: Vec<_> = std::thread::scope(|scope| {
            let start = || Secret::kept_in(&data).unwrap().sign("x", b"x");
            let all: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert!(signed.iter().all(|one| *one == signed[0]));
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "what was written beside is left");
        let words = fs::read_to_string(data.join(FILE)).unwrap();
        assert_eq!(
            Secret::of(&words).unwrap().sign("x", b"x"),
            signed[0],
            "to be set in the environment as well"
        );
    }

    #[test]
    fn too_short_a_secret_is_told_what_to_write_and_none_is_shown() {
        assert!(Secret::of("short").unwrap_err().contains("has 5 bytes; write at least 32"));
        let secret = Secret::of("a secret that has thirty-two bytes or more").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
