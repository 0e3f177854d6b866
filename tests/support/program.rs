//! The real program, run as a person runs it.

use super::{Visitor, free_port, scratch};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// A command with nothing set but `settings`, in a folder of its own.
pub fn waymark(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    command.args(arguments).env_clear().envs(settings.iter().copied()).current_dir(scratch());
    command.stdin(Stdio::null());
    command
}

/// `waymark`, serving.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    pub folder: PathBuf,
    lines: BufReader<std::process::ChildStdout>,
}

impl Program {
    /// Starts it on a port of its own and waits until it says where it is.
    pub fn serve(database: &str) -> Program {
        let mut program = Program::begin(database, free_port());
        assert_eq!(program.line(), format!("http://localhost:{}", program.address.port()));
        program
    }

    /// Starts it.
    pub fn begin(database: &str, port: u16) -> Program {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let settings = [("DATABASE_URL", database), ("WAYMARK_ADDRESS", &address.to_string())];
        let mut command = waymark(&[], &settings);
        let folder = command.get_current_dir().unwrap().to_owned();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Program { child, address, folder, lines }
    }

    /// The next line that it prints, or what it complains about.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut said = String::new();
            self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            return format!("nothing, but: {said}");
        }
        line.trim_end().to_owned()
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::of(self.address).patient()
    }

    /// Tells it to end.
    pub fn terminate(&self) {
        let done =
            Command::new("sh").args(["-c", "kill -TERM \"$0\""]).arg(self.child.id().to_string()).status();
        assert!(done.unwrap().success());
    }

    /// Its end: exit status, and what it printed since the last line that was read.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
