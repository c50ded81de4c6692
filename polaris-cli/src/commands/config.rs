//! `polaris config show`: every setting and where it came from.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::Serving;
use crate::failure::Failure;
use crate::settings;
use crate::view::List;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ShowArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &ConfigCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show(_) => show(app),
    }
}

/// show each setting, its value and where it came from
///
/// Weakest first: defaults, the file, the environment, flags.
#[derive(Debug, Args)]
#[command(after_help = format!("example:\n  polaris config show\n\n{}", settings::help()))]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) serving: Serving,
}

fn show(app: &mut App<'_>) -> Result<(), Failure> {
    let mut items = Vec::new();
    let mut rows = Vec::new();
    for (key, value, source) in app.settings.all() {
        let shown = match &value {
            Value::Null => "(unset)".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        rows.push(vec![key.name.to_owned(), shown, source.to_string()]);
        items.push(json!({
            "key": key.name,
            "value": value,
            "source": source.kind(),
            "place": source.to_string(),
            "accepted": key.accepted,
            "about": key.about,
        }));
    }
    app.printer.answer(&List { items }, |page| page.table(&["setting", "value", "from"], rows))
}
