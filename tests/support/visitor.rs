//! A visitor: asks, and sees status, headers and text. Every request goes over the wire as it is written here.

use super::Html;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Clone)]
pub struct Visitor {
    address: SocketAddr,
    host: String,
    patient: bool,
}

impl Visitor {
    pub fn of(address: SocketAddr) -> Visitor {
        Visitor { address, host: format!("localhost:{}", address.port()), patient: false }
    }

    /// The same visitor, who asks again while the site says that it is too busy: on a machine that runs many tests at
    /// once, a whole program may be.
    pub fn patient(self) -> Visitor {
        Visitor { patient: true, ..self }
    }

    /// The same visitor under another name of the site.
    pub fn at_host(&self, host: &str) -> Visitor {
        Visitor { host: host.to_owned(), ..*self }
    }

    /// What an address starts with in links of the site.
    pub fn site(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// The page at an address that has one.
    pub fn page(&self, path: &str) -> Html {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}");
        answer.html()
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        self.send(request.as_bytes(), method == "HEAD")
    }

    /// The same with a body.
    pub fn send_body(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        self.send(&[request.as_bytes(), body].concat(), false)
    }

    /// Sends a form of this site as a browser does, with further headers.
    pub fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let own = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
        self.send_body("POST", path, &[&own, headers].concat(), body.as_bytes())
    }

    /// Sends these bytes and reads the one answer to them.
    pub fn send(&self, request: &[u8], only_head: bool) -> Answer {
        let mut answer = self.send_once(request, only_head);
        if self.patient {
            super::until("the site to be less busy", || {
                let busy = answer.status == 503 && answer.header("retry-after").is_some();
                if busy {
                    answer = self.send_once(request, only_head);
                }
                !busy
            });
        }
        answer
    }

    fn send_once(&self, request: &[u8], only_head: bool) -> Answer {
        let mut stream = self.connect();
        // A server that has seen enough may close before all is written.
        let _ = stream.write_all(request);
        Answer::read(stream, only_head)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads until the server closes.
    pub fn read(mut stream: TcpStream, only_head: bool) -> Answer {
        let mut bytes = Vec::new();
        let mut piece = [0; 65536];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            bytes.extend_from_slice(&piece[..count]);
        }
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let answer = Answer { status, headers, body: bytes[end + 4..].to_vec() };
        if let Some(length) = answer.header("content-length").filter(|_| !only_head) {
            assert_eq!(length, answer.body.len().to_string(), "the body was cut off");
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "{name} stands twice");
        value
    }

    /// Every value of a header that may stand more than once.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as text, after undoing its encoding.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match self.header("content-encoding") {
            None => text = String::from_utf8(self.body.clone()).unwrap(),
            Some("br") => {
                brotli::Decompressor::new(&self.body[..], 4096).read_to_string(&mut text).map(drop).unwrap();
            }
            Some("gzip") => {
                flate2::read::GzDecoder::new(&self.body[..]).read_to_string(&mut text).map(drop).unwrap();
            }
            Some(other) => panic!("the encoding {other} was not asked for"),
        }
        text
    }

    pub fn html(&self) -> Html {
        Html::from(self.text())
    }
}
