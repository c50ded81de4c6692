//! A port, a runtime, and a graceful end: what `serve` and `demo` share.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use polaris_core::Polaris;
use polaris_http::ServerConfig;
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;
use crate::settings::Settings;

/// Takes the port.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let failed = |error: &std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => {
            format!("{address} is taken by another program: stop that one, or choose another with --listen (port 0 takes a free one)")
        }
        ErrorKind::PermissionDenied => format!("{address} may not be used by this user: choose a port from 1024 on with --listen"),
        ErrorKind::AddrNotAvailable => format!("{address} is not an address of this machine: choose another with --listen"),
        _ => format!("can't listen on {address}: {error}"),
    };
    let listener = TcpListener::bind(address).map_err(|error| Failure::Server(failed(&error)))?;
    listener.set_nonblocking(true).map_err(|error| Failure::Server(failed(&error)))?;
    Ok(listener)
}

/// The address that reaches the listener from this machine, with the port it really has.
pub(crate) fn url(listener: &TcpListener) -> Result<String, Failure> {
    let mut address = listener.local_addr().map_err(|error| Failure::Server(format!("the listener has no address: {error}")))?;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(format!("http://{address}"))
}

/// Serves until SIGINT or SIGTERM. `announce` runs when both are heard already, so that whoever reads it may stop the server at once.
pub(crate) fn run(
    polaris: Polaris,
    listener: TcpListener,
    settings: &Settings,
    announce: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Server(format!("the server stopped: {error}"));
    let config = ServerConfig {
        public_url: settings.public_url.clone(),
        log_requests: settings.log_requests,
        max_connections: settings.max_connections,
        trusted_proxies: settings.trusted_proxies.clone(),
        header_deadline: std::time::Duration::from_millis(settings.header_ms.into()),
        metrics: settings.metrics()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        announce()?;
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        polaris_http::serve(polaris, listener, config, stop).await.map_err(failed)
    })
}
