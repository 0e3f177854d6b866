//! Files of content, from a folder or from the program itself, read and checked.

use super::KINDS;
use crate::content::{Format, Kind, Link, Problem, check_slug, links_within};
use crate::editing::Incoming;
use crate::sitemap::FIXED_PAGES;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "content"]
struct Shipped;

/// The largest file that is read, in bytes: ten times the longest role.
const FILE_SIZE: u64 = 512 * 1024;
/// Slugs that addresses use for something else.
pub const RESERVED: [&str; 2] = ["mine", "new"];

/// The content that the program carries. That it is without problems is a test.
pub fn from_program() -> Vec<Incoming> {
    match parse(program_files()) {
        Ok(incoming) => incoming,
        Err(problems) => {
            for problem in problems {
                tracing::error!(%problem, "shipped content");
            }
            Vec::new()
        }
    }
}

/// A short name for the whole content that the program carries.
pub fn program_digest() -> String {
    let mut digest = Sha256::new();
    for (path, text) in program_files() {
        digest.update(path.as_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn program_files() -> Vec<(String, String)> {
    let mut paths: Vec<_> = Shipped::iter().collect();
    paths.sort();
    let text = |path: &str| Shipped::get(path).map(|f| String::from_utf8_lossy(&f.data).into_owned());
    paths.iter().filter_map(|path| Some((format!("content/{path}"), text(path)?))).collect()
}

/// What programs read who look for a way to report a weakness; texts may lead people there too.
const SECURITY: &str = "/.well-known/security.txt";

/// Reads every file below a folder.
///
/// # Errors
/// Everything that has to be put right, by file and line.
pub fn from_folder(folder: &Path) -> Result<Vec<Incoming>, Vec<Problem>> {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let mut found = false;
    for place in entries(folder, &mut problems) {
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        found = true;
        if !place.is_dir() || KINDS.iter().all(|kind| kind.folder != name) {
            let folders: Vec<_> = KINDS.iter().map(|kind| kind.folder).collect();
            let message = format!("is none of the guide's folders ({}); take it out", folders.join(", "));
            problems.push(problem(place.display().to_string(), message));
            continue;
        }
        for file in entries(&place, &mut problems) {
            if file.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')) {
                continue;
            }
            match read_text(&file) {
                Ok(text) => files.push((file.display().to_string(), text)),
                Err(message) => problems.push(problem(file.display().to_string(), message)),
            }
        }
    }
    if !found && problems.is_empty() {
        problems.push(problem(
            folder.display().to_string(),
            "holds nothing to import; name a folder with roles, skills and so on".into(),
        ));
    }
    match parse(files) {
        Ok(incoming) if problems.is_empty() => Ok(incoming),
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

fn problem(file: String, message: String) -> Problem {
    Problem { file, line: 0, field: String::new(), message }
}

fn entries(folder: &Path, problems: &mut Vec<Problem>) -> Vec<std::path::PathBuf> {
    match fs::read_dir(folder) {
        Ok(list) => {
            let mut paths: Vec<_> = list.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            paths
        }
        Err(error) => {
            problems.push(problem(folder.display().to_string(), format!("cannot be read: {error}")));
            Vec::new()
        }
    }
}

fn read_text(file: &Path) -> Result<String, String> {
    let size = fs::metadata(file).map_err(|e| format!("cannot be read: {e}"))?.len();
    if size > FILE_SIZE {
        return Err(format!("is larger than {} KB; split it", FILE_SIZE / 1024));
    }
    fs::read_to_string(file).map_err(|e| match e.kind() {
        std::io::ErrorKind::InvalidData => "is not UTF-8 text; save it as UTF-8".into(),
        _ => format!("cannot be read: {e}"),
    })
}

/// Reads files, given as path and text; the last folder of the path tells the kind, the file's name the slug.
///
/// # Errors
/// Everything that has to be put right, by file and line.
pub fn parse(files: Vec<(String, String)>) -> Result<Vec<Incoming>, Vec<Problem>> {
    let mut incoming: Vec<Incoming> = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in files {
        let path = Path::new(&file);
        let folder = path.parent().and_then(|p| p.file_name()).unwrap_or_default().to_string_lossy();
        let Some(kind) = KINDS.into_iter().find(|kind| kind.folder == folder) else {
            problems.push(problem(file, "lies in none of the guide's folders; move it".into()));
            continue;
        };
        match read_one(kind, path, &file, &text) {
            Ok(item) => incoming.push(item),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let place = |kind: &Kind| KINDS.iter().position(|k| k.name == kind.name);
    incoming.sort_by(|a, b| (place(&a.kind), &a.slug).cmp(&(place(&b.kind), &b.slug)));
    Ok(incoming)
}

fn read_one(kind: Kind, path: &Path, file: &str, text: &str) -> Result<Incoming, Vec<Problem>> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    if extension != kind.format.extension() {
        let message = format!("is not a .{} file; rename it, or take it out", kind.format.extension());
        return Err(vec![problem(file.to_owned(), message)]);
    }
    let slug = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    check_slug(&slug).map_err(|message| vec![problem(file.to_owned(), format!("its name {message}"))])?;
    if RESERVED.contains(&slug.as_str()) {
        let message = format!("the name \"{slug}\" is used by an address of the site; choose another");
        return Err(vec![problem(file.to_owned(), message)]);
    }
    let mut checked = kind.read(file, text)?;
    if kind.format == Format::Markdown {
        let (links, lost) = links_of(text);
        checked.links.extend(links);
        if !lost.is_empty() {
            let problem = |(address, message): (String, String)| Problem {
                file: file.to_owned(),
                line: text.lines().position(|l| l.contains(&format!("({address}"))).map_or(0, |n| n + 1),
                field: "text".into(),
                message,
            };
            return Err(lost.into_iter().map(problem).collect());
        }
    }
    Ok(Incoming { kind, slug, checked, file: file.to_owned(), text: text.to_owned() })
}

/// What a Markdown text links to on this site, and the addresses that lead nowhere, with what to do about each.
pub fn links_of(text: &str) -> (Vec<Link>, Vec<(String, String)>) {
    let (mut links, mut lost) = (Vec::new(), Vec::new());
    for address in links_within(text) {
        match target(&address) {
            Some(link) => links.extend(link),
            None => {
                let message =
                    format!("links to {address}, and there is no such page; mend the link, or take it out");
                lost.push((address, message));
            }
        }
    }
    (links, lost)
}

/// What an address of this site leads to: an entry, a fixed page, or nothing.
fn target(address: &str) -> Option<Option<Link>> {
    if FIXED_PAGES.contains(&address) || address == SECURITY {
        return Some(None);
    }
    KINDS.iter().find_map(|kind| {
        let slug = address.strip_prefix(kind.address?)?;
        check_slug(slug).ok()?;
        Some(Some(Link { field: "text".into(), kind: kind.name, slug: slug.to_owned(), needed: true }))
    })
}
