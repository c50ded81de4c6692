//! `polaris tenant show`

use clap::Args;
use polaris_core::{TenantDetails, Weights};

use crate::app::App;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::DetailsView;

/// show one tenant: features, keys, sizes, last activity
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant show kckps")]
pub(crate) struct ShowArgs {
    /// the tenant's slug
    tenant: String,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let details = app.platform()?.tenants().get(&args.tenant)?;
    app.printer.answer(&DetailsView::from(&details), |page| page.pairs(pairs(&details)))
}

pub(crate) fn pairs(details: &TenantDetails) -> Vec<(&'static str, String)> {
    let tenant = &details.tenant;
    let features = details.features.iter().map(|(name, on)| format!("{name} {}", if *on { "on" } else { "off" }));
    let keys = details.api_keys.iter().map(|key| format!("{} for {} of {}", key.hint, plain(&key.name), key.created_at.date_naive()));
    let events = details.events.iter().map(|(status, count)| format!("{count} {status}"));
    let moment = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%d %H:%M UTC").to_string();
    vec![
        ("slug", tenant.slug.to_string()),
        ("name", tenant.name.clone()),
        ("state", tenant.state.as_str().to_owned()),
        ("district", tenant.district.clone().unwrap_or_else(|| "-".to_owned())),
        ("time zone", tenant.time_zone.to_string()),
        ("features", joined(features)),
        ("colour", details.branding.colour.clone().unwrap_or_else(|| "-".to_owned())),
        ("logo", details.branding.logo_url.clone().unwrap_or_else(|| "-".to_owned())),
        ("portal texts", joined(details.portal.keys().cloned())),
        ("origins", if details.allowed_origins.is_empty() { "any".to_owned() } else { details.allowed_origins.join(", ") }),
        ("weights", details.recruitment_weights.map_or_else(|| "the usual ones".to_owned(), weights)),
        ("waitlist", if details.waitlist { "on" } else { "off" }.to_owned()),
        ("mails come from", details.mail.sender_name.clone().unwrap_or_else(|| "its own name".to_owned())),
        ("answers go to", details.mail.reply_to.clone().unwrap_or_else(|| "the operator's sender".to_owned())),
        ("settings version", details.version.to_string()),
        ("users", details.users.to_string()),
        ("API keys", joined(keys)),
        ("events", joined(events)),
        ("schools", details.schools.to_string()),
        (
            "file",
            format!("{} KiB, log {} KiB, schema {}", details.file_bytes.0 / 1024, details.file_bytes.1 / 1024, details.schema_version),
        ),
        ("last activity", details.last_activity.map_or_else(|| "-".to_owned(), moment)),
        ("created", moment(tenant.created_at)),
        ("id", tenant.id.to_string()),
    ]
}

/// What the parts of a candidate's score count for.
fn weights(weights: Weights) -> String {
    let Weights { history, recency, skills, proximity, availability } = weights;
    format!("history {history}, recency {recency}, skills {skills}, proximity {proximity}, availability {availability}")
}

fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<_> = words.collect();
    if words.is_empty() { "-".to_owned() } else { words.join(", ") }
}
