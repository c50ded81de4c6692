//! `polaris demo`: two districts with a year of events, served, and three lines to try them with.
//!
//! [`make`] makes the directory under another name and renames it when it is complete, so that a kill at any moment leaves either no
//! demo or a whole one. [`opened`] takes up one that is there and checks that its keys still fit. [`calendar`] lays the events of
//! [`district`] round today.

mod calendar;
mod district;
mod keys;
mod make;
mod opened;
mod show;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use polaris_core::{Error, Polaris};

use crate::app::App;
use crate::cli::Serving;
use crate::failure::Failure;
use crate::server;
use crate::settings::Settings;

const USUAL: &str = "./polaris-demo";

/// make a demo of two school districts, or reuse it, and serve it
///
/// The demo lies in ./polaris-demo unless --data says otherwise. If the port is taken, a free one is used and named.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris demo --listen 127.0.0.1:8080")]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) serving: Serving,
}

pub(crate) fn run(app: &mut App<'_>) -> Result<(), Failure> {
    let place = PathBuf::from(app.settings.data_flag().unwrap_or_else(|| USUAL.to_owned()));
    let settings = app.settings.at(place.clone());
    let made = make_if_missing(&settings, &mut app.printer.progress("made", "tenants and events"))?;
    let polaris = Polaris::open(settings.engine())?;
    let _only_server = polaris.lock_for_serving()?;
    let demo = opened::open(&polaris)?;
    let (listener, moved) = bind(settings.listen)?;
    let url = server::url(&listener)?;
    if let Some(taken) = moved.filter(|_| !app.printer.json()) {
        app.printer.aside(&format!("{taken} is taken by another program, so the demo uses {}", url.trim_start_matches("http://")));
    }
    server::run(polaris, listener, &settings, || {
        show::show(app.printer, &demo, &place, made, &url)?;
        if !app.printer.json() {
            app.printer.aside(&format!("serving on {url} (data {}); stop with Ctrl-C", place.display()));
        }
        Ok(())
    })
}

/// Whether it had to be made.
fn make_if_missing(settings: &Settings, progress: &mut dyn FnMut(usize, usize)) -> Result<bool, Error> {
    if is_data_directory(&settings.data) {
        return Ok(false);
    }
    make::make(settings, progress)
}

fn is_data_directory(place: &Path) -> bool {
    place.join("polaris.db").exists()
}

/// The port wished for, or a free one; then also which one was taken.
fn bind(wish: SocketAddr) -> Result<(std::net::TcpListener, Option<SocketAddr>), Failure> {
    let taken = std::net::TcpListener::bind(wish).is_err_and(|error| error.kind() == ErrorKind::AddrInUse);
    if !taken {
        return Ok((server::bind(wish)?, None));
    }
    Ok((server::bind(SocketAddr::new(wish.ip(), 0))?, Some(wish)))
}

/// What is said of a demo that isn't as it was made.
fn spoilt(place: &Path, why: &str) -> Error {
    let shown = place.display();
    Error::Conflict(format!(
        "{shown} is not as `polaris demo` made it ({why}): remove {shown} and start again, or choose another directory with --data"
    ))
}
