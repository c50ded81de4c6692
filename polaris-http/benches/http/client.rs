//! A small HTTP client: keep-alive connections, one request at a time on each, and no more work than finding the end of an answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::measure::{Outcome, median, seconds, to_float};

/// How a request is sent that changes something.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    Patch,
}

/// How long answers took, from when each should have been asked for.
pub(crate) struct Waits {
    pub(crate) seconds: Vec<f64>,
}

pub(crate) struct Client {
    address: SocketAddr,
    /// The header that says who asks.
    key: String,
    /// What it has already; then the answer must be 304.
    tag: Option<String>,
}

impl Client {
    pub(crate) fn new(port: u16, key: &str) -> Self {
        Self { address: SocketAddr::from(([127, 0, 0, 1], port)), key: format!("X-API-Key: {key}"), tag: None }
    }

    /// One that has logged in.
    pub(crate) fn with_session(port: u16, token: &str) -> Self {
        Self { key: format!("Authorization: Bearer {token}"), ..Self::new(port, "") }
    }

    /// One that has the answer already.
    pub(crate) fn that_has(port: u16, key: &str, tag: &str) -> Self {
        Self { tag: Some(tag.to_owned()), ..Self::new(port, key) }
    }

    /// The head and the body of an answer.
    pub(crate) fn answer(&self, path: &str) -> Outcome<(String, String)> {
        runtime()?.block_on(async {
            let mut connection = Connection::open(self.address).await?;
            let whole = connection.ask(&self.request(path), self.status()).await?;
            let text = std::str::from_utf8(&connection.buffer[..whole])?;
            let (head, body) = text.split_once("\r\n\r\n").ok_or("no end of the head")?;
            Ok((head.to_owned(), body.to_owned()))
        })
    }

    /// Answers in a second, over so many connections.
    pub(crate) fn rate(&self, connections: u32, window: Duration, path: &dyn Fn() -> String) -> Outcome<f64> {
        let began = Instant::now();
        let count = self.count(connections, window, path)?;
        Ok(to_float(count) / seconds(began.elapsed()))
    }

    /// Answers within the window, over so many connections, all on this thread.
    pub(crate) fn count(&self, connections: u32, window: Duration, path: &dyn Fn() -> String) -> Outcome<usize> {
        runtime()?.block_on(async {
            let until = Instant::now() + window;
            let mut open = Vec::new();
            for _ in 0..connections {
                open.push(Connection::open(self.address).await?);
            }
            let counts = open.into_iter().map(|mut connection| async move {
                let mut count = 0;
                while Instant::now() < until {
                    connection.ask(&self.request(&path()), self.status()).await?;
                    count += 1;
                }
                Outcome::Ok(count)
            });
            Ok(futures_util::future::try_join_all(counts).await?.into_iter().sum())
        })
    }

    /// Sends something that changes, and waits for the answer 200.
    pub(crate) fn send(&self, method: Method, path: &str, body: &str) -> Outcome<()> {
        let method = match method {
            Method::Patch => "PATCH",
        };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\nContent-Type: application/json", self.key);
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        runtime()?.block_on(async { Connection::open(self.address).await?.ask(request.as_bytes(), "200").await.map(drop) })
    }

    /// Asks at a fixed pace, whether the last answer has come or not: each connection has its own times. `before` is noted when a request is
    /// sent, and handed to `check` with the answer to it. What is late because the answer before it was is counted from when it was due.
    pub(crate) fn paced<T: Copy>(
        &self,
        connections: u32,
        per_second: f64,
        window: Duration,
        path: &str,
        before: &dyn Fn() -> T,
        check: &dyn Fn(T, &str) -> Outcome<()>,
    ) -> Outcome<Waits> {
        let apart = Duration::from_secs_f64(f64::from(connections) / per_second);
        let request = self.request(path);
        runtime()?.block_on(async {
            let mut open = Vec::new();
            for _ in 0..connections {
                open.push(Connection::open(self.address).await?);
            }
            let began = Instant::now();
            let until = began + window;
            let asking = open.into_iter().zip(0..connections).map(|(mut connection, number)| {
                let request = &request;
                let mut due = began + apart * number / connections;
                async move {
                    let mut waits = Vec::new();
                    while due < until {
                        tokio::time::sleep_until(due.into()).await;
                        let noted = before();
                        let whole = connection.ask(request, "200").await?;
                        waits.push(seconds(due.elapsed()));
                        check(noted, std::str::from_utf8(&connection.buffer[..whole])?)?;
                        due += apart;
                    }
                    Outcome::Ok(waits)
                }
            });
            let seconds = futures_util::future::try_join_all(asking).await?.concat();
            Ok(Waits { seconds })
        })
    }

    /// Seconds from a request to its whole answer, the median of several, with something done before each.
    pub(crate) fn latency(&self, requests: usize, path: &str, before: &dyn Fn() -> Outcome<()>) -> Outcome<f64> {
        runtime()?.block_on(async {
            let mut connection = Connection::open(self.address).await?;
            let request = self.request(path);
            let mut took = Vec::new();
            for _ in 0..requests {
                before()?;
                let began = Instant::now();
                connection.ask(&request, self.status()).await?;
                took.push(seconds(began.elapsed()));
            }
            Ok(median(&took))
        })
    }

    pub(crate) fn request(&self, path: &str) -> Vec<u8> {
        let has = self.tag.as_ref().map_or_else(String::new, |tag| format!("If-None-Match: {tag}\r\n"));
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\nAccept: application/json\r\n{has}\r\n", self.key).into_bytes()
    }

    fn status(&self) -> &'static str {
        if self.tag.is_some() { "304" } else { "200" }
    }
}

fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 1 << 17] })
    }

    /// Sends a request and reads its answer, which must have this status. Gives how long it is.
    async fn ask(&mut self, request: &[u8], status: &str) -> Outcome<usize> {
        let mut sent = 0;
        while sent < request.len() {
            match self.stream.try_write(&request[sent..]) {
                Ok(bytes) => sent += bytes,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error.into()),
            }
        }
        let mut filled = 0;
        let mut whole = None;
        while whole.is_none_or(|whole| filled < whole) {
            match self.stream.try_read(&mut self.buffer[filled..]) {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => self.stream.readable().await?,
                Err(error) => return Err(error.into()),
            }
            if whole.is_none() {
                whole = length(&self.buffer[..filled], status)?;
            }
        }
        Ok(filled)
    }
}

/// Bytes of head and body, once the head is there.
fn length(answer: &[u8], status: &str) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    if !head.strip_prefix("HTTP/1.1 ").is_some_and(|rest| rest.starts_with(status)) {
        return Err(format!("not a {status}: {}", String::from_utf8_lossy(answer)).into());
    }
    let field = |name: &str| {
        head.lines().find_map(|line| line.split_once(": ").filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    };
    if let Some(body) = field("content-length") {
        return Ok(Some(end + 4 + body.parse::<usize>()?));
    }
    if field("transfer-encoding") == Some("chunked") {
        return Ok(answer.ends_with(b"\r\n0\r\n\r\n").then_some(answer.len()));
    }
    if status == "304" { Ok(Some(end + 4)) } else { Err("an answer without a length".into()) }
}
