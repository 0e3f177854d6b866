//! Static files: joined, fingerprinted, compressed at start, served from memory with a year of caching.

use crate::cache::{Ready, THOROUGH};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(rust_embed::RustEmbed)]
#[folder = "static"]
struct Files;

/// The address changes with the content, so a copy never has to be asked about again.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Some files have to stand where browsers look for them: those of `static/root` keep their names.
const A_DAY: &str = "public, max-age=86400";
const ROOT: &str = "root/";
/// The style sheet that all files of `static/css` are joined into, in the order of their names.
const STYLE_SHEET: &str = "site.css";

/// Every static file by the address under which it is served.
pub struct Assets {
    files: HashMap<String, Arc<Ready>>,
    addresses: BTreeMap<String, String>,
}

impl Assets {
    pub fn load() -> Self {
        let mut assets = Assets { files: HashMap::new(), addresses: BTreeMap::new() };
        let mut paths: Vec<_> = Files::iter().collect();
        paths.sort();
        let mut style = Vec::new();
        for path in paths {
            let Some(file) = Files::get(&path) else {
                continue;
            };
            if path.starts_with("css/") {
                style.extend_from_slice(&file.data);
                style.push(b'\n');
            } else {
                assets.add(&path, file.data.into_owned());
            }
        }
        assets.add(STYLE_SHEET, style);
        assets
    }

    fn add(&mut self, name: &str, body: Vec<u8>) {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let kind = match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "webmanifest" => "application/manifest+json",
            _ => "application/octet-stream",
        };
        if let Some(name) = name.strip_prefix(ROOT) {
            let file = Ready::new(body, kind, A_DAY, THOROUGH, i64::MAX).compressed();
            self.files.insert(format!("/{name}"), Arc::new(file));
            return;
        }
        let print: String = Sha256::digest(&body)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let address = format!("/static/{stem}-{print}.{extension}");
        self.addresses.insert(name.to_owned(), address.clone());
        self.files
            .insert(address, Arc::new(Ready::new(body, kind, FOR_EVER, THOROUGH, i64::MAX).compressed()));
    }

    /// The address of a file by its name in `static/`; empty for one that is not there, which a test would see.
    pub fn address(&self, name: &str) -> &str {
        self.addresses.get(name).map_or("", String::as_str)
    }

    /// The file at an address.
    pub fn get(&self, address: &str) -> Option<&Arc<Ready>> {
        self.files.get(address)
    }

    /// Every address.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
