//! A small HTTP client: keep-alive connections, one request at a time on each, and no more work than finding the end of an answer.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::measure::{Outcome, median, seconds, to_float};

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

    /// Things made in a second (the answer is 201), over so many connections, all on this thread.
    pub(crate) fn posts(&self, connections: u32, window: Duration, path: &str, body: &dyn Fn() -> String) -> Outcome<f64> {
        let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ");
        let began = Instant::now();
        let count: usize = runtime()?.block_on(async {
            let until = Instant::now() + window;
            let mut open = Vec::new();
            for _ in 0..connections {
                open.push(Connection::open(self.address).await?);
            }
            let counts = open.into_iter().map(async |mut connection: Connection| {
                let mut count = 0;
                while Instant::now() < until {
                    let body = body();
                    connection.ask(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes(), "201").await?;
                    count += 1;
                }
                Outcome::Ok(count)
            });
            Outcome::Ok(futures_util::future::try_join_all(counts).await?.into_iter().sum())
        })?;
        Ok(to_float(count) / seconds(began.elapsed()))
    }

    /// Sends an edit, and waits for the answer 200.
    pub(crate) fn patch(&self, path: &str, body: &str) -> Outcome<()> {
        let head = format!("PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\nContent-Type: application/json", self.key);
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        runtime()?.block_on(async { Connection::open(self.address).await?.ask(request.as_bytes(), "200").await.map(drop) })
    }

    /// Asks at a fixed pace, whether the last answer has come or not: each connection has its own times, and a thread of its own, since the
    /// runtime's timers are a millisecond apart. `before` is noted when a request is sent, and handed to `check` with the answer to it. Gives
    /// the seconds that each answer took: what was sent late because the answer before it was late, from when it was due.
    pub(crate) fn paced<T: Copy>(
        &self,
        connections: u32,
        per_second: f64,
        window: Duration,
        path: &str,
        before: &(dyn Fn() -> T + Sync),
        check: &(dyn Fn(T, &str) -> Outcome<()> + Sync),
    ) -> Outcome<Vec<f64>> {
        let apart = Duration::from_secs_f64(f64::from(connections) / per_second);
        let request = self.request(path);
        let began = Instant::now();
        let ask = &|number: u32| {
            let mut stream = std::net::TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            let (mut buffer, mut waits) = (vec![0; 1 << 17], Vec::new());
            let mut due = began + apart * number / connections;
            while due < began + window {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let noted = before();
                stream.write_all(&request)?;
                let mut filled = 0;
                let mut whole = None;
                while whole.is_none_or(|whole| filled < whole) {
                    let read = stream.read(&mut buffer[filled..])?;
                    if read == 0 {
                        return Err("the server closed the connection".into());
                    }
                    filled += read;
                    whole = whole.map_or_else(|| length(&buffer[..filled], "200"), |whole| Ok(Some(whole)))?;
                }
                waits.push(seconds(due.elapsed()));
                check(noted, std::str::from_utf8(&buffer[..filled])?)?;
                due += apart;
            }
            Outcome::Ok(waits)
        };
        std::thread::scope(|scope| {
            let asking: Vec<_> = (0..connections).map(|number| scope.spawn(move || ask(number))).collect();
            let waits: Vec<_> = asking.into_iter().map(|thread| thread.join().map_err(|_| "a client panicked")?).collect::<Outcome<_>>()?;
            Ok(waits.concat())
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
    if status == "304" {
        return Ok(Some(end + 4));
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
    Err("an answer without a length".into())
}
