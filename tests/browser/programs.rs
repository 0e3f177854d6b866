//! The programs that these checks need, and the checkers that npm installs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Under which names a program is found; the first is what to install.
pub type Program = &'static [&'static str];

pub const CHROMIUM: Program = &["chromium", "chromium-browser", "google-chrome"];
pub const CHROMEDRIVER: Program = &["chromedriver"];
pub const JAVA: Program = &["java"];
pub const NPM: Program = &["npm"];

/// Where a program is.
pub fn path(program: Program) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&folders).collect();
    program.iter().flat_map(|name| folders.iter().map(move |f| f.join(name))).find(|path| path.is_file())
}

/// Whether all of them are here. If not, says what to install; with WAYMARK_TEST_STRICT=1 the test fails.
pub fn at_hand(programs: &[Program]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|p| path(p).is_none()).map(|p| p[0]).collect();
    if missing.is_empty() {
        return true;
    }
    let strict = std::env::var("WAYMARK_TEST_STRICT").is_ok_and(|value| value == "1");
    assert!(!strict, "WAYMARK_TEST_STRICT=1 and not all is here: install {}", missing.join(", "));
    // Not println: the test passes, so its output would not be shown.
    let _ = writeln!(std::io::stderr(), "SKIPPED: install {}", missing.join(", "));
    false
}

/// axe-core's script.
pub fn axe() -> String {
    fs::read_to_string(checkers().join("axe-core/axe.min.js")).expect("axe-core is installed")
}

/// The Nu HTML checker.
pub fn vnu() -> PathBuf {
    checkers().join("vnu-jar/build/dist/vnu.jar")
}

/// The folder in which npm has installed the checkers, by the lock file; not in the source tree.
fn checkers() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        fs::create_dir_all(&to).unwrap();
        // One at a time, whoever else runs these tests.
        let turn = fs::File::create(to.join("turn")).unwrap();
        turn.lock().unwrap();
        let lock = fs::read(from.join("package-lock.json")).unwrap();
        let installed = to.join("installed.json");
        if fs::read(&installed).is_ok_and(|known| known == lock) {
            return to.join("node_modules");
        }
        for name in ["package.json", "package-lock.json"] {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
        // Without install scripts: vnu-jar's would download a Java.
        let done = Command::new(path(NPM).expect("npm is here"))
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
            .arg(&to)
            .current_dir(&to)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "npm ci failed; it needs the npm registry.\n{told}");
        fs::write(installed, lock).unwrap();
        to.join("node_modules")
    })
}
