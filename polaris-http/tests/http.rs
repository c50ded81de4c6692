//! The server as its clients see it: on a socket, over a real data directory.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that fails here has failed")]

mod http {
    mod openapi;
}
