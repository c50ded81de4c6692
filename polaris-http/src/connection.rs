//! One connection: it keeps its client to the deadlines, says in the envelope what hyper refuses before a handler sees it, and is closed
//! so that the last answer arrives.

mod bare;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::ServerConfig;

/// How long a connection is kept between two requests, and how long a client may take none of its answer.
const QUIET: Duration = Duration::from_secs(75);

/// How many requests of a connection have begun and ended; what the handlers' side tells the socket's.
#[derive(Default)]
pub(crate) struct Pace {
    begun: AtomicUsize,
    ended: AtomicUsize,
}

/// A request that a handler is at work on, until dropped.
pub(crate) struct UnderWay(Arc<Pace>);

impl Pace {
    /// Notes that the head of a request has been read whole.
    pub(crate) fn begin(pace: &Arc<Self>) -> UnderWay {
        pace.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(pace))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The rest of a head.
    Head,
    /// The next request, or its client to take an answer.
    Quiet,
}

/// A connection of a client.
pub(crate) struct Connection {
    stream: Option<TcpStream>,
    place: Option<OwnedSemaphorePermit>,
    config: Arc<ServerConfig>,
    pace: Arc<Pace>,
    phase: Phase,
    /// By when what it waits for must have come.
    deadline: Instant,
    /// Requests that had begun when the phase last changed.
    seen: usize,
    /// Rings often enough to notice every deadline. Setting it anew for each request would cost more than looking at the clock.
    alarm: Pin<Box<Sleep>>,
    /// What is still to be written instead of what hyper wrote.
    instead: Vec<u8>,
}

impl Connection {
    /// Keeps `place` until it is closed for good.
    pub(crate) fn new(stream: TcpStream, place: OwnedSemaphorePermit, config: Arc<ServerConfig>) -> Self {
        Self {
            stream: Some(stream),
            place: Some(place),
            pace: Arc::default(),
            phase: Phase::Head,
            deadline: Instant::now() + config.header_deadline,
            seen: 0,
            alarm: Box::pin(sleep(config.header_deadline)),
            instead: Vec::new(),
            config,
        }
    }

    pub(crate) fn pace(&self) -> Arc<Pace> {
        Arc::clone(&self.pace)
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.deadline = Instant::now() + if phase == Phase::Head { self.config.header_deadline } else { QUIET };
    }

    /// Whether a handler is at work, which has deadlines of its own. Otherwise the phase is brought up to date.
    fn is_served(&mut self) -> bool {
        let begun = self.pace.begun.load(Ordering::Relaxed);
        if self.pace.ended.load(Ordering::Relaxed) != begun {
            return true;
        }
        if self.seen != begun {
            self.seen = begun;
            self.enter(Phase::Quiet);
        }
        false
    }

    /// Whether the client has let its deadline pass. If not, the task is woken in time to ask again.
    fn is_overdue(&mut self, context: &mut Context<'_>) -> bool {
        let served = self.is_served();
        // It rings while a handler is at work too: hyper may not ask again by itself when that is done.
        while self.alarm.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            if now >= self.deadline && !served {
                return true;
            }
            let round = now + self.config.header_deadline;
            self.alarm.as_mut().reset(if served { round } else { self.deadline.min(round) });
        }
        false
    }

    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let bytes = std::mem::take(&mut self.instead);
            let written = self.stream()?.poll_write(context, &bytes);
            let taken = if let Poll::Ready(Ok(taken)) = &written { *taken } else { 0 };
            self.instead = bytes;
            self.instead.drain(..taken);
            match ready!(written) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                done => done?,
            };
        }
        Poll::Ready(Ok(()))
    }

    /// Writes the envelope instead of an answer that hyper gives by itself; `None` for all others.
    fn take_bare(&mut self, bytes: &[u8]) -> Option<usize> {
        let status = bare::status_of(bytes)?;
        self.instead = bare::envelope(status, &self.config);
        Some(bytes.len())
    }

    fn noted(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending if self.is_overdue(context) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Ready(Ok(_)) if self.phase == Phase::Quiet && !self.is_served() => {
                self.enter(Phase::Quiet);
                written
            }
            written => written,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match self.stream()?.poll_read(context, buffer) {
            // As if the client had gone: what it has begun is never served.
            Poll::Pending if self.is_overdue(context) => Poll::Ready(Ok(())),
            Poll::Ready(Ok(())) => {
                if buffer.filled().len() > before && !self.is_served() && self.phase == Phase::Quiet {
                    self.enter(Phase::Head);
                }
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(context))?;
        if let Some(taken) = self.take_bare(bytes) {
            return Poll::Ready(Ok(taken));
        }
        let written = self.stream()?.poll_write(context, bytes);
        self.noted(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        if self.is_overdue(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        self.stream()?.poll_shutdown(context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(context))?;
        if let Some(taken) = parts.iter().find(|part| !part.is_empty()).and_then(|part| self.take_bare(part)) {
            return Poll::Ready(Ok(taken));
        }
        let written = self.stream()?.poll_write_vectored(context, parts);
        self.noted(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

/// Bytes of a refused request that are still taken in after its answer.
const MOST_UNREAD: usize = 32 << 20;
/// How long they may take.
const LONGEST: Duration = Duration::from_secs(5);

/// A connection is closed gently.
///
/// A request can be refused before its body is read. A socket closed over unread bytes is reset, and a client that is still sending
/// then loses the answer that says why (RFC 9112, 9.6). So what still comes is read and dropped for a while.
impl Drop for Connection {
    fn drop(&mut self) {
        if let (Some(stream), Ok(runtime)) = (self.stream.take(), tokio::runtime::Handle::try_current()) {
            let place = self.place.take();
            runtime.spawn(async move {
                let _place = place;
                timeout(LONGEST, drain(stream)).await
            });
        }
    }
}

async fn drain(mut stream: TcpStream) -> io::Result<()> {
    poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
    let (mut buffer, mut unread) = ([0; 16 << 10], 0);
    while unread < MOST_UNREAD {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => unread += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
