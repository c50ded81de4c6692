//! What crosses the crates. `tests/run.sh rust` builds the binary and the wheel these tests use.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![allow(clippy::print_stdout, reason = "figures for whoever runs the test")]

mod crash;
mod edits;
mod isolation;
mod processes;
mod recovery;
mod rust_version;
mod signups;
mod story;
mod support;
mod surface;
mod tenants;
