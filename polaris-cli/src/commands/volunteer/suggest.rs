//! `polaris volunteer suggest`

use clap::Args;

use crate::app::App;
use crate::failure::Failure;
use crate::view::{List, SuggestionView};

/// suggest active volunteers for what was typed so far, ten at most
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer suggest kckps gar")]
pub(crate) struct SuggestArgs {
    /// the tenant's slug
    tenant: String,
    /// the beginning of a name, an organization, an e-mail, a title or a skill
    text: String,
}

pub(crate) fn run(args: &SuggestArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = app.tenant(&args.tenant)?.volunteers().suggest(&args.text)?;
    app.printer.answer(&List { items: found.iter().map(SuggestionView::from).collect() }, |page| {
        if found.is_empty() {
            page.line("nobody here");
            return;
        }
        let rows = found.iter().map(|one| {
            let name = format!("{} {}", one.first_name, one.last_name);
            vec![one.id.to_string(), name, one.organization.clone().unwrap_or_default()]
        });
        page.table(&["id", "name", "organization"], rows);
    })
}
