//! The server: takes connections, as many as it may have, serves HTTP on each, and ends gracefully.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::ServerConfig;
use crate::connection::{Connection, Pace};

/// How long requests under way are given when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serves until `stop` resolves.
pub(crate) async fn run(
    endpoint: impl Endpoint<Output = Response> + 'static,
    listener: std::net::TcpListener,
    config: Arc<ServerConfig>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let local = listener.local_addr()?;
    let (endpoint, places) = (Arc::new(endpoint), Arc::new(Semaphore::new(affordable(config.max_connections))));
    let (stopping, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            // Takes those that have ended off the list.
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        let Ok((stream, remote, place)) = accepted else { continue };
        let connection = Connection::new(stream, place, Arc::clone(&config));
        connections.spawn(serve(connection, Arc::clone(&endpoint), local, remote, stopping.subscribe()));
    }
    drop(listener);
    stopping.send_replace(true);
    let _ = timeout(LAST_REQUESTS, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
    Ok(())
}

/// As many connections as are wished for, and no more than leave descriptors for the files of tenants, which take up to half of them.
fn affordable(wished: u32) -> usize {
    use rustix::process::{Resource, getrlimit};
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(1 << 20);
    usize::try_from(u64::from(wished).min(descriptors / 8 * 3)).map_or(1, |places| places.clamp(1, Semaphore::MAX_PERMITS))
}

/// The next connection, once there is a place for it. Until then it waits with the operating system.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    match listener.accept().await {
        Ok((stream, remote)) => {
            // Left off, it can hold a small answer back for 40 ms.
            stream.set_nodelay(true)?;
            Ok((stream, remote, place))
        }
        Err(error) => {
            // Most often there are no descriptors left. Trying again at once would only keep a core busy.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Err(error)
        }
    }
}

async fn serve(
    stream: Connection,
    endpoint: Arc<impl Endpoint<Output = Response> + 'static>,
    local: SocketAddr,
    remote: SocketAddr,
    mut stopping: watch::Receiver<bool>,
) {
    let pace = stream.pace();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let under_way = Pace::begin(&pace);
        let endpoint = Arc::clone(&endpoint);
        async move {
            let request = poem::Request::from((request, LocalAddr(local.into()), RemoteAddr(remote.into()), Scheme::HTTP));
            let response = endpoint.get_response(request).await;
            drop(under_way);
            Ok::<hyper::Response<_>, Infallible>(response.into())
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // A client that has said all it has to say still wants its answer.
    builder.http1().half_close(true);
    builder.http2().max_header_list_size(16 << 10).max_pending_accept_reset_streams(20);
    let served = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    tokio::select! {
        _ = served.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = served.await;
}
