//! Accepting connections, with small answers sent at once.

use std::io;

use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::net::{TcpListener, TcpStream};

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
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.local.clone()]
    }

    async fn accept(&mut self) -> io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok((stream, self.local.clone(), RemoteAddr(peer.into()), Scheme::HTTP))
    }
}
