//! `polaris serve`: the engine over HTTP.

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::cli::Serving;
use crate::commands::mail::no_links;
use crate::failure::Failure;
use crate::server;

/// serve the data directory over HTTP until stopped
///
/// Stops on Ctrl-C or SIGTERM, after the requests under way are answered. One `serve` per data directory.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris serve --listen 127.0.0.1:8080")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) serving: Serving,
}

pub(crate) fn run(app: &mut App<'_>) -> Result<(), Failure> {
    let polaris = app.open()?;
    let _only_server = polaris.lock_for_serving()?;
    let listener = server::bind(app.settings.listen)?;
    let url = server::url(&listener)?;
    let data = polaris.data().display().to_string();
    let settings = app.settings.clone();
    if let Some(why) = no_links(app) {
        tracing::warn!("{why}");
    }
    server::run(polaris, listener, &settings, || {
        if app.printer.json() {
            app.printer.answer(&json!({ "url": url, "data": data }), |_| {})
        } else {
            app.printer.aside(&format!("serving on {url} (data {data}); stop with Ctrl-C"));
            Ok(())
        }
    })
}
