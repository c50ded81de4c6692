//! What no request from outside can bring about: crashes.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use poem::http::Uri;
use poem::{EndpointExt, IntoResponse, Route};
use polaris_core::Polaris;
use serde_json::Value;
use tokio::sync::oneshot;

use super::*;
use crate::blocking::Whose;
use crate::{ServerConfig, openapi, server};

const SECRET: &str = "hunter2 and his address";

/// An application with two handlers that crash: `/api/here` on the thread that serves, `/api/there` on one for blocking work.
fn crashing() -> impl Endpoint<Output = Response> {
    let state = State::new(Polaris::in_memory().unwrap(), Arc::new(ServerConfig::default()));
    let blocking = state.blocking.clone();
    Route::new()
        .at("/api/here", poem::endpoint::make_sync(|_| -> Response { panic!("{SECRET}") }))
        .at(
            "/api/there",
            poem::endpoint::make(move |_| {
                let blocking = blocking.clone();
                async move {
                    blocking
                        .run(Whose::Platform, || -> polaris_core::Result<()> { panic!("{SECRET}") })
                        .await
                        .map(IntoResponse::into_response)
                        .map_err(Failure::from)
                        .map_err(poem::Error::from)
                }
            }),
        )
        .at("/api/well", poem::endpoint::make_sync(|_| Response::builder().body("well")))
        .with(Frame::new(state, openapi::methods()))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_crash_in_a_handler_is_an_error_in_the_envelope_and_nothing_of_it_leaks() {
    log::keep_panics_quiet();
    for path in ["/api/here", "/api/there"] {
        let (status, id, body) = runtime().block_on(async {
            let request = Request::builder().uri(Uri::from_static(path)).finish();
            let response = crashing().call(request).await.unwrap();
            let id = response.header("x-request-id").unwrap().to_owned();
            (response.status(), id, response.into_body().into_string().await.unwrap())
        });
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body.contains("hunter2"));
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&body["success"], &body["error"]["code"]), (&Value::Bool(false), &Value::from("INTERNAL")));
        assert_eq!(body["meta"]["request_id"], id);
    }
}

#[test]
fn a_server_lives_on_after_a_crash_even_for_the_same_connection() {
    log::keep_panics_quiet();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = std::thread::spawn(move || {
        runtime().block_on(async {
            let config = Arc::new(ServerConfig::default());
            server::run(crashing(), listener, config, async { drop(stopped.await) }).await.unwrap();
        });
    });
    let mut stream = TcpStream::connect(address).unwrap();
    for path in ["/api/here", "/api/there", "/api/well"] {
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n{}\r\n", if path.ends_with("well") { "Connection: close\r\n" } else { "" })
            .unwrap();
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let statuses: Vec<_> = text.match_indices("HTTP/1.1 ").map(|(at, _)| &text[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["500", "500", "200"]);
    drop(stop);
    serving.join().unwrap();
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_crash_is_logged_by_its_place_without_its_message() {
    log::keep_panics_quiet();
    // For the whole test program: what other tests let crash may be in it too, and is of the same kind.
    let kept = Kept::default();
    let writer = kept.clone();
    tracing::subscriber::set_global_default(tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish()).unwrap();
    let request = Request::builder().uri(Uri::from_static("/api/here")).finish();
    runtime().block_on(crashing().call(request)).unwrap();
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("a request ended in a panic") && text.contains("tests.rs:"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn ids_of_our_own_differ_and_are_well_formed() {
    let ids: std::collections::BTreeSet<_> = (0..1_000).map(|_| fresh_id()).collect();
    assert_eq!(ids.len(), 1_000);
    assert!(ids.iter().all(|id| well_formed(id)));
}

#[test]
fn a_tenant_in_a_path_is_decoded_as_the_router_does_it() {
    for (path, tenant) in [
        ("/api/v1/district/kckps/events", Some("kckps")),
        ("/api/v1/district/%6bck%70s/events", Some("kckps")),
        ("/api/v1/district/kckps", Some("kckps")),
        ("/api/v1/district/kc+ps/events", None),
        ("/api/v1/district/kckps&x/events", None),
        ("/api/v1/district/kckps=x/events", None),
        ("/api/v1/tenants/kckps/events", None),
    ] {
        assert_eq!(tenant_of(path).as_deref(), tenant, "{path}");
    }
}

#[test]
fn the_log_knows_only_methods_that_everybody_knows() {
    assert_eq!(known(&Method::PATCH), "PATCH");
    assert_eq!(known(&Method::from_bytes(b"JOHN.DOE").unwrap()), "other");
}
