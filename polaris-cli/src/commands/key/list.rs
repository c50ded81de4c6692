//! `polaris key list` and `polaris key show`

use clap::Args;
use polaris_core::ApiKeyState;

use super::{Named, last_used, moment};
use crate::app::App;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::{KeyView, List};

/// list a tenant's API keys: what they are for, how they begin, when they were last used
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris key list kckps")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
}

/// show one API key; never the secret itself
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris key show kckps 1")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let keys = app.tenant(&args.tenant)?.api_keys().list()?;
    let program = app.program();
    let items: Vec<_> = keys.iter().map(KeyView::from).collect();
    app.printer.answer(&List { items }, |page| {
        if keys.is_empty() {
            page.line("there are no API keys: nobody can ask for this tenant's events");
            page.next(format_args!("{program} key create {} --name Website", args.tenant));
            return;
        }
        page.table(&["id", "for", "begins with", "made", "last used", "ends"], keys.iter().map(row));
    })
}

fn row(key: &ApiKeyState) -> Vec<String> {
    vec![
        key.id.to_string(),
        plain(&key.name),
        key.hint.clone(),
        key.created_at.date_naive().to_string(),
        last_used(key),
        key.expires_at.map(moment).unwrap_or_default(),
    ]
}

pub(crate) fn show(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let key = args.named.find(&app.tenant(&args.named.tenant)?)?;
    app.printer.answer(&KeyView::from(&key), |page| {
        page.pairs([
            ("id", key.id.to_string()),
            ("for", plain(&key.name)),
            ("begins with", key.hint.clone()),
            ("made", moment(key.created_at)),
            ("last used", last_used(&key)),
            ("ends", key.expires_at.map_or_else(|| "-".to_owned(), moment)),
        ]);
    })
}
