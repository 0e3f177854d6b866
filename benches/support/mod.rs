//! What the benchmarks share: servers in processes of their own, visitors on the loopback, spreads of values.

// Each benchmark uses a part of it.
#![allow(dead_code)]

pub mod guide;

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The arguments, if it was started as a benchmark and built as the release build is.
pub fn arguments(name: &str) -> Result<Option<Vec<String>>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("{name}: run it with `cargo bench --bench {name}`");
        return Ok(None);
    }
    // Cargo's bench profile is the release profile unless the manifest says otherwise.
    if cfg!(debug_assertions) || include_str!("../../Cargo.toml").contains("[profile.bench") {
        return Err("the benchmark has to be built as the release build is".into());
    }
    Ok(Some(arguments))
}

/// The request for a path as a browser keeps its connection open.
pub fn request(path: &str, encoding: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {encoding}\r\n\r\n")
}

/// One connection that is kept open.
pub struct Visitor {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Visitor {
    pub async fn arrive(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Visitor { stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends a request and reads the whole answer, which has to be 200; returns the length of its body.
    pub async fn ask(&mut self, request: &str) -> Result<usize> {
        self.stream.write_all(request.as_bytes()).await?;
        let mut filled = 0;
        let body = loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err("a server closed the connection".into());
            }
            filled += read;
            if let Some(end) = self.buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..body])?;
        let length = head.split_once("\r\ncontent-length: ").and_then(|(_, rest)| rest.split_once("\r\n"));
        let length: usize = length.map(|(length, _)| length.parse()).transpose()?.unwrap_or_default();
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(format!("a wrong answer to {request}{head}").into());
        }
        let mut missing = (body + length).checked_sub(filled).ok_or("more bytes than announced")?;
        while missing > 0 {
            let read = self.stream.read(&mut self.buffer).await?;
            missing = missing.checked_sub(read).filter(|_| read > 0).ok_or("not the bytes announced")?;
        }
        Ok(length)
    }
}

/// The answer at a path, on a connection of its own: its head and its body.
pub async fn fetch(address: SocketAddr, path: &str, encoding: &str) -> Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {encoding}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let end =
        answer.windows(4).position(|w| w == b"\r\n\r\n").ok_or("an answer without an end of its head")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    Ok((head, answer.split_off(end + 4)))
}

/// A command of the shipped program with nothing set but the folder of its data.
pub fn waymark(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    for name in ["DATABASE_URL", "WAYMARK_BASE_URL", "WAYMARK_LOG"] {
        command.env_remove(name);
    }
    command.env("WAYMARK_DATA", folder);
    command
}

/// A server in a process of its own; it ends with this value.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    /// The shipped program, its log in a file of the folder.
    pub fn waymark(mut command: Command, folder: &Path) -> Result<Self> {
        command.stderr(std::fs::File::create(folder.join("log"))?);
        Self::start(command, |command, address| {
            command.env("WAYMARK_ADDRESS", address.to_string());
        })
    }

    /// Starts it on a free port and waits for the line that it prints when it is ready.
    pub fn start(mut command: Command, on: impl FnOnce(&mut Command, SocketAddr)) -> Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        on(&mut command, address);
        let mut server = Server { process: command.stdout(Stdio::piped()).spawn()?, address };
        let out = server.process.stdout.as_mut().ok_or("no output to read")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        if line.is_empty() { Err("a server did not start".into()) } else { Ok(server) }
    }

    pub fn cpu(&self) -> Result<HashMap<String, u64>> {
        cpu(&self.process.id().to_string())
    }

    /// The memory that it holds, in MB.
    pub fn memory(&self) -> Result<f64> {
        status(&self.process.id().to_string(), "VmRSS:")
    }

    /// The most memory that it ever held, in MB.
    pub fn most_memory(&self) -> Result<f64> {
        status(&self.process.id().to_string(), "VmHWM:")
    }

    /// How many threads of it wait for requests.
    pub fn workers(&self) -> Result<usize> {
        let mut workers = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let name = std::fs::read_to_string(task?.path().join("comm"))?;
            workers += usize::from(name.starts_with("actix-rt"));
        }
        Ok(workers)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; there is nothing to do about it here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The memory that this process holds, in MB.
pub fn own_memory() -> Result<f64> {
    status("self", "VmRSS:")
}

/// The most memory that this process ever held, in MB.
pub fn own_most_memory() -> Result<f64> {
    status("self", "VmHWM:")
}

/// A line of a process's status, in MB.
fn status(process: &str, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

/// Nanoseconds on a processor, user and system, by thread of a process.
pub fn cpu(process: &str) -> Result<HashMap<String, u64>> {
    let mut threads = HashMap::new();
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let task = task?;
        // A thread may end between the two.
        if let Ok(text) = std::fs::read_to_string(task.path().join("schedstat")) {
            let time = text.split_whitespace().next().ok_or("an empty schedstat")?.parse()?;
            threads.insert(task.file_name().to_string_lossy().into_owned(), time);
        }
    }
    Ok(threads)
}

/// What the threads spent between two readings.
pub fn spent(before: &HashMap<String, u64>, after: &HashMap<String, u64>) -> Duration {
    let spent = after.iter().map(|(thread, time)| time.saturating_sub(*before.get(thread).unwrap_or(&0)));
    Duration::from_nanos(spent.sum())
}

/// Waits until nobody is at work: the kernel adds up a thread's time when it goes to sleep.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

/// The median of some values, the lowest and the highest.
pub struct Spread {
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
}

impl Spread {
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            (values[middle - 1] + values[middle]) / 2.0
        } else {
            values[middle]
        };
        Spread { median, lowest: values[0], highest: values[values.len() - 1] }
    }

    /// How far the values stray from their median, in parts of it.
    pub fn noise(&self) -> f64 {
        (self.highest - self.median).max(self.median - self.lowest) / self.median
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let places = f.precision().unwrap_or(2);
        write!(f, "{:.places$} ({:.places$} to {:.places$})", self.median, self.lowest, self.highest)
    }
}
