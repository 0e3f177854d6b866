//! What the stories stand on: a site that really serves, a visitor who really asks, a database of one's own.

// Each test binary uses a part of it.
#![allow(dead_code, unused_imports)]

mod browser;
mod copy;
mod engine;
pub mod fates;
mod html;
mod letters;
pub mod passkey;
pub mod people;
pub mod post;
mod program;
mod relay;
pub mod rules;
pub mod sheet;
mod site;
pub mod smtpd;
mod visitor;

pub use browser::Browser;
pub use copy::guide;
pub use engine::{Engine, Server, database, free_port, scratch, skipped_for};
pub use html::{Html, Tag};
pub use letters::{Letter, Letters};
pub use program::{Program, waymark};
pub use relay::{Play, Relay, Step};
pub use site::Site;
pub use visitor::{Answer, Visitor};

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The one role of the shipped guide.
pub const ROLE: &str = "/roles/web-application-backend-development";

/// The folder of the shipped guide.
pub fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content")
}

/// Every file below a folder by its path within it, with its bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// Writes files, given as path and text, below a new folder.
pub fn folder_of<T: AsRef<[u8]>>(files: &[(&str, T)]) -> PathBuf {
    let folder = scratch();
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A copy of the shipped guide, with the text `from` of one file replaced by `to`.
pub fn guide_with(file: &str, from: &str, to: &str) -> PathBuf {
    let folder = scratch();
    for (name, bytes) in files(&content()) {
        let path = folder.join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "{file} does not say \"{from}\"");
    std::fs::write(folder.join(file), text.replacen(from, to, 1)).unwrap();
    folder
}

/// Asks again and again until the answer is yes; fails with `what` after half a minute.
pub fn until(what: &str, mut yes: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !yes() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
