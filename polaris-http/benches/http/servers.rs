//! The servers: polaris without and with its request log, and a bare poem handler, in one process and on one runtime.

use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpListener as StdListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::{StatusCode, Uri, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, IntoResponse, Request, Response, Route, Server, get};
use polaris_core::{Config, Polaris, RateLimits, SignupLimits};
use polaris_http::ServerConfig;
use tokio::net::{TcpListener, TcpStream};

use crate::ONE;
use crate::measure::Outcome;

const ERRAND: &str = "--serve";
const ALONE: &str = "--serve-alone";

/// Where they listen.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) quiet: u16,
    pub(crate) logged: u16,
    pub(crate) bare: u16,
}

/// More requests than any key makes here.
pub(crate) const UNLIMITED: RateLimits = RateLimits { per_minute: 1_000_000_000, per_hour: 1_000_000_000, per_day: 1_000_000_000 };

/// More sign-ups than come from here.
const CROWDS: SignupLimits = SignupLimits { submissions: 1_000_000_000, minutes: 10 };

/// Where the bare handler answers 304.
pub(crate) const BARE_304: &str = "/not-modified";

/// The serving process; it ends when this is dropped.
pub(crate) struct Servers {
    process: Child,
    pub(crate) ports: Ports,
}

impl Servers {
    /// Starts all servers on a data directory.
    pub(crate) fn start(data: &Path, page: &str, key: &str) -> Outcome<Self> {
        Self::of(&[ERRAND, page, key], data)
    }

    /// Starts polaris alone, without a request log.
    pub(crate) fn alone(data: &Path) -> Outcome<Self> {
        Self::of(&[ALONE], data)
    }

    fn of(args: &[&str], data: &Path) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        // The request log goes to standard output.
        command.args(args).arg(data).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let mut line = String::new();
        if let Some(errors) = process.stderr.take() {
            BufReader::new(errors).read_line(&mut line)?;
        }
        let ports: Vec<u16> = line.split_whitespace().map_while(|port| port.parse().ok()).collect();
        let Some(quiet) = ports.first().copied() else { return Err(format!("the servers did not start: {line}").into()) };
        let other = |at: usize| ports.get(at).copied().unwrap_or(quiet);
        Ok(Self { process, ports: Ports { quiet, logged: other(1), bare: other(2) } })
    }

    /// A figure of the serving process's `/proc/…/status`, which counts in kibibytes.
    pub(crate) fn mebibytes(&self, name: &str) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).ok_or("no such figure")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1_024.0)
    }

    /// Processor time the serving process has used.
    pub(crate) fn processor_seconds(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let (Some(user), Some(system)) = (fields.get(11), fields.get(12)) else { return Err("no such figures".into()) };
        // Linux counts in hundredths of a second.
        Ok((user.parse::<f64>()? + system.parse::<f64>()?) / 100.0)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves, if that is what this process was started for, until standard input ends.
pub(crate) fn errand() -> Option<Outcome<()>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [flag, page, key, data] if flag == ERRAND => Some(serve(page, key, Path::new(data))),
        [flag, data] if flag == ALONE => Some(serve_alone(Path::new(data))),
        _ => None,
    }
}

#[allow(clippy::print_stderr, reason = "as in `serve`")]
fn serve_alone(data: &Path) -> Outcome<()> {
    let polaris = Polaris::open(Config { rate_limits: UNLIMITED, signup_limits: CROWDS, ..Config::at(data) })?;
    let listener = StdListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::spawn(polaris_http::serve(polaris, listener, ServerConfig::default(), std::future::pending()));
        eprintln!("{port}");
        tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new())).await??;
        Outcome::Ok(())
    })?;
    runtime.shutdown_background();
    Ok(())
}

#[allow(clippy::print_stderr, reason = "the ports go where the request log does not")]
fn serve(page: &str, key: &str, data: &Path) -> Outcome<()> {
    let polaris = Polaris::open(Config { rate_limits: UNLIMITED, ..Config::at(data) })?;
    let quiet = StdListener::bind(("127.0.0.1", 0))?;
    let logged = StdListener::bind(("127.0.0.1", 0))?;
    let bare = StdListener::bind(("127.0.0.1", 0))?;
    let ports = [&quiet, &logged, &bare].map(|listener| listener.local_addr().map(|address| address.port().to_string()));
    let ports: Vec<String> = ports.into_iter().collect::<Result<_, _>>()?;
    // As `polaris serve` sets it up.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let config = |log_requests| ServerConfig { log_requests, ..ServerConfig::default() };
        let list = answer(&polaris, page, key, 20).await?;
        let one = answer(&polaris, ONE, key, 1).await?;
        tokio::spawn(polaris_http::serve(polaris.clone(), quiet, config(false), std::future::pending()));
        tokio::spawn(polaris_http::serve(polaris, logged, config(true), std::future::pending()));
        let bare_of = |(kind, body): (String, Bytes)| make_sync(move |_| Response::builder().content_type(&kind).body(body.clone()));
        let route = Route::new()
            .at("/api/v1/district/kckps/events", get(bare_of(list)))
            .at("/api/v1/district/kckps/events/:event", get(bare_of(one)))
            .at(BARE_304, get(make_sync(|_| StatusCode::NOT_MODIFIED.into_response())));
        tokio::spawn(Server::new_with_acceptor(Prompt::new(bare)?).run(route));
        eprintln!("{}", ports.join(" "));
        tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new())).await??;
        Outcome::Ok(())
    })?;
    runtime.shutdown_background();
    Ok(())
}

/// What polaris answers: its content type and its bytes.
async fn answer(polaris: &Polaris, page: &str, key: &str, events: usize) -> Outcome<(String, Bytes)> {
    let app = polaris_http::app(polaris.clone(), ServerConfig::default());
    let request = Request::builder().uri(page.parse::<Uri>()?).header("x-api-key", key).finish();
    let response = app.call(request).await.map_err(|error| error.to_string())?;
    let kind = response.headers().get(header::CONTENT_TYPE).ok_or("no content type")?.to_str()?.to_owned();
    let body = response.into_body().into_bytes().await?;
    if body.windows(6).filter(|part| part == b"\"slug\"").count() == events {
        Ok((kind, body))
    } else {
        Err(format!("not {events} events: {}", String::from_utf8_lossy(&body)).into())
    }
}

/// Accepts with TCP_NODELAY, as polaris does. poem's own acceptor leaves it off, and an answer of this size then waits up to 40 ms for
/// the client's acknowledgement: no reference at all.
struct Prompt {
    listener: TcpListener,
    local: LocalAddr,
}

impl Prompt {
    fn new(listener: StdListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let local = LocalAddr(listener.local_addr()?.into());
        Ok(Self { listener: TcpListener::from_std(listener)?, local })
    }
}

impl poem::listener::Acceptor for Prompt {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.local.clone()]
    }

    async fn accept(&mut self) -> io::Result<(TcpStream, LocalAddr, RemoteAddr, poem::http::uri::Scheme)> {
        let (stream, peer) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok((stream, self.local.clone(), RemoteAddr(peer.into()), poem::http::uri::Scheme::HTTP))
    }
}
