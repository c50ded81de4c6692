//! A small HTTP client: keep-alive connections, one request at a time on each, and no more work than finding the end of an answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::measure::{Outcome, median, seconds, to_float};

pub(crate) struct Client {
    address: SocketAddr,
    key: String,
}

impl Client {
    pub(crate) fn new(port: u16, key: &str) -> Self {
        Self { address: SocketAddr::from(([127, 0, 0, 1], port)), key: key.to_owned() }
    }

    /// Answers in a second, over so many connections.
    pub(crate) fn rate(&self, connections: usize, window: Duration, path: &dyn Fn() -> String) -> Outcome<f64> {
        let began = Instant::now();
        let count = self.count(connections, window, path)?;
        Ok(to_float(count) / seconds(began.elapsed()))
    }

    /// Answers within the window, over so many connections, all on this thread.
    pub(crate) fn count(&self, connections: usize, window: Duration, path: &dyn Fn() -> String) -> Outcome<usize> {
        runtime()?.block_on(async {
            let until = Instant::now() + window;
            let mut open = Vec::new();
            for _ in 0..connections {
                open.push(Connection::open(self.address).await?);
            }
            let counts = open.into_iter().map(|mut connection| async move {
                let mut count = 0;
                while Instant::now() < until {
                    connection.ask(&self.request(&path())).await?;
                    count += 1;
                }
                Outcome::Ok(count)
            });
            Ok(futures_util::future::try_join_all(counts).await?.into_iter().sum())
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
                connection.ask(&request).await?;
                took.push(seconds(began.elapsed()));
            }
            Ok(median(&took))
        })
    }

    fn request(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {}\r\nAccept: application/json\r\n\r\n", self.key).into_bytes()
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

    /// Sends a request and reads its answer, which must be a 200.
    async fn ask(&mut self, request: &[u8]) -> Outcome<()> {
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
                whole = length(&self.buffer[..filled])?;
            }
        }
        Ok(())
    }
}

/// Bytes of head and body, once the head is there.
fn length(answer: &[u8]) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("not a 200: {}", String::from_utf8_lossy(answer)).into());
    }
    let body = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("an answer without a length")?;
    Ok(Some(end + 4 + body.parse::<usize>()?))
}
