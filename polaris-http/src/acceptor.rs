//! Accepting connections: small answers sent at once, and connections closed so that the last answer arrives.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// poem's own acceptor leaves TCP_NODELAY off, which can hold a small answer back for 40 ms.
pub(crate) struct Acceptor {
    listener: TcpListener,
    local: LocalAddr,
}

impl Acceptor {
    pub(crate) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let local = LocalAddr(listener.local_addr()?.into());
        Ok(Self { listener: TcpListener::from_std(listener)?, local })
    }
}

impl poem::listener::Acceptor for Acceptor {
    type Io = Lingering;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.local.clone()]
    }

    async fn accept(&mut self) -> io::Result<(Lingering, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = match self.listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most often there are no descriptors left. Trying again at once would only keep a core busy.
                tokio::time::sleep(Duration::from_millis(50)).await;
                return Err(error);
            }
        };
        stream.set_nodelay(true)?;
        Ok((Lingering(Some(stream)), self.local.clone(), RemoteAddr(peer.into()), Scheme::HTTP))
    }
}

/// Bytes of a refused request that are still taken in after its answer.
const MOST_UNREAD: usize = 32 << 20;
/// How long they may take.
const LONGEST: Duration = Duration::from_secs(5);

/// A connection that is closed gently.
///
/// A request can be refused before its body is read. A socket closed over unread bytes is reset, and a client that is still sending
/// then loses the answer that says why (RFC 9112, 9.6). So what still comes is read and dropped for a while.
pub(crate) struct Lingering(Option<TcpStream>);

impl Drop for Lingering {
    fn drop(&mut self) {
        if let (Some(stream), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(timeout(LONGEST, drain(stream)));
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

impl Lingering {
    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.0.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl AsyncRead for Lingering {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
