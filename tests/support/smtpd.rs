//! SMTP and DKIM by programs that many use, none of them ours: aiosmtpd and dkimpy, of Debian's Python.

use super::{scratch, skipped_for, until};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub raw: Vec<u8>,
}

/// aiosmtpd, taking everything.
pub struct Smtpd {
    child: Child,
    folder: PathBuf,
    port: u16,
}

/// Where the scripts are.
fn support() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support")
}

/// A Python that has this module; none, said aloud, where it is not installed.
fn python(module: &'static str, package: &str) -> Option<&'static str> {
    // Asking takes as long as a letter does.
    static KNOWN: Mutex<BTreeMap<&str, Option<&str>>> = Mutex::new(BTreeMap::new());
    let has = |python: &&str| {
        let mut asked = Command::new(python);
        asked.args(["-c", &format!("import {module}")]).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    };
    let look = || ["/usr/bin/python3", "python3"].into_iter().find(has);
    let known = *KNOWN.lock().unwrap().entry(module).or_insert_with(look);
    known.or_else(|| skipped_for(package))
}

impl Smtpd {
    pub fn start() -> Option<Smtpd> {
        let python = python("aiosmtpd", "python3-aiosmtpd")?;
        let folder = scratch();
        let mut child = Command::new(python)
            .arg(support().join("smtpd.py"))
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Some(Smtpd { child, folder, port: line.trim().parse().unwrap() })
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it has received, the oldest first.
    pub fn received(&self) -> Vec<Received> {
        let mut files = super::files(&self.folder);
        files.retain(|(name, _)| name.ends_with(".eml"));
        let about = |name: &str| -> serde_json::Value {
            let path = self.folder.join(name).with_extension("json");
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
        };
        let read = |(name, raw): (String, Vec<u8>)| {
            let about = about(&name);
            let to = about["to"].as_array().unwrap().iter().map(|to| to.as_str().unwrap().to_owned());
            Received { from: about["from"].as_str().unwrap().to_owned(), to: to.collect(), raw }
        };
        files.into_iter().map(read).collect()
    }

    /// The same, once there are so many.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        until("messages to arrive", || self.received().len() >= count);
        self.received()
    }
}

impl Drop for Smtpd {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A key of the tests, by its name.
pub fn key(name: &str) -> PathBuf {
    support().join("dkim").join(format!("{name}.pem"))
}

/// dkimpy, which takes far longer to start than to look at a letter: one for all letters of a run. It ends with it.
struct Verifier {
    child: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Verifier {
    fn start(python: &str) -> Verifier {
        let mut child = Command::new(python)
            .arg(support().join("dkim/verify.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asks = child.stdin.take().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Verifier { child, asks, says }
    }

    fn verify(&mut self, raw: &[u8], record: &Path) -> String {
        writeln!(self.asks, "{} {}", record.display(), raw.len()).unwrap();
        self.asks.write_all(raw).unwrap();
        self.asks.flush().unwrap();
        let mut said = String::new();
        self.says.read_line(&mut said).unwrap();
        assert!(!said.is_empty(), "dkimpy ended");
        said.trim().to_owned()
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What dkimpy says of a message if this record, by its name, stands in the DNS; and where it looked.
pub fn verify(raw: &[u8], record: &str) -> Option<String> {
    static VERIFIER: Mutex<Option<Verifier>> = Mutex::new(None);
    let python = python("dkim", "python3-dkim")?;
    // A story that failed meanwhile may have left half of a question: the next one asks another.
    let mut verifier = VERIFIER.lock().unwrap_or_else(|poisoned| {
        let mut verifier = poisoned.into_inner();
        *verifier = None;
        verifier
    });
    let record = support().join("dkim").join(format!("{record}.txt"));
    Some(verifier.get_or_insert_with(|| Verifier::start(python)).verify(raw, &record))
}
