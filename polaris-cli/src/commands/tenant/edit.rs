//! `polaris tenant edit`

use std::collections::BTreeMap;

use clap::Args;
use polaris_core::types::Patch;
use polaris_core::{BrandingEdit, Error, MailEdit, NewWeights, TenantEdit};

use super::show::pairs;
use crate::app::App;
use crate::failure::Failure;
use crate::view::DetailsView;

/// edit a tenant; what isn't named stays, an empty value clears
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant edit kckps --colour '#1a73e8' --feature recruitment=on\n\n\
                  example:\n  polaris tenant edit kckps --origin https://kckps.org --text welcome=Hello")]
pub(crate) struct EditArgs {
    /// the tenant's slug
    tenant: String,
    /// its name for people
    #[arg(long)]
    name: Option<String>,
    /// the school district it stands for
    #[arg(long)]
    district: Option<String>,
    /// its IANA time zone, for new events
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// a feature, such as events=off; default forgets what was set; may be given again
    #[arg(long = "feature", value_name = "NAME=on|off|default", value_parser = feature)]
    features: Vec<(String, Option<bool>)>,
    /// its colour, such as #1a73e8
    #[arg(long)]
    colour: Option<String>,
    /// the https address of its logo
    #[arg(long, value_name = "URL")]
    logo: Option<String>,
    /// a text of its portal, such as welcome=Hello; without a text it is removed; may be given again
    #[arg(long = "text", value_name = "NAME=TEXT", value_parser = named_text)]
    texts: Vec<(String, String)>,
    /// a web origin that browsers may call its public API from, such as `https://kckps.org`; those given replace all; may be given again
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// let browsers call its public API from any web origin
    #[arg(long, conflicts_with = "origins")]
    any_origin: bool,
    /// what the parts of a candidate's score count for, together 100: history, recency, skills, proximity, availability, such as
    /// history=40,recency=20,skills=20,proximity=10,availability=10; default brings the usual ones back
    #[arg(long, value_name = "WEIGHTS", value_parser = weights)]
    weights: Option<Patch<NewWeights>>,
    /// whether who signs up for a full event comes onto its waitlist: on, or off to refuse them
    #[arg(long, value_name = "on|off", value_parser = on_or_off)]
    waitlist: Option<bool>,
    /// the name that its mails come from; empty: its own name
    #[arg(long, value_name = "NAME")]
    mail_sender: Option<String>,
    /// the address that answers to its mails go to; empty: the operator's sender
    #[arg(long, value_name = "EMAIL")]
    mail_reply_to: Option<String>,
    /// only if this is still the version of its settings
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

fn feature(text: &str) -> Result<(String, Option<bool>), String> {
    match text.split_once('=') {
        Some((name, "on")) => Ok((name.to_owned(), Some(true))),
        Some((name, "off")) => Ok((name.to_owned(), Some(false))),
        Some((name, "default")) => Ok((name.to_owned(), None)),
        _ => Err("write the feature's name and on, off or default, such as events=off".to_owned()),
    }
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".to_owned()),
    }
}

fn named_text(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(name, text)| (name.to_owned(), text.to_owned()));
    pair.ok_or_else(|| "write the text's name and the text, such as welcome=Hello".to_owned())
}

/// All five are asked for by the core, which names those that are missing.
fn weights(text: &str) -> Result<Patch<NewWeights>, String> {
    if text == "default" {
        return Ok(Patch::Clear);
    }
    let how = "write names and numbers, such as history=40,recency=20,skills=20,proximity=10,availability=10, or default";
    let mut weights = NewWeights::default();
    for pair in text.split(',') {
        let (name, number) = pair.split_once('=').ok_or(how)?;
        let weight = match name.trim() {
            "history" => &mut weights.history,
            "recency" => &mut weights.recency,
            "skills" => &mut weights.skills,
            "proximity" => &mut weights.proximity,
            "availability" => &mut weights.availability,
            _ => return Err(how.to_owned()),
        };
        if weight.replace(number.trim().parse().map_err(|_| how)?).is_some() {
            return Err(format!("{} is given twice", name.trim()));
        }
    }
    Ok(Patch::Set(weights))
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = edit(args)?;
    if edit == TenantEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let details = app.platform()?.tenants().edit(&args.tenant, &edit, args.if_version)?;
    app.printer.answer(&DetailsView::from(&details), |page| {
        page.line(format_args!("edited the tenant {}", details.tenant.slug));
        page.pairs(pairs(&details));
    })
}

fn edit(args: &EditArgs) -> Result<TenantEdit, Failure> {
    let set = |value: &Option<String>| value.clone().map_or(Patch::Keep, Patch::Set);
    let branding = BrandingEdit { colour: set(&args.colour), logo_url: set(&args.logo) };
    let mail = MailEdit { sender_name: set(&args.mail_sender), reply_to: set(&args.mail_reply_to) };
    let texts = once("text", args.texts.iter().map(|(name, text)| (name.clone(), Some(text.clone()))))?;
    Ok(TenantEdit {
        name: set(&args.name),
        district: set(&args.district),
        features: once("feature", args.features.iter().cloned())?,
        branding: if branding == BrandingEdit::default() { Patch::Keep } else { Patch::Set(branding) },
        portal: if texts.is_empty() { Patch::Keep } else { Patch::Set(texts) },
        time_zone: set(&args.time_zone),
        allowed_origins: match (args.any_origin, args.origins.is_empty()) {
            (true, _) => Patch::Clear,
            (false, true) => Patch::Keep,
            (false, false) => Patch::Set(args.origins.clone()),
        },
        recruitment_weights: args.weights.unwrap_or(Patch::Keep),
        waitlist: args.waitlist.map_or(Patch::Keep, Patch::Set),
        mail: if mail == MailEdit::default() { Patch::Keep } else { Patch::Set(mail) },
    })
}

fn once<T>(what: &str, pairs: impl Iterator<Item = (String, T)>) -> Result<BTreeMap<String, T>, Failure> {
    let mut found = BTreeMap::new();
    for (name, value) in pairs {
        if found.contains_key(&name) {
            return Err(Error::bad_request(what, format!("names `{name}` more than once")).into());
        }
        found.insert(name, value);
    }
    Ok(found)
}
